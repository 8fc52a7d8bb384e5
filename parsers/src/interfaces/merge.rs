//! What becomes of stanzas of one name once the files are read.
//!
//! ifupdown2 makes one interface of all stanzas of a name before it does anything (ifupdownmain.py:
//! `_save_iface_squash`, iface.py: `squash`).
//!
//! The lists of each option are joined, the families too, and the method is that of the first stanza. What belongs to
//! an address is kept by position only (networkinterfaces.py: `_add_to_iface_config`): before the first address of its
//! stanza it is dropped, and two stanzas joined may give it to another address than the one above it.

use super::document::{Document, Head, Opt, Stanza};
use super::finding;
use super::lines::Part;
use crate::Context;
use foldhash::HashSet;
use indexmap::IndexMap;
use netpivot_model::codes::interfaces as codes;
use netpivot_model::source::Span;

/// Options that are kept at the position of an address, as lists beside its own.
const PADDED: [&str; 4] = ["netmask", "broadcast", "scope", "preferred-lifetime"];
/// The same without padding.
const PLAIN: [&str; 1] = ["pointopoint"];

/// Joins the stanzas of each interface, and drops from the lists what comes too late.
pub(super) fn merge(document: Document, cx: &mut Context) -> Document {
    let Document { stanzas, listed, renames, mappings } = document;
    let mut last: IndexMap<String, usize> = IndexMap::new();
    for (n, stanza) in stanzas.iter().enumerate() {
        last.insert(stanza.interface().to_owned(), n);
    }
    // Whether a stanza is started is settled when it is read (`parse_iface`).
    let (listed, late): (Vec<_>, Vec<_>) = listed.into_iter().partition(|entry| {
        entry.name == "all" || last.get(&entry.name).is_none_or(|stanza| *stanza >= entry.before)
    });
    for entry in late {
        let message = format!(
            "`{}` stands below the stanzas of `{}`, and ifupdown2 looks for it while it reads them",
            entry.class, entry.name
        );
        cx.report(finding(&codes::UNDEFINED, entry.span, message, "put the line above the `iface` line"));
    }
    let mut groups: IndexMap<String, Vec<Stanza>> = IndexMap::new();
    for stanza in stanzas {
        groups.entry(stanza.interface().to_owned()).or_default().push(stanza);
    }
    let stanzas = groups.into_values().filter_map(|group| squash(group, cx)).collect();
    Document { stanzas, listed, renames, mappings }
}

/// ifupdown-ng has an interface for each `auto` line, and a template is one in all its stanzas.
pub(super) fn started(mut document: Document) -> Document {
    let Document { stanzas, listed, .. } = &mut document;
    let templates: HashSet<String> =
        stanzas.iter().filter(|stanza| stanza.is_template).map(|stanza| stanza.name.text.clone()).collect();
    for stanza in stanzas.iter_mut() {
        stanza.is_template |= templates.contains(&stanza.name.text);
    }
    let mut known: HashSet<String> = stanzas.iter().map(|stanza| stanza.name.text.clone()).collect();
    for entry in listed {
        if known.insert(entry.name.clone()) {
            stanzas.push(Stanza::new(Part::new(&entry.name, entry.span), entry.span, entry.item));
        }
    }
    document
}

fn squash(group: Vec<Stanza>, cx: &mut Context) -> Option<Stanza> {
    let mut lists = Lists::default();
    let mut stanzas = group.into_iter();
    let mut first = stanzas.next()?;
    first.name = first.name.with_text(first.interface().to_owned());
    lists.add(std::mem::take(&mut first.options), cx);
    for stanza in stanzas {
        // `static` and `manual` are one to it.
        let is_plain = |method: &str| matches!(method, "" | "static" | "manual");
        if let Some(part) = &stanza.method
            && part.text != first.method()
            && !(is_plain(&part.text) && is_plain(first.method()))
        {
            let method = if first.method().is_empty() { "none" } else { first.method() };
            let message = format!(
                "ifupdown2 takes one method for an interface, that of its first stanza: {method}, not {}",
                part.text
            );
            let help = "give the stanzas one method, or configure the second one by commands";
            cx.report(finding(&codes::IDLE, part.span, message, help));
        }
        lists.add(stanza.options, cx);
        first.more.push(Head { name: stanza.name, family: stanza.family, item: stanza.item });
    }
    first.options = lists.options(cx);
    Some(first)
}

/// The options of an interface, those of addresses apart.
#[derive(Default)]
struct Lists {
    others: Vec<Opt>,
    addresses: Vec<Opt>,
    /// Options of addresses by position.
    parts: IndexMap<&'static str, Vec<Option<Opt>>>,
}

impl Lists {
    /// Adds a stanza's options as ifupdown2 reads them, and then joins the lists.
    fn add(&mut self, options: Vec<Opt>, cx: &mut Context) {
        let mut own = Lists::default();
        for option in options {
            let name = option.name.replace('_', "-");
            let part = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
            if name == "address" {
                own.addresses.push(option);
            } else if let Some(known) = part(&PADDED) {
                if own.addresses.is_empty() {
                    belongs_to_none(&option, cx);
                    continue;
                }
                let list = own.parts.entry(known).or_default();
                let position = (own.addresses.len() - 1).max(list.len());
                list.resize(position, None);
                list.push(Some(option));
            } else if let Some(known) = part(&PLAIN) {
                own.parts.entry(known).or_default().push(Some(option));
            } else {
                own.others.push(option);
            }
        }
        self.others.extend(own.others);
        self.addresses.extend(own.addresses);
        for (name, list) in own.parts {
            self.parts.entry(name).or_default().extend(list);
        }
    }

    /// All options, each address before what is at its position.
    fn options(self, cx: &mut Context) -> Vec<Opt> {
        let count = self.addresses.len();
        let mut parts: Vec<std::vec::IntoIter<Option<Opt>>> =
            self.parts.into_values().map(Vec::into_iter).collect();
        let mut options = Vec::with_capacity(self.others.len() + count);
        for address in self.addresses {
            options.push(address);
            options.extend(parts.iter_mut().filter_map(|list| list.next().flatten()));
        }
        parts.into_iter().flatten().flatten().for_each(|option| belongs_to_none(&option, cx));
        options.extend(self.others);
        options
    }
}

fn belongs_to_none(option: &Opt, cx: &mut Context) {
    let message = format!("`{}` belongs to no address", option.name);
    let help = "put it below its `address` line; ifupdown2 drops it else";
    cx.report(finding(&codes::IDLE, option.span, message, help));
}

impl Stanza {
    /// The places of the names of all stanzas that this one is made of.
    pub fn name_spans(&self) -> impl Iterator<Item = Span> + '_ {
        std::iter::once(self.name.span).chain(self.more.iter().map(|head| head.name.span))
    }

    /// The families of all stanzas that this one is made of; empty words where none is named.
    pub fn families(&self) -> impl Iterator<Item = &str> {
        let more = self.more.iter().filter_map(|head| head.family.as_ref());
        std::iter::once(self.family()).chain(more.map(|part| part.text.as_str()))
    }
}
