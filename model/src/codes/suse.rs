//! Findings about SUSE's ifcfg files, which wicked reads (numbers 320 to 339).

crate::codes! {
    LINE_SKIPPED "P320" Warning "skipped-by-wicked":
        "wicked's reader is no shell. It skips a line that is no plain assignment, a value whose quotes do not end in the line, an unquoted value at the end of a file without a line break, and what stands behind a value. What it skipped was not in effect on the host.";
        example: "export IPADDR=192.0.2.1";
    REFUSED "S320" Error "refused-by-wicked":
        "wicked refuses the whole file for what stands here, so it set up nothing for the link. Nothing of it is in the output.";
        example: "BONDING_MASTER=yes and BONDING_MODULE_OPTS='mode'";
    PORT_MADE "S321" Note "port-without-file":
        "A bridge, bond, team or Open vSwitch bridge lists a port that has no file of its own. wicked makes it a port all the same, so the output has a profile for it.";
        example: "BRIDGE_PORTS='eth0' without ifcfg-eth0";
    ROUTE_UNMATCHED "S322" Warning "route-without-interface":
        "A line of the file `routes` names no interface, and no interface has an address in the gateway's network. wicked discards such a route, unless DHCP gives an address later.";
        example: "default 192.0.2.1 - - without an address in that network";
    LATER_ROUTE "S323" Warning "second-route-to-destination":
        "wicked takes the first route to a destination and skips later ones of the same metric and table.";
        example: "default 192.0.2.1 and default 192.0.2.2 in one file";
    TEMPLATE "S324" Note "setting-of-the-template":
        "The setting is as SUSE ships it, or tunes what only wicked and netconfig do. Nothing is lost for the network by leaving it out.";
        example: "DHCLIENT_WAIT_AT_BOOT=\"15\" in the file dhcp";
    FIREWALL_OFF "S325" Warning "zone-without-firewall":
        "wicked hands the zone to firewalld only with FIREWALL=yes, in the file or in `config`; here it is not, so the interface is in no zone of its own.";
        example: "ZONE=public without FIREWALL=yes";
    LOOPBACK "S326" Note "loopback-as-everywhere":
        "The file says of the loopback device what every host has. No profile is written for it.";
        example: "ifcfg-lo with IPADDR=127.0.0.1/8";
    SCRIPT_UNKNOWN "S327" Warning "script-of-no-scheme":
        "wicked runs programs that are named as wicked:NAME, compat:suse:NAME, systemd:UNIT or without a scheme. Another scheme, or an empty name, is passed over.";
        example: "POST_UP_SCRIPT='sysv:announce'";
}
