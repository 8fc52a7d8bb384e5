//! DNSn, DOMAIN and RES_OPTIONS (ifcfg.md 3.3, 3.4).

use super::ip::Methods;
use super::profile::Profile;
use super::{Job, Reader};
use crate::resolver::search_domains;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::ip::{IpConfig, IpMethod, name_server_address};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::reflect::Sub;
use netpivot_model::value::Value;

/// What one family has of a list.
type ListOf = fn(&IpConfig) -> Vec<String>;

impl Job<'_> {
    /// Writes name servers, search domains and resolver options.
    pub(super) fn dns(&mut self, p: &mut Profile<'_>, methods: Methods) {
        let v4 = match (methods.v4, p.reader) {
            (IpMethod::Disabled | IpMethod::Shared, _) => false,
            (IpMethod::LinkLocal, Reader::NetworkManager) => false,
            (_, _) => true,
        };
        let v6 = !matches!(methods.v6, IpMethod::Ignore | IpMethod::Disabled | IpMethod::LinkLocal);
        self.servers(p, v4, v6);
        self.domains(p, v4, v6);
        let options: ListOf = |ip| ip.dns_options.values().cloned().collect();
        let families = [
            (
                "ipv4.dns_options",
                "RES_OPTIONS",
                items(&p.link.ipv4, options),
                methods.v4 != IpMethod::Disabled,
            ),
            ("ipv6.dns_options", "IPV6_RES_OPTIONS", items(&p.link.ipv6, options), p.is_nm()),
        ];
        for (path, key, words, read) in families {
            if p.said(path).is_none() || !read {
                continue;
            }
            if has_odd(&words) {
                self.refused(p, path, "takes words without blanks, each once");
                continue;
            }
            p.file.set(key, words.join(" "));
            p.done(path);
        }
        let untouched = p.said("ipv4.ignore_auto_dns") == Some(Value::Bool(true));
        if !p.is_nm() && untouched && ["DNS1", "DOMAIN"].iter().any(|key| p.file.get(key).is_some()) {
            // PEERDNS=no alone keeps initscripts from resolv.conf altogether.
            p.file.flag("RESOLV_MODS", true);
        }
    }

    fn servers(&mut self, p: &mut Profile<'_>, v4: bool, v6: bool) {
        let list: ListOf = |ip| ip.dns.values().cloned().collect();
        let mut number = 0;
        let families = [
            ("ipv4.dns", items(&p.link.ipv4, list), v4, true),
            ("ipv6.dns", items(&p.link.ipv6, list), v6, false),
        ];
        for (path, servers, read, is_v4) in families {
            let mut lost = Vec::new();
            for (n, server) in servers.iter().enumerate() {
                let fits = name_server_address(server).is_some_and(|ip| ip.is_ipv4() == is_v4);
                if !read || !fits || servers[..n].contains(server) || !p.is_nm() && number >= 3 {
                    lost.push(server.as_str());
                    continue;
                }
                number += 1;
                p.file.set(format!("DNS{number}"), server.as_str());
            }
            if lost.is_empty() {
                p.done(path);
                continue;
            }
            let why = match p.reader {
                _ if !read => "the family has no name servers with this method".to_owned(),
                Reader::NetworkManager => "DNSn takes each address of its family once".to_owned(),
                Reader::Initscripts => "initscripts take three servers in all, each once".to_owned(),
            };
            let text = format!("the name server {} is not written: {why}", lost.join(", "));
            self.cannot(p, FieldPath::parse(path), &codes::SETTING, text, None);
        }
    }

    /// DOMAIN goes to IPv4 where that has name servers, else to IPv6.
    fn domains(&mut self, p: &mut Profile<'_>, v4: bool, v6: bool) {
        let key6 = match p.reader {
            Reader::NetworkManager => Some("IPV6_DOMAIN"),
            Reader::Initscripts if !v4 => Some("DOMAIN"),
            Reader::Initscripts => None,
        };
        let families = [
            ("ipv4.dns_search", &p.link.ipv4, v4, Some("DOMAIN")),
            ("ipv6.dns_search", &p.link.ipv6, v6, key6),
        ];
        let own = p.link.ipv4.as_ref().filter(|_| v4).map(|config| &config.dns_search);
        let is_v4 = |word: &String| own.is_some_and(|list| list.values().any(|other| other == word));
        for (path, config, read, key) in families {
            let Some(list) = config.as_ref().map(|config| &config.dns_search).filter(|l| !l.items.is_empty())
            else {
                continue;
            };
            let words: Vec<String> = if p.is_nm() || !read || key.is_none() {
                list.values().cloned().collect()
            } else {
                let fact = FactPath { subject: Subject::Link(p.id), field: FieldPath::parse(path) };
                let taken =
                    search_domains(self.cx, fact, list, &codes::SETTING, "resolv.conf of initscripts");
                taken.into_iter().cloned().collect()
            };
            if words.is_empty() {
                p.done(path);
                continue;
            }
            match key {
                Some(key) if read && !has_odd(&words) => {
                    p.file.set(key, words.join(" "));
                    p.done(path);
                }
                Some(_) if read => self.refused(p, path, "takes domains without blanks, each once"),
                Some(_) => self.unsaid(p, path, "the family has no search domains with this method"),
                // The resolver has one list for both families.
                None if words.iter().all(is_v4) => {
                    self.otherwise(p, path, "domains-of-the-other-family");
                    p.done(path);
                }
                None => self.unsaid(p, path, "initscripts know one list of domains, which goes with IPv4"),
            }
        }
    }
}

fn items(ip: &Sub<IpConfig>, list: ListOf) -> Vec<String> {
    ip.as_ref().map_or_else(Vec::new, |ip| list(ip))
}

/// True for a list that does not come back as it is written.
fn has_odd(words: &[String]) -> bool {
    let odd = |word: &String| word.is_empty() || word.contains(|c: char| c.is_whitespace() || c.is_control());
    words.iter().enumerate().any(|(n, word)| odd(word) || words[..n].contains(word))
}
