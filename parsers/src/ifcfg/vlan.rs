//! VLANs (ifcfg.md 3.8).
//!
//! The two programs take id and parent from different keys and split the name at different dots (traps 19 and 20).

use super::vars::{Base, IfcfgFile, Reader, Rejected, Var, integer};
use crate::Context;
use netpivot_model::bridge::VlanProtocol;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::reflect::List;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{LinkRef, Scalar, VlanId};
use netpivot_model::vlan::Vlan;
use std::collections::BTreeMap;

/// Id and parent of a VLAN with the places they come from.
struct Place {
    id: At<i64>,
    parent: At<String>,
}

/// Reads the VLAN's own keys.
///
/// # Errors
/// The reader cannot tell id or parent, or NetworkManager refuses the file.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let place = match file.reader {
        Reader::NetworkManager => networkmanager(file)?,
        Reader::Initscripts => initscripts(file, cx)?,
    };
    compare_places(file, &place, cx);
    let LinkKind::Vlan(vlan) = &mut link.kind.value else { return Ok(()) };
    let id = VlanId::new(place.id.value).ok_or_else(|| {
        let reason = format!("{} is no VLAN id (0 to 4094)", place.id.value);
        Rejected { reason, span: place.id.origin.span() }
    })?;
    vlan.id = Some(At { value: id, origin: place.id.origin });
    let parent = place.parent.value.parse::<LinkRef>().unwrap_or(LinkRef::Name(place.parent.value));
    let parent = match parent {
        // A parent is a name or a UUID, never an address.
        LinkRef::Mac(mac) => LinkRef::Name(mac.to_string()),
        LinkRef::Name(_) | LinkRef::Uuid(_) => parent,
    };
    vlan.parent = Some(At { value: parent, origin: place.parent.origin });
    protocol(file, vlan)?;
    flags(file, vlan, cx);
    match file.reader {
        Reader::NetworkManager => {
            vlan.ingress_qos_map = map(file, "VLAN_INGRESS_PRIORITY_MAP", Side::Ingress, cx);
            vlan.egress_qos_map = map(file, "VLAN_EGRESS_PRIORITY_MAP", Side::Egress, cx);
        }
        Reader::Initscripts => {
            vlan.egress_qos_map = map(file, "VLAN_EGRESS_PRIORITY_MAP", Side::Egress, cx);
        }
    }
    Ok(())
}

/// What NetworkManager makes of the keys: VLAN_ID and PHYSDEV, else the name, split at its first dot.
fn networkmanager(file: &IfcfgFile<'_>) -> Result<Place, Rejected> {
    let vars = &file.vars;
    let refuse = |reason: String, span: Option<Span>| Rejected { reason, span };
    let key = match vars.text("VLAN_ID") {
        Some(var) => match integer(var.value, Base::Ten).filter(|n| (0..=4095).contains(n)) {
            Some(n) => Some(At::new(n, var.span)),
            None => return Err(refuse(format!("`VLAN_ID={}` is no VLAN id", var.value), Some(var.span))),
        },
        None => None,
    };
    let device = file.device();
    let (named_parent, named_id) = match device {
        Some(var) => match var.value.split_once('.') {
            Some((parent, id)) => (Some(parent).filter(|p| !p.starts_with("vlan")), Some(id)),
            None => (None, var.value.strip_prefix("vlan")),
        },
        None => (None, None),
    };
    let span = device.map(|var| var.span);
    let named_id = named_id.and_then(|text| integer(text, Base::Ten)).filter(|n| (0..=4095).contains(n));
    let id = match (key, named_id, span) {
        (Some(id), _, _) => id,
        (None, Some(n), Some(span)) => At::new(n, span),
        (None, _, _) => {
            return Err(refuse("neither VLAN_ID nor DEVICE tells the VLAN id".to_owned(), span));
        }
    };
    let parent = match (vars.owned("PHYSDEV"), named_parent, span) {
        (Some(parent), _, _) => parent,
        (None, Some(parent), Some(span)) => At::new(parent.to_owned(), span),
        (None, _, _) => {
            return Err(refuse("neither PHYSDEV nor DEVICE tells the link below the VLAN".to_owned(), span));
        }
    };
    Ok(Place { id, parent })
}

