//! Findings about routes, policy rules and interface names in host files (numbers 220 to 249).

crate::codes! {
    BAD_ROUTE "P220" Warning "route-not-understood":
        "A line or key of a route file is no route for any program that reads the file: `ip route` refuses it, or nothing looks at it. It has no effect on the host.";
        example: "10.7.0.0/16 via 10.5.0.1 # to the lab";
    BAD_RULE "P221" Warning "rule-not-understood":
        "A line of a rule file or a ROUTING_RULE key is no policy rule for the program that reads it, so it has no effect on the host.";
        example: "from 10.5.0.0/24 tabel 100";
    ROUTE_DROPPED "S220" Warning "route-dropped-by-networkmanager":
        "NetworkManager drops a route line for one word that it does not know (`proto`, `nexthop`, the name of a table, a dotted netmask …). initscripts hands the line to `ip route`, which would add the route. Under NetworkManager the host never had it.";
        example: "10.7.0.0/16 via 10.5.0.1 table main";
    ROUTE_FILE_UNREAD "S221" Warning "route-file-unread":
        "A route or rule file that initscripts read and NetworkManager does not: it looks only at the file named after the ifcfg file, not after the device, and knows neither NAME.route nor /etc/sysconfig/static-routes.";
        example: "route-eth0 beside ifcfg-uplink with DEVICE=eth0";
    ROUTE_WORD_IGNORED "S222" Warning "route-word-ignored":
        "NetworkManager takes the word and does nothing with it: `dev` of another interface (the route goes to the profile's own), `tos` and `scope` of an IPv6 route.";
        example: "10.7.0.0/16 via 10.5.0.1 dev eth2 in route-eth0";
    ROUTE_GAP "S223" Warning "route-number-unread":
        "ADDRESSn keys are read from 0 up to the first number that is missing; NETMASKn, GATEWAYn and the others only with their ADDRESSn. What comes after a gap is read by nobody.";
        example: "ADDRESS0=10.7.0.0 and ADDRESS2=10.8.0.0 without ADDRESS1";
    ROUTE_CLASSFUL "S224" Warning "route-netmask-guessed":
        "A route without NETMASKn gets the length of the old address classes from initscripts. NetworkManager refuses the whole profile for it.";
        example: "ADDRESS0=10.7.0.0 without NETMASK0";
    ROUTE_KEY_OF_NM "S225" Warning "route-key-of-networkmanager":
        "METRICn and OPTIONSn are keys of NetworkManager. initscripts add the route without them.";
        example: "METRIC0=50 in a route file, with initscripts";
    ROUTE_REPLACED "S226" Warning "route-replaced":
        "Two lines name one destination, metric and table. `ip route add` fails for the second and initscripts falls back to `ip route replace`, so the second takes the place of the first.";
        example: "10.7.0.0/16 via 10.5.0.1 and 10.7.0.0/16 via 10.5.0.2";
    ROUTE_WITHOUT_DEVICE "S227" Warning "route-without-device":
        "The line names neither a gateway nor a device, so `ip route add` fails for it under initscripts. The output gives it to the profile's own interface, which is what it was written for.";
        example: "192.168.46.0/30 alone on a line of route-eth0";
    ROUTE_HOST_BITS "S228" Warning "route-with-host-bits":
        "The destination has bits set behind its prefix length. The kernel refuses such an IPv4 route, so the host never had it.";
        example: "10.7.0.5/16 via 10.5.0.1";
    ROUTES_OF_DISABLED "S229" Warning "routes-without-addresses":
        "NetworkManager does not read the IPv4 routes of a profile whose IPv4 is disabled: no BOOTPROTO and no IPADDR.";
        example: "route-eth0 beside an ifcfg-eth0 without IPADDR";
    RULE_FILE "S230" Note "rules-by-dispatcher":
        "NetworkManager's ifcfg reader knows no rule files. Where one is present it also leaves out the profile's routes, its route tables and its ROUTING_RULE keys, and a dispatcher script applies rule and route files the way initscripts do. That script works for ifcfg files only; NetworkManager's own migration therefore loses rules and routes. They are in the output.";
        example: "rule-eth0 beside route-eth0 and ifcfg-eth0";
    RULE_PRIORITY "S231" Warning "rule-without-priority":
        "A rule without priority gets one below all others from the kernel (32765, then 32764, …), so of several the last one wins. A keyfile needs a number: the output gives these rules numbers in that order.";
        example: "from 10.5.0.0/24 table 100 in rule-eth0";
    RULE_KEY_UNREAD "S232" Warning "rule-key-unread":
        "ROUTING_RULE keys are read by NetworkManager only, and only where the profile has no rule file.";
        example: "ROUTING_RULE_0=\"priority 5 from 10.5.0.0/24 table 100\" beside rule-eth0";
    ROUTE_ELSEWHERE "S233" Warning "route-of-another-interface":
        "A route names an interface other than the one whose file it stands in. It belongs to that interface's link; where no file configures that interface, nobody can be given the route.";
        example: "10.7.0.0/16 dev eth2 in route-eth0, with initscripts";
    NAMED_BY_RULE "N220" Note "name-given-by-host-file":
        "A udev rule or a .link file gives the interface its name by its hardware address. The output uses that name: keep the file, or the name will differ after the next boot.";
        example: "70-persistent-net.rules with NAME=\"eth0\"";
    NAME_CONTRADICTS "N221" Warning "name-contradicts-host-file":
        "The configuration ties an interface name to one hardware address, a udev rule or a .link file ties it to another. The profile will not start on the card that gets the name.";
        example: "HWADDR in ifcfg-eth0 differs from ATTR{address} of the rule with NAME=\"eth0\"";
    NAME_TWICE "N222" Warning "name-given-twice":
        "Two rules give one name to different hardware addresses. Only one card can have it; which one is a race at boot.";
        example: "two lines with NAME=\"eth0\" in 70-persistent-net.rules";
}
