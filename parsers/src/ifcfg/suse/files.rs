//! Which files lie in the configuration directory, and what each is.

use super::DIRECTORY;
use crate::{Context, EntryKind, FileStatus, Tree};
use netpivot_model::value::IfName;

/// Endings of names that wicked passes over (`__ni_suse_ifcfg_valid_suffix`).
const BACKUPS: [&str; 8] = ["~", ".old", ".bak", ".orig", ".scpmbackup", ".rpmnew", ".rpmsave", ".rpmorig"];

/// Prefixes of the files beside an ifcfg file.
const COMPANIONS: [&str; 3] = ["ifroute-", "ifrule-", "ifsysctl-"];

/// Files of the host as a whole.
const GLOBALS: [&str; 4] = ["config", "dhcp", "routes", "ifsysctl"];

/// The names of the directory.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Interfaces with an `ifcfg-` file.
    pub(super) links: Vec<String>,
    /// The files beside them and those of the host, by name.
    pub(super) others: Vec<String>,
}

impl Files {
    pub(super) fn has(&self, name: &str) -> bool {
        self.others.iter().any(|other| other == name)
    }
}

/// True where a name of the directory is one of the format's.
pub(in crate::ifcfg) fn is_file_of(name: &str) -> bool {
    GLOBALS[..3].contains(&name)
        || name.strip_prefix("ifcfg-").is_some_and(|rest| !rest.is_empty())
        || COMPANIONS.iter().any(|prefix| name.starts_with(prefix))
}

/// Where a lone file stands on a host; names that RHEL's files have, too, are left out.
pub(in crate::ifcfg) fn place(name: &str) -> Option<String> {
    let own = COMPANIONS.iter().any(|prefix| name.starts_with(prefix));
    (own || ["routes", "ifsysctl"].contains(&name)).then(|| format!("{DIRECTORY}/{name}"))
}

/// Lists and sorts the directory.
pub(super) fn discover(tree: &dyn Tree, cx: &mut Context) -> Files {
    let mut files = Files::default();
    for entry in tree.list(DIRECTORY).unwrap_or_default() {
        let name = entry.name;
        let path = format!("{DIRECTORY}/{name}");
        if entry.kind == EntryKind::Directory {
            continue;
        }
        match judge(&name) {
            Ok(Some(link)) => files.links.push(link.to_owned()),
            Ok(None) => files.others.push(name),
            Err(why) => cx.files.push((tree.display(&path), FileStatus::Ignored(why.to_owned()))),
        }
    }
    files
}

/// The interface of an `ifcfg-` file, `None` for another file that is read, or why it is not.
fn judge(name: &str) -> Result<Option<&str>, &'static str> {
    if BACKUPS.iter().any(|ending| name.ends_with(ending)) {
        return Err("a backup, which wicked passes over");
    }
    if let Some(link) = name.strip_prefix("ifcfg-") {
        if link.parse::<IfName>().is_err() {
            return Err("its name ends in no interface name, so wicked refuses it");
        }
        return if link == "template" || link.starts_with("template.") {
            Err("a template of SUSE's, no interface")
        } else {
            Ok(Some(link))
        };
    }
    let known = GLOBALS.contains(&name) || COMPANIONS.iter().any(|prefix| name.starts_with(prefix));
    if known { Ok(None) } else { Err("no file that wicked reads as configuration of an interface") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_read() {
        assert_eq!(judge("ifcfg-eth0.5"), Ok(Some("eth0.5")));
        assert_eq!(judge("ifroute-eth0"), Ok(None));
        assert_eq!(judge("routes"), Ok(None));
        for name in ["ifcfg-eth0~", "routes.bak", "ifcfg-a/b", "ifcfg-much-too-long-name", "ifcfg.template"] {
            assert!(judge(name).is_err(), "{name}");
        }
    }
}
