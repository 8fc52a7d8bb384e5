//! A graph for Graphviz (dot(1)).

use super::scene::{Look, Relation, Scene, Tile};
use std::fmt::Write;

/// The graph. A namespace is a cluster; lower links stand left of upper ones.
pub fn write(scene: &Scene) -> String {
    let mut out = String::from(
        "digraph netpivot {\n\trankdir=LR\n\tnode [shape=box style=filled fillcolor=\"#f6f8fa\" fontname=monospace fontsize=11]\n\tedge [color=\"#57606a\"]\n",
    );
    let tiles = |space: Option<usize>, indent: &str, out: &mut String| {
        let of_space = scene.tiles.iter().enumerate().filter(|(_, tile)| tile.space == space);
        for (n, tile) in of_space {
            let _ = writeln!(out, "{indent}n{n} [label={} {}]", quoted(&label(tile)), look(tile.look));
        }
    };
    tiles(None, "\t", &mut out);
    for (n, space) in scene.spaces.iter().enumerate() {
        let title = quoted(&format!("namespace {space}"));
        let _ = writeln!(
            out,
            "\tsubgraph cluster_{n} {{\n\t\tlabel={title}\n\t\tstyle=dashed fontname=monospace"
        );
        // A cluster without nodes is not drawn.
        if scene.tiles.iter().all(|tile| tile.space != Some(n)) {
            let _ = writeln!(out, "\t\ts{n} [style=invis]");
        }
        tiles(Some(n), "\t\t", &mut out);
        out.push_str("\t}\n");
    }
    for joint in &scene.joints {
        let look = match joint.relation {
            Relation::Port => "",
            Relation::Below => " [dir=back arrowtail=odot]",
            Relation::Peer => " [dir=none style=dashed]",
        };
        let _ = writeln!(out, "\tn{} -> n{}{look}", joint.from, joint.to);
    }
    out.push_str("}\n");
    out
}

fn look(look: Look) -> &'static str {
    match look {
        Look::Card => "fillcolor=\"#ddf4ff\"",
        Look::Bond => "fillcolor=\"#fbefff\" peripheries=2",
        Look::Bridge => "fillcolor=\"#dafbe1\" style=\"filled,rounded\"",
        Look::Vlan => "fillcolor=\"#fff8c5\" shape=note",
        Look::Tunnel => "fillcolor=\"#fff1e5\" style=\"filled,dashed\"",
        Look::Software => "",
        Look::Guest => "fillcolor=\"#ffeff7\"",
        Look::Missing => "fillcolor=white color=\"#cf222e\" style=\"filled,dotted\"",
    }
}

fn label(tile: &Tile) -> String {
    let lines: Vec<&str> = tile.texts().collect();
    lines.join("\n")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Text in a quoted string: only `"` ends that, and of escapes labels know `\n`, `\l`, `\r`, `\\` and object names as `\N`.
/// Entities like `&lt;` are read in labels, too (Graphviz, "The DOT Language"), so `&` is written as one.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;").replace('\n', "\\n")
}
