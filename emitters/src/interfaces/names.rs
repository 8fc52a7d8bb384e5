//! Name servers and search domains, which resolvconf takes from any stanza.

use super::stanza::{Stanza, refused};
use super::{Job, codes, link_fact};
use crate::resolver::{has_one_source, search_domains};
use netpivot_model::dialect::INTERFACES;
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use std::net::IpAddr;

impl Job<'_> {
    /// Name servers and search domains, which resolvconf takes from any stanza.
    pub(super) fn names(
        &mut self,
        id: LinkId,
        config: &IpConfig,
        v6: bool,
        name: &str,
        stanzas: &mut Vec<Stanza>,
    ) {
        let (servers, odd): (Vec<&String>, Vec<&String>) =
            config.dns.values().partition(|server| server.parse::<IpAddr>().is_ok());
        if !odd.is_empty() {
            let words: Vec<&str> = odd.into_iter().map(String::as_str).collect();
            let text = format!("resolvconf takes addresses only, not `{}`", words.join("`, `"));
            self.cx.cannot(link_fact(id, super::address::path(v6, "dns")), &codes::SETTING, text, None);
        }
        // Whoever writes a word for systemd-resolved into an interfaces file has a hook that takes it.
        let domains = if self.network.dialect_of(id).format == INTERFACES {
            config.dns_search.values().collect()
        } else {
            let fact = link_fact(id, super::address::path(v6, "dns_search"));
            search_domains(self.cx, fact, &config.dns_search, &codes::SETTING, "resolvconf")
        };
        let join = |items: Vec<&String>| items.into_iter().cloned().collect::<Vec<_>>().join(" ");
        let lists = [
            ("dns", "dns-nameservers", join(servers)),
            ("dns_search", "dns-search", join(domains)),
            ("dns_options", "dns-options", join(config.dns_options.values().collect())),
        ];
        for (field, option, text) in lists {
            if text.is_empty() {
                continue;
            }
            if let Some(why) = refused(&text, self.reader) {
                self.cx.cannot(link_fact(id, super::address::path(v6, field)), &codes::VALUE, why, None);
                continue;
            }
            self.needs("resolvconf");
            let n = match stanzas.iter().position(|s| s.v6 == v6) {
                Some(n) => n,
                None => {
                    stanzas.push(Stanza::new(name, v6, "manual"));
                    stanzas.len() - 1
                }
            };
            stanzas[n].option(option, text);
        }
    }

    /// Name servers stand in the stanza that `lo` has anyway, once for both families.
    pub(super) fn names_of_loopback(&mut self, id: LinkId, loopback: &mut Stanza, more: &mut [Stanza]) {
        for stanza in more {
            for (key, value) in stanza.options.extract_if(.., |(key, _)| key.starts_with("dns-")) {
                let Some((_, said)) = loopback.options.iter_mut().find(|(k, _)| *k == key) else {
                    loopback.option(key, value);
                    continue;
                };
                for word in value.split_whitespace() {
                    if !said.split_whitespace().any(|other| other == word) {
                        said.push(' ');
                        said.push_str(word);
                    }
                }
            }
        }
        // The resolver has one list for both families.
        for field in ["ipv6.dns_search", "ipv6.dns_options"] {
            self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "names-of-the-host");
        }
    }

    /// ifupdown2 and ifupdown-ng have one list for the interface where the source has one for each family, which the
    /// resolver does not tell apart.
    pub(super) fn names_of_interface(&mut self, id: LinkId) {
        let link = self.network.link(id);
        let lists = |config: Option<&IpConfig>| {
            let items =
                |list: &netpivot_model::reflect::List<String>| list.values().cloned().collect::<Vec<_>>();
            config.map_or_else(Default::default, |config| {
                [items(&config.dns_search), items(&config.dns_options)]
            })
        };
        let (v4, v6) = (lists(link.ipv4.as_deref()), lists(link.ipv6.as_deref()));
        for (n, field) in ["dns_search", "dns_options"].into_iter().enumerate() {
            if v4[n] != v6[n] {
                for family in [false, true] {
                    let fact = link_fact(id, super::address::path(family, field));
                    self.cx.otherwise(fact, "names-of-the-interface");
                }
            }
        }
    }

    /// `dns_priority` where resolvconf's own order is the same.
    pub(super) fn is_ranked_so(&mut self, id: LinkId, path: FieldPath) -> bool {
        let known =
            ["ipv4.dns_priority", "ipv6.dns_priority"].iter().any(|name| path == FieldPath::parse(name));
        let is_so = known && (self.is_order_of_resolvconf || has_one_source(self.network));
        if is_so {
            self.cx.otherwise(link_fact(id, path), "order-of-resolvconf");
        }
        is_so
    }
}

/// True where the servers of `lo` come first and all others are equal: resolvconf's `interface-order` begins with `lo`.
pub(super) fn is_order_of_resolvconf(network: &Network) -> bool {
    let is_lo = |link: &Link| matches!(link.kind.value, LinkKind::Loopback(_));
    let ranks = |lo: bool| -> Vec<i64> {
        let links = network.links().map(|(_, link)| link);
        let links = links.filter(|link| is_lo(link) == lo && !link.is_addressless_port());
        let configs = links.flat_map(|link| [link.ipv4.as_deref(), link.ipv6.as_deref()]).flatten();
        let asking =
            configs.filter(|config| config.method.as_ref().is_none_or(|at| at.value != IpMethod::Disabled));
        asking.map(|config| config.dns_priority.as_ref().map_or(0, |at| at.value.get())).collect()
    };
    let (first, others) = (ranks(true), ranks(false));
    let equal = others.windows(2).all(|pair| pair[0] == pair[1]) && others.iter().all(|rank| *rank > 0);
    equal && first.iter().all(|rank| *rank > 0 && others.iter().all(|other| rank < other))
}
