//! Kernel settings: sysctl.d(5) and `ifsysctl`, `ifsysctl-IF` above them (`__ni_suse_read_ifsysctl`).
//!
//! The files of the host as a whole stay where they are; what they say of IPv6 decides how wicked sets up a link. The
//! `ifsysctl` files are the format's own, so each of their lines goes into the network.

use super::DIRECTORY;
use crate::{Context, Tree};
use netpivot_model::codes::suse;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::{AddrGenMode, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{Leftover, Network, Owned, Weight};
use netpivot_model::source::{At, Origin, SourceId, Span};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::Int;

/// The directories of sysctl.d(5); a name in an earlier one hides it in the later ones.
const DIRECTORIES: [&str; 5] =
    ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];

/// One line.
#[derive(Debug, Clone)]
struct Line {
    /// With `/` between the parts.
    key: String,
    value: String,
    span: Span,
}

/// The settings that hold for a link, later ones above earlier ones.
#[derive(Debug, Default, Clone)]
pub(super) struct Settings {
    lines: Vec<Line>,
}

/// Reads the host's settings.
pub(super) fn host(tree: &dyn Tree, has_own: bool, cx: &mut Context) -> Settings {
    let mut names: Vec<(String, String)> = Vec::new();
    for directory in DIRECTORIES {
        for entry in tree.list(directory).unwrap_or_default() {
            if entry.name.ends_with(".conf") && !names.iter().any(|(name, _)| *name == entry.name) {
                names.push((entry.name.clone(), format!("{directory}/{}", entry.name)));
            }
        }
    }
    names.sort();
    let mut settings = Settings::default();
    let paths = names.into_iter().map(|(_, path)| path).chain(["/etc/sysctl.conf".to_owned()]);
    for path in paths {
        if let Some(source) = cx.read(tree, &path) {
            settings.lines.extend(lines(source, cx).0);
        }
    }
    if has_own {
        settings.add_own(tree, "ifsysctl", cx);
    }
    settings
}

impl Settings {
    /// The settings with those of a link's own file above.
    pub(super) fn of_link(&self, tree: &dyn Tree, name: &str, cx: &mut Context) -> Settings {
        let mut settings = self.clone();
        settings.add_own(tree, &format!("ifsysctl-{name}"), cx);
        settings
    }

    fn add_own(&mut self, tree: &dyn Tree, name: &str, cx: &mut Context) {
        let Some(source) = cx.read(tree, &format!("{DIRECTORY}/{name}")) else { return };
        let (found, broken) = lines(source, cx);
        for span in broken {
            let text = cx.sources.text(span);
            let message = if text.contains(char::REPLACEMENT_CHARACTER) {
                format!("`{text}` is left out, because it holds bytes that are not UTF-8")
            } else {
                format!("wicked skips `{text}`, because it is no `NAME = VALUE`")
            };
            cx.report(
                Diagnostic::new(&suse::LINE_SKIPPED, message).at(span).help("correct the line, or remove it"),
            );
        }
        for line in &found {
            cx.items.push(Item {
                span: line.span,
                owner: None,
                section: None,
                key: line.key.clone(),
                value: line.value.clone(),
                secret: false,
            });
        }
        self.lines.extend(found);
    }

    /// The value for a link: `all`, `default`, the link's own, the last one said (`__ifsysctl_get_var`).
    fn get(&self, family: &str, name: &str, attribute: &str) -> Option<&Line> {
        let scopes: &[&str] = if name == "lo" { &[name] } else { &["all", "default", name] };
        scopes.iter().rev().find_map(|scope| {
            let key = format!("net/{family}/conf/{scope}/{attribute}");
            self.lines.iter().rev().find(|line| line.key == key && !line.value.is_empty())
        })
    }

    fn number(&self, family: &str, name: &str, attribute: &str) -> Option<At<i64>> {
        let line = self.get(family, name, attribute)?;
        line.value.parse().ok().map(|n| At::new(n, line.span))
    }

