//! Pictures of a network: its links, what stands on what, namespaces and addresses.
//!
//! `scene` says what there is to draw, with texts that are safe to show; `plan` gives each thing its place, by `layers`
//! and `routes`; each form has a file. Nothing but the network decides about a picture, so the same network gives the same
//! bytes.

mod dot;
mod fold;
mod layers;
mod measure;
mod mermaid;
mod plan;
mod routes;
mod scene;
mod svg;

pub use scene::Mark;
pub use svg::STYLE;

use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use scene::Scene;
use std::collections::BTreeMap;

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A picture that stands by itself.
    Svg,
    /// A graph for Graphviz (`dot -Tsvg`).
    Dot,
    /// A flowchart of Mermaid, for Markdown.
    Mermaid,
}

/// The picture of a network.
#[must_use]
pub fn draw(network: &Network, form: Form) -> String {
    let scene = Scene::of(network);
    match form {
        Form::Svg => svg::document(&scene),
        Form::Dot => dot::write(&scene),
        Form::Mermaid => mermaid::write(&scene),
    }
}

/// The picture of a network as an element of an HTML page that holds [`STYLE`]; `marks` say what becomes of its links.
#[must_use]
pub fn inline(network: &Network, marks: &BTreeMap<LinkId, Mark>) -> String {
    let mut scene = Scene::of(network);
    // The links' tiles come first, in the order of the links.
    for ((id, _), tile) in network.links().zip(&mut scene.tiles) {
        tile.mark = marks.get(&id).copied();
    }
    svg::element(&scene)
}

#[cfg(test)]
mod tests;
