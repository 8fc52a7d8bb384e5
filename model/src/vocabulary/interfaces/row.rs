//! The shape of the option table.

use super::codec::Codec;
use super::reader::{Reader, Readers};
use crate::path::FieldPath;

/// Where an option's value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A setting of the stanza's link, dotted.
    Link(&'static str),
    /// A setting of the stanza's address family: the field's name within `ipv4` or `ipv6`.
    Ip(&'static str),
    /// A setting of a bridge's or bond's port. In the stanza of the controller the value names the port
    /// (`PORT VALUE` or `PORT=VALUE …`), in the port's own stanza it stands alone.
    Port(&'static str),
    /// An entry of a map: the map's path and the entry's name, empty where the option's name ends in it.
    Entry(&'static str, &'static str),
    /// A kernel setting of the interface; `*` stands for its name.
    Sysctl(&'static str),
    /// Code of its own reads and writes it.
    Own,
    /// The program acts on it, but the model has no place for it.
    Extra,
    /// Nothing acts on it any more.
    Idle,
}

/// An option that a stanza may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its name, or how the name begins where [`Row::is_prefix`]. Options of add-on packages have `-` here.
    pub name: &'static str,
    /// Other names of the same.
    pub aliases: &'static [&'static str],
    /// Who knows it.
    pub readers: Readers,
    /// The Debian package whose script acts on it under ifupdown; `ifupdown` for its own options.
    pub package: &'static str,
    /// The add-on of ifupdown2, or the executor of ifupdown-ng, that acts on it.
    pub addon: &'static str,
    /// Where its value goes.
    pub place: Place,
    /// How its value is written.
    pub codec: Codec,
    /// What it does, where the model's own documentation does not say it.
    pub(super) text: &'static str,
    /// True where a name of its own follows (`offload-gro`).
    pub is_prefix: bool,
}

impl Row {
    /// The setting that the option stands for, in a stanza of that family.
    #[must_use]
    pub fn path(&self, v6: bool) -> Option<FieldPath> {
        match self.place {
            Place::Link(path) | Place::Port(path) | Place::Entry(path, _) => Some(FieldPath::parse(path)),
            Place::Ip(field) => Some(FieldPath::new([if v6 { "ipv6" } else { "ipv4" }, field, ""])),
            Place::Sysctl(_) | Place::Own | Place::Extra | Place::Idle => None,
        }
    }

    /// True where ifupdown itself compares the name, letter by letter. All other names reach a script as a
    /// variable `IF_…`, for which `-`, `_`, and the case make no difference (ifupdown's execute.c:setlocalenv).
    #[must_use]
    pub fn is_core(&self) -> bool {
        self.package == IFUPDOWN
    }

    /// What the option does.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        if !self.text.is_empty() {
            return self.text;
        }
        self.path(false).and_then(crate::vocabulary::doc_of).unwrap_or_default()
    }

    /// Where it is documented or implemented, for one of its readers.
    #[must_use]
    pub fn source(&self, reader: Reader) -> String {
        match reader {
            Reader::Ifupdown => match self.package {
                IFUPDOWN => "interfaces(5)".to_owned(),
                "bridge-utils" | "vlan" => format!("{}-interfaces(5)", self.package),
                "resolvconf" => "resolvconf(8)".to_owned(),
                package => format!("README.Debian of {package}"),
            },
            Reader::Ifupdown2 => format!("ifupdown2, addons/{}.py", self.addon),
            Reader::IfupdownNg => format!("ifupdown-ng, executor {}", self.addon),
        }
    }
}

/// The package of ifupdown's own options.
pub(super) const IFUPDOWN: &str = "ifupdown";

/// Declares the rows of one package and add-on: names (a `*` at the end leaves the rest open), readers, place,
/// codec, and what the model's documentation does not say.
macro_rules! rows {
    ($vis:vis const $table:ident = $package:literal, $addon:literal {
        $( $name:literal $(| $alias:literal)* $readers:ident $place:expr, $codec:ident $(, $text:literal)? ; )*
    }) => {
        $vis const $table: &[$crate::vocabulary::interfaces::row::Row] = &[$(
            $crate::vocabulary::interfaces::row::Row {
                name: $crate::vocabulary::interfaces::row::stem($name),
                aliases: &[$($crate::vocabulary::interfaces::row::stem($alias)),*],
                readers: $crate::vocabulary::interfaces::reader::$readers,
                package: $package,
                addon: $addon,
                place: $place,
                codec: $crate::vocabulary::interfaces::codec::Codec::$codec,
                text: concat!("", $($text)?),
                is_prefix: $crate::vocabulary::interfaces::row::is_open($name),
            }
        ),*];
    };
}
pub(super) use rows;

/// True for a name that ends in `*`.
pub(super) const fn is_open(name: &str) -> bool {
    name.as_bytes()[name.len() - 1] == b'*'
}

/// The name without the `*`.
pub(super) const fn stem(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [_, .., b'*'] => name.split_at(name.len() - 1).0,
        _ => name,
    }
}
