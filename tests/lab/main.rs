//! The slow suite: real kernels and the targets' own daemons as judges.
//!
//! `cargo test --test lab` runs all of it, as root; `cargo test --test lab -- kernel` what needs namespaces only.

use libtest_mimic::{Arguments, Trial};

/// Modules that the fast suite shares; not all of each is used here.
#[allow(dead_code, reason = "shared with the fast suite")]
#[path = ".."]
mod shared {
    pub mod conversion;
    pub mod fixture;
    pub mod host;
}

mod hosts;
mod kernel;
mod recipes;
mod state;

use shared::{conversion, fixture, host};

fn main() {
    let arguments = Arguments::from_args();
    let trials: Vec<Trial> =
        kernel::trials().into_iter().chain(recipes::trials()).chain(hosts::trials()).collect();
    libtest_mimic::run(&arguments, trials).exit();
}
