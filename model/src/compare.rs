//! Comparing two networks by their effective facts: the one comparison behind diff, audit and the
//! self-check.

use crate::check::Index;
use crate::defaults::{self, Silence};
use crate::dialect::Dialect;
use crate::facts::value_of;
use crate::ip::Address;
use crate::link::{Link, LinkId, references};
use crate::neighbor::NeighborState;
use crate::network::{EntryKind, Network};
use crate::path::{FactPath, FieldPath, Subject, walk};
use crate::reflect::{FieldRef, Node, Said};
use crate::value::{LinkRef, Value};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The setting, in the old network where it has the subject.
    pub old_path: Option<FactPath>,
    /// The setting, in the new network where it has the subject.
    pub new_path: Option<FactPath>,
    /// The old value; `None` where nothing is said and silence has no value.
    pub old: Option<Value>,
    /// The new value.
    pub new: Option<Value>,
}

/// Which link of `new` is which of `old`: by UUID, id and name, by UUID and id, by UUID, by name in its namespace and
/// kind, by id, by the hardware address they are for, and – a keyfile may name no device – by kind and order.
///
/// The surest marks go first over the whole network, so that of two profiles with one UUID each finds
/// the one of its own id, and a profile that has no partner takes nobody else's.
#[must_use]
pub fn pair_links(old: &Network, new: &Network) -> Vec<Pair> {
    pair_links_before(old, new, &HashSet::default())
}

/// The same, where some links of `old` get what the others have left, though they had the surer mark.
#[must_use]
pub fn pair_links_before(old: &Network, new: &Network, last: &HashSet<LinkId>) -> Vec<Pair> {
    let marks: [fn(&Link) -> Option<Mark<'_>>; 7] = [
        |link| Some((format!("{} {}", said(&link.uuid)?, said(&link.id)?).into(), said(&link.name)?)),
        |link| Some((said(&link.uuid)?.into(), said(&link.id)?)),
        |link| Some((said(&link.uuid)?.into(), "")),
        |link| Some((name_in_netns(link)?, link.kind.value.word())),
        |link| Some((said(&link.id)?.into(), "")),
        |link| Some((link.matches.as_ref()?.mac.as_ref()?.value.to_string().into(), link.kind.value.word())),
        // Nothing tells links without any name apart but their kind and order.
        |link| link.name.is_none().then(|| (link.kind.value.word().into(), "")),
    ];
    let mut partner: Vec<Option<LinkId>> = vec![None; old.links.len()];
    let mut taken = vec![false; new.links.len()];
    let rounds = if last.is_empty() { &[false][..] } else { &[false, true] };
    for (is_last, mark) in rounds.iter().flat_map(|is_last| marks.map(|mark| (*is_last, mark))) {
        let mut free: HashMap<Mark<'_>, VecDeque<LinkId>> = HashMap::default();
        for (id, link) in new.links().filter(|(id, _)| !taken[id.0 as usize]) {
            if let Some(key) = mark(link) {
                free.entry(key).or_default().push_back(id);
            }
        }
        if free.is_empty() {
            continue;
        }
        let open = old
            .links()
            .zip(&mut partner)
            .filter(|((id, _), found)| found.is_none() && last.contains(id) == is_last);
        for ((_, link), found) in open {
            *found = mark(link).and_then(|key| free.get_mut(&key)?.pop_front());
            if let Some(id) = found {
                taken[id.0 as usize] = true;
            }
        }
    }
    let mut pairs: Vec<_> = old.links().map(|(id, _)| (Some(id), partner[id.0 as usize])).collect();
    pairs.extend(new.links().filter(|(id, _)| !taken[id.0 as usize]).map(|(id, _)| (None, Some(id))));
    pairs
}

/// A link of an old network and the one of a new network that it became; `None` where there is none.
pub type Pair = (Option<LinkId>, Option<LinkId>);

/// What two networks may know a link by.
type Mark<'l> = (Cow<'l, str>, &'l str);

/// A name is one link's within its namespace; `/` is in no name.
fn name_in_netns(link: &Link) -> Option<Cow<'_, str>> {
    let name = said(&link.name)?;
    Some(said(&link.netns).map_or(name.into(), |netns| format!("{netns}/{name}").into()))
}

fn said(field: &Said<String>) -> Option<&str> {
    field.as_ref().map(|at| at.value.as_str())
}

/// All differences, in the order of the old network, then what only the new one has.
#[must_use]
pub fn compare(old: &Network, new: &Network) -> Vec<Change> {
    compare_as(old, new, &pair_links(old, new))
}

