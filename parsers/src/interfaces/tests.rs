use super::*;
use crate::tree::MemoryTree;

struct Got {
    facts: Vec<String>,
    codes: Vec<String>,
}

fn read_as(dialect: Option<&'static str>, text: &str) -> Got {
    let tree: MemoryTree = [(INTERFACES, text)].into_iter().collect();
    read_tree(dialect, &tree)
}

fn read_tree(dialect: Option<&'static str>, tree: &MemoryTree) -> Got {
    let mut cx = Context::default();
    let input = Input { tree, dialect, version: None, state: None };
    let network = Interfaces.parse(&input, &mut cx).unwrap();
    let facts = netpivot_model::facts::said(&network);
    let line = |f: &netpivot_model::facts::Fact| {
        format!(
            "{} {} = {}",
            netpivot_model::facts::subject_label(&network, f.path.subject),
            f.path.field,
            f.value
        )
    };
    let uncovered = netpivot_model::coverage::uncovered(&network, &cx.items, &cx.diagnostics);
    let mut codes: Vec<String> =
        cx.diagnostics.iter().map(|d| format!("{} {}", d.code.id, d.message)).collect();
    codes.extend(uncovered.iter().map(|item| format!("U001 {}", item.key)));
    Got { facts: facts.iter().map(line).collect(), codes }
}

impl Got {
    #[track_caller]
    fn has(&self, fact: &str) -> &Self {
        assert!(self.facts.iter().any(|f| f == fact), "{fact}\nnot in\n{}", self.facts.join("\n"));
        self
    }

    #[track_caller]
    fn lacks(&self, part: &str) -> &Self {
        assert!(!self.facts.iter().any(|f| f.contains(part)), "{part}\nin\n{}", self.facts.join("\n"));
        self
    }

    #[track_caller]
    fn says(&self, codes: &[&str]) -> &Self {
        let found: Vec<&str> = self.codes.iter().map(|line| &line[..4]).collect();
        assert_eq!(found, codes, "{}", self.codes.join("\n"));
        self
    }
}

const D: Option<&str> = Some("ifupdown");
const C: Option<&str> = Some("ifupdown2");
const N: Option<&str> = Some("ifupdown-ng");

#[test]
fn a_static_stanza() {
    let text =
        "auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  gateway 192.0.2.1\n  mtu 9000\n";
    read_as(D, text)
        .has("link eth0 autoconnect = true")
        .has("link eth0 ipv4.method = manual")
        .has("link eth0 ipv4.addresses = [192.0.2.10/24]")
        .has("link eth0 ipv4.gateway = 192.0.2.1")
        .has("link eth0 mtu = 9000")
        .says(&[]);
}

#[test]
fn the_length_that_nobody_says_depends_on_the_program() {
    let text = "iface eth0 inet static\n  address 10.0.0.1\n";
    read_as(D, text).has("link eth0 ipv4.addresses = [10.0.0.1/8]").says(&["S405"]);
    read_as(C, text).has("link eth0 ipv4.addresses = [10.0.0.1/32]").says(&["S405"]);
    read_as(N, text).has("link eth0 ipv4.addresses = [10.0.0.1/24]").says(&["S405"]);
    let both = "iface eth0 inet static\n  address 10.0.0.1/24\n  netmask 255.255.0.0\n";
    read_as(D, both).has("link eth0 ipv4.addresses = [10.0.0.1/16]").says(&["S406"]);
    read_as(C, both).has("link eth0 ipv4.addresses = [10.0.0.1/24]").says(&["S406"]);
}

#[test]
fn of_repeated_addresses_ifupdown_takes_the_first() {
    let text = "iface eth0 inet static\n  address 192.0.2.1/24\n  address 192.0.2.2/24\n";
    read_as(D, text).has("link eth0 ipv4.addresses = [192.0.2.1/24]").says(&["S403"]);
    read_as(C, text).has("link eth0 ipv4.addresses = [192.0.2.1/24, 192.0.2.2/24]").says(&[]);
}

#[test]
fn a_vlan_of_three_parts_differs() {
    let text = "iface eth0.10.20 inet manual\n";
    read_as(D, text).has("link eth0.10.20 vlan.id = 10").has("link eth0.10.20 vlan.parent = eth0");
    read_as(C, text).has("link eth0.10.20 vlan.id = 20").has("link eth0.10.20 vlan.parent = eth0.10");
}

#[test]
fn a_bridge_makes_ports_of_what_has_no_stanza() {
    let text = "auto br0\niface br0 inet dhcp\n  bridge_ports eth0\n  bridge_stp off\n  bridge_fd 0\n";
    read_as(D, text)
        .has("link br0 kind = bridge")
        .has("link br0 bridge.stp = false")
        .has("link br0 bridge.forward_delay = 0")
        .has("link eth0 controller = br0")
        .has("link eth0 port_type = bridge")
        .has("link eth0 autoconnect = true")
        .says(&[]);
}

