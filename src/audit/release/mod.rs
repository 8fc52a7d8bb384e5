//! What would break on another release: facts, each with what shows it in a root, its cure and its source.
//!
//! A release is a table of [`Fact`]s, one file each; docs/releases.md has the same facts with the words of their sources. What
//! shows a fact is one of four things (`Trigger`): a file, a key, a line, or something in the network as parsed. Only
//! configuration is looked at, no state.

mod debian13;
mod host;
mod rhel10;
mod sles16;
mod sources;
#[cfg(test)]
mod tests;

use super::{Finding, Place, Told};
use crate::pipeline::Loaded;
use host::Host;
use netpivot_model::codes::Code;
use netpivot_model::codes::drift as codes;
use netpivot_model::diagnostic::Severity;
use netpivot_model::dialect::{IFCFG_NM, KEYFILE};
use netpivot_model::link::{Link, LinkId};
use netpivot_model::shell::quote;
use netpivot_model::source::Origin;
use netpivot_parsers::Tree;

/// A release with what is known of it.
#[derive(Debug)]
pub struct Release {
    /// As the command line has it: `rhel10`.
    pub name: &'static str,
    /// As people call it: `RHEL 10`.
    pub title: &'static str,
    /// ID or ID_LIKE (os-release(5)) of the hosts that may become it.
    family: &'static [&'static str],
    facts: &'static [Fact],
}

/// Red Hat Enterprise Linux 10.
pub static RHEL10: Release =
    Release { name: "rhel10", title: "RHEL 10", family: &["rhel", "centos", "fedora"], facts: rhel10::FACTS };
/// Debian 13 (trixie).
pub static DEBIAN13: Release =
    Release { name: "debian13", title: "Debian 13", family: &["debian"], facts: debian13::FACTS };
/// SUSE Linux Enterprise Server 16.
pub static SLES16: Release =
    Release { name: "sles16", title: "SLES 16", family: &["sles", "suse"], facts: sles16::FACTS };

/// What the release does to a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It has no effect any more.
    Gone,
    /// It fails.
    Fails,
    /// It works, and does something else.
    Changed,
    /// The vendor's own migration stops at it.
    Refused,
}

impl Effect {
    fn code(self) -> &'static Code {
        match self {
            Effect::Gone => &codes::ENDS_ON_RELEASE,
            Effect::Fails => &codes::FAILS_ON_RELEASE,
            Effect::Changed => &codes::CHANGES_ON_RELEASE,
            Effect::Refused => &codes::BLOCKS_UPGRADE,
        }
    }
}

/// Where the words were read that a fact stands on.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Its title.
    pub title: &'static str,
    /// Its address, or the document of a package.
    pub address: &'static str,
}

/// One fact about a release. `meaning` and `cure` have the host's own names in place of `{file}`, `{base}` (the file's own name),
/// `{name}` (what follows the `-` in it), `{names}` (of the value, else the same), `{link}`, `{profile}` (`PROFILE` where no link is meant), `{key}` and `{value}`.
#[derive(Debug)]
pub struct Fact {
    /// With the release: `rhel10/R1`.
    pub id: &'static str,
    effect: Effect,
    /// How bad it is for the host.
    pub severity: Severity,
    /// False where the fact is none of the host's: it comes from a release that was so already.
    applies: fn(&Host<'_>) -> bool,
    triggers: &'static [Trigger],
    /// What it means there: a sentence that begins behind what showed it, without a final period.
    meaning: &'static str,
    /// A command, or several; what no command says behind `#`.
    cure: &'static str,
    /// Where the fact is from.
    pub sources: &'static [&'static Source],
}

/// Facts are one row of a table each.
impl PartialEq for Fact {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// What says a key.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// Files of these paths; `*` stands for any text.
    Files(&'static [&'static str]),
    /// The configuration of that format.
    Format(&'static str),
}

/// What shows a fact in a root.
#[derive(Debug)]
enum Trigger {
    /// A file of one of the paths, unless it is a backup or its own name is one of `except`.
    File {
        paths: &'static [&'static str],
        except: &'static [&'static str],
        when: fn(&Host<'_>, &str) -> bool,
    },
    /// A key of a section (any where it is `*`) with such a value.
    Key { of: Of, section: &'static str, keys: &'static [&'static str], value: fn(&str) -> bool },
    /// A line of a file that is no comment.
    Line { paths: &'static [&'static str], is: fn(&str) -> bool },
    /// Something in the network as parsed.
    Model(Look),
}

/// Looks through a configuration, and tells each place with the link it is about.
type Look = fn(&Loaded, &mut dyn FnMut(Option<LinkId>, &Origin));

/// What showed a fact.
struct Shown {
    place: Place,
    /// The file on the host, whatever people call it.
    path: String,
    link: Option<String>,
    profile: Option<String>,
    /// Key and value, or the line; nothing of a file as a whole.
    said: Option<(String, String)>,
}

fn always(_: &Host<'_>) -> bool {
    true
}

fn any_file(_: &Host<'_>, _: &str) -> bool {
    true
}

