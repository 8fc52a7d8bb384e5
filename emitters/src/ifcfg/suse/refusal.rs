//! Links that no file of SUSE's makes: wicked knows no such kind, or would take the file for another one's.

use super::{Job, ovs};
use foldhash::HashSet;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::value::IfName;
use netpivot_model::virtual_link::TunnelMode;
use std::borrow::Cow;
use std::net::IpAddr;

type Why = Option<Cow<'static, str>>;

/// The reason of each link.
pub(super) fn all(job: &Job<'_>) -> Vec<Why> {
    let mut names: HashSet<&str> = HashSet::default();
    let mut found = Vec::with_capacity(job.network.links.len());
    for (id, link) in job.network.links() {
        let role = job.ovs[id.0 as usize];
        let mut why = match role {
            ovs::Role::Layer => None,
            ovs::Role::Lost => Some("SUSE's files have Open vSwitch bridges with plain ports only".into()),
            ovs::Role::None | ovs::Role::Bridge(_) | ovs::Role::Fake { .. } | ovs::Role::Device(_) => {
                of(link, role)
            }
        };
        let name = link.name.as_ref().map_or("", |at| at.value.as_str());
        let wifi = matches!(link.kind.value, LinkKind::Wifi(_));
        if why.is_none() && !matches!(role, ovs::Role::Layer) && !names.insert(name) && !wifi {
            why = Some("another profile of the same interface has the file already".into());
        }
        found.push(why);
    }
    found
}

fn of(link: &Link, role: ovs::Role) -> Why {
    let Some(name) = link.name.as_ref().map(|at| at.value.as_str()) else {
        return Some("it names no interface, and the files go by the name alone".into());
    };
    if let Some(at) = &link.netns {
        return Some(format!("wicked works in the host's own namespace, not in `{}`", at.value).into());
    }
    if name.parse::<IfName>().is_err() || name.contains(|c: char| c.is_control() || c == '\'' || c == '"') {
        return Some(format!("`{name}` is no name of an interface").into());
    }
    const ENDINGS: [&str; 8] =
        ["~", ".old", ".bak", ".orig", ".scpmbackup", ".rpmnew", ".rpmsave", ".rpmorig"];
    if ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name == "template"
        || name.starts_with("template.")
    {
        return Some("wicked passes over a file of that name".into());
    }
    let kind = &link.kind.value;
    if name.starts_with("dummy") && !matches!(kind, LinkKind::Dummy(_)) {
        return Some("wicked takes an interface of that name for a dummy".into());
    }
    if super::kind::is_infiniband(name) && !matches!(kind, LinkKind::Infiniband(_)) {
        return Some("wicked takes an interface of that name for InfiniBand".into());
    }
    if (name == "lo") != matches!(kind, LinkKind::Loopback(_)) {
        return Some("`lo` is the loopback device, and nothing else is".into());
    }
    by_kind(link, name, role)
}

/// The interface below has to have a name, and another one than the link.
fn parent_of(link: &Link, name: &str) -> Why {
    let parents = ["vlan.parent", "vxlan.parent", "macvlan.parent", "ipvlan.parent", "ip_tunnel.parent"];
    let parent = parents.iter().find_map(|path| link.leaf(FieldPath::parse(path))?.value())?.to_string();
    let fits = parent != name && parent.parse::<IfName>().is_ok();
    (!fits).then(|| format!("`{parent}` is no name of an interface below it").into())
}

fn by_kind(link: &Link, name: &str, role: ovs::Role) -> Why {
    if let Some(why) = parent_of(link, name) {
        return Some(why);
    }
    match &link.kind.value {
        LinkKind::Ethernet(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Dummy(_)
        | LinkKind::Loopback(_)
        | LinkKind::Wifi(_)
        | LinkKind::Vxlan(_) => None,
        LinkKind::Macvlan(macvlan) => {
            macvlan.parent.is_none().then(|| "a macvlan wants an interface below".into())
        }
        LinkKind::Team(team) => super::team::refusal(team),
        LinkKind::Vlan(vlan) => {
            let whole = vlan.parent.is_some() && vlan.id.as_ref().is_some_and(|at| at.value.get() <= 4094);
            (!whole).then(|| "a VLAN wants its id and an interface below".into())
        }
        LinkKind::Ipvlan(ipvlan) => {
            let both = [&ipvlan.private, &ipvlan.vepa].iter().all(|f| f.as_ref().is_some_and(|at| at.value));
            let bad = both || ipvlan.parent.is_none();
            bad.then(|| "an ipvlan wants an interface below and has one flag at most".into())
        }
        LinkKind::Tun(tun) => {
            tun.mode.is_none().then(|| "nothing tells whether it is a tun or a tap device".into())
        }
        LinkKind::IpTunnel(tunnel) => {
            let mode = tunnel.mode.as_ref().map(|at| at.value);
            let known = matches!(
                mode,
                Some(TunnelMode::Sit | TunnelMode::Gre | TunnelMode::Ipip | TunnelMode::Isatap)
            );
            let v4 = |said: &Option<netpivot_model::source::At<IpAddr>>| {
                said.as_ref().is_some_and(|at| at.value.is_ipv4())
            };
            let ends = v4(&tunnel.local) && v4(&tunnel.remote);
            (!known || !ends)
                .then(|| "wicked knows sit, gre and ipip tunnels with both outer addresses".into())
        }
        LinkKind::Infiniband(infiniband) => {
            let key = infiniband.p_key.as_ref().map(|at| at.value.get()).filter(|key| *key >= 0);
            let parent = infiniband.parent.as_ref().map(|at| at.value.to_string());
            let fits = match (name.split_once('.'), key) {
                (None, None) => true,
                (Some((below, text)), Some(key)) => {
                    parent.as_deref() == Some(below) && i64::from_str_radix(text, 16) == Ok(key)
                }
                (Some(_), None) | (None, Some(_)) => false,
            };
            (!fits).then(|| "the name of a partition is that of the device below, a dot and its key".into())
        }
        LinkKind::OvsInterface(_) if !matches!(role, ovs::Role::None) => None,
        LinkKind::OvsBridge(_) | LinkKind::OvsPort(_) | LinkKind::OvsInterface(_) => {
            Some("SUSE's files have Open vSwitch bridges with plain ports only".into())
        }
        LinkKind::Unsupported(unsupported) => {
            let word = unsupported.source_type.as_ref().map_or("?", |at| at.value.as_str());
            let known = super::kind::unsupported_keys(word).is_some();
            (!known).then(|| format!("nobody knows links of type `{word}`").into())
        }
        LinkKind::Veth(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Wireguard(_)
        | LinkKind::Macsec(_)
        | LinkKind::Hsr(_)
        | LinkKind::Generic(_) => {
            Some(format!("wicked makes no links of the kind {}", link.kind.value.word()).into())
        }
    }
}