    /// What the settings say of a link whose addresses and methods are read.
    pub(super) fn apply(&self, link: &mut Link, _: &mut Context) {
        if self.lines.is_empty() || matches!(link.kind.value, LinkKind::Loopback(_)) {
            return;
        }
        let name = link.label().to_owned();
        if let Some(at) = self.number("ipv4", &name, "forwarding") {
            link.ipv4.get_or_insert_default().forwarding =
                Int::new(at.value).map(|n| At { value: n, origin: at.origin });
        }
        if let Some(at) = self.number("ipv6", &name, "disable_ipv6").filter(|at| at.value == 1) {
            let ipv6 = link.ipv6.get_or_insert_default();
            ipv6.method = Some(At { value: IpMethod::Disabled, origin: at.origin });
            ipv6.addresses.items.clear();
            return;
        }
        let router = self.number("ipv6", &name, "forwarding").is_some_and(|at| at.value == 1);
        let accept =
            self.number("ipv6", &name, "accept_ra").map(|at| At::new(at.value.clamp(0, 2), at.origin));
        if let Some(at) = accept {
            let ipv6 = link.ipv6.get_or_insert_default();
            let asks = ipv6.method.is_some();
            if at.value == 0 || (router && at.value == 1) {
                // Without advertisements the kernel makes a link-local address only; DHCPv6 goes on.
                let method = match (asks, ipv6.addresses.is_said()) {
                    (true, _) => IpMethod::Dhcp,
                    (false, true) => IpMethod::Manual,
                    (false, false) => IpMethod::LinkLocal,
                };
                ipv6.method = Some(At { value: method, origin: at.origin });
            } else {
                // The kernel's own autoconfiguration goes on.
                ipv6.accept_ra = Int::new(at.value).map(|n| At { value: n, origin: at.origin });
            }
        }
        let ipv6 = &mut link.ipv6;
        if let Some(at) = self.number("ipv6", &name, "use_tempaddr") {
            ipv6.get_or_insert_default().ip6_privacy =
                Int::new(at.value.clamp(0, 2)).map(|n| At { value: n, origin: at.origin });
        }
        if let Some(at) = self.number("ipv6", &name, "autoconf") {
            ipv6.get_or_insert_default().autoconf = Some(At { value: at.value != 0, origin: at.origin });
        }
        let modes = [(0, AddrGenMode::Eui64), (2, AddrGenMode::StablePrivacy)];
        if let Some(at) = self.number("ipv6", &name, "addr_gen_mode")
            && let Some((_, mode)) = modes.iter().find(|(n, _)| *n == at.value)
        {
            ipv6.get_or_insert_default().addr_gen_mode = Some(At { value: *mode, origin: at.origin });
        }
    }

    /// The lines of the format's own files that stand behind no setting of a link.
    pub(super) fn rest(&self, owner: Option<LinkId>, network: &mut Network, cx: &Context, skip: &[Span]) {
        for line in &self.lines {
            let own = cx.sources.get(line.span.source).path.contains("/ifsysctl");
            if !own || skip.contains(&line.span) {
                continue;
            }
            if line.key.starts_with("net/") {
                let item = Sysctl {
                    key: Some(At::new(dotted(&line.key), line.span)),
                    value: Some(At::new(line.value.clone(), line.span)),
                    ..Sysctl::default()
                };
                network.sysctls.push(Owned { owner, item });
            } else {
                network.leftovers.push(Leftover {
                    owner,
                    section: None,
                    key: dotted(&line.key),
                    value: line.value.clone(),
                    secret: false,
                    weight: Weight::Acts,
                    meaning: "is no setting of the network".to_owned(),
                    origin: Origin::at(line.span),
                });
            }
        }
    }

    /// The places of the lines.
    pub(super) fn spans(&self) -> Vec<Span> {
        self.lines.iter().map(|line| line.span).collect()
    }
}

/// Dots between the parts, a slash for a dot within an interface's name.
fn dotted(key: &str) -> String {
    key.chars()
        .map(|c| {
            if c == '/' {
                '.'
            } else if c == '.' {
                '/'
            } else {
                c
            }
        })
        .collect()
}

/// The `NAME = VALUE` lines of a text, and the lines that are none.
fn lines(source: SourceId, cx: &Context) -> (Vec<Line>, Vec<Span>) {
    let (mut found, mut broken) = (Vec::new(), Vec::new());
    let mut start = 0;
    for line in cx.sources.get(source).text.split_inclusive('\n') {
        let body = line.trim();
        let from = start + (line.len() - line.trim_start().len());
        start += line.len();
        if body.is_empty() || body.starts_with(['#', ';']) {
            continue;
        }
        let span = Span::new(source, from, from + body.len());
        match body.split_once('=').filter(|_| !body.contains(char::REPLACEMENT_CHARACTER)) {
            Some((key, value)) => found.push(Line {
                key: slashed(key.trim().trim_start_matches('-')),
                value: value.trim().to_owned(),
                span,
            }),
            None => broken.push(span),
        }
    }
    (found, broken)
}

/// One spelling: what stands first, `.` or `/`, is the separator (sysctl.d(5)).
fn slashed(key: &str) -> String {
    match key.find(['.', '/']) {
        Some(at) if key.as_bytes()[at] == b'.' => key
            .chars()
            .map(|c| {
                if c == '.' {
                    '/'
                } else if c == '/' {
                    '.'
                } else {
                    c
                }
            })
            .collect(),
        Some(_) | None => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_two_spellings() {
        assert_eq!(slashed("net.ipv6.conf.eth0/5.accept_ra"), "net/ipv6/conf/eth0.5/accept_ra");
        assert_eq!(slashed("net/ipv6/conf/eth0.5/accept_ra"), "net/ipv6/conf/eth0.5/accept_ra");
        assert_eq!(dotted("net/ipv6/conf/eth0.5/accept_ra"), "net.ipv6.conf.eth0/5.accept_ra");
    }
}
