//! Bridges and their ports (bridge-utils-interfaces(5), ifupdown2's addons/bridge.py).

use super::build::Builder;
use super::document::{Opt, Stanza};
use super::relation::Relation;
use super::{codes, finding};
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::Weight;
use netpivot_model::path::FieldPath;
use netpivot_model::source::At;
use netpivot_model::vocabulary::interfaces::{Reader, Row};

impl Builder<'_> {
    /// `bridge_ports`: names, `none`, `all`, `regex …`.
    pub(super) fn bridge_ports(&mut self, link: LinkId, option: &Opt) {
        if !matches!(self.network.link(link).kind.value, LinkKind::Bridge(_)) {
            let message = format!(
                "`{}` stands with options of another kind of interface, so no bridge is made",
                self.shown(option)
            );
            self.report(&codes::IDLE, option.span, message, "move it to the stanza of the bridge");
            return;
        }
        let mut by_pattern = false;
        let mut is_pattern = false;
        let mut names = option.clone();
        let mut kept: Vec<String> = Vec::new();
        for (word, _) in option.value.words() {
            match word {
                "regex" | "noregex" => {
                    by_pattern |= word == "regex";
                    is_pattern = word == "regex";
                }
                "all" => by_pattern = true,
                "none" => {}
                _ if is_pattern => {}
                _ => kept.push(word.to_owned()),
            }
        }
        if by_pattern {
            if self.reader != Reader::IfupdownNg {
                let eni = self.link(link).eni.get_or_insert_default();
                eni.bridge_ports = Some(At::new(option.value.text.clone(), option.span));
            }
            let message = format!(
                "`{}` takes ports by a pattern among the interfaces that the host has",
                option.value.text
            );
            self.report(&codes::PORTS, option.span, message, "name the ports");
            names.value = names.value.with_text(kept.join(" "));
        } else if kept.is_empty() {
            let message = "the bridge has no ports of its own".to_owned();
            // Said by the kind where this option makes the bridge; a second stanza says it again.
            if self.network.link(link).kind.origin.spans().first() != Some(&option.span) {
                let note = finding(&codes::IDLE, option.span, message, "nothing");
                self.cx.report(note.severity(netpivot_model::diagnostic::Severity::Note));
            }
            return;
        }
        self.relations.push(Relation::ports(link, names));
    }

    /// `bridge_hw eth0` takes the address of that interface; some write `bridge_hw MAC 52:54:…`.
    pub(super) fn bridge_hw(&mut self, link: LinkId, stanza: &Stanza, option: &Opt) {
        self.keep(
            link,
            stanza,
            option,
            Weight::Acts,
            "The bridge takes the hardware address of that interface.",
        );
    }

    /// A setting of a port: in the port's own stanza, or named in that of the bridge (`bridge_pathcost eth0 4`,
    /// `bridge-pathcosts eth0=4 eth1=8`).
    pub(super) fn port_option(
        &mut self,
        link: LinkId,
        stanza: &Stanza,
        option: &Opt,
        row: &'static Row,
        path: &'static str,
    ) {
        let is_controller =
            matches!(self.network.link(link).kind.value, LinkKind::Bridge(_) | LinkKind::Bond(_));
        let words = option.value.words();
        if !is_controller || (words.len() == 1 && !option.value.text.contains(['=', ':'])) {
            if is_controller && self.reader == Reader::Ifupdown2 {
                self.relations.push(Relation::all_ports(link, row, path, option.clone()));
            } else if let Some(value) = self.value(option, row) {
                self.set(link, option, FieldPath::parse(path), &value);
            }
            return;
        }
        let pairs: Vec<(String, String)> = match (words.as_slice(), option.value.text.contains(['=', ':'])) {
            (_, true) => words
                .iter()
                .filter_map(|(word, _)| word.split_once(['=', ':']))
                .map(|(port, value)| (port.to_owned(), value.to_owned()))
                .collect(),
            ([(port, _), (value, _), ..], false) => vec![((*port).to_owned(), (*value).to_owned())],
            (_, false) => Vec::new(),
        };
        if pairs.is_empty() {
            self.refuse(option, "a port and its value");
        }
        let _ = stanza;
        for (port, value) in pairs {
            self.relations.push(Relation::port_setting(link, port, row, path, value, option.clone()));
        }
    }
}
