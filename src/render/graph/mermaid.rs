//! A flowchart of Mermaid, as Markdown of code forges shows it.

use super::scene::{Look, Relation, Scene, Tile};
use std::fmt::Write;

/// The flowchart. A namespace is a subgraph; lower links stand left of upper ones.
pub fn write(scene: &Scene) -> String {
    let mut out = String::from("flowchart LR\n");
    let tiles = |space: Option<usize>, indent: &str, out: &mut String| {
        for (n, tile) in scene.tiles.iter().enumerate().filter(|(_, tile)| tile.space == space) {
            let (open, close) = shape(tile.look);
            let _ = writeln!(out, "{indent}n{n}{open}\"{}\"{close}:::{}", label(tile), tile.look.word());
        }
    };
    tiles(None, "    ", &mut out);
    for (n, space) in scene.spaces.iter().enumerate() {
        let _ = writeln!(out, "    subgraph s{n}[\"namespace {}\"]", escaped(space));
        tiles(Some(n), "        ", &mut out);
        out.push_str("    end\n");
    }
    for joint in &scene.joints {
        let line = match joint.relation {
            Relation::Port => "-->",
            Relation::Below => "---",
            Relation::Peer => "-.-",
        };
        let _ = writeln!(out, "    n{} {line} n{}", joint.from, joint.to);
    }
    for look in Look::ALL.into_iter().filter(|look| scene.tiles.iter().any(|tile| tile.look == *look)) {
        let _ = writeln!(out, "    classDef {} {}", look.word(), style(look));
    }
    out
}

fn shape(look: Look) -> (&'static str, &'static str) {
    match look {
        Look::Card | Look::Software | Look::Guest | Look::Missing => ("[", "]"),
        Look::Bond => ("[[", "]]"),
        Look::Bridge => ("(", ")"),
        Look::Vlan => (">", "]"),
        Look::Tunnel => ("[/", "/]"),
    }
}

fn style(look: Look) -> &'static str {
    match look {
        Look::Card => "fill:#ddf4ff,stroke:#0969da,color:#1f2328",
        Look::Bond => "fill:#fbefff,stroke:#8250df,color:#1f2328",
        Look::Bridge => "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
        Look::Vlan => "fill:#fff8c5,stroke:#9a6700,color:#1f2328",
        Look::Tunnel => "fill:#fff1e5,stroke:#bc4c00,color:#1f2328,stroke-dasharray:6 3",
        Look::Software => "fill:#f6f8fa,stroke:#6e7781,color:#1f2328",
        Look::Guest => "fill:#ffeff7,stroke:#bf3989,color:#1f2328",
        Look::Missing => "fill:#ffffff,stroke:#cf222e,color:#1f2328,stroke-dasharray:2 3",
    }
}

fn label(tile: &Tile) -> String {
    let lines: Vec<String> = tile.texts().map(escaped).collect();
    lines.join("<br>")
}

/// Text in a quoted label. Mermaid reads HTML, Markdown and its own entities (`#35;`) there, so all but letters, digits and
/// what no language means anything by is written as an entity.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '.' | ',' | ':' | '/' | '-' | '@' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}
