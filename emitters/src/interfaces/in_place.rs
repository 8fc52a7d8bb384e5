//! Links that commands in another link's stanza set up, where a command that stays comes behind these: it may need what they
//! set up, and a stanza of their own would come too late. There the commands stay as they are.

use super::ROOT;
use super::stanza::refused;
use super::turns::Turns;
use crate::ran::Ran;
use foldhash::{HashMap, HashSet};
use netpivot_model::facts::origins_of;
use netpivot_model::hook::{Command, HookPhase};
use netpivot_model::link::{LinkId, LinkKind, PortType};
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::walk;
use netpivot_model::source::Span;
use netpivot_model::vocabulary::interfaces::Reader;
use std::collections::BTreeSet;

/// The links, and the turns of the commands that set them up and take them back.
#[derive(Default)]
pub(super) struct InPlace {
    links: HashSet<LinkId>,
    commands: BTreeSet<u32>,
    /// The same by the link in whose stanzas they stand.
    by_owner: HashMap<LinkId, Vec<u32>>,
}

/// Whom a command sets up.
enum Subject {
    Link(LinkId),
    /// The link, as the port of another.
    Port(LinkId, LinkId),
    /// An entry that a command of its own makes in the output, too.
    Entry,
    Namespace,
}

impl InPlace {
    /// The links with stanzas of their own that a command sets up which another link needs at once: they come before it.
    pub(super) fn needed_first(network: &Network, turns: &Turns) -> HashMap<LinkId, Vec<LinkId>> {
        let mut needed: HashMap<LinkId, Vec<LinkId>> = HashMap::default();
        let names = crate::order::by_name(network);
        for (ran, turn) in network.commands.iter().zip(1..).filter(|(ran, _)| ran.phase.is_upward()) {
            let Some(by) =
                ran.owner.filter(|by| goes_out(network, *by, ran) || turns.is_needed_by_kept(*by, turn))
            else {
                continue;
            };
            let named = ran.text.split_ascii_whitespace().filter_map(|word| names.get(word).copied());
            needed.entry(by).or_default().extend(named.filter(|id| *id != by));
        }
        needed
    }

    /// `order`: that of the stanzas.
    pub(super) fn of(network: &Network, ran: &Ran, turns: &Turns, order: &[LinkId], reader: Reader) -> Self {
        let all = Facts::of(network, ran);
        let places: HashMap<LinkId, usize> = order.iter().copied().zip(0..).collect();
        let is_needed = |id: LinkId, turn: u32| {
            let Some((by, ran)) = command(network, turn).and_then(|ran| Some((ran.owner?, ran))) else {
                return false;
            };
            by != id
                && places.get(&by) < places.get(&id)
                && (goes_out(network, by, ran) || turns.is_needed_by_kept(by, turn))
        };
        let mut links: HashSet<LinkId> = all
            .by_link
            .iter()
            .filter(|(id, turns)| turns.iter().any(|turn| is_needed(**id, *turn)))
            .map(|(id, _)| *id)
            .collect();
        // A command that sets up another link, too, cannot stay, as that one would have it twice.
        loop {
            let stands = |id: &LinkId| {
                let ports = all.ports.get(id).into_iter().flatten();
                let mut turns = ports.chain(all.by_link.get(id).into_iter().flatten());
                turns.all(|turn| all.is_of(*turn, &links) && can_stay(network, *turn, reader, &links))
            };
            let count = links.len();
            let kept: HashSet<LinkId> =
                links.iter().copied().filter(|id| !all.in_part.contains(id) && stands(id)).collect();
            links = kept;
            if links.len() == count {
                break;
            }
        }
        let of_link =
            |id: &LinkId| all.by_link.get(id).into_iter().chain(all.ports.get(id)).flatten().copied();
        let mut commands: BTreeSet<u32> = links.iter().flat_map(of_link).collect();
        let spans: HashSet<Span> =
            commands.iter().filter_map(|turn| Some(command(network, *turn)?.span)).collect();
        let takes_back = |ran: &Command| ran.undoes.is_some_and(|span| spans.contains(&span));
        let undone = network.commands.iter().zip(1..).filter(|(ran, _)| takes_back(ran));
        commands.extend(undone.map(|(_, turn)| turn));
        let mut by_owner: HashMap<LinkId, Vec<u32>> = HashMap::default();
        for turn in &commands {
            if let Some(owner) = command(network, *turn).and_then(|ran| ran.owner) {
                by_owner.entry(owner).or_default().push(*turn);
            }
        }
        InPlace { links, commands, by_owner }
    }

    /// True for a link without a stanza of its own.
    pub(super) fn holds(&self, id: LinkId) -> bool {
        self.links.contains(&id)
    }

    /// True for what a command with that turn says, which stays.
    pub(super) fn says(&self, turn: Option<u32>) -> bool {
        turn.is_some_and(|turn| self.commands.contains(&turn))
    }

    /// The turns of the commands that stay in the stanzas of a link.
    pub(super) fn commands_of(&self, id: LinkId) -> Vec<u32> {
        self.by_owner.get(&id).cloned().unwrap_or_default()
    }
}

fn command(network: &Network, turn: u32) -> Option<&Command> {
    network.commands.get(turn.checked_sub(1)? as usize)
}

