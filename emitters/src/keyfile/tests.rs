use super::*;
use crate::FileSet;
use ipnet::IpNet;
use netpivot_model::dialect::{Dialect, IFCFG_INITSCRIPTS, IFCFG_NM, IFUPDOWN};
use netpivot_model::ip::Address;
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::network::{Leftover, Owned, Weight};
use netpivot_model::path::FieldPath;
use netpivot_model::route::{NextHop, Route};
use netpivot_model::rule::Rule;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{LinkRef, U32, Value};

fn at<T>(value: T) -> At<T> {
    At::new(value, Origin::default_value())
}

fn link(kind: &str, name: &str) -> Link {
    Link { kind: at(LinkKind::of(kind).unwrap()), name: Some(at(name.to_owned())), ..Link::default() }
}

fn set(link: &mut Link, path: &'static str, value: Value) {
    link.leaf_mut(FieldPath::parse(path)).unwrap().set(&value, Origin::default_value()).unwrap();
}

fn network(dialect: Dialect, link: Link) -> Network {
    let mut network = Network { dialect, ..Network::default() };
    network.add_link(link);
    network
}

fn emit_with(network: &Network, mut cx: EmitContext) -> (FileSet, EmitContext) {
    let files = Keyfile.emit(network, &mut cx);
    (files, cx)
}

fn emit(network: &Network) -> (String, EmitContext) {
    let (files, cx) = emit_with(network, EmitContext { reveal_secrets: true, ..EmitContext::default() });
    (files.files[0].text.clone(), cx)
}

fn has(text: &str, line: &str) -> bool {
    text.lines().any(|l| l == line)
}

fn release(minor: u16) -> Dialect {
    let version = Some(netpivot_model::dialect::Version { major: 1, minor });
    Dialect { version, ..Dialect::of(KEYFILE) }
}

#[test]
fn what_silence_means_in_the_source_is_spelled_out() {
    let (text, _) = emit(&network(IFCFG_NM, link("bridge", "br0")));
    assert!(
        has(&text, "stp=false") && has(&text, "method=disabled") && has(&text, "method=ignore"),
        "{text}"
    );
    let (text, _) = emit(&network(IFCFG_INITSCRIPTS, link("bond", "bond0")));
    assert!(has(&text, "miimon=0") && has(&text, "mode=balance-rr"), "{text}");
}

#[test]
fn defaults_are_left_out() {
    let mut bridge = link("bridge", "br0");
    set(&mut bridge, "bridge.stp", Value::Bool(true));
    set(&mut bridge, "bridge.forward_delay", Value::Int(1500));
    set(&mut bridge, "bridge.hello_time", Value::Int(300));
    let (text, _) = emit(&network(IFCFG_NM, bridge));
    assert!(!text.contains("stp") && !text.contains("forward-delay") && has(&text, "hello-time=3"), "{text}");
}

#[test]
fn rounding_to_seconds_has_a_reason() {
    let mut bridge = link("bridge", "br0");
    set(&mut bridge, "bridge.ageing_time", Value::Int(12_345));
    set(&mut bridge, "bridge.max_age", Value::Int(1_900));
    let (text, cx) = emit(&network(IFCFG_INITSCRIPTS, bridge));
    assert!(has(&text, "ageing-time=123") && has(&text, "max-age=19"), "{text}");
    let told: Vec<&str> = cx.reasons.iter().map(|reason| reason.text.as_str()).collect();
    assert!(matches!(told[..], [one] if one.contains("123.45 s becomes 123 s")), "{told:?}");
}

