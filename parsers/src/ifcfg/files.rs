//! Which files lie in the configuration directory, and what each is.
//!
//! The two programs disagree on backups (ifcfg.md 1.1), aliases and ranges (1.2); nothing that lies
//! there is passed over: it is read, listed as ignored with the reason, or reported.

use super::SCRIPTS;
use crate::{Context, EntryKind, FileStatus, ReadError, Tree, unreadable_folder};
use netpivot_model::codes::{core, ifcfg as codes};
use netpivot_model::diagnostic::Diagnostic;
use std::collections::BTreeSet;

/// What an entry of the directory is by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sort<'a> {
    /// `ifcfg-NAME`.
    Profile(&'a str),
    /// `route-`, `route6-`, `rule-`, `rule6-`, `keys-` and their name, and `NAME.route`.
    Companion,
    /// A backup or temporary file; who of the two programs loads it all the same.
    Backup(Option<&'static str>),
    /// A script that initscripts bring.
    Stock,
    /// `ifup-local` and its like.
    Hook,
    /// An `ifup-` or `ifdown-` script of the site.
    Script,
    /// Nothing of the format.
    Foreign,
}

/// The prefixes of the files beside an ifcfg file.
pub const COMPANIONS: [&str; 5] = ["route-", "route6-", "rule-", "rule6-", "keys-"];

/// Where initscripts look for the site's scripts, and where people put them by mistake.
const HOOK_DIRECTORIES: [&str; 3] = ["/sbin", "/usr/sbin", SCRIPTS];

/// The scripts of the site that initscripts run for every link.
const HOOKS: [&str; 4] = ["ifup-pre-local", "ifup-local", "ifdown-pre-local", "ifdown-local"];

/// The scripts of initscripts, ppp, teamd, openvswitch and rdma (`network-scripts/` of initscripts 10).
const STOCK: [&str; 46] = [
    "ifdown",
    "ifdown-Team",
    "ifdown-TeamPort",
    "ifdown-bnep",
    "ifdown-ctc",
    "ifdown-eth",
    "ifdown-ib",
    "ifdown-ippp",
    "ifdown-ipsec",
    "ifdown-ipv6",
    "ifdown-isdn",
    "ifdown-ovs",
    "ifdown-post",
    "ifdown-ppp",
    "ifdown-routes",
    "ifdown-sit",
    "ifdown-sl",
    "ifdown-tunnel",
    "ifup",
    "ifup-Team",
    "ifup-TeamPort",
    "ifup-aliases",
    "ifup-bnep",
    "ifup-ctc",
    "ifup-eth",
    "ifup-ib",
    "ifup-ippp",
    "ifup-ipsec",
    "ifup-ipv6",
    "ifup-ipx",
    "ifup-isdn",
    "ifup-ovs",
    "ifup-plip",
    "ifup-plusb",
    "ifup-post",
    "ifup-ppp",
    "ifup-routes",
    "ifup-sit",
    "ifup-sl",
    "ifup-tunnel",
    "ifup-wireless",
    "init.ipv6-global",
    "net.hotplug",
    "network-functions",
    "network-functions-ipv6",
    "readme-ifcfg-rh.txt",
];

/// The files of the configuration directory.
#[derive(Debug, Default)]
pub struct Files {
    /// What follows `ifcfg-` in each file that may be a profile, an alias or a range, sorted.
    pub profiles: Vec<String>,
    /// The names of the files beside them.
    pub companions: BTreeSet<String>,
    /// Paths of the hooks that initscripts run.
    pub hooks: Vec<String>,
    /// The kinds that a script of the site starts: `foo` of `ifup-foo`.
    pub scripts: Vec<String>,
}

impl Files {
    /// True where the companion file is there.
    #[must_use]
    pub fn has(&self, prefix: &str, name: &str) -> bool {
        self.companions.contains(&format!("{prefix}{name}"))
    }

    /// True where a script of the site starts devices of that kind.
    #[must_use]
    pub fn starts_kind(&self, kind: &str) -> bool {
        self.scripts.iter().any(|script| script == kind)
    }
}

/// Lists and sorts the directory.
pub fn discover(tree: &dyn Tree, cx: &mut Context) -> Files {
    let mut files = Files::default();
    let entries = match tree.list(SCRIPTS) {
        Ok(entries) => entries,
        Err(error) => {
            report_unlistable(tree, &error, cx);
            return files;
        }
    };
    for entry in entries {
        let path = format!("{SCRIPTS}/{}", entry.name);
        let sort = sort(&entry.name);
        if entry.kind != EntryKind::File {
            let is_ours = matches!(sort, Sort::Profile(_) | Sort::Companion);
            if is_ours {
                // Reading it says what it is instead of a file.
                let _ = cx.read(tree, &path);
            }
            continue;
        }
        match sort {
            Sort::Profile(name) => files.profiles.push(name.to_owned()),
            Sort::Companion => {
                files.companions.insert(entry.name);
            }
            Sort::Backup(loaded_by) => ignore_backup(tree.display(&path), loaded_by, cx),
            Sort::Stock => ignored(tree.display(&path), "a script that comes with initscripts", cx),
            Sort::Hook => {}
            Sort::Script => {
                let kind = entry.name.trim_start_matches("ifup-").trim_start_matches("ifdown-");
                files.scripts.push(kind.to_owned());
                ignored(tree.display(&path), "a script, which is never run here", cx);
                report_script(&tree.display(&path), kind, cx);
            }
            Sort::Foreign => {
                let shown = tree.display(&path);
                cx.report(
                    Diagnostic::new(
                        &core::IGNORED_FILE,
                        format!("`{shown}` is no file of this format and is not read"),
                    )
                    .in_file(&shown),
                );
                ignored(shown, "not a file of this format", cx);
            }
        }
    }
    files.hooks = hooks(tree);
    files
}

fn hooks(tree: &dyn Tree) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in HOOKS {
        let paths = HOOK_DIRECTORIES.iter().map(|directory| format!("{directory}/{name}"));
        // /sbin is a link to /usr/sbin on most hosts: one hook, one finding.
        let seen = |path: &String| found.iter().any(|f| f.ends_with(name) && !path.starts_with(SCRIPTS));
        let there: Vec<String> = paths.filter(|path| tree.exists(path) && !seen(path)).collect();
        let first_outside = there.iter().find(|p| !p.starts_with(SCRIPTS)).cloned();
        found.extend(first_outside);
        found.extend(there.into_iter().filter(|p| p.starts_with(SCRIPTS)));
    }
    found
}

