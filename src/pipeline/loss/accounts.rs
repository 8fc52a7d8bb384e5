//! What the output has besides the source, or in another form, told in terms of the source, as the rules of an emitter
//! name it.

use foldhash::{HashMap, HashSet};
use ipnet::IpNet;
use netpivot_emitters::Accounted;
use netpivot_model::compare::{Change, pair_links};
use netpivot_model::facts::ROOT;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, Subject};
use netpivot_model::reflect::FieldRef;
use netpivot_model::sysctl::Sysctl;

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
        match new.get_mut(&(kind, about(network, kind, n))).and_then(Vec::pop) {
            Some(subject) => _ = found.insert(subject),
            None => _ = accounts.remove(&of),
        }
    }
    found
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
    pub fn of(network: &Network, reread: &Network, rewritten: HashSet<Subject>) -> Self {
        let pairs = pair_links(network, reread).into_iter();
        let partner = pairs.filter_map(|(old, new)| Some((new?, old?))).collect();
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
/// sets it.
pub(super) fn has_setting(other: &Network, network: &Network, path: FactPath) -> bool {
    let Subject::Entry(EntryKind::Sysctl, n) = path.subject else { return false };
    let words = |item: &Sysctl| {
        [&item.netns, &item.key, &item.value].map(|at| at.as_ref().map(|at| at.value.clone()))
    };
    let item = network.sysctls.get(n as usize).filter(|_| path.field == ROOT);
    item.is_some_and(|item| other.sysctls.iter().any(|entry| words(&entry.item) == words(&item.item)))
}
