use super::*;
use netpivot_model::diagnostic::Severity;
use netpivot_model::dialect::{Dialect, IPROUTE};
use netpivot_model::facts;
use netpivot_model::link::Link;
use netpivot_model::source::{At, Sources};

mod dhcp;
mod ends;
mod refusals;
mod units;
mod wireguard;

/// What a script leaves behind: facts as lines, findings as `CODE word`, lines that stay.
pub(super) struct Ran {
    pub network: Network,
    pub facts: Vec<String>,
    pub findings: Vec<String>,
    pub left: Vec<String>,
    severities: Vec<(&'static str, Severity)>,
}

fn run_from(network: Network, world: World, manner: Manner, script: &str) -> Ran {
    let mut sources = Sources::default();
    let source = sources.add("script", script);
    let network = Network { dialect: Dialect::of(IPROUTE), ..network };
    let none = |_: &str| None;
    let tables = Tables::builtin();
    let files = Files::default();
    let (network, report) = settle(|verbatim| {
        let mut evaluator = Evaluator::new(network.clone(), world, &tables, &files, verbatim);
        let mut report = Report::default();
        let text = Text { text: script, source, pieces: &[(0, 0)] };
        evaluator.apply(&text, manner, &mut Shell::new(&none), &mut report);
        let finished = evaluator.finish();
        report.diagnostics.extend(finished.diagnostics);
        (finished.network, report)
    });
    let facts = facts::said(&network)
        .iter()
        .map(|f| format!("{} {} = {}", facts::subject_label(&network, f.path.subject), f.path.field, f.value))
        .collect();
    let findings = report
        .diagnostics
        .iter()
        .map(|d| {
            let place = d.labels.first().map_or("", |span| sources.text(*span));
            format!("{} {place}: {}", d.code.id, d.help.as_deref().unwrap_or(""))
        })
        .collect();
    let severities = report.diagnostics.iter().map(|d| (d.code.id, d.severity)).collect();
    Ran {
        network,
        facts,
        findings,
        left: report.left.into_iter().map(|left| left.text).collect(),
        severities,
    }
}

/// In a fresh namespace: nothing but `lo`.
pub(super) fn fresh(script: &str) -> Ran {
    run_from(Network::default(), World::Known, Manner::Script, script)
}

pub(super) fn unknown(script: &str) -> Ran {
    run_from(Network::default(), World::Unknown, Manner::Script, script)
}

/// A line of an interfaces file; the stanza's own interface is `eth0`.
pub(super) fn hook(line: &str) -> Ran {
    let name = Some(At::new("eth0".to_owned(), Span::new(SourceId(0), 0, 0)));
    let mut network = Network::default();
    network.add_link(Link { name, ..Link::default() });
    run_from(network, World::Unknown, Manner::Hook, line)
}

impl Ran {
    /// How bad the first finding of a code is.
    pub fn severity_of(&self, code: &str) -> Option<Severity> {
        self.severities.iter().find(|(id, _)| *id == code).map(|(_, severity)| *severity)
    }

    #[track_caller]
    pub fn has(&self, fact: &str) -> &Self {
        assert!(self.facts.iter().any(|line| line == fact), "{fact}\nnot in\n{}", self.facts.join("\n"));
        self
    }

    #[track_caller]
    pub fn lacks(&self, part: &str) -> &Self {
        assert!(!self.facts.iter().any(|line| line.contains(part)), "{part}\nin\n{}", self.facts.join("\n"));
        self
    }

    #[track_caller]
    pub fn finds(&self, finding: &str) -> &Self {
        assert!(
            self.findings.iter().any(|line| line.starts_with(finding)),
            "{finding}\nnot in\n{}",
            self.findings.join("\n")
        );
        self
    }

