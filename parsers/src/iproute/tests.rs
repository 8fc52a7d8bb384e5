use super::*;
use crate::tree::MemoryTree;
use netpivot_model::facts;

fn parse(text: &str) -> (Network, Context) {
    let tree: MemoryTree = [(format!("{DIRECTORY}/recipe.sh"), text.to_owned())].into_iter().collect();
    let mut cx = Context::default();
    let input = Input { tree: &tree, dialect: None, version: None, state: None };
    let network = Iproute.parse(&input, &mut cx).expect("a network");
    (network, cx)
}

fn facts_of(network: &Network) -> Vec<String> {
    facts::said(network)
        .iter()
        .map(|f| format!("{} {} = {}", facts::subject_label(network, f.path.subject), f.path.field, f.value))
        .collect()
}

fn places(cx: &Context, code: &str) -> Vec<String> {
    let found = cx.diagnostics.iter().filter(|d| d.code.id == code);
    found.filter_map(|d| d.labels.first()).map(|span| cx.sources.text(*span).to_owned()).collect()
}

#[test]
fn prompts_are_stripped_and_output_is_left_out() {
    let (network, cx) = parse(
        "First, make a bridge:\n\n$ sudo ip link add br0 type bridge\nroot@host:~# ip link set \\\n> br0 up\n\
         host ~ # ip addr show br0\n5: br0: <BROADCAST> mtu 1500\n    inet 10.0.0.1/24 scope global br0\n\
         >>> ip addr add 10.0.0.1/24 dev br0\n",
    );
    let facts = facts_of(&network);
    assert!(facts.contains(&"link br0 up = true".to_owned()), "{facts:?}");
    assert!(facts.contains(&"link br0 ipv4.addresses = [10.0.0.1/24]".to_owned()), "{facts:?}");
    assert_eq!(
        places(&cx, "P502"),
        ["First, make a bridge:", "5: br0: <BROADCAST> mtu 1500\n    inet 10.0.0.1/24 scope global br0"]
    );
    let up = network.links[0].up.as_ref().and_then(|at| at.origin.span()).unwrap();
    assert_eq!(cx.sources.place(up), "/netpivot-commands/recipe.sh:5:7");
}

#[test]
fn behind_a_prompt_any_program_is_a_command() {
    let (network, cx) = parse(
        "$ sudo ip link add br0 type bridge\n$ sudo sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'\n$ sudo dhclient br0\n\
         root@host:~# systemctl restart networking\nweb01# ip link set br0 up\n1. ip link set br0 mtu 1400\n\
         ➜  ~ ip addr add 10.0.0.1/24 dev br0\n$ brctl show\nbridge name\tbridge id\tSTP enabled\tinterfaces\n",
    );
    let facts = facts_of(&network);
    let said = ["up = true", "mtu = 1400", "ipv4.method = auto", "ipv4.addresses = [10.0.0.1/24]"];
    for fact in said.map(|fact| format!("link br0 {fact}")) {
        assert!(facts.contains(&fact), "{fact} not in {facts:?}");
    }
    let hooks: Vec<&str> =
        network.hooks.iter().map(|hook| hook.item.command.as_ref().unwrap().value.as_str()).collect();
    assert_eq!(
        hooks,
        ["sudo sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'", "systemctl restart networking"]
    );
    assert_eq!(places(&cx, "P502"), ["bridge name\tbridge id\tSTP enabled\tinterfaces"]);
    assert!(Iproute.place("in", "server# ip link add br0 type bridge\n").is_some());
}

#[test]
fn a_hash_is_a_prompt_where_nothing_else_is_a_command() {
    let (network, _) = parse("# ip link add br0 type bridge\n# ip link set br0 up\n");
    assert_eq!(network.links.len(), 1);
    let (network, _) = parse("# ip link add br1 type bridge\nip link add br0 type bridge\n# and a remark\n");
    assert_eq!(network.links.len(), 1);
    assert_eq!(network.links[0].label(), "br0");
}

#[test]
fn output_between_plain_commands_is_known_by_its_shape() {
    let (_, cx) = parse(
        "ip link add br0 type bridge\nip addr add 10.0.0.1/24 dev br0\nping -c 1 10.0.0.1\n\
         PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.\n64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.05 ms\n",
    );
    assert_eq!(places(&cx, "P502").len(), 1);
    assert_eq!(places(&cx, "S507"), ["ping -c 1 10.0.0.1"]);
}

#[test]
fn what_cannot_be_evaluated_is_a_hook() {
    let (network, cx) =
        parse("ip link add br0 type bridge\nfor i in 1 2; do\n ip link add b$i type bridge\ndone\n");
    let commands: Vec<&str> =
        network.hooks.iter().filter_map(|h| h.item.command.as_ref()).map(|at| at.value.as_str()).collect();
    assert_eq!(commands, ["for i in 1 2; do ip link add b$i type bridge; done"]);
    assert_eq!(places(&cx, "H501").len(), 1);
}

