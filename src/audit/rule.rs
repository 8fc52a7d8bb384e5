//! The rules by which a difference is nobody's change. docs/audit.md prints this table.

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `dhcp`.
    pub name: &'static str,
    /// Why such a difference is no drift.
    pub why: &'static str,
}

macro_rules! rules {
    ($( $ident:ident $name:literal: $why:literal; )*) => {
        $( #[doc = $why] pub static $ident: Rule = Rule { name: $name, why: $why }; )*
        /// All rules, in the order of the documentation.
        pub static ALL: &[&Rule] = &[$( &$ident ),*];
    };
}

rules! {
    LEASE "lease": "The address or route comes from a DHCP lease, which the configuration asks for; routes without a mark stand in dhclient's lease file.";
    UNMARKED_LEASE "unmarked-lease": "A DHCP client that tells the kernel no lifetimes (udhcpc, dhclient's routes) set the address, or the default route and the way to its gateway.";
    ADVERTISEMENT "advertisement": "The address or route comes from a router's advertisement, which the configuration does not switch off.";
    KERNEL "kernel": "The kernel makes it by itself: link-local addresses, the loopback's, routes to the prefixes of addresses, to multicast groups and in the table `local`.";
    TEMPORARY "temporary": "A temporary IPv6 address (RFC 8981), which changes every day.";
    ZEROCONF "zeroconf": "169.254.0.0/16: IPv4 link-local, or the route that initscripts add to each static link unless NOZEROCONF is set.";
    DAEMON "daemon": "The route carries the mark (rt_protos) of a routing daemon.";
    PROGRAM "program": "The link belongs to a running program or comes with a module: containers, guests, libvirt's bridges, VPNs, fallback tunnels.";
    PREFIX_ROUTE "prefix-route": "The route leads to the prefix of an address of the link, or to its gateway; NetworkManager makes such routes itself, to give them a metric.";
    ALLOWED_IPS "allowed-ips": "The route leads to the networks of a WireGuard peer; NetworkManager and wg-quick make them.";
    SHARED "shared": "NetworkManager's `method=shared` chooses a subnet of 10.42.0.0/16 itself.";
    FOLLOWS "follows": "It follows from another finding: the link is down, or has no carrier, or what it stands on is missing.";
    HOTPLUG "hotplug": "The configuration starts the link when the device appears, and it is not there.";
    BY_HAND "by-hand": "The configuration does not start the link by itself.";
    UNMANAGED "unmanaged": "The configuration keeps its program away from the link (`NM_CONTROLLED=no`, `unmanaged-devices`).";
    OTHER_PROFILE "other-profile": "The device has several profiles in one format, and another one fits better: it is the active one.";
    ANOTHER_OWNER "another-owner": "Another format owns the link, too, and the kernel is as that one says.";
    UNOWNED "unowned": "It belongs to a link that no configuration speaks of, which is told as a whole.";
    NO_DEVICE "no-device": "The profile names no device, and none that is free fits it.";
    STP_TIMES "stp-times": "NetworkManager sets times and the priority of a bridge with the spanning tree on only, and the kernel lifts a forward delay under 2 s then.";
    ANOTHER_MODE "another-mode": "The bond's mode has no use for the setting, and the kernel does not take it.";
    VRF_RULES "vrf-rules": "Where VRFs are, the rule of the table `local` stands behind theirs (Documentation/networking/vrf.rst; ifupdown2 moves it), and the kernel's own one is deleted.";
    DEFAULT_VLAN "default-vlan": "NetworkManager puts each port into the default VLAN itself, so that the bridge has none.";
    ROOT_MADE "open-vswitch": "Open vSwitch keeps it in its own database, which the kernel does not show.";
    IDLE_MANUAL "left-down": "ifupdown's method `manual` sets no link up by itself.";
    IGNORED "ignored": "The ignore file names it.";
    BASELINE "baseline": "An earlier run told it already.";
    UNREAD "unread": "No configuration that could be read says it, and a part could not be read (D019).";
    FILE "no-configuration": "The file is no configuration of a link: a script, a client's own file, the loopback device.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_each_rule() {
        let text = include_str!("../../docs/audit.md");
        for rule in ALL {
            let row = format!("| `{}` | {} |", rule.name, rule.why);
            assert!(text.contains(&row), "docs/audit.md lacks {row}");
        }
    }
}
