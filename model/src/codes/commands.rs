//! Findings about commands: `ip`, `brctl`, `ovs-vsctl` and their kin, in scripts and in hooks.

crate::codes! {
    USAGE "P501" Error "command-misspelt":
        "The program itself refuses these words, so the command does nothing on the host. The message says which word and, where it can be guessed, what was meant.";
        example: "ip route 192.168.1.0/24 dev veth1";
    OUTPUT "P502" Note "console-output":
        "The line is no command but what a command printed, pasted along with it. It is left out.";
        example: "64 bytes from 192.168.1.11: icmp_seq=1 ttl=64 time=0.05 ms";
    REFUSED "S501" Error "refused-by-kernel":
        "The kernel refuses the command in the state that the commands before it lead to, so it does nothing on the host. It is not in the output. It is a loss where the host may have what the command needs by other means: a link that a VPN makes, a bridge in the database of Open vSwitch, a namespace of another program. In a hook such a command stays (H501).";
        example: "ip link set veth9 master br0 without a veth9";
    UNDONE "S502" Note "command-without-lasting-effect":
        "The command works, but nothing of it is left in the end: a later command takes it back or replaces it, it takes back something itself, or it only asks for the state. The same is said of a setting that a command replaces.";
        example: "ip addr del 10.5.0.196/24 dev eth0";
    MOVED "S503" Warning "lost-with-the-move":
        "A link that moves to another network namespace loses its addresses, routes, controller and up state. What was set before the move is not in the output, just as it is not on the host.";
        example: "ip addr add 10.0.0.1/24 dev dummy1; ip link set dummy1 netns orange";
    SWEPT "S504" Warning "lost-with-the-link":
        "Routes or addresses vanish with the link, the address or the up state that they hang on. The kernel drops them without a word; the host does not have them in the end.";
        example: "ip link set eth0 down after ip route add default via 192.0.2.1";
    CONNECTED "S505" Note "kernel-route-deleted":
        "The command deletes the route that the kernel makes for an address. The output says that the address comes without that route (`noprefixroute`).";
        example: "ip route del 192.168.10.0/24 dev tap0";
    ASSUMED "S506" Note "link-assumed":
        "The commands use a link that they do not make, so it is taken to be a network card of the host. `--from-state` gives the host's own configuration to start from.";
        example: "brctl addif br0 eth0 in a script that makes br0 only";
    IDLE "S507" Note "command-is-no-configuration":
        "The command looks at something or prepares the host (a module, a package, a test) and leaves nothing behind that a network configuration could hold.";
        example: "ping -c 1 192.0.2.1";
    PORT_DHCP "S508" Warning "port-asks-for-addresses":
        "A command makes a port of a link whose configuration asks for addresses. A port has none: its frames go to the controller. Unless the controller asks instead, the host has no address there; on the source's host it is the same once the command has run.";
        example: "ip link set eth0 master br0 where eth0 has DHCP";
    MAY_END "S509" Warning "script-may-end-here":
        "The script ends here if a condition holds that is not known here (`exit`, `return` or `exec` behind a test, or a test under `set -e`). What follows is taken to run, as it does on a host that the script sets up; a test that does nothing else is no hook.";
        example: "[ \"$(id -u)\" = 0 ] || exit 1";
    HOOK "H501" Warning "command-not-evaluated":
        "Only a shell or another program could do this: a loop, a substitution, a program that is not known here. Nothing is executed; the line is kept as a hook as it stands.";
        example: "for i in 1 2; do ip link add veth$i type veth; done";
    UNMODELLED "H502" Warning "command-beyond-the-model":
        "The command is understood and sets something that the model has no place for. It is kept as a hook as it stands.";
        example: "ip link set eth0 protodown on";
    WITHOUT "S510" Loss "link-made-without":
        "The command makes a link with something that the model has no place for, and that the kernel takes for a new link only. The link is made without it.";
        example: "ip link add v0 numtxqueues 4 type veth peer name v1";
}
