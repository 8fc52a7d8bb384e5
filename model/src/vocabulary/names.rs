//! What each setting of the model is called for people, and how its value is told: `bridge.stp` is the spanning tree,
//! on or off. Everything that speaks of a setting to people takes its words from here.

mod table;

use crate::network::EntryKind;
use crate::path::{FieldPath, Subject};
use crate::secret::redact;
use crate::value::Value;
pub use table::NAMES;

/// How a value is told, and what its text holds where the type of the field does not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is; a truth value is on or off.
    Plain,
    /// A truth value that is an answer.
    YesNo,
    /// A number of that unit.
    Unit(&'static str),
    /// The same; -1 is the default.
    UnitFromMinus(&'static str),
    /// Hundredths of a second.
    Hundredths,
    /// Numbers from that one on have words.
    Numbered(i64, &'static [&'static str]),
    /// The name of an interface.
    LinkName,
    /// Names of interfaces among other words.
    LinkNames,
    /// Text that holds IP addresses.
    Address,
    /// The name of a kernel setting, which may hold that of an interface.
    SettingName,
}

/// The name and the form of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What people call it.
    pub name: String,
    /// How its value is told.
    pub form: Form,
}

/// What people call a setting of such a subject; `None` for a path that the model does not have.
#[must_use]
pub fn of(subject: Subject, field: FieldPath) -> Option<Named> {
    let names: Vec<&'static str> = field.names().collect();
    match (subject, names.as_slice()) {
        (Subject::Link(_), [name]) => row("link", name).map(plain),
        (Subject::Link(_), ["ipv4", name]) => row("ip", name).map(|row| of_family("IPv4", row)),
        (Subject::Link(_), ["ipv6", name]) => row("ip", name).map(|row| of_family("IPv6", row)),
        (Subject::Link(_), [group, name]) => row(group, name).map(plain),
        (Subject::Link(_), [group, list, name]) => repeated(group, list, name, field.index),
        (Subject::Entry(kind, _), [name]) => row(kind.list_name(), name).map(plain),
        (Subject::Entry(kind, _), [list, name]) => repeated(kind.list_name(), list, name, field.index),
        (Subject::Link(_) | Subject::Entry(..), _) => None,
    }
}

fn row(group: &str, field: &str) -> Option<&'static table::Row> {
    let (_, rows) = NAMES.iter().find(|(name, _)| *name == group)?;
    rows.iter().find(|(name, ..)| *name == field)
}

fn plain((_, name, form): &table::Row) -> Named {
    Named { name: (*name).to_owned(), form: *form }
}

fn of_family(family: &str, (_, name, form): &table::Row) -> Named {
    Named { name: format!("{family} {name}"), form: *form }
}

/// `peer 2: endpoint`.
fn repeated(group: &str, list: &str, field: &str, index: u16) -> Option<Named> {
    let (_, of, _) = row(group, list)?;
    let (_, name, form) = row(&format!("{group}_{list}"), field)?;
    Some(Named { name: format!("{of} {}: {name}", u32::from(index) + 1), form: *form })
}

