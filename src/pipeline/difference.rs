//! Two networks compared: what differs, and what only seems to, because the format of one of the two has no words for it.
//!
//! Formats say different things: a capture of the kernel has no profiles, an interfaces file no UUIDs. So each side is also
//! asked what it would be in the other's format, by the emitter and parser that a conversion uses. What differs no more then is
//! a matter of the formats and not of the networks.

use super::{Loaded, loss};
use crate::formats::FormatSpec;
use foldhash::{HashMap, HashSet};
use netpivot_model::compare::{Change, compare, pair_links};
use netpivot_model::dialect::{Dialect, IFCFG, IFCFG_SUSE, IPROUTE, KEYFILE, NETLINK};
use netpivot_model::facts::{self, ROOT};
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::value::Value;
use netpivot_model::wireguard::Peer;

/// Two networks and how they differ.
pub struct Difference {
    /// The old one.
    pub old: Loaded,
    /// The new one.
    pub new: Loaded,
    /// What differs, in the order of the old network, then what only the new one has. A link that only one of the two has
    /// comes with its settings.
    pub changes: Vec<Change>,
    /// What differs because one of the two formats has no words for it.
    pub unsayable: Vec<Change>,
    /// What the model has no place for and differs, where both are of one format.
    pub leftovers: Vec<LeftoverChange>,
    /// What the model has no place for, where the other format may say it otherwise.
    pub uncompared: Vec<LeftoverChange>,
}

/// Leftovers of the two networks, by their positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftoverChange {
    /// That of the old network.
    pub old: Option<usize>,
    /// That of the new network.
    pub new: Option<usize>,
}

/// Whose a change is: a link of each network as far as both have it; `None` for the host as a whole.
pub type Whose = Option<(Option<LinkId>, Option<LinkId>)>;

impl Difference {
    /// Compares two networks.
    #[must_use]
    pub fn of(mut old: Loaded, mut new: Loaded) -> Self {
        if is_state(old.network.dialect) || is_state(new.network.dialect) {
            // A kernel ties these to no link, whichever link's configuration holds them.
            old.network.disown();
            new.network.disown();
        }
        align_peers(&mut old.network, &mut new.network);
        let all = compare(&old.network, &new.network);
        let hidden = of_formats(&old.network, &new.network, &all);
        let (mut changes, mut unsayable) = (Vec::with_capacity(all.len()), Vec::new());
        for (n, change) in all.into_iter().enumerate() {
            let to = if hidden.contains(&n) { &mut unsayable } else { &mut changes };
            spell_out(&old.network, &new.network, change, to);
        }
        let (found, mut uncompared) = (leftovers(&old.network, &new.network), Vec::new());
        let leftovers = if old.network.dialect.format == new.network.dialect.format {
            found
        } else {
            uncompared = found;
            Vec::new()
        };
        Difference { old, new, changes, unsayable, leftovers, uncompared }
    }

    /// True where the two are the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.leftovers.is_empty()
    }

    /// What each link of the new network is in the old one.
    #[must_use]
    pub fn partners(&self) -> Partners {
        Partners::of(&self.old.network, &self.new.network)
    }
}

/// The links of two networks that are one and the same.
pub struct Partners {
    new_of: HashMap<LinkId, LinkId>,
    old_of: HashMap<LinkId, LinkId>,
}

impl Partners {
    fn of(old: &Network, new: &Network) -> Self {
        let both = pair_links(old, new).into_iter().filter_map(|(old, new)| Some((old?, new?)));
        let both: Vec<_> = both.collect();
        let old_of = both.iter().map(|(old, new)| (*new, *old)).collect();
        Partners { new_of: both.into_iter().collect(), old_of }
    }

    /// Whose a change is.
    #[must_use]
    pub fn whose(&self, old: &Network, new: &Network, change: &Change) -> Whose {
        match (change.old_path, change.new_path) {
            (Some(path), _) => self.of_old(link_of(old, path.subject)),
            (None, Some(path)) => self.of_new(link_of(new, path.subject)),
            (None, None) => None,
        }
    }

    /// The pair of a link of the old network.
    #[must_use]
    pub fn of_old(&self, id: Option<LinkId>) -> Whose {
        id.map(|id| (Some(id), self.new_of.get(&id).copied()))
    }

    /// The pair of a link of the new network.
    #[must_use]
    pub fn of_new(&self, id: Option<LinkId>) -> Whose {
        id.map(|id| (self.old_of.get(&id).copied(), Some(id)))
    }
}

/// The link itself, or the owner of the entry.
fn link_of(network: &Network, subject: Subject) -> Option<LinkId> {
    match subject {
        Subject::Link(id) => Some(id),
        Subject::Entry(kind, n) => network.owner(kind, n),
    }
}