#[test]
fn a_gateway_outside_the_subnets_is_on_the_link_and_switches_advertisements_off() {
    let text = "iface eth0 inet6 static\n  address 2001:db8::2/64\n  gateway 2001:db8:f::1\n";
    read_as(D, text)
        .has("route ::/0 of eth0 onlink = true")
        .has("link eth0 ipv6.accept_ra = 0")
        .says(&["S408"]);
    read_as(C, text).has("route ::/0 of eth0 onlink = true").lacks("accept_ra");
    let said = format!("{text}  accept_ra 1\n");
    read_as(D, &said).has("link eth0 ipv6.accept_ra = 1");
}

#[test]
fn advertisements_set_by_a_command_are_the_links() {
    let stanza = "auto eth0\niface eth0 inet6 manual\n  pre-up sysctl -q -w net.ipv6.conf.eth0.accept_ra=0\n";
    read_as(D, stanza).has("link eth0 ipv6.accept_ra = 0").lacks("kernel setting");
    let text = format!("{stanza}  up echo 0 > /proc/sys/net/ipv6/conf/$IFACE/autoconf\n");
    read_as(C, &text).has("link eth0 ipv6.autoconf = false").lacks("kernel setting");
    // Each stands where the stanza says otherwise, and what the link has no setting for.
    let text = format!("{stanza}  up sysctl -w net.ipv6.conf.eth0.hop_limit=9\n");
    read_as(D, &text)
        .has("kernel setting net.ipv6.conf.eth0.hop_limit of eth0 value = 9")
        .lacks("eth0.accept_ra");
    let option = stanza.replace("manual", "dhcp\n  accept_ra 1");
    read_as(D, &option)
        .has("link eth0 ipv6.accept_ra = 1")
        .has("kernel setting net.ipv6.conf.eth0.accept_ra of eth0 value = 0");
}

#[test]
fn a_bad_line_refuses_the_whole_file() {
    let text = "auto eth0\niface eth0 inet dhcp\niface br0 inet manual\n  bridge_ports\n";
    let got = read_as(D, text);
    got.says(&["P400"]);
    assert!(got.facts.is_empty());
    read_as(C, text).has("link eth0 ipv4.method = auto");
}

#[test]
fn hooks_become_facts() {
    let text = "auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  up ip route add 10.0.0.0/8 via 192.0.2.1 dev $IFACE || true\n  down ip route del 10.0.0.0/8 via 192.0.2.1 dev $IFACE || true\n  up /usr/local/bin/notify\n";
    read_as(D, text).has("route 10.0.0.0/8 of eth0 gateway = 192.0.2.1").says(&["H400", "H501"]);
}

#[test]
fn what_takes_back_a_command_that_stays_stays() {
    let pairs = [
        ("up /x/svc up", "pre-down /x/svc down"),
        ("up iptables -A FORWARD -i eth0 -j ACCEPT", "down iptables -D FORWARD -i eth0 -j ACCEPT"),
        ("up tc qdisc add dev eth0 root fq", "down tc qdisc del dev eth0 root fq"),
        ("up wg-quick up wg0", "down wg-quick down wg0"),
        ("up /x/tunnel && ip route add 10.7.0.0/16 dev eth0", "down ip route del 10.7.0.0/16 dev eth0"),
        ("up /x/tunnel --dev $IFACE", "post-down ip link del $IFACE"),
        ("up ip link set x9 master \"$(cat /x)\"", "down ip link set x9 nomaster"),
    ];
    for (up, down) in pairs {
        let text = format!(
            "auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  {up}\n  {down}\n  up ip route add 10.8.0.0/16 via 192.0.2.1\n  down ip route del 10.8.0.0/16\n"
        );
        let got = read_as(D, &text);
        let command = down.split_once(' ').unwrap().1;
        assert!(
            got.facts.iter().any(|fact| fact.ends_with(&format!("command = {command}"))),
            "{command}\n{:?}\n{:?}",
            got.facts,
            got.codes
        );
        // The route became configuration.
        let told: Vec<_> = got.codes.iter().filter(|code| code.starts_with("H400")).collect();
        assert!(told.len() == 1 && told[0].contains("10.8.0.0/16"), "{told:?}");
    }
}

#[test]
fn a_link_that_became_configuration_goes_whoever_speaks_of_it() {
    let text = "auto veth1\niface veth1 inet manual\n  pre-up ip link add name veth1 type veth peer name veth2\n  up /x/watch veth1\n  post-down ip link del dev veth1\n";
    read_as(D, text).lacks("command = ip link del").says(&["H400", "H501"]);
}

#[test]
fn a_deletion_may_name_less_than_was_added() {
    let text = "auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  up ip rule add from 192.0.2.10 lookup 100 priority 7\n  up ip route add default via 192.0.2.1 table 100\n  down ip rule del pref 7\n  down ip route del default table 100\n  down ip rule del pref 8\n";
    let got = read_as(D, text);
    got.has("rule 7 of eth0 table = 100").has("hook down `ip rule del pref 8` of eth0 phase = down");
    assert!(!got.facts.iter().any(|fact| fact.contains("del pref 7") || fact.contains("del default")));
}