/// What initscripts make of the keys: the name, split at its last dot, else `vlanN`, else VID, always with
/// PHYSDEV but for the first. VLAN_ID stands in where they would fail.
fn initscripts(file: &IfcfgFile<'_>, cx: &mut Context) -> Result<Place, Rejected> {
    let vars = &file.vars;
    let Some(device) = file.device() else {
        return Err(Rejected { reason: "a VLAN needs DEVICE".to_owned(), span: None });
    };
    let physdev = vars.owned("PHYSDEV");
    if let Some(place) = dotted(device) {
        return Ok(place);
    }
    let Some(parent) = physdev else {
        return Err(Rejected::at("neither DEVICE nor PHYSDEV tells the link below the VLAN", device.span));
    };
    let numbered = device.value.strip_prefix("vlan").and_then(|text| integer(text, Base::Ten));
    if let Some(n) = numbered {
        return Ok(Place { id: At::new(n, device.span), parent });
    }
    let (key, foreign) = match (vars.text("VID"), vars.text("VLAN_ID")) {
        (Some(var), _) => (Some(var), false),
        (None, Some(var)) => (Some(var), true),
        (None, None) => (None, false),
    };
    let number = key.and_then(|var| integer(var.value, Base::Auto).map(|n| At::new(n, var.span)));
    let (Some(id), Some(var)) = (number, key) else {
        return Err(Rejected::at("neither DEVICE nor VID tells the VLAN id", device.span));
    };
    if foreign {
        cx.report(
            Diagnostic::new(
                &codes::VLAN_NAME,
                format!("initscripts do not read `VLAN_ID={}` and would not make the VLAN; it is taken all the same", var.value),
            )
            .at(var.span)
            .help("write VID= for initscripts"),
        );
    }
    Ok(Place { id, parent })
}

/// Parent and id of `eth0.100.200`, split at the last dot. The number goes to ip(8), for which a leading 0
/// means octal.
fn dotted(device: Var<'_>) -> Option<Place> {
    let (parent, digits) = device.value.rsplit_once('.')?;
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let vlan_first =
        parent.strip_prefix("vlan").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if !fits || parent.is_empty() || vlan_first {
        return None;
    }
    let id = integer(digits, Base::Auto)?;
    Some(Place { id: At::new(id, device.span), parent: At::new(parent.to_owned(), device.span) })
}

/// Reports where the name says another id or parent than the place that counts, or the other program would
/// take another one.
fn compare_places(file: &IfcfgFile<'_>, place: &Place, cx: &mut Context) {
    let Some(device) = file.device() else { return };
    let other = match file.reader {
        Reader::NetworkManager => dotted(device),
        Reader::Initscripts => networkmanager(file).ok(),
    };
    let Some(other) = other else { return };
    if other.id.value == place.id.value && other.parent.value == place.parent.value {
        return;
    }
    let reader = file.reader;
    cx.report(
        Diagnostic::new(
            &codes::VLAN_NAME,
            format!(
                "`{}` is VLAN {} on `{}` for {}, but VLAN {} on `{}` for {}",
                device.value,
                place.id.value,
                place.parent.value,
                reader.name(),
                other.id.value,
                other.parent.value,
                reader.other().name()
            ),
        )
        .at(device.span)
        .from(&place.id.origin)
        .from(&place.parent.origin)
        .help(format!(
            "name the device after its parent and id, or convert with `-f ifcfg:{}` if that was in charge",
            if reader == Reader::NetworkManager { "initscripts" } else { "networkmanager" }
        )),
    );
}

/// VLAN_PROTOCOL, which only NetworkManager reads.
fn protocol(file: &IfcfgFile<'_>, vlan: &mut Vlan) -> Result<(), Rejected> {
    let var = file.vars.text("VLAN_PROTOCOL").filter(|_| file.reader == Reader::NetworkManager);
    let Some(var) = var else { return Ok(()) };
    match var.value {
        "802.1Q" | "802.1ad" => {
            vlan.protocol = VlanProtocol::from_text(var.value).ok().map(|value| At::new(value, var.span));
            Ok(())
        }
        other => {
            Err(Rejected::at(format!("`VLAN_PROTOCOL={other}` is neither 802.1Q nor 802.1ad"), var.span))
        }
    }
}

