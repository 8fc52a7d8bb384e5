//! Name servers: netconfig(8) has those of the host, and a policy that ranks them and those of the links.

use super::Job;
use super::profile::{Profile, link_fact};
use crate::resolver::search_domains;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::defaults::Silence;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::facts::effective;
use netpivot_model::ip::{IpMethod, is_routing_domain};
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;
use std::fmt::Display;
use std::net::IpAddr;

/// What `config` is to say, of the links that have files.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// True where there is something to say.
    pub(super) is_needed: bool,
    /// The words of NETCONFIG_DNS_POLICY.
    words: Vec<String>,
    servers: Vec<String>,
    domains: Vec<String>,
    options: Vec<String>,
}

/// The bytes of a list.
const LONGEST: usize = 450;

/// True where a family takes servers from somebody.
fn asks(network: &Network, id: LinkId, method: &'static str) -> bool {
    match effective(network, id, FieldPath::parse(method)) {
        Silence::Value(Value::Text(word)) => ["auto", "dhcp"].contains(&word.as_ref()),
        Silence::Value(_) | Silence::Kernel | Silence::Daemon | Silence::Unknown => false,
    }
}

/// True where the servers of a link's leases are not to be used, in no family that has any.
fn is_ignored(network: &Network, id: LinkId) -> bool {
    let link = network.link(id);
    let asking = [(&link.ipv4, "ipv4.method"), (&link.ipv6, "ipv6.method")];
    let asking = asking.into_iter().filter(|(_, method)| asks(network, id, method));
    let said: Vec<bool> = asking
        .map(|(config, _)| {
            config.as_ref().and_then(|c| c.ignore_auto_dns.as_ref()).is_some_and(|at| at.value)
        })
        .collect();
    !said.is_empty() && said.iter().all(|ignored| *ignored)
}

/// True where a family is off, so that it has no servers. That of `lo` never is.
fn is_off(network: &Network, id: LinkId, method: &'static str) -> bool {
    let off = Silence::Value(Value::text(IpMethod::Disabled.as_str()));
    !matches!(network.link(id).kind.value, LinkKind::Loopback(_))
        && effective(network, id, FieldPath::parse(method)) == off
}

fn priority(network: &Network, id: LinkId) -> Option<i64> {
    let link = network.link(id);
    let both = [(&link.ipv4, "ipv4.method"), (&link.ipv6, "ipv6.method")];
    let on = both.into_iter().filter(|(_, method)| !is_off(network, id, method));
    on.filter_map(|(config, _)| Some(config.as_ref()?.dns_priority.as_ref()?.value.get())).find(|n| *n > 0)
}

/// Links that netconfig hears of.
fn counts(network: &Network, id: LinkId) -> bool {
    let link = network.link(id);
    let layer =
        matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_) | LinkKind::Loopback(_));
    let off = is_off(network, id, "ipv4.method") && is_off(network, id, "ipv6.method");
    !layer && !off && !link.is_addressless_port()
}

