//! Findings about what interfaces files cannot say (numbers 480 to 499).

crate::codes! {
    SETTING "L480" Loss "interfaces-setting":
        "No option of the target's program, and no command of ip(8) or ethtool(8) in its place, says the setting. It is missing after the conversion.";
        example: "ipv4.never-default=true of a keyfile";
    KIND "L481" Loss "interfaces-kind":
        "The target's program makes no link of that kind, and no single command does: a team, a MACsec link with its key daemon, a link of which only the name of its kind is known.";
        example: "a keyfile of type=team";
    NAME "L482" Loss "interfaces-name":
        "An `iface` stanza is for one interface by its name. A profile that names no device, a second profile of the same device, or a name that the file cannot hold has no stanza.";
        example: "two keyfiles with interface-name=eth0";
    METHOD "L483" Loss "interfaces-method":
        "The target's program has no method that gets addresses this way, so the interface gets none in that family.";
        example: "ipv6.method=shared of a keyfile";
    VALUE "L484" Loss "interfaces-value":
        "The value cannot stand in an interfaces file, which has no quoting: a line break, blanks at the ends, a backslash at the end, a `#` for ifupdown-ng, a `%` or backslash for ifupdown2.";
        example: "an SSID that ends in a backslash";
    ENTRY "L485" Loss "interfaces-entry":
        "A route, rule, neighbour or other entry has no interface whose stanza could hold its command, or is one that no single command makes.";
        example: "iptables -t nat -A POSTROUTING -d 192.0.2.0/24 -j ACCEPT in a script";
    PACKAGES "W480" Note "interfaces-packages":
        "Options of the file belong to scripts of other packages. Without a package its options do nothing: no bridge, no bond, no name servers.";
        example: "a bridge, which needs bridge-utils under ifupdown";
    IDENTITY "W481" Note "interfaces-profile-identity":
        "A profile's name and UUID are known to NetworkManager only. Nothing on a host without it needs them.";
        example: "uuid= of a keyfile";
    BY_NAME "W482" Warning "interfaces-by-name":
        "The source ties the profile to a device by its hardware address. A stanza goes by the interface's name alone: if the kernel names the device otherwise, the stanza does not apply. `--with-link-files` writes a .link file that names it.";
        example: "HWADDR=52:54:00:12:34:56 in an ifcfg file";
    METRIC "W483" Warning "interfaces-default-route-metric":
        "NetworkManager gives each default route a metric of its own where the profile says none. ifup leaves it to the kernel, which refuses a second route of the same metric, and the interface then fails. So each further default route gets a number; the one of the first interface is preferred.";
        example: "gateways on eth0 and eth1, without route-metric, in two keyfiles";
}