fn flags(file: &IfcfgFile<'_>, vlan: &mut Vlan, cx: &mut Context) {
    let (vars, reader) = (&file.vars, file.reader);
    vlan.gvrp = vars.flag("GVRP", reader, cx);
    let reorder = vars.flag("REORDER_HDR", reader, cx);
    if reader == Reader::Initscripts {
        vlan.reorder_hdr = reorder;
        return;
    }
    if let Some(var) = vars.text("VLAN_FLAGS") {
        for word in var.value.split([',', ' ']).filter(|word| !word.is_empty()) {
            flag(vlan, word, var, cx);
        }
    }
    vlan.mvrp = vars.flag("MVRP", reader, cx);
    let Some(reorder) = reorder else { return };
    let effective = vlan.reorder_hdr.as_ref().is_none_or(|at| at.value);
    if reorder.value == effective {
        match &mut vlan.reorder_hdr {
            Some(at) => at.origin.merge(&reorder.origin),
            None => vlan.reorder_hdr = Some(reorder),
        }
        return;
    }
    let word = if reorder.value { "yes" } else { "no" };
    cx.report(
        Diagnostic::new(
            &codes::VLAN_OPTION,
            format!("NetworkManager does not read `REORDER_HDR={word}`; initscripts do"),
        )
        .from(&reorder.origin)
        .help("write `VLAN_FLAGS=NO_REORDER_HDR`, or convert with `-f ifcfg:initscripts` if they were in charge"),
    );
}

fn flag(vlan: &mut Vlan, word: &str, var: Var<'_>, cx: &mut Context) {
    match word {
        // GVRP= goes before the flag.
        "GVRP" if vlan.gvrp.is_none() => vlan.gvrp = Some(At::new(true, var.span)),
        "GVRP" if vlan.gvrp.as_ref().is_some_and(|at| at.value) => {
            if let Some(at) = &mut vlan.gvrp {
                at.origin.merge(&Origin::at(var.span));
            }
        }
        "LOOSE_BINDING" => vlan.loose_binding = Some(At::new(true, var.span)),
        "NO_REORDER_HDR" => vlan.reorder_hdr = Some(At::new(false, var.span)),
        _ => {
            let why =
                if word == "GVRP" { "GVRP=no goes before it" } else { "NetworkManager knows no such flag" };
            cx.report(
                Diagnostic::new(
                    &codes::VLAN_OPTION,
                    format!("`{word}` in `VLAN_FLAGS` has no effect: {why}"),
                )
                .at(var.span)
                .help("the flags are GVRP, LOOSE_BINDING and NO_REORDER_HDR"),
            );
        }
    }
}

/// Which way a priority map goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// 802.1p priorities (0 to 7) to the kernel's.
    Ingress,
    /// The kernel's priorities to 802.1p's.
    Egress,
}

/// A priority map, sorted by what it maps from. NetworkManager separates by commas, initscripts by blanks.
fn map(file: &IfcfgFile<'_>, key: &str, side: Side, cx: &mut Context) -> List<String> {
    let Some(var) = file.vars.text(key) else { return List::default() };
    let separators: &[char] = match file.reader {
        Reader::NetworkManager => &[','],
        Reader::Initscripts => &[',', ' ', '\t', '\n'],
    };
    if file.reader == Reader::Initscripts && var.value.contains(',') {
        cx.report(
            Diagnostic::new(
                &codes::VLAN_OPTION,
                format!("`{key}={}` is separated by commas, which is NetworkManager's form; initscripts would fail, it is taken all the same", var.value),
            )
            .at(var.span),
        );
    }
    let mut found: BTreeMap<i64, i64> = BTreeMap::new();
    for item in var.value.split(separators).map(str::trim).filter(|item| !item.is_empty()) {
        match pair(item, side) {
            Some((from, to)) => {
                found.insert(from, to);
            }
            None => cx.report(
                Diagnostic::new(
                    &codes::VLAN_OPTION,
                    format!("`{item}` in `{key}` is no pair `from:to` of priorities and is left out"),
                )
                .at(var.span)
                .help("separate the pairs by commas; priorities of 802.1p are 0 to 7"),
            ),
        }
    }
    let items = found.into_iter().map(|(from, to)| At::new(format!("{from}:{to}"), var.span)).collect();
    List { items, said: None }
}

fn pair(item: &str, side: Side) -> Option<(i64, i64)> {
    let (from, to) = item.split_once(':')?;
    let number = |text: &str, max: i64| integer(text, Base::Ten).filter(|n| (0..=max).contains(n));
    let (from_max, to_max) = match side {
        Side::Ingress => (7, i64::from(u32::MAX)),
        Side::Egress => (i64::from(u32::MAX), 7),
    };
    Some((number(from, from_max)?, number(to, to_max)?))
}
