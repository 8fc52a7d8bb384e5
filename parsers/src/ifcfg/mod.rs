//! RHEL's ifcfg files, read as NetworkManager's ifcfg-rh plugin or as initscripts' network-scripts take them.
//!
//! The two programs disagree on nearly every other key (traps 1 to 28), so each file is read as *one* of them:
//! the one that was in charge. A file that NetworkManager skips or refuses is read as initscripts take it,
//! since nobody else can have acted on it. [`files`] says what lies in the directory, `profile` makes a
//! link of one file, the other modules read groups of keys, and [`account`] names what nobody used.

use crate::text::shell::{Lexed, lex};
use crate::{Confidence, Context, Fatal, FormatInfo, Input, Parser, Tree};
use netpivot_model::network::Network;
use netpivot_model::source::SourceId;

pub mod account;
pub mod aliases;
mod bond;
mod bridge;
mod controller;
pub mod dcb;
mod dialect;
pub mod dot1x;
pub mod ethtool;
pub mod files;
pub mod global;
mod host;
mod identity;
mod infiniband;
pub mod ip;
mod kind;
pub mod nm_only;
pub mod ovs;
mod profile;
pub mod qos;
mod quoting;
pub mod routes;
pub mod rows;
pub mod rules;
pub mod s390;
#[cfg(test)]
mod sample;
pub mod static_routes;
pub mod suse;
mod team;
#[cfg(test)]
mod tests;
pub mod tun;
pub mod tunnels;
pub mod vars;
mod vlan;
pub mod wifi;

/// The directory of the files.
pub const SCRIPTS: &str = "/etc/sysconfig/network-scripts";

/// The file of the host's defaults.
pub const GLOBAL: &str = "/etc/sysconfig/network";

/// The format.
pub struct Ifcfg;

static INFO: FormatInfo = FormatInfo {
    name: "ifcfg",
    aliases: &["sysconfig", "network-scripts", "initscripts"],
    title: "ifcfg files of RHEL and SUSE",
    host_paths: &[SCRIPTS, GLOBAL],
    dialects: &[
        ("networkmanager", "as NetworkManager's ifcfg-rh plugin reads them"),
        ("initscripts", "as initscripts' network-scripts read them"),
        ("suse", "SUSE's files of that name, as wicked reads them"),
    ],
    scope: "links, addresses, routes, policy rules and name servers of a RHEL, CentOS, Fedora or SUSE host; not its firewall",
    doc: "https://github.com/fedora-sysv/initscripts/blob/main/doc/sysconfig.txt",
};

/// A file, lexed.
#[derive(Debug)]
pub struct Text {
    /// What follows `ifcfg-` in its name.
    pub name: String,
    /// The path as on the host.
    pub path: String,
    /// The text.
    pub source: SourceId,
    /// What it says.
    pub lexed: Lexed,
}

/// Reads and lexes a file; `None` where it cannot be read.
fn read_text(
    tree: &dyn Tree,
    name: &str,
    path: String,
    inherited: &dyn Fn(&str) -> Option<String>,
    cx: &mut Context,
) -> Option<Text> {
    let source = cx.read(tree, &path)?;
    let lexed = lex(&cx.sources.get(source).text, source, inherited);
    Some(Text { name: name.to_owned(), path, source, lexed })
}

impl Parser for Ifcfg {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn detect(&self, tree: &dyn Tree) -> Confidence {
        let is_profile = |directory: &str| {
            let entries = tree.list(directory).unwrap_or_default();
            entries
                .into_iter()
                .map(|entry| entry.name)
                .find(|name| name.strip_prefix("ifcfg-").is_some_and(|rest| !rest.is_empty() && rest != "lo"))
        };
        if let Some(name) = is_profile(SCRIPTS) {
            return Confidence::Sure(format!("`{SCRIPTS}/{name}`"));
        }
        if let Some(path) = dialect::suse(tree) {
            return Confidence::Sure(format!("`{path}` (SUSE's dialect)"));
        }
        let lone = ["/etc/sysconfig/static-routes", "/etc/sysconfig/static-routes-ipv6"];
        if let Some(path) = lone.iter().find(|path| tree.exists(path)) {
            return Confidence::Maybe(format!("`{path}`"));
        }
        if !tree.list(SCRIPTS).unwrap_or_default().is_empty() {
            return Confidence::Maybe(format!("`{SCRIPTS}` holds files, but no ifcfg file of a link"));
        }
        Confidence::No
    }

    fn place(&self, file_name: &str, text: &str) -> Option<String> {
        if file_name == "-" {
            return dialect::place(&dialect::name_of_stdin(text)?);
        }
        if file_name.starts_with("ifcfg-") && dialect::is_suse_text(text) {
            return Some(format!("{GLOBAL}/{file_name}"));
        }
        suse::place(file_name).or_else(|| dialect::place(file_name))
    }

    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
        let suse = match input.dialect {
            Some(dialect) => dialect == "suse",
            None => dialect::suse(input.tree).is_some() && !dialect::has_scripts(input.tree),
        };
        if suse { suse::parse(input, cx) } else { host::parse(input, cx) }
    }
}
