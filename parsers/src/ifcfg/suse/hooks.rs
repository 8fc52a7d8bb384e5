//! PRE_UP_SCRIPT and its like: programs that wicked's dispatcher calls (`extensions/dispatch`), each word of the
//! value one.

use super::keys::{Keys, words};
use crate::{Context, Tree};
use netpivot_model::codes::suse;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::hook::Hook;
use netpivot_model::link::LinkId;
use netpivot_model::network::{Network, Owned};
use netpivot_model::source::At;
use netpivot_model::vocabulary::ifcfg_suse::scripts::{KEYS, SCHEMES, Scheme, command};

/// Endings of names that are passed over where a word names a directory (`filter_ext`).
const BACKUPS: [&str; 7] = [".old", ".bak", ".orig", ".rej", ".scpmbackup", "~", ".rpm"];

/// True where a file has scripts.
pub(super) fn any(keys: &Keys) -> bool {
    KEYS.iter().any(|(key, ..)| keys.text(key).is_some())
}

/// Adds the scripts of a file to the network.
pub(super) fn read(
    keys: &Keys,
    name: &str,
    id: LinkId,
    tree: &dyn Tree,
    network: &mut Network,
    cx: &mut Context,
) {
    for (key, phase, action) in KEYS {
        let Some(var) = keys.text(key) else { continue };
        for word in words(var.value) {
            let Some((scheme, rest)) = scheme_of(word) else {
                let message = format!("wicked runs nothing for `{word}` in `{key}`");
                let help = "name a program as `wicked:NAME`, `compat:suse:NAME` or `systemd:UNIT`";
                cx.report(Diagnostic::new(&suse::SCRIPT_UNKNOWN, message).at(var.span).help(help));
                continue;
            };
            for program in programs(scheme, rest, tree) {
                let item = Hook {
                    phase: Some(At::new(phase, var.span)),
                    command: Some(At::new(command(scheme, &program, name, action), var.span)),
                    ..Hook::default()
                };
                network.hooks.push(Owned { owner: Some(id), item });
            }
        }
    }
}

/// What a word names; without a scheme it is wicked's own.
fn scheme_of(word: &str) -> Option<(Scheme, &str)> {
    let known = SCHEMES.iter().find_map(|(prefix, scheme)| Some((*scheme, word.strip_prefix(prefix)?)));
    let (scheme, rest) = known.or_else(|| (!word.contains(':')).then_some((Scheme::Wicked, word)))?;
    (!rest.is_empty()).then_some((scheme, rest))
}

/// The program, or those of a directory. A relative name stands in the first of the scheme's directories that has it.
fn programs(scheme: Scheme, name: &str, tree: &dyn Tree) -> Vec<String> {
    let directories = scheme.directories();
    let Some(first) = directories.first().filter(|_| !name.starts_with('/')) else {
        return vec![name.to_owned()];
    };
    let path = directories
        .iter()
        .map(|directory| format!("{directory}/{name}"))
        .find(|path| tree.exists(path))
        .unwrap_or_else(|| format!("{first}/{name}"));
    let entries = tree.list(&path).unwrap_or_default();
    if entries.is_empty() {
        return vec![path];
    }
    let kept = |name: &str| {
        !BACKUPS.iter().any(|ending| name.ends_with(ending) || (*ending == ".rpm" && name.contains(ending)))
    };
    let mut names: Vec<String> =
        entries.into_iter().map(|entry| entry.name).filter(|name| kept(name)).collect();
    names.sort();
    names.iter().map(|name| format!("{path}/{name}")).collect()
}