#[test]
fn beside_stp_a_forward_delay_is_what_the_kernel_makes_of_it() {
    let emit = |dialect, delay| {
        let mut bridge = link("bridge", "br0");
        set(&mut bridge, "bridge.stp", Value::Bool(true));
        set(&mut bridge, "bridge.forward_delay", Value::Int(delay));
        let (text, cx) = emit(&network(dialect, bridge));
        let written = text.lines().find_map(|line| line.strip_prefix("forward-delay=")).map(str::to_owned);
        (written, cx.reasons.len())
    };
    let is = |text: &str, reasons| (Some(text.to_owned()), reasons);
    assert_eq!(emit(IFCFG_INITSCRIPTS, 0), is("2", 1));
    assert_eq!(emit(IFCFG_INITSCRIPTS, 4000), is("30", 1));
    assert_eq!(emit(IFCFG_INITSCRIPTS, 400), is("4", 0));
    assert_eq!(emit(IFUPDOWN, 0), (None, 1), "15 s are NetworkManager's own");
}

#[test]
fn names_follow_the_target_s_release() {
    let mut port = link("ethernet", "eth0");
    port.controller = Some(at(LinkRef::Name("br0".into())));
    port.port_type = Some(at(PortType::Bridge));
    set(&mut port, "matches.mac_denylist", Value::List(vec![Value::text("52:54:00:00:00:01")]));
    set(&mut port, "nm.down_on_poweroff", Value::Int(1));
    let network = network(IFCFG_NM, port);
    let emit = |target| {
        let (files, cx) = emit_with(&network, EmitContext { target, ..EmitContext::default() });
        (files.files[0].text.clone(), cx.reasons.iter().map(|r| r.code.id).collect::<Vec<_>>())
    };
    let (old, reasons) = emit(Dialect::of(KEYFILE));
    assert!(has(&old, "master=br0") && has(&old, "slave-type=bridge"), "{old}");
    assert!(has(&old, "mac-address-blacklist=52:54:00:00:00:01;") && !old.contains("poweroff"), "{old}");
    assert_eq!(reasons, ["L301"]);
    let (middle, _) = emit(release(46));
    assert!(has(&middle, "controller=br0") && middle.contains("blacklist"), "{middle}");
    let (new, reasons) = emit(release(50));
    assert!(
        has(&new, "port-type=bridge") && new.contains("denylist") && has(&new, "down-on-poweroff=1"),
        "{new}"
    );
    assert!(reasons.is_empty() && !new.contains("[ipv4]") && !new.contains("[proxy]"), "{new}");
}

#[test]
fn a_port_learns_its_type_from_the_controller() {
    let mut port = link("ethernet", "eth0");
    port.controller = Some(at(LinkRef::Name("bond0".into())));
    let mut network = network(IFCFG_NM, port);
    network.add_link(link("bond", "bond0"));
    let (files, _) = emit_with(&network, EmitContext::default());
    assert!(files.files.iter().any(|f| has(&f.text, "slave-type=bond")));
}

#[test]
fn rules_without_priority_keep_their_precedence() {
    let mut network = network(IFCFG_NM, link("ethernet", "eth0"));
    for table in [100, 101] {
        let item = Rule { table: Some(at(U32::new(table).unwrap())), ..Rule::default() };
        network.rules.push(Owned { owner: Some(LinkId(0)), item });
    }
    let item = Rule { l3mdev: Some(at(true)), ..Rule::default() };
    network.rules.push(Owned { owner: Some(LinkId(0)), item });
    let (text, cx) = emit(&network);
    assert!(has(&text, "routing-rule1=priority 32765 from all table 100"), "{text}");
    assert!(has(&text, "routing-rule2=priority 32764 from all table 101"), "{text}");
    assert_eq!(cx.reasons.iter().map(|r| r.code.id).collect::<Vec<_>>(), ["L303"]);
}

fn route(dst: &str) -> Route {
    Route { dst: Some(at(dst.parse::<IpNet>().unwrap())), ..Route::default() }
}

