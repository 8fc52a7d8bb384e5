//! Findings about addresses, gateways and name servers in ifcfg files (numbers 180 to 219).

crate::codes! {
    READERS_DIFFER "S180" Note "readers-differ":
        "NetworkManager and initscripts take this setting differently. The output does what the program did that was in charge; the message says what the other one would have done. Choose it with `-f ifcfg:networkmanager` or `-f ifcfg:initscripts`.";
        example: "BOOTPROTO=DHCP, which is DHCP for NetworkManager and static for initscripts";
    OTHER_READER "S181" Warning "setting-of-other-reader":
        "Only the program that was not in charge reads this key, so it had no effect on the host and is not switched on by the conversion.";
        example: "METRIC=77 under NetworkManager, which reads IPV4_ROUTE_METRIC instead";
    METHOD_IGNORES "S182" Warning "setting-unread-with-method":
        "With the address method that the file chooses, this key is not read. It had no effect on the host and is not in the output.";
        example: "DHCP_HOSTNAME=h with BOOTPROTO=none and no address";
    PORT_IGNORES "S183" Warning "setting-unread-on-port":
        "The interface is a port of a bridge, bond or team. Ports have no addresses of their own, so the address settings of the file have no effect.";
        example: "IPADDR=192.0.2.1 beside BRIDGE=br0";
    CLASSFUL "S184" Warning "prefix-guessed":
        "An address has neither PREFIX nor NETMASK. The network class decides then: 8, 16 or 24 bits. The output says that length; check that it is the one the network has.";
        example: "IPADDR=10.0.0.1 without PREFIX";
    NETMASK_IGNORED "S185" Warning "netmask-contradicts-prefix":
        "PREFIX and NETMASK of one address disagree, or the netmask is no contiguous row of bits. PREFIX wins; a netmask with holes is taken up to its last bit.";
        example: "PREFIX=24 and NETMASK=255.0.0.0";
    INVALID_ADDRESS "S187" Error "invalid-address":
        "An address does not parse. initscripts hand it to ip(8), which refuses it, so the host runs without it.";
        example: "IPADDR=192.0.2.300";
    AFTER_GAP "S188" Warning "numbered-key-after-gap":
        "Numbered keys are read up to the first missing number (0 and 1 may be missing for addresses), so this one has no effect.";
        example: "IPADDR7=192.0.2.7 without IPADDR2";
    DUPLICATE_ITEM "S189" Note "listed-twice":
        "The same address, server or domain stands twice; the second has no effect.";
        example: "DNS1 and DNS2 with one address";
    BOOTP "S186" Note "bootp-is-dhcp":
        "BOOTPROTO=bootp is DHCP for both programs; BOOTP itself is spoken by neither.";
        example: "BOOTPROTO=bootp";
    GATEWAY_UNUSED "S190" Warning "gateway-unused":
        "The gateway is not used: its address is missing, another gateway comes first, or the default route belongs elsewhere. The message says which.";
        example: "GATEWAY=192.0.2.254 with DEFROUTE=no";
    GATEWAY_OUTSIDE "S191" Warning "gateway-outside-first-subnet":
        "The gateway is not in the subnet of the first address. NetworkManager uses it as if it were on the link; initscripts do not install a default route then.";
        example: "IPADDR=192.0.2.1, PREFIX=24 and GATEWAY=198.51.100.1";
    DEVICE_ROUTE "S192" Note "default-route-made":
        "A gateway that cannot stand as gateway of the profile becomes a default route of its own.";
        example: "IPV6_DEFAULTGW without IPV6ADDR under initscripts";
    DNS_UNREAD "S193" Warning "name-server-unread":
        "The program in charge does not use this name server or domain: its address family is off, PEERDNS=no keeps initscripts from resolv.conf, or initscripts stop at DNS3.";
        example: "DNS1=2001:db8::53 with IPV6INIT=no";
    ALIAS_IGNORED "S194" Warning "alias-ignored":
        "The alias file is not used: its name has other characters than letters, digits and `_`, DEVICE is missing or does not repeat the file's name, its address does not parse, or ONPARENT=no keeps it down.";
        example: "ifcfg-eth0:1 without DEVICE under NetworkManager";
    ALIAS_DIFFERS "S195" Warning "alias-setting-unread":
        "A key of an alias file is not read by the program in charge, or the programs differ on it.";
        example: "GATEWAY in ifcfg-eth0:1";
    RANGE_EXPANDED "S196" Warning "range-expanded":
        "A range file gives an interface several addresses in a row. NetworkManager refuses such files, so only hosts on initscripts have the addresses; the output lists each of them.";
        example: "IPADDR_START=192.0.2.10 and IPADDR_END=192.0.2.13 in ifcfg-eth0-range0";
    RANGE_INVALID "S197" Error "range-invalid":
        "A range file does not describe a range: both ends must share the first three numbers, and the start must not come after the end. initscripts refuse it.";
        example: "IPADDR_START=192.0.2.10 and IPADDR_END=198.51.100.3";
    GLOBAL_UNUSED "S198" Warning "global-setting-unused":
        "A key of /etc/sysconfig/network has no effect on any profile: the program in charge does not read it there, or no profile uses it.";
        example: "HOSTNAME=host.example.com in /etc/sysconfig/network";
    NETWORKING_OFF "S199" Warning "networking-off":
        "NETWORKING=no keeps the network service of initscripts from starting anything. The profiles are converted all the same.";
        example: "NETWORKING=no in /etc/sysconfig/network";
    ZEROCONF "S200" Note "zeroconf-route":
        "Unless NOZEROCONF is set, initscripts add a route to 169.254.0.0/16 on each interface. NetworkManager adds none, and link-local addresses are rarely wanted on servers, so the output has none.";
        example: "an initscripts host without NOZEROCONF=yes";
}