fn ignored(shown: String, why: &str, cx: &mut Context) {
    cx.files.push((shown, FileStatus::Ignored(why.to_owned())));
}

fn report_unlistable(tree: &dyn Tree, error: &ReadError, cx: &mut Context) {
    let shown = tree.display(SCRIPTS);
    cx.report(unreadable_folder(&shown, error));
    cx.files.push((shown, FileStatus::Unreadable("cannot be listed".to_owned())));
}

fn report_script(shown: &str, kind: &str, cx: &mut Context) {
    cx.report(
        Diagnostic::new(
            &codes::CUSTOM_SCRIPT,
            format!("`{shown}` starts and stops devices of the kind `{kind}`; it is not converted"),
        )
        .in_file(shown)
        .help("see what the script does and set that up on the new system"),
    );
}

fn ignore_backup(shown: String, loaded_by: Option<&'static str>, cx: &mut Context) {
    match loaded_by {
        None => {
            cx.report(
                Diagnostic::new(
                    &core::IGNORED_FILE,
                    format!("`{shown}` is a backup, which no program reads"),
                )
                .in_file(&shown),
            );
            ignored(shown, "a backup or temporary file, which no program reads", cx);
        }
        Some(program) => {
            cx.report(
                Diagnostic::new(
                    &codes::BACKUP_LOADED,
                    format!(
                        "`{shown}` has the name of a backup, but {program} loads it as a profile; it is not converted"
                    ),
                )
                .in_file(&shown)
                .help("remove the file, or give it another name if it was in use"),
            );
            ignored(shown, "a backup or temporary file", cx);
        }
    }
}

/// Sorts a name. Backups come first: `ifcfg-eth0.bak` is no profile (`utils_should_ignore_file`,
/// `is_ignored_file`).
fn sort(name: &str) -> Sort<'_> {
    if let Some(loaded_by) = backup(name) {
        return Sort::Backup(loaded_by);
    }
    if let Some(profile) = name.strip_prefix("ifcfg-") {
        return if profile.is_empty() { Sort::Foreign } else { Sort::Profile(profile) };
    }
    let is_companion = |prefix: &str| name.len() > prefix.len() && name.starts_with(prefix);
    if COMPANIONS.iter().any(|prefix| is_companion(prefix)) || name.ends_with(".route") {
        return Sort::Companion;
    }
    if STOCK.contains(&name) {
        return Sort::Stock;
    }
    if HOOKS.contains(&name) {
        return Sort::Hook;
    }
    if name.starts_with("ifup-") || name.starts_with("ifdown-") { Sort::Script } else { Sort::Foreign }
}

/// Who loads a file although its name is that of a backup: `None` where it is no such name.
fn backup(name: &str) -> Option<Option<&'static str>> {
    let lower = name.to_ascii_lowercase();
    let ends = |suffixes: &[&str], text: &str| {
        suffixes.iter().any(|suffix| text.len() > suffix.len() && text.ends_with(suffix))
    };
    if ends(&["~", ".bak", ".orig", ".rpmnew"], &lower) {
        // initscripts compare the case; a `.BAK` is a file for them.
        let exact = ends(&["~", ".bak", ".orig", ".rpmnew"], name);
        return Some((!exact).then_some("initscripts"));
    }
    if ends(&[".old", ".rpmorig", ".rpmsave"], name) {
        return Some(Some("NetworkManager"));
    }
    if ends(&[".rej", ".augnew", ".augtmp"], &lower) {
        return Some(Some("initscripts"));
    }
    let temporary = name.rsplit_once(';').is_some_and(|(before, digits)| {
        !before.is_empty() && digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit())
    });
    temporary.then_some(Some("initscripts"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_union_of_both_programs_backups_is_ignored() {
        assert_eq!(sort("ifcfg-eth0"), Sort::Profile("eth0"));
        assert_eq!(sort("ifcfg-eth0~"), Sort::Backup(None));
        assert_eq!(sort("ifcfg-eth0.rpmsave"), Sort::Backup(Some("NetworkManager")));
        assert_eq!(sort("ifcfg-eth0.augnew"), Sort::Backup(Some("initscripts")));
        assert_eq!(sort("ifcfg-eth0;5f3a9c01"), Sort::Backup(Some("initscripts")));
        assert_eq!(sort("ifcfg-"), Sort::Foreign);
    }

    #[test]
    fn scripts_and_companions_are_known_by_name() {
        assert_eq!(sort("route6-eth0"), Sort::Companion);
        assert_eq!(sort("eth0.route"), Sort::Companion);
        assert_eq!(sort("ifup-eth"), Sort::Stock);
        assert_eq!(sort("ifup-local"), Sort::Hook);
        assert_eq!(sort("ifup-foo"), Sort::Script);
        assert_eq!(sort("notes.txt"), Sort::Foreign);
    }
}
