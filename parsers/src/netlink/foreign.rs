//! Links that belong to a running program, or that a module makes by itself (netlink-ip.md section 7). They come back
//! with their owner; as configuration they would stand in its way.

use super::snapshot::{LinkState, Seen, Snapshot};
use foldhash::HashMap;

const DOCKER: &str = "bridges of Docker";
const KUBERNETES: &str = "links of Kubernetes' network plug-ins";
const CONTAINERS: &str = "ends of veth pairs that lead into containers";
const LXC: &str = "bridges of LXC, LXD and Incus";
const PODMAN: &str = "bridges of Podman";
const LIBVIRT: &str = "bridges of libvirt's networks";
const GUESTS: &str = "interfaces of guests";
const PROGRAMS: &str = "tun and tap devices of running programs, which end with them";
const HYPERVISORS: &str = "links of VirtualBox and VMware";
const SWITCH: &str = "datapaths of Open vSwitch";
const FALLBACK: &str = "fallback devices of tunnel modules";
const UNUSED: &str = "unused devices that modules make when they are loaded";

/// The fallback device of each module and its kind (fb_tunnels_only_for_init_net of the kernel's documentation).
const FALLBACKS: [(&str, &str); 9] = [
    ("gre0", "gre"),
    ("gretap0", "gretap"),
    ("erspan0", "erspan"),
    ("tunl0", "ipip"),
    ("sit0", "sit"),
    ("ip6tnl0", "ip6tnl"),
    ("ip6gre0", "ip6gre"),
    ("ip_vti0", "vti"),
    ("ip6_vti0", "vti6"),
];

/// The links that are left out, by name, with the reason.
pub(super) fn links(snapshot: &Snapshot) -> HashMap<&str, &'static str> {
    let states: Vec<&LinkState> = snapshot.links.iter().map(|Seen { item, .. }| item).collect();
    let mut found: HashMap<&str, &'static str> = HashMap::default();
    for link in &states {
        if let Some(why) = by_itself(link).or_else(|| unused(link, &states)) {
            found.insert(&link.ifname, why);
        }
    }
    // A tap or veth in a bridge of Docker or libvirt is there for its container or guest.
    for link in &states {
        let master = link.master.as_deref().and_then(|master| found.get(master)).copied();
        let why = match (master, kind(link)) {
            (Some(DOCKER | PODMAN | LXC | KUBERNETES), Some("veth")) => CONTAINERS,
            (Some(LIBVIRT), Some("tun" | "dummy")) => GUESTS,
            _ => continue,
        };
        found.entry(&link.ifname).or_insert(why);
    }
    found
}

fn kind(link: &LinkState) -> Option<&str> {
    link.linkinfo.as_ref().and_then(|info| info.info_kind.as_deref())
}

/// What tells a link's owner by its name, kind and settings.
fn by_itself(link: &LinkState) -> Option<&'static str> {
    let name = link.ifname.as_str();
    let data = |key: &str| link.linkinfo.as_ref().and_then(|info| info.info_data.get(key));
    match kind(link) {
        Some("bridge") if name == "docker0" || name == "docker_gwbridge" || is_hex_of(name, "br-", 12) => {
            Some(DOCKER)
        }
        Some("bridge") if is_numbered(name, "virbr") => Some(LIBVIRT),
        Some("bridge") if matches!(name, "lxcbr0" | "lxdbr0" | "incusbr0") => Some(LXC),
        Some("bridge") if is_numbered(name, "podman") || is_numbered(name, "cni-podman") => Some(PODMAN),
        Some("bridge") if matches!(name, "cni0" | "cbr0" | "kube-bridge") => Some(KUBERNETES),
        Some("vxlan") if matches!(name, "flannel.1" | "vxlan.calico" | "cilium_vxlan") => Some(KUBERNETES),
        Some("dummy") if matches!(name, "kube-ipvs0" | "nodelocaldns") => Some(KUBERNETES),
        Some("veth")
            if name.starts_with("cali") || name.starts_with("cilium_") || is_hex_of(name, "lxc", 12) =>
        {
            Some(KUBERNETES)
        }
        // A namespace without a name is a container's.
        Some("veth")
            if link.link_netnsid.is_some()
                && link.link_netns.is_none()
                && !super::link::is_card_of_container(link) =>
        {
            Some(CONTAINERS)
        }
        Some("tun")
            if is_guest_tap(name) && data("persist").and_then(serde_json::Value::as_bool) != Some(true) =>
        {
            Some(GUESTS)
        }
        Some("tun" | "dummy") if is_nic_of_libvirt(name) => Some(LIBVIRT),
        Some("tun") if data("persist").and_then(serde_json::Value::as_bool) == Some(false) => Some(PROGRAMS),
        Some("macvtap") if is_numbered(name, "macvtap") => Some(GUESTS),
        Some("openvswitch") if name == "ovs-system" => Some(SWITCH),
        Some(kind) if FALLBACKS.contains(&(name, kind)) && data("remote").is_none_or(is_any) => {
            Some(FALLBACK)
        }
        _ if is_numbered(name, "vboxnet") || is_numbered(name, "vmnet") => Some(HYPERVISORS),
        _ => None,
    }
}

fn is_any(json: &serde_json::Value) -> bool {
    matches!(json.as_str(), Some("any" | "0.0.0.0" | "::"))
}

/// `bond0`, `dummy0`, `ifb0`, `ifb1` and `teql0` that nobody has touched: down, alone, without an address.
fn unused(link: &LinkState, states: &[&LinkState]) -> Option<&'static str> {
    let own = matches!(
        (link.ifname.as_str(), kind(link)),
        ("bond0", Some("bond")) | ("dummy0", Some("dummy")) | ("ifb0" | "ifb1", Some("ifb")) | ("teql0", _)
    );
    let is_down = link.flags.as_ref().is_some_and(|flags| !flags.iter().any(|flag| flag == "UP"));
    let is_alone = || {
        link.master.is_none()
            && link.addr_info.is_empty()
            && states.iter().all(|other| {
                other.master.as_deref() != Some(&link.ifname) && other.link.as_deref() != Some(&link.ifname)
            })
    };
    (own && is_down && is_alone()).then_some(UNUSED)
}

/// libvirt's and OpenStack's taps.
fn is_guest_tap(name: &str) -> bool {
    let openstack = name.strip_prefix("tap").and_then(|rest| rest.split_once('-'));
    let is_hex =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_numbered(name, "vnet") || openstack.is_some_and(|(a, b)| is_hex(a, 8) && is_hex(b, 2))
}

fn is_nic_of_libvirt(name: &str) -> bool {
    name.strip_suffix("-nic").is_some_and(|bridge| is_numbered(bridge, "virbr"))
}

/// `virbr` and a number.
fn is_numbered(name: &str, start: &str) -> bool {
    let rest = name.strip_prefix(start);
    rest.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// A name of so many hexadecimal digits.
fn is_hex_of(name: &str, start: &str, length: usize) -> bool {
    name.strip_prefix(start).is_some_and(|d| d.len() == length && d.bytes().all(|b| b.is_ascii_hexdigit()))
}