#[test]
fn what_takes_back_may_be_abbreviated() {
    let text = "auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  up ip ru a from 192.0.2.10 table 7\n  down ip rule d from 192.0.2.10 lookup 7\n  up ip route add 10.0.0.0/8 via 192.0.2.1\n  down ip -4 r de 10.0.0.0/8\n  pre-up ip link add name v0 type veth peer name v1\n  post-down ip l d dev v0\n  down ip netns d v0\n";
    read_as(D, text).has("hook down `ip netns d v0` of eth0 phase = down").says(&["H400", "H400", "H400"]);
}

#[test]
fn ifup_stops_where_a_command_fails() {
    let stops = |dialect, command: &str| {
        let text = format!(
            "auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  up ip route add 10.1.0.0/16 via 192.0.2.1\n  up {command}\n"
        );
        let got = read_as(dialect, &text);
        let told: Vec<&String> =
            got.codes.iter().filter(|c| c.starts_with("S501") || c.starts_with("P501")).collect();
        assert_eq!(told.len(), 1, "{command}: {:?}", got.codes);
        told[0].ends_with("; ifup stops here and runs nothing that stands behind it in the stanza, which is converted all the same")
    };
    let again = "ip route add 10.1.0.0/16 via 192.0.2.2";
    assert!(stops(D, again));
    assert!(stops(D, "ip route 10.1.0.0/16 via 192.0.2.2"));
    assert!(stops(D, &format!("{again} 2>/dev/null")));
    assert!(stops(D, &format!("{again} && ip route add 10.2.0.0/16 via 192.0.2.2")));
    for goes_on in [format!("{again} || true"), format!("{again}; true"), format!("! {again}")] {
        assert!(!stops(D, &goes_on), "{goes_on}");
    }
    // ifupdown2 warns and goes on (ifupdown/scheduler.py).
    assert!(!stops(C, again));
}

#[test]
fn an_address_that_a_hook_may_need_is_taken_away_by_a_hook() {
    let taken = "ip addr del 192.0.2.10/24 dev eth0";
    let read = |before: &str, behind: &str| {
        read_as(
            D,
            &format!(
                "auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  {before}\n  up {taken}\n  {behind}\n"
            ),
        )
    };
    read("up /x/needs-it", "").has("link eth0 ipv4.addresses = [192.0.2.10/24]").says(&["H501", "H501"]);
    // Before ifup sets it up, nothing needs it.
    for harmless in [("pre-up /x/firewall", ""), ("", "up /x/later")] {
        read(harmless.0, harmless.1).lacks("192.0.2.10").says(&["H501", "S502"]);
    }
}

#[test]
fn infiniband_is_told_by_the_name() {
    let text = "auto ib0 ibp5s0 ibm ibx1\niface ib0 inet manual\niface ibp5s0 inet manual\niface ibm inet manual\niface ibx1 inet manual\n";
    read_as(D, text)
        .has("link ib0 kind = infiniband")
        .has("link ibp5s0 kind = infiniband")
        .has("link ibm kind = ethernet")
        .has("link ibx1 kind = ethernet");
}

#[test]
fn the_tap_recipe_becomes_a_tap() {
    let text = "auto tap0\niface tap0 inet manual\n  pre-up ip tuntap add tap0 mode tap user root\n  pre-up ip addr add 192.168.10.2/24 dev tap0\n  up ip link set dev tap0 up\n  post-up ip route del 192.168.10.0/24 dev tap0\n  post-up ip route add 192.168.10.2/32 dev tap0\n  post-down ip link del dev tap0\n";
    read_as(D, text)
        .has("link tap0 kind = tun")
        .has("link tap0 tun.mode = tap")
        .has("link tap0 tun.owner = 0")
        .has("link tap0 ipv4.method = manual")
        .has("link tap0 ipv4.addresses = [192.168.10.2/24 noprefixroute]");
}

#[test]
fn vlans_of_a_bridge_are_those_of_its_ports() {
    let text = "auto bridge\niface bridge\n  bridge-vlan-aware yes\n  bridge-ports swp1 swp2\n  bridge-vids 10 20-30\n\niface swp2\n  bridge-access 100\n";
    read_as(None, text)
        .has("link bridge bridge.vlan_filtering = true")
        .has("link swp1 bridge_port.vlans = [1 pvid untagged, 10, 20-30]")
        .has("link swp2 bridge_port.vlans = [100 pvid untagged]")
        .lacks("link bridge bridge.vlans")
        .says(&["S400"]);
}

#[test]
fn a_template_is_refused() {
    let got = read_as(None, "%for i in range(1, 4):\nauto eth${i}\niface eth${i}\n%endfor\n");
    got.says(&["S400", "P402"]);
    assert!(got.facts.is_empty());
}

#[test]
fn includes_are_followed_once() {
    let tree: MemoryTree = [
        (INTERFACES, "source /etc/network/interfaces.d/*\nsource-directory interfaces.d\n"),
        (
            "/etc/network/interfaces.d/eth0.cfg",
            "auto eth0\niface eth0 inet dhcp\nsource /etc/network/interfaces\n",
        ),
        ("/etc/network/interfaces.d/eth1", "iface eth1 inet dhcp\n"),
    ]
    .into_iter()
    .collect();
    read_tree(D, &tree).has("link eth0 ipv4.method = auto").has("link eth1 ipv4.method = auto");
}

