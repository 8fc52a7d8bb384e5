//! Findings about RHEL's ifcfg files as a whole: reading, identity, kinds (numbers 100 to 179).

crate::codes! {
    QUOTING "P100" Warning "readers-see-other-text":
        "The two programs that read ifcfg files see different text in this line: bash evaluates quotes, variables and continuations, NetworkManager has a simpler reader that empties or skips what it does not understand.";
        example: "ETHTOOL_OPTS=\"-K ${DEVICE} gro off\"";
    NOT_ASSIGNMENT "P101" Warning "not-an-assignment":
        "A line of an ifcfg file is no assignment. NetworkManager skips it; initscripts hand the file to bash, which would run it. It is never run here.";
        example: ". /etc/sysconfig/site";
    UNEVALUATED "P102" Loss "value-not-evaluated":
        "The value depends on a command or on a variable from elsewhere. initscripts would evaluate it; here nothing is ever executed, so the key is left out.";
        example: "IPADDR=$(hostname -i)";
    OVERRIDDEN "P103" Warning "key-overridden":
        "The key is set again further down in the file. Both programs take the last value, so this one has no effect.";
        example: "ONBOOT=yes and ONBOOT=no in one file";
    EMPTY_VALUE "P104" Note "empty-value":
        "The key is there without a value, which both programs take like a missing key.";
        example: "HWADDR=";
    BAD_VALUE "S100" Warning "value-not-understood":
        "The value is not one that the key takes. The program in charge falls back to the default, and so does the output.";
        example: "MTU=big";
    FOREIGN_BOOLEAN "S101" Warning "boolean-of-initscripts":
        "`on` and `off` are truth values for initscripts only. NetworkManager falls back to the key's default, so `ONBOOT=off` starts the link.";
        example: "ONBOOT=off";
    NO_EFFECT "S103" Warning "key-unused-here":
        "The program in charge knows the key but does nothing with it in this file: another key goes before it, or it belongs to another kind of link.";
        example: "BRIDGING_OPTS in the file of a plain network card";
    OBSOLETE "S104" Note "key-of-former-releases":
        "Neither NetworkManager nor current initscripts act on this key; it is left over from other releases or programs.";
        example: "PROMISC=yes";
    REFUSED "S105" Warning "refused-by-networkmanager":
        "NetworkManager refuses the whole file for what stands here, and its own migration would have dropped it without a word. The file is converted as initscripts read it.";
        example: "STP=on and DELAY=0 of a bridge";
    SKIPPED "S106" Warning "skipped-by-networkmanager":
        "NetworkManager leaves this file alone, because it is of a kind that its ifcfg reader does not know. The file is converted as initscripts read it.";
        example: "TYPE=GRE";
    UNMANAGED "S107" Warning "not-controlled-by-networkmanager":
        "The file keeps NetworkManager from the device, so initscripts were in charge of it and their reading applies. On a host without initscripts nobody else would start the link.";
        example: "NM_CONTROLLED=no";
    NOT_A_LINK "S108" Error "file-makes-no-link":
        "No program makes a link of the file: it says neither DEVICE nor TYPE, or it is left to the boot firmware's tables. Nothing of it is in the output.";
        example: "an ifcfg file without DEVICE and TYPE";
    UNSUPPORTED "S109" Warning "kind-not-supported":
        "The link is of a kind that netpivot has no model for (PPP, ISDN, IPsec, a script of the site). It is kept by name, its settings are kept as they stand.";
        example: "TYPE=xDSL";
    INVALID_DEVICE "S110" Warning "invalid-device-name":
        "DEVICE is no name that the kernel takes (1 to 15 bytes without `/`, `:` and blanks). NetworkManager makes a profile for any device of the kind then, initscripts fail.";
        example: "DEVICE=a-much-too-long-name";
    SECOND_CONTROLLER "S111" Warning "second-controller":
        "A link can be a port of one controller only. The first of BRIDGE, MASTER, TEAM_MASTER, OVS_PORT, VRF counts.";
        example: "BRIDGE=br0 and MASTER=bond0";
    MASTER_ALONE "S112" Warning "port-for-one-reader":
        "NetworkManager takes MASTER as it stands, initscripts need SLAVE=yes beside it. The output follows the program in charge.";
        example: "MASTER=bond0 without SLAVE=yes";
    KIND_DIFFERS "S113" Warning "kind-differs-by-reader":
        "The two programs take the link for different kinds, because they look at different keys. The output follows the program in charge.";
        example: "TYPE=Bond without BONDING_OPTS";
    BRIDGE_OPTION "S120" Warning "bridge-option-unused":
        "A bridge option has no effect: the program in charge does not know the name, the value is out of range, or STP is off.";
        example: "BRIDGING_OPTS=hash_max=1024 under NetworkManager";
    BRIDGE_UNITS "S121" Warning "bridge-time-ambiguous":
        "Bridge times are seconds for one program and hundredths of a second for the other. The message says how the value is taken.";
        example: "BRIDGING_OPTS=ageing_time=30000";
    BRIDGE_LIFTED "S122" Note "forward-delay-lifted":
        "With STP the kernel raises a forward delay under two seconds to two seconds, so that is written.";
        example: "STP=on and DELAY=0 under initscripts";
    BOND_OPTION "S123" Warning "bond-option-unused":
        "A bonding option has no effect: it is unknown, its value is not one that it takes, or the mode has no use for it.";
        example: "BONDING_OPTS=\"mode=1 packets_per_slave=2\"";
    VLAN_NAME "S124" Warning "vlan-name-differs":
        "The two programs take id or parent of the VLAN from different places. The output follows the program in charge; where that makes no sense the last dot of the name counts.";
        example: "DEVICE=eth0.100.200";
    VLAN_OPTION "S125" Warning "vlan-option-unused":
        "A VLAN option has no effect under the program in charge: it is not read, or its form is the other program's.";
        example: "REORDER_HDR=no under NetworkManager";
    TEAM_CONFIG "S126" Warning "team-config-invalid":
        "The team's configuration is not JSON. teamd and NetworkManager refuse it.";
        example: "TEAM_CONFIG=\"{ runner }\"";
    PKEY_NAME "S127" Note "infiniband-name-changed":
        "The name of an InfiniBand partition is made of its parent and the key with the membership bit; NetworkManager names the device so, whatever DEVICE says.";
        example: "DEVICE=ib0.00c1 with PKEY_ID=0x00c1";
    ORPHAN "S130" Warning "file-without-link":
        "A file of routes, rules, keys or alias addresses has no ifcfg file or device that it belongs to, so no program reads it.";
        example: "route-eth7 without an ifcfg-eth7";
    BACKUP_LOADED "S131" Warning "backup-was-loaded":
        "The name of the file is that of a backup. One of the two programs loads such files all the same; they are not converted.";
        example: "ifcfg-eth0.rpmsave, which NetworkManager takes for a profile";
    STACK "S132" Note "reader-chosen":
        "Which of the two programs was in charge follows from what the host starts at boot.";
        example: "etc/rc.d/rc3.d/S10network without NetworkManager.service";
    DHCLIENT_CONF "S133" Warning "dhclient-configuration":
        "A configuration file of dhclient for one interface lies beside the ifcfg files. Only initscripts use it; NetworkManager has its own DHCP client.";
        example: "/etc/dhcp/dhclient-eth0.conf";
    HOOK "H100" Warning "initscripts-hook":
        "initscripts would run this script when links go up or down. NetworkManager is in charge of the host and never does, so nothing runs it and it is not converted.";
        example: "/sbin/ifup-local";
    HOOK_CALLED "H102" Note "hook-called-as-it-stands":
        "A script of the site that initscripts run is more than plain commands, alone or in the arms of `case \"$1\" in`. It is one hook, which calls the script; the script itself is not converted.";
        example: "/sbin/ifup-local with `if`, variables or functions";
    CUSTOM_SCRIPT "H101" Warning "ifup-script-of-the-site":
        "A script of the site's own starts devices of one kind. NetworkManager leaves such devices alone, and no other format has a word for them.";
        example: "/etc/sysconfig/network-scripts/ifup-foo";
}
