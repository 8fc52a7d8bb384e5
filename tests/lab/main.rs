//! The slow suite: real kernels and the targets' own daemons as judges.
//!
//! `cargo test --test lab` runs all of it, as root; `cargo test --test lab -- kernel` what needs namespaces only.

use libtest_mimic::{Arguments, Trial};

/// Modules that the fast suite shares; not all of each is used here.
#[allow(dead_code, reason = "shared with the fast suite")]
#[path = ".."]
mod shared {
    pub mod commands;
    pub mod conversion;
    pub mod declared;
    pub mod fixture;
    pub mod host;
    pub mod interfaces_cases;
    pub mod live;
}

mod abbreviations;
mod asked;
mod audit;
mod capture;
mod documents;
mod ethtool;
mod hosts;
mod ifup;
mod kernel;
mod kinds;
mod libvirt;
mod likeness;
mod migrated;
mod recipes;
mod script;
mod state;
mod wireguard;

use shared::{commands, conversion, declared, fixture, host, interfaces_cases, live};

fn main() {
    let arguments = Arguments::from_args();
    let modules = [
        kernel::trials(),
        abbreviations::trials(),
        script::trials(),
        asked::trials(),
        kinds::trials(),
        recipes::trials(),
        ifup::trials(),
        hosts::trials(),
        migrated::trials(),
        libvirt::trials(),
        audit::trials(),
        capture::trials(),
        documents::trials(),
        ethtool::trials(),
        wireguard::trials(),
    ];
    let trials: Vec<Trial> = modules.into_iter().flatten().collect();
    libtest_mimic::run(&arguments, trials).exit();
}
