//! VLAN, VXLAN, macvlan, ipvlan, VRF, GENEVE, MACsec and HSR.

use super::super::options::{How, Row};
use crate::commands::fault::{Done, Fault};
use crate::commands::kernel::DeviceId;
use crate::commands::program::Call;
use crate::commands::words::{Words, begins, in_range, on_off};
use crate::text::iproute::Word;
use How::{Beyond, Flag, Ignored, Is, Number, NumberOr, Pairs, Switch};
use netpivot_model::bridge::VlanProtocol;
use netpivot_model::link::LinkKind;
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, U16};
use netpivot_model::virtual_link::{Macvlan, Vxlan};
use netpivot_model::vlan::Vlan;
use std::net::IpAddr;

/// `iplink_vlan.c`.
pub(super) const VLAN: &[Row] = &[
    ("protocol", true, "protocol", How::Word),
    ("id", true, "id", Number),
    ("reorder_hdr", true, "reorder_hdr", Switch),
    ("gvrp", true, "gvrp", Switch),
    ("mvrp", true, "mvrp", Switch),
    ("loose_binding", true, "loose_binding", Switch),
    ("bridge_binding", true, "", Beyond(1)),
    ("ingress-qos-map", true, "ingress_qos_map", Pairs),
    ("egress-qos-map", true, "egress_qos_map", Pairs),
];

/// `iplink_vxlan.c`.
pub(super) const VXLAN: &[Row] = &[
    ("id", true, "id", Number),
    ("vni", true, "id", Number),
    ("group", true, "remote", How::Word),
    ("remote", true, "remote", How::Word),
    ("local", true, "local", How::Word),
    ("ttl", true, "ttl", NumberOr("auto", 0)),
    ("hoplimit", true, "ttl", NumberOr("auto", 0)),
    ("tos", true, "tos", NumberOr("inherit", 1)),
    ("dsfield", true, "tos", NumberOr("inherit", 1)),
    ("df", true, "", Beyond(1)),
    ("label", true, "", Beyond(1)),
    ("flowlabel", true, "", Beyond(1)),
    ("ageing", true, "ageing", NumberOr("none", 0)),
    ("maxaddress", true, "limit", NumberOr("unlimited", 0)),
    ("dstport", true, "port", Number),
    ("nolearning", true, "learning", Flag(false)),
    ("learning", true, "learning", Flag(true)),
    ("noproxy", true, "proxy", Flag(false)),
    ("proxy", true, "proxy", Flag(true)),
    ("norsc", true, "rsc", Flag(false)),
    ("rsc", true, "rsc", Flag(true)),
    ("nol2miss", true, "l2miss", Flag(false)),
    ("l2miss", true, "l2miss", Flag(true)),
    ("nol3miss", true, "l3miss", Flag(false)),
    ("l3miss", true, "l3miss", Flag(true)),
    ("udpcsum", true, "", Ignored(0)),
    ("noudpcsum", true, "", Beyond(0)),
    ("udp6zerocsumtx", true, "", Beyond(0)),
    ("noudp6zerocsumtx", true, "", Ignored(0)),
    ("udp6zerocsumrx", true, "", Beyond(0)),
    ("noudp6zerocsumrx", true, "", Ignored(0)),
    ("remcsumtx", true, "", Beyond(0)),
    ("noremcsumtx", true, "", Ignored(0)),
    ("remcsumrx", true, "", Beyond(0)),
    ("noremcsumrx", true, "", Ignored(0)),
    ("external", true, "", Beyond(0)),
    ("noexternal", true, "", Ignored(0)),
    ("gbp", true, "", Beyond(0)),
    ("gpe", true, "", Beyond(0)),
    ("vnifilter", true, "", Beyond(0)),
    ("localbypass", true, "", Ignored(0)),
    ("nolocalbypass", true, "", Beyond(0)),
];

/// `iplink_macvlan.c`.
pub(super) const MACVLAN: &[Row] = &[
    ("mode", true, "mode", How::Word),
    ("nopromisc", true, "promiscuous", Flag(false)),
    ("bcqueuelen", true, "", Beyond(1)),
    ("flag", true, "", Beyond(1)),
];

