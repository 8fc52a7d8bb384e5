//! Every host of the corpus to every target: whatever the input, netpivot never contradicts itself (exit status 70).

use crate::{conversion, host};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::MemoryTree;
use std::path::Path;

const TARGETS: [&str; 9] = [
    "interfaces",
    "interfaces:ifupdown2",
    "interfaces:ifupdown-ng",
    "keyfile",
    "ifcfg:networkmanager",
    "ifcfg:initscripts",
    "ifcfg:suse",
    "iproute",
    "libvirt",
];

/// Folders of a case that are those of a host.
const OF_HOSTS: [&str; 4] = ["etc", "run", "usr", "lib"];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let Some(shared) = host::shared() else {
        return vec![host::case("everywhere", Some("../shared/corpus".to_owned()), || Ok(()))];
    };
    let sources = host::names(&shared.join("corpus"));
    let folders = sources.into_iter().filter(|name| host::corpus(name).is_some());
    folders.map(|name| Trial::test(format!("everywhere::{name}"), move || each(&name))).collect()
}

/// Each host of a source, and each of its files as if it were the host's only one.
fn each(source: &str) -> Result<(), Failed> {
    let folder = host::corpus(source).ok_or("the corpus is gone")?;
    let mut wrong = Vec::new();
    for case in host::names(&folder) {
        let mut files = Vec::new();
        OF_HOSTS.iter().for_each(|of| collect(&folder.join(&case), Path::new(of), &mut files));
        let mut hosts = vec![(case.clone(), files.clone())];
        if files.len() > 1 {
            hosts.extend(
                files.into_iter().map(|(path, bytes)| (format!("{case}{path}"), vec![(path, bytes)])),
            );
        }
        for (name, files) in hosts {
            let mut tree = MemoryTree::default();
            files.into_iter().for_each(|(path, bytes)| tree.add(path, bytes));
            for to in TARGETS {
                let done = conversion::run(&tree, &conversion::request(None, to));
                wrong.extend(done.failure.filter(|_| done.bug).map(|why| format!("{name} to {to}: {why}")));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn collect(case: &Path, inner: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let path = case.join(inner);
    if path.is_dir() {
        host::names(&path).iter().for_each(|name| collect(case, &inner.join(name), files));
    } else if let Ok(bytes) = std::fs::read(&path) {
        files.push((format!("/{}", inner.display()), bytes));
    }
}
