//! The words for ovs-vsctl(8): OVS_OPTIONS and OVS_EXTRA. Simple settings go to their layer, the rest is left over.

use super::Layers;
use crate::ifcfg::rows;
use crate::ifcfg::vars::{Var, Vars};
use crate::text::ovs::{Setting, commands, set_column};
use netpivot_model::link::Link;

/// OVS_OPTIONS of a port: columns of the Port table, then further commands.
pub(super) fn port_options(vars: &Vars, port: &mut Link, layers: &mut Layers) {
    let Some(var) = vars.text("OVS_OPTIONS") else { return };
    let all = commands(var.value);
    let columns = all.first().map_or("", String::as_str);
    let beyond: Vec<&str> =
        columns.split_ascii_whitespace().filter(|word| !set_column(word, port, var.span)).collect();
    if !beyond.is_empty() {
        left("OVS_OPTIONS", &beyond.join(" "), var, layers);
    }
    all.iter().skip(1).for_each(|command| run("OVS_OPTIONS", command, var, &mut [&mut *port], layers));
}

/// OVS_OPTIONS of a bridge are words of `add-br` (a fake bridge and its VLAN), which no layer can say.
pub(super) fn bridge_options(vars: &Vars, layers: &mut Layers) {
    if let Some(var) = vars.text("OVS_OPTIONS") {
        left("OVS_OPTIONS", var.value, var, layers);
    }
}

/// OVS_TUNNEL_OPTIONS: columns of a tunnel.
pub(super) fn tunnel_options(vars: &Vars, link: &mut Link, layers: &mut Layers) {
    let Some(var) = vars.text("OVS_TUNNEL_OPTIONS") else { return };
    let beyond: Vec<&str> =
        var.value.split_ascii_whitespace().filter(|word| !set_column(word, link, var.span)).collect();
    if !beyond.is_empty() {
        left("OVS_TUNNEL_OPTIONS", &beyond.join(" "), var, layers);
    }
}

/// OVS_EXTRA: commands with `--` between them.
pub(super) fn extra(vars: &Vars, around: &mut [&mut Link], layers: &mut Layers) {
    let Some(var) = vars.text("OVS_EXTRA") else { return };
    for command in commands(var.value) {
        run("OVS_EXTRA", &command, var, around, layers);
    }
}

fn left(key: &str, words: &str, var: Var<'_>, layers: &mut Layers) {
    layers.leftovers.push(rows::leftover(key, words, var.span, "initscripts hand it to ovs-vsctl(8)"));
}

/// A command for one of the layers at hand.
fn run(key: &str, command: &str, var: Var<'_>, around: &mut [&mut Link], layers: &mut Layers) {
    if command.is_empty() {
        return;
    }
    let setting = Setting::of(command);
    let link = setting.as_ref().and_then(|setting| around.iter_mut().find(|link| setting.is_for(link)));
    match (&setting, link) {
        (Some(setting), Some(link)) => {
            if let Some(beyond) = setting.apply(link, var.span) {
                left(key, &beyond, var, layers);
            }
        }
        (Some(_) | None, _) => left(key, command, var, layers),
    }
}