#[test]
fn inherited_options_come_first() {
    let text = "iface common inet static\n  mtu 1400\n\nauto eth0\niface eth0 inherits common\n  address 192.0.2.1/24\n";
    read_as(D, text)
        .has("link eth0 mtu = 1400")
        .has("link eth0 ipv4.method = manual")
        .lacks("common")
        .says(&["S413"]);
}

#[test]
fn ifupdown2_merges_the_stanzas_of_a_name() {
    let text = "auto eth0\niface eth0 inet static\n  address 192.0.2.1\n  netmask 24\n  mtu 1400\n\
        iface eth0 inet6 static\n  address 2001:db8::1/64\n  mtu 1500\n";
    read_as(C, text)
        .has("link eth0 mtu = 1400")
        .has("link eth0 ipv4.addresses = [192.0.2.1/24]")
        .has("link eth0 ipv6.addresses = [2001:db8::1/64]")
        .says(&["S409"]);
    // One method for both families; DHCP leaves the addresses out.
    let text = "auto eth0\niface eth0 inet dhcp\niface eth0 inet6 static\n  address 2001:db8::1/64\n";
    read_as(C, text)
        .has("link eth0 ipv4.method = auto")
        .has("link eth0 ipv6.method = dhcp")
        .lacks("ipv6.addresses")
        .says(&["S409", "S409"]);
}

#[test]
fn ifupdown2_keeps_netmasks_by_position() {
    let text = "iface eth0\n  netmask 16\n  address 192.0.2.1/24\n  address 192.0.2.2\n  netmask 25\n";
    read_as(C, text).has("link eth0 ipv4.addresses = [192.0.2.1/24, 192.0.2.2/25]").says(&["S409"]);
    // The second stanza's netmask comes to stand at the first one's address, which has a length.
    let text = "iface eth0\n  address 192.0.2.1/24\niface eth0\n  address 198.51.100.1\n  netmask 25\n";
    read_as(C, text)
        .has("link eth0 ipv4.addresses = [192.0.2.1/24, 198.51.100.1/32]")
        .says(&["S406", "S405"]);
}

#[test]
fn ifupdown2_takes_auto_lines_above_a_stanza_only() {
    read_as(C, "iface eth0\nauto eth0\n").lacks("autoconnect").says(&["S416"]);
    read_as(C, "auto all\niface eth0\n").has("link eth0 autoconnect = true").says(&[]);
    read_as(D, "iface eth0 inet dhcp\nauto eth0\n").has("link eth0 autoconnect = true").says(&[]);
}

#[test]
fn ifupdown_ng_reads_options_below_auto() {
    read_as(N, "auto eth0\n  mtu 1400\n8x 3\n")
        .has("link eth0 autoconnect = true")
        .has("link eth0 mtu = 1400")
        .says(&["P401"]);
    let text = "template t\n  mtu 1400\niface eth0 inet6 dhcp\n  mtu 1500\n  inherit t\n";
    read_as(N, text).has("link eth0 mtu = 1400").has("link eth0 ipv4.method = auto").lacks("ipv6.method");
}

#[test]
fn a_bridge_has_no_ports_of_a_bond() {
    let text = "auto br0\niface br0 inet manual\n  bridge_ports eth0\n  bond_slaves eth1\n";
    read_as(D, text).has("link eth0 controller = br0").lacks("eth1").says(&["S409"]);
}

#[test]
fn words_for_open_vswitch_go_to_their_layers() {
    let text = "allow-ovs br0\niface br0 inet manual\n ovs_type OVSBridge\n ovs_ports t0\n\
                \tovs_extra set bridge ${IFACE} fail_mode=secure -- set-controller br0 tcp:192.0.2.9\n\
                allow-br0 t0\niface t0 inet manual\n ovs_type OVSTunnel\n ovs_bridge br0\n ovs_tunnel_type gre\n\
                \tovs_tunnel_options options:remote_ip=192.0.2.1 options:psk=x\n ovs_options tag=5 -- set interface t0 mtu_request=1400\n";
    let got = read_as(D, text);
    got.has("link br0 ovs_bridge.fail_mode = secure")
        .has("link br0 autoconnect = true")
        .has("link t0 autoconnect = true")
        .lacks("t0 eni.classes")
        .has("link t0 ovs_interface.interface_type = gre")
        .has("link t0 ovs_interface.tunnel_options = {remote_ip: 192.0.2.1}")
        .has("link t0 ovs_port.tag = 5");
    assert!(!got.facts.iter().any(|fact| fact.contains("192.0.2.9") || fact.contains("psk")));
    // Not listed by its bridge, so nothing brings it up.
    read_as(D, &text.replace(" ovs_ports t0\n", "")).lacks("link t0 autoconnect");
    let options = "auto br0\niface br0 inet manual\n ovs_type OVSBridge\n ovs_options fail_mode=secure\n";
    read_as(C, options).has("link br0 ovs_bridge.fail_mode = secure").says(&[]);
    let refused = read_as(D, options);
    refused.lacks("fail_mode");
    assert!(
        refused.codes.iter().any(|line| line.contains("`ovs-vsctl add-br br0 fail_mode=secure` is refused"))
    );
}

