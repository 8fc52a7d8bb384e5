//! Files of the configuration's folders that nobody reads, and those that NetworkManager refuses for who may read them.

use super::rule::{self, Rule};
use super::{Finding, Judged, Place, place_in, place_of};
use crate::pipeline::unread::Unread;
use crate::pipeline::{self, Loaded};
use netpivot_model::codes::Code;
use netpivot_model::codes::drift as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::dialect::KEYFILE;
use netpivot_model::link::Link;
use netpivot_model::shell::quote;
use netpivot_model::source::Sources;
use netpivot_parsers::{Access, FileStatus, Tree};

/// What could not be read, and the faults for which a program refuses what it reads.
pub(super) fn troubles(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<Finding> {
    let is_trouble = |found: &&Diagnostic| found.severity == Severity::Error;
    let finding = |found: &Diagnostic| {
        let (code, instead) = if pipeline::is_unread(found) {
            (&codes::UNREAD_CONFIGURATION, "run with the rights to read it")
        } else {
            (&codes::BROKEN_CONFIGURATION, "mend it")
        };
        let at = found.labels.first().map(|span| place_in(sources, *span));
        let file = found.file.clone().map(|file| Place { file, line: 0, column: 0 });
        let what = format!("{} ({})", found.message, found.code.id);
        Finding { source: at.or(file), ..Finding::new(code, what, found.help.as_deref().unwrap_or(instead)) }
    };
    diagnostics.iter().filter(is_trouble).map(finding).collect()
}

/// What a program reads whose format netpivot does not know.
pub(super) fn unread(unread: &Unread) -> Finding {
    let place = Place { file: unread.file.clone(), line: 0, column: 0 };
    let help = "see that the program is off, or take its links out of the audit with an ignore file";
    Finding { source: Some(place), ..Finding::new(&codes::UNKNOWN_FORMAT, unread.message(), help) }
}

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

/// Tells each profile that is not root's alone: NetworkManager reads no other (nms-keyfile-utils.c,
/// `nms_keyfile_utils_check_file_permissions()`).
pub(super) fn insecure(tree: &dyn Tree, configs: &[Loaded]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for config in configs.iter().filter(|config| config.network.dialect.format == KEYFILE) {
        let is_profile = |(path, status): &&(String, FileStatus)| {
            *status == FileStatus::Parsed && path.contains("/system-connections/")
        };
        for (path, _) in config.files.iter().filter(is_profile) {
            let Some(Access { owner, mode }) = tree.access(path) else { continue };
            let (whose, cure) = match (owner, mode & 0o077) {
                (0, 0) => continue,
                (0, _) => (format!("has the mode {mode:04o}"), format!("chmod 600 {}", quote(path))),
                (_, others) => {
                    let chmod =
                        if others == 0 { String::new() } else { format!(" && chmod 600 {}", quote(path)) };
                    (format!("belongs to the user {owner}"), format!("chown root: {}{chmod}", quote(path)))
                }
            };
            let what =
                format!("NetworkManager ignores `{path}`: it {whose}, and only root may own and read it");
            let help = format!("`{cure} && nmcli connection reload`");
            let is_here =
                |link: &&Link| place_of(config, &link.kind.origin).is_some_and(|place| place.file == *path);
            let link = config.network.links().map(|(_, link)| link).find(is_here);
            findings.push(Finding {
                link: link.map(|link| link.label().to_owned()),
                source: Some(Place { file: path.clone(), line: 0, column: 0 }),
                ..Finding::new(&codes::INSECURE_PROFILE, what, help)
            });
        }
    }
    findings
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
