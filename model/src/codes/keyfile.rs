//! Findings about NetworkManager keyfiles (numbers 300 to 399).

crate::codes! {
    UNREADABLE "P301" Error "keyfile-syntax":
        "GKeyFile, NetworkManager's reader, refuses the whole file for one bad line: a comment with `;`, a line without `=`, a key before the first group, a byte order mark. The profile does not exist for NetworkManager.";
        example: "a line `; comment`";
    BAD_VALUE "P302" Warning "keyfile-bad-value":
        "NetworkManager does not take the value (`yes` is no boolean in a keyfile), logs a warning and keeps the property's default, so the line has no effect.";
        example: "may-fail=no";
    OVERRIDDEN "P303" Warning "keyfile-key-overridden":
        "A key stands twice, or under its old and its new name, or in a group that is there in two spellings. Only the last one counts, the others have no effect.";
        example: "method=auto and method=manual in one [ipv4]";
    FOREIGN_GROUP "S301" Warning "keyfile-foreign-group":
        "A group of keys does not belong to a profile of this type; NetworkManager keeps it without effect.";
        example: "[bond] in a profile of type=ovs-interface";
    PORT_ADDRESSES "S302" Warning "keyfile-port-with-addresses":
        "A profile with a controller has no IP configuration and no proxy: NetworkManager drops `[ipv4]`, `[ipv6]` and `[proxy]` of ports (but not of a VRF's).";
        example: "controller=br0 and [ipv4] address1=192.0.2.1/24 in one profile";
    REFUSED "S303" Error "keyfile-refused":
        "A profile lacks something that NetworkManager demands, so it refuses the profile as a whole.";
        example: "[ipv4] without method=";
    UNSUPPORTED_TYPE "S304" Warning "keyfile-type-unsupported":
        "The profile is of a type that netpivot has no model for (VPN, mobile broadband, PPPoE …). Written as a keyfile it stays as it is; other formats cannot have it.";
        example: "type=vpn";
    UNMANAGED_PATTERN "N302" Note "keyfile-device-elsewhere":
        "A file beside the profiles (a .link file, an unmanaged-devices list) says something of devices that no profile can carry. It goes on working where it stands.";
        example: "unmanaged-devices=driver:veth";
    DISPATCHER "H301" Note "dispatcher-script":
        "NetworkManager runs this script when links go up or down. It is a program, so what it does is not known; it goes on working where it stands as long as NetworkManager is in charge.";
        example: "/etc/NetworkManager/dispatcher.d/10-site";
    RENAME "N301" Warning "keyfile-rename-by-mac":
        "The source gives the device with this hardware address its name (HWADDR and DEVICE of an ifcfg file). A keyfile only matches: if the kernel names the device otherwise, the profile does not apply. `--with-link-files` writes a .link file that names it.";
        example: "HWADDR=52:54:00:12:34:56 and DEVICE=lan0";
    MADE_MANAGED "W301" Warning "keyfile-unmanaged-becomes-managed":
        "The source keeps NetworkManager from the device (NM_CONTROLLED=no). On a host that loses initscripts nobody else would start it, so it becomes a managed profile; `--unmanaged` writes an unmanaged-devices list instead.";
        example: "NM_CONTROLLED=no";
    KEPT_UNMANAGED "L305" Loss "keyfile-unmanaged-profile":
        "An unmanaged device is written as an entry of unmanaged-devices, which carries no settings; somebody else has to configure the device.";
        example: "NM_CONTROLLED=no with IPADDR=, converted with --unmanaged";
    TOO_NEW "L301" Loss "keyfile-release-too-old":
        "The target's release of NetworkManager does not know the key yet and would ignore it. A later target (`-t keyfile@1.56`) takes it.";
        example: "down-on-poweroff for keyfile@1.42";
    ROUTE "L302" Loss "keyfile-route":
        "A route has a part that keyfiles cannot say: the protocol, realms, an encapsulation, another device, a next hop of the other family.";
        example: "10.0.0.0/8 via 192.0.2.1 proto static";
    RULE "L303" Loss "keyfile-rule":
        "A policy rule has a part that keyfiles cannot say: goto, realms, l3mdev, a tunnel id, a suppressed interface group.";
        example: "from all goto 100";
    ADDRESS "L304" Loss "keyfile-address":
        "An address has a label, broadcast address or scope, which keyfiles cannot say; the address itself is written.";
        example: "IPADDR with BROADCAST under initscripts";
    PEER_ROUTE "W302" Note "keyfile-peer-becomes-route":
        "An address has a peer, as on a tunnel. Keyfiles have no word for it; the profile gets the route to the peer that the kernel adds for such an address, so the peer is reached all the same.";
        example: "PEER_INNER_IPADDR=10.255.0.2 of a tunnel";
    NO_PREFIX_ROUTE "W303" Note "keyfile-address-without-prefix-route":
        "The source has an address without the route of its prefix (`noprefixroute`, or the route is deleted after it). NetworkManager makes such a route for every address but those whose length is all bits, so the address is written with that length.";
        example: "ip route del 192.168.10.0/24 dev tap0 after ip addr add 192.168.10.2/24 dev tap0";
    SHARED "W305" Note "keyfile-shared":
        "The source forwards, masquerades and serves DHCP and DNS for the link's network, which is what NetworkManager's method `shared` does. Since release 1.52 the profile can say which addresses are given out; before, NetworkManager chooses them, so the method is not used.";
        example: "libvirt's default network";
    LEASE "W306" Warning "dhcp6-by-advertisement":
        "The source asks a DHCPv6 server in any case and takes router advertisements besides. NetworkManager's method `dhcp` takes no advertisements, from which the default route comes, so the method becomes `auto`: NetworkManager then asks the server where the advertisement says that addresses are managed.";
        example: "iface eth0 inet6 dhcp, converted to a keyfile";
    WIRELESS_NAME "W307" Warning "keyfile-wireless-by-name":
        "The interface has the name of a wireless card (`wl…`, systemd.net-naming-scheme(7)), and the source says nothing that is wireless about it. The profile is one of type ethernet, which NetworkManager does not use for a wireless card; a profile of type wifi needs a network's name.";
        example: "bridge_ports eth0 wlan0";
    TWO_DEFAULTS "W308" Warning "keyfile-default-beside-dhcp":
        "The source sets a default route on a link that gets one by DHCP as well. With ifup and scripts the command that runs later replaces or precedes the other one; NetworkManager sets both up with the metric of the device, and which of them counts is not said.";
        example: "iface eth0 inet dhcp with up ip route replace default via 192.0.2.254";
    SETTING "L306" Loss "keyfile-setting":
        "A setting of the link has no key in a profile of this type, so NetworkManager cannot apply it.";
        example: "a hardware address to set on an InfiniBand link";
    BESIDE "L307" Loss "keyfile-beside-profiles":
        "Profiles have no words for namespaces, static neighbours, forwarding entries, address translation and kernel settings; NetworkManager leaves them alone.";
        example: "net.ipv4.ip_forward=1 set by a script, converted to a keyfile";
}