impl Plan {
    pub(super) fn of(job: &Job<'_>) -> Plan {
        let mut plan = Plan::default();
        let network = job.network;
        let written = |id: LinkId| job.refused[id.0 as usize].is_none();
        // wicked reads a long line in pieces.
        let add = |list: &mut Vec<String>, item: &String| {
            let length: usize = list.iter().map(|item| item.len() + 1).sum();
            if !list.contains(item) && length + item.len() < LONGEST {
                list.push(item.clone());
            }
        };
        for (id, link) in network.links().filter(|(id, link)| written(*id) && !link.is_addressless_port()) {
            for (config, method) in [(&link.ipv4, "ipv4.method"), (&link.ipv6, "ipv6.method")] {
                let Some(config) = config.as_ref().filter(|_| !is_off(network, id, method)) else { continue };
                let plain = |text: &&String| text.parse::<IpAddr>().is_ok();
                config.dns.values().filter(plain).for_each(|item| add(&mut plan.servers, item));
                config
                    .dns_search
                    .values()
                    .filter(|word| is_word(word) && !is_routing_domain(word))
                    .for_each(|item| add(&mut plan.domains, item));
                config
                    .dns_options
                    .values()
                    .filter(|word| is_word(word))
                    .for_each(|item| add(&mut plan.options, item));
            }
        }
        plan.servers.sort_by_key(|server| server.contains(':'));
        let links = || network.links().map(|(id, _)| id).filter(|id| written(*id) && counts(network, *id));
        let lists = [&plan.servers, &plan.domains, &plan.options];
        let has_lists = lists.iter().any(|list| !list.is_empty());
        let ignores = links().any(|id| is_ignored(network, id));
        plan.is_needed = has_lists || ignores || links().any(|id| priority(network, id).is_some());
        let lo = network
            .links()
            .find(|(_, link)| matches!(link.kind.value, LinkKind::Loopback(_)))
            .map(|(id, _)| id);
        let mut ranks: Vec<(i64, String)> = Vec::new();
        if has_lists || links().all(|id| priority(network, id).is_none_or(|n| n > 10)) {
            ranks.push((lo.and_then(|id| priority(network, id)).unwrap_or(0), "STATIC".to_owned()));
        }
        let mut said: Vec<i64> = links().filter_map(|id| priority(network, id)).collect();
        said.sort_unstable();
        said.dedup();
        if ignores || said.len() > 1 {
            for id in links().filter(|id| !is_ignored(network, *id)) {
                if let Some(name) =
                    network.link(id).name.as_ref().map(|at| at.value.clone()).filter(|name| is_word(name))
                {
                    ranks.push((priority(network, id).unwrap_or(i64::MAX), name));
                }
            }
        } else {
            ranks.push((said.first().copied().unwrap_or(i64::MAX), "*".to_owned()));
        }
        ranks.sort_by_key(|(rank, _)| *rank);
        for (_, word) in ranks {
            if !plan.words.contains(&word) {
                plan.words.push(word);
            }
        }
        plan
    }

    /// The rank that netconfig gives to the servers of a link.
    fn rank(&self, name: &str) -> Option<i64> {
        let at = self.words.iter().position(|word| word == name || word == "*")?;
        i64::try_from((at + 1) * 10).ok()
    }
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || c.is_control() || "'\"*?".contains(c))
}

