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

/// Where the input is accounted for: in a fact's origin, a diagnostic's label or a leftover.
pub struct Covered(Vec<(u32, u32)>);

impl Covered {
    /// The places of a network and its diagnostics.
    #[must_use]
    pub fn of(network: &Network, diagnostics: &[Diagnostic]) -> Self {
        let mut spots: Vec<(u32, u32)> = Vec::new();
        let mut add = |span: &Span| spots.push((span.source.0, span.start));
        facts::visit(network, &mut |_, what| {
            facts::origins_of(&what, &mut |origin| origin.spans().iter().for_each(&mut add));
        });
        diagnostics.iter().flat_map(|d| &d.labels).for_each(&mut add);
        network.leftovers.iter().for_each(|l| l.origin.spans().iter().for_each(&mut add));
        // Not the unstable one: the walk gives long runs in the order of the input, which only this one makes use of.
        spots.sort();
        Covered(spots)
    }

    /// True where something that is accounted for begins in the span.
    #[must_use]
    pub fn holds(&self, span: Span) -> bool {
        let from = self.0.partition_point(|spot| *spot < (span.source.0, span.start));
        self.0.get(from).is_some_and(|spot| spot.0 == span.source.0 && spot.1 < span.end.max(span.start + 1))
    }
}

/// The items that are not accounted for.
#[must_use]
pub fn uncovered<'a>(network: &Network, items: &'a [Item], diagnostics: &[Diagnostic]) -> Vec<&'a Item> {
    let covered = Covered::of(network, diagnostics);
    items.iter().filter(|item| !covered.holds(item.span)).collect()
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