/// The same, where it is known which links are partners.
#[must_use]
pub fn compare_as(old: &Network, new: &Network, pairs: &[Pair]) -> Vec<Change> {
    let mut changes = compare_pairs(old, new, pairs);
    compare_owned((&Parts::of(old), None), (&Parts::of(new), None), &mut changes);
    changes
}

/// The differences of these pairs of links and of what belongs to them.
#[must_use]
pub fn compare_pairs(old: &Network, new: &Network, pairs: &[Pair]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (old_parts, new_parts) = (Parts::of(old), Parts::of(new));
    let targets = Targets::of(old, new, pairs);
    for (a, b) in pairs.iter().copied() {
        match (a, b) {
            (Some(a), Some(b)) => compare_links(old, a, new, b, &targets, &mut changes),
            (Some(a), None) => changes.push(whole(Some(a), None, old.link(a).kind.value.word())),
            (None, Some(b)) => changes.push(whole(None, Some(b), new.link(b).kind.value.word())),
            (None, None) => {}
        }
        compare_owned((&old_parts, a), (&new_parts, b), &mut changes);
    }
    changes
}

/// What references lead to, so that one by name and one by UUID can be the same.
struct Targets<'n> {
    old: Index<'n>,
    new: Index<'n>,
    partner: HashMap<LinkId, LinkId>,
}

impl<'n> Targets<'n> {
    fn of(old: &'n Network, new: &'n Network, pairs: &[Pair]) -> Self {
        let partner = pairs.iter().filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
        Targets { old: Index::of(old), new: Index::of(new), partner }
    }

    /// True for two references that lead to links which are partners. Names that differ never do.
    fn are_partners(&self, field: FieldPath, old: &Value, new: &Value) -> bool {
        if !references().any(|name| field.is(name)) {
            return false;
        }
        let reference = |value: &Value| value.to_string().parse::<LinkRef>().ok();
        let (Some(old), Some(new)) = (reference(old), reference(new)) else { return false };
        if let (LinkRef::Name(_), LinkRef::Name(_)) = (&old, &new) {
            return false;
        }
        let new = self.new.find(&new);
        self.old.find(&old).iter().any(|id| self.partner.get(id).is_some_and(|id| new.contains(id)))
    }
}

/// The entries of a network by kind and owner, so that many links stay linear.
struct Parts<'n>(HashMap<(EntryKind, Option<LinkId>), Vec<Part<'n>>>);

/// An entry with its position.
type Part<'n> = (u32, &'n dyn Node);

impl<'n> Parts<'n> {
    fn of(network: &'n Network) -> Self {
        let mut map: HashMap<_, Vec<_>> = HashMap::default();
        for kind in EntryKind::ALL {
            network.visit_entries(*kind, &mut |n, owner, node| {
                map.entry((*kind, owner)).or_default().push((n, node));
            });
        }
        Parts(map)
    }

    fn get(&self, kind: EntryKind, owner: Option<LinkId>) -> &[Part<'n>] {
        self.0.get(&(kind, owner)).map_or(&[], Vec::as_slice)
    }
}

