//! What kind of link a stanza makes, by its options and by its name, as each program does.

use super::document::{Opt, Stanza};
use netpivot_model::link::LinkKind;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, LinkRef, VlanId};
use netpivot_model::virtual_link::TunnelMode;
use netpivot_model::vocabulary::interfaces::{OF_WIFI, Reader, infiniband_partition, is_infiniband, lookup};

/// What stands for a kind: its word and the place that says it.
type Found = (&'static str, Span);

/// The name of an option as the tables have it.
pub(super) fn canonical(option: &Opt, reader: Reader) -> &'static str {
    lookup(&option.name, reader).map_or("", |(row, _)| row.name)
}

/// The kind of an interface's link, with what its name says of it.
pub(super) fn of(name: &str, stanzas: &[Stanza], reader: Reader) -> At<LinkKind> {
    let word = by_option(name, stanzas, reader).or_else(|| by_method(name, stanzas, reader));
    let (word, origin) = match word {
        Some((word, span)) => (word, Origin::at(span)),
        None => match by_name(name, stanzas, reader) {
            Some(found) => return found,
            None => return At::default(),
        },
    };
    let mut kind = LinkKind::of(word).unwrap_or_else(|| LinkKind::Ethernet(Box::default()));
    fill(&mut kind, name, stanzas, reader);
    At::new(kind, origin)
}

/// Options that say by themselves what a link is, in the order in which they decide.
const BY_OPTION: [(&str, &str); 13] = [
    ("ovs-type", "ovs"),
    ("vrf-table", "vrf"),
    ("vxlan-id", "vxlan"),
    ("bridge-ports", "bridge"),
    ("bridge-vlan-aware", "bridge"),
    ("bond-slaves", "bond"),
    ("bond-members", "bond"),
    ("bond-mode", "bond"),
    ("tunnel-mode", "ip-tunnel"),
    ("tunnel-endpoint", "ip-tunnel"),
    ("vlan-raw-device", "vlan"),
    ("vlan-id", "vlan"),
    ("wireguard-config-path", "wireguard"),
];

/// Words of `use` and `link-type` that make a link.
const BY_WORD: [(&str, &str); 10] = [
    ("bridge", "bridge"),
    ("bond", "bond"),
    ("vlan", "vlan"),
    ("vxlan", "vxlan"),
    ("vrf", "vrf"),
    ("tunnel", "ip-tunnel"),
    ("gre", "ip-tunnel"),
    ("wireguard", "wireguard"),
    ("dummy", "dummy"),
    ("veth", "veth"),
];

fn by_option(name: &str, stanzas: &[Stanza], reader: Reader) -> Option<Found> {
    let options = || stanzas.iter().flat_map(|stanza| &stanza.options);
    let is_port = options().any(|o| canonical(o, reader) == "bond-master");
    for (wanted, word) in BY_OPTION.into_iter().chain(OF_WIFI.map(|name| (name, "wifi"))) {
        let Some(option) = options().find(|o| canonical(o, reader) == wanted) else { continue };
        let applies = match wanted {
            // The options of a port's stanza are those of its bond.
            "bond-mode" | "bond-slaves" => !is_port,
            "bridge-vlan-aware" => reader != Reader::Ifupdown,
            // A port is whatever device has its name.
            "ovs-type" => ovs(&option.value.text).is_some(),
            // Without the right name the package vlan makes nothing.
            "vlan-raw-device" => reader != Reader::Ifupdown || vlan_number(name).is_some(),
            _ => true,
        };
        if applies {
            let word = if word == "ovs" { ovs(&option.value.text)? } else { word };
            return Some((word, option.span));
        }
    }
    let words = options().filter(|o| matches!(canonical(o, reader), "use" | "link-type"));
    // `use vrf` is the executor that members of a VRF need, too; `vrf-table` makes one (interfaces-vrf(5)).
    let is_executor = |option: &&Opt| canonical(option, reader) == "use" && option.value.text == "vrf";
    let mut found = words.filter(|option| !is_executor(option)).filter_map(|option| {
        let is = |(word, kind): &(&str, &'static str)| (*word == option.value.text).then_some(*kind);
        BY_WORD.iter().find_map(is).map(|kind| (kind, option.span))
    });
    found.next().or_else(|| {
        let gre = |o: &&Opt| canonical(o, reader) == "gre-";
        options().find(gre).map(|option| ("ip-tunnel", option.span))
    })
}

/// The layer of Open vSwitch that can hold addresses; `None` for a device that is there without it.
fn ovs(word: &str) -> Option<&'static str> {
    match word {
        "OVSBridge" | "OVSIntPort" | "OVSTunnel" | "OVSPatchPort" => Some("ovs-interface"),
        "OVSBond" => Some("ovs-port"),
        _ => None,
    }
}

fn by_method(name: &str, stanzas: &[Stanza], reader: Reader) -> Option<Found> {
    let mut found = None;
    for stanza in stanzas {
        let span = stanza.method.as_ref().map_or(stanza.span, |part| part.span);
        let word = match (stanza.family(), stanza.method()) {
            // Any other device is only brought up (inet.defn).
            (_, "loopback") if name == "lo" => "loopback",
            // All other words but `dhcp` are passed over.
            (_, word) if reader == Reader::IfupdownNg && word != "ppp" => continue,
            ("inet" | "inet6", "tunnel") | ("inet6", "v4tunnel" | "6to4") => "ip-tunnel",
            ("can", _) | ("ipx", _) | (_, "ppp" | "wvdial") => "unsupported",
            _ => continue,
        };
        found = found.or(Some((word, span)));
    }
    let lo = || stanzas.first().filter(|_| name == "lo").map(|stanza| ("loopback", stanza.name.span));
    found.or_else(lo)
}

