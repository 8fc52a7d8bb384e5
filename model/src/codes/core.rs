//! Findings that are not about one format (numbers 001 to 099).

crate::codes! {
    UNREADABLE "P001" Error "file-unreadable":
        "A file that belongs to the configuration cannot be read: permission, an I/O error, or a link that leaves the root. What it says is not in the output; the rest is converted.";
        example: "chmod 000 etc/sysconfig/network-scripts/ifcfg-eth0";
    NOT_TEXT "P002" Error "file-not-text":
        "A file is binary or not UTF-8. Bytes that are no UTF-8 have no meaning in any network configuration; NetworkManager empties such values.";
        example: "printf 'NAME=\\xff\\n' > ifcfg-eth0";
    TOO_LARGE "P003" Error "file-too-large":
        "A file is larger than 10 MiB and was not read; NetworkManager refuses such files too, and no network configuration is that large.";
        example: "truncate -s 1G ifcfg-eth0";
    IGNORED_FILE "P004" Note "file-ignored":
        "A file lies where configuration files lie but is not read as one: a backup, a temporary file of a package manager, or a file of another program.";
        example: "ifcfg-eth0.rpmsave";
    EMPTY_FILE "P005" Warning "file-empty":
        "A configuration file holds no setting. No reader makes a link of it.";
        example: "an ifcfg-eth0 of zero bytes";
    NOT_A_FILE "P006" Error "not-a-regular-file":
        "A directory, device, socket or named pipe stands where a configuration file is expected. It is not opened.";
        example: "mkdir ifcfg-eth0";
    UNKNOWN_KEY "U001" Warning "unknown-key":
        "No reader of this format knows the key, so it has no effect on the host. Often a spelling mistake; the value is kept, as a comment where the target has no such line. ifupdown hands it to scripts as `$IF_…`, and whoever reads it there gets it from an interfaces file for ifupdown, too.";
        example: "GATEWAI=192.0.2.1";
    LOST "L001" Loss "lost-in-target":
        "Something that the source's own software acts on is not in the output. The message names it; `--allow` accepts it.";
        example: "a multipath route converted to a keyfile";
    LEFTOVER_LOST "L002" Loss "setting-without-counterpart":
        "A setting that the source's own software acts on has no counterpart in the target format. It is kept as a comment where the target has comments.";
        example: "LINKDELAY=5 under initscripts, converted to a keyfile";
    HOOK_LOST "H110" Loss "hook-not-converted":
        "A script or command that the source's software runs when a link goes up or down does not run on the new system. netpivot never runs it; what it does has to be set up by other means.";
        example: "/sbin/ifup-local under initscripts, converted to a keyfile";
    PRE_UP_LATER "H111" Warning "pre-up-runs-later":
        "ifup and initscripts run this command before they set the interface up. NetworkManager calls its pre-up scripts when the interface has its addresses, before it says that the connection is up.";
        example: "pre-up iptables-restore < /etc/firewall, converted with --with-dispatcher";
    SECRET_HIDDEN "W001" Warning "secret-hidden":
        "A secret in the output is replaced by `<hidden>`, so the output is not usable as it stands. Secrets are shown only in files of mode 0600 (`-o DIR`) or with `--show-secrets`.";
        example: "a WPA_PSK converted to stdout";
    DHCP_IDENTITY "W002" Warning "dhcp-identity-changes":
        "The DHCP client of the source names itself to servers in a way of its own that nobody chose, and the target's client in another. A server that hands out addresses by client identifier takes the host for a new one. A server that goes by the hardware address sees no difference.";
        example: "BOOTPROTO=dhcp of a SUSE host converted to interfaces: wicked sends an RFC 4361 identifier, dhclient none";
    DANGLING "S001" Error "dangling-reference":
        "A link names a controller, parent or peer that no file defines. The reference is written as it stands; on the host the link will not come up completely.";
        example: "MASTER=bond9 without an ifcfg-bond9";
    DUPLICATE_UUID "S002" Error "duplicate-uuid":
        "Two profiles have one UUID. NetworkManager keeps only one of them, so the other disappears.";
        example: "UUID=… copied with the file";
    DUPLICATE_NAME "S003" Warning "duplicate-device":
        "Two profiles name the same device. NetworkManager starts only one of them at a time; which one depends on priorities and on the time of last use.";
        example: "DEVICE=eth0 in ifcfg-eth0 and in ifcfg-old";
    DUPLICATE_ADDRESS "S004" Warning "duplicate-address":
        "One address is configured twice; the second has no effect or makes a conflict on the network.";
        example: "IPADDR=192.0.2.1 in two files";
    REFERENCE_LOOP "S005" Error "reference-loop":
        "Links are controllers or parents of each other in a circle, which the kernel refuses.";
        example: "BRIDGE=br1 in ifcfg-br0 and BRIDGE=br0 in ifcfg-br1";
    MAP_UNUSED "N001" Warning "map-entry-unused":
        "An entry of `--map` names an interface or an address that the input does not have, so it changes nothing. Often a spelling mistake.";
        example: "--map name:eht0=ens3 for a host with eth0";
    MAP_STALE "N002" Warning "old-name-stays":
        "`--map` gives something another name, but a command or a text that netpivot does not take apart still has the old one, or a VLAN is named after it (`eth0.7`). It stands in the output as it was.";
        example: "--map name:eth0=ens3 and `up arp -i eth0 -s 192.0.2.1 52:54:00:12:34:56`";
    NO_NETWORK "P040" Error "no-network":
        "The input cannot be read, or there is no network configuration of a known format in it. Nothing is converted; exit status 3.";
        example: "an empty directory";
    INVALID_JSON "P041" Error "invalid-json-model":
        "The file is not a model that netpivot wrote: it is no JSON, or holds a key, a word or a number that the model does not have at this place. What is named is left out.";
        example: "{\"netpivot\": 1, \"links\": [{\"nmae\": \"eth0\"}]}";
    NOT_WRITTEN "W040" Error "not-written":
        "The output could not be written, or different files are there already. Nothing was changed; exit status 5.";
        example: "-o DIR where DIR holds an older result, without --force";
    BESIDE_SOURCE "W041" Warning "output-beside-source":
        "The output directory is the tree that the input was read from. The files stand beside those they were made from: on a running host they take effect with the next start of the network, and a program that reads both formats configures the links twice.";
        example: "convert -f ifcfg -t keyfile --root / -o /";
    SOURCE_STAYS "W042" Note "source-file-stays":
        "`migrate` takes away the files of the old format that nothing but the old format reads. This one was read, too, and stays: other programs read it, or it is not in a folder of the configuration. In the new format it does no harm.";
        example: "/etc/sysconfig/network, migrated to keyfiles";
    REPLACED_HOLDS_MORE "W043" Loss "replaced-file-holds-more":
        "A file of the target format is there already, and `migrate` would replace it, or it holds a profile with the UUID of a new one, of which NetworkManager loads one only; it configures a device that is in nothing that takes its place, or says of one what nothing new does. Undo brings the file back; until then nobody does what it says.";
        example: "keyfiles migrated to interfaces on a host whose /etc/network/interfaces configures another card";
    CONTROLLER_KIND "S040" Error "controller-of-another-kind":
        "A link is a port of something that its controller is not: a bond port whose controller is a bridge. NetworkManager refuses to start such a port.";
        example: "MASTER=br0 SLAVE=yes where ifcfg-br0 is a bridge";
    GATEWAY_OUTSIDE "S041" Warning "gateway-outside-subnet":
        "The gateway lies in no subnet of the link. The kernel refuses such a route unless something else makes the gateway reachable; NetworkManager adds a direct route to it, others do not.";
        example: "IPADDR=192.0.2.2 PREFIX=24 GATEWAY=198.51.100.1";
    SEVERAL_FORMATS "S042" Warning "several-formats":
        "The host has network configuration in several formats. One of them is read; the others stay as they are and are not in the output.";
        example: "a root with ifcfg files and with keyfiles";
    UNREAD_FORMAT "S062" Warning "unread-format":
        "The host has network configuration of a program whose files netpivot does not read (netplan, systemd-networkd, wicked's own XML). What they say is not in the output.";
        example: "/etc/netplan/50-cloud-init.yaml beside ifcfg files";
    OWN_GATEWAY "S043" Warning "gateway-is-own-address":
        "The next hop of a route is an address of the host itself. Packets for it go nowhere; older kernels refuse such a route.";
        example: "ip route add 10.0.0.0/8 via 192.0.2.1 where 192.0.2.1 is the host's own address";
    EQUAL_DEFAULTS "S044" Warning "equal-default-routes":
        "Two default routes have the same table and metric. The kernel refuses the second (File exists), so which of them counts depends on which link starts first.";
        example: "a gateway in the stanzas of eth0 and of eth1";
    EQUAL_MACS "S045" Warning "equal-hardware-addresses":
        "Two links are given one hardware address. In one broadcast domain switches and neighbours mix them up.";
        example: "hwaddress copied with the stanza";
    VLAN_WITHOUT_PARENT "S046" Error "vlan-without-parent":
        "A VLAN is configured, but nothing says on which link. It cannot be made.";
        example: "[vlan] id=7 without parent";
    MTU_ABOVE_PARENT "S047" Warning "mtu-above-parent":
        "The MTU of a link is larger than that of the link below it. The kernel refuses it, and the link keeps the smaller one.";
        example: "mtu 9000 of eth0.7 on an eth0 of mtu 1500";
    IPV6_MTU "S048" Warning "ipv6-under-its-mtu":
        "A link with IPv6 addresses has an MTU under 1280. The kernel takes IPv6 off such a link, with its addresses and settings.";
        example: "mtu 1000 and an inet6 static stanza";
    STP_WITHOUT_DELAY "S049" Warning "stp-without-forward-delay":
        "A bridge speaks the spanning tree protocol and has a forward delay out of the kernel's range of 2 to 30 seconds. Switching STP on brings it into that range. ifupdown sets the delay behind STP; the kernel refuses it then and keeps its own 15 seconds.";
        example: "bridge_stp on with bridge_fd 0";
    UNPLUGGED "S060" Warning "port-plugged-into-nothing":
        "A veth end or tap is up and has neither address nor controller, although the same input makes a bridge. Mostly the command that plugs it in was forgotten.";
        example: "ip link set veth1 up after brctl addbr br1, without brctl addif";
    NO_FORWARDING "S061" Warning "translation-without-forwarding":
        "Addresses are translated for others, but nothing in the input switches forwarding on. Unless it is on already, the host drops their packets.";
        example: "iptables -t nat -A POSTROUTING -j MASQUERADE without net.ipv4.ip_forward=1";
}