/// Compares the entries of one owner; a side without that owner has none.
fn compare_owned(
    old: (&Parts<'_>, Option<LinkId>),
    new: (&Parts<'_>, Option<LinkId>),
    changes: &mut Vec<Change>,
) {
    let host = old.1.is_none() && new.1.is_none();
    for kind in EntryKind::ALL {
        compare_lists(entries_of(old, *kind, host), entries_of(new, *kind, host), *kind, changes);
    }
}

fn entries_of<'p, 'n>(side: (&'p Parts<'n>, Option<LinkId>), kind: EntryKind, host: bool) -> &'p [Part<'n>] {
    if host || side.1.is_some() { side.0.get(kind, side.1) } else { &[] }
}

fn whole(a: Option<LinkId>, b: Option<LinkId>, kind: &'static str) -> Change {
    let path = |id: LinkId| FactPath { subject: Subject::Link(id), field: FieldPath::parse("kind") };
    let value = |id: Option<LinkId>| id.map(|_| Value::text(kind));
    Change { old_path: a.map(path), new_path: b.map(path), old: value(a), new: value(b) }
}

fn compare_links(
    old: &Network,
    a: LinkId,
    new: &Network,
    b: LinkId,
    targets: &Targets<'_>,
    changes: &mut Vec<Change>,
) {
    let (said_a, said_b) = (said_values(old.link(a)), said_values(new.link(b)));
    let mut paths: Vec<FieldPath> = said_a.iter().map(|(field, _)| *field).collect();
    let mut add = |field: FieldPath| {
        if !paths.contains(&field) {
            paths.push(field);
        }
    };
    said_b.iter().for_each(|(field, _)| add(*field));
    defaults::paths(old.dialect_of(a), old.link(a)).into_iter().for_each(&mut add);
    defaults::paths(new.dialect_of(b), new.link(b)).into_iter().for_each(&mut add);
    for (n, field) in paths.into_iter().enumerate() {
        let old_value = meant(old, a, field, near(&said_a, n));
        let new_value = meant(new, b, field, near(&said_b, n));
        let partners = match (&old_value, &new_value) {
            (Some(old), Some(new)) => targets.are_partners(field, old, new),
            (Some(_) | None, Some(_) | None) => false,
        };
        let sides = [(&old_value, old.dialect_of(a)), (&new_value, new.dialect_of(b))];
        let same_addresses = field.is("ipv4.addresses") && same_but_for_silence(sides);
        if !partners && !same_addresses && !means_same(field, old_value.as_ref(), new_value.as_ref()) {
            let path = |id| Some(FactPath { subject: Subject::Link(id), field });
            changes.push(Change { old_path: path(a), new_path: path(b), old: old_value, new: new_value });
        }
    }
}

/// True for two values of a setting that mean the same. The kernel looks a priority of a VLAN up (`vlan_dev_set_egress_priority()`),
/// so the pairs stand in no order.
#[must_use]
pub fn means_same(field: FieldPath, old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(Value::List(old)), Some(Value::List(new)))
            if field.is("vlan.ingress_qos_map") || field.is("vlan.egress_qos_map") =>
        {
            old.len() == new.len() && old.iter().all(|pair| new.contains(pair))
        }
        _ => is_equal(old, new),
    }
}

/// True for lists of addresses that are the same once either side's silence about a broadcast address is what its program
/// makes of it.
fn same_but_for_silence(sides: [(&Option<Value>, Dialect); 2]) -> bool {
    let [(Some(Value::List(old)), from), (Some(Value::List(new)), to)] = sides else { return false };
    let spelt_out = |value: &Value, dialect| {
        let address: Address = value.to_string().parse().ok()?;
        let broadcast = address.broadcast.or_else(|| defaults::usual_broadcast(dialect, &address));
        Some(Address { broadcast, ..address })
    };
    old.len() == new.len()
        && old.iter().zip(new).all(|(old, new)| {
            old == new || spelt_out(old, from).is_some_and(|old| spelt_out(new, to) == Some(old))
        })
}

/// The entries of a map stand in no order that means something.
fn is_equal(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(Value::Map(old)), Some(Value::Map(new))) => {
            old.len() == new.len() && old.iter().all(|entry| new.contains(entry))
        }
        _ => old == new,
    }
}

fn said_values(link: &Link) -> Vec<(FieldPath, Value)> {
    let mut said = Vec::with_capacity(16);
    walk(link, FieldPath::new([""; 3]), &mut |field, seen| {
        said.extend(value_of(&seen).map(|value| (field, value)));
    });
    said
}

/// The said values from the `n`th on, then those before it: both sides stand in order of declaration, so that
/// what is looked for is mostly there at once.
fn near(said: &[(FieldPath, Value)], n: usize) -> impl Iterator<Item = &(FieldPath, Value)> {
    let (before, after) = said.split_at(n.min(said.len()));
    after.iter().chain(before)
}

/// What the link does at `field`: the said value, else what silence means where that is a value.
fn meant<'v>(
    network: &Network,
    id: LinkId,
    field: FieldPath,
    mut said: impl Iterator<Item = &'v (FieldPath, Value)>,
) -> Option<Value> {
    if let Some((_, value)) = said.find(|(other, _)| *other == field) {
        return Some(value.clone());
    }
    match defaults::of(network.dialect_of(id), field, network.link(id)) {
        Silence::Value(value) => Some(value),
        Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
    }
}