/// `iplink_ipvlan.c`.
pub(super) const IPVLAN: &[Row] = &[
    ("mode", true, "mode", How::Word),
    ("private", true, "private", Flag(true)),
    ("vepa", true, "vepa", Flag(true)),
    ("bridge", true, "", Ignored(0)),
];

/// `iplink_vrf.c`; the table may be a name, which the caller has put in.
pub(super) const VRF: &[Row] = &[("table", true, "table", Number)];

/// `iplink_geneve.c`.
pub(super) const GENEVE: &[Row] = &[
    ("id", true, "id", Number),
    ("vni", true, "id", Number),
    ("remote", true, "remote", How::Word),
    ("ttl", true, "ttl", NumberOr("auto", 0)),
    ("hoplimit", true, "ttl", NumberOr("auto", 0)),
    ("tos", true, "tos", NumberOr("inherit", 1)),
    ("dsfield", true, "tos", NumberOr("inherit", 1)),
    ("df", true, "df", How::Word),
    ("label", true, "", Beyond(1)),
    ("dstport", true, "port", Number),
    ("external", true, "", Beyond(0)),
    ("udpcsum", true, "", Ignored(0)),
];

/// `ipmacsec.c`.
pub(super) const MACSEC: &[Row] = &[
    ("sci", false, "", Beyond(1)),
    ("port", false, "port", Number),
    ("cipher", false, "", Beyond(1)),
    ("icvlen", false, "", Beyond(1)),
    ("encrypt", false, "encrypt", Switch),
    ("send_sci", false, "send_sci", Switch),
    ("validate", false, "validation", How::Word),
    ("offload", false, "", Beyond(1)),
];

/// `iplink_hsr.c`.
pub(super) const HSR: &[Row] = &[
    ("supervision", true, "multicast_spec", Number),
    ("proto", true, "", Beyond(1)),
    ("version", true, "protocol_version", Number),
    ("slave1", true, "port1", How::Word),
    ("slave2", true, "port2", How::Word),
    ("interlink", true, "interlink", How::Word),
    ("prp", true, "prp", Is("true")),
];

pub(super) fn macvlan(tap: bool) -> LinkKind {
    LinkKind::Macvlan(Box::new(Macvlan {
        tap: tap.then(|| At::new(true, Origin::derived("macvtap", []))),
        ..Macvlan::default()
    }))
}

/// Words with two values, which no table holds: `port LOW HIGH` of a VXLAN, `protocol` of a VLAN in any case.
pub(super) fn special(made: &mut LinkKind, word: Word<'_>, words: &mut Words<'_>) -> Result<bool, Fault> {
    if let LinkKind::Vxlan(vxlan) = made
        && matches!(word.text, "srcport" | "port")
    {
        let low = words.value(word)?;
        let high = words.value(low)?;
        vxlan.source_port_min = port(low)?;
        vxlan.source_port_max = port(high)?;
        return Ok(true);
    }
    if let (LinkKind::Vxlan(_) | LinkKind::Geneve(_), Some(value)) = (&*made, words.peek()) {
        check_end(made, word, value)?;
    }
    let LinkKind::Vlan(vlan) = made else { return Ok(false) };
    if begins("protocol", word.text) {
        let value = words.value(word)?;
        let protocol = match value.text.to_ascii_lowercase().as_str() {
            "802.1q" => VlanProtocol::Ieee8021Q,
            "802.1ad" => VlanProtocol::Ieee8021Ad,
            _ => {
                return Err(Fault::usage(
                    value.span,
                    format!("`{}` is no VLAN protocol (802.1Q, 802.1ad)", value.text),
                ));
            }
        };
        vlan.protocol = Some(At::new(protocol, value.span));
        return Ok(true);
    }
    if matches!(word.text, "reorder_hdr" | "gvrp" | "mvrp" | "loose_binding")
        && let Some(value) = words.peek()
    {
        // These take `on` and `off` only.
        on_off(value)?;
    }
    Ok(false)
}

