//! Links on top of another: VLAN, VXLAN, macvlan, macvtap, ipvlan (ifcfg-vlan(5), ifcfg-vxlan(5), ifcfg-macvlan(5),
//! ifcfg-ipvlan(5)).

use super::keys::{Bad, Keys, interface, typed, words};
use super::kind::Made;
use crate::ifcfg::vars::{Rejected, Var};
use netpivot_model::bridge::VlanProtocol;
use netpivot_model::link::LinkKind;
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{LinkRef, VlanId};
use netpivot_model::virtual_link::{Ipvlan, Macvlan, Vxlan};
use netpivot_model::vlan::Vlan;

/// The interface below, which is another one than the link itself.
pub(super) fn parent(keys: &Keys, key: &str, own: &str) -> Result<Said<LinkRef>, Rejected> {
    let Some(var) = keys.text(key) else { return Ok(None) };
    if var.value == own {
        return Err(Bad::new(key, var, "another interface than the link itself").into());
    }
    let name = interface(key, var)?;
    Ok(Some(At::new(LinkRef::Name(name.to_string()), var.span)))
}

fn own_name(made: &Made) -> String {
    made.links[0].name.as_ref().map_or_else(String::new, |at| at.value.clone())
}

pub(super) fn vlan(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let name = own_name(made);
    let id = match keys.int("VLAN_ID", 0..=4094)? {
        Some(at) => VlanId::new(at.value).map(|id| At::new(id, at.origin)),
        None => Some(At::new(id_of(&name, span)?, Origin::derived("vlan-id-of-name", [span]))),
    };
    let protocol = match keys.text("VLAN_PROTOCOL") {
        None => None,
        Some(var) => Some(At::new(protocol(var)?, var.span)),
    };
    let vlan = Vlan { parent: parent(keys, "ETHERDEVICE", &name)?, id, protocol, ..Vlan::default() };
    made.links[0].kind = At::new(LinkKind::Vlan(Box::new(vlan)), span);
    Ok(())
}

/// Without VLAN_ID the digits behind the last dot, else those at the end of the name (`try_vlan`).
fn id_of(name: &str, span: Span) -> Result<VlanId, Rejected> {
    let digits = match name.rsplit_once('.') {
        Some((_, digits)) => digits,
        None => &name[name.trim_end_matches(|c: char| c.is_ascii_digit()).len()..],
    };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let id = if plain { digits.parse().ok().and_then(VlanId::new) } else { None };
    id.ok_or_else(|| {
        Rejected::at(format!("`{name}` ends in no VLAN id from 0 to 4094, and there is no `VLAN_ID`"), span)
    })
}

fn protocol(var: Var<'_>) -> Result<VlanProtocol, Bad> {
    match var.value {
        "ieee802-1Q" => Ok(VlanProtocol::Ieee8021Q),
        "ieee802-1ad" => Ok(VlanProtocol::Ieee8021Ad),
        _ => Err(Bad::new("VLAN_PROTOCOL", var, "`ieee802-1Q` or `ieee802-1ad`")),
    }
}

pub(super) fn vxlan(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let vxlan = Vxlan {
        id: typed(keys.int("VXLAN_ID", 0..=16_777_215)?),
        parent: parent(keys, "VXLAN_DEVICE", &own_name(made))?,
        local: keys.scalar("VXLAN_LOCAL_IP")?,
        remote: keys.scalar("VXLAN_REMOTE_IP")?,
        source_port_min: typed(keys.int("VXLAN_SRC_PORT_LOW", 0..=65_535)?),
        source_port_max: typed(keys.int("VXLAN_SRC_PORT_HIGH", 0..=65_535)?),
        port: typed(keys.int("VXLAN_DST_PORT", 0..=65_535)?),
        ageing: typed(keys.int("VXLAN_AGEING", 0..=u32::MAX.into())?),
        limit: typed(keys.int("VXLAN_MAX_ADDRS", 0..=u32::MAX.into())?),
        tos: typed(keys.int("VXLAN_TOS", 0..=255)?),
        ttl: typed(keys.int("VXLAN_TTL", 0..=255)?),
        learning: keys.flag("VXLAN_LEARNING")?,
        proxy: keys.flag("VXLAN_PROXY")?,
        rsc: keys.flag("VXLAN_RSC")?,
        l2miss: keys.flag("VXLAN_L2MISS")?,
        l3miss: keys.flag("VXLAN_L3MISS")?,
    };
    made.links[0].kind = At::new(LinkKind::Vxlan(Box::new(vxlan)), span);
    Ok(())
}

pub(super) fn macvlan(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let tap = keys.text("MACVLAN_DEVICE").is_none();
    let key = |word: &str| format!("{}_{word}", if tap { "MACVTAP" } else { "MACVLAN" });
    let mut macvlan = Macvlan {
        parent: parent(keys, &key("DEVICE"), &own_name(made))?,
        mode: keys.scalar(&key("MODE"))?,
        tap: tap.then(|| At::new(true, span)),
        promiscuous: None,
    };
    let flags = key("FLAGS");
    if let Some(var) = keys.text(&flags) {
        if words(var.value).any(|word| word != "nopromisc") {
            return Err(Bad::new(&flags, var, "`nopromisc`").into());
        }
        macvlan.promiscuous = Some(At::new(false, var.span));
    }
    made.links[0].kind = At::new(LinkKind::Macvlan(Box::new(macvlan)), span);
    Ok(())
}

/// One flag holds for the link; `bridge` is none of the kernel's.
pub(super) fn ipvlan(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let Some(parent) = parent(keys, "IPVLAN_DEVICE", &own_name(made))? else {
        return Err(Rejected::at("`IPVLAN_DEVICE` is missing", span));
    };
    let mut ipvlan = Ipvlan { parent: Some(parent), mode: keys.scalar("IPVLAN_MODE")?, ..Ipvlan::default() };
    if let Some(var) = keys.text("IPVLAN_FLAGS") {
        let flag = |value: bool| Some(At::new(value, var.span));
        match var.value {
            "bridge" => (ipvlan.private, ipvlan.vepa) = (flag(false), flag(false)),
            "private" => ipvlan.private = flag(true),
            "vepa" => ipvlan.vepa = flag(true),
            _ => return Err(Bad::new("IPVLAN_FLAGS", var, "`bridge`, `private` or `vepa`").into()),
        }
    }
    made.links[0].kind = At::new(LinkKind::Ipvlan(Box::new(ipvlan)), span);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::source::SourceId;

    #[test]
    fn a_name_holds_the_vlan_id_behind_the_last_dot_or_at_its_end() {
        let id = |name| id_of(name, Span::new(SourceId(0), 0, 1)).ok().map(VlanId::get);
        assert_eq!(id("eth0.1.20"), Some(20));
        assert_eq!(id("vlan100"), Some(100));
        assert_eq!((id("eth0."), id("storage"), id("vlan5000")), (None, None, None));
    }
}