#[test]
fn what_commands_make_starts_with_the_stanza_that_makes_it() {
    let stanza = "iface eth0 inet manual\n  up ip link set eth1 up\n  up ip link add d0 type dummy\n\
                  \tup ip link set d0 up\niface eth2 inet manual\n  pre-up ip link set eth2 mtu 1400\n";
    read_as(D, stanza).lacks("autoconnect");
    read_as(D, &format!("auto eth0\n{stanza}"))
        .has("link eth1 autoconnect = true")
        .has("link d0 autoconnect = true")
        .lacks("link eth2 autoconnect")
        .lacks("hotplug");
    let hotplug = read_as(D, &format!("allow-hotplug eth0\n{stanza}"));
    hotplug.has("link eth1 hotplug = true").has("link d0 autoconnect = true").lacks("link d0 hotplug");
    assert!(hotplug.codes.iter().any(|line| line.starts_with("H401 `d0`")), "{:?}", hotplug.codes);
    // One end of a pair that nobody sets up.
    let pair = "auto eth0\niface eth0 inet manual\n  up ip link add v0 type veth peer name v1\n  up ip link set v0 up\n";
    read_as(D, pair).has("link v0 autoconnect = true").lacks("link v1 autoconnect");
    // What its own stanza configures is started by that alone.
    let own = "auto eth0\niface eth0 inet manual\n  up ip link set eth1 up\niface eth1 inet static\n  address 192.0.2.1/24\n";
    read_as(D, own).lacks("link eth1 autoconnect");
    read_as(D, &own.replace("static\n  address 192.0.2.1/24", "manual")).has("link eth1 autoconnect = true");
}

#[test]
fn settings_of_the_host_belong_to_the_stanza_that_makes_them() {
    let lines = "  up sysctl -w net.ipv4.ip_forward=1\n  up ip netns add blue\n\
                 \tup iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n\
                 \tup ip -n blue rule add from 192.0.2.1 table 5\n";
    read_as(D, &format!("iface eth0 inet manual\n{lines}"))
        .has("kernel setting net.ipv4.ip_forward of eth0 value = 1")
        .has("namespace blue of eth0 name = blue")
        .has("address translation masquerade through eth0 of eth0 out_interface = eth0")
        .has("rule number 0 of the host netns = blue");
    read_as(D, &format!("iface lo inet loopback\n{lines}"))
        .has("kernel setting net.ipv4.ip_forward of the host value = 1")
        .has("namespace blue of the host name = blue");
}

#[test]
fn kernel_settings_of_a_device_are_its_own() {
    let text = "auto eth0 eth0.30\niface eth0 inet manual\n  up sysctl -w net.mpls.conf.eth5.input=1\n\
                iface eth0.30 inet manual\n  up sysctl -w net.ipv4.conf.eth0.rp_filter=2\n\
                \tup sysctl -w net.ipv4.conf.eth0/30.rp_filter=2\n\
                iface eth1 inet manual\n  up sysctl -w net.ipv4.conf.eth0.arp_filter=1\n";
    read_as(D, text)
        .has("kernel setting net.ipv4.conf.eth0.rp_filter of eth0 value = 2")
        .has("kernel setting net.ipv4.conf.eth0/30.rp_filter of eth0.30 value = 2")
        .has("kernel setting net.mpls.conf.eth5.input of eth0 value = 1")
        .lacks("link eth5")
        // eth1 is brought up by hand, eth0 at boot.
        .has("kernel setting net.ipv4.conf.eth0.arp_filter of eth1 value = 1");
}

#[test]
fn an_alias_starts_for_itself() {
    let text = "auto eth0\niface eth0 inet static\n  address 192.0.2.1/24\n  pre-up /bin/fw\n\
                allow-hotplug eth0:1\niface eth0:1 inet static\n  address 192.0.2.2/24\n  up /bin/alias\n";
    read_as(D, text)
        .has("link eth0 autoconnect = true")
        .has("link eth0 eni.alias_starts = {eth0:1: hotplug}")
        .has("hook up `/bin/alias` of eth0 stanza = eth0:1")
        .lacks("link eth0 hotplug");
    read_as(D, &text.replace("allow-hotplug", "auto")).lacks("alias_starts");
    read_as(D, &text.replace("allow-hotplug eth0:1\n", ""))
        .has("link eth0 eni.alias_starts = {eth0:1: manual}");
    // ifupdown2 makes one interface of both.
    read_as(C, text).lacks("alias_starts").lacks("stanza = ");
}

#[test]
fn the_length_of_an_address_with_a_peer_is_the_peer_s() {
    let text = "iface eth0 inet static\n  address 10.99.0.1/30\n  pointopoint 10.99.0.2\n";
    read_as(D, text).has("link eth0 ipv4.addresses = [10.99.0.1/32 peer 10.99.0.2]").says(&["S406"]);
    let bare = text.replace("0.1/30", "0.1");
    read_as(D, &bare).has("link eth0 ipv4.addresses = [10.99.0.1/32 peer 10.99.0.2]").says(&[]);
    let network = text.replace("0.2\n", "0.2/30\n");
    read_as(D, &network).has("link eth0 ipv4.addresses = [10.99.0.1/30 peer 10.99.0.2]").says(&[]);
}