    #[track_caller]
    pub fn clean(&self) -> &Self {
        let errors: Vec<_> =
            self.findings.iter().filter(|f| ["S501", "P501", "H501", "H502"].contains(&&f[..4])).collect();
        assert!(errors.is_empty() && self.left.is_empty(), "{errors:?} {:?}", self.left);
        self
    }
}

#[test]
fn the_tap_recipe_of_a_hook() {
    let ran = unknown(
        "ip tuntap add tap0 mode tap user root\nip addr add 192.168.10.2/24 dev tap0\nip link set dev tap0 up\n\
         ip route del 192.168.10.0/24 dev tap0\nip route add 192.168.10.2/32 dev tap0\n",
    );
    ran.clean()
        .has("link tap0 kind = tun")
        .has("link tap0 tun.mode = tap")
        .has("link tap0 tun.owner = 0")
        .has("link tap0 up = true")
        .has("link tap0 ipv4.addresses = [192.168.10.2/24 noprefixroute]")
        .has("route 192.168.10.2/32 of tap0 dst = 192.168.10.2/32")
        .finds("S505 192.168.10.0/24 dev tap0");
}

#[test]
fn abbreviations_are_those_of_ip() {
    fresh(
        "ip l a br0 ty bridge\nip a a 10.0.0.1/24 br + dev br0\nip l s br0 up\nip r a 10.9.0.0/16 via 10.0.0.2\n\
         ip ru a from 10.0.0.0/24 ta 100 pri 5\nip n a 10.0.0.7 lladdr 2:0:0:0:0:1 dev br0\n",
    )
    .clean()
    .has("link br0 kind = bridge")
    .has("link br0 ipv4.addresses = [10.0.0.1/24 brd 10.0.0.255]")
    .has("route 10.9.0.0/16 of br0 gateway = 10.0.0.2")
    .has("rule 5 of br0 table = 100")
    .has("neighbour 10.0.0.7 of br0 lladdr = 02:00:00:00:00:01");
    fresh("ip link set lo mt 1400").finds("P501 mt: did you mean `mtu`?");
    fresh("ip lnik add").finds("P501 lnik: did you mean `ip link`?");
    fresh("ip link add b0 type brigde").finds("S501 brigde: did you mean `type bridge`?");
}

#[test]
fn a_missing_verb_is_named() {
    unknown("ip link add veth1 type veth peer name veth2\nip link set veth1 up\nip route 192.168.1.0/24 dev veth1\n")
        .finds("P501 192.168.1.0/24: the verb is missing: write `ip route add 192.168.1.0/24 …`");
}

#[test]
fn a_token_is_kept_where_advertisements_come() {
    fresh("ip link add br0 type bridge\nip token set 2001:db8::1a/64 dev br0\n")
        .clean()
        .has("link br0 ipv6.token = ::1a");
    fresh("ip link add br0 type bridge\nip tok add ::1a dev br0\nip token del dev br0\n")
        .clean()
        .lacks("ipv6.token");
    fresh("ip token set ::1a dev lo\n").finds("S501 lo");
    fresh("ip link add d0 type dummy\nip token set ::1a dev d0\n").finds("S501 d0");
    fresh(
        "ip link add br0 type bridge\nsysctl -w net.ipv6.conf.br0.accept_ra=0\nip token set ::1a dev br0\n",
    )
    .finds("S501 br0");
}

#[test]
fn route_asks_the_kernel_without_excluding_others() {
    let up = "ip addr add 192.0.2.10/24 dev eth0\nip link set eth0 up\n";
    let twice = format!("{up}route add default gw 192.0.2.1\nroute add default gw 192.0.2.254\n");
    unknown(&twice)
        .clean()
        .has("route 0.0.0.0/0 of eth0 gateway = 192.0.2.1")
        .has("route 0.0.0.0/0 of eth0 gateway = 192.0.2.254");
    unknown(&format!("{twice}route add default gw 192.0.2.254\n")).finds("S501 add default");
    let subnet = format!("{up}route add -net 192.0.2.0 netmask 255.255.255.0 gw 192.0.2.1 dev eth0\n");
    unknown(&subnet).clean().has("route 192.0.2.0/24 of eth0 gateway = 192.0.2.1");
    let gone = format!("{up}route add default gw 192.0.2.1\nroute del default\n");
    unknown(&gone).clean().lacks("route 0.0.0.0/0");
    unknown("ip link set eth0 up\nip addr add 2001:db8::2/64 dev eth0\nroute add -A inet6 2001:db8:9::/48 gw 2001:db8::1\n")
        .clean()
        .has("route 2001:db8:9::/48 of eth0 gateway = 2001:db8::1");
}

#[test]
fn a_bond_may_leave_the_mode_of_its_options() {
    fresh("ip link add bond0 type bond mode 802.3ad lacp_rate fast\nip link set bond0 type bond mode active-backup\n")
        .clean()
        .has("link bond0 bond.mode = active-backup");
    fresh("ip link add bond0 type bond mode 802.3ad\nip link set bond0 type bond mode active-backup lacp_rate fast\n")
        .finds("S501 mode");
}

#[test]
fn what_the_kernel_refuses_is_refused() {
    let refused = |script: &str, finding: &str| {
        fresh(script).finds(finding);
    };
    refused("ip link set veth9 up", "S501 veth9");
    refused("ip link add br0 type bridge\nip link add br0 type bridge", "S501 br0");
    refused(
        "ip link add br0 type bridge\nip addr add 10.0.0.1/24 dev br0\nip addr add 10.0.0.1/24 dev br0",
        "S501",
    );
    refused(
        "ip link add br0 type bridge\nip route add 10.0.0.0/24 dev br0",
        "S501 10.0.0.0/24 dev br0: set `br0` up",
    );
    refused("ip route add default via 192.0.2.1", "S501 via 192.0.2.1");
    refused(
        "ip link add br0 type bridge\nip link add br1 type bridge\nip link set br1 master br0",
        "S501 br0",
    );
    refused(
        "ip link add br0 type bridge\nip link set br0 up\nip addr add 10.0.0.1/24 dev br0\nip route add 10.0.0.0/24 dev br0",
        "S501",
    );
    refused(
        "ip link add ve0 type veth peer name ve1\nip link set ve0 netns nowhere",
        "S501 nowhere: make it first",
    );
    refused(
        "ip link add br0 type bridge stp_state 1\nip link set br0 type bridge forward_delay 15",
        "S501 15: ip counts in 1/100 s: write 1500",
    );
    refused(
        "ip link add br0 type bridge stp_state 1\nip link set br0 type bridge stp_state 0 forward_delay 0",
        "S501 0",
    );
    refused("ip addr del 10.0.0.1/24 dev lo", "S501");
    refused(
        "ip link add br0 type bridge\nip addr add 10.1.0.1/24 dev br0\nip route add 10.5.0.1/24 dev br0",
        "S501",
    );
}

/// Measured with Linux 6.18.
#[test]
fn starting_stp_brings_the_forward_delay_into_its_range() {
    for script in [
        "ip link add br0 type bridge forward_delay 0 stp_state 1",
        "ip link add br0 type bridge stp_state 1 forward_delay 100",
        "ip link add br0 type bridge forward_delay 0\nip link set br0 type bridge stp_state 1",
        "brctl addbr br0\nbrctl setfd br0 1\nbrctl stp br0 on",
    ] {
        fresh(script).clean().has("link br0 bridge.forward_delay = 200");
    }
    fresh("ip link add br0 type bridge forward_delay 4000 stp_state 1")
        .clean()
        .has("link br0 bridge.forward_delay = 3000");
    fresh("ip link add br0 type bridge forward_delay 0").clean().has("link br0 bridge.forward_delay = 0");
}

#[test]
fn a_deletion_takes_everything_along() {
    fresh(
        "ip link add br0 type bridge\nip link add ve0 type veth peer name ve1\nip link set ve0 master br0\n\
         ip addr add 10.0.0.1/24 dev ve1\nip link set ve1 up\nip route add default via 10.0.0.2\nip link del ve0\n",
    )
    .clean()
    .lacks("veth")
    .lacks("10.0.0")
    .finds("S504 ve0");
    fresh("ip link add br0 type bridge\nip link add ve0 type veth peer name ve1\nip link set ve0 master br0\nip link del br0")
        .clean()
        .lacks("controller");
}

#[test]
fn a_move_drops_what_was_set() {
    fresh(
        "ip netns add orange\nip link add dummy1 type dummy\nip addr add 10.0.0.1/24 dev dummy1\nip link set dummy1 up\n\
         ip link set dummy1 netns orange\nip -n orange addr add 10.0.0.9/24 dev dummy1\n\
         ip netns exec orange ip link set lo up\n",
    )
    .clean()
    .has("namespace orange of the host name = orange")
    .has("link dummy1 netns = orange")
    .has("link dummy1 ipv4.addresses = [10.0.0.9/24]")
    .lacks("link dummy1 up")
    .has("link lo up = true")
    .finds("S503 orange");
    fresh("ip netns add x\nip link add br0 type bridge\nip link set br0 netns x").finds("S501 x");
    // What it stands on stays: its lower link, or the sockets of a tunnel.
    fresh(
        "ip netns add x\nip netns add y\nip link add wg0 type wireguard\nip link set wg0 netns x\n\
         ip link add gre1 netns x type gre remote 192.0.2.1\nip link add gre2 type gre remote 192.0.2.2\nip link set gre2 netns x\n\
         ip -n y link add d0 type dummy\nip -n y link add link d0 name mv0 netns x type macvlan\nip -n y link set d0 netns x\n\
         ip -n y link add vx0 type vxlan id 7 dstport 4789\nip -n y link set vx0 netns x\n",
    )
    .clean()
    .has("link wg0 link_netns = ")
    .has("link gre2 link_netns = ")
    .has("link vx0 link_netns = y")
    .lacks("link gre1 link_netns")
    .lacks("link mv0 link_netns");
}

#[test]
fn an_unknown_host_may_have_network_cards() {
    unknown("ip link add br0 type bridge\nip link set eth0 master br0\n")
        .clean()
        .has("link eth0 controller = br0")
        .finds("S506 eth0");
    unknown("ip link add br0 type bridge\nip link set veth3 master br0\n").finds("S501 veth3");
    fresh("ip link add br0 type bridge\nip link set eth0 master br0\n").finds("S501 eth0");
}

#[test]
fn guards_decide() {
    fresh("ip link show br0 >/dev/null 2>&1 || ip link add br0 type bridge\nip link show br0 || ip link add br0 type bridge\n")
        .clean()
        .has("link br0 kind = bridge");
    fresh("test -d /sys/class/net/br0 || ip link add br0 type bridge && ip link set br0 up")
        .clean()
        .has("link br0 up = true");
    fresh("[ -d /sys/class/net/br0 ] && ip link del br0").clean();
    fresh("ip netns list | grep -qw blue || ip netns add blue")
        .clean()
        .has("namespace blue of the host name = blue");
    let ran = fresh("ip link del br0 2>/dev/null || true\nip link add br0 type bridge");
    ran.has("link br0 kind = bridge");
    let ran = fresh("foo && ip link add br0 type bridge; ip link add br1 type bridge");
    assert_eq!(ran.left, ["foo && ip link add br0 type bridge"]);
    ran.has("link br1 kind = bridge").lacks("link br0");
}

#[test]
fn variables_are_put_in_and_loops_stay() {
    let ran = fresh(
        "BR=br0\nip link add $BR type bridge\nip link set \"$BR\" up\nfor i in 1; do ip link add b$i type bridge; done\nip link add `x` type bridge\n",
    );
    ran.has("link br0 up = true").finds("H501 for i");
    assert_eq!(ran.left, ["for i in 1; do ip link add b$i type bridge; done", "ip link add `x` type bridge"]);
}

#[test]
fn secondary_addresses_are_promoted_as_on_a_host_with_systemd() {
    let script = "ip link add br0 type bridge\nip link set br0 up\nip addr add 10.0.0.1/24 dev br0\n\
                  ip addr add 10.0.0.2/24 dev br0\nip addr del 10.0.0.1/24 dev br0\n";
    fresh(script).clean().has("link br0 ipv4.addresses = [10.0.0.2/24]");
}

#[test]
fn a_new_name_reaches_references() {
    fresh(
        "ip link add eth5 type dummy\nip link add link eth5 name v type vlan id 5\nip link add br0 type bridge\n\
         ip link set v master br0\nip link set eth5 name lan0\nip link set br0 name br1\n",
    )
    .clean()
    .has("link v vlan.parent = lan0")
    .has("link v controller = br1");
}

#[test]
fn a_profile_becomes_the_link_that_its_hook_makes() {
    use netpivot_model::link::Link;
    use netpivot_model::source::{At, Origin};
    let mut network = Network::default();
    let name = Some(At::new("tap0".to_owned(), Origin::default_value()));
    network.add_link(Link { name, ..Link::default() });
    let ran = run_from(
        network,
        World::Unknown,
        Manner::Hook,
        "ip tuntap add tap0 mode tap\nip route add 10.0.0.0/8 dev tap0",
    );
    ran.clean().has("link tap0 tun.mode = tap");
    assert_eq!(ran.network.links.len(), 1);
}

#[test]
fn nothing_is_left_of_what_is_taken_back() {
    let script = "ip link add br0 type bridge\nip link del br0\n";
    let mut sources = Sources::default();
    let source = sources.add("script", script);
    let (tables, verbatim) = (Tables::builtin(), Verbatim::default());
    let files = Files::default();
    let mut evaluator = Evaluator::new(Network::default(), World::Known, &tables, &files, &verbatim);
    let mut report = Report::default();
    let none = |_: &str| None;
    let text = Text { text: script, source, pieces: &[(0, 0)] };
    evaluator.apply(&text, Manner::Script, &mut Shell::new(&none), &mut report);
    let network = evaluator.finish().network;
    assert_eq!(without_effect(&network, &report, &sources).len(), 2);
    assert_eq!(report.understood.len(), 2);
}

#[test]
fn brctl_counts_in_seconds() {
    fresh("brctl addbr br0\nip link add ve0 type veth peer name ve1\nbrctl addif br0 ve0\nbrctl stp br0 off\nbrctl setfd br0 4\nbrctl setportprio br0 ve0 5\n")
        .clean()
        .has("link br0 bridge.stp = false")
        .has("link br0 bridge.forward_delay = 400")
        .has("link ve0 controller = br0")
        .has("link ve0 bridge_port.priority = 5");
    fresh("brctl addbr br0\nip link set br0 up\nbrctl delbr br0").finds("S501 br0: set it down first");
    fresh("brctl addbr br0\nip link add dev d type dummy\nbrctl addif br0 d\nbrctl addif br0 d")
        .finds("S501 d: remove");
    fresh("brctl addif br9 lo").finds("S501 br9");
}

#[test]
fn bridge_vlans_and_forwarding_entries() {
    fresh(
        "ip link add br0 type bridge vlan_filtering 1\nip link add ve0 type veth peer name ve1\nip link set ve0 master br0\n\
         bridge vlan add dev ve0 vid 10-20\nbridge vlan del dev ve0 vid 15\nbridge vlan add dev ve0 vid 7 pvid untagged\n\
         bridge vlan add dev br0 vid 5 self\nbridge link set dev ve0 isolated on hairpin on\n\
         bridge fdb add 2:0:0:0:0:9 dev ve0 master static\n",
    )
    .clean()
    .has("link ve0 bridge_port.vlans = [10-14, 16-20, 7 pvid untagged]")
    .has("link br0 bridge.vlans = [5]")
    .has("link ve0 bridge_port.isolated = true")
    .has("forwarding entry 02:00:00:00:00:09 of ve0 master = true");
    fresh("ip link add ve0 type veth peer name ve1\nbridge vlan add dev ve0 vid 10").finds("S501 ve0");
}

#[test]
fn ifconfig_and_route() {
    fresh("ip link add d0 type dummy\nifconfig d0 10.1.2.3 netmask 255.255.255.0\nifconfig d0:1 10.1.2.4 netmask 255.255.255.0\nroute add default gw 10.1.2.1\nroute add -net 192.168.5.0 netmask 255.255.255.0 gw 10.1.2.2\n")
        .clean()
        .has("link d0 up = true")
        .has("link d0 ipv4.addresses = [10.1.2.3/24 brd 10.1.2.255, 10.1.2.4/24 brd 10.1.2.255 label d0:1]")
        .has("route 0.0.0.0/0 of d0 gateway = 10.1.2.1")
        .has("route 192.168.5.0/24 of d0 gateway = 10.1.2.2");
    fresh("ip link add d0 type dummy\nifconfig d0 10.1.2.3\nifconfig d0 10.9.0.1/16\nifconfig d0 0.0.0.0")
        .clean()
        .lacks("addresses");
    fresh("route add -net 10.1.0.0/16 gw 192.0.2.1").finds("S501 192.0.2.1");
}

#[test]
fn open_vswitch_has_three_layers() {
    let ran = fresh(
        "ovs-vsctl add-br ovs0\nip link add ve0 type veth peer name ve1\n\
         ovs-vsctl add-port ovs0 ve0 tag=5 -- --may-exist add-port ovs0 tap1 -- set Interface tap1 type=internal\n\
         ip netns add ns1\nip link set tap1 netns ns1\n",
    );
    ran.clean()
        .has("link ve0 ovs_port.tag = 5")
        .has("link ve0 port_type = ovs-port")
        .has("link tap1 netns = ns1");
    let kinds: Vec<&str> = ran.network.links.iter().map(|link| link.kind.value.word()).collect();
    let mut sorted = kinds.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        ["ovs-bridge", "ovs-interface", "ovs-interface", "ovs-port", "ovs-port", "ovs-port", "veth", "veth"]
    );
    fresh("ovs-vsctl add-port nope lo").finds("S501 nope: make it first");
    fresh("ovs-vsctl add-br a\novs-vsctl del-br a").clean().lacks("link");
}

