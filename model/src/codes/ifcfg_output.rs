//! Findings about written ifcfg files (numbers 400 to 449).

crate::codes! {
    KIND "L401" Loss "ifcfg-kind":
        "No ifcfg file makes a link of this kind for the program in charge: NetworkManager's ifcfg plugin knows Ethernet, wireless, InfiniBand, bonds, bridges, teams and VLANs; initscripts know tunnels, tap devices, veth pairs and Open vSwitch besides.";
        example: "a WireGuard profile converted to ifcfg";
    SETTING "L402" Loss "ifcfg-setting":
        "A setting has no key in ifcfg files, or the program in charge does not read that key, so the host is without it.";
        example: "ipv6.mtu of a keyfile converted to ifcfg";
    REFUSED "L403" Loss "ifcfg-value-refused":
        "The program in charge would refuse the value, or the whole file because of it, so it is left out.";
        example: "a DHCP_FQDN without a dot";
    ROUTE "L404" Loss "ifcfg-route":
        "A route has a part that a route file cannot say to the program in charge, or the program does not read the file.";
        example: "a multipath route converted to ifcfg";
    RULE "L405" Loss "ifcfg-rule":
        "A policy rule has a part that the program in charge does not take.";
        example: "from all goto 100, converted to ifcfg";
    ADDRESS "L406" Loss "ifcfg-address":
        "An address has an attribute that ifcfg files cannot say to the program in charge, or stands where no key reaches it.";
        example: "an address with a lifetime converted to ifcfg";
    BESIDE "L407" Loss "ifcfg-beside-profiles":
        "ifcfg files have no words for namespaces, static neighbours, forwarding entries, address translation and kernel settings.";
        example: "net.ipv4.ip_forward=1 set by a script, converted to ifcfg";
    IDENTITY "W408" Note "suse-profile-identity":
        "A profile's name and UUID are known to NetworkManager only; SUSE's files go by the interface's name. Nothing on a host with wicked needs them.";
        example: "uuid= of a keyfile converted to ifcfg:suse";
    BY_NAME "W409" Warning "suse-by-name":
        "The source ties the profile to a device by its hardware address. A file of SUSE's goes by the interface's name alone: if the kernel names the device otherwise, the file does not apply. A udev rule in 70-persistent-net.rules names it.";
        example: "HWADDR=52:54:00:12:34:56 converted to ifcfg:suse";
    PROFILE_DNS "W411" Note "name-servers-of-a-profile":
        "The source has name servers of the host, whichever links are up (netconfig(8)). NetworkManager's ifcfg files have none of the host, so the profile with the default route gets them.";
        example: "NETCONFIG_DNS_STATIC_SERVERS converted from ifcfg:suse to ifcfg:networkmanager";
    HOST_DNS "W410" Note "name-servers-of-the-host":
        "SUSE's name servers are the host's (netconfig(8), NETCONFIG_DNS_STATIC_SERVERS in `config`), not a link's. They are asked whether the link is up or not.";
        example: "dns=192.0.2.53 of a keyfile converted to ifcfg:suse";
}
