//! Files of the configuration's folders that nobody reads.

use super::rule::{self, Rule};
use super::{Finding, Judged, Place};
use crate::pipeline::Loaded;
use netpivot_model::codes::Code;
use netpivot_model::codes::drift as codes;
use netpivot_parsers::FileStatus;

/// Tells each file that was left alone, by why.
pub(super) fn check(configs: &[Loaded], judged: &mut Vec<Judged>) {
    let mut told: Vec<&str> = Vec::new();
    for (path, status) in configs.iter().flat_map(|config| &config.files) {
        let (FileStatus::Ignored(why), false) = (status, told.contains(&path.as_str())) else { continue };
        let is_read = |other: &Loaded| {
            other.files.iter().any(|(file, status)| file == path && *status == FileStatus::Parsed)
        };
        if configs.iter().any(is_read) {
            continue;
        }
        told.push(path);
        let (code, rule) = kind(path, why);
        let what = format!("`{path}` is not read: {why}");
        let finding = Finding {
            source: Some(Place { file: path.clone(), line: 0, column: 0 }),
            ..Finding::new(code, what, "remove it, or give it a name that is read")
        };
        judged.push(Judged { finding, rule });
    }
}

/// Folders and names of files that configure a link each.
const OF_LINKS: [&str; 6] =
    ["/ifcfg-", "/route-", "/system-connections/", "/interfaces.d/", "/libvirt/qemu/networks/", "/netpivot-"];

fn kind(path: &str, why: &str) -> (&'static Code, Option<&'static Rule>) {
    if why.contains("belongs to") {
        return (&codes::ORPHAN_FILE, None);
    }
    let looks_like_one = OF_LINKS.iter().any(|part| path.contains(part));
    let is_no_link = ["loopback", "script", "own configuration"].iter().any(|word| why.contains(word));
    (&codes::IGNORED_FILE, (is_no_link || !looks_like_one).then_some(&rule::FILE))
}
