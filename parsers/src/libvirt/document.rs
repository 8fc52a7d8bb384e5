//! One document: each attribute, text and empty element is an item of the account, and what has no place in the model is
//! kept as it stands.

use crate::Context;
use crate::text::xml::{Attribute, Element, compact};
use netpivot_model::codes::libvirt as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::LinkId;
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, Scalar};
use netpivot_model::vocabulary::libvirt::{DNSMASQ, kept};

/// The reading of one document into a network.
pub(super) struct Document<'a> {
    pub cx: &'a mut Context,
    pub network: &'a mut Network,
    /// Which document it is, for what is kept: `network default`.
    pub section: String,
    /// The link that the document is about.
    pub owner: Option<LinkId>,
    /// The attribute that says the prefix of dnsmasq's lines, where it is written again with them.
    pub anew: Option<String>,
}

/// How much of a document was read at some point.
pub(super) struct SoFar {
    items: usize,
    leftovers: usize,
}

impl Document<'_> {
    /// The attributes of an element, each an item of the account.
    pub fn attributes<'e>(&mut self, element: &'e Element, path: &str) -> &'e [Attribute] {
        // The prefix of dnsmasq's lines is written again where there are such lines.
        for attribute in &element.attributes {
            if self.is_declared_anew(attribute) {
                continue;
            }
            self.item(attribute.span, format!("{path}/@{}", attribute.name), &attribute.value);
        }
        if element.attributes.is_empty() && element.children.is_empty() && element.text.is_empty() {
            self.item(element.tag, path.to_owned(), "");
        }
        &element.attributes
    }

    /// True for the first element of its name in `parent`. libvirt takes that one and passes over the later ones, which is told.
    pub fn is_first(&mut self, parent: &Element, element: &Element, path: &str) -> bool {
        let is_first = parent.child(&element.name).is_none_or(|first| std::ptr::eq(first, element));
        if !is_first {
            self.passed_over(element, path, "first");
        }
        is_first
    }

    /// True for the last element of its name in `parent`, where that is the one that libvirt takes.
    pub fn is_last(&mut self, parent: &Element, element: &Element, path: &str) -> bool {
        let last = parent.children.iter().rfind(|child| child.is(&element.name));
        let is_last = last.is_none_or(|last| std::ptr::eq(last, element));
        if !is_last {
            self.passed_over(element, path, "last");
        }
        is_last
    }

    fn passed_over(&mut self, element: &Element, path: &str, which: &str) {
        self.item(element.span, path.to_owned(), "");
        let message = format!(
            "`<{}>` stands here more than once; libvirt takes the {which} one and passes over this one",
            element.name
        );
        let help = "remove what is not meant";
        self.cx.report(Diagnostic::new(&codes::REPEATED, message).at(element.tag).help(help));
    }

    /// The elements within one that holds elements only; text between them is told.
    pub fn children<'e>(&mut self, element: &'e Element, path: &str) -> &'e [Element] {
        if !element.text.is_empty() {
            self.item(element.text_span, path.to_owned(), &element.text);
            let what = format!("the text in `<{}>`", element.name);
            self.unknown(&what, element.text_span);
        }
        &element.children
    }

    fn is_declared_anew(&self, attribute: &Attribute) -> bool {
        attribute.value == DNSMASQ
            && self.anew.as_ref().is_some_and(|prefix| attribute.name.strip_prefix("xmlns:") == Some(prefix))
    }

    fn item(&mut self, span: Span, key: String, value: &str) {
        let value = value.to_owned();
        self.cx.items.push(Item {
            span,
            owner: self.owner,
            section: Some(self.section.clone()),
            key,
            value,
            secret: false,
        });
    }

    /// The text of an element that holds nothing else.
    pub fn text(&mut self, element: &Element, path: &str) -> At<String> {
        for attribute in self.attributes(element, path) {
            self.keep_attribute(attribute, path);
        }
        for child in &element.children {
            self.keep(child, &format!("{path}/{}", child.name));
        }
        self.item(element.text_span, path.to_owned(), &element.text);
        At::new(element.text.clone(), element.text_span)
    }

    /// An attribute's value of its type. What libvirt refuses is told.
    pub fn typed<T: Scalar>(&mut self, attribute: &Attribute) -> Said<T> {
        match T::from_text(&attribute.value) {
            Ok(value) => Some(At::new(value, attribute.value_span)),
            Err(_) => {
                self.invalid(attribute, &T::expected());
                None
            }
        }
    }

    /// A number of an attribute whose type says more than the range.
    pub fn number<const MIN: i64, const MAX: i64>(&mut self, attribute: &Attribute) -> Said<Int<MIN, MAX>> {
        self.typed(attribute)
    }

    /// An attribute that is one of two words.
    pub fn switch(&mut self, attribute: &Attribute, on: &str, off: &str) -> Said<bool> {
        let value = attribute.value.as_str();
        if value == on || value == off {
            return Some(At::new(value == on, attribute.value_span));
        }
        self.invalid(attribute, &format!("`{on}` or `{off}`"));
        None
    }

    /// Tells a value that libvirt refuses.
    pub fn invalid(&mut self, attribute: &Attribute, expected: &str) {
        let message = format!(
            "`{}` of `{}` is not {expected}; libvirt refuses the document",
            attribute.value, attribute.name
        );
        let help = "correct the value; `virt-xml-validate` checks a document by libvirt's schemas";
        self.cx.report(Diagnostic::new(&codes::VALUE, message).at(attribute.value_span).help(help));
    }

    /// Tells what libvirt refuses for another reason than one value.
    pub fn refused(&mut self, span: Span, message: String, help: &str) {
        self.cx.report(Diagnostic::new(&codes::REFUSED, message).at(span).help(help));
    }

    /// The same of what stands at several places.
    pub fn refused_at(&mut self, spans: &[Span], message: String, help: &str) {
        let mut found = Diagnostic::new(&codes::REFUSED, message).help(help);
        found.labels.extend(spans);
        self.cx.report(found);
    }

    /// How much is read and kept by now.
    pub fn so_far(&self) -> SoFar {
        SoFar { items: self.cx.items.len(), leftovers: self.network.leftovers.len() }
    }

    /// Takes back what was read since of an element that has no place itself, which has been told: it is not put back.
    pub fn detach(&mut self, since: &SoFar) {
        self.cx.items.truncate(since.items);
        self.network.leftovers.iter_mut().skip(since.leftovers).for_each(|leftover| leftover.section = None);
    }

    /// Keeps an attribute of which something else has told that it cannot stand there.
    pub fn keep_refused_attribute(&mut self, attribute: &Attribute, path: &str) {
        self.put_aside(
            format!("{path}/@{}", attribute.name),
            attribute.value.clone(),
            attribute.span,
            Weight::Idle,
            "",
        );
    }

    /// Keeps an attribute that the model has no place for.
    pub fn keep_attribute(&mut self, attribute: &Attribute, path: &str) {
        if self.is_declared_anew(attribute) {
            return;
        }
        let what = format!("the attribute `{}`", attribute.name);
        self.keep_as(format!("{path}/@{}", attribute.name), &what, attribute.value.clone(), attribute.span);
    }

    /// Keeps an element that the model has no place for, with all that stands within.
    pub fn keep(&mut self, element: &Element, path: &str) {
        let Span { source, start, end } = element.span;
        let text = &self.cx.sources.get(source).text;
        let value = compact(text.get(start as usize..end as usize).unwrap_or(""));
        self.item(element.span, path.to_owned(), &value);
        self.keep_as(path.to_owned(), &format!("`<{}>`", element.name), value, element.span);
    }

    fn keep_as(&mut self, key: String, what: &str, value: String, span: Span) {
        let is_namespace = key.contains("/@xmlns");
        let known = kept(&key);
        let (weight, meaning) = known.map_or((Weight::Idle, ""), |known| (known.weight, known.meaning));
        if weight == Weight::Idle && !is_namespace {
            match known {
                Some(known) => {
                    let message = format!("{what} says nothing of the network: {}", known.meaning);
                    let help = "it is kept in libvirt's XML and left out of everything else";
                    self.cx.report(Diagnostic::new(&codes::KEPT, message).at(span).help(help));
                }
                None => self.unknown(what, span),
            }
        }
        self.put_aside(key, value, span, weight, meaning);
    }

    fn put_aside(&mut self, key: String, value: String, span: Span, weight: Weight, meaning: &str) {
        self.network.leftovers.push(Leftover {
            owner: self.owner,
            section: Some(self.section.clone()),
            key,
            value,
            secret: false,
            weight,
            meaning: meaning.to_owned(),
            origin: Origin::at(span),
        });
    }

    /// Tells that a host interface does not say when it starts.
    pub fn tell_unknown_start(&mut self, span: Span) {
        let message = "the host interface does not say when it starts; it is taken to start at boot";
        let help = "say `<start mode='onboot'/>`, or `none`";
        self.cx.report(Diagnostic::new(&codes::START, message).at(span).help(help));
    }

    /// Tells the name that libvirt would choose for a bridge.
    pub fn tell_bridge_name(&mut self, span: Span, name: &str) {
        let message = format!("the network names no bridge; it is taken to be `{name}`");
        let help = "look at `virsh net-dumpxml`, and write the name into `<bridge name='…'/>`";
        self.cx.report(Diagnostic::new(&codes::BRIDGE_NAME, message).at(span).help(help));
    }

    /// Keeps an element of which something else has told that it cannot stand there.
    pub fn keep_refused(&mut self, element: &Element, path: &str) {
        self.item(element.span, path.to_owned(), "");
        let Span { source, start, end } = element.span;
        let text = &self.cx.sources.get(source).text;
        let value = compact(text.get(start as usize..end as usize).unwrap_or(""));
        self.put_aside(path.to_owned(), value, element.span, Weight::Idle, "");
    }

    fn unknown(&mut self, what: &str, span: Span) {
        let message = format!("{what} is known to libvirt nowhere here and has no effect");
        let help = "check the spelling; it is kept in libvirt's XML and left out of everything else";
        self.cx.report(Diagnostic::new(&codes::UNKNOWN, message).at(span).help(help));
    }
}

