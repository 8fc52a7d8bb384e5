//! tun, tap and IP tunnels (ifcfg-tunnel(5)).

use super::keys::{Bad, Keys, typed};
use super::kind::Made;
use super::upper::parent;
use crate::ifcfg::vars::Rejected;
use netpivot_model::link::LinkKind;
use netpivot_model::source::{At, Span};
use netpivot_model::virtual_link::{IpTunnel, Tun, TunMode, TunnelMode, Unsupported};
use std::net::IpAddr;

pub(super) fn read(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let Some(var) = keys.text("TUNNEL") else { return Ok(()) };
    let own = made.links[0].name.as_ref().map_or_else(String::new, |at| at.value.clone());
    let kind = match var.value {
        "tun" => tuntap(keys, TunMode::Tun, span),
        "tap" => tuntap(keys, TunMode::Tap, span),
        "sit" => ip_tunnel(keys, TunnelMode::Sit, &own, span)?,
        "gre" => ip_tunnel(keys, TunnelMode::Gre, &own, span)?,
        "ipip" => ip_tunnel(keys, TunnelMode::Ipip, &own, span)?,
        // Known by name only ("conversion of … tunnels not yet supported").
        "ip6tnl" => LinkKind::Unsupported(Box::new(Unsupported {
            source_type: Some(At::new("ip6tnl".to_owned(), span)),
        })),
        _ => return Err(Bad::new("TUNNEL", var, "one of tun, tap, sit, gre, ipip").into()),
    };
    made.links[0].kind = At::new(kind, span);
    Ok(())
}

fn tuntap(keys: &Keys, mode: TunMode, span: Span) -> LinkKind {
    let tun = Tun {
        mode: Some(At::new(mode, span)),
        owner: keys.owned("TUNNEL_SET_OWNER"),
        group: keys.owned("TUNNEL_SET_GROUP"),
        ..Tun::default()
    };
    LinkKind::Tun(Box::new(tun))
}

fn ip_tunnel(keys: &Keys, mode: TunnelMode, own: &str, span: Span) -> Result<LinkKind, Rejected> {
    let mut tunnel = IpTunnel {
        mode: Some(At::new(mode, span)),
        parent: parent(keys, "TUNNEL_DEVICE", own)?,
        local: Some(outer(keys, "TUNNEL_LOCAL_IPADDR", span)?),
        remote: Some(outer(keys, "TUNNEL_REMOTE_IPADDR", span)?),
        ttl: typed(keys.int("TUNNEL_TTL", 0..=255)?),
        tos: typed(keys.int("TUNNEL_TOS", 0..=255)?),
        pmtudisc: keys.flag("TUNNEL_PMTUDISC")?,
        ..IpTunnel::default()
    };
    if mode == TunnelMode::Gre {
        tunnel.ikey = keys.scalar("TUNNEL_GRE_IKEY")?;
        tunnel.okey = keys.scalar("TUNNEL_GRE_OKEY")?;
    }
    if mode == TunnelMode::Sit
        && let Some(isatap) = keys.flag("SIT_ISATAP")?.filter(|at| at.value)
    {
        tunnel.mode = Some(At::new(TunnelMode::Isatap, isatap.origin));
    }
    Ok(LinkKind::IpTunnel(Box::new(tunnel)))
}

/// wicked refuses a tunnel without both outer addresses.
fn outer(keys: &Keys, key: &str, span: Span) -> Result<At<IpAddr>, Rejected> {
    match keys.scalar::<IpAddr>(key)? {
        Some(at) if at.value.is_ipv4() => Ok(at),
        Some(_) => Err(match keys.text(key) {
            Some(var) => Bad::new(key, var, "an IPv4 address").into(),
            None => Rejected::at(format!("`{key}` is missing"), span),
        }),
        None => Err(Rejected::at(format!("`{key}` is missing"), span)),
    }
}
