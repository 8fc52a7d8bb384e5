//! Findings about libvirt's XML (numbers 700 to 749).

crate::codes! {
    XML_SYNTAX "P700" Error "xml-syntax":
        "The document is no well-formed XML, or says that it is in another encoding than UTF-8. Nothing of it is converted.";
        example: "<network><name>default</network>";
    XML_DOCTYPE "P701" Error "xml-document-type":
        "The document has a document type or an entity of its own. Entities can stand for other files, or grow without end, so such a document is not read; libvirt writes none.";
        example: "<!DOCTYPE network [<!ENTITY a \"…\">]>";
    XML_TOO_LARGE "P702" Error "xml-too-large":
        "The document is deeper or larger than any that libvirt makes. It is not read.";
        example: "ten thousand nested elements";
    UNKNOWN "U700" Warning "libvirt-unknown":
        "libvirt knows no such element or attribute there and passes over it without a word. A misspelt one has no effect.";
        example: "<bridge name='virbr0' spanningtree='off'/>";
    REPEATED "U701" Warning "libvirt-repeated":
        "The element stands there more than once, where libvirt takes one only: the first, but of leases and boot files the last. It passes over the others without a word, and does not write them again.";
        example: "<mtu size='1400'/><mtu size='1300'/>";
    KEPT "S700" Note "libvirt-no-network":
        "The element says nothing of the network: a title, data of other programs, the state of the moment. It is kept where the output is libvirt's XML.";
        example: "<metadata> in a network";
    VALUE "S701" Error "libvirt-value":
        "libvirt refuses a document with this value. The setting is left out.";
        example: "<bridge name='virbr0' stp='perhaps'/>";
    AUTOSTART "S702" Note "libvirt-autostart-unknown":
        "Whether libvirt starts the network at boot does not stand in its XML but in a link below /etc/libvirt/qemu/networks/autostart. Of a document alone it is taken to start at boot.";
        example: "the output of `virsh net-dumpxml default` as input";
    NOT_LIBVIRT "S703" Error "libvirt-not-its-document":
        "The document is none of libvirt's: its root is neither `network`, `domain` nor `interface`. wicked's XML of the same root has another form.";
        example: "<interface origin=\"static\"><name>eth0</name></interface>";
    REFUSED "S704" Error "libvirt-refuses":
        "libvirt refuses to define or start a network that says this. What is named has no effect.";
        example: "<ip> in a network with <forward mode='bridge'/>";
    GUEST_ONLY "S705" Note "libvirt-guest":
        "Of a guest only its interfaces are network configuration of the host. The rest of its definition is not looked at.";
        example: "a <domain> with disks";
    BRIDGE_NAME "S706" Note "libvirt-bridge-name":
        "The network names no bridge; libvirt gives it the first free name `virbrN` when the network is defined. The name here is the first that no other network has.";
        example: "<network><name>isolated</name></network>";
    NEEDS "S707" Note "libvirt-needs":
        "A network is plugged into a bridge, or a guest into a bridge or network, that is not among libvirt's files. It starts only where the host has one of that name.";
        example: "<forward mode='bridge'/><bridge name='br0'/> without br0";
    NOT_LOADED "S708" Error "libvirt-not-loaded":
        "libvirt does not load this document: its file is not named after the network, or another network has the name or the UUID already. It is not converted.";
        example: "networks/other.xml with <name>default</name>";
    NO_NETWORK "S709" Warning "libvirt-autostart-without-network":
        "A link below autostart/ starts no network, since there is none of that name.";
        example: "autostart/gone.xml without networks/gone.xml";
    START "S710" Note "libvirt-start-unknown":
        "A host interface has no `<start>`, as where `virsh iface-dumpxml` shows the state of the moment. It is taken to start at boot.";
        example: "<interface type='ethernet' name='eth0'/>";
    NETWORK "L700" Loss "libvirt-network":
        "The target knows no virtual networks. The bridge stands in the output as the host's own, but guests that are plugged into the network by its name do not find it, and the rules by which libvirt lets packets through or not are not made.";
        example: "<network><name>default</name><forward mode='nat'/>…";
    DHCP_SERVER "L701" Loss "libvirt-dhcp-server":
        "The target runs no DHCP server for the link. Guests get no addresses until one is set up.";
        example: "<dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>";
    DNS_SERVER "L702" Loss "libvirt-dns-server":
        "The target runs no name server for the link. Guests find no names until one is set up.";
        example: "<network> with an <ip> and without <dns enable='no'/>";
    GUEST "L703" Loss "libvirt-guest-interface":
        "The interface of a guest is known to libvirt only. Its device on the host comes and goes with the guest, which libvirt must still define.";
        example: "<interface type='network'><source network='default'/></interface>";
    OUTPUT_SETTING "L704" Loss "libvirt-setting":
        "libvirt's XML has no word for the setting. It is missing after the conversion.";
        example: "bridge-ageing of a bridge with a DHCP server";
    OUTPUT_VALUE "L705" Loss "libvirt-output-value":
        "The value cannot stand in libvirt's XML, which counts a bridge's delay in whole seconds.";
        example: "forward_delay 250 of a bridge in a script";
    SHARED "L706" Loss "shared-address":
        "NetworkManager's method `shared` forwards, masquerades, and runs a DHCP and a name server for a link's network. What of it the output does not say is missing after the conversion.";
        example: "[ipv4] method=shared without an address";
    IDENTITY "W701" Note "libvirt-profile-identity":
        "A profile's name and UUID are known to NetworkManager only. libvirt needs neither; a network has its own.";
        example: "uuid= of a keyfile";
    SCOPE "W700" Note "libvirt-scope":
        "libvirt's networks are about bridges for guests. The host's own cards, bonds, VLANs, routes and name servers stay in the host's own configuration; write it as well by naming a second target (`-t libvirt,keyfile`), or as host interfaces with `--host-interfaces`.";
        example: "ifcfg-eth0 with `-t libvirt`";
    BESIDES "W702" Warning "libvirt-does-besides":
        "When it starts a network, libvirt does more than the host did: it advertises an IPv6 network, or forwards a family of addresses for the whole host. netcf switches autoconfiguration off where a document does not ask for it.";
        example: "a bridge without a card that has an IPv6 address";
    TWO_MAKERS "W703" Warning "libvirt-bridge-made-twice":
        "libvirt makes the bridge of the network by itself, and refuses to start a network whose bridge is there already. Of several targets another one makes the same bridge: only one of the two may be put to use.";
        example: "-t libvirt,keyfile with a bridge without a card";
}
