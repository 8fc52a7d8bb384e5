//! What a file is: wicked tries one kind after the other (`__ni_suse_sysconfig_read`), and refuses a file that is two.

use super::keys::{Bad, Keys};
use super::ports::Port;
use super::{bond, bridge, infiniband, ovs, team, tunnel, upper, wifi};
use crate::ifcfg::vars::Rejected;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::network::Leftover;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::virtual_link::Unsupported;

/// What a file makes.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The link; several for a wireless file with several networks.
    pub(super) links: Vec<Link>,
    /// The ports that it lists.
    pub(super) ports: Vec<Port>,
    /// The layers of Open vSwitch around the link.
    pub(super) layers: Vec<Link>,
    /// What the model has no place for.
    pub(super) leftovers: Vec<Leftover>,
}

/// How a kind shows in a file, and who reads it.
struct Try {
    /// The place that makes the file one of the kind.
    sign: fn(&str, &Keys) -> Option<Span>,
    what: &'static str,
    read: fn(&Keys, Span, &mut Made) -> Result<(), Rejected>,
}

fn said(keys: &Keys, names: &[&str]) -> Option<Span> {
    names.iter().find_map(|name| keys.text(name)).map(|var| var.span)
}

fn yes(keys: &Keys, name: &str) -> Option<Span> {
    keys.yes(name).map(|var| var.span)
}

/// In wicked's order.
const KINDS: [Try; 14] = [
    Try { sign: |_, keys| yes(keys, "OVS_BRIDGE"), what: "an Open vSwitch bridge", read: ovs::read },
    Try { sign: |_, keys| yes(keys, "BONDING_MASTER"), what: "a bond", read: bond::read },
    Try { sign: |_, keys| said(keys, &["TEAM_RUNNER"]), what: "a team", read: team::read },
    Try { sign: |_, keys| yes(keys, "BRIDGE"), what: "a bridge", read: bridge::read },
    Try { sign: |_, keys| said(keys, &["ETHERDEVICE"]), what: "a VLAN", read: upper::vlan },
    Try { sign: |_, keys| yes(keys, "VXLAN"), what: "a VXLAN", read: upper::vxlan },
    Try {
        sign: |_, keys| said(keys, &["MACVLAN_DEVICE", "MACVTAP_DEVICE"]),
        what: "a macvlan",
        read: upper::macvlan,
    },
    Try { sign: |_, keys| yes(keys, "IPVLAN"), what: "an ipvlan", read: upper::ipvlan },
    Try { sign: |_, keys| yes(keys, "IPVTAP"), what: "an ipvtap", read: ipvtap },
    Try { sign: dummy_sign, what: "a dummy", read: dummy },
    Try { sign: |_, keys| said(keys, &["TUNNEL"]), what: "a tunnel", read: tunnel::read },
    Try { sign: |_, keys| said(keys, &["PPPMODE"]), what: "a PPP link", read: ppp },
    Try { sign: |_, keys| wifi::sign(keys), what: "a wireless link", read: wifi::read },
    Try { sign: infiniband::sign, what: "InfiniBand", read: infiniband::read },
];

/// Makes the link of a file, with its name and kind.
///
/// # Errors
/// wicked refuses the file.
pub(super) fn make(name: &str, keys: &Keys) -> Result<Made, Rejected> {
    let mut made = Made { links: vec![Link::default()], ..Made::default() };
    made.links[0].name = Some(At::new(name.to_owned(), file_name()));
    if name == "lo" {
        made.links[0].kind = At::new(LinkKind::Loopback(Box::default()), file_name());
    }
    let mut first: Option<&str> = (name == "lo").then_some("the loopback device");
    for kind in &KINDS {
        // A name alone makes no second kind.
        let Some(span) = (kind.sign)(name, keys) else { continue };
        if let Some(first) = first {
            return Err(Rejected::at(format!("it is {first} and {} at once", kind.what), span));
        }
        first = Some(kind.what);
        (kind.read)(keys, span, &mut made)?;
    }
    if first.is_none() {
        let ethernet = At::new(LinkKind::Ethernet(Box::default()), Origin::default_value());
        made.links[0].kind = ethernet;
    }
    Ok(made)
}

/// The name of an interface is that of its file.
pub(super) fn file_name() -> Origin {
    Origin::derived("file-name", [])
}

fn dummy_sign(name: &str, keys: &Keys) -> Option<Span> {
    if let Some(var) = keys.text("INTERFACETYPE").filter(|var| var.value.eq_ignore_ascii_case("dummy")) {
        return Some(var.span);
    }
    if !name.starts_with("dummy") {
        return None;
    }
    keys.names().next().and_then(|first| keys.get(first)).map(|var| var.span)
}

/// A dummy takes static addresses only (`try_dummy`).
fn dummy(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    if let Some(var) = keys.text("BOOTPROTO")
        && !["none", "static"].iter().any(|word| word.eq_ignore_ascii_case(var.value))
    {
        return Err(Bad::new("BOOTPROTO", var, "`static` or `none`, all that a dummy has").into());
    }
    let said = keys.text("INTERFACETYPE").is_some_and(|var| var.span == span);
    let origin = if said { Origin::at(span) } else { file_name() };
    made.links[0].kind = At::new(LinkKind::Dummy(Box::default()), origin);
    Ok(())
}

/// PPP has no place in the model.
fn ppp(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    unsupported(keys.text("PPPMODE").map_or("ppp", |var| var.value), span, made);
    Ok(())
}

/// Nor has an ipvtap.
fn ipvtap(_: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    unsupported("ipvtap", span, made);
    Ok(())
}

fn unsupported(word: &str, span: Span, made: &mut Made) {
    let unsupported = Unsupported { source_type: Some(At::new(word.to_owned(), span)) };
    made.links[0].kind = At::new(LinkKind::Unsupported(Box::new(unsupported)), span);
}
