//! libvirt beside another format of the same host: what its own files hold when networks are written, and which bridges
//! it makes that another target makes as well.

use super::loss::{Lost, Verdict};
use crate::formats::FormatSpec;
use netpivot_model::codes::core::MAP_UNUSED;
use netpivot_model::codes::libvirt as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::LIBVIRT;
use netpivot_model::format::JSON;
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use netpivot_model::path::Subject;
use netpivot_model::rename::RenameMap;
use netpivot_model::vocabulary::libvirt::{AUTOSTART, NETWORKS};
use netpivot_parsers::tree::{Access, Entry, ReadError};
use netpivot_parsers::{Context, Input, Parser, Tree};

/// The host's network, and what libvirt's files on the same host say of its links: guests' interfaces, and networks that
/// only use a bridge. Those need not be made a second time.
pub(super) fn with_libvirts_own(
    network: &Network,
    tree: &dyn Tree,
    map: &RenameMap,
    cx: &mut Context,
) -> Network {
    let mut network = network.clone();
    let mut guests = netpivot_parsers::libvirt::guests(tree, cx);
    rename(&mut guests, map, cx);
    network.guest_interfaces.extend(guests.guest_interfaces);
    network.leftovers.extend(guests.leftovers);
    let only = NetworksOnly(tree);
    let input = Input { tree: &only, dialect: None, version: None, state: None };
    let mut own = Context { sources: std::mem::take(&mut cx.sources), ..Context::default() };
    let found = netpivot_parsers::libvirt::Libvirt.parse(&input, &mut own);
    cx.sources = own.sources;
    let Ok(mut found) = found else { return network };
    rename(&mut found, map, cx);
    for entry in found.virtual_networks.into_iter().filter(|entry| entry.owner.is_none()) {
        let uses = entry.item.bridge.as_ref().map(|at| at.value.as_str());
        let is_here = |bridge: &str| {
            network.links.iter().any(|link| link.name.as_ref().is_some_and(|at| at.value == bridge))
        };
        if !uses.is_some_and(is_here) {
            continue;
        }
        let name = entry.item.name.as_ref().map_or("", |at| at.value.as_str());
        let section = format!("network {name}");
        let mine = found.leftovers.iter().filter(|of| of.section.as_deref() == Some(section.as_str()));
        network.leftovers.extend(mine.cloned());
        network.virtual_networks.push(entry);
    }
    network
}

/// What of the map is not in these files was told of the host's own.
fn rename(network: &mut Network, map: &RenameMap, cx: &mut Context) {
    let found = map.apply(network).unwrap_or_default();
    cx.diagnostics.extend(found.into_iter().filter(|finding| finding.code != &MAP_UNUSED));
}

/// The part of a tree where libvirt's networks stand.
struct NetworksOnly<'t>(&'t dyn Tree);

impl Tree for NetworksOnly<'_> {
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError> {
        if path.starts_with(NETWORKS) { self.0.read(path, max) } else { Err(ReadError::NotFound) }
    }

    fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
        if [NETWORKS, AUTOSTART].contains(&path) { self.0.list(path) } else { Ok(Vec::new()) }
    }

    fn exists(&self, path: &str) -> bool {
        path.starts_with(NETWORKS) && self.0.exists(path)
    }

    fn access(&self, path: &str) -> Option<Access> {
        self.0.access(path)
    }

    fn display(&self, path: &str) -> String {
        self.0.display(path)
    }
}

/// A target, the links that its own program makes, and what it lost.
pub(super) struct Made<'s> {
    pub spec: &'s FormatSpec,
    pub makes: Vec<LinkId>,
    pub lost: Vec<Subject>,
}

impl<'s> Made<'s> {
    pub fn of(spec: &'s FormatSpec, verdict: &Verdict) -> Self {
        let lost = verdict.losses.iter().filter_map(|(lost, _)| match lost {
            Lost::Fact(path) if path.field.is("kind") => Some(path.subject),
            Lost::Fact(_) | Lost::Leftover(_) => None,
        });
        Made { spec, makes: verdict.makes.clone(), lost: lost.collect() }
    }
}

/// Warns of each bridge that libvirt makes and that stands in another target as the host's own.
pub(super) fn made_twice(network: &Network, made: &[Made<'_>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (libvirt, id) in made.iter().flat_map(|one| one.makes.iter().map(move |id| (one, *id))) {
        let is_host = |other: &&Made<'_>| {
            other.spec.name != libvirt.spec.name
                && ![JSON.name, LIBVIRT].contains(&other.spec.name)
                && !other.lost.contains(&Subject::Link(id))
        };
        for other in made.iter().filter(is_host) {
            let link = network.link(id);
            let name = link.label();
            let message = format!(
                "`{name}` is made by libvirt when it starts its network, and by the {} output as well; libvirt refuses to \
                 start a network whose bridge is there",
                other.spec
            );
            let help = format!(
                "keep one of the two: leave `{name}` out of the {} files, or let libvirt's network use it (`<forward \
                 mode='bridge'/>` and no `<ip>`)",
                other.spec
            );
            let origin = link.name.as_ref().map_or(&link.kind.origin, |at| &at.origin);
            found.push(Diagnostic::new(&codes::TWO_MAKERS, message).from(origin).help(help));
        }
    }
    found
}