/// The settings of a family that speak of name servers, and its method.
type Paths = [&'static str; 6];

const V4: Paths = [
    "ipv4.dns_priority",
    "ipv4.ignore_auto_dns",
    "ipv4.dns",
    "ipv4.dns_search",
    "ipv4.dns_options",
    "ipv4.method",
];
const V6: Paths = [
    "ipv6.dns_priority",
    "ipv6.ignore_auto_dns",
    "ipv6.dns",
    "ipv6.dns_search",
    "ipv6.dns_options",
    "ipv6.method",
];

fn unlisted(path: impl Display) -> String {
    format!("netconfig takes plain addresses and words in a line of 511 bytes for `{path}`")
}

impl Job<'_> {
    /// What becomes of the name servers of a link.
    pub(super) fn name_servers(&mut self, p: &mut Profile<'_>, v4: IpMethod, v6: IpMethod) {
        let layer = matches!(p.link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_));
        if layer || p.link.is_addressless_port() {
            return;
        }
        let rank = self.dns.rank(&p.name);
        for (config, method, paths) in [(&p.link.ipv4, v4, &V4), (&p.link.ipv6, v6, &V6)] {
            let [_, _, dns, search, options, _] = *paths;
            if method == IpMethod::Disabled {
                for path in [paths[0], paths[1], dns, search, options] {
                    self.otherwise(p, path, "family-that-is-off");
                }
                continue;
            }
            if self.dns.is_needed {
                self.ranked(p, rank, paths);
            }
            let Some(config) = config else { continue };
            search_domains(
                self.cx,
                link_fact(p.id, FieldPath::parse(search)),
                &config.dns_search,
                &codes::SETTING,
                "netconfig",
            );
            let has = |list: &[String], item: &String| list.contains(item);
            let whole = [
                config.dns.values().all(|item| has(&self.dns.servers, item)),
                config.dns_search.values().all(|item| has(&self.dns.domains, item)),
                config.dns_options.values().all(|item| has(&self.dns.options, item)),
            ];
            for (path, whole) in [dns, search, options].into_iter().zip(whole) {
                self.moved(p, path, whole);
            }
        }
    }

    fn ranked(&mut self, p: &mut Profile<'_>, rank: Option<i64>, paths: &Paths) {
        let [place, ignored, .., method] = *paths;
        let said = p.said(place);
        match said {
            Some(Value::Int(n)) if n < 0 => {
                let text = "netconfig has no servers that keep those of other links out";
                self.cannot(p, FieldPath::parse(place), &codes::SETTING, text);
            }
            _ if rank.map(Value::Int) == said => p.done(place),
            _ => self.otherwise(p, place, "netconfig-ranks-name-servers"),
        }
        let asks = asks(self.network, p.id, method);
        let wanted = p.said(ignored) == Some(Value::Bool(true));
        if asks && wanted != rank.is_none() {
            let text = "netconfig takes the servers of both families of a link or none";
            self.cannot(p, FieldPath::parse(ignored), &codes::SETTING, text);
        } else {
            self.otherwise(p, ignored, "netconfig-ranks-name-servers");
        }
    }

    /// The servers of a link are the host's now, whether the link is up or not.
    fn moved(&mut self, p: &mut Profile<'_>, path: &'static str, whole: bool) {
        let Some(leaf) = p.link.leaf(FieldPath::parse(path)).filter(|leaf| leaf.is_said()) else { return };
        if !whole {
            let text = unlisted(path);
            return self.cannot(p, FieldPath::parse(path), &codes::SETTING, text);
        }
        let mut places = Vec::new();
        leaf.origins(&mut |origin| places.push(origin.clone()));
        self.otherwise(p, path, "name-servers-of-the-host");
        if p.said(path).is_some_and(|value| !matches!(&value, Value::List(items) if items.is_empty())) {
            let text = format!(
                "`{path}` of `{}` goes to the file `config`: the host has it, whichever links are up",
                p.name
            );
            let finding = places.iter().fold(Diagnostic::new(&codes::HOST_DNS, text), Diagnostic::from);
            self.cx.diagnostics.push(finding);
        }
    }

    /// Writes `config`. What it says comes back as settings of the loopback device.
    pub(super) fn resolver(&mut self) {
        if !self.dns.is_needed {
            return;
        }
        let lo = self
            .network
            .links()
            .find(|(_, link)| matches!(link.kind.value, LinkKind::Loopback(_)))
            .map(|(id, _)| id);
        if let Some(id) = lo {
            self.of_loopback(id);
        }
        let policy =
            if self.dns.words == ["STATIC", "*"] { "auto".to_owned() } else { self.dns.words.join(" ") };
        self.config.set("NETCONFIG_DNS_POLICY", policy);
        let lists = [
            ("NETCONFIG_DNS_STATIC_SERVERS", self.dns.servers.join(" ")),
            ("NETCONFIG_DNS_STATIC_SEARCHLIST", self.dns.domains.join(" ")),
            ("NETCONFIG_DNS_RESOLVER_OPTIONS", self.dns.options.join(" ")),
        ];
        for (key, text) in lists.into_iter().filter(|(_, text)| !text.is_empty()) {
            self.config.set(key, text);
        }
    }

    fn of_loopback(&mut self, id: LinkId) {
        let link = self.network.link(id);
        for (config, path) in [(&link.ipv4, "ipv4.dns_search"), (&link.ipv6, "ipv6.dns_search")] {
            if let Some(config) = config {
                let fact = link_fact(id, FieldPath::parse(path));
                search_domains(self.cx, fact, &config.dns_search, &codes::SETTING, "netconfig");
            }
        }
        const PATHS: [&str; 7] = [
            "ipv4.dns_priority",
            "ipv6.dns_priority",
            "ipv4.addresses",
            "ipv6.addresses",
            "ipv4.method",
            "ipv6.method",
            "autoconnect",
        ];
        for path in PATHS {
            self.cx.otherwise(link_fact(id, FieldPath::parse(path)), "name-servers-of-the-host");
        }
        let lists = [
            (["ipv4.dns", "ipv6.dns"], &self.dns.servers),
            (["ipv4.dns_search", "ipv6.dns_search"], &self.dns.domains),
            (["ipv4.dns_options", "ipv6.dns_options"], &self.dns.options),
        ];
        for (paths, list) in lists {
            for path in paths.map(FieldPath::parse) {
                let said = self.network.link(id).leaf(path).and_then(|leaf| leaf.value());
                let is_whole = match &said {
                    Some(Value::List(items)) => items.iter().all(|item| list.contains(&item.to_string())),
                    Some(_) | None => true,
                };
                if is_whole {
                    self.cx.otherwise(link_fact(id, path), "name-servers-of-the-host");
                } else {
                    let text = unlisted(path);
                    self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
                }
            }
        }
    }
}