#[test]
fn lines_that_start_a_stanza_under_another_name_are_kept() {
    let text = "rename eth0=lan0\nauto lan0\niface lan0 inet manual\nauto /mac/00:11:22:33:44:55=dmz\n\
                iface dmz inet dhcp\nauto eth7=wan\nauto wan\niface wan inet dhcp\n";
    read_as(D, text)
        .has("link lan0 eni.renamed_from = eth0")
        .has("link dmz eni.devices = [/mac/00:11:22:33:44:55]")
        .has("link dmz matches.mac = 00:11:22:33:44:55")
        .has("link dmz autoconnect = true")
        .has("link wan eni.devices = [wan, eth7]")
        .says(&[]);
    let bridge = "iface br0 inet dhcp\n  bridge_ports eth9 regex eth.*\n";
    read_as(D, bridge)
        .has("link br0 eni.bridge_ports = eth9 regex eth.*")
        .has("link eth9 controller = br0")
        .says(&["S412"]);
    // No stanza has the name.
    read_as(D, "rename eth0=lan1\n").says(&["S415"]);
    let mapping = "auto eth0\nmapping eth0\n  script /bin/where\n  map a eth0-a\niface eth0-a inet dhcp\n";
    read_as(D, mapping).says(&["S414"]).lacks("autoconnect");
    // A card that a command renames.
    let command = "auto eth0\niface eth0 inet manual\n  pre-up ip link set eth5 name wan5\n  pre-up ip link set wan5 up\n";
    read_as(D, command).has("link wan5 eni.renamed_from = eth5");
}

#[test]
fn what_is_included_is_told_where_nobody_gave_it() {
    let text = "source $HOME/x /etc/network/extra.conf\nsource /etc/network/interfaces.d/*\nauto eth0\niface eth0 inet dhcp\n";
    read_as(D, text).says(&["P403", "P403"]);
    let extra = "iface eth1 inet dhcp\n";
    let tree: MemoryTree = [
        (INTERFACES, text),
        ("/etc/network/extra.conf", extra),
        ("/etc/network/interfaces.d/a.cfg", "iface eth2 inet dhcp\n"),
    ]
    .into_iter()
    .collect();
    read_tree(D, &tree)
        .has("link eth1 ipv4.method = auto")
        .has("link eth2 ipv4.method = auto")
        .says(&["P403"]);
    let both = "source-directory /etc/network/interfaces.d\nsource /etc/network/interfaces.d/*\n";
    let tree: MemoryTree =
        [(INTERFACES, both), ("/etc/network/interfaces.d/a.cfg", extra)].into_iter().collect();
    let got = read_tree(D, &tree);
    got.has("link eth1 ipv4.method = auto");
    assert!(!got.codes.iter().any(|line| line.starts_with("P004")), "{:?}", got.codes);
}

#[test]
fn a_client_in_a_hook_is_dhcp() {
    let text = "auto br0\niface br0 inet manual\n  bridge_ports none\n  up dhclient -nw $IFACE\n  down dhclient -r $IFACE\n";
    let got = read_as(D, text);
    got.has("link br0 ipv4.method = auto").lacks("hook").says(&["H400"]);
    // Nobody started that one.
    read_as(D, "auto br0\niface br0 inet manual\n  bridge_ports none\n  down dhclient -r $IFACE\n").says(&[]);
}

#[test]
fn a_stanza_with_dhcp_in_a_vrf_keeps_it() {
    let text = "auto mgmt\niface mgmt inet manual\n  pre-up ip link add mgmt type vrf table 1001\n\
                auto eth0\niface eth0 inet dhcp\n  pre-up ip link set dev eth0 master mgmt\n";
    read_as(D, text).has("link eth0 ipv4.method = auto").has("link eth0 controller = mgmt");
    let text = "auto br0\niface br0 inet manual\n  bridge_ports none\nauto eth0\niface eth0 inet dhcp\n  up brctl addif br0 eth0\n";
    read_as(D, text).lacks("link eth0 ipv4").says(&["S508"]);
}

#[test]
fn a_port_is_taken_back_where_something_plugged_it_in() {
    let stanza = "auto eth0\niface eth0 inet manual\n";
    // The bridge is somebody else's.
    let other = read_as(D, &format!("{stanza}  post-down brctl delif br9 eth0\n"));
    assert!(other.facts.iter().any(|fact| fact.ends_with("brctl delif br9 eth0")), "{:?}", other.facts);
    other.says(&[]);
    let by_hook = "  up ip link set $IFACE master br0\n  down ip link set $IFACE nomaster\n";
    let bridge = "auto br0\niface br0 inet manual\n  bridge_ports none\n";
    read_as(D, &format!("{bridge}{stanza}{by_hook}")).has("link eth0 controller = br0").says(&["H400"]);
    let by_hook = "  up brctl addif br0 eth0\n  down brctl delif br0 eth0\n";
    read_as(D, &format!("{bridge}{stanza}{by_hook}")).says(&["H400"]);
    let bridge = "auto br0\niface br0 inet manual\n  bridge_ports eth0\n";
    read_as(D, &format!("{bridge}{stanza}  down brctl delif br0 eth0\n")).says(&["H400"]);
}

