//! The order of commands. Those that became configuration and those that stay commands run in the output as they ran in
//! the source: what stands behind a command may need what it sets up, or be what it would take away.

use super::stanza::{Line, Stanza};
use super::{Job, Sheet};
use crate::Accounted;
use crate::ran::Ran;
use foldhash::HashMap;
use netpivot_model::dialect::INTERFACES;
use netpivot_model::hook::{Command, HookPhase};
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use netpivot_model::path::{FactPath, FieldPath};
use netpivot_model::source::Span;

/// A command of a link that stays one.
struct Kept {
    turn: u32,
    phase: HookPhase,
    /// True where it stands in another stanza than the interface's first one.
    is_further: bool,
}

/// The commands that stay, and those that take others back.
pub(super) struct Turns {
    kept: HashMap<LinkId, Vec<Kept>>,
    /// The commands that take others back: what they take back, and their turns.
    undone: HashMap<Span, u32>,
}

impl Turns {
    pub(super) fn of(network: &Network, ran: &Ran) -> Self {
        let undone = network.commands.iter().zip(1..).filter_map(|(ran, turn)| Some((ran.undoes?, turn)));
        let mut turns = Turns { kept: HashMap::default(), undone: undone.collect() };
        for hook in &network.hooks {
            let (Some(id), Some(phase), Some(command)) = (hook.owner, &hook.item.phase, &hook.item.command)
            else {
                continue;
            };
            if let Some(turn) = ran.at(&command.origin).filter(|turn| *turn > 0) {
                let kept = Kept { turn, phase: phase.value, is_further: hook.item.stanza.is_some() };
                turns.kept.entry(id).or_default().push(kept);
            }
        }
        turns
    }

    /// The command that takes another one back, with its turn.
    pub(super) fn undoing<'n>(&self, network: &'n Network, command: &Command) -> Option<(u32, &'n Command)> {
        let turn = *self.undone.get(&command.span)?;
        Some((turn, network.commands.get(turn.checked_sub(1)? as usize)?))
    }

    /// True where a link's command that stays runs behind that one when the link is taken down.
    pub(super) fn is_before_kept(&self, id: LinkId, turn: u32) -> bool {
        self.kept.get(&id).into_iter().flatten().any(|kept| !kept.phase.is_upward() && kept.turn > turn)
    }

    /// True where a link's command that stays runs behind that one when the link is set up.
    pub(super) fn is_needed_by_kept(&self, id: LinkId, turn: u32) -> bool {
        self.kept.get(&id).into_iter().flatten().any(|kept| kept.phase.is_upward() && kept.turn > turn)
    }

    /// True for an address that a command adds between commands that stay, where the option of a stanza would add it at
    /// another time: that of the first stanza before its commands, that of a further one behind them.
    pub(super) fn is_between(&self, id: LinkId, turn: Option<u32>, is_first: bool) -> bool {
        let Some(turn) = turn.filter(|turn| *turn > 0) else { return false };
        let kept = self.kept.get(&id).into_iter().flatten();
        kept.filter(|kept| kept.phase.is_upward()).any(|kept| match (is_first, kept.turn < turn) {
            (true, true) => kept.phase == HookPhase::Up,
            (true, false) => kept.phase == HookPhase::PreUp,
            (false, true) => kept.is_further,
            (false, false) => true,
        })
    }

    /// True for what a command sets up behind one that stays.
    pub(super) fn is_behind(&self, id: LinkId, turn: Option<u32>) -> bool {
        self.kept.get(&id).into_iter().flatten().any(|kept| kept.phase.is_upward() && turn > Some(kept.turn))
    }
}

impl<'n> Job<'n> {
    /// The command that takes back what a setting or an entry comes from, with its turn.
    pub(super) fn undoing(&self, fact: FactPath) -> Option<(u32, &'n Command)> {
        self.turns.undoing(self.network, self.ran.command(self.network, fact)?)
    }

    /// What may fail in the source may fail in the output.
    pub(super) fn forgive(&self, stanzas: &mut [Stanza]) {
        for line in stanzas.iter_mut().flat_map(|stanza| stanza.pre_up.iter_mut().chain(&mut stanza.up)) {
            if !line.stays && !line.text.ends_with("|| true") && self.ran.may_fail(self.network, line.turn) {
                line.text.push_str(" || true");
            }
        }
    }

    /// Gives lines that have no turn yet the one of a setting.
    pub(super) fn give_turn(&self, id: LinkId, path: FieldPath, stanzas: &mut [Stanza]) {
        // No command works on a link before the one that makes it.
        let kind = super::link_fact(id, FieldPath::parse("kind"));
        let made = self.turn_of_making(kind);
        let Some(turn) = self.ran.of_fact(self.network, super::link_fact(id, path)).max(made) else {
            return;
        };
        for stanza in stanzas {
            for line in stanza.pre_up.iter_mut().chain(&mut stanza.up).filter(|line| line.turn.is_none()) {
                line.turn = Some(turn);
            }
        }
    }

    /// The turn in which a link is made. What stays of a script may stand in the stanza of a link that the script makes later.
    fn turn_of_making(&self, kind: FactPath) -> Option<u32> {
        self.ran.of_fact(self.network, kind).filter(|_| self.network.dialect.format == INTERFACES)
    }