/// Puts WireGuard's peers, which stand in no order, into the same one: those of both by their keys, then the others.
fn align_peers(old: &mut Network, new: &mut Network) {
    let both = pair_links(old, new).into_iter().filter_map(|(old, new)| Some((old?, new?)));
    for (a, b) in both {
        let kinds = (&mut old.link_mut(a).kind.value, &mut new.link_mut(b).kind.value);
        if let (LinkKind::Wireguard(old), LinkKind::Wireguard(new)) = kinds {
            let key = |peer: &Peer| peer.public_key.as_ref().map(|at| at.value.clone());
            let (of_old, of_new): (Vec<_>, Vec<_>) =
                (old.peers.iter().map(key).collect(), new.peers.iter().map(key).collect());
            let place = |key: &Option<String>| of_old.iter().position(|other| key == other);
            new.peers.sort_by_key(|peer| place(&key(peer)).unwrap_or(usize::MAX));
            old.peers.sort_by_key(|peer| !of_new.contains(&key(peer)));
        }
    }
}

fn is_state(dialect: Dialect) -> bool {
    [IPROUTE, NETLINK].contains(&dialect.format)
}

/// True for the path of a subject as a whole: that of an entry, or the kind of a link.
#[must_use]
pub fn is_whole(path: FactPath) -> bool {
    match path.subject {
        Subject::Link(_) => path.field.is("kind"),
        Subject::Entry(..) => path.field == ROOT,
    }
}

/// The change; of a link that only one side has also its settings.
fn spell_out(old: &Network, new: &Network, change: Change, to: &mut Vec<Change>) {
    let of = match (change.old_path, change.new_path) {
        (Some(path), None) => Some((path, old, true)),
        (None, Some(path)) => Some((path, new, false)),
        (Some(_), Some(_)) | (None, None) => None,
    };
    to.push(change);
    let Some((FactPath { subject: subject @ Subject::Link(id), .. }, network, is_old)) = of else { return };
    facts::of_node(network.link(id), subject, &mut |path, value| {
        if !is_whole(path) && !path.field.is("name") {
            let (path, value) = (Some(path), Some(value));
            to.push(if is_old {
                Change { old_path: path, new_path: None, old: value, new: None }
            } else {
                Change { old_path: None, new_path: path, old: None, new: value }
            });
        }
    });
}

/// The positions of the changes that are a matter of the two formats.
fn of_formats(old: &Network, new: &Network, changes: &[Change]) -> HashSet<usize> {
    let nameless = [old, new].iter().any(|network| !has_profiles(network.dialect));
    let differ = old.dialect.format != new.dialect.format;
    let is_theirs = |change: &Change| nameless && is_identity(change) || differ && is_last_activation(change);
    let theirs = changes.iter().enumerate().filter(|(_, change)| is_theirs(change)).map(|(n, _)| n);
    let flipped: Vec<Change> = changes.iter().cloned().map(flip).collect();
    theirs.chain(not_kept(old, new, changes)).chain(not_kept(new, old, &flipped)).collect()
}

/// True for a format whose links are profiles, with names and UUIDs of their own. A UUID beside others is made by a rule and
/// said by nobody.
#[must_use]
pub fn has_profiles(dialect: Dialect) -> bool {
    dialect.format == KEYFILE || dialect.format == IFCFG && dialect.variant != IFCFG_SUSE.variant
}

/// True for what a profile is known by.
#[must_use]
pub fn is_identity(change: &Change) -> bool {
    let is_link = |path: &FactPath| matches!(path.subject, Subject::Link(_));
    let path = change.old_path.or(change.new_path).filter(is_link);
    path.is_some_and(|path| ["id", "uuid", "nm.timestamp"].iter().any(|name| path.field.is(name)))
}

/// True for what NetworkManager notes in a keyfile, and nobody chose.
fn is_last_activation(change: &Change) -> bool {
    change.old_path.or(change.new_path).is_some_and(|path| path.field.is("nm.timestamp"))
}

fn flip(change: Change) -> Change {
    let Change { old_path, new_path, old, new } = change;
    Change { old_path: new_path, new_path: old_path, old: new, new: old }
}

/// The format that says what a network of that dialect says. The kernel's state is what commands make.
fn spec_of(dialect: Dialect) -> FormatSpec {
    if dialect.format == NETLINK {
        return FormatSpec::of(IPROUTE);
    }
    let variant = Some(dialect.variant).filter(|variant| !variant.is_empty());
    FormatSpec { name: dialect.format, dialect: variant, version: dialect.version }
}

/// The positions of the changes from `this` to `other` that go away once `this` is written in the format of `other`.
fn not_kept(this: &Network, other: &Network, changes: &[Change]) -> Vec<usize> {
    let written = if changes.is_empty() { None } else { Written::of(this, other) };
    let Some(written) = written else { return Vec::new() };
    let partners = Partners::of(this, other);
    let stays = |change: &Change| {
        let whose = partners.whose(this, other, change).and_then(|(this, _)| this);
        written.still_differs(change)
            || written.lacks_reworded(change, whose)
            || written.is_lost_value(change)
    };
    changes.iter().enumerate().filter(|(_, change)| !stays(change)).map(|(n, _)| n).collect()
}

