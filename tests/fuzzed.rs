//! What the fuzzers hold netpivot to, over their seeds: each tree of the fixtures, and what they found.
//!
//! `NETPIVOT_SEEDS=fuzz/corpus cargo test --test suite -- fuzzed::seeds` writes the seeds for the fuzzers.

#[path = "../fuzz/src/lib.rs"]
mod targets;

use crate::{fixture, host};
use libtest_mimic::{Failed, Trial};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("fuzzed::seeds", seeds_hold),
        Trial::test("fuzzed::found", found_holds),
        Trial::test("fuzzed::every-option", every_option_holds),
    ]
}

/// An input and the target that it is for.
type Seed = (&'static str, Vec<u8>);

fn seeds_hold() -> Result<(), Failed> {
    let all = seeds();
    for target in TARGETS {
        if !all.iter().any(|(of, _)| *of == target) {
            return Err(format!("the target {target} has no seed").into());
        }
    }
    all.par_iter().for_each(|(target, input)| run(target, input));
    let Some(folder) = std::env::var_os("NETPIVOT_SEEDS") else { return Ok(()) };
    for (target, input) in all {
        let folder = Path::new(&folder).join(target);
        std::fs::create_dir_all(&folder)?;
        let name: String = Sha256::digest(&input).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(folder.join(name), input)?;
    }
    Ok(())
}

/// Inputs that once made netpivot fail: `fuzz/found/TARGET/NAME`.
fn found_holds() -> Result<(), Failed> {
    let folder = host::repository().join("fuzz/found");
    for target in host::names(&folder) {
        let known = TARGETS.iter().find(|known| **known == target).ok_or("a folder of a target")?;
        host::files(&folder.join(&target)).iter().for_each(|(_, input)| run(known, input));
    }
    Ok(())
}

/// What is converted, into every format with all that may be asked for beside it, and as each kind of script.
fn every_option_holds() -> Result<(), Failed> {
    let goals = targets::targets();
    let found = host::files(&host::repository().join("fuzz/found/convert"));
    let seeds = seeds().into_iter().filter(|(target, _)| *target == "convert").map(|(_, input)| input);
    let inputs: Vec<Vec<u8>> = seeds.chain(found.into_iter().map(|(_, input)| input)).collect();
    inputs.par_iter().for_each(|input| {
        let Some(([from, ..], host)) = input.split_first_chunk::<3>() else { return };
        for (n, goal) in goals.iter().enumerate() {
            let modes = if goal.name == "iproute" { targets::MODES.len() } else { 1 };
            for mode in 0..modes {
                let head = [*from, targets::letter(n), targets::letter(targets::ALL_OPTIONS | mode << 4)];
                targets::convert(&[&head, host].concat());
            }
        }
    });
    Ok(())
}

/// The fuzzers, as `fuzz/targets` names them.
const TARGETS: [&str; 8] =
    ["ifcfg", "keyfile", "interfaces", "libvirt", "netlink", "json", "commands", "convert"];

fn run(target: &'static str, input: &[u8]) {
    match target {
        "commands" => targets::commands(input),
        "convert" => targets::convert(input),
        format => targets::parse(format, input),
    }
}

/// Each tree of the fixtures for the parser of its format and, in turn, for the conversions into each format; what is
/// written of it in JSON, for the parser of that.
fn seeds() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = Vec::new();
    let (sources, goals) = (targets::sources(), targets::targets());
    for fixture in fixture::fixtures() {
        for name in fixture.trees() {
            let files = host::files(&fixture.folder.join(&name));
            let text = as_text(&files);
            let spec = fixture.request(&name, "json").from.expect("a tree has a format");
            let same = |other: &netpivot::formats::FormatSpec| {
                (other.name, other.dialect) == (spec.name, spec.dialect)
            };
            let from = sources.iter().position(same).expect("a format that is read");
            let first = sources.iter().position(|other| other.name == spec.name).unwrap_or(from);
            match spec.name {
                "iproute" => seeds.extend(files.iter().map(|(_, bytes)| ("commands", bytes.clone()))),
                format => seeds.push((known(format), [&[targets::letter(from - first)], &text[..]].concat())),
            }
            let n = seeds.len();
            let to = targets::letter(n % goals.len());
            seeds.push((
                "convert",
                [&[targets::letter(from + 1), to, targets::letter(n % 64)], &text[..]].concat(),
            ));
            let json = fixture.convert_to(&name, "json");
            let json = json.outputs.into_iter().map(|file| (file.path, file.text.into_bytes()));
            seeds.push(("json", [b"A", &as_text(&json.collect::<Vec<_>>())[..]].concat()));
        }
    }
    seeds
}

fn known(format: &str) -> &'static str {
    TARGETS.iter().find(|target| **target == format).expect("each parser has a target")
}

fn as_text(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut text = Vec::new();
    for (path, bytes) in files {
        text.extend(format!("{}/{}\n", targets::HEADING, path.trim_start_matches('/')).as_bytes());
        text.extend(bytes);
        if !bytes.ends_with(b"\n") {
            text.push(b'\n');
        }
    }
    text
}