fn filled(value: &str) -> bool {
    !value.is_empty()
}

fn is_no(value: &str) -> bool {
    ["no", "false", "0", "off"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// What no reader takes for configuration: backups of editors and package managers.
const BACKUPS: [&str; 9] =
    ["*~", "*.bak", "*.orig", "*.old", "*.rpmnew", "*.rpmorig", "*.rpmsave", "*.rpmtemp", "*.dpkg-*"];

/// Files of NetworkManager.conf(5).
const NM_CONF: Of = Of::Files(host::NM_CONF);

/// Each link of a configuration that fits.
fn links<'l>(
    loaded: &'l Loaded,
    found: &mut dyn FnMut(Option<LinkId>, &Origin),
    look: impl Fn(LinkId, &'l Link) -> Option<&'l Origin>,
) {
    for (id, link) in loaded.network.links() {
        if let Some(origin) = look(id, link) {
            found(Some(id), origin);
        }
    }
}

/// Network cards bound by a name with one of the prefixes, which systemd computes, and by no hardware address.
fn named_alone(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin), prefixes: &[&str]) {
    links(loaded, found, |id, link| {
        let name = link.name.as_ref()?;
        let is_card =
            !name.value.contains(['.', ':', '@']) && prefixes.iter().any(|p| name.value.starts_with(p));
        let has_mac = link.matches.as_ref().is_some_and(|matches| matches.mac.is_some());
        let is_named = loaded.network.named_by_host.contains(&id);
        (is_card && !has_mac && !is_named).then_some(&name.origin)
    });
}

/// Addresses of IPv4 in NetworkManager's profiles that say nothing of duplicates.
fn unchecked_address(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    let dialect = loaded.network.dialect;
    if dialect.format != KEYFILE && dialect != IFCFG_NM {
        return;
    }
    links(loaded, found, |_, link| {
        let ipv4 = link.ipv4.as_ref()?;
        let address = ipv4.addresses.items.first()?;
        ipv4.dad_timeout.is_none().then_some(&address.origin)
    });
}

/// What a host's configuration loses or does otherwise on a release, in the order of the table.
#[must_use]
pub fn check(release: &'static Release, tree: &dyn Tree, configs: &[Loaded]) -> Vec<Finding> {
    let host = Host::of(tree, configs);
    let applying = release.facts.iter().filter(|fact| (fact.applies)(&host));
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(host.of_another_family(release.family).map(|(own, place)| {
        let what = format!("the host is of `{own}`, and nothing is known of its way to {}", release.title);
        let help = "name a release of the host's own family";
        Finding { source: Some(place), ..Finding::new(&codes::ANOTHER_FAMILY, what, help) }
    }));
    for fact in applying {
        for shown in fact.triggers.iter().flat_map(|trigger| host.shown(trigger)) {
            let finding = finding(release, fact, &shown);
            // A link's port may be said by two keys, a file be there by two paths.
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    findings
}

fn finding(release: &Release, fact: &'static Fact, shown: &Shown) -> Finding {
    let subject = match &shown.said {
        Some((key, value)) if value.is_empty() => format!("`{key}`"),
        Some((key, value)) => format!("`{key}={value}`"),
        None => format!("`{}`", shown.place.file),
    };
    let on = release.title;
    let mut finding = Finding::new(
        fact.effect.code(),
        format!("{subject}: on {on} {}", fill(fact.meaning, shown, &str::to_owned)),
        fill(fact.cure, shown, &|word| quote(word).into_owned()),
    );
    finding.link.clone_from(&shown.link);
    finding.entry = Some(format!("file {}", shown.path));
    finding.field = Some(fact.id.to_owned());
    finding.promised = shown.said.is_some().then(|| Told::words(subject.trim_matches('`')));
    finding.source = Some(shown.place.clone());
    finding.fact = Some(fact);
    finding
}

/// A text with the host's names in it.
fn fill(text: &str, shown: &Shown, quoted: &dyn Fn(&str) -> String) -> String {
    let base = shown.path.rsplit('/').next().unwrap_or_default();
    let name = base.split_once('-').map_or(base, |(_, name)| name);
    let link = shown.link.as_deref().unwrap_or(name);
    let (key, value) = shown.said.as_ref().map_or(("", ""), |(key, value)| (key, value));
    let names = if value.is_empty() { name } else { value };
    let marks = [
        ("{file}", shown.path.as_str()),
        ("{base}", base),
        ("{name}", name),
        ("{names}", names),
        ("{link}", link),
        ("{profile}", shown.profile.as_deref().or(shown.link.as_deref()).unwrap_or("PROFILE")),
        ("{key}", key),
        ("{value}", value),
    ];
    // One pass, so that a name with a brace in it stays as it is.
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match marks.iter().find(|(mark, _)| rest.starts_with(mark)) {
            Some((mark, word)) => {
                let words: Vec<String> = match *mark {
                    "{names}" => word.split_ascii_whitespace().map(quoted).collect(),
                    _ => vec![quoted(word)],
                };
                out.push_str(&words.join(" "));
                rest = &rest[mark.len()..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
