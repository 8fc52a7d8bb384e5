//! The slow suite: real kernels and the targets' own daemons as judges.
//!
//! `cargo test --test lab` runs all of it, `cargo test --test lab -- kernel` what needs namespaces only.

use libtest_mimic::{Arguments, Trial};

#[allow(dead_code, reason = "shared with the fast suite")]
#[path = "../host.rs"]
mod host;
mod kernel;

fn main() {
    let arguments = Arguments::from_args();
    let trials: Vec<Trial> = kernel::trials();
    libtest_mimic::run(&arguments, trials).exit();
}