#[test]
fn a_lone_file_is_named_as_it_is() {
    let mut tree = MemoryTree::default();
    tree.add_as("/etc/network/interfaces.d/x", "iface eth0 inet dhcp\n", "x.txt");
    assert_eq!(Interfaces.detect(&tree), Confidence::Sure("x.txt holds 1 stanza".to_owned()));
    tree.add("/etc/network/interfaces.d/y", "iface eth1 inet dhcp\n");
    let found = "/etc/network/interfaces.d holds 2 stanzas".to_owned();
    assert_eq!(Interfaces.detect(&tree), Confidence::Sure(found));
}

#[test]
fn owners_have_the_numbers_of_the_host() {
    let text = "auto tap0\niface tap0 inet manual\n  pre-up ip tuntap add tap0 mode tap user box group net\n";
    let mut tree: MemoryTree = [(INTERFACES, text)].into_iter().collect();
    read_tree(D, &tree).has("link tap0 tun.owner = box").has("link tap0 tun.group = net");
    tree.add("/etc/passwd", "root:x:0:0::/:/bin/sh\nboxes:x:7:7::/:\nbox:secret:1007:8::/:\n");
    tree.add("/etc/group", "box:x:9:\nnet:x:28:box\n");
    read_tree(D, &tree).has("link tap0 tun.owner = 1007").has("link tap0 tun.group = 28");
}

#[test]
fn ifupdown_ng_has_a_moment_before_pre_up_and_one_after_post_down() {
    // `ifup -n` of ifupdown-ng 0.12 shows: create, pre-up, up, post-up.
    let text = "auto eth0\niface eth0 inet static\n  address 10.0.0.1/24\n  destroy /bin/d\n  post-down /bin/c\n  pre-up /bin/b\n  create /bin/a\n";
    let got = read_as(Some("ifupdown-ng"), text);
    let commands = |got: &Got| -> Vec<String> {
        let of_hooks = got.facts.iter().filter_map(|f| f.strip_prefix("hook ")?.split_once(" command = "));
        of_hooks.map(|(_, command)| command.to_owned()).collect()
    };
    assert_eq!(commands(&got), ["/bin/a", "/bin/b", "/bin/c", "/bin/d"]);
    assert!(!got.codes.iter().any(|code| code.starts_with("U001")), "{:?}", got.codes);
    assert_eq!(commands(&read_as(Some("ifupdown"), text)), ["/bin/b", "/bin/c"]);
}

#[test]
fn an_open_network_has_no_security() {
    let open = "auto wlan0\niface wlan0 inet dhcp\n wpa-ssid cafe\n wpa-key-mgmt NONE\n";
    read_as(D, open).lacks("wifi_security").says(&[]);
    let wep = format!("{open} wpa_wep_key0 abcde\n");
    read_as(D, &wep).has("link wlan0 wifi_security.key_mgmt = none");
}

/// wpa_supplicant.conf(5): `key_mgmt` is WPA-PSK WPA-EAP by default.
#[test]
fn a_key_without_key_management_is_used() {
    let stanza = "auto wlan0\niface wlan0 inet dhcp\n wpa-ssid home\n wpa-psk \"correct horse\"\n";
    read_as(D, stanza).has("link wlan0 wifi_security.key_mgmt = wpa-psk").says(&[]);
    let sae = format!("{stanza} wpa-key-mgmt SAE\n");
    read_as(D, &sae).has("link wlan0 wifi_security.key_mgmt = sae").says(&[]);
    let either = format!("{stanza} wpa-eap PEAP\n wpa-identity me\n");
    read_as(D, &either).lacks("wifi_security.key_mgmt");
}

#[test]
fn a_link_that_only_its_stanza_names_is_what_commands_make_of_it() {
    let of = |stanza: &str| read_as(D, stanza);
    of("auto lan0\niface lan0 inet static\n address 10.0.0.9/24\n pre-up ip link set eth1 name lan0\n")
        .has("link lan0 eni.renamed_from = eth1")
        .has("link lan0 ipv4.addresses = [10.0.0.9/24]")
        .lacks("eth1 ")
        .says(&["S506"]);
    of("auto vlan20\niface vlan20 inet static\n address 10.0.0.9/24\n pre-up vconfig add eth0 20\n \
        pre-up ip link set eth0.20 name vlan20\n")
    .has("link vlan20 vlan.parent = eth0")
    .has("link vlan20 vlan.id = 20")
    .lacks("eth0.20")
    .lacks("renamed_from")
    .says(&["S506"]);
    // The old recipe of Debian: the module has made bond0.
    of("auto bond0\niface bond0 inet static\n address 10.0.0.9/24\n up /sbin/ifenslave bond0 eth0 eth1\n")
        .has("link bond0 kind = bond")
        .has("link eth0 controller = bond0")
        .has("link eth1 port_type = bond")
        .lacks("eth0 up = false")
        .says(&["S506", "S506", "S506"]);
    of("auto sw\niface sw inet manual\n up brctl addif sw eth0\n")
        .has("link sw kind = bridge")
        .has("link eth0 controller = sw");
    // Two configurations do not become one, and a kind is not guessed.
    of("auto eth1\niface eth1 inet static\n address 10.0.0.8/24\nauto lan0\niface lan0 inet static\n \
        address 10.0.0.9/24\n pre-up ip link set eth1 name lan0\n")
    .has("hook pre-up `ip link set eth1 name lan0` of lan0 command = ip link set eth1 name lan0")
    .lacks("renamed_from")
    .says(&["H501"]);
    of("auto bond0\niface bond0 inet manual\n up ip link set eth0 master bond0\n")
        .has("hook up `ip link set eth0 master bond0` of bond0 command = ip link set eth0 master bond0")
        .says(&["H501", "S506"]);
}

