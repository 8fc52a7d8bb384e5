//! The words for ovs-vsctl(8): OVS_OPTIONS and OVS_EXTRA. Simple settings go to their layer, the rest is left over.

use super::Layers;
use crate::ifcfg::rows;
use crate::ifcfg::vars::Reader::Initscripts;
use crate::ifcfg::vars::{Var, Vars, boolean};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Span};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::ifcfg::ovs::COLUMNS;

/// OVS_OPTIONS of a port: columns of the Port table, then further commands.
pub(super) fn port_options(vars: &Vars, port: &mut Link, layers: &mut Layers) {
    let Some(var) = vars.text("OVS_OPTIONS") else { return };
    let (columns, commands) = split(var.value);
    let beyond: Vec<&str> =
        columns.split_ascii_whitespace().filter(|word| !set_column(word, port, var.span)).collect();
    if !beyond.is_empty() {
        left("OVS_OPTIONS", &beyond.join(" "), var, layers);
    }
    commands.iter().for_each(|command| run("OVS_OPTIONS", command, var, &mut [&mut *port], layers));
}

/// OVS_OPTIONS of a bridge are words of `add-br` (a fake bridge and its VLAN), which no layer can say.
pub(super) fn bridge_options(vars: &Vars, layers: &mut Layers) {
    if let Some(var) = vars.text("OVS_OPTIONS") {
        left("OVS_OPTIONS", var.value, var, layers);
    }
}

/// OVS_EXTRA: commands with `--` between them.
pub(super) fn extra(vars: &Vars, around: &mut [&mut Link], layers: &mut Layers) {
    let Some(var) = vars.text("OVS_EXTRA") else { return };
    let (first, more) = split(var.value);
    for command in std::iter::once(first).chain(more).filter(|command| !command.is_empty()) {
        run("OVS_EXTRA", command, var, around, layers);
    }
}

fn split(text: &str) -> (&str, Vec<&str>) {
    let mut parts = text.split("--").map(str::trim);
    let first = parts.next().unwrap_or("");
    (first, parts.filter(|part| !part.is_empty()).collect())
}

fn left(key: &str, words: &str, var: Var<'_>, layers: &mut Layers) {
    layers.leftovers.push(rows::leftover(key, words, var.span, "initscripts hand it to ovs-vsctl(8)"));
}

/// `set TABLE NAME COLUMN=VALUE …` for one of the layers at hand, and `set-fail-mode`.
fn run(key: &str, command: &str, var: Var<'_>, around: &mut [&mut Link], layers: &mut Layers) {
    let words: Vec<&str> = command.split_ascii_whitespace().collect();
    let (table, name, columns): (&str, &str, Vec<String>) = match words.as_slice() {
        ["set", table, name, columns @ ..] => {
            (table, name, columns.iter().map(|c| (*c).to_owned()).collect())
        }
        ["set-fail-mode", name, mode] => ("bridge", name, vec![format!("fail_mode={mode}")]),
        _ => return left(key, command, var, layers),
    };
    let fits = |link: &Link| {
        let layer = match table.to_ascii_lowercase().as_str() {
            "bridge" => matches!(link.kind.value, LinkKind::OvsBridge(_)),
            "port" => matches!(link.kind.value, LinkKind::OvsPort(_)),
            "interface" => matches!(link.kind.value, LinkKind::OvsInterface(_) | LinkKind::Ethernet(_)),
            _ => false,
        };
        layer && link.name.as_ref().is_some_and(|at| at.value == name)
    };
    let Some(link) = around.iter_mut().find(|link| fits(link)) else {
        return left(key, command, var, layers);
    };
    let beyond: Vec<&str> =
        columns.iter().map(String::as_str).filter(|column| !set_column(column, link, var.span)).collect();
    if !beyond.is_empty() {
        left(key, &format!("set {table} {name} {}", beyond.join(" ")), var, layers);
    }
}

/// Sets `COLUMN=VALUE` or `COLUMN:KEY=VALUE`; false where the layer has no such setting.
fn set_column(word: &str, link: &mut Link, span: Span) -> bool {
    let Some((column, value)) = word.split_once('=') else { return false };
    let value = value.trim_matches(['"', '\\', '\'']);
    let (head, key) = column.split_once(':').map_or((column, None), |(head, key)| (head, Some(key)));
    let head = head.replace('-', "_");
    let map = match head.as_str() {
        "external_ids" => Some(&mut link.ovs_external_ids),
        "other_config" => Some(&mut link.ovs_other_config),
        _ => None,
    };
    if let (Some(map), Some(key)) = (map, key) {
        map.insert(key.to_owned(), At::new(value.to_owned(), span));
        return true;
    }
    let full = key.map_or(head.clone(), |key| format!("{head}:{}", key.replace('-', "_")));
    let Some((_, path)) = COLUMNS.iter().find(|(known, _)| *known == full) else { return false };
    let value = match *path {
        "ovs_port.trunks" => {
            let items =
                value.trim_matches(['[', ']']).split(',').map(|item| Value::text(item.trim().to_owned()));
            Value::List(items.collect())
        }
        path if path.ends_with("_enable") => match boolean(value, Initscripts) {
            Some(on) => Value::Bool(on),
            None => return false,
        },
        _ => Value::text(value.to_owned()),
    };
    link.leaf_mut(FieldPath::parse(path)).is_some_and(|leaf| leaf.set(&value, span.into()).is_ok())
}