#[test]
fn no_command_is_no_network() {
    let tree: MemoryTree = [(format!("{DIRECTORY}/x"), "ping 192.0.2.1\n")].into_iter().collect();
    let input = Input { tree: &tree, dialect: None, version: None, state: None };
    assert!(Iproute.parse(&input, &mut Context::default()).is_err());
}

#[test]
fn only_scripts_of_networks_are_scripts() {
    assert!(Iproute.place("x.sh", "#!/bin/sh\nip link add br0 type bridge\n").is_some());
    assert!(Iproute.place("x", "$ sudo brctl addbr br0\n").is_some());
    assert!(Iproute.place("interfaces", "iface eth0 inet manual\n  up ip link set eth0 up\n").is_none());
}

#[test]
fn only_the_kernel_knows_every_card() {
    use netpivot_model::dialect::{KEYFILE, NETLINK};
    let script = "ip link add br0 type bridge\nip link set eth9 master br0\n";
    for (format, code) in [(KEYFILE, "S506"), (NETLINK, "S501")] {
        let tree: MemoryTree = [(format!("{DIRECTORY}/x"), script)].into_iter().collect();
        let state = Network { dialect: Dialect::of(format), ..Network::default() };
        let input = Input { tree: &tree, dialect: None, version: None, state: Some(&state) };
        let mut cx = Context::default();
        Iproute.parse(&input, &mut cx).unwrap();
        assert_eq!(places(&cx, code), ["eth9"], "{format}");
    }
}

#[test]
fn code_in_markdown_is_commands() {
    let (network, cx) = parse(
        "# A bridge\n\nMake it:\n\n`ip link add br0 type bridge`\n\n1. `$ sudo ip link set br0 up`\n\
         2. then run `ip link del br0` when done\n\n```sh\nip link add br1 type bridge\nfor i in 1 2; do\n  touch /run/$i\ndone\n```\n\
         ```\n$ ip link set br1 up\n5: br1: <BROADCAST> mtu 1500\n```\n~~~\n# ip link add br2 type bridge\n~~~\n",
    );
    let facts = facts_of(&network);
    for fact in ["link br0 up = true", "link br1 up = true"] {
        assert!(facts.iter().any(|line| line == fact), "{fact} not in {facts:?}");
    }
    let hooks: Vec<&str> =
        network.hooks.iter().map(|hook| hook.item.command.as_ref().unwrap().value.as_str()).collect();
    assert_eq!(hooks, ["for i in 1 2; do touch /run/$i; done"]);
    assert_eq!(
        places(&cx, "P502"),
        ["Make it:", "2. then run `ip link del br0` when done", "5: br1: <BROADCAST> mtu 1500"]
    );
    let up = network.links[0].up.as_ref().and_then(|at| at.origin.span()).unwrap();
    assert_eq!(cx.sources.place(up), "/netpivot-commands/recipe.sh:7:28");
    // A substitution is none of Markdown's.
    let (network, _) = parse("ip link add br0 type bridge\necho `ip link show`\n");
    assert_eq!(network.links.len(), 1);
}

/// `ip netns exec NAME bash` takes what is typed behind it, up to `exit`.
#[test]
fn a_shell_in_a_namespace_gets_what_is_typed_into_it() {
    let typed = "$ ip netns add blue\n$ ip link add v0 type veth peer name v1\n$ ip link set v1 netns blue\n\
        $ sudo ip netns exec blue bash\n# ip addr add 10.0.0.2/24 dev v1\n# ip link set dev v1 up\n\
        # for n in 1 2; do ip addr add 10.$n.0.1/24 dev v1; done\n# exit\n$ ip link set v0 up\n";
    let (network, cx) = parse(typed);
    let facts = facts_of(&network);
    for fact in ["link v1 ipv4.addresses = [10.0.0.2/24]", "link v1 up = true", "link v0 up = true"] {
        assert!(facts.contains(&fact.to_owned()), "{fact} not in {facts:?}");
    }
    let hooks: Vec<&str> =
        network.hooks.iter().map(|hook| hook.item.command.as_ref().unwrap().value.as_str()).collect();
    assert_eq!(hooks, ["ip netns exec blue sh -c 'for n in 1 2; do ip addr add 10.$n.0.1/24 dev v1; done'"]);
    assert!(!places(&cx, "S507").iter().any(|place| place.starts_with("ip link set v0")));
    // A script hands its own lines to no shell that it opens.
    let (network, _) = parse(&typed.replace("$ ", "").replace("# ", "").replace("for", "# for"));
    assert!(!facts_of(&network).contains(&"link v1 up = true".to_owned()));
}

#[test]
fn what_ip_prints_of_a_bridge_is_no_script() {
    let printed = "2: br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000\n\
        \x20   link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    bridge forward_delay 400 hello_time 200\n";
    assert_eq!(Iproute.place("address", printed), None);
    assert!(Iproute.place("script", "bridge vlan add dev eth0 vid 7\n").is_some());
}