/// A VLAN or an InfiniBand partition by its name: `eth0.5` (link.defn of ifupdown; addons/vlan.py; executor link). `dummy0` is
/// what the kernel's module makes (`dummy_setup()`, "dummy%d").
fn by_name(name: &str, stanzas: &[Stanza], reader: Reader) -> Option<At<LinkKind>> {
    let span = stanzas.first()?.name.span;
    let origin = || Origin::derived("vlan-by-name", [span]);
    if let Some((parent, key)) = infiniband_partition(name) {
        let mut kind = LinkKind::of("infiniband")?;
        if let LinkKind::Infiniband(ib) = &mut kind {
            ib.parent = Some(At::new(LinkRef::Name(parent.to_owned()), origin()));
            ib.p_key = Int::new(key).map(|key| At::new(key, origin()));
        }
        return Some(At::new(kind, origin()));
    }
    if is_infiniband(name) {
        return Some(At::new(LinkKind::of("infiniband")?, Origin::derived("infiniband-by-name", [span])));
    }
    if name.strip_prefix("dummy").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
        return Some(At::new(LinkKind::of("dummy")?, Origin::derived("dummy-by-name", [span])));
    }
    let (parent, id) = vlan_of(name, reader)?;
    let mut kind = LinkKind::of("vlan")?;
    if let LinkKind::Vlan(vlan) = &mut kind {
        vlan.parent = Some(At::new(LinkRef::Name(parent.to_owned()), origin()));
        vlan.id = VlanId::new(id).map(|id| At::new(id, origin()));
    }
    Some(At::new(kind, origin()))
}

/// Parent and id of a name with a dot: of `eth0.10.20` ifupdown takes the second part, the others the last (trap 40).
fn vlan_of(name: &str, reader: Reader) -> Option<(&str, i64)> {
    let (parent, id) = match reader {
        Reader::Ifupdown => {
            let (parent, rest) = name.split_once('.')?;
            (parent, rest.split('.').next()?)
        }
        Reader::Ifupdown2 | Reader::IfupdownNg => name.rsplit_once('.')?,
    };
    let id = number(id)?;
    (!parent.is_empty()).then_some((parent, id))
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?.filter(|id| (0..=4094).contains(id))
}

/// The id in `vlan5`, or behind a dot.
pub(super) fn vlan_number(name: &str) -> Option<i64> {
    number(name.strip_prefix("vlan").or_else(|| name.rsplit_once('.').map(|(_, id)| id))?)
}

/// What the name and the method say of a kind.
fn fill(kind: &mut LinkKind, name: &str, stanzas: &[Stanza], reader: Reader) {
    let Some(first) = stanzas.first() else { return };
    let span = first.name.span;
    match kind {
        LinkKind::Vlan(vlan) => {
            let said = vlan_number(name).filter(|_| {
                !stanzas.iter().flat_map(|s| &s.options).any(|o| canonical(o, reader) == "vlan-id")
            });
            let origin = Origin::derived("vlan-by-name", [span]);
            vlan.id = said.and_then(VlanId::new).map(|id| At::new(id, origin.clone()));
            if let Some((parent, _)) = vlan_of(name, reader) {
                vlan.parent = Some(At::new(LinkRef::Name(parent.to_owned()), origin));
            }
        }
        LinkKind::Unsupported(unsupported) => {
            let stanza = stanzas
                .iter()
                .find(|s| matches!(s.family(), "can" | "ipx") || matches!(s.method(), "ppp" | "wvdial"));
            let word = stanza
                .map_or("", |s| if matches!(s.family(), "can" | "ipx") { s.family() } else { s.method() });
            let at = stanza.and_then(|s| s.method.as_ref()).map_or(span, |part| part.span);
            unsupported.source_type = Some(At::new(word.to_owned(), at));
        }
        LinkKind::IpTunnel(tunnel) => {
            let method = stanzas.iter().find(|s| matches!(s.method(), "v4tunnel" | "6to4"));
            if let Some(part) = method.and_then(|s| s.method.as_ref()) {
                tunnel.mode =
                    Some(At::new(TunnelMode::Sit, Origin::derived("tunnel-by-method", [part.span])));
            } else if let Some(gre) =
                stanzas.iter().flat_map(|s| &s.options).find(|o| canonical(o, reader) == "gre-")
            {
                tunnel.mode = Some(At::new(TunnelMode::Gre, Origin::derived("tunnel-by-method", [gre.span])));
            }
        }
        LinkKind::OvsInterface(_)
        | LinkKind::Tun(_)
        | LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Dummy(_)
        | LinkKind::Veth(_)
        | LinkKind::Macvlan(_)
        | LinkKind::Ipvlan(_)
        | LinkKind::Vxlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Wireguard(_)
        | LinkKind::Macsec(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_) => {}
    }
}