/// A network in the format of another one, and how that one still differs.
struct Written {
    /// What of the network does not stand in that format as it was.
    not_as_it_was: HashSet<FactPath>,
    /// What of it that format means by another word, or without one.
    otherwise: HashSet<FactPath>,
    /// Where the other network differs all the same.
    left: HashSet<FactPath>,
    left_subjects: HashSet<Subject>,
    /// Links of which that format puts something into other words that the other network has not, either.
    reworded: HashSet<Option<LinkId>>,
}

impl Written {
    /// `None` where the format is its own, and where nothing writes it.
    fn of(this: &Network, other: &Network) -> Option<Self> {
        let (own, spec) = (this.dialect, spec_of(other.dialect));
        if own.format == spec.name && own.variant == spec.dialect.unwrap_or("") {
            return None;
        }
        let (written, otherwise) = loss::as_written(this, &spec)?;
        let by_writing = compare(this, &written);
        let is_new = |change: &&Change| change.old_path.is_none();
        let made: HashSet<Subject> =
            by_writing.iter().filter(is_new).filter_map(|change| Some(change.new_path?.subject)).collect();
        let still = compare(&written, other);
        let left: HashSet<FactPath> = still.iter().filter_map(|change| change.new_path).collect();
        let partners = Partners::of(this, &written);
        let owner =
            |path: FactPath| partners.of_new(link_of(&written, path.subject)).and_then(|(this, _)| this);
        let lacking =
            still.iter().filter_map(|change| change.old_path.filter(|path| made.contains(&path.subject)));
        Some(Written {
            reworded: lacking.map(owner).collect(),
            not_as_it_was: by_writing.iter().filter_map(|change| change.old_path).collect(),
            otherwise,
            left_subjects: left.iter().map(|path| path.subject).collect(),
            left,
        })
    }

    /// True where the other network differs in this although both are of one format now.
    fn still_differs(&self, change: &Change) -> bool {
        match (change.old_path, change.new_path) {
            (_, Some(path)) => {
                let whole = match path.subject {
                    Subject::Link(_) => FieldPath::parse("kind"),
                    Subject::Entry(..) => ROOT,
                };
                self.left.contains(&path)
                    || self.left.contains(&FactPath { field: whole, ..path })
                    || is_whole(path) && self.left_subjects.contains(&path.subject)
            }
            (Some(path), None) => !self.not_as_it_was.contains(&path),
            (None, None) => true,
        }
    }

    /// True where the format has other words for it, and the other network has these neither.
    fn lacks_reworded(&self, change: &Change, whose: Option<LinkId>) -> bool {
        change.old.is_some() && self.reworded.contains(&whose)
    }

    /// True where each network means one value, and the format has no word for this one's: they do differ then. Of lists and maps
    /// it may be a part that has no word.
    fn is_lost_value(&self, change: &Change) -> bool {
        match (&change.old, &change.new) {
            (Some(Value::List(_) | Value::Map(_)), _) | (_, Some(Value::List(_) | Value::Map(_))) => false,
            (Some(_), Some(_)) => !change.old_path.is_some_and(|path| self.otherwise.contains(&path)),
            (Some(_), None) | (None, Some(_)) | (None, None) => false,
        }
    }
}

/// What the source's software acts on and the model has no place for, as far as it differs.
fn leftovers(old: &Network, new: &Network) -> Vec<LeftoverChange> {
    let partners = Partners::of(old, new);
    let acts = |(_, leftover): &(usize, &Leftover)| leftover.weight == Weight::Acts;
    let mut free: Vec<(usize, &Leftover)> = new.leftovers.iter().enumerate().filter(acts).collect();
    let mut gone = Vec::new();
    let is_same_key = |a: &Leftover, b: &Leftover| {
        let whose = (partners.of_old(a.owner), partners.of_new(b.owner));
        whose.0 == whose.1 && a.section == b.section && a.key == b.key
    };
    for (n, leftover) in old.leftovers.iter().enumerate().filter(acts) {
        let same = |(_, b): &(usize, &Leftover)| is_same_key(leftover, b) && leftover.value == b.value;
        match free.iter().position(same) {
            Some(at) => _ = free.remove(at),
            None => gone.push((n, leftover)),
        }
    }
    let mut changes = Vec::new();
    for (n, leftover) in gone {
        let other = free.iter().position(|(_, b)| is_same_key(leftover, b)).map(|at| free.remove(at).0);
        changes.push(LeftoverChange { old: Some(n), new: other });
    }
    changes.extend(free.into_iter().map(|(n, _)| LeftoverChange { old: None, new: Some(n) }));
    changes
}

#[cfg(test)]
mod tests;
