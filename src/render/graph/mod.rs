//! Pictures of a network: its links, what stands on what, namespaces and addresses.
//!
//! [`scene`] says what there is to draw, with texts that are safe to show; [`plan`] gives each thing its place, by [`layers`]
//! and [`routes`]; each form has a file. Nothing but the network decides about a picture, so the same network gives the same
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

pub use svg::STYLE;

use netpivot_model::network::Network;
use scene::Scene;

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

/// The picture of a network as an element of an HTML page that holds [`STYLE`].
#[must_use]
pub fn inline(network: &Network) -> String {
    svg::element(&Scene::of(network))
}

#[cfg(test)]
mod tests;