    /// Gives the command that makes a link, and the one that takes it away, the turns that they have in the source.
    pub(super) fn give_turn_of_making(&self, id: LinkId, stanza: &mut Stanza) {
        let kind = super::link_fact(id, FieldPath::parse("kind"));
        // Of a script it comes before all else, whatever the turns of the link's settings are.
        let is_script = self.network.dialect.format != INTERFACES;
        let Some(turn) = self.turn_of_making(kind).or(is_script.then_some(0)) else { return };
        let undone = self.undoing(kind).map_or(u32::MAX, |(turn, _)| turn);
        stanza.pre_up.last_mut().into_iter().for_each(|line| line.turn = Some(turn));
        stanza.post_down.last_mut().into_iter().for_each(|line| line.turn = Some(undone));
    }

    /// What a script sets up on the host behind a command that stays – which may be `iptables-restore`, `nft flush
    /// ruleset`, `sysctl -p` – stands behind it, and not in the stanza of `lo`, which comes first.
    pub(super) fn behind_commands(&mut self, sheets: &mut [Sheet]) {
        let Some((lo, rest)) = sheets.split_first_mut() else { return };
        let mut stanzas: Vec<&mut Stanza> = rest.iter_mut().flat_map(|sheet| &mut sheet.stanzas).collect();
        let kept: Vec<(u32, usize)> = (0..)
            .zip(&stanzas)
            .flat_map(|(n, stanza)| stanza.up.iter().map(move |line| (n, line)))
            .filter(|(_, line)| line.stays)
            .filter_map(|(n, line)| Some((line.turn?, n)))
            .collect();
        let behind = |line: &Line| {
            let turn = line.turn.filter(|_| line.of.is_some() && !line.stays)?;
            kept.iter().filter(|(other, _)| *other < turn).map(|(_, n)| *n).max()
        };
        for stanza in &mut lo.stanzas {
            for line in std::mem::take(&mut stanza.up) {
                let (Some(n), Some((kind, entry))) = (behind(&line), line.of) else {
                    stanza.up.push(line);
                    continue;
                };
                let (down, others) =
                    std::mem::take(&mut stanza.down).into_iter().partition(|other| other.of == line.of);
                stanza.down = others;
                stanzas[n].up.push(line);
                stanzas[n].down.extend::<Vec<Line>>(down);
                self.cx.account(Accounted::Rewritten(kind, entry), "entry-behind-a-command");
            }
        }
    }
}

/// Puts the commands of a link's stanzas into the order of their turns, as far as there are commands among them that
/// stay. These keep their stanza, which they may ask for its variables.
pub(super) fn in_order(stanzas: &mut [Stanza]) {
    for lines in stanzas.iter_mut().flat_map(|stanza| [&mut stanza.down, &mut stanza.post_down]) {
        if lines.iter().any(|line| line.stays && line.turn > Some(0)) {
            sort(lines);
        }
    }
    // Stanzas run one after the other, each its `pre-up` lines first; those of an alias start for themselves.
    let slots = 2 * stanzas.len();
    let kept: Vec<(u32, usize)> = (0..slots)
        .flat_map(|slot| list(stanzas, slot).iter().map(move |line| (slot, line)))
        .filter(|(_, line)| line.stays)
        .filter_map(|(slot, line)| Some((line.turn?, slot)))
        .collect();
    if kept.is_empty() {
        return;
    }
    let mut moved = Vec::new();
    for slot in 0..slots {
        let same = |other: &usize| stanzas[other / 2].name == stanzas[slot / 2].name;
        let kept: Vec<(u32, usize)> = kept.iter().copied().filter(|(_, other)| same(other)).collect();
        let place = |line: &Line| {
            let turn = line.turn.filter(|turn| *turn > 0 && !line.stays)?;
            let behind = kept.iter().filter(|(other, _)| *other < turn).map(|(_, slot)| *slot).max();
            let before = kept.iter().filter(|(other, _)| *other > turn).map(|(_, slot)| *slot).min();
            let place = slot.max(behind.unwrap_or(0)).min(before.unwrap_or(slots));
            (place != slot).then_some(place)
        };
        let lines = list_mut(stanzas, slot);
        for line in std::mem::take(lines) {
            match place(&line) {
                Some(place) => moved.push((place, line)),
                None => lines.push(line),
            }
        }
    }
    for (slot, line) in moved {
        list_mut(stanzas, slot).push(line);
    }
    let mut with_kept: Vec<usize> = kept.iter().map(|(_, slot)| *slot).collect();
    with_kept.dedup();
    for slot in with_kept {
        sort(list_mut(stanzas, slot));
    }
}

/// Sorts commands by their turns. One without stays behind those that it stands behind.
pub(super) fn sort(lines: &mut [Line]) {
    let mut last = 0;
    for line in &mut *lines {
        last = line.turn.unwrap_or(0).max(last);
        line.turn.get_or_insert(last);
    }
    lines.sort_by_key(|line| line.turn);
}

fn list(stanzas: &[Stanza], slot: usize) -> &Vec<Line> {
    let stanza = &stanzas[slot / 2];
    if slot.is_multiple_of(2) { &stanza.pre_up } else { &stanza.up }
}

fn list_mut(stanzas: &mut [Stanza], slot: usize) -> &mut Vec<Line> {
    let stanza = &mut stanzas[slot / 2];
    if slot.is_multiple_of(2) { &mut stanza.pre_up } else { &mut stanza.up }
}
