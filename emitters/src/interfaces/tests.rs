use super::*;
use netpivot_model::dialect::{Dialect, IFCFG_INITSCRIPTS, IFUPDOWN, IFUPDOWN_NG, IFUPDOWN2, KEYFILE};
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::neighbor::FdbEntry;
use netpivot_model::network::{Leftover, Owned, Weight};
use netpivot_model::route::{NextHop, Route};
use netpivot_model::rule::Rule;
use netpivot_model::source::{At, Origin};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::{Int, LinkRef, Value};
use std::net::IpAddr;

fn at<T>(value: T) -> At<T> {
    At::new(value, Origin::default_value())
}

fn link(kind: &str, name: &str, settings: &[(&'static str, Value)]) -> Link {
    let mut link =
        Link { kind: at(LinkKind::of(kind).unwrap()), name: Some(at(name.to_owned())), ..Link::default() };
    for (path, value) in settings {
        link.leaf_mut(FieldPath::parse(path)).unwrap().set(value, Origin::default_value()).unwrap();
    }
    link
}

fn list(items: &[&'static str]) -> Value {
    Value::List(items.iter().map(|item| Value::text(*item)).collect())
}

fn network(links: Vec<Link>) -> Network {
    Network { dialect: Dialect::of(KEYFILE), links, ..Network::default() }
}

/// The stanzas, without the header, and the context.
fn emit_for(target: Dialect, network: &Network) -> (String, EmitContext) {
    let mut cx = EmitContext { target, reveal_secrets: true, ..EmitContext::default() };
    let files = Interfaces.emit(network, &mut cx);
    let file = files.files.iter().find(|file| file.path == PATH).unwrap();
    (file.text.clone(), cx)
}

fn emit(network: &Network) -> (String, EmitContext) {
    emit_for(IFUPDOWN, network)
}

fn stanzas(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

fn reasons(cx: &EmitContext) -> Vec<&'static str> {
    cx.reasons.iter().map(|reason| reason.code.id).filter(|id| !id.starts_with('W')).collect()
}

const MANUAL: (&str, Value) = ("ipv6.method", Value::Text(std::borrow::Cow::Borrowed("ignore")));

#[test]
fn lo_keeps_its_addresses_and_has_the_names_in_its_own_stanza() {
    let lo = link(
        "loopback",
        "lo",
        &[
            ("ipv4.method", Value::text("manual")),
            ("ipv4.addresses", list(&["127.0.0.1/8", "192.0.2.99/32"])),
            ("ipv4.dns", list(&["192.0.2.53"])),
            ("ipv4.dns_search", list(&["example.com"])),
            ("ipv6.method", Value::text("manual")),
            ("ipv6.addresses", list(&["::1/128"])),
            ("ipv6.dns", list(&["2001:db8::53"])),
            ("ipv6.dns_search", list(&["example.com"])),
        ],
    );
    let (text, cx) = emit(&network(vec![lo]));
    // `ip addr add 127.0.0.1/8 dev lo` fails, since the kernel has the address already; and ifdown of a static stanza would
    // take it away (`ip addr flush dev lo label lo`, inet.defn).
    let expected = "auto lo\niface lo inet loopback\ndns-nameservers 192.0.2.53 2001:db8::53\n\
                    dns-search example.com\nup ip -4 address replace 192.0.2.99/32 dev lo\n\
                    down ip -4 address del 192.0.2.99/32 dev lo || true";
    assert_eq!(stanzas(&text).join("\n"), expected);
    assert_eq!(reasons(&cx), [""; 0]);
}

#[test]
fn a_setting_stays_in_the_stanza_that_sets_it() {
    let mut network = network(vec![link("ethernet", "eth0", &[MANUAL])]);
    for key in ["net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.all.rp_filter"] {
        let item = Sysctl { key: Some(at(key.to_owned())), value: Some(at("2".to_owned())), netns: None };
        network.sysctls.push(Owned { owner: Some(LinkId(0)), item });
    }
    let (text, cx) = emit(&network);
    assert!(text.contains("\tup sysctl -q -w net.ipv4.conf.all.rp_filter=2\n"), "{text}");
    assert!(cx.accounts.is_empty(), "read back it is the stanza's that sets it: {:?}", cx.accounts);
}

#[test]
fn a_static_host_has_one_stanza_a_family_and_address() {
    let eth0 = link(
        "ethernet",
        "eth0",
        &[
            ("ipv4.method", Value::text("manual")),
            ("ipv4.addresses", list(&["192.0.2.2/24", "192.0.2.3/24"])),
            ("ipv4.gateway", Value::text("192.0.2.1")),
            ("ipv4.dns", list(&["192.0.2.53"])),
            ("ipv6.method", Value::text("manual")),
            ("ipv6.addresses", list(&["2001:db8::2/64"])),
            ("mtu", Value::Int(1400)),
        ],
    );
    let (text, cx) = emit(&network(vec![eth0.clone()]));
    let expected = "auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet static\naddress 192.0.2.2/24\n\
                    gateway 192.0.2.1\ndns-nameservers 192.0.2.53\nmtu 1400\niface eth0 inet static\n\
                    address 192.0.2.3/24\niface eth0 inet6 static\naddress 2001:db8::2/64\naccept_ra 0";
    assert_eq!(stanzas(&text).join("\n"), expected);
    assert!(text.contains("# needs the packages: resolvconf"), "{text}");
    assert_eq!((reasons(&cx), cx.diagnostics[0].code.id), (vec![], "W480"));
    let (text, _) = emit_for(IFUPDOWN2, &network(vec![eth0]));
    assert!(text.contains("address 192.0.2.2/24\n\taddress 192.0.2.3/24\n"), "{text}");
}

#[test]
fn what_silence_means_in_the_source_is_spelled_out() {
    let (text, _) = emit(&network(vec![link("bridge", "br0", &[]), link("bond", "bond0", &[])]));
    assert!(text.contains("bridge-ports none\n\tbridge-stp on\n\tbridge-maxwait 0"), "{text}");
    assert!(text.contains("bond-slaves none\n\tbond-miimon 100"), "{text}");
    assert!(text.contains("iface br0 inet dhcp") && text.contains("iface br0 inet6 auto"), "{text}");
    let initscripts = Network { dialect: IFCFG_INITSCRIPTS, ..network(vec![link("bridge", "br0", &[])]) };
    let (text, _) = emit(&initscripts);
    assert!(text.contains("bridge-stp off") && text.contains("iface br0 inet manual"), "{text}");
}

#[test]
fn ports_stand_before_their_bridge_and_bond() {
    let bond =
        link("bond", "bond0", &[("bond.mode", Value::text("802.3ad")), ("bond.min_links", Value::Int(2))]);
    let port = |name: &str, controller: &str, kind: PortType| {
        let mut port = link("ethernet", name, &[]);
        port.controller = Some(at(LinkRef::Name(controller.to_owned())));
        port.port_type = Some(at(kind));
        port
    };
    let mut vlan =
        link("vlan", "bond0.5", &[("vlan.parent", Value::text("bond0")), ("vlan.id", Value::Int(5))]);
    vlan.controller = Some(at(LinkRef::Name("br0".to_owned())));
    vlan.port_type = Some(at(PortType::Bridge));
    let links = vec![
        link("bridge", "br0", &[]),
        vlan,
        bond,
        port("eth0", "bond0", PortType::Bond),
        port("eth1", "bond0", PortType::Bond),
    ];
    let (text, cx) = emit(&network(links.clone()));
    let order: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("auto ")).collect();
    assert_eq!(order, ["lo", "eth0", "eth1", "bond0", "bond0.5", "br0"]);
    assert!(text.contains("bond-slaves eth0 eth1\n\tbond-mode 802.3ad"), "{text}");
    assert!(text.contains("pre-up ip link set dev bond0 type bond min_links 2"), "{text}");
    assert!(text.contains("bridge-ports bond0.5"), "{text}");
    assert_eq!(reasons(&cx), Vec::<&str>::new());
    assert!(text.contains("# needs the packages: bridge-utils, dhcp-client, ifenslave"), "{text}");
    let (text, _) = emit_for(IFUPDOWN_NG, &network(links));
    assert!(text.contains("bond-members eth0 eth1") && text.contains("bond-min-links 2"), "{text}");
}

#[test]
fn a_vlan_is_made_by_its_name_an_option_or_a_command() {
    let vlan = |name: &str| {
        let settings = [("vlan.parent", Value::text("eth0")), ("vlan.id", Value::Int(5)), MANUAL];
        network(vec![link("vlan", name, &settings)])
    };
    let (text, _) = emit(&vlan("eth0.5"));
    assert!(!text.contains("vlan-raw-device") && !text.contains("ip link add"), "{text}");
    let (text, _) = emit(&vlan("vlan5"));
    assert!(text.contains("vlan-raw-device eth0") && text.contains("packages: dhcp-client, vlan"), "{text}");
    let (text, _) = emit(&vlan("blue"));
    assert!(text.contains("pre-up ip link add link eth0 name blue type vlan id 5 || true"), "{text}");
    assert!(text.contains("post-down ip link del dev blue || true"), "{text}");
    let (text, _) = emit_for(IFUPDOWN2, &vlan("blue"));
    assert!(text.contains("vlan-raw-device eth0\n\tvlan-id 5"), "{text}");
    let (_, cx) = emit(&vlan("eth1.7"));
    assert_eq!(reasons(&cx), ["L481"], "ifupdown would make VLAN 7 of eth1");
}

#[test]
fn links_without_options_are_made_by_commands() {
    let off = ("ipv4.method", Value::text("disabled"));
    let links = vec![
        link("dummy", "dummy0", &[]),
        link("tun", "tap0", &[("tun.mode", Value::text("tap")), off.clone(), MANUAL]),
        link("veth", "veth0", &[("veth.peer", Value::text("veth1")), off.clone(), MANUAL]),
        link("veth", "veth1", &[("veth.peer", Value::text("veth0")), off, MANUAL]),
    ];
    let (text, cx) = emit(&network(links.clone()));
    assert!(text.contains("pre-up ip link add name dummy0 type dummy || true"), "{text}");
    assert!(text.contains("pre-up ip tuntap add dev tap0 mode tap || true"), "{text}");
    assert_eq!(text.matches("type veth peer name veth1").count(), 1, "one end makes both: {text}");
    assert!(!text.contains("name veth1 type"), "{text}");
    assert_eq!(reasons(&cx), Vec::<&str>::new());
    let (text, _) = emit_for(IFUPDOWN2, &network(links));
    assert!(text.contains("link-type dummy") && text.contains("veth-peer-name veth1"), "{text}");
}

#[test]
fn routes_are_such_as_the_kernel_takes() {
    let mut network = network(vec![link("ethernet", "eth0", &[MANUAL])]);
    for (dst, dev) in [("10.1.2.3/16", None), ("5.0.0.0/0", None), ("10.9.0.0/16", Some("sixteen-chars-xx"))]
    {
        let dev = dev.map(|name: &str| at(name.to_owned()));
        let item = Route { dst: Some(at(dst.parse().unwrap())), dev, ..Route::default() };
        network.routes.push(Owned { owner: Some(LinkId(0)), item });
    }
    let (text, cx) = emit(&network);
    // The kernel refuses `10.1.2.3/16` (Invalid argument), where NetworkManager clears the bits behind the length.
    let routes: Vec<&str> =
        text.lines().filter_map(|line| line.split_once("route replace ")).map(|(_, to)| to).collect();
    assert_eq!(routes, ["10.1.0.0/16 dev eth0", "default dev eth0"]);
    assert_eq!(reasons(&cx), ["L485"], "no interface can have that name");
}

#[test]
fn routes_and_rules_are_commands_that_can_be_said_again() {
    let settings = [
        ("ipv4.method", Value::text("manual")),
        ("ipv4.addresses", list(&["192.0.2.2/24"])),
        ("ipv4.route_metric", Value::Int(70)),
        MANUAL,
    ];
    let mut network = network(vec![link("ethernet", "eth0", &settings)]);
    let owner = network.links().next().map(|(id, _)| id);
    let route = |dst: &str| Route {
        dst: Some(at(dst.parse().unwrap())),
        gateway: Some(at("192.0.2.9".parse().unwrap())),
        ..Route::default()
    };
    network.routes.push(Owned { owner, item: route("198.51.100.0/24") });
    let table = Some(at(netpivot_model::value::Int::new(5).unwrap()));
    let rule = Rule { from: Some(at("192.0.2.2/32".parse().unwrap())), table, ..Rule::default() };
    network.rules.push(Owned { owner, item: rule });
    let (text, cx) = emit(&network);
    assert!(
        text.contains("up ip -4 route replace 198.51.100.0/24 via 192.0.2.9 dev eth0 metric 70\n"),
        "{text}"
    );
    let rule = "ip -4 rule add priority 32765 from 192.0.2.2/32 table 5 || true";
    assert!(text.contains(&format!("\tup {rule}\n")) && text.contains("\tdown ip -4 rule del"), "{text}");
    assert!(cx.accounts.iter().any(|a| a.rule == "metric-of-the-profile"));
    assert_eq!(reasons(&cx), ["L480"], "the metric has no gateway");
}

#[test]
fn what_no_line_can_hold_has_a_reason() {
    let nameless = Link { name: None, ..link("ethernet", "x", &[]) };
    let (_, cx) = emit(&network(vec![nameless, link("team", "team0", &[]), link("dummy", "a.b", &[])]));
    assert_eq!(reasons(&cx), ["L482", "L481", "L482"]);
    let twice = vec![link("ethernet", "eth0", &[]), link("ethernet", "eth0", &[])];
    assert_eq!(reasons(&emit(&network(twice)).1), ["L482"]);
    let shared = link("ethernet", "eth0", &[("ipv4.method", Value::text("shared")), MANUAL]);
    assert_eq!(reasons(&emit(&network(vec![shared])).1)[0], "L706");
    let odd = link("ethernet", "eth0", &[("alias", Value::text("100%"))]);
    assert_eq!(reasons(&emit_for(IFUPDOWN2, &network(vec![odd])).1), ["L484"]);
}

#[test]
fn a_secret_stays_hidden_unless_it_is_asked_for() {
    let wifi =
        [("wifi.ssid_hex", Value::text("686f6d65")), ("wifi_security.psk", Value::text("correct horse"))];
    let network = network(vec![link("wifi", "wlan0", &wifi)]);
    let (text, _) = emit(&network);
    assert!(text.contains("wpa-ssid home\n\twpa-psk correct horse\n"), "{text}");
    let files = Interfaces.emit(&network, &mut EmitContext { target: IFUPDOWN, ..EmitContext::default() });
    assert!(files.files[0].has_secrets && files.files[0].mode == 0o600);
    assert!(files.files[0].text.contains("wpa-psk <hidden>"));
}

#[test]
fn wireguard_has_its_keys_in_a_file_for_root_and_no_empty_one_takes_the_place_of_the_hosts() {
    let key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    let settings =
        [("wireguard.private_key", Value::text(key)), ("wireguard.listen_port", Value::Int(51820))];
    let files_of = |network: &Network, reveal_secrets| {
        let mut cx = EmitContext { target: IFUPDOWN_NG, reveal_secrets, ..EmitContext::default() };
        Interfaces.emit(network, &mut cx).files
    };
    let with = network(vec![link("wireguard", "wg0", &settings)]);
    let files = files_of(&with, true);
    assert!(files[0].text.contains("use wireguard"));
    let shown = (files[1].path.as_str(), files[1].mode, files[1].has_secrets);
    assert_eq!(shown, ("/etc/wireguard/wg0.conf", 0o600, true));
    assert_eq!(files[1].text, format!("[Interface]\nListenPort = 51820\nPrivateKey = {key}\n"));
    assert!(files_of(&with, false)[1].text.contains("PrivateKey = <hidden>"));
    let bare = Network { dialect: IFUPDOWN_NG, ..network(vec![link("wireguard", "wg0", &[])]) };
    assert_eq!(files_of(&bare, true).len(), 1);
}

#[test]
fn a_port_has_its_path_cost_by_an_option_where_no_other_port_took_it() {
    let port = |name, cost| {
        let port = ("port_type", Value::text("bridge"));
        link("ethernet", name, &[("controller", Value::text("br0")), port, ("bridge_port.path_cost", cost)])
    };
    let all = vec![link("bridge", "br0", &[]), port("eth0", Value::Int(5)), port("eth1", Value::Int(6))];
    let (text, _) = emit(&network(all));
    assert!(text.contains("\tbridge-pathcost eth0 5\n"), "{text}");
    assert!(text.contains("dev eth1") && !text.contains("bridge-pathcost eth1"), "{text}");
}

#[test]
fn leftovers_are_comments_and_cannot_break_out() {
    let mut network = network(vec![link("ethernet", "eth0", &[])]);
    let owner = network.links().next().map(|(id, _)| id);
    network.leftovers.push(Leftover {
        owner,
        section: None,
        key: "LINKDELAY".into(),
        value: "5\nauto eth1\\".into(),
        secret: false,
        weight: Weight::Acts,
        meaning: String::new(),
        origin: Origin::default_value(),
    });
    let (text, _) = emit(&network);
    assert!(text.contains("# not converted: LINKDELAY=5 auto eth1?\nauto eth0"), "{text}");
}

#[test]
fn beside_dhcp_ifupdown2_gets_addresses_by_commands() {
    let eth0 = link(
        "ethernet",
        "eth0",
        &[
            ("ipv4.method", Value::text("auto")),
            ("ipv6.method", Value::text("manual")),
            ("ipv6.addresses", list(&["2001:db8::2/64"])),
            ("ipv6.gateway", Value::text("2001:db8::1")),
        ],
    );
    let (text, cx) = emit_for(IFUPDOWN2, &network(vec![eth0.clone()]));
    let expected = "auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet dhcp\n\
        pre-up sysctl -q -w net.ipv6.conf.eth0.accept_ra=0\nup ip -6 address replace 2001:db8::2/64 dev eth0\nup ip -6 route replace default via 2001:db8::1 dev eth0";
    assert_eq!((stanzas(&text).join("\n").as_str(), reasons(&cx)), (expected, vec![]));
    let (text, _) = emit(&network(vec![eth0]));
    assert!(text.contains("iface eth0 inet6 static\n\taddress 2001:db8::2/64\n"), "{text}");
}

#[test]
fn a_further_default_route_gets_a_metric_where_networkmanager_would_choose_one() {
    let nic = |name: &str, net: &str, metric: Option<i64>| {
        let (address, gateway) = (format!("{net}.2/24"), format!("{net}.1"));
        let mut nic = link(
            "ethernet",
            name,
            &[
                ("ipv4.method", Value::text("manual")),
                ("ipv4.addresses", Value::List(vec![Value::text(address)])),
                ("ipv4.gateway", Value::text(gateway)),
            ],
        );
        let metric = metric.and_then(Int::new).map(at);
        nic.ipv4.get_or_insert_default().route_metric = metric;
        nic
    };
    let links = vec![
        nic("eth0", "192.0.2", None),
        nic("eth1", "198.51.100", Some(1)),
        nic("eth2", "203.0.113", None),
    ];
    let (text, cx) = emit(&network(links.clone()));
    let metrics: Vec<&str> = text.lines().filter(|line| line.contains("metric")).collect();
    assert_eq!(metrics, ["\tmetric 1", "\tmetric 2"]);
    assert!(cx.diagnostics.iter().any(|d| d.code.id == "W483" && d.message.contains("`eth2`")));
    // What ifupdown was told is what it does.
    let own = Network { dialect: IFUPDOWN, ..network(links) };
    assert!(!emit(&own).0.contains("metric 2"));
}

#[test]
fn an_onlink_default_route_is_the_gateway_of_its_stanza() {
    let hop = |gateway: &str, metric: Option<i64>, table: Option<i64>| {
        let far: IpAddr = gateway.parse().unwrap();
        let item = Route {
            dst: Some(at(if far.is_ipv6() { "::/0" } else { "0.0.0.0/0" }.parse().unwrap())),
            gateway: Some(at(far)),
            metric: metric.and_then(Int::new).map(at),
            table: table.and_then(Int::new).map(at),
            onlink: Some(at(true)),
            ..Route::default()
        };
        Owned { owner: Some(LinkId(0)), item }
    };
    let nic = |accept_ra: i64| {
        let settings = [
            ("ipv4.addresses", list(&["198.51.100.31/24"])),
            ("ipv6.addresses", list(&["2001:db8::31/64"])),
            ("ipv6.accept_ra", Value::Int(accept_ra)),
        ];
        let mut nic = link("ethernet", "eth0", &settings);
        if accept_ra == 1 {
            // What silence means beside static addresses.
            nic.ipv6.get_or_insert_default().accept_ra = None;
        }
        nic
    };
    let text = |nic: Link, route: Owned<Route>, target: Dialect| {
        let network = Network { dialect: IFUPDOWN, routes: vec![route], ..network(vec![nic]) };
        emit_for(target, &network).0
    };
    let v4 = text(nic(0), hop("192.0.2.254", Some(5), None), IFUPDOWN);
    assert!(v4.contains("\tgateway 192.0.2.254\n\tmetric 5\n") && !v4.contains("route"), "{v4}");
    let v4 = text(nic(0), hop("192.0.2.254", None, None), IFUPDOWN2);
    assert!(v4.contains("\tgateway 192.0.2.254\n") && !v4.contains("route"), "{v4}");
    let v6 = text(nic(0), hop("2001:db8:f::1", None, None), IFUPDOWN);
    assert!(v6.contains("\taccept_ra 0\n\tgateway 2001:db8:f::1\n") && !v6.contains("route"), "{v6}");
    // The option would switch advertisements off, name no table, be a `gateway` within the subnet, or be refused.
    let v6 = text(nic(1), hop("2001:db8:f::1", None, None), IFUPDOWN);
    assert!(v6.contains("via 2001:db8:f::1 dev eth0 onlink") && !v6.contains("gateway"), "{v6}");
    for (route, target) in [
        (hop("192.0.2.254", None, Some(100)), IFUPDOWN),
        (hop("198.51.100.1", None, None), IFUPDOWN),
        (hop("192.0.2.254", None, None), IFUPDOWN_NG),
    ] {
        let v4 = text(nic(0), route, target);
        assert!(v4.contains("ip -4 route replace default via") && !v4.contains("gateway"), "{v4}");
    }
}

#[test]
fn a_metric_of_initscripts_is_the_default_routes_alone() {
    let settings = [("ipv4.method", Value::text("manual")), ("ipv4.addresses", list(&["192.0.2.2/24"]))];
    let mut nic = link("ethernet", "eth0", &settings);
    nic.ipv4.get_or_insert_default().route_metric = Int::new(50).map(at);
    let to_lab = Route {
        dst: Some(at("10.0.0.0/8".parse().unwrap())),
        gateway: Some(at("192.0.2.1".parse().unwrap())),
        ..Route::default()
    };
    let routes = vec![Owned { owner: Some(LinkId(0)), item: to_lab }];
    let by = |dialect| emit(&Network { dialect, routes: routes.clone(), ..network(vec![nic.clone()]) });
    let (text, cx) = by(IFCFG_INITSCRIPTS);
    assert!(!text.contains("metric") && reasons(&cx).is_empty(), "{text}");
    // NetworkManager's is that of every route, that to the subnet included.
    let (text, cx) = by(Dialect::of(KEYFILE));
    assert!(text.contains("10.0.0.0/8 via 192.0.2.1 dev eth0 metric 50"), "{text}");
    assert_eq!(reasons(&cx), ["L480"]);
}

/// A bridge `br0` of Open vSwitch with its port and local interface, and the UUID of the bridge.
fn open_vswitch() -> (Vec<Link>, LinkRef) {
    let layer = |kind: &str, below: Option<(&str, PortType)>| {
        let mut layer = link(kind, "br0", &[("uuid", Value::text(format!("br0-{kind}")))]);
        if let Some((above, port_type)) = below {
            layer.controller = Some(at(LinkRef::Uuid(format!("br0-{above}"))));
            layer.port_type = Some(at(port_type));
        }
        layer
    };
    let mut local = layer("ovs-interface", Some(("ovs-port", PortType::OvsPort)));
    let leaf = local.leaf_mut(FieldPath::parse("ovs_interface.interface_type")).unwrap();
    leaf.set(&Value::text("internal"), Origin::default_value()).unwrap();
    let mut bridge = layer("ovs-bridge", None);
    let leaf = bridge.leaf_mut(FieldPath::parse("ovs_bridge.fail_mode")).unwrap();
    leaf.set(&Value::text("secure"), Origin::default_value()).unwrap();
    let links = vec![local, layer("ovs-port", Some(("ovs-bridge", PortType::OvsBridge))), bridge];
    (links, LinkRef::Uuid("br0-ovs-bridge".to_owned()))
}

/// A port of that bridge, made of an interface and its settings.
fn ovs_port(bridge: &LinkRef, interface: Link, tag: i64) -> [Link; 2] {
    let name = interface.name.clone().unwrap().value;
    let uuid = format!("{name}-port");
    let mut port =
        link("ovs-port", &name, &[("uuid", Value::text(uuid.clone())), ("ovs_port.tag", Value::Int(tag))]);
    port.controller = Some(at(bridge.clone()));
    port.port_type = Some(at(PortType::OvsBridge));
    let controller = Some(at(LinkRef::Uuid(uuid)));
    [Link { controller, port_type: Some(at(PortType::OvsPort)), ..interface }, port]
}

fn switched() -> Network {
    let (mut links, bridge) = open_vswitch();
    let mut tunnel = link("ovs-interface", "gre1", &[("ovs_interface.interface_type", Value::text("gre"))]);
    if let LinkKind::OvsInterface(interface) = &mut tunnel.kind.value {
        interface.tunnel_options.insert("remote_ip".to_owned(), at("192.0.2.1".to_owned()));
    }
    let patch = [
        ("ovs_interface.interface_type", Value::text("patch")),
        ("ovs_interface.patch_peer", Value::text("there")),
    ];
    links.extend(ovs_port(&bridge, link("ethernet", "eth0", &[]), 5));
    links.extend(ovs_port(&bridge, tunnel, 6));
    links.extend(ovs_port(&bridge, link("ovs-interface", "here", &patch), 7));
    network(links)
}

#[test]
fn one_stanza_says_the_layers_of_open_vswitch() {
    let (text, cx) = emit(&switched());
    let bridge = "auto br0\niface br0 inet dhcp\n\tovs_type OVSBridge\n\tovs_ports eth0 gre1 here\n\t\
                  ovs_extra set bridge br0 fail_mode=secure\n";
    assert!(text.contains(bridge), "{text}");
    let port =
        "allow-br0 eth0\niface eth0 inet manual\n\tovs_type OVSPort\n\tovs_bridge br0\n\tovs_options tag=5\n";
    assert!(text.contains(port), "{text}");
    let tunnel = "\tovs_type OVSTunnel\n\tovs_bridge br0\n\tovs_tunnel_type gre\n\t\
                  ovs_tunnel_options options:remote_ip=192.0.2.1\n\tovs_options tag=6\n";
    assert!(text.contains(tunnel) && text.contains("\tovs_patch_peer there\n"), "{text}");
    assert!(text.contains("openvswitch-switch"), "{text}");
    assert_eq!(reasons(&cx), Vec::<&str>::new());
    let (text, _) = emit_for(IFUPDOWN2, &switched());
    assert!(text.contains("auto eth0\n") && !text.contains("allow-br0"), "{text}");
}

#[test]
fn ifupdown_ng_gets_open_vswitch_by_commands() {
    let (text, cx) = emit_for(IFUPDOWN_NG, &switched());
    let made = "\tpre-up ovs-vsctl --may-exist add-br br0 -- set bridge br0 fail_mode=secure\n\t\
                pre-up ovs-vsctl --may-exist add-port br0 gre1 tag=6 -- set interface gre1 type=gre options:remote_ip=192.0.2.1\n\t\
                pre-up ovs-vsctl --may-exist add-port br0 here tag=7 -- set interface here type=patch options:peer=there\n";
    assert!(text.contains(made), "{text}");
    assert!(
        !text.contains("iface gre1") && !text.contains("iface here"),
        "no devices of the kernel's: {text}"
    );
    assert!(text.contains("\tpre-up ovs-vsctl --may-exist add-port br0 eth0 tag=5\n"), "{text}");
    assert!(text.contains("iface br0 inet6 manual\n\tipv6-accept-ra 2\n\tipv6-autoconf 1\n"), "{text}");
    assert_eq!(reasons(&cx), [""; 0], "the kernel takes advertisements");
}

#[test]
fn options_without_a_place_go_back_into_their_stanza() {
    let leftover = |key: &str, value: &str| Leftover {
        owner: Some(LinkId(0)),
        section: Some("iface eth0 inet dhcp".to_owned()),
        key: key.to_owned(),
        value: value.to_owned(),
        secret: false,
        weight: Weight::Acts,
        meaning: String::new(),
        origin: Origin::default_value(),
    };
    let mut network = Network { dialect: IFUPDOWN2, ..network(vec![link("ethernet", "eth0", &[])]) };
    network.leftovers = vec![leftover("clagd-id", "1"), leftover("vrrp", "10 192.0.2.9/24")];
    let (text, cx) = emit_for(IFUPDOWN2, &network);
    assert!(text.contains("\tclagd-id 1\n\tvrrp 10 192.0.2.9/24\n"), "{text}");
    assert_eq!(cx.unread_leftovers, Vec::<u32>::new());
    let (text, cx) = emit(&network);
    assert!(text.contains("# not converted: clagd-id=1\n") && !text.contains("\tclagd-id"), "{text}");
    assert_eq!(cx.unread_leftovers, [0, 1], "ifupdown has no such options");
}

/// The lines of the stanza of that name.
fn lines_of<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let (start, mut is_own) = (format!("iface {name} "), false);
    let own = |line: &&str| {
        if line.starts_with("iface ") {
            is_own = line.starts_with(&start);
        }
        is_own
    };
    stanzas(text).into_iter().filter(own).collect()
}

#[test]
fn a_route_of_several_links_comes_with_the_last_of_them() {
    let address = |text| [("ipv4.method", Value::text("manual")), ("ipv4.addresses", list(&[text])), MANUAL];
    let mut network = network(vec![
        link("ethernet", "eth0", &address("192.0.2.10/24")),
        link("ethernet", "eth1", &address("198.51.100.10/24")),
    ]);
    let hop = |gateway: &str, dev: &str| NextHop {
        gateway: Some(at(gateway.parse().unwrap())),
        dev: Some(at(dev.to_owned())),
        ..NextHop::default()
    };
    let route = Route {
        dst: Some(at("0.0.0.0/0".parse().unwrap())),
        nexthops: vec![hop("192.0.2.1", "eth0"), hop("198.51.100.1", "eth1")],
        ..Route::default()
    };
    network.routes.push(Owned { owner: Some(LinkId(0)), item: route });
    let (text, _) = emit(&network);
    let route =
        "up ip -4 route replace default nexthop via 192.0.2.1 dev eth0 nexthop via 198.51.100.1 dev eth1";
    assert!(lines_of(&text, "eth1").contains(&route) && !lines_of(&text, "eth0").contains(&route), "{text}");
}

#[test]
fn an_entry_of_a_bridges_database_comes_when_the_port_is_plugged_in() {
    let plugged = ("controller", Value::text("br0"));
    let mut network = network(vec![
        link("ethernet", "eth0", &[plugged, ("port_type", Value::text("bridge"))]),
        link("bridge", "br0", &[]),
    ]);
    let entry = |master: bool| FdbEntry {
        lladdr: Some(at("02:00:00:00:00:09".parse().unwrap())),
        master: Some(at(master)),
        ..FdbEntry::default()
    };
    network.fdb.extend([true, false].map(|master| Owned { owner: Some(LinkId(0)), item: entry(master) }));
    let (text, _) = emit(&network);
    let of = |side: &str| format!("up bridge fdb replace 02:00:00:00:00:09 dev eth0{side}");
    let (master, own) = (of(" master"), of(""));
    let (bridge, port) = (lines_of(&text, "br0"), lines_of(&text, "eth0"));
    assert!(bridge.contains(&master.as_str()) && !port.contains(&master.as_str()), "{text}");
    assert!(port.contains(&own.as_str()) && !bridge.contains(&own.as_str()), "{text}");
}

#[test]
fn name_servers_of_a_lease_that_are_turned_down_have_a_cure() {
    let off = ("ipv4.ignore_auto_dns", Value::Bool(true));
    let (_, cx) =
        emit(&network(vec![link("ethernet", "eth0", &[("ipv4.method", Value::text("auto")), off, MANUAL])]));
    assert!(
        cx.reasons[0].help.as_ref().is_some_and(|help| help.contains("dhclient.conf")),
        "{:?}",
        reasons(&cx)
    );
}