/// ip(8) takes addresses of groups for `group` only, and those of one end for `remote` only (`vxlan_parse_opt()`,
/// `geneve_parse_opt()`).
fn check_end(made: &LinkKind, word: Word<'_>, value: Word<'_>) -> Done {
    let is_group = match value.text.parse::<IpAddr>() {
        Ok(ip) => ip.is_multicast(),
        Err(_) => return Ok(()),
    };
    let (what, other) = if begins("remote", word.text) && is_group {
        ("the address of a group, and `remote` takes that of one end", "group")
    } else if begins("group", word.text) && !is_group {
        ("the address of one end, and `group` takes that of a group", "remote")
    } else {
        return Ok(());
    };
    let fault = Fault::usage(value.span, format!("`{}` is {what}", value.text));
    let has_groups = matches!(made, LinkKind::Vxlan(_));
    Err(if has_groups { fault.intent(format!("`{other} {}`", value.text)) } else { fault })
}

fn port(word: Word<'_>) -> Result<Said<U16>, Fault> {
    Ok(Int::new(i64::from(in_range(word, 0, 65535)?)).map(|n| At::new(n, word.span)))
}

/// What the kernel asks for: ids, tables, and that a VLAN's id is free on its parent.
pub(super) fn check(call: &Call<'_>, made: &LinkKind, below: Option<DeviceId>, span: Span) -> Done {
    let on_loopback =
        below.is_some_and(|id| matches!(call.kernel.device(id).link.kind.value, LinkKind::Loopback(_)));
    if let Some(what) = missing(made) {
        return Err(Fault::usage(span, format!("`{what}` is missing")));
    }
    if let LinkKind::Vxlan(vxlan) = made {
        return check_vxlan(call, vxlan, below, span);
    }
    if on_loopback && matches!(made, LinkKind::Vlan(_)) {
        return Err(Fault::kernel("Operation not supported", span, "the loopback link carries no VLANs"));
    }
    if on_loopback && matches!(made, LinkKind::Macvlan(_)) {
        return Err(Fault::kernel("Invalid argument", span, "a macvlan cannot stand on the loopback link"));
    }
    let (LinkKind::Vlan(vlan), Some(below)) = (made, below) else { return Ok(()) };
    let key = |vlan: &Vlan| (vlan.id.as_ref().map(|at| at.value), vlan.protocol.as_ref().map(|at| at.value));
    let taken = call.kernel.device(below).above.iter().any(|upper| {
        matches!(&call.kernel.device(*upper).link.kind.value, LinkKind::Vlan(other) if key(other) == key(vlan))
    });
    match (&vlan.id, taken) {
        (Some(id), true) => Err(Fault::kernel(
            "File exists",
            id.origin.span().unwrap_or(span),
            format!("the link below has a VLAN {} already", id.value.get()),
        )),
        _ => Ok(()),
    }
}

fn check_vxlan(call: &Call<'_>, vxlan: &Vxlan, below: Option<DeviceId>, span: Span) -> Done {
    if let Some(group) = vxlan.remote.as_ref().filter(|at| at.value.is_multicast())
        && below.is_none()
    {
        let why = format!("the group {} needs a link, and none is named", group.value);
        return Err(Fault::usage(group.origin.span().unwrap_or(span), why).intent("add `dev NAME`"));
    }
    match call.kernel.same_vxlan(call.space, vxlan) {
        Some(other) => Err(Fault::kernel(
            "File exists",
            vxlan.id.as_ref().and_then(|at| at.origin.span()).unwrap_or(span),
            format!("`{}` has the same id and port", call.kernel.device(other).name),
        )
        .intent("give the link another `id`, or another `dstport`")),
        None => Ok(()),
    }
}

/// What a kind cannot do without.
fn missing(made: &LinkKind) -> Option<&'static str> {
    let is = |there: bool, what: &'static str| (!there).then_some(what);
    if let LinkKind::Vlan(vlan) = made {
        return is(vlan.id.is_some(), "id");
    }
    if let LinkKind::Vxlan(vxlan) = made {
        return is(vxlan.id.is_some(), "id");
    }
    if let LinkKind::Geneve(geneve) = made {
        return is(geneve.id.is_some(), "id").or(is(geneve.remote.is_some(), "remote"));
    }
    if let LinkKind::Vrf(vrf) = made {
        return is(vrf.table.is_some(), "table");
    }
    None
}
