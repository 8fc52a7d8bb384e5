//! What interfaces files say, before anybody asks what it means: stanzas, classes, mappings.

use super::lines::Part;
use netpivot_model::source::Span;

/// An option of a stanza.
#[derive(Debug, Clone)]
pub(super) struct Opt {
    /// Its name as it stands.
    pub name: String,
    /// Its value.
    pub value: Part,
    /// The whole line.
    pub span: Span,
    /// Its position in the items of the context.
    pub item: usize,
    /// True where it comes from the stanza that this one inherits from.
    pub inherited: bool,
}

/// An `iface` stanza.
#[derive(Debug, Clone)]
pub(super) struct Stanza {
    /// The logical name.
    pub name: Part,
    /// Address family; empty where the stanza names none.
    pub family: Option<Part>,
    /// Method.
    pub method: Option<Part>,
    /// The stanza's first line.
    pub span: Span,
    /// Its position in the items of the context.
    pub item: usize,
    /// The options in order.
    pub options: Vec<Opt>,
    /// True for what others inherit from and nothing starts (`template`).
    pub is_template: bool,
    /// The stanzas that ifupdown2 has merged into this one.
    pub more: Vec<Head>,
}

/// The first line of a stanza that was merged into another.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// The logical name.
    pub name: Part,
    /// Address family.
    pub family: Option<Part>,
    /// The line's position in the items of the context.
    pub item: usize,
}

impl Stanza {
    /// A stanza of which only the name is known.
    pub fn new(name: Part, span: Span, item: usize) -> Self {
        Stanza {
            name,
            family: None,
            method: None,
            span,
            item,
            options: Vec::new(),
            is_template: false,
            more: Vec::new(),
        }
    }

    /// The family's word; empty where none is named.
    pub fn family(&self) -> &str {
        self.family.as_ref().map_or("", |part| &part.text)
    }

    /// The method's word; empty where none is named.
    pub fn method(&self) -> &str {
        self.method.as_ref().map_or("", |part| &part.text)
    }

    /// The name of the interface, without an alias's number.
    pub fn interface(&self) -> &str {
        self.name.text.split(':').next().unwrap_or_default()
    }

    /// The stanza's first line for people: `iface eth0 inet static`.
    pub fn title(&self) -> String {
        let mut words = vec!["iface", self.name.text.as_str(), self.family(), self.method()];
        words.retain(|word| !word.is_empty());
        words.join(" ")
    }
}

/// A name on an `auto` or `allow-CLASS` line, or on one like it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// The class: `auto`, `hotplug`, `no-auto-down`, `no-scripts`.
    pub class: String,
    /// The name, a pattern, or `PHYSICAL=LOGICAL`.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The line's position in the items of the context.
    pub item: usize,
    /// How many stanzas stand before it.
    pub before: usize,
}

/// A `mapping` stanza: a script chooses the logical interface (interfaces(5)).
#[derive(Debug, Clone)]
pub(super) struct Mapping {
    /// The patterns of names that it is for.
    pub names: Part,
    /// The stanza's first line.
    pub span: Span,
    /// Its lines in order, `script` and `map`.
    pub lines: Vec<(Part, Part, Span)>,
}

/// All that the files say.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// The stanzas in order.
    pub stanzas: Vec<Stanza>,
    /// The names on `auto` and `allow-…` lines and their like, in order.
    pub listed: Vec<Listed>,
    /// The words `OLD=NEW` of `rename` lines, each with its line's position in the items of the context.
    pub renames: Vec<(Part, usize)>,
    /// The mappings in order.
    pub mappings: Vec<Mapping>,
}
