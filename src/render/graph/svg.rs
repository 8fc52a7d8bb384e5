//! A picture as SVG, drawn by netpivot itself: no font is measured, nothing is fetched, no script runs.

use super::layers::Point;
use super::measure::{KIND_BASE, LINE_STEP, NAME_BASE, TEXT_LEFT, drawn, drawn_lines};
use super::plan::{Plan, Rect, frame_title};
use super::scene::{Look, Mark, Relation, Scene, Tile};
use crate::render::markup::escape;
use std::fmt::Write;

/// The colours and letters, for light and for dark surroundings. Colour says nothing that words and shape do not.
pub const STYLE: &str = include_str!("style.css");

/// Below the picture: what the lines mean.
const LEGEND: [(Relation, &str); 3] =
    [(Relation::Port, "is a port of"), (Relation::Below, "carries"), (Relation::Peer, "is the other end of")];
const LEGEND_HEIGHT: i32 = 34;
const LEGEND_STEP: i32 = 190;
/// The radius of a line's corners.
const BEND: i32 = 6;

/// A picture that stands by itself.
pub fn document(scene: &Scene) -> String {
    let style = format!("<style>\n{STYLE}</style>\n");
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", picture(scene, &style))
}

/// A picture for a page that has the style.
pub fn element(scene: &Scene) -> String {
    picture(scene, "")
}

fn picture(scene: &Scene, style: &str) -> String {
    let plan = Plan::of(scene);
    let relations: Vec<&(Relation, &str)> =
        LEGEND.iter().filter(|(of, _)| scene.joints.iter().any(|joint| joint.relation == *of)).collect();
    let legend = i32::try_from(relations.len()).unwrap_or(0) * LEGEND_STEP + 20;
    let width = if relations.is_empty() { plan.size.0 } else { plan.size.0.max(legend) };
    let height = plan.size.1 + if relations.is_empty() { 0 } else { LEGEND_HEIGHT };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"np\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>Network ({})</title>\n{style}<rect class=\"np-paper\" width=\"{width}\" height=\"{height}\"/>\n",
        escape(&scene.title)
    );
    for (space, rect) in scene.spaces.iter().zip(&plan.frames) {
        frame(space, *rect, &mut out);
    }
    for (joint, way) in scene.joints.iter().zip(&plan.ways) {
        let names = [joint.from, joint.to].map(|n| escape(&scene.tiles[n].name).into_owned());
        let title = LEGEND.iter().find(|(of, _)| *of == joint.relation).map_or("", |(_, words)| words);
        let title = format!("{} {title} {}", names[0], names[1]);
        line(joint.relation, way, &format!("<title>{title}</title>"), &mut out);
    }
    for (tile, rect) in scene.tiles.iter().zip(&plan.tiles) {
        draw(tile, *rect, &mut out);
    }
    for (n, (relation, words)) in relations.into_iter().enumerate() {
        let (x, y) = (20 + i32::try_from(n).unwrap_or(0) * LEGEND_STEP, height - LEGEND_HEIGHT / 2);
        line(*relation, &[(x, y), (x + 40, y)], "", &mut out);
        let _ = writeln!(out, "<text class=\"np-line\" x=\"{}\" y=\"{}\">{words}</text>", x + 48, y + 4);
    }
    out.push_str("</svg>\n");
    out
}

fn frame(space: &str, rect: Rect, out: &mut String) {
    let Rect { x, y, width, height } = rect;
    let _ = writeln!(
        out,
        "<g><title>{}</title><rect class=\"np-frame\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>\
         <text class=\"np-space\" x=\"{}\" y=\"{}\">{}</text></g>",
        escape(space),
        x + 12,
        y + 22,
        escape(&frame_title(space))
    );
}

