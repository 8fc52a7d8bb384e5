//! The commands that the source ran: which of them a setting or an entry comes from.

use netpivot_model::facts::origins_of;
use netpivot_model::hook::Command;
use netpivot_model::network::Network;
use netpivot_model::path::{FactPath, FieldPath, Subject, walk};
use netpivot_model::source::{Origin, Span};

const ROOT: FieldPath = FieldPath::new([""; 3]);

/// When the source ran each of its commands, counted from 1: its turn.
pub(crate) struct Ran {
    /// Sorted by place.
    places: Vec<(Span, u32)>,
}

impl Ran {
    pub fn of(network: &Network) -> Self {
        let mut places: Vec<(Span, u32)> =
            network.commands.iter().map(|command| command.span).zip(1..).collect();
        places.sort_unstable();
        // What several stanzas inherit runs in all of them.
        places.dedup_by_key(|(span, _)| *span);
        Ran { places }
    }

    /// The turn of the last command that a value comes from, 0 for what commands have not set up; `None` where the source
    /// runs none.
    pub fn at(&self, origin: &Origin) -> Option<u32> {
        let turn = || origin.spans().iter().filter_map(|span| self.of_span(span)).max().unwrap_or(0);
        (!self.places.is_empty()).then(turn)
    }

    /// True for a value that no command alone has set up.
    pub fn is_of_stanza(&self, origin: &Origin) -> bool {
        origin.spans().iter().any(|span| self.of_span(span).is_none())
    }

    /// The turn of the command that stands there.
    pub fn of_span(&self, span: &Span) -> Option<u32> {
        let before = self
            .places
            .partition_point(|(place, _)| (place.source, place.start) <= (span.source, span.start));
        let (place, turn) = self.places.get(before.checked_sub(1)?)?;
        place.contains(span).then_some(*turn)
    }

    /// The command that a setting or an entry comes from, the last where there are several.
    pub fn command<'n>(&self, network: &'n Network, fact: FactPath) -> Option<&'n Command> {
        let turn = self.of_fact(network, fact)?.checked_sub(1)?;
        network.commands.get(turn as usize)
    }

    /// The turn of the last command that a setting or an entry comes from.
    pub fn of_fact(&self, network: &Network, fact: FactPath) -> Option<u32> {
        let mut last = None;
        match fact.subject {
            Subject::Entry(kind, n) => walk(network.entry(kind, n), ROOT, &mut |_, seen| {
                origins_of(&seen, &mut |origin| last = last.max(self.at(origin)));
            }),
            Subject::Link(id) => {
                let leaf = network.link(id).leaf(fact.field);
                leaf.inspect(|leaf| leaf.origins(&mut |origin| last = last.max(self.at(origin))));
            }
        }
        last
    }

    /// True for what comes from a command whose failure the source forgives: `… || true`.
    pub fn may_fail(&self, network: &Network, turn: Option<u32>) -> bool {
        let ran = turn.and_then(|turn| network.commands.get(turn.checked_sub(1)? as usize));
        ran.is_some_and(|ran| {
            let guard = ran.text.rsplit_once("||").map(|(_, guard)| guard.trim());
            guard.is_some_and(|guard| ["true", ":", "/bin/true"].contains(&guard))
        })
    }
}