/// The prefix of dnsmasq's lines where nothing but such lines has it: with those it is written again. What is kept as it
/// stands keeps it.
pub(super) fn declared_anew(root: &Element) -> Option<&str> {
    let prefix =
        root.attributes.iter().find(|attribute| attribute.value == DNSMASQ)?.name.strip_prefix("xmlns:")?;
    let is_line = |option: &Element| {
        option.name == "option"
            && option.namespace.as_deref() == Some(DNSMASQ)
            && option.children.is_empty()
            && option.value("value").is_some()
    };
    let of_dnsmasq = |child: &&Element| child.namespace.as_deref() == Some(DNSMASQ);
    let mut options = root.children.iter().filter(of_dnsmasq).peekable();
    let has_lines = options.peek().is_some_and(|first| !first.children.is_empty());
    let only_lines = options.all(|child| child.name == "options" && child.children.iter().all(is_line));
    let others = root.children.iter().filter(|child| !of_dnsmasq(child));
    (has_lines && only_lines && !others.into_iter().any(|child| uses(child, prefix))).then_some(prefix)
}

/// True where an element or attribute within has the prefix's namespace, or the prefix.
fn uses(element: &Element, prefix: &str) -> bool {
    let has = |attribute: &Attribute| attribute.name.split_once(':').is_some_and(|(of, _)| of == prefix);
    element.namespace.as_deref() == Some(DNSMASQ)
        || element.attributes.iter().any(has)
        || element.children.iter().any(|child| uses(child, prefix))
}