#[test]
fn translation_and_kernel_settings() {
    fresh(
        "iptables -t nat -A POSTROUTING \\\n -s 192.168.1.0/24 ! -o br1 -j MASQUERADE\nsysctl -w net.ipv4.ip_forward=1\n\
         echo 1 > /proc/sys/net/ipv4/conf/all/forwarding\nnft add rule ip nat postrouting oifname \"eth0\" masquerade\n",
    )
    .clean()
    .has("address translation masquerade 192.168.1.0/24 of the host not_out_interface = true")
    .has("kernel setting net.ipv4.ip_forward of the host value = 1")
    .has("kernel setting net.ipv4.conf.all.forwarding of the host value = 1")
    .has("address translation masquerade through eth0 of the host out_interface = eth0");
    fresh("ip link add br0 type bridge\nsysctl -w net.ipv4.conf.br0.rp_filter=2\nsysctl -w net.ipv6.conf.br0.disable_ipv6=1")
        .clean()
        .has("kernel setting net.ipv4.conf.br0.rp_filter of br0 value = 2")
        .has("link br0 ipv6.method = disabled")
        .lacks("disable_ipv6");
    fresh("iptables -t nat -A PREROUTING -j MASQUERADE").finds("S501 PREROUTING");
    fresh("iptables -A FORWARD -j ACCEPT").finds("H502 iptables");
    fresh("iptables -t nat -A POSTROUTING -j MASQUERADE\niptables -t nat -D POSTROUTING -j MASQUERADE")
        .clean()
        .lacks("address");
}

