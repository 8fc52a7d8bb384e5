//! Settings by an option of the reader's.

use super::is;
use crate::interfaces::kind::first;
use crate::interfaces::stanza::{Stanza, refused, run_by_shell};
use crate::interfaces::{Job, Sheet, codes, link_fact, sriov};
use crate::text::shell::quote;
use netpivot_model::link::LinkId;
use netpivot_model::path::FieldPath;
use netpivot_model::secret::HIDDEN;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::ethtool::GROUPS;
use netpivot_model::vocabulary::interfaces::method::sets;
use netpivot_model::vocabulary::interfaces::{Place, Reader, Row, option_for_entry};

impl Job<'_> {
    /// False where the option's place is in a stanza that is not there, or its form does not hold the value.
    pub(super) fn by_option(
        &mut self,
        id: LinkId,
        path: FieldPath,
        row: &Row,
        value: &Value,
        sheet: &mut Sheet,
    ) -> bool {
        let Some(text) = row.codec.write(value, self.reader) else { return false };
        let is_secret = row.codec.is_secret() || !value.is_public();
        if let Some(why) = refused(&text, self.reader) {
            self.cx.cannot(link_fact(id, path), &codes::VALUE, format!("`{path}`: {why}"), None);
            return true;
        }
        let core = row.is_core();
        let in_shell = core && self.reader == Reader::Ifupdown;
        if let Some(why) = in_shell.then(|| run_by_shell(&text, row.name == "description")).flatten() {
            self.cx.cannot(link_fact(id, path), &codes::VALUE, format!("`{path}`: {why}"), None);
            return true;
        }
        let stanza = match row.place {
            Place::Ip(_) => {
                sheet.stanzas.iter_mut().find(|s| s.method == "dhcp" && s.v6 == path.is_under("ipv6"))
            }
            Place::Link(_) if core && is_of_ipv6(path) => {
                let is_there = |s: &Stanza| s.options.iter().any(|(key, _)| key == row.name);
                sheet.stanzas.iter_mut().find(|s| s.v6 && takes(s, path) && !is_there(s))
            }
            Place::Link(_) if matches!(row.name, "mtu" | "hwaddress") => sheet.stanzas.iter_mut().find(|s| {
                // ifupdown's inet6 stanzas raise the MTU only.
                (!s.v6 || row.name != "mtu") && sets(row.name, s.family(), s.method, self.reader)
            }),
            Place::Link(_) | Place::Port(_) => sheet.stanzas.first_mut(),
            Place::Entry(..) | Place::Sysctl(_) | Place::Own | Place::Extra | Place::Idle => None,
        };
        let Some(stanza) = stanza else { return false };
        if is_secret {
            self.has_secrets = true;
        }
        let shown = if is_secret && !self.cx.reveal_secrets { HIDDEN.to_owned() } else { text };
        stanza.option(row.name, shown);
        self.needs(row.package);
        true
    }

    /// An entry of a map: an offload feature, a ring.
    pub(super) fn entry(
        &mut self,
        id: LinkId,
        name: &str,
        path: FieldPath,
        entry: (&str, &Value),
        sheet: &mut Sheet,
    ) {
        let option = option_for_entry(path, entry.0, self.reader);
        let text = option.as_ref().and_then(|(row, _)| row.codec.write(entry.1, self.reader));
        if let (Some((row, key)), Some(text)) = (option, text)
            && refused(&text, self.reader).is_none()
        {
            first(sheet).option(key, text);
            self.needs(row.package);
            return;
        }
        if is(path, "sriov.vfs")
            && let Some(command) = sriov::function(name, entry.0, &entry.1.to_string())
        {
            first(sheet).pre_up.push(command.into());
            return;
        }
        let by_ethtool = GROUPS.iter().find(|(setting, ..)| is(path, setting));
        let Some((_, switch, _)) = by_ethtool.filter(|(.., names)| names.contains(&entry.0)) else {
            let text = match by_ethtool {
                Some(_) => format!("ethtool(8) knows no `{}` of `{path}`", entry.0),
                None => format!("no option of {} says `{path}`", self.reader.name()),
            };
            return self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
        };
        let value = match entry.1 {
            Value::Bool(b) => (if *b { "on" } else { "off" }).to_owned(),
            Value::Int(_) | Value::Text(_) | Value::List(_) | Value::Map(_) | Value::Secret(_) => {
                entry.1.to_string()
            }
        };
        self.needs("ethtool");
        let command = format!("ethtool {switch} {} {} {}", quote(name), quote(entry.0), quote(&value));
        first(sheet).up.push(command.into());
    }
}

/// Settings that ifupdown's inet6 methods take.
fn is_of_ipv6(path: FieldPath) -> bool {
    let six =
        ["dad_attempts", "dad_interval", "ll_attempts", "ll_interval", "stateless_dhcp6", "request_prefix"];
    path.is_under("ipv6")
        || (path.is_under("eni") && path.names().last().is_some_and(|name| six.contains(&name)))
}

/// True where the method of an inet6 stanza has the option (inet6.defn).
fn takes(stanza: &Stanza, path: FieldPath) -> bool {
    let methods: &[&str] = match path.names().last().unwrap_or("") {
        "dad_attempts" | "dad_interval" => &["static"],
        "ll_attempts" | "ll_interval" | "request_prefix" => &["auto", "dhcp"],
        "stateless_dhcp6" => &["auto"],
        _ => &["static", "dhcp", "auto"],
    };
    methods.contains(&stanza.method)
}