impl Form {
    /// The value for people; secrets are hidden unless they are to be revealed.
    #[must_use]
    pub fn told(self, value: &Value, reveal: bool) -> String {
        match value {
            Value::Bool(on) => match (self, on) {
                (Form::YesNo, true) => "yes".to_owned(),
                (Form::YesNo, false) => "no".to_owned(),
                (_, true) => "on".to_owned(),
                (_, false) => "off".to_owned(),
            },
            Value::Int(n) => self.number(*n),
            Value::Text(text) if text.is_empty() => "nothing".to_owned(),
            Value::Text(text) if reveal => text.to_string(),
            Value::Text(text) => redact(text).into_owned(),
            Value::Secret(secret) if reveal => secret.reveal().to_owned(),
            Value::Secret(secret) => secret.to_string(),
            Value::List(items) if items.is_empty() => "none".to_owned(),
            Value::List(items) => {
                items.iter().map(|item| self.told(item, reveal)).collect::<Vec<_>>().join(", ")
            }
            Value::Map(entries) => {
                let told = entries.iter().map(|(key, item)| {
                    let entry = format!("{key}={}", self.told(item, reveal));
                    if reveal { entry } else { redact(&entry).into_owned() }
                });
                told.collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn number(self, n: i64) -> String {
        match self {
            Form::Unit(unit) => format!("{n} {unit}"),
            Form::UnitFromMinus(_) if n == -1 => "default".to_owned(),
            Form::UnitFromMinus(unit) => format!("{n} {unit}"),
            Form::Hundredths if n % 100 == 0 => format!("{} s", n / 100),
            Form::Hundredths => {
                let seconds = format!("{}.{:02}", n / 100, n % 100);
                format!("{} s", seconds.trim_end_matches('0'))
            }
            Form::Numbered(first, words) => {
                let word = usize::try_from(n.saturating_sub(first)).ok().and_then(|at| words.get(at));
                word.map_or_else(|| n.to_string(), |word| (*word).to_owned())
            }
            Form::Plain
            | Form::YesNo
            | Form::LinkName
            | Form::LinkNames
            | Form::Address
            | Form::SettingName => n.to_string(),
        }
    }
}

/// An entry in one line: what it says beside what its label says, by the names of its settings.
#[must_use]
pub fn entry_line(kind: EntryKind, settings: &[(FieldPath, Value)], reveal: bool) -> String {
    let words = settings.iter().filter_map(|(field, value)| {
        let named = of(Subject::Entry(kind, 0), *field)?;
        Some(format!("{} {}", named.name, named.form.told(value, reveal)))
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Link, LinkId, LinkKind};
    use crate::network::Network;
    use crate::path::{Seen, grow_all, walk_all};
    use crate::reflect::Node;
    use std::collections::BTreeSet;

    /// A setting without a name would be told by its path, and a name without a setting is a slip of the pen.
    #[test]
    fn every_setting_of_the_model_has_a_name_and_every_name_a_setting() {
        let mut used = BTreeSet::new();
        let mut check = |subject: Subject, node: &dyn Node| {
            walk_all(node, FieldPath::new([""; 3]), &mut |path, _: Seen<'_>| {
                let named = of(subject, path);
                assert!(named.is_some_and(|named| !named.name.is_empty()), "{subject:?} {path} has no name");
                let (last, mut group) = {
                    let mut names: Vec<_> = path.names().collect();
                    (names.pop().unwrap_or_default(), names)
                };
                if let Subject::Entry(kind, _) = subject {
                    group.insert(0, kind.list_name());
                }
                let group = match group.join("_").as_str() {
                    "" => "link".to_owned(),
                    "ipv4" | "ipv6" => "ip".to_owned(),
                    other => other.to_owned(),
                };
                used.insert((group, last));
            });
        };
        for word in LinkKind::WORDS {
            let mut link = Link::default();
            link.kind.value = LinkKind::of(word).unwrap();
            grow_all(&mut link);
            check(Subject::Link(LinkId(0)), &link);
        }
        let mut network = Network::default();
        for kind in EntryKind::ALL {
            grow_all(network.grow(*kind, None));
            check(Subject::Entry(*kind, 0), network.entry(*kind, 0));
        }
        // Rows for the repeated groups themselves.
        let lists = ["peers", "nexthops", "ranges", "hosts", "forwarders", "txt", "srv"];
        for (group, rows) in NAMES {
            for (field, name, _) in *rows {
                let is_used = used.contains(&((*group).to_owned(), *field)) || lists.contains(field);
                assert!(is_used, "{group}.{field} ({name}) names no setting");
            }
        }
    }

    #[test]
    fn names_and_values_are_words() {
        let link = Subject::Link(LinkId(0));
        let told = |path: &'static str, value: Value| {
            let named = of(link, FieldPath::parse(path)).unwrap();
            format!("{}: {}", named.name, named.form.told(&value, false))
        };
        assert_eq!(told("bridge.stp", Value::Bool(false)), "spanning tree: off");
        assert_eq!(told("bridge.forward_delay", Value::Int(1500)), "forward delay: 15 s");
        assert_eq!(told("bridge.forward_delay", Value::Int(1550)), "forward delay: 15.5 s");
        assert_eq!(told("autoconnect", Value::Bool(true)), "started automatically: yes");
        assert_eq!(told("ipv6.accept_ra", Value::Int(2)), "IPv6 router advertisements: taken");
        assert_eq!(told("ipv6.ip6_privacy", Value::Int(9)), "IPv6 temporary addresses: 9");
        assert_eq!(told("ipv4.dns", Value::List(Vec::new())), "IPv4 name servers: none");
        let options = Value::Map(vec![("psk".to_owned(), Value::text("hunter2"))]);
        assert_eq!(told("ovs_interface.tunnel_options", options), "tunnel options: psk=<hidden>");
        let mut peer = FieldPath::parse("wireguard.peers.endpoint");
        peer.index = 1;
        assert_eq!(of(link, peer).unwrap().name, "peer 2: endpoint");
        assert_eq!(of(link, FieldPath::parse("bridge.none")), None);
    }
}
