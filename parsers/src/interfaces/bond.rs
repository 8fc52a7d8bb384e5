//! Bonds and their ports (ifenslave's scripts, eni.md 4.7).

use super::build::Builder;
use super::document::Opt;
use super::relation::Relation;
use super::{codes, ranges};
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::interfaces::{Reader, lookup};

impl Builder<'_> {
    /// `bond-slaves`: names, `none`, `all`.
    pub(super) fn bond_ports(&mut self, link: LinkId, option: &Opt) {
        let found = self.network.link(link);
        if !matches!(found.kind.value, LinkKind::Bond(_)) {
            let message = format!(
                "`{}` is of kind {}, so no bond is made of it and `{}` are no ports of it",
                found.label(),
                found.kind.value.word(),
                option.value.text
            );
            let help = "name the ports in the stanza of the bond";
            self.report(&codes::IDLE, option.span, message, help);
            return;
        }
        match option.value.text.as_str() {
            "none" => {
                let message = "`none` says that the ports name the bond in their own stanzas".to_owned();
                let note = super::finding(&codes::IDLE, option.span, message, "nothing");
                self.cx.report(note.severity(netpivot_model::diagnostic::Severity::Note));
            }
            "all" => {
                let message = "`all` takes every eth* interface of the host, which no file tells".to_owned();
                self.report(&codes::PORTS, option.span, message, "name the ports");
            }
            _ => self.relations.push(Relation::ports(link, option.clone())),
        }
    }

    /// Names in a list of ports. For ifupdown2 `glob` expands the word behind it (`parse_port_list()` of
    /// modulebase.py).
    pub(super) fn port_names(&self, option: &Opt) -> Vec<(String, netpivot_model::source::Span)> {
        let wide = self.reader == Reader::Ifupdown2;
        let mut names = Vec::new();
        let mut glob = false;
        for (word, span) in option.value.words() {
            match word {
                "none" => {}
                "glob" | "noglob" if wide => glob = word == "glob",
                _ if std::mem::take(&mut glob) => {
                    names.extend(ranges::expand_glob(word).into_iter().map(|name| (name, span)));
                }
                _ => names.push((word.to_owned(), span)),
            }
        }
        names
    }

    /// `bond-primary` in the stanzas of bonds.
    pub(super) fn primaries(&mut self) {
        for (bond, option) in std::mem::take(&mut self.primaries) {
            let name = self.primary(bond, &option);
            self.set(bond, &option, FieldPath::parse("bond.primary"), &Value::text(name));
        }
    }

    /// The first of the names that is a port (`setup_primary()` of ifenslave's if-pre-up.d).
    fn primary(&self, bond: LinkId, option: &Opt) -> String {
        let words = option.value.words();
        let bond = self.network.link(bond).label();
        let is_port = |name: &str| {
            let link = self.by_name.get(name).map(|id| self.network.link(*id));
            link.and_then(|link| link.controller.as_ref()).is_some_and(|at| at.value.to_string() == bond)
        };
        let port = words.iter().find(|(name, _)| is_port(name)).or(words.first());
        port.map(|(name, _)| (*name).to_owned()).unwrap_or_default()
    }

    /// Options of a bond in the stanza of a port: copies, for the case that the port comes up first.
    pub(super) fn copies_for_bonds(&mut self) {
        for (bond, option) in std::mem::take(&mut self.for_bond) {
            let Some(link) = self.by_name.get(&bond).copied() else { continue };
            let Some((row, _)) = lookup(&option.name, self.reader) else { continue };
            let Some(path) = row.path(false) else { continue };
            let said = self.network.link(link).leaf(path).and_then(|leaf| leaf.value());
            let Some(value) = self.value(&option, row) else { continue };
            let is_primary = path.is("bond.primary");
            let value = if is_primary { Value::text(self.primary(link, &option)) } else { value };
            match said {
                Some(old) if old.to_string() != value.to_string() => {
                    let first = value.to_string().starts_with(&format!("{old} "));
                    if first {
                        self.set(link, &option, path, &old);
                    } else {
                        let message = format!(
                            "`{}` says something else than the stanza of `{bond}`, which counts",
                            self.shown(&option)
                        );
                        self.report(&codes::IDLE, option.span, message, "remove it here");
                    }
                }
                _ => self.set(link, &option, path, &value),
            }
        }
    }
}
