//! Settings of an interface's IPv6 that are options of some methods only.

use crate::interfaces::kind::first;
use crate::interfaces::stanza::Stanza;
use crate::interfaces::{Job, Sheet, link_fact};
use crate::text::ip::address::conf6;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::interfaces::Reader;

/// A kernel setting of an interface's IPv6.
pub(super) struct OfInet6 {
    pub(super) path: &'static str,
    key: &'static str,
    /// Its option, and the methods of ifupdown that take it (inet6.defn).
    option: &'static str,
    methods: &'static [&'static str],
    /// Its option in ifupdown-ng, which knows no methods.
    option_of_ng: Option<&'static str>,
}

pub(super) const OF_INET6: [OfInet6; 3] = [
    OfInet6 {
        path: "ipv6.accept_ra",
        key: "accept_ra",
        option: "accept_ra",
        methods: &["static", "dhcp", "auto"],
        option_of_ng: Some("ipv6-accept-ra"),
    },
    OfInet6 {
        path: "ipv6.autoconf",
        key: "autoconf",
        option: "autoconf",
        methods: &["static", "dhcp"],
        option_of_ng: Some("ipv6-autoconf"),
    },
    OfInet6 {
        path: "ipv6.ip6_privacy",
        key: "use_tempaddr",
        option: "privext",
        methods: &["auto", "static"],
        option_of_ng: None,
    },
];

impl Job<'_> {
    /// An option of some methods only; else a command.
    pub(super) fn of_inet6(
        &mut self,
        id: LinkId,
        name: &str,
        setting: &OfInet6,
        value: &Value,
        sheet: &mut Sheet,
    ) -> bool {
        let fact = link_fact(id, FieldPath::parse(setting.path));
        if matches!(self.network.link(id).kind.value, LinkKind::Loopback(_)) {
            self.cx.otherwise(fact, "nobody-advertises-to-lo");
            return true;
        }
        let number = match value {
            Value::Bool(b) => i64::from(*b),
            Value::Int(n @ 0..) => *n,
            Value::Int(_) | Value::Text(_) | Value::List(_) | Value::Map(_) | Value::Secret(_) => {
                return false;
            }
        };
        let command = conf6(name, setting.key, number);
        let has_stanza = sheet.stanzas.iter().any(|s| s.v6);
        if !has_stanza && self.reader == Reader::Ifupdown2 && sheet.stanzas.iter().any(|s| s.method == "dhcp")
        {
            // It asks a DHCP server in each family that a stanza names (addons/dhcp.py).
            self.cx.added(link_fact(id, FieldPath::parse("ipv6.method")), "method-of-a-kernel-setting");
            self.early(id, first(sheet)).push(command.into());
            return true;
        }
        if !has_stanza {
            sheet.stanzas.push(Stanza::new(name, true, "manual"));
            self.cx.added(link_fact(id, FieldPath::parse("ipv6.method")), "stanza-of-a-kernel-setting");
        }
        let Some(stanza) = sheet.stanzas.iter_mut().find(|s| s.v6) else { return false };
        if self.early(id, stanza).iter().any(|line| line.text == command) {
            return true;
        }
        let option = match self.reader {
            Reader::Ifupdown if setting.methods.contains(&stanza.method) => Some(setting.option),
            Reader::IfupdownNg => setting.option_of_ng,
            Reader::Ifupdown | Reader::Ifupdown2 => None,
        };
        match option {
            Some(option) => stanza.option(option, number.to_string()),
            None => self.early(id, stanza).push(command.into()),
        }
        true
    }
}
