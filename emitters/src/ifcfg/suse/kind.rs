//! What a file is: the keys of its kind.

use super::profile::Profile;
use super::{Job, ovs};
use netpivot_model::bridge::VlanProtocol;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::link::LinkKind;
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;
use netpivot_model::virtual_link::{Ipvlan, TunnelMode};

/// The assignment that makes a link one of a kind that only its leftovers describe. What a kind of PPP is called
/// comes from a SUSE file.
pub(super) fn unsupported_keys(word: &str) -> Option<(&'static str, &str)> {
    match word {
        "ipvtap" => Some(("IPVTAP", "yes")),
        "ip6tnl" => Some(("TUNNEL", "ip6tnl")),
        word if ["ppp", "pppoe", "pptp", "capi-adsl", "pppoatm"].contains(&word) => Some(("PPPMODE", word)),
        _ => None,
    }
}

/// True for a name that makes a link one of InfiniBand.
pub(super) fn is_infiniband(name: &str) -> bool {
    name.strip_prefix("ib").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

impl Job<'_> {
    /// Writes the keys of the kind that have no row of their own.
    pub(super) fn kind(&mut self, p: &mut Profile<'_>) {
        match &p.link.kind.value {
            LinkKind::Ethernet(_) | LinkKind::Loopback(_) | LinkKind::Infiniband(_) => {}
            LinkKind::Dummy(_) => {
                if !p.name.starts_with("dummy") {
                    p.sheet.set("INTERFACETYPE", "dummy");
                }
            }
            LinkKind::Bridge(_) => {
                p.sheet.set("BRIDGE", "yes");
                self.bridge_ports(p);
            }
            LinkKind::Bond(bond) => self.bond(p, bond),
            LinkKind::Team(team) => self.team(p, team),
            LinkKind::Vxlan(_) => p.sheet.set("VXLAN", "yes"),
            LinkKind::Vlan(_) => self.vlan(p),
            LinkKind::Macvlan(_) => self.macvlan(p),
            LinkKind::Ipvlan(ipvlan) => self.ipvlan(p, ipvlan),
            LinkKind::Tun(_) => {
                let mode = p.said("tun.mode").map_or_else(String::new, |mode| mode.to_string());
                p.sheet.set("TUNNEL", mode);
                p.done("tun.mode");
            }
            LinkKind::IpTunnel(_) => self.tunnel(p),
            LinkKind::Wifi(_) => self.wifi(p),
            LinkKind::OvsInterface(_) => {
                if !matches!(self.ovs[p.id.0 as usize], ovs::Role::Device(_)) {
                    self.ovs_bridge(p);
                }
            }
            LinkKind::Unsupported(_) => {
                let word =
                    p.said("unsupported.source_type").map_or_else(String::new, |word| word.to_string());
                if let Some((key, value)) = unsupported_keys(&word) {
                    p.sheet.set(key, value);
                }
                p.done("unsupported.source_type");
            }
            LinkKind::Veth(_)
            | LinkKind::Geneve(_)
            | LinkKind::Vrf(_)
            | LinkKind::Wireguard(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::Generic(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_) => {}
        }
        if matches!(p.link.kind.value, LinkKind::Infiniband(_)) {
            p.done("infiniband.p_key");
            p.done("infiniband.parent");
            self.infiniband_sign(p);
        }
    }

    /// Without its usual name (`ib0`) only a key makes a link one of InfiniBand.
    fn infiniband_sign(&mut self, p: &mut Profile<'_>) {
        if is_infiniband(&p.name) {
            return;
        }
        let path = FieldPath::parse("infiniband.transport_mode");
        match self.meant(p.id, path) {
            Some(mode) => self.set(p, path, "IPOIB_MODE", mode.to_string()),
            None => {
                p.sheet.set("IPOIB_MODE", "datagram");
                self.added(p, "infiniband.transport_mode", "mode-of-the-kernel");
            }
        }
    }

    fn vlan(&mut self, p: &mut Profile<'_>) {
        let text = |p: &Profile<'_>, path| p.said(path).map_or_else(String::new, |value| value.to_string());
        let (parent, id) = (text(p, "vlan.parent"), text(p, "vlan.id"));
        self.set(p, FieldPath::parse("vlan.parent"), "ETHERDEVICE", parent);
        self.set(p, FieldPath::parse("vlan.id"), "VLAN_ID", id);
        let LinkKind::Vlan(vlan) = &p.link.kind.value else { return };
        if let Some(at) = &vlan.protocol {
            let word = match at.value {
                VlanProtocol::Ieee8021Q => "ieee802-1Q",
                VlanProtocol::Ieee8021Ad => "ieee802-1ad",
            };
            p.sheet.set("VLAN_PROTOCOL", word);
            p.done("vlan.protocol");
        }
    }

    fn macvlan(&mut self, p: &mut Profile<'_>) {
        let tap = p.said("macvlan.tap") == Some(Value::Bool(true));
        let key = |word: &str| format!("{}_{word}", if tap { "MACVTAP" } else { "MACVLAN" });
        p.done("macvlan.tap");
        let path = FieldPath::parse("macvlan.parent");
        if let Some(parent) = p.said("macvlan.parent") {
            self.set(p, path, &key("DEVICE"), parent.to_string());
        }
        let path = FieldPath::parse("macvlan.mode");
        if let Some(mode) = self.meant(p.id, path) {
            self.set(p, path, &key("MODE"), mode.to_string());
        }
        let path = FieldPath::parse("macvlan.promiscuous");
        if self.meant(p.id, path) == Some(Value::Bool(false)) {
            self.set(p, path, &key("FLAGS"), "nopromisc");
        }
    }

    fn ipvlan(&mut self, p: &mut Profile<'_>, ipvlan: &Ipvlan) {
        p.sheet.set("IPVLAN", "yes");
        let flag = |said: &Option<netpivot_model::source::At<bool>>| said.as_ref().map(|at| at.value);
        let word = match (flag(&ipvlan.private), flag(&ipvlan.vepa)) {
            (Some(true), _) => "private",
            (_, Some(true)) => "vepa",
            (Some(false), Some(false)) => "bridge",
            (_, _) => return,
        };
        p.sheet.set("IPVLAN_FLAGS", word);
        p.done("ipvlan.private");
        p.done("ipvlan.vepa");
    }

    fn tunnel(&mut self, p: &mut Profile<'_>) {
        let LinkKind::IpTunnel(tunnel) = &p.link.kind.value else { return };
        let mode = tunnel.mode.as_ref().map(|at| at.value);
        let isatap = mode == Some(TunnelMode::Isatap);
        p.sheet.set("TUNNEL", if isatap { "sit" } else { mode.map_or("", |mode| mode.as_str()) });
        p.done("ip_tunnel.mode");
        if isatap {
            p.sheet.set("SIT_ISATAP", "yes");
        }
        for (path, key) in [("ip_tunnel.ikey", "TUNNEL_GRE_IKEY"), ("ip_tunnel.okey", "TUNNEL_GRE_OKEY")] {
            let Some(value) = p.said(path).map(|value| value.to_string()) else { continue };
            if mode == Some(TunnelMode::Gre) {
                self.set(p, FieldPath::parse(path), key, value);
            } else {
                self.cannot(
                    p,
                    FieldPath::parse(path),
                    &codes::REFUSED,
                    format!("`{key}` takes a number, for gre"),
                );
            }
        }
    }
}