/// True for a command before a link whose software goes out to others while it is set up.
fn goes_out(network: &Network, by: LinkId, ran: &Command) -> bool {
    ran.phase == HookPhase::PreUp && matches!(network.link(by).kind.value, LinkKind::Unsupported(_))
}

/// True for a command that can stand in the output as it stands in the source.
fn can_stay(network: &Network, turn: u32, reader: Reader, links: &HashSet<LinkId>) -> bool {
    command(network, turn).is_some_and(|ran| {
        let has_stanza = |id: LinkId| network.link(id).netns.is_none() && !links.contains(&id);
        ran.phase.is_upward() && ran.owner.is_some_and(has_stanza) && refused(&ran.text, reader).is_none()
    })
}

/// What commands say, by command and by link.
#[derive(Default)]
struct Facts {
    /// Whom each command sets up.
    subjects: HashMap<u32, Vec<Subject>>,
    /// The commands that set up each link and its entries, of the links that nothing else speaks of.
    by_link: HashMap<LinkId, BTreeSet<u32>>,
    /// The commands that plug ports into a link.
    ports: HashMap<LinkId, BTreeSet<u32>>,
    /// Links whose ports have settings that only the stanza of the link says, or were plugged in by other means.
    in_part: HashSet<LinkId>,
}

impl Facts {
    fn of(network: &Network, ran: &Ran) -> Self {
        let mut all = Facts::default();
        if network.commands.iter().all(|ran| ran.owner.is_none()) {
            return all;
        }
        let names = crate::order::by_name(network);
        let mut others: HashSet<LinkId> = HashSet::default();
        for (id, link) in network.links() {
            let controller =
                link.controller.as_ref().and_then(|at| names.get(at.value.to_string().as_str())).copied();
            let is_vrf = link.port_type.as_ref().is_some_and(|at| at.value == PortType::Vrf);
            // The stanza of a bridge or bond names its ports.
            let is_listed = controller.is_some_and(|id| {
                matches!(network.link(id).kind.value, LinkKind::Bridge(_) | LinkKind::Bond(_))
            });
            let mut found = BTreeSet::new();
            walk(link, ROOT, &mut |path, seen| {
                // When it starts is said by the stanza that it starts with.
                if path.is("autoconnect") || path.is("hotplug") {
                    return;
                }
                let is_of_port =
                    path.is("controller") || path.is("port_type") || path.is_under("bridge_port");
                let is_by_list = is_listed && (is_of_port || path.is("name") || path.is("kind"));
                origins_of(&seen, &mut |origin| {
                    for turn in origin.spans().iter().map(|span| ran.of_span(span)) {
                        match (turn, controller.filter(|_| is_of_port)) {
                            (Some(turn), Some(controller)) => {
                                found.insert(turn);
                                all.ports.entry(controller).or_default().insert(turn);
                                all.subjects.entry(turn).or_default().push(Subject::Port(id, controller));
                            }
                            (Some(turn), None) => {
                                found.insert(turn);
                                all.subjects.entry(turn).or_default().push(Subject::Link(id));
                            }
                            (None, _) => {
                                others.extend(Some(id).filter(|_| !is_by_list));
                                all.in_part.extend(controller);
                            }
                        }
                    }
                });
            });
            if link.bridge_port.is_some() || is_vrf {
                all.in_part.extend(controller);
            }
            let is_layer = matches!(
                link.kind.value,
                LinkKind::OvsBridge(_)
                    | LinkKind::OvsPort(_)
                    | LinkKind::OvsInterface(_)
                    | LinkKind::Loopback(_)
            );
            if is_layer || link.netns.is_some() {
                others.insert(id);
            }
            all.by_link.insert(id, found);
        }
        for kind in EntryKind::ALL {
            network.visit_entries(*kind, &mut |_, owner, entry| {
                if *kind == EntryKind::Hook {
                    others.extend(owner);
                    return;
                }
                walk(entry, ROOT, &mut |_, seen| {
                    origins_of(&seen, &mut |origin| {
                        for turn in origin.spans().iter().map(|span| ran.of_span(span)) {
                            match turn {
                                Some(turn) => {
                                    let is_netns = *kind == EntryKind::Netns;
                                    let subject = if is_netns { Subject::Namespace } else { Subject::Entry };
                                    all.subjects.entry(turn).or_default().push(subject);
                                    if let Some(own) = owner.and_then(|owner| all.by_link.get_mut(&owner)) {
                                        own.insert(turn);
                                    }
                                }
                                None => others.extend(owner),
                            }
                        }
                    });
                });
            });
        }
        others.extend(network.leftovers.iter().filter_map(|leftover| leftover.owner));
        all.by_link.retain(|id, _| !others.contains(id));
        all
    }

    /// True for a command that sets up no other links than these, or plugs a port into one of them.
    fn is_of(&self, turn: u32, links: &HashSet<LinkId>) -> bool {
        self.subjects.get(&turn).into_iter().flatten().all(|subject| match subject {
            Subject::Link(id) => links.contains(id),
            Subject::Port(port, controller) => links.contains(port) || links.contains(controller),
            Subject::Entry => true,
            Subject::Namespace => false,
        })
    }
}