/// A line with round corners, and what its upper end looks like.
fn line(relation: Relation, way: &[Point], title: &str, out: &mut String) {
    let ([first, ..], [.., before, last]) = (way, way) else { return };
    let mut path = format!("M{} {}", first.0, first.1);
    for corner in way.windows(3) {
        let [a, b, c] = [corner[0], corner[1], corner[2]];
        let (enter, leave) = (toward(b, a), toward(b, c));
        let _ = write!(path, "L{} {}Q{} {} {} {}", enter.0, enter.1, b.0, b.1, leave.0, leave.1);
    }
    let _ = write!(path, "L{} {}", last.0, last.1);
    let class = match relation {
        Relation::Port => "np-port",
        Relation::Below => "np-below",
        Relation::Peer => "np-peer",
    };
    let (x, y) = *last;
    let d = if before.0 <= x { 8 } else { -8 };
    let end = match relation {
        Relation::Port => format!("<path class=\"np-tip\" d=\"M{x} {y}l{} -4v8z\"/>", -d),
        Relation::Below => {
            format!("<circle class=\"np-foot\" cx=\"{}\" cy=\"{}\" r=\"3.5\"/>", first.0 + 4, first.1)
        }
        Relation::Peer => String::new(),
    };
    let _ = writeln!(out, "<g>{title}<path class=\"np-way {class}\" d=\"{path}\"/>{end}</g>");
}

/// A point on the way from a corner to the next, where its bend begins.
fn toward(corner: Point, next: Point) -> Point {
    let part = |from: i32, to: i32| {
        from + (to - from).clamp(-BEND, BEND).clamp(-((to - from).abs() / 2), (to - from).abs() / 2)
    };
    (part(corner.0, next.0), part(corner.1, next.1))
}

fn draw(tile: &Tile, rect: Rect, out: &mut String) {
    let whole: Vec<&str> = tile.texts().collect();
    let mark = tile.mark.map_or("", Mark::word);
    let _ = write!(
        out,
        "<g class=\"np-{}{}{mark}\"><title>{}</title>",
        tile.look.word(),
        if mark.is_empty() { "" } else { " np-" },
        escape(&whole.join("\n"))
    );
    outline(tile.look, rect, out);
    let mut text = |class: &str, x: i32, y: i32, text: &str| {
        let _ = write!(out, "<text class=\"{class}\" x=\"{x}\" y=\"{}\">{}</text>", rect.y + y, escape(text));
    };
    let x = rect.x + TEXT_LEFT;
    text("np-kind", x, KIND_BASE, &drawn(&tile.kind));
    if !mark.is_empty() {
        text("np-mark", rect.x + rect.width - TEXT_LEFT, KIND_BASE, mark);
    }
    text("np-name", x, NAME_BASE, &drawn(&tile.name));
    for (n, line) in (1..).zip(drawn_lines(tile)) {
        text("np-line", x, NAME_BASE + 2 + n * LINE_STEP, &line);
    }
    out.push_str("</g>\n");
}

/// The shape of a kind: cards have corners and a plug, bonds two lines, bridges are round, VLANs have a corner cut off, tunnels
/// are dashed.
fn outline(look: Look, rect: Rect, out: &mut String) {
    let Rect { x, y, width, height } = rect;
    let mut put = |class: &str, inset: i32, radius: i32| {
        let (x, y, width, height) = (x + inset, y + inset, width - inset * 2, height - inset * 2);
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>"
        );
    };
    match look {
        Look::Card => {
            put("np-box", 0, 0);
            let _ =
                write!(out, "<rect class=\"np-plug\" x=\"{x}\" y=\"{y}\" width=\"6\" height=\"{height}\"/>");
        }
        Look::Bond => {
            put("np-box", 0, 3);
            put("np-inner", 3, 1);
        }
        Look::Bridge => put("np-box", 0, 16),
        Look::Vlan => {
            let _ = write!(
                out,
                "<path class=\"np-box\" d=\"M{x} {y}h{}l14 14v{}h-{width}z\"/>",
                width - 14,
                height - 14
            );
        }
        Look::Tunnel | Look::Software | Look::Guest | Look::Missing => put("np-box", 0, 3),
    }
}
