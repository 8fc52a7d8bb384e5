//! Findings about interfaces files of ifupdown, ifupdown2 and ifupdown-ng (numbers 400 to 449).

crate::codes! {
    REFUSED_FILE "P400" Error "interfaces-file-refused":
        "ifupdown refuses a file for one line that it cannot read: an option without a value or outside of a stanza, an unknown family or method, a stanza to inherit from that is not there. Of the main file nothing is used then, of an included one what stands before the line. The output does the same.";
        example: "iface eth0 inet static followed by a line `bridge_ports` without a value";
    BAD_LINE "P401" Warning "interfaces-line-ignored":
        "The program passes over this line or word with an error message of its own and goes on. The output does the same.";
        example: "iface eth0 inet static wrong";
    TEMPLATE "P402" Error "interfaces-template":
        "The file is a template that ifupdown2 hands to the Mako engine, which runs it as a program. Nothing of a template is run here, so nothing of the file is read.";
        example: "%for i in range(1, 5):";
    SOURCE "P403" Warning "interfaces-include-not-read":
        "A `source` or `source-directory` line names files that are not there, that only a shell could name, or that include each other without end. What they say is not in the output.";
        example: "source /etc/network/$HOST";
    WIREGUARD "P404" Warning "interfaces-wireguard-file":
        "ifupdown-ng hands the keys and peers of a WireGuard interface to wg(8) in a file of their own, `/etc/wireguard/NAME.conf` unless `wireguard-config-path` names another. The file was not given, or it has a line that wg(8) does not take, which then sets up nothing of the file. The output has no keys and peers.";
        example: "iface wg0 with use wireguard, without /etc/wireguard/wg0.conf";
    DIALECT "S400" Note "interfaces-dialect":
        "Three programs read files of this name, and they differ in what many lines mean. The message says which one is taken to be in charge and why. Choose another one with `-f interfaces:ifupdown`, `-f interfaces:ifupdown2` or `-f interfaces:ifupdown-ng`.";
        example: "bridge-vlan-aware yes";
    NAME "S401" Error "interface-name-invalid":
        "No interface can have this name: the kernel takes 1 to 15 bytes without `/`, `:` and blanks. The program fails to set it up.";
        example: "iface averyveryverylongname inet dhcp";
    MISSING "S402" Error "interfaces-option-missing":
        "The method needs an option that the stanza does not have (`address` of static), so ifup refuses to set the stanza up.";
        example: "iface eth0 inet static without an address";
    REPEATED "S403" Error "interfaces-option-repeated":
        "ifupdown joins the values of a repeated option with a line break. Of two addresses only the first is used then, and other options make a command that breaks. An option that overrides an inherited one is such a case too. Only the first value is in the output.";
        example: "two address lines in one stanza under ifupdown";
    VALUE "S404" Error "interfaces-value-invalid":
        "The value is not one that the program, or the command it hands it to, takes. The setting is not in the output.";
        example: "mtu big";
    PREFIX "S405" Warning "interfaces-prefix-guessed":
        "An address has no prefix length, and the programs take different ones then: the network class's (ifupdown), /32 (ifupdown2) or /24 (ifupdown-ng). The output says the length that the program in charge takes; check that it is the one the network has.";
        example: "address 10.0.0.1 without netmask";
    NETMASK "S406" Note "interfaces-netmask-and-prefix":
        "An address has a prefix length of its own and a netmask that says another one. ifupdown takes the netmask, ifupdown2 and ifupdown-ng the length of the address.";
        example: "address 10.0.0.1/24 and netmask 255.255.0.0";
    GATEWAY "S407" Warning "interfaces-second-gateway":
        "An interface or the host has a second gateway of the same family and metric. The kernel refuses the second route, and ifupdown then leaves out the rest of the interface's stanzas and their `up` lines. The second gateway is not in the output.";
        example: "gateway in iface eth0 and in a second stanza of eth0";
    ONLINK "S408" Note "interfaces-gateway-onlink":
        "The gateway stands outside the interface's subnets. ifupdown and ifupdown2 tell the kernel that it is on the link all the same (`onlink`), so the output has a default route of that kind.";
        example: "address 192.0.2.2/32 and gateway 198.51.100.1";
    IDLE "S409" Warning "interfaces-option-without-effect":
        "The program in charge does nothing with this option here: another program reads it, it belongs to another kind of interface or another method, or nothing acts on it any more.";
        example: "bridge-vids under ifupdown";
    RESOLVCONF "S410" Note "interfaces-name-servers-need-resolvconf":
        "`dns-…` options are read by scripts of resolvconf, openresolv or systemd-resolved only. On a host without one of them they have no effect, and the output would switch them on.";
        example: "dns-nameservers 192.0.2.53";
    METHOD "S411" Warning "interfaces-method-unsupported":
        "The method or family is one that no other format knows, or that Linux has no longer (BOOTP, wvdial, CAN, IPX). The message says what became of it.";
        example: "iface eth0 inet bootp";
    PORTS "S412" Warning "interfaces-ports-by-pattern":
        "The ports are chosen by a pattern among the interfaces that the host has (`all`, `regex`), which no file tells. The ports that match are not in the output.";
        example: "bridge_ports all";
    INHERITED "S413" Note "interfaces-template-stanza":
        "The stanza is there for others to inherit from, and no line starts it. Its options are those of the stanzas that inherit it; it is no interface of its own.";
        example: "iface common inet static, and iface eth0 inet static inherits common";
    MAPPING "S414" Warning "interfaces-mapping":
        "A mapping lets a script choose the stanza of an interface when it is brought up. Nothing is run here, so the choice is open; the stanzas it may choose from are read as interfaces.";
        example: "mapping eth0";
    RENAME "S415" Warning "interfaces-rename":
        "`rename` gives interfaces other names. No other format of a network configuration does that; systemd's .link files and udev rules do.";
        example: "rename eth0=lan0";
    UNDEFINED "S416" Warning "interfaces-class-without-stanza":
        "An `auto` or `allow-…` line names an interface that no stanza configures. ifup says \"unknown interface\" and goes on. ifupdown2 wants the line above the stanza; below it, it has no effect.";
        example: "auto eth9 without an iface eth9";
    PATTERN "S417" Note "interfaces-pattern":
        "The line names interfaces by a pattern, which is matched against what the host has. It becomes a match of names where that can be said, else it is left out.";
        example: "auto /eth*";
    COUNTED_TABLE "S418" Note "interfaces-vrf-table-counted":
        "`vrf-table auto` lets ifupdown2 choose when it starts the VRF: the first table from 1001 on that no other has. The output says the number that this file gives; a host that started its VRFs in another order may have another one (`/etc/iproute2/rt_tables.d/ifupdown2_vrf_map.conf`).";
        example: "vrf-table auto";
    TAKEN_BACK "H400" Note "interfaces-down-command":
        "A `down` line takes back what an `up` line or the interface itself set up. The program that reads the output does so by itself.";
        example: "down ip route del 10.0.0.0/8 || true";
    MADE_BY_HOTPLUG "H401" Note "interfaces-made-by-hotplug":
        "A command in the stanza of an interface that starts when its device appears makes another link. udev sees no such link before it is made, so `allow-hotplug` would never start it; it starts at boot.";
        example: "allow-hotplug eth0, with up ip link add dummy0 type dummy";
}