#[test]
fn nft_takes_its_words_as_one_text() {
    let chain =
        "add table ip x ; add chain ip x y { type nat hook postrouting priority 100 ; } ; flush chain ip x y";
    let rule = "add rule ip x y ip saddr 192.0.2.0/24 masquerade";
    let twice = format!("nft '{chain} ; {rule}'\nnft '{chain} ; {rule}'\n");
    let facts = fresh(&twice).clean().facts.iter().filter(|fact| fact.contains("action")).count();
    assert_eq!(facts, 1, "the chain is emptied first");
    fresh(&format!("nft {rule}\nnft delete chain ip x y\n")).clean().lacks("address translation");
    fresh("nft 'add rule ip x y tcp dport 22 drop'").finds("H502 'add rule ip x y tcp dport 22 drop'");
}

#[test]
fn small_programs_of_old() {
    fresh("ip link add dev d type dummy\nvconfig add d 5\ntunctl -t tap0 -u root\nip link add bond0 type bond mode 1\nifenslave bond0 d\nethtool -K d tso off\nethtool -s d speed 100 duplex full autoneg off\nethtool --set-fec d encoding rs\n")
        .clean()
        .has("link d.5 vlan.id = 5")
        .has("link tap0 tun.owner = 0")
        .has("link d controller = bond0")
        .has("link d ethtool.features = {tso: false}")
        .has("link d ethtool.speed = 100")
        .has("link d ethtool.fec = 8");
}