#[test]
fn routes_into_a_vrf_are_those_of_its_table() {
    let text = "auto red\niface red\n vrf-table 1010\n post-up ip route add vrf red unreachable default metric \
                4278198272\n";
    let route = "route 0.0.0.0/0 table 1010 of red";
    read_as(C, text)
        .has(&format!("{route} table = 1010"))
        .has(&format!("{route} metric = 4278198272"))
        .has(&format!("{route} route_type = unreachable"))
        .lacks("hook ")
        .says(&[]);
}

#[test]
fn keys_and_peers_of_wireguard_stand_in_a_file_of_wg() {
    let stanza = "auto wg0\niface wg0\n use wireguard\n address 10.9.0.1/24\n";
    let keys = "[interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk= # mine\nFwMark=0x20\n\
                [Peer]\nPublicKey=xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs=10.0.0.0/8\n\
                allowedips = fd00::1, 10.9.9.9\nPersistentKeepalive = off\n";
    let with = |path: &'static str, interfaces: &'static str, keys: &str| {
        read_tree(N, &[(INTERFACES, interfaces), (path, keys)].into_iter().collect())
    };
    with("/etc/wireguard/wg0.conf", stanza, keys)
        .has("link wg0 wireguard.private_key = <hidden>")
        .has("link wg0 wireguard.fwmark = 32")
        .has("link wg0 wireguard.peers[0].allowed_ips = [10.0.0.0/8, fd00::1/128, 10.9.9.9/32]")
        .has("link wg0 wireguard.peers[0].persistent_keepalive = 0")
        .says(&[]);
    let elsewhere = "auto wg0\niface wg0\n wireguard-config-path /etc/keys\n";
    with("/etc/keys", elsewhere, keys).has("link wg0 wireguard.fwmark = 32").says(&[]);
    // wg(8) takes all of a file or nothing.
    let bad = "[Interface]\nListenPort = 1\nAddress = 10.9.0.1/24\n[Peer]\nPublicKey = short\n";
    with("/etc/wireguard/wg0.conf", stanza, bad).lacks("wireguard.").says(&["P404"]);
    read_as(N, stanza).lacks("wireguard.").says(&["P404"]);
}

#[test]
fn vlans_of_a_bridge_are_the_default_of_later_ports_too() {
    let text = "auto vmbr0\niface vmbr0\n bridge-ports eno1\n bridge-vlan-aware yes\n bridge-vids 2-4094\n";
    let tree: MemoryTree = [(INTERFACES, text)].into_iter().collect();
    let input = Input { tree: &tree, dialect: C, version: None, state: None };
    let network = Interfaces.parse(&input, &mut Context::default()).unwrap();
    let kept: Vec<_> =
        network.leftovers.iter().map(|kept| (kept.key.as_str(), kept.value.as_str())).collect();
    assert_eq!(kept, [("bridge-vids", "2-4094")]);
    read_as(C, text)
        .has("link eno1 bridge_port.vlans = [1 pvid untagged, 2-4094]")
        .lacks("bridge.vlans")
        .says(&[]);
    // What Cumulus' daemons read goes along.
    read_as(C, "auto bond1\niface bond1\n bond-slaves swp1\n clag-id 1\n").says(&[]);
}

#[test]
fn a_lone_file_under_its_own_name_includes_what_was_not_given() {
    let text = "source /etc/network/interfaces.d/*\nauto eth0\niface eth0 inet dhcp\n";
    let lone: MemoryTree = [("/etc/network/interfaces.d/vm.txt", text)].into_iter().collect();
    read_tree(D, &lone).says(&["P403"]);
    let both = [(INTERFACES, text), ("/etc/network/interfaces.d/vm", "auto eth1\niface eth1 inet dhcp\n")];
    read_tree(D, &both.into_iter().collect()).says(&[]);
}

#[test]
fn the_executor_of_vrfs_makes_no_vrf_of_a_member() {
    read_as(
        N,
        "auto blue\niface blue\n\tvrf-table 1010\nauto eth3\niface eth3\n\tuse vrf\n\tvrf-member blue\n\taddress 10.33.0.1/24\n",
    )
    .has("link blue vrf.table = 1010")
    .has("link eth3 kind = ethernet")
    .has("link eth3 controller = blue")
    .says(&["S409"]);
}
