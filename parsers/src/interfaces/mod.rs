//! interfaces files (interfaces(5)) as Debian's ifupdown with the scripts of its add-on packages, ifupdown2
//! and ifupdown-ng read them.
//!
//! `lines` and `load` give stanzas as each program cuts the text; `build` makes links of them, `hooks`
//! evaluates the commands in `up` lines on top. What a stanza says goes through one table of options
//! (`netpivot_model::vocabulary::interfaces`).

use crate::{Confidence, Context, EntryKind, Fatal, FormatInfo, Input, Parser, Tree};
use netpivot_model::codes::interfaces as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, IFUPDOWN, IFUPDOWN_NG, IFUPDOWN2, INTERFACES as NAME};
use netpivot_model::network::Network;
use netpivot_model::vocabulary::interfaces::Reader;

mod address;
mod bond;
mod bridge;
mod build;
mod class;
mod detect;
mod dns;
mod document;
mod gateway;
mod glob;
mod hooks;
mod iface;
mod include;
mod kind;
mod lines;
mod load;
mod merge;
mod option;
mod ovs;
mod ranges;
mod relation;
mod six_to_four;
mod taken_back;
#[cfg(test)]
mod tests;
mod vlans;
mod wireguard;

/// The host's file.
const INTERFACES: &str = "/etc/network/interfaces";
/// Where Debian's file includes others from.
const DIRECTORY: &str = "/etc/network/interfaces.d";
const DIRECTORY_FILES: &str = "/etc/network/interfaces.d/*";

/// interfaces files.
#[derive(Debug)]
pub struct Interfaces;

/// What the format tells about itself.
static INFO: FormatInfo = FormatInfo {
    name: NAME,
    aliases: &["eni", "ifupdown"],
    title: "Debian's /etc/network/interfaces",
    host_paths: &[INTERFACES, DIRECTORY],
    dialects: &[
        (
            IFUPDOWN.variant,
            "as Debian's ifupdown and the scripts of bridge-utils, ifenslave, vlan and others read them",
        ),
        (IFUPDOWN2.variant, "as ifupdown2 of Cumulus Linux and Proxmox VE reads them"),
        (IFUPDOWN_NG.variant, "as ifupdown-ng of Alpine Linux reads them"),
    ],
    scope: "Interfaces of all kinds with their addresses, and what commands in `up` lines set up besides; not names of \
            devices and not the scripts in if-up.d.",
    doc: "interfaces(5)",
};

impl Parser for Interfaces {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn detect(&self, tree: &dyn Tree) -> Confidence {
        let texts = detect::texts(tree);
        let stanzas = texts.iter().flat_map(|text| text.lines());
        let names: Vec<&str> = stanzas.filter_map(detect::stanza).collect();
        let count = names.iter().filter(|name| **name != "lo").count();
        let shown = tree.display(INTERFACES);
        match (count, tree.exists(INTERFACES)) {
            (0, true) if !names.is_empty() => {
                Confidence::Maybe(format!("{shown} holds the loopback interface only"))
            }
            (0, _) => Confidence::No,
            _ => {
                let shown = if tree.exists(INTERFACES) { shown } else { detect::shown_directory(tree) };
                let stanzas = if count == 1 { "stanza" } else { "stanzas" };
                Confidence::Sure(format!("{shown} holds {count} {stanzas}"))
            }
        }
    }

    fn place(&self, file_name: &str, text: &str) -> Option<String> {
        if file_name == "interfaces" {
            return Some(INTERFACES.to_owned());
        }
        text.lines().find_map(detect::stanza)?;
        let plain = file_name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        let name = if plain && !file_name.starts_with(['.', '-']) { file_name } else { "input" };
        Some(format!("{DIRECTORY}/{name}"))
    }

    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
        let reader = match input.dialect {
            Some(variant) => Reader::of(Dialect::with(NAME, find_variant(variant))),
            None => detect::dialect(input.tree, cx),
        };
        if reader == Reader::Ifupdown2 && detect::template(input.tree, cx) {
            return Ok(Network { dialect: reader.dialect(), ..Network::default() });
        }
        let Some(document) = load::load(input.tree, reader, cx) else {
            return Err(Fatal {
                message: format!("there is no {INTERFACES}"),
                help: format!("name a host root, or files as in {DIRECTORY}"),
            });
        };
        let built = build::build(document, reader, cx);
        let mut network = hooks::evaluate(built, input.tree, cx);
        if reader == Reader::IfupdownNg {
            wireguard::read(input.tree, &mut network, cx);
        }
        crate::text::dnsmasq::read(input.tree, &mut network, cx);
        network.dialect.version = input.version;
        Ok(network)
    }
}

/// The dialect's own word for a variant.
fn find_variant(variant: &str) -> &'static str {
    let words = INFO.dialects.iter().map(|(word, _)| *word);
    words.into_iter().find(|word| *word == variant).unwrap_or(IFUPDOWN.variant)
}

/// True where the directory of included files holds any.
fn has_directory(tree: &dyn Tree) -> bool {
    tree.list(DIRECTORY).unwrap_or_default().iter().any(|entry| entry.kind == EntryKind::File)
}

/// A finding at a place.
fn finding(
    code: &'static netpivot_model::codes::Code,
    span: netpivot_model::source::Span,
    message: String,
    help: &str,
) -> Diagnostic {
    Diagnostic::new(code, message).at(span).help(help)
}

/// The finding which program's meaning applies.
fn dialect_note(reader: Reader, why: &str) -> Diagnostic {
    Diagnostic::new(&codes::DIALECT, format!("the files are read as {} does: {why}", reader.name()))
        .in_file(INTERFACES)
        .help("choose another program with `-f interfaces:NAME`")
}