#[test]
fn every_kind_of_link() {
    fresh(
        "ip link add dev d type dummy\nip link set dev d up\nip link add link d name v type vlan protocol 802.1ad id 5 gvrp on egress-qos-map 0:1 2:3\n\
         ip link add vx type vxlan id 7 dstport 4789 remote 192.0.2.9 dev d nolearning\nip link add vrf1 type vrf table 100\n\
         ip link add link d name mv type macvlan mode bridge\nip link add link d name iv type ipvlan mode l3\n\
         ip link add g type gre remote 192.0.2.1 local 192.0.2.2 key 9 ttl 64\nip tunnel add s mode sit remote 192.0.2.1 local any\n\
         ip link add wg0 type wireguard\nip link add dev b type bond mode 802.3ad miimon 100 xmit_hash_policy layer3+4\n\
         ip link set dev d vrf vrf1\n",
    )
    .clean()
    .has("link v vlan.protocol = 802.1ad")
    .has("link v vlan.egress_qos_map = [0:1, 2:3]")
    .has("link v vlan.parent = d")
    .has("link vx vxlan.learning = false")
    .has("link vx vxlan.parent = d")
    .has("link mv macvlan.mode = bridge")
    .has("link iv ipvlan.parent = d")
    .has("link g ip_tunnel.okey = 9")
    .has("link s ip_tunnel.mode = sit")
    .has("link b bond.mode = 802.3ad")
    .has("link d port_type = vrf");
}