#[test]
fn routes_are_written_with_their_options_or_a_reason() {
    let mut network = network(IFCFG_NM, link("ethernet", "eth0"));
    let hop = |gateway: &str, weight| NextHop {
        gateway: Some(at(gateway.parse().unwrap())),
        weight: U32::new(weight).map(at),
        ..NextHop::default()
    };
    let multipath = Route { nexthops: vec![hop("192.0.2.1", 1), hop("192.0.2.2", 4)], ..route("10.0.0.0/8") };
    let metric =
        Route { metric: U32::new(5).map(at), protocol: Some(at("bird".into())), ..route("10.1.0.0/16") };
    let elsewhere = Route { dev: Some(at("eth9".into())), ..route("10.2.0.0/16") };
    let crossed = Route { gateway: Some(at("fe80::1".parse().unwrap())), ..route("10.3.0.0/16") };
    for item in [multipath, metric, elsewhere, crossed] {
        network.routes.push(Owned { owner: Some(LinkId(0)), item });
    }
    let (text, cx) = emit(&network);
    assert!(has(&text, "route1=10.0.0.0/8,192.0.2.1") && has(&text, "route1_options=weight=1"), "{text}");
    assert!(has(&text, "route2=10.0.0.0/8,192.0.2.2") && has(&text, "route2_options=weight=4"), "{text}");
    assert!(
        has(&text, "route3=10.1.0.0/16,0.0.0.0,5") && !text.contains("10.2.") && !text.contains("10.3."),
        "{text}"
    );
    assert_eq!(cx.reasons.iter().map(|r| r.code.id).collect::<Vec<_>>(), ["L302", "L302", "L302"]);
    network.routes[1].item.protocol = Some(at("static".into()));
    let (_, cx) = emit(&network);
    assert_eq!(cx.reasons.len(), 2, "the routes of a profile are `proto static`");
}

#[test]
fn an_address_s_details_get_a_reason() {
    let mut ethernet = link("ethernet", "eth0");
    let mut address = Address::new("192.0.2.1/24".parse().unwrap());
    address.label = Some("eth0:1".to_owned());
    let config = ethernet.ipv4.get_or_insert_default();
    config.addresses.push(address.clone(), Origin::default_value());
    address.label = Some("eth0:2".to_owned());
    config.addresses.push(address, Origin::default_value());
    let (text, cx) = emit(&network(IFCFG_NM, ethernet));
    assert!(has(&text, "address1=192.0.2.1/24"), "{text}");
    let told: Vec<&str> = cx.reasons.iter().map(|reason| reason.text.as_str()).collect();
    assert!(matches!(told[..], [one, two] if one.contains("eth0:1") && two.contains("eth0:2")), "{told:?}");
}

#[test]
fn a_peer_becomes_the_route_that_the_kernel_adds() {
    let mut tunnel = link("ethernet", "ctc0");
    let mut address = Address::new("10.255.0.1/32".parse().unwrap());
    address.peer = Some("10.255.0.2".parse().unwrap());
    tunnel.ipv4.get_or_insert_default().addresses.push(address, Origin::default_value());
    let (text, cx) = emit(&network(IFCFG_NM, tunnel));
    assert!(has(&text, "address1=10.255.0.1/32") && has(&text, "route1=10.255.0.2/32"), "{text}");
    assert_eq!(cx.reasons.iter().map(|r| r.code.id).collect::<Vec<_>>(), ["W302"]);
}

#[test]
fn an_unmanaged_device_gets_a_profile_or_stays_unmanaged() {
    let mut ethernet = link("ethernet", "eth0");
    ethernet.managed = Some(at(false));
    set(&mut ethernet, "mtu", Value::Int(9000));
    let network = network(IFCFG_NM, ethernet);
    let (files, cx) = emit_with(&network, EmitContext::default());
    assert!(files.files[0].path.ends_with("/eth0.nmconnection"));
    assert_eq!(cx.reasons.iter().map(|r| r.code.id).collect::<Vec<_>>(), ["W301"]);
    let (files, cx) = emit_with(&network, EmitContext { keep_unmanaged: true, ..EmitContext::default() });
    assert_eq!(files.files[0].path, "/etc/NetworkManager/conf.d/90-netpivot-unmanaged.conf");
    assert_eq!(files.files[0].text, "[keyfile]\nunmanaged-devices=interface-name:eth0\n");
    assert!(cx.reasons.iter().any(|r| r.code.id == "L305"));
}

