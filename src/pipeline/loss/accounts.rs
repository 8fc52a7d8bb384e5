//! What the output has besides the source, or in another form, told in terms of the source, as the rules of an emitter
//! name it.

use foldhash::{HashMap, HashSet};
use ipnet::IpNet;
use netpivot_emitters::Accounted;
use netpivot_model::compare::{Change, Pair};
use netpivot_model::facts::ROOT;
use netpivot_model::hook::HookPhase;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::{EntryKind, Network, Owned};
use netpivot_model::path::{FactPath, Subject};
use netpivot_model::reflect::{FieldRef, Said};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::Value;

/// A path's entry as one that stands in another form.
pub(super) fn rewritten(path: FactPath) -> Option<Accounted> {
    match path.subject {
        Subject::Entry(kind, n) if path.field == ROOT => Some(Accounted::Rewritten(kind, n)),
        Subject::Entry(..) | Subject::Link(_) => None,
    }
}

/// Finds for each entry that is said to stand in another form one of the output's new entries that is about the same, and
/// takes back what is said of the others. Gives the new entries that were found.
pub(super) fn rewritten_only_once(
    network: &Network,
    reread: &Network,
    changes: &[Change],
    accounts: &mut HashSet<Accounted>,
) -> HashSet<Subject> {
    let mut new: HashMap<(EntryKind, String), Vec<Subject>> = HashMap::default();
    for path in changes.iter().filter(|change| change.old_path.is_none()).filter_map(|change| change.new_path)
    {
        if let Subject::Entry(kind, n) = path.subject {
            new.entry((kind, about(reread, kind, n))).or_default().push(path.subject);
        }
    }
    let mut found = HashSet::default();
    let gone = changes.iter().filter(|change| change.old.is_some()).filter_map(|change| change.old_path);
    for of in gone.filter_map(rewritten) {
        let Accounted::Rewritten(kind, n) = of else { continue };
        if !accounts.contains(&of) {
            continue;
        }
        let candidates = new.entry((kind, about(network, kind, n))).or_default();
        let is_like = |subject: &Subject| match *subject {
            Subject::Entry(EntryKind::Hook, other) => {
                phase(reread, EntryKind::Hook, other) == phase(network, kind, n)
            }
            Subject::Entry(..) | Subject::Link(_) => true,
        };
        let at = candidates.iter().rposition(is_like).or(candidates.len().checked_sub(1));
        match at.map(|at| candidates.remove(at)) {
            Some(subject) => _ = found.insert(subject),
            None => _ = accounts.remove(&of),
        }
    }
    found
}

/// The account for a hook that runs when its link goes down.
pub(super) fn taking_back(reread: &Network, kind: EntryKind, n: u32) -> Option<Accounted> {
    let is_late = matches!(phase(reread, kind, n)?, HookPhase::Down | HookPhase::PostDown);
    let command = reread.hooks[n as usize].item.command.as_ref().filter(|_| is_late)?;
    Some(Accounted::TakesBack(command.value.clone()))
}

/// When a hook runs; `None` for other entries.
fn phase(network: &Network, kind: EntryKind, n: u32) -> Option<HookPhase> {
    let hook = network.hooks.get(n as usize).filter(|_| kind == EntryKind::Hook)?;
    hook.item.phase.as_ref().map(|at| at.value)
}

/// What an entry is about, whatever form it has; empty for a hook, whose command is what is put in other words.
fn about(network: &Network, kind: EntryKind, n: u32) -> String {
    let field = match kind {
        EntryKind::Route | EntryKind::Neighbor => "dst",
        EntryKind::Rule => "table",
        EntryKind::Fdb => "lladdr",
        EntryKind::Nat => "source",
        EntryKind::Sysctl => "key",
        EntryKind::Netns | EntryKind::VirtualNetwork => "name",
        EntryKind::DhcpServer => "family",
        EntryKind::GuestInterface => "domain",
        EntryKind::Hook | EntryKind::DnsServer => return String::new(),
    };
    let Some(FieldRef::Leaf(leaf)) = network.entry(kind, n).field(field) else { return String::new() };
    let value = leaf.value().map_or_else(String::new, |value| value.to_string());
    // A route is to a network, whatever host of it the source names.
    value.parse::<IpNet>().map_or(value, |net| net.trunc().to_string())
}

/// The account for a network whose entries are the host's ([`Network::disown`]).
pub(super) fn disown_account(account: &mut Accounted) {
    if let Accounted::AddedEntry(kind, owner, _) = account
        && kind.is_of_the_host()
    {
        *owner = None;
    }
}

/// What the output has besides, in terms of the source.
pub(super) struct Added {
    /// The source's link of each link of the output.
    partner: HashMap<LinkId, LinkId>,
    /// The owner of each entry of the output.
    owner: HashMap<Subject, LinkId>,
    /// Those that stand for entries of the source.
    pub rewritten: HashSet<Subject>,
}

impl Added {
    pub fn of(reread: &Network, pairs: &[Pair], rewritten: HashSet<Subject>) -> Self {
        let partner = pairs.iter().filter_map(|(old, new)| Some(((*new)?, (*old)?))).collect();
        let mut owner = HashMap::default();
        for kind in EntryKind::ALL {
            reread.visit_entries(*kind, &mut |n, of, _| {
                owner.extend(of.map(|id| (Subject::Entry(*kind, n), id)));
            });
        }
        Added { partner, owner, rewritten }
    }

    /// The account that a rule must have given for an entry.
    pub fn account(&self, reread: &Network, kind: EntryKind, n: u32) -> Accounted {
        let owner = self.owner.get(&Subject::Entry(kind, n)).and_then(|id| self.partner.get(id));
        Accounted::AddedEntry(kind, owner.copied(), about(reread, kind, n))
    }
}

/// True for a kernel setting that the other network has as well: there is one of each in a kernel, whichever link's start
/// sets it, and of a link's own it may speak as of a field.
pub(super) fn has_setting(other: &Network, network: &Network, path: FactPath) -> bool {
    let Subject::Entry(EntryKind::Sysctl, n) = path.subject else { return false };
    let words = |item: &Sysctl| {
        [&item.netns, &item.key, &item.value].map(|at| at.as_ref().map(|at| at.value.clone()))
    };
    let Some(Owned { item, .. }) = network.sysctls.get(n as usize).filter(|_| path.field == ROOT) else {
        return false;
    };
    let is_field = || {
        let Some((field, value)) = item.of_link() else { return false };
        other.links.iter().any(|link| {
            is_of(item, link) && link.leaf(field).is_some_and(|leaf| leaf.value() == Some(value.clone()))
        })
    };
    other.sysctls.iter().any(|entry| words(&entry.item) == words(item)) || is_field()
}

/// True for the field of a link of which the network speaks as of a kernel setting, with the same value.
pub(super) fn is_kernel_setting(network: &Network, path: FactPath, value: Option<&Value>) -> bool {
    let Subject::Link(id) = path.subject else { return false };
    let says = |item: &Sysctl| {
        let said = item.of_link();
        is_of(item, network.link(id))
            && said.is_some_and(|(at, said)| at == path.field && Some(&said) == value)
    };
    network.sysctls.iter().any(|entry| says(&entry.item))
}

fn is_of(item: &Sysctl, link: &Link) -> bool {
    let text = |at: &Said<String>| at.as_ref().map(|at| at.value.clone());
    item.interface() == text(&link.name) && text(&item.netns) == text(&link.netns)
}