#[test]
fn any_bytes_do_no_harm() {
    use proptest::prelude::*;
    let words = prop::sample::select(vec![
        "ip",
        "link",
        "add",
        "set",
        "br0",
        "type",
        "bridge",
        "veth",
        "peer",
        "name",
        "dev",
        "addr",
        "10.0.0.1/24",
        "route",
        "via",
        "10.0.0.2",
        "del",
        "up",
        "down",
        "master",
        "netns",
        "exec",
        "x",
        "-n",
        "&&",
        "||",
        ";",
        "|",
        "'",
        "$(",
        "`",
        "brctl",
        "addbr",
        "addif",
        "ovs-vsctl",
        "--",
        "iptables",
        "-t",
        "nat",
        "-A",
        "POSTROUTING",
        "-j",
        "sysctl",
        "\n",
        "{",
        "}",
        "if",
        "fi",
        "table",
        "vlan",
        "id",
        "5",
        "bond",
        "mode",
        "default",
        "2001:db8::1/64",
        "flush",
        "replace",
        "mtu",
        "99",
        "nexthop",
        "bridge",
        "vid",
    ]);
    proptest!(|(line in prop::collection::vec(words, 0..40))| {
        let _ = unknown(&line.join(" "));
        let _ = fresh(&line.join(" "));
    });
}

#[test]
fn files_of_a_link() {
    fresh(
        "ip link add br0 type bridge\nip link add veth0 type veth peer name veth1\nip link set veth0 master br0\n\
         echo 1 > /sys/class/net/br0/bridge/stp_state\necho 400 > /sys/class/net/br0/bridge/forward_delay\n\
         echo 0 > /sys/devices/virtual/net/br0/bridge/multicast_snooping\n\
         echo 512 | tee /sys/class/net/br0/bridge/hash_max\n\
         echo 7 > /sys/class/net/veth0/brport/path_cost\necho 1 > /sys/class/net/veth0/brport/hairpin_mode\n\
         echo 1400 > /sys/class/net/veth1/mtu\n",
    )
    .clean()
    .has("link br0 bridge.stp = true")
    .has("link br0 bridge.forward_delay = 400")
    .has("link br0 bridge.multicast_snooping = false")
    .has("link br0 bridge.multicast_hash_max = 512")
    .has("link veth0 bridge_port.path_cost = 7")
    .has("link veth0 bridge_port.hairpin = true")
    .has("link veth1 mtu = 1400");
    fresh(
        "ip link add bond0 type bond\necho active-backup > /sys/class/net/bond0/bonding/mode\n\
         ip link add d0 type dummy\necho +d0 > /sys/class/net/bond0/bonding/slaves\n",
    )
    .clean()
    .has("link bond0 bond.mode = active-backup")
    .has("link d0 controller = bond0");
    unknown("echo connected > /sys/class/net/ib0/mode\necho 4 > /sys/class/net/eth0/device/sriov_numvfs\n")
        .clean()
        .has("link ib0 kind = infiniband")
        .has("link ib0 infiniband.transport_mode = connected")
        .has("link eth0 sriov.total_vfs = 4");
    fresh("ip link add d0 type dummy\necho d1 > /sys/class/net/d0/bonding/slaves\n").finds("S501 d1");
    fresh("ip link add d0 type dummy\necho connected > /sys/class/net/d0/mode\n").finds("S501");
    fresh("ip link add d0 type dummy\necho x > /sys/class/net/d0/ifalias\n").finds("H502");
}

#[test]
fn an_operator_with_nothing_behind_it_breaks_the_list() {
    let ran = fresh("ip link add br0 type bridge && ip link add br1 type bridge ||\n");
    assert!(ran.network.links.is_empty());
    assert_eq!(
        ran.findings,
        [
            "P501 ip link add br0 type bridge && ip link add br1 type bridge ||: write `|| true` to go on after a failure, \
             or remove the operator"
        ]
    );
}