#[test]
fn hardware_names_become_link_files_when_asked() {
    let mut ethernet = link("ethernet", "lan0");
    set(&mut ethernet, "matches.mac", Value::text("52:54:00:00:00:01"));
    let mut network = network(IFCFG_NM, ethernet);
    let (files, cx) = emit_with(&network, EmitContext::default());
    assert_eq!((files.files.len(), cx.diagnostics[0].code.id), (1, "N301"));
    network.named_by_host.push(LinkId(0));
    let (_, cx) = emit_with(&network, EmitContext::default());
    assert!(cx.diagnostics.is_empty(), "a file of the host gives the name already");
    let (files, cx) = emit_with(&network, EmitContext { with_link_files: true, ..EmitContext::default() });
    let link_file = files.files.iter().find(|f| f.path == "/etc/systemd/network/10-lan0.link").unwrap();
    assert_eq!(link_file.text, "[Match]\nMACAddress=52:54:00:00:00:01\nType=ether\n\n[Link]\nName=lan0\n");
    assert!(cx.diagnostics.is_empty());
}

#[test]
fn hostile_ids_stay_within_the_directory() {
    let mut network = network(IFCFG_NM, link("ethernet", "eth0"));
    network.link_mut(LinkId(0)).id = Some(at("../../../etc/passwd\n[ipv4]".to_owned()));
    for _ in 0..3 {
        network.add_link(Link { id: Some(at("same".into())), ..link("ethernet", "eth1") });
    }
    let (files, _) = emit_with(&network, EmitContext::default());
    let directory = "/etc/NetworkManager/system-connections/";
    let mut names: Vec<_> = files.files.iter().map(|f| f.path.strip_prefix(directory).unwrap()).collect();
    assert!(names.iter().all(|n| !n.contains(['/', '\n'])), "{names:?}");
    names.dedup();
    assert_eq!(names.len(), 4);
    assert!(files.files.iter().all(|f| f.mode == 0o600));
    let text = &files.files.iter().find(|f| f.text.contains("passwd")).unwrap().text;
    assert!(has(text, "id=../../../etc/passwd\\n[ipv4]"), "{text}");
}

#[test]
fn secrets_are_hidden_unless_asked_for() {
    let mut wifi = link("wifi", "wlan0");
    set(&mut wifi, "wifi.ssid_hex", Value::text("6162"));
    set(&mut wifi, "wifi_security.key_mgmt", Value::text("wpa-psk"));
    set(&mut wifi, "wifi_security.psk", Value::text("correct horse "));
    let network = network(IFCFG_NM, wifi);
    let (files, _) = emit_with(&network, EmitContext::default());
    assert!(files.files[0].has_secrets && has(&files.files[0].text, "psk=<hidden>"));
    let (text, _) = emit(&network);
    assert!(has(&text, "psk=correct horse "), "a trailing blank is part of the key");
}

#[test]
fn leftovers_are_comments_and_cannot_break_out() {
    let mut network = network(IFCFG_NM, link("ethernet", "eth0"));
    network.leftovers.push(Leftover {
        owner: Some(LinkId(0)),
        section: None,
        key: "LINKDELAY".into(),
        value: "5\n[connection]".into(),
        secret: false,
        weight: Weight::Acts,
        meaning: String::new(),
        origin: Origin::default_value(),
    });
    let (text, _) = emit(&network);
    assert!(has(&text, "# not converted: LINKDELAY=5\\n[connection]"), "{text}");
    let cx = EmitContext { leftover_places: vec!["ifcfg-eth0:7".to_owned()], ..EmitContext::default() };
    let (files, _) = emit_with(&network, cx);
    assert!(has(&files.files[0].text, "# not converted: LINKDELAY=5\\n[connection] (ifcfg-eth0:7)"));
    network.dialect = Dialect::of(KEYFILE);
    network.leftovers[0].section = Some("connection".into());
    network.leftovers[0].value = "5".into();
    let (text, _) = emit(&network);
    assert!(has(&text, "LINKDELAY=5"), "it goes back into its own format: {text}");
}

