//! Name servers, which the kernel knows nothing of: a capture takes them from resolv.conf(5) where it is asked to.

use super::Reading;
use super::snapshot::{Resolver, Snapshot};
use netpivot_model::codes::netlink as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::source::Origin;
use std::net::IpAddr;

impl Resolver {
    /// What a resolv.conf says, and the lines that it has no place for (`sortlist`). A keyword starts its line, the last `search`
    /// or `domain` counts, and options add up (resolv.conf(5)).
    #[must_use]
    pub fn read<'t>(file: &str, text: &'t str) -> (Self, Vec<&'t str>) {
        let mut found = Resolver { file: file.to_owned(), ..Resolver::default() };
        let mut left = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with(['#', ';'])) {
            let (keyword, rest) = line.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((line, ""));
            let mut words = rest.split_ascii_whitespace().map(str::to_owned);
            match keyword {
                "nameserver" => found.nameservers.extend(words.next()),
                "search" | "domain" => found.search = words.collect(),
                "options" => found.options.extend(words),
                _ => left.push(line.trim()),
            }
        }
        (found, left)
    }

    /// True where all that is asked is systemd-resolved on this host, which knows the servers
    /// (systemd-resolved.service(8), `/etc/resolv.conf`).
    #[must_use]
    pub fn is_stub(&self) -> bool {
        !self.nameservers.is_empty()
            && self.nameservers.iter().all(|server| matches!(server.as_str(), "127.0.0.53" | "127.0.0.54"))
    }
}

impl Reading<'_> {
    /// Gives the name servers to the link that the default route goes through, unless it has its addresses from a server
    /// that may have named them.
    pub(super) fn name_servers(&mut self, snapshot: &Snapshot, network: &mut Network) {
        let Some(seen) = &snapshot.resolver else { return };
        let mut ids: Vec<LinkId> = self.ids.values().copied().collect();
        ids.sort_unstable();
        let leads_out = |id: &LinkId| {
            let routes = network.routes.iter().filter(|route| route.owner == Some(*id));
            let mut routes = routes.filter_map(|route| route.item.dst.as_ref());
            has_gateway(network.link(*id)) || routes.any(|dst| dst.value.prefix_len() == 0)
        };
        let gets = |id: &LinkId, v6: bool| {
            let link = network.link(*id);
            let config = if v6 { &link.ipv6 } else { &link.ipv4 };
            let method = config.as_ref().and_then(|config| config.method.as_ref());
            method.is_some_and(|at| matches!(at.value, IpMethod::Auto | IpMethod::Dhcp))
        };
        let first = ids.iter().copied().find(leads_out);
        // Advertisements seldom name servers where a gateway is set up by hand.
        if ids.iter().any(|id| gets(id, false) || first.is_none() && gets(id, true)) {
            return self.leave("name servers, which a lease or an advertisement may have named", seen.span);
        }
        let Some(id) = first else {
            let message = "no link has a default route, so nothing says whose the name servers are";
            let help = "give them to a link in the output by hand";
            return self.cx.report(Diagnostic::new(&codes::NOT_CAPTURED, message).at(seen.span).help(help));
        };
        let link = network.link_mut(id);
        let origin = Origin::at(seen.span);
        for server in &seen.item.nameservers {
            // A zone names a link (`fe80::1%eth0`).
            let bare = server.split('%').next().unwrap_or(server);
            match bare.parse::<IpAddr>() {
                Ok(IpAddr::V4(_)) => {
                    link.ipv4.get_or_insert_default().dns.push(server.clone(), origin.clone());
                }
                Ok(IpAddr::V6(_)) => {
                    link.ipv6.get_or_insert_default().dns.push(server.clone(), origin.clone());
                }
                Err(_) => {
                    let message = format!("`{server}` is no address of a name server");
                    let found = Diagnostic::new(&codes::NOT_IP_JSON, message).at(seen.span);
                    self.cx.report(found.help("correct resolv.conf(5) on the host"));
                }
            }
        }
        let has_v4 = link.ipv4.as_ref().is_some_and(|config| !config.dns.items.is_empty());
        let config = if has_v4 { &mut link.ipv4 } else { &mut link.ipv6 }.get_or_insert_default();
        seen.item.search.iter().for_each(|name| config.dns_search.push(name.clone(), origin.clone()));
        seen.item.options.iter().for_each(|word| config.dns_options.push(word.clone(), origin.clone()));
    }
}

fn has_gateway(link: &Link) -> bool {
    [&link.ipv4, &link.ipv6].into_iter().flatten().any(|config| config.gateway.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolv_conf_by_its_own_rules() {
        let text = "# by hand\nnameserver 192.0.2.53\n nameserver 192.0.2.54\nnameserver 2001:db8::53 x\ndomain old.example\nsearch a.example b.example\n\
                    options edns0 timeout:1\n; options no\noptions rotate\nsortlist 10.0.0.0\n";
        let (found, left) = Resolver::read("/etc/resolv.conf", text);
        assert_eq!(left, ["nameserver 192.0.2.54", "sortlist 10.0.0.0"]);
        assert_eq!(found.nameservers, ["192.0.2.53", "2001:db8::53"]);
        assert_eq!(found.search, ["a.example", "b.example"]);
        assert_eq!(found.options, ["edns0", "timeout:1", "rotate"]);
        assert!(!found.is_stub());
        assert!(Resolver::read("/etc/resolv.conf", "nameserver 127.0.0.53\noptions edns0\n").0.is_stub());
        assert!(!Resolver::read("/etc/resolv.conf", "").0.is_stub());
    }
}