/// As net-tools 2.10 and the kernel answered.
#[test]
fn destinations_of_route_are_hosts_without_net() {
    let base = "ip link add br9 type bridge\nip link set br9 up\nip addr add 10.1.1.1/24 dev br9\n";
    for (words, dst) in [
        ("192.168.7.0 gw 10.1.1.9", "192.168.7.0/32"),
        ("-host 16.0.0.0 br9", "16.0.0.0/32"),
        ("-host 169.254.42.42/32 gw 10.1.1.9", "169.254.42.42/32"),
        ("0.0.0.0/0 gw 10.1.1.9", "0.0.0.0/32"),
        ("default gw 10.1.1.9", "0.0.0.0/0"),
        ("-net 0.0.0.0 gw 10.1.1.9", "0.0.0.0/0"),
        ("-net 15.0.0.0 netmask 255.255.0.0 br9", "15.0.0.0/16"),
        ("-net 20.1.2.3 netmask 255.255.255.255 br9", "20.1.2.3/32"),
        ("-net 27.0.0.0/8 metric 4 br9", "27.0.0.0/8"),
    ] {
        let ran = fresh(&format!("{base}route add {words}\n"));
        ran.clean();
        assert_eq!(ran.network.routes[0].item.dst.as_ref().unwrap().value.to_string(), dst, "{words}");
    }
    for words in [
        "13.5.0.0/16 br9",
        "224.0.0.0 netmask 240.0.0.0 dev br9",
        "-host 17.0.0.0/8 br9",
        "-net 14.0.0.0 dev br9",
        "-net 21.0.0.0/8 netmask 255.0.0.0 br9",
        "-net 22.0.0.0 netmask 255.0.255.0 br9",
        "-net 25.1.0.0/8 br9",
        "-net 26.0.0.0/8 br9 metric 4",
        "-net 13.0.0.0/8 dev br9 dev br9",
        "-net 10.0.0.0/8 gw 10.1.1.9 zz9 br9",
    ] {
        let ran = fresh(&format!("{base}route add {words}\n"));
        assert!(ran.network.routes.is_empty() && ran.findings.len() == 1, "{words}: {:?}", ran.findings);
    }
    fresh(&format!("{base}route -A inet6 add 2001:db8:1::/48 br9\n"))
        .clean()
        .has("route 2001:db8:1::/48 of br9 metric = 1");
}

/// As iproute2 6.1 answered.
#[test]
fn names_that_ip_takes_for_words() {
    fresh("ip link add d type bridge")
        .finds("P501 type: `d` is short for `dynamic`; write `dev d` for a link of that name");
    fresh("ip link add br type bridge")
        .finds("P501 type: `br` is short for `broadcast`; write `dev br` for a link of that name");
    fresh("ip link add do type bridge\nip link add tr type bridge\nip link add in type bridge\n").clean();
    fresh("ip link add name b1x b1y type bridge").finds("P501 b1y: correct the command, or remove it");
    fresh("ip link add v1 type veth peer name v2 true").finds("P501 true: correct the command, or remove it");
    fresh("ip link add v1 type veth peer v2").clean().has("link v2 kind = veth");
}

#[test]
fn functions_of_a_card() {
    unknown(
        "echo 2 > /sys/class/net/eth0/device/sriov_numvfs\nip link set eth0 vf 0 mac 02:00:00:00:00:01 spoofchk on\n\
         ip link set dev eth0 vf 0 trust off vlan 5 qos 2\nip link set eth0 vf 1 rate 100 mtu 1400\n",
    )
    .clean()
    .has("link eth0 sriov.vfs = {0: mac=02:00:00:00:00:01 spoof-check=true trust=false vlans=5.2, 1: max-tx-rate=100}")
    .has("link eth0 mtu = 1400");
    unknown("ip link set eth0 vf 0 state enable\n").finds("H502 state");
    unknown("ip link set eth0 vf x mac 02:00:00:00:00:01\n").finds("P501 x");
}

#[test]
fn options_of_sysctl() {
    let key = "net.ipv4.ip_forward=1";
    fresh(&format!("sysctl -qw {key}"))
        .clean()
        .has("kernel setting net.ipv4.ip_forward of the host value = 1");
    fresh(&format!("sysctl --dry-run {key}")).clean().lacks("ip_forward");
    fresh(&format!("sysctl -w7 {key}")).finds("P501 -w7").lacks("ip_forward");
}

#[test]
fn a_link_is_in_the_namespace_in_which_its_command_runs() {
    for make in [
        "ip -n z tuntap add dev t0 mode tap user 0",
        "ip -n z tunnel add t0 mode gre local 192.0.2.1 remote 192.0.2.2",
        "ip netns exec z tunctl -t t0",
        "ip netns exec z brctl addbr t0",
        "ip -n z link add t0 type dummy",
    ] {
        let neighbor = "ip -n z neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev t0\n";
        let ran = fresh(&format!("ip netns add z\n{make}\nip -n z link set t0 up\n{neighbor}"));
        ran.clean().has("link t0 netns = z").has("neighbour 192.0.2.9 of t0 dst = 192.0.2.9");
    }
    let vlan = "ip -n z link add d0 type dummy\nip netns exec z vconfig add d0 7\n";
    fresh(&format!("ip netns add z\n{vlan}")).clean().has("link d0.7 netns = z");
}

