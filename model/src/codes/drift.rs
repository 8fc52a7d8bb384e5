//! Findings of an audit: where the running kernel is not what the configuration makes of it (D0xx), and what of the configuration
//! would break on another release (D1xx).

crate::codes! {
    LINK_MISSING "D001" Error "link-missing":
        "The configuration starts a link that the kernel does not have. A virtual one was deleted or never made; a card was taken out, or has another name.";
        example: "auto br0 and no link br0";
    LINK_DOWN "D002" Error "link-down":
        "The configuration starts the link, and the kernel has it administratively down. What it should carry is cut off.";
        example: "auto eth0, then `ip link set eth0 down`";
    SETTING_DIFFERS "D003" Warning "setting-differs":
        "A setting that the configuration says, or that its program sets by itself, has another value in the kernel. The next restart of the network changes it back.";
        example: "bridge_stp off, then `ip link set br0 type bridge stp_state 1`";
    ADDRESS_MISSING "D004" Error "address-missing":
        "The configuration gives the link an address that the kernel does not have there.";
        example: "address 192.0.2.1/24, then `ip address del 192.0.2.1/24 dev eth0`";
    ADDRESS_UNKNOWN "D005" Warning "address-unknown":
        "The link has an address that no configuration gives it, no lease, no advertisement and no program that is known. The next restart of the network takes it away.";
        example: "ip address add 192.0.2.9/24 dev eth0";
    ROUTE_MISSING "D006" Error "route-missing":
        "The kernel lacks a route of the configuration, or has it by another way.";
        example: "gateway 192.0.2.254, then `ip route del default`";
    ROUTE_UNKNOWN "D007" Warning "route-unknown":
        "The kernel has a route that no configuration has and that no kernel, lease, advertisement or routing daemon made.";
        example: "ip route add 10.0.0.0/8 via 192.0.2.7";
    PORT_ELSEWHERE "D008" Error "port-elsewhere":
        "A link is a port of another bridge, bond or VRF than the configuration says, or of one though the configuration says of none.";
        example: "bridge_ports eth1 of br0, then `ip link set eth1 master br1`";
    RULE_MISSING "D009" Error "rule-missing":
        "The kernel lacks a policy rule of the configuration, so that packets take another way.";
        example: "ip rule add from 192.0.2.0/24 table 7, then `ip rule del …`";
    RULE_UNKNOWN "D010" Warning "rule-unknown":
        "The kernel has a policy rule that no configuration has and that is no known program's.";
        example: "ip rule add from 192.0.2.0/24 table 7";
    NO_LEASE "D011" Error "no-lease":
        "The configuration asks for an address by DHCP, and the link has none that a server gave.";
        example: "iface eth0 inet dhcp, and no address on eth0";
    TWO_OWNERS "D012" Warning "two-owners":
        "Several formats start the same link, so that several programs work on it: which of them wins depends on the order in which they start.";
        example: "eth0 in /etc/network/interfaces and in a keyfile";
    ORPHAN_FILE "D013" Warning "orphan-file":
        "A file belongs to a link that no other file configures, so that no program reads it.";
        example: "route-eth9 without ifcfg-eth9";
    IGNORED_FILE "D014" Note "ignored-file":
        "A file in a configuration folder looks like configuration and is read by no program.";
        example: "ifcfg-eth0.bak";
    UNOWNED_LINK "D015" Note "unowned-link":
        "A link is in use that no configuration speaks of. After a restart of the host it has no address.";
        example: "ip link add br9 type bridge; ip address add 192.0.2.1/24 dev br9";
    STARTED_BY_HAND "D016" Note "started-by-hand":
        "A link is up that its configuration does not start by itself: somebody did. After a restart of the host it is down.";
        example: "iface eth1 inet dhcp without auto, then `ifup eth1`";
    NO_CARRIER "D017" Warning "no-carrier":
        "The configuration starts the card, which is up and has no carrier: the cable, the other end or the wireless network is missing.";
        example: "\"flags\": [\"NO-CARRIER\", \"UP\"] of eth0";
    INSECURE_PROFILE "D018" Error "insecure-profile":
        "NetworkManager ignores a profile that others than root own or may read, as it may hold secrets. It works until NetworkManager reads its files again: after that the link has no configuration.";
        example: "a keyfile of mode 0644";
    UNREAD_CONFIGURATION "D019" Error "unread-configuration":
        "A file or folder of the configuration cannot be read, mostly for want of permission. The audit knows nothing of what stands there: neither that it agrees with the kernel nor that it does not.";
        example: "a user without the rights to read /etc/NetworkManager/system-connections";
    BROKEN_CONFIGURATION "D020" Error "broken-configuration":
        "A file of the configuration has a fault for which its own program refuses it, or a part of it. What runs may be older than the fault, and is gone after the next restart.";
        example: "address 192.0.2.300 in /etc/network/interfaces";
    UNKNOWN_FORMAT "D021" Note "unknown-format":
        "The host has network configuration of a program whose files netpivot does not read (netplan, systemd-networkd, wicked's own XML). Links that these files alone configure are told as links that no configuration speaks of.";
        example: "/etc/systemd/network/10-eth1.network beside an interfaces file";
    ENDS_ON_RELEASE "D101" Error "ends-on-release":
        "The release that `--for` names has no reader of this file or key, no package or no driver for it: what it says has no effect there. The finding has the fact's own severity, its cure and its source.";
        example: "ifcfg-eth0 and `audit --for rhel10`";
    FAILS_ON_RELEASE "D102" Error "fails-on-release":
        "The setting is still read on the release that `--for` names, and fails there. The finding has the fact's own severity, its cure and its source.";
        example: "iface eth0 inet6 dhcp and `audit --for debian13`";
    CHANGES_ON_RELEASE "D103" Warning "changes-on-release":
        "The setting works on the release that `--for` names, and does something else there: another interface name, another address, another default. The finding has the fact's own severity, its cure and its source.";
        example: "DEVICE=ens3 without HWADDR and `audit --for rhel10`";
    BLOCKS_UPGRADE "D104" Error "blocks-upgrade":
        "The vendor's own migration to the release that `--for` names stops at the setting, or goes on without it. The finding has the fact's own severity, its cure and its source.";
        example: "POST_UP_SCRIPT=firewall.sh and `audit --for sles16`";
    ANOTHER_FAMILY "D105" Warning "another-family":
        "The host is of another family of distributions than the release that `--for` names, by its os-release(5). That nothing else is found does not mean that its files work there.";
        example: "ID=debian and `audit --for rhel10`";
}
