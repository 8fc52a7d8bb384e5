//! Nothing is lost silently: every item of the input is accounted for.
//!
//! A parser registers each item it lexes (an assignment, a key, an option, a line). When it is done, an item
//! whose span stands neither in a fact's origin nor in a diagnostic's label nor in a leftover is
//! reported here, by the pipeline itself, and kept as a leftover. One check for all formats; a
//! parser cannot forget it.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::facts;
use crate::link::LinkId;
use crate::network::{Leftover, Network, Weight};
use crate::source::{Origin, Span};

/// One item of the input.
#[derive(Debug, Clone)]
pub struct Item {
    /// The whole item.
    pub span: Span,
    /// The link whose configuration holds it.
    pub owner: Option<LinkId>,
    /// The section it stands in.
    pub section: Option<String>,
    /// Its key, or the whole line where there is none.
    pub key: String,
    /// Its value.
    pub value: String,
    /// True where the value must not be shown.
    pub secret: bool,
}

/// The items whose span stands in no fact's origin, no diagnostic's label and no leftover.
#[must_use]
pub fn uncovered<'a>(network: &Network, items: &'a [Item], diagnostics: &[Diagnostic]) -> Vec<&'a Item> {
    let mut spots: Vec<(u32, u32)> = Vec::with_capacity(items.len());
    let mut add = |span: &Span| spots.push((span.source.0, span.start));
    facts::visit(network, &mut |_, what| {
        facts::origins_of(&what, &mut |origin| origin.spans().iter().for_each(&mut add));
    });
    diagnostics.iter().flat_map(|d| &d.labels).for_each(&mut add);
    network.leftovers.iter().for_each(|l| l.origin.spans().iter().for_each(&mut add));
    spots.sort_unstable();
    let covered = |span: &Span| {
        let from = spots.partition_point(|s| *s < (span.source.0, span.start));
        spots.get(from).is_some_and(|s| s.0 == span.source.0 && s.1 < span.end.max(span.start + 1))
    };
    items.iter().filter(|item| !covered(&item.span)).collect()
}

/// Reports the items that nothing accounts for, and keeps them as leftovers.
#[must_use]
pub fn account(network: &mut Network, items: &[Item], diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for item in uncovered(network, items, diagnostics) {
        let shown = if item.secret { crate::secret::HIDDEN } else { &item.value };
        let what =
            if item.value.is_empty() { format!("`{}`", item.key) } else { format!("`{}={shown}`", item.key) };
        found.push(
            Diagnostic::new(
                &codes::core::UNKNOWN_KEY,
                format!("{what} is known to no reader of this format and has no effect"),
            )
            .at(item.span)
            .help("check the spelling; the line is kept"),
        );
        network.leftovers.push(Leftover {
            owner: item.owner,
            section: item.section.clone(),
            key: item.key.clone(),
            value: item.value.clone(),
            secret: item.secret,
            weight: Weight::Idle,
            meaning: String::new(),
            origin: Origin::at(item.span),
        });
    }
    found
}
