//! SUSE's ifcfg files that nobody here wrote: wicked2nm's matched sets mean the same as their keyfiles, but for what
//! `tests/corpus/wicked2nm-differences.toml` gives a reason for; every tree of the corpus converts, and each loss has a reason.

use crate::cloud_init::{Differences, differences, part};
use crate::{conversion, host};
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::is_loss;
use std::path::{Path, PathBuf};

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = |set: &str| {
        let set = set.to_owned();
        host::corpus(&set).map_or(Some(format!("../shared/corpus/{set}")), |_| None)
    };
    vec![
        host::case("suse::ifcfg-means-what-its-keyfiles-mean", missing("wicked2nm"), same_meaning),
        host::case(
            "suse::every-tree-converts",
            missing("wicked2nm").or(missing("cloud-init")),
            every_tree_converts,
        ),
    ]
}

fn same_meaning() -> Result<(), Failed> {
    let list = std::fs::read_to_string(host::repository().join("tests/corpus/wicked2nm-differences.toml"))?;
    let declared: Differences = toml::from_str(&list).map_err(|e| e.to_string())?;
    let mut used = vec![false; declared.difference.len()];
    let folder = host::corpus("wicked2nm").ok_or("no corpus")?;
    let (mut wrong, mut sets) = (Vec::new(), 0);
    for name in host::names(&folder) {
        let set = folder.join(&name);
        let has_links =
            host::names(&set.join("etc/sysconfig/network")).iter().any(|file| file.starts_with("ifcfg-"));
        if !has_links || !set.join("etc/NetworkManager/system-connections").is_dir() {
            continue;
        }
        sets += 1;
        let read = |format, below: &[&str]| {
            conversion::run(&part(&set, below), &conversion::request(Some(format), "keyfile"))
        };
        let ifcfg = read("ifcfg", &["etc/sysconfig"]);
        let keyfile = read("keyfile", &["etc/NetworkManager"]);
        for side in [&ifcfg, &keyfile] {
            wrong.extend(side.failure.iter().map(|message| format!("{name}: {message}")));
        }
        wrong.extend(differences(&name, &ifcfg, &keyfile, &declared.difference, &mut used));
    }
    for (entry, _) in declared.difference.iter().zip(&used).filter(|(_, used)| !**used) {
        wrong.push(format!("an entry that no longer applies: {entry:?}"));
    }
    let bare = declared.difference.iter().filter(|entry| entry.reason.len() < 20);
    wrong.extend(bare.map(|entry| format!("an entry without a reason: {entry:?}")));
    println!("corpus wicked2nm: {sets} matched sets, {} wrong", wrong.len());
    if sets > 0 && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Folders at or below `folder` that hold SUSE's etc/sysconfig/network/ifcfg-*.
pub fn roots(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let network = folder.join("etc/sysconfig/network");
    if network.is_dir() && host::names(&network).iter().any(|name| name.starts_with("ifcfg-")) {
        found.push(folder.to_owned());
    }
    for name in host::names(folder).into_iter().filter(|name| name != "etc") {
        if folder.join(&name).is_dir() {
            found.extend(roots(&folder.join(&name)));
        }
    }
    found
}

fn every_tree_converts() -> Result<(), Failed> {
    let corpus = host::shared().ok_or("no corpus")?.join("corpus");
    let (mut wrong, mut files, mut losses) = (Vec::new(), 0, 0);
    let roots = roots(&corpus);
    for root in &roots {
        let tree = part(root, &["etc/"]);
        let outcome = conversion::run(&tree, &conversion::request(Some("ifcfg"), "keyfile"));
        let name = root.strip_prefix(&corpus).unwrap_or(root).display();
        // A host whose only file is that of the loopback device has nothing to convert.
        let only_lo =
            outcome.findings().iter().any(|line| line.contains("S326")) && outcome.network.is_empty();
        if outcome.bug || (outcome.failure.is_some() && !only_lo) {
            wrong.push(format!("{name}: {:?}", outcome.failure));
        }
        if outcome.network.dialect.variant != "suse" && !only_lo {
            wrong.push(format!("{name}: read as {}", outcome.network.dialect));
        }
        let unexplained = outcome.diagnostics.iter().filter(|d| d.code.id == "L001");
        wrong.extend(unexplained.map(|d| format!("{name}: {}", conversion::line(&outcome.sources, d))));
        losses += outcome.diagnostics.iter().filter(|d| is_loss(d)).count();
        files += outcome.outputs.len();
    }
    println!("SUSE trees: {}, {files} profiles, {losses} losses, {} wrong", roots.len(), wrong.len());
    if !roots.is_empty() && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
