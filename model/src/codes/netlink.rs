//! Findings about the kernel's state.

crate::codes! {
    NOT_IP_JSON "P050" Error "not-ip-json":
        "The text is not what `ip -j` or `bridge -j` prints, or an object in it has a value of another type. What is named is left out.";
        example: "[{\"ifname\": 7}]";
    UNKNOWN_ATTRIBUTE "U050" Note "kernel-attribute-not-understood":
        "The kernel has an attribute that the model has no place for. It may be state that needs no configuration, or a setting of a newer kernel.";
        example: "\"mst_enabled\": 1 of a bridge";
    LEFT_OUT "S050" Note "not-configuration":
        "The kernel, a DHCP client, router advertisements or a daemon made these entries. They come back by themselves and are no configuration, so they are left out.";
        example: "\"protocol\": \"kernel\" of a route";
    ELSEWHERE "S051" Warning "link-in-another-namespace":
        "The link below or the peer of this link is in another network namespace, which the snapshot does not show; or the kernel does not tell which it is (WireGuard, GENEVE).";
        example: "\"link_netnsid\": 0 of a veth";
    NOT_CAPTURED "S053" Warning "not-captured":
        "Part of the kernel's state could not be read when it was captured: the user was not permitted to, /sys shows another network namespace, or secrets were left out. What is named is not converted.";
        example: "WireGuard's keys, captured by an ordinary user";
    FOREIGN "S054" Note "link-of-a-program":
        "These links belong to a running program (containers, guests, a VPN) or come with a module, and come back with it. As configuration they would stand in its way, so they are left out, with their routes and entries. `--all` keeps them.";
        example: "docker0, vnet0, tunl0";
    DRIVER "S055" Note "settings-of-drivers":
        "Features, rings, channels, coalescing, pause frames and Wake-on-LAN are what somebody set or what the driver began with; the kernel does not tell which. As configuration they would be a driver's choice made permanent, so a conversion leaves them out; `--all` keeps them. A plan and an audit compare them all the same.";
        example: "\"rings\": {\"rx\": 256, \"tx\": 256} of eth0";
    MEANS_OTHERWISE "S056" Loss "meaning-without-place":
        "A link or route has a setting without which it would do something else, and the model has no place for it: packets of a tunnel that say themselves where they go (`external`), or a route that puts packets into others (`encap`). A link of that kind is named as one that is not supported, and the route is left out. Nor has the model a place for a rule of the kernel's own (priority 0, 32766, 32767) that somebody deleted.";
        example: "\"external\": true of a vxlan";
    UNNAMED_TABLE "S052" Warning "unknown-name":
        "A table or protocol has a name that is not in the rt_tables or rt_protos of iproute2 that were given. The entry cannot be written without its number; a route or rule of an ifcfg host is lost.";
        example: "\"table\": \"blue\" without etc/iproute2/rt_tables";
}