/// The settings by which two entries are the same one of the kernel's (or the firewall's) table,
/// whatever their other settings.
fn identity(kind: EntryKind) -> &'static [&'static str] {
    match kind {
        EntryKind::Netns => &["name"],
        EntryKind::Route => &["netns", "dst", "table", "metric", "gateway"],
        EntryKind::Rule => &["netns", "family", "from", "to", "iif", "oif", "table", "fwmark"],
        EntryKind::Neighbor => &["netns", "dst", "dev", "proxy"],
        EntryKind::Fdb => &["netns", "lladdr", "dev", "vlan", "dst", "vni"],
        EntryKind::Nat => &["netns", "action", "source", "destination", "protocol", "out_interface", "to"],
        EntryKind::Sysctl => &["netns", "key"],
        EntryKind::Hook => &["phase", "command"],
        EntryKind::VirtualNetwork => &["name"],
        EntryKind::DhcpServer => &["family"],
        EntryKind::DnsServer => &[],
        EntryKind::GuestInterface => &["domain", "mac"],
    }
}

fn is_same(kind: EntryKind, a: &dyn Node, b: &dyn Node) -> bool {
    let value = |node: &dyn Node, name| match node.field(name) {
        Some(FieldRef::Leaf(leaf)) => leaf.value(),
        Some(FieldRef::Node(_) | FieldRef::Nodes(_) | FieldRef::Variant(_)) | None => None,
    };
    identity(kind).iter().all(|name| value(a, name) == value(b, name))
}

fn compare_lists(old: &[Part<'_>], new: &[Part<'_>], kind: EntryKind, changes: &mut Vec<Change>) {
    let subject = |n| Subject::Entry(kind, n);
    let mut taken = vec![false; new.len()];
    for (n, item) in old {
        let found = new.iter().enumerate().find(|(i, (_, other))| !taken[*i] && is_same(kind, *item, *other));
        let Some((i, (m, other))) = found else {
            changes.push(whole_entry(Some((subject(*n), *item)), None));
            continue;
        };
        taken[i] = true;
        let (x, y) = (entries(*item, kind), entries(*other, kind));
        let fields: BTreeSet<FieldPath> = x.keys().chain(y.keys()).copied().collect();
        for field in fields {
            let (old, new) = (x.get(&field).cloned(), y.get(&field).cloned());
            if !is_equal(old.as_ref(), new.as_ref()) {
                let path = |subject| Some(FactPath { subject, field });
                changes.push(Change { old_path: path(subject(*n)), new_path: path(subject(*m)), old, new });
            }
        }
    }
    for (_, (m, item)) in new.iter().enumerate().filter(|(i, _)| !taken[*i]) {
        changes.push(whole_entry(None, Some((subject(*m), *item))));
    }
}

fn entries(node: &dyn Node, kind: EntryKind) -> HashMap<FieldPath, Value> {
    let mut map = HashMap::default();
    walk(node, FieldPath::new([""; 3]), &mut |field, seen| {
        map.extend(value_of(&seen).filter(|v| !is_usual(kind, field, v)).map(|v| (field, v)));
    });
    map
}

/// True for what silence means of an entry: neighbours and forwarding entries stay until somebody takes them away, and the
/// latter are the device's own (`fdb_modify()` of bridge/fdb.c, `do_ipneigh()` of ip/ipneigh.c).
fn is_usual(kind: EntryKind, field: FieldPath, value: &Value) -> bool {
    let is_fdb = kind == EntryKind::Fdb;
    let stays = is_fdb || kind == EntryKind::Neighbor;
    (stays && field.is("state") && value.as_text() == Some(NeighborState::Permanent.as_str()))
        || (is_fdb && field.is("master") && *value == Value::Bool(false))
}

fn whole_entry(old: Option<(Subject, &dyn Node)>, new: Option<(Subject, &dyn Node)>) -> Change {
    let text = |node: &dyn Node| {
        let mut words = Vec::new();
        walk(node, FieldPath::new([""; 3]), &mut |field, seen| {
            words.extend(value_of(&seen).map(|v| format!("{field} {v}")));
        });
        Value::text(words.join(" "))
    };
    let path = |subject| FactPath { subject, field: FieldPath::new([""; 3]) };
    Change {
        old_path: old.map(|(s, _)| path(s)),
        new_path: new.map(|(s, _)| path(s)),
        old: old.map(|(_, n)| text(n)),
        new: new.map(|(_, n)| text(n)),
    }
}

