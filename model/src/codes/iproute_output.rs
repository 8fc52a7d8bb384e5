//! Findings about scripts of ip commands that are written (numbers 800 to 819).

crate::codes! {
    SETTING "L800" Loss "iproute-setting":
        "No command sets this at the moment at which a script runs, or none that netpivot knows. It is missing after the conversion.";
        example: "dns-search of a keyfile";
    KIND "L801" Loss "iproute-kind":
        "ip(8) makes no link of that kind. Other programs do, and the script runs none of them.";
        example: "a team";
    NAME "L802" Loss "iproute-name":
        "Commands go by the names of interfaces, and this profile has none.";
        example: "a keyfile for a hardware address without interface-name";
    LEASE "L803" Loss "iproute-lease":
        "Addresses come from a server or from a daemon, which has to be started besides.";
        example: "[ipv4] method=auto";
    CONTROLLER "L804" Loss "iproute-controller":
        "No command plugs the link into its controller: nothing makes one of that name, or it belongs to a program that the script does not run, or the two would be ports of each other.";
        example: "a port of a team";
    BY_HAND "L805" Loss "iproute-by-hand":
        "The link has a configuration that only somebody's hand starts. A script that set it up would do at once what the host does not.";
        example: "a stanza of an interfaces file without auto";
    BY_NAME "W801" Warning "iproute-by-name":
        "The source ties a configuration to the hardware address of a card. Commands go by the name that the card has when the script runs.";
        example: "[ethernet] mac-address of a keyfile";
    IDENTITY "W802" Note "iproute-profile-identity":
        "The name or UUID by which NetworkManager knows a profile means nothing to a script, and goes.";
        example: "[connection] id";
    GOES_WITH "W804" Warning "iproute-goes-with":
        "The link stands on one that a plan makes anew, because no command changes it into what is wanted. It goes with that one, and the network does not say how to make it again.";
        example: "a macvlan of a program on a VLAN whose number changes";
    STAYS "W803" Warning "iproute-stays":
        "A script that takes a network down cannot know what a device that was there before had been set to, so that setting stays as it is.";
        example: "the MTU of a network card, with --script teardown";
}