#[test]
fn unsupported_links_become_no_other_kind() {
    let (files, cx) = emit_with(&network(IFCFG_NM, link("unsupported", "ppp0")), EmitContext::default());
    assert!(files.files.is_empty());
    assert_eq!(cx.reasons[0].code.id, "L306");
}

#[test]
fn the_owner_of_a_tap_needs_a_number() {
    let mut tap = link("tun", "tap0");
    set(&mut tap, "tun.mode", Value::text("tap"));
    set(&mut tap, "tun.owner", Value::text("nobody"));
    set(&mut tap, "tun.group", Value::text("28"));
    let (text, cx) = emit(&network(IFUPDOWN, tap));
    assert!(has(&text, "group=28") && !text.contains("owner"), "{text}");
    assert_eq!(cx.reasons[0].code.id, "L306");
    assert!(cx.reasons[0].text.contains("`nobody`"), "{}", cx.reasons[0].text);
}

/// `route-metric` would be that of the addresses' routes, too, which initscripts and ifupdown leave to the kernel.
#[test]
fn the_metric_of_a_default_route_stays_its_own() {
    let mut eth0 = link("ethernet", "eth0");
    set(&mut eth0, "ipv4.method", Value::text("manual"));
    set(&mut eth0, "ipv4.addresses", Value::List(vec![Value::text("10.0.0.2/24")]));
    set(&mut eth0, "ipv4.gateway", Value::text("10.0.0.1"));
    set(&mut eth0, "ipv4.route_metric", Value::Int(50));
    for dialect in [IFCFG_INITSCRIPTS, IFUPDOWN] {
        let (text, _) = emit(&network(dialect, eth0.clone()));
        assert!(has(&text, "route1=0.0.0.0/0,10.0.0.1,50"), "{text}");
        assert!(!text.contains("gateway=") && !text.contains("route-metric"), "{text}");
    }
    let (text, _) = emit(&network(IFCFG_NM, eth0.clone()));
    assert!(has(&text, "gateway=10.0.0.1") && has(&text, "route-metric=50"), "{text}");
    // ifupdown takes each gateway as on the link.
    set(&mut eth0, "ipv4.gateway", Value::text("192.0.2.1"));
    let (text, _) = emit(&network(IFUPDOWN, eth0.clone()));
    assert!(
        has(&text, "route1=0.0.0.0/0,192.0.2.1,50") && has(&text, "route1_options=onlink=true"),
        "{text}"
    );
    // The routes of a lease have no metric but that of the profile.
    set(&mut eth0, "ipv4.method", Value::text("auto"));
    let (text, _) = emit(&network(IFCFG_INITSCRIPTS, eth0));
    assert!(has(&text, "gateway=192.0.2.1") && has(&text, "route-metric=50"), "{text}");
}

#[test]
fn the_loss_of_a_name_says_who_could_give_it() {
    let mut lan0 = link("ethernet", "lan0");
    set(&mut lan0, "eni.renamed_from", Value::text("eth1"));
    let (_, cx) = emit_with(&network(IFCFG_NM, lan0), EmitContext::default());
    let reason = cx.reasons.iter().find(|reason| reason.path.field.is("eni.renamed_from")).unwrap();
    assert!(reason.help.as_ref().is_some_and(|help| help.contains("/etc/systemd/network/10-lan0.link")));
}