#[cfg(test)]
mod every_field;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{IPROUTE, KEYFILE, NETLINK};
    use crate::source::{At, Origin};

    #[test]
    fn links_without_any_name_pair_up_in_order() {
        let nameless = Link::default();
        let uuid = Some(At::new("u".to_owned(), Origin::default_value()));
        let named = Link { uuid, ..Link::default() };
        let old = Network { links: vec![nameless.clone(), named.clone()], ..Network::default() };
        let new = Network { links: vec![named, nameless], ..Network::default() };
        let id = |n| Some(LinkId(n));
        assert_eq!(pair_links(&old, &new), [(id(0), id(1)), (id(1), id(0))]);
        assert_eq!(compare(&old, &new), []);
    }

    #[test]
    fn a_broadcast_address_may_be_the_programs_own() {
        let network = |format: &'static str, address: &str| {
            let mut ipv4 = crate::ip::IpConfig::default();
            let address = At::new(address.parse().expect("an address"), Origin::default_value());
            ipv4.addresses.items.push(address);
            let name = Some(At::new("eth0".to_owned(), Origin::default_value()));
            let links = vec![Link { name, ipv4: Some(Box::new(ipv4)), ..Link::default() }];
            Network { links, dialect: Dialect::of(format), ..Network::default() }
        };
        let is_same = |old: &Network, new: &Network| {
            !compare(old, new)
                .iter()
                .any(|change| change.old_path.is_some_and(|path| path.field.is("ipv4.addresses")))
        };
        let silent = network(KEYFILE, "10.0.0.2/24");
        assert!(is_same(&silent, &network(IPROUTE, "10.0.0.2/24 brd 10.0.0.255")));
        assert!(is_same(&silent, &network(IPROUTE, "10.0.0.2/24")));
        assert!(!is_same(&silent, &network(IPROUTE, "10.0.0.2/24 brd 10.0.0.0")));
        assert!(!is_same(&network(IPROUTE, "10.0.0.2/24"), &network(NETLINK, "10.0.0.2/24 brd 10.0.0.255")));
        assert!(!is_same(&silent, &network(IPROUTE, "10.0.0.3/24 brd 10.0.0.255")));
    }

    #[test]
    fn a_forwarding_entry_is_the_devices_own_and_stays() {
        let entry = |state: Option<NeighborState>, master: Option<bool>| {
            let mut network = Network::default();
            let state = state.map(|state| At::new(state, Origin::default_value()));
            let master = master.map(|master| At::new(master, Origin::default_value()));
            let item = crate::neighbor::FdbEntry { state, master, ..Default::default() };
            network.fdb.push(crate::network::Owned { owner: None, item });
            network
        };
        let silent = entry(None, None);
        assert_eq!(compare(&silent, &entry(Some(NeighborState::Permanent), Some(false))), []);
        assert_eq!(compare(&silent, &entry(Some(NeighborState::Static), Some(true))).len(), 2);
    }

    #[test]
    fn references_are_the_same_where_they_lead_to_the_same_link() {
        let said = |text: &str| Some(At::new(text.to_owned(), Origin::default_value()));
        let network = |uuid: &str, controller: LinkRef| {
            let link = |name: &str| Link { name: said(name), ..Link::default() };
            let controller = Some(At::new(controller, Origin::default_value()));
            let links =
                vec![Link { uuid: said(uuid), ..link("a") }, link("b"), Link { controller, ..link("port") }];
            Network { links, ..Network::default() }
        };
        let uuid = |digit: char| format!("{digit}b56d2e3-eaf7-56fe-8601-8814d017e508");
        let (first, second, nobody) = (uuid('1'), uuid('2'), uuid('3'));
        let old = network(&first, LinkRef::Uuid(first.clone()));
        let controllers = |new: &Network| {
            let changes = compare(&old, new);
            changes.iter().filter(|c| c.old_path.is_some_and(|path| path.field.is("controller"))).count()
        };
        assert_eq!(controllers(&network(&second, LinkRef::Uuid(second.clone()))), 0);
        assert_eq!(controllers(&network(&second, LinkRef::Name("a".to_owned()))), 0);
        assert_eq!(controllers(&network(&second, LinkRef::Name("b".to_owned()))), 1);
        assert_eq!(controllers(&network(&second, LinkRef::Uuid(nobody))), 1);
    }

    #[test]
    fn of_two_profiles_with_one_uuid_the_missing_one_takes_no_partner() {
        let said = |text: &str| Some(At::new(text.to_owned(), Origin::default_value()));
        let link = |id: &str| Link { uuid: said("u"), id: said(id), name: said(id), ..Link::default() };
        let (mut old, mut new) = (Network::default(), Network::default());
        let gone = old.add_link(link("gone"));
        let stays = old.add_link(link("stays"));
        let found = new.add_link(link("stays"));
        assert_eq!(pair_links(&old, &new), [(Some(gone), None), (Some(stays), Some(found))]);
    }
}
