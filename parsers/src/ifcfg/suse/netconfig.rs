//! Name servers: netconfig(8) joins those of the host (`NETCONFIG_DNS_STATIC_*` in `config`) with those of the links as
//! NETCONFIG_DNS_POLICY says.
//!
//! The host's own servers belong to no card. They go to the loopback link, which is always up, and so does their place in the
//! order; links whose servers the policy leaves out do not take them.

use super::keys::{Keys, words};
use super::kind::file_name;
use crate::ifcfg::vars::Var;
use ipnet::IpNet;
use netpivot_model::ip::{Address, IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::reflect::List;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::Int;
use std::net::IpAddr;

/// The name of the rule.
const RULE: &str = "netconfig-dns-policy";

/// What the policy says, each word with its place in the order.
struct Policy<'a> {
    words: Vec<&'a str>,
    spans: Vec<Span>,
}

impl<'a> Policy<'a> {
    /// `auto` is `STATIC *`; without a policy netconfig writes nothing.
    fn of(config: &'a Keys) -> Policy<'a> {
        let var = config.text("NETCONFIG_DNS_POLICY");
        let text = var.map_or("", |var| var.value);
        let expand = |word: &'a str| match word {
            "auto" => vec!["STATIC", "*"],
            "STATIC_FALLBACK" => vec!["STATIC"],
            "NetworkManager" => Vec::new(),
            other => vec![other],
        };
        let spans = config.get("NETCONFIG_DNS_POLICY").map(|var| var.span).into_iter().collect();
        Policy { words: words(text).flat_map(expand).collect(), spans }
    }

    fn origin(&self) -> Origin {
        Origin::derived(RULE, self.spans.iter().copied())
    }

    /// The rank of a link's servers, 10 for the first word, as NetworkManager's priorities go.
    fn rank_of(&self, name: &str) -> Option<i64> {
        self.position(|word| word != "STATIC" && glob(word, name))
    }

    fn static_rank(&self) -> Option<i64> {
        self.position(|word| word == "STATIC")
    }

    fn position(&self, fits: impl Fn(&str) -> bool) -> Option<i64> {
        let at = self.words.iter().position(|word| fits(word))?;
        i64::try_from(at).ok().map(|n| (n + 1) * 10)
    }
}

/// Applies the policy to all links and adds the host's own servers. `config` is the file; without it nothing is known.
pub(super) fn apply(network: &mut Network, config: Option<&Keys>) {
    let Some(config) = config else { return };
    let policy = Policy::of(config);
    for link in &mut network.links {
        let layer =
            matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_) | LinkKind::Loopback(_));
        if layer || link.is_addressless_port() {
            continue;
        }
        let rank = policy.rank_of(link.label());
        let v6_off = link.ipv6.as_ref().is_some_and(|config| is_off(config));
        if link.ipv4.as_ref().is_some_and(|config| config.method.is_some() && !is_off(config)) {
            rank_link(link.ipv4.get_or_insert_default(), rank, &policy);
        }
        if !v6_off {
            rank_link(link.ipv6.get_or_insert_default(), rank, &policy);
        }
    }
    if let Some(rank) = policy.static_rank() {
        add_static(network, config, rank, &policy);
    }
}

fn is_off(config: &IpConfig) -> bool {
    config.method.as_ref().is_some_and(|at| at.value == IpMethod::Disabled)
}

fn rank_link(config: &mut IpConfig, rank: Option<i64>, policy: &Policy<'_>) {
    match rank.and_then(Int::new) {
        Some(rank) => config.dns_priority = Some(At::new(rank, policy.origin())),
        None => config.ignore_auto_dns = Some(At::new(true, policy.origin())),
    }
}

fn add_static(network: &mut Network, config: &Keys, rank: i64, policy: &Policy<'_>) {
    let servers = config.text("NETCONFIG_DNS_STATIC_SERVERS");
    let domains = config.text("NETCONFIG_DNS_STATIC_SEARCHLIST");
    let options = config.text("NETCONFIG_DNS_RESOLVER_OPTIONS");
    if [servers, domains, options].iter().all(Option::is_none) {
        return;
    }
    let position = network.links.iter().position(|link| matches!(link.kind.value, LinkKind::Loopback(_)));
    let index = position.unwrap_or_else(|| {
        network.add_link(loopback());
        network.links.len() - 1
    });
    let link = &mut network.links[index];
    let has = |v4: bool| {
        servers.is_some_and(|var| {
            words(var.value).any(|word| word.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4() == v4))
        })
    };
    // A family without servers has no use for domains, but one of them must hold them.
    let families = [(true, has(true) || !has(false)), (false, has(false))];
    for (v4, wanted) in families {
        if !wanted {
            continue;
        }
        let family = if v4 { &mut link.ipv4 } else { &mut link.ipv6 };
        let family = family.get_or_insert_default();
        own_address(family, v4);
        fill(&mut family.dns, servers, |word| word.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4() == v4));
        fill(&mut family.dns_search, domains, |_| true);
        fill(&mut family.dns_options, options, |_| true);
        family.dns_priority = Int::new(rank).map(|rank| At::new(rank, policy.origin()));
    }
}

fn fill(list: &mut List<String>, var: Option<Var<'_>>, wanted: impl Fn(&str) -> bool) {
    let Some(var) = var else { return };
    for word in words(var.value).filter(|word| wanted(word)) {
        list.push(word.to_owned(), var.span);
    }
}

/// The loopback link, made to hold what belongs to the host.
fn loopback() -> Link {
    Link {
        name: Some(At::new("lo".to_owned(), file_name())),
        kind: At::new(LinkKind::Loopback(Box::default()), Origin::derived(RULE, [])),
        autoconnect: Some(At::new(true, Origin::derived(RULE, []))),
        ..Link::default()
    }
}

/// NetworkManager wants the addresses in the profile that it takes lo with.
fn own_address(config: &mut IpConfig, v4: bool) {
    let text = if v4 { "127.0.0.1/8" } else { "::1/128" };
    let net: IpNet = text.parse().expect("it is an address");
    if !config.addresses.values().any(|address| address.net == net) {
        config.addresses.push(Address::new(net), Origin::derived(RULE, []));
    }
    let method = At::new(IpMethod::Manual, Origin::derived(RULE, []));
    config.method.get_or_insert(method);
}

/// Patterns of the shell: `*` and `?`.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            Some(_) | None => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn patterns_are_those_of_the_shell() {
        for (pattern, text, fits) in [
            ("eth*", "eth0", true),
            ("test?", "test12", false),
            ("test??", "test12", true),
            ("*", "", true),
            ("e*0", "eth10", true),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }
}
