//! `dns-…` options of resolvconf: servers of either family may stand in any stanza (trap 43).

use super::build::Builder;
use super::document::Stanza;
use super::kind::canonical;
use super::{codes, finding};
use netpivot_model::link::LinkId;
use netpivot_model::reflect::List;
use netpivot_model::source::Span;
use netpivot_model::vocabulary::interfaces::Reader;
use std::net::IpAddr;

impl Builder<'_> {
    pub(super) fn name_servers(&mut self, link: LinkId, stanza: &Stanza) {
        // ifupdown-ng passes over the family.
        let v6 = stanza.family() == "inet6" && self.reader != Reader::IfupdownNg;
        let mut domains: Vec<(String, Span)> = Vec::new();
        let mut searches: Vec<(String, Span)> = Vec::new();
        for option in &stanza.options {
            let name = canonical(option, self.reader);
            if !matches!(
                name,
                "dns-nameservers" | "dns-nameserver" | "dns-search" | "dns-domain" | "dns-options"
            ) {
                continue;
            }
            self.dns.push(option.span);
            for (word, span) in option.value.words() {
                match name {
                    "dns-search" => searches.push((word.to_owned(), span)),
                    "dns-domain" => domains.push((word.to_owned(), span)),
                    "dns-options" => add(&mut self.config(link, v6).dns_options, word, span),
                    _ => match word.parse::<IpAddr>() {
                        Ok(server) => add(&mut self.config(link, server.is_ipv6()).dns, word, span),
                        Err(_) => {
                            let message = format!("`{word}` is no address of a name server");
                            self.report(&codes::VALUE, span, message, "correct the address");
                        }
                    },
                }
            }
        }
        for (word, span) in domains.into_iter().chain(searches) {
            add(&mut self.config(link, v6).dns_search, &word, span);
        }
    }

    /// One note for all of them.
    pub(super) fn name_servers_note(&mut self) {
        let Some(first) = self.dns.first().copied() else { return };
        let message =
            "name servers in this file count only where resolvconf, openresolv or systemd-resolved's hook is installed".to_owned();
        let mut note = finding(
            &codes::RESOLVCONF,
            first,
            message,
            "leave them out if the host has none of these packages",
        );
        note.labels.extend(self.dns.iter().skip(1));
        self.cx.report(note);
    }
}

/// Adds a word once; a second place is noted at the first.
fn add(list: &mut List<String>, word: &str, span: Span) {
    match list.items.iter_mut().find(|at| at.value == word) {
        Some(at) => at.origin.merge(&span.into()),
        None => list.push(word.to_owned(), span),
    }
}
