//! The integration suite: one binary, one line per case.
//!
//! The cases are named at run time (`scenario/bond-vlan-bridge/ifcfg-keyfile`), so that one case can be
//! run alone: `cargo test --test suite -- bond-vlan-bridge`. Judges and the corpus live outside the
//! repository; without them their cases are skipped by name, or fail where `NETPIVOT_REQUIRE_ORACLES=1`.

use libtest_mimic::{Arguments, Trial};

/// Declares the modules and makes the list that [`modules_are_listed`] compares with the folder.
macro_rules! modules {
    (cases: $($case:ident)*; support: $($support:ident)*;) => {
        $( mod $case; )*
        $( mod $support; )*
        const MODULES: &[&str] = &[$( stringify!($case), )* $( stringify!($support), )*];

        fn all() -> Vec<Trial> {
            let mut trials = Vec::new();
            $( trials.extend($case::trials()); )*
            trials
        }
    };
}

modules! {
    cases: live audit everywhere scenarios crossings corpus interfaces_corpus interfaces_views interfaces_vlans keyfile_corpus interfaces_judge interfaces_boot interfaces_output name_service cloud_init ovs_database ifcfg_output ifcfg_matched mutate round_trips networks fuzzed isolation commands codes cli_help bad_input secrets suse hooks_run libvirt dispatcher differences migrate pictures matrix daemons;
    support: conversion declared fixture golden host interfaces_cases judge;
}

/// A file in this folder that no `mod` names would never run.
fn modules_are_listed() -> Result<(), String> {
    let folder = host::repository().join("tests");
    let mut forgotten = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|e| e.to_string())? {
        let name = entry.map_err(|e| e.to_string())?.file_name().to_string_lossy().into_owned();
        if let Some(module) = name.strip_suffix(".rs")
            && module != "main"
            && !MODULES.contains(&module)
        {
            forgotten.push(name);
        }
    }
    if forgotten.is_empty() { Ok(()) } else { Err(format!("not listed in tests/main.rs: {forgotten:?}")) }
}

fn main() {
    if migrate::is_victim() {
        return;
    }
    let arguments = Arguments::from_args();
    let mut trials = all();
    trials.push(Trial::test("modules_are_listed", || Ok(modules_are_listed()?)));
    libtest_mimic::run(&arguments, trials).exit();
}