/// The script on a host that another one has set up.
fn changed(before: &str, script: &str) -> Ran {
    run_from(fresh(before).clean().network.clone(), World::Known, Manner::Script, script)
}

const TWO_LINKS: &str = "ip link add v1 type veth peer name v2\nip link set v1 up\nip link set v2 up\n\
    ip addr add 192.0.2.1/24 dev v1\nip addr add 2001:db8::1/64 dev v1\nip addr add 198.51.100.1/24 dev v2\n\
    ip addr add 2001:db8:1::1/64 dev v2\n";

#[test]
fn routes_of_the_state_are_those_that_commands_change() {
    let before = format!("{TWO_LINKS}ip -6 route add 2001:db8:5::/48 via 2001:db8::3\n");
    changed(&before, "ip -6 route add 2001:db8:5::/48 via 2001:db8::4\n").finds("S501");
    for verb in ["replace", "change"] {
        let ran = changed(&before, &format!("ip -6 route {verb} 2001:db8:5::/48 via 2001:db8::4\n"));
        assert_eq!(ran.clean().network.routes.len(), 1, "{verb}");
        ran.has("route 2001:db8:5::/48 of v1 gateway = 2001:db8::4");
    }
    let several = "10.1.0.0/16 nexthop via 192.0.2.2 nexthop via 198.51.100.2";
    let before = format!("{TWO_LINKS}ip route add {several}\n");
    changed(&before, "ip route add 10.1.0.0/16 via 192.0.2.2\n").finds("S501");
    let ran = changed(&before, "ip route del 10.1.0.0/16\n");
    assert!(ran.clean().network.routes.is_empty());
}

/// As a kernel 6.18 does it.
#[test]
fn a_route_with_several_next_hops_outlives_one_of_them() {
    let make =
        |name: &str| format!("ip link add {name} type veth peer name x{name}\nip link set {name} up\n");
    let setup = format!(
        "{}{}\
         ip addr add 192.0.2.1/24 dev d1\nip addr add 198.51.100.1/24 dev d2\n\
         ip addr add 2001:db8:1::1/64 dev d1\nip addr add 2001:db8:2::1/64 dev d2\n\
         ip route add 10.1.0.0/16 nexthop via 192.0.2.2 nexthop via 198.51.100.2\n\
         ip -6 route add 2001:db8:f::/48 nexthop via 2001:db8:1::2 nexthop via 2001:db8:2::2\n",
        make("d1"),
        make("d2")
    );
    for ran in [fresh(&format!("{setup}ip link del d1\n")), changed(&setup, "ip link del d1\n")] {
        assert_eq!(ran.clean().network.routes.len(), 1, "{:#?}", ran.facts);
        ran.has("route 2001:db8:f::/48 of d2 gateway = 2001:db8:2::2").lacks("nexthops");
    }
    let down = fresh(&format!("{setup}ip link set d1 down\n"));
    assert_eq!(down.network.routes.len(), 2);
}

#[test]
fn rules_of_the_state_are_those_that_commands_change() {
    let before = "ip rule add pref 50 from 192.0.2.0/24 table 7\n";
    let ran = changed(before, "ip rule del pref 50\n");
    assert!(ran.clean().network.rules.is_empty());
    changed(before, "ip rule add pref 50 from 192.0.2.0/24 lookup 7\n").finds("S501");
    assert_eq!(changed(before, "ip rule add pref 51 table 8\n").clean().network.rules.len(), 2);
}

#[test]
fn a_tunnel_whose_packets_say_where_they_go_stays_a_command() {
    let ran = unknown("ip link add vx1 type vxlan external dstport 4789\n");
    ran.finds("H502 external");
    assert_eq!(ran.left, ["ip link add vx1 type vxlan external dstport 4789"]);
}

#[test]
fn a_part_without_a_place_is_a_command_that_changes_the_link() {
    let ran = fresh("ip link add vx1 group 7 type vxlan id 5 df set remote 192.0.2.1\n");
    ran.finds("H502 group");
    assert_eq!(ran.left, ["ip link set dev vx1 group 7 type vxlan df set"]);
    let ran = fresh(
        "ip netns add a\nip -n a link add d0 type dummy\nip -n a link set d0 name d1 group 4 || true\n",
    );
    ran.finds("H502 group");
    assert_eq!(ran.left, ["ip -n a link set dev d1 group 4 || true"]);
    let ran = fresh("ip tunnel add g0 mode gre remote 192.0.2.7 csum\n");
    ran.finds("H502 csum");
    assert_eq!(ran.left, ["ip tunnel change g0 csum"]);
    let ran = fresh("ip link add v0 numtxqueues 4 group 7 type veth peer name v1\n");
    assert!(ran.findings.iter().any(|finding| finding.starts_with("S510")), "{:?}", ran.findings);
    assert!(ran.left.is_empty());
}
