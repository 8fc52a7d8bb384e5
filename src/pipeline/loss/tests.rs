use super::*;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::source::{At, Origin, SourceId};
use netpivot_model::value::{U32, Value};

const PROFILE: &str = "[connection]\nid=eth0\nuuid=6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a01\ntype=ethernet\n";

fn span(n: usize) -> Span {
    Span::new(SourceId(0), n, n + 1)
}

/// A profile as a keyfile would have it, with an MTU of 9000 beside.
fn source() -> Network {
    let mut link = Link { mtu: Some(At::new(U32::new(9000).unwrap(), span(3))), ..Link::default() };
    link.kind.origin = Origin::at(span(0));
    link.id = Some(At::new("eth0".into(), span(1)));
    link.uuid = Some(At::new("6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a01".into(), span(2)));
    let dialect = netpivot_model::dialect::Dialect::of("keyfile");
    Network { dialect, links: vec![link], ..Network::default() }
}

fn judged(network: &Network, text: &str, cx: EmitContext) -> Result<Verdict, Failure> {
    let path = "/etc/NetworkManager/system-connections/eth0.nmconnection".to_owned();
    let file = OutputFile {
        path,
        mode: 0o600,
        text: text.to_owned(),
        has_secrets: false,
        link_to: None,
        reads_as: None,
    };
    judge(network, &FormatSpec::of("keyfile"), &[file], cx)
}

fn path(field: &'static str) -> FactPath {
    FactPath { subject: Subject::Link(LinkId(0)), field: FieldPath::parse(field) }
}

fn losses(verdict: Verdict) -> Vec<(&'static str, String)> {
    verdict.losses.into_iter().map(|(_, d)| (d.code.id, d.message)).collect()
}

#[test]
fn what_stands_in_the_output_is_no_loss() {
    let text = format!("{PROFILE}\n[ethernet]\nmtu=9000\n");
    assert_eq!(losses(judged(&source(), &text, EmitContext::default()).unwrap()), []);
}

#[test]
fn what_is_missing_or_different_is_a_loss_though_nobody_declares_it() {
    for (text, says) in [
        (PROFILE.to_owned(), "`mtu` of link eth0"),
        (format!("{PROFILE}\n[ethernet]\nmtu=1500\n"), "becomes `1500`"),
    ] {
        let verdict = judged(&source(), &text, EmitContext::default()).unwrap();
        assert_eq!(verdict.losses[0].1.labels, [span(3)]);
        let found = losses(verdict);
        assert_eq!((found.len(), found[0].0), (1, "L001"), "{found:?}");
        assert!(found[0].1.contains(says), "{found:?}");
    }
}

#[test]
fn a_reason_for_the_setting_or_its_subject_explains_a_loss() {
    for field in ["mtu", ""] {
        let mut cx = EmitContext::default();
        cx.cannot(path(field), &codes::core::LEFTOVER_LOST, "because", None);
        let found = losses(judged(&source(), PROFILE, cx).unwrap());
        assert_eq!(found, [("L002", "because".to_owned())], "{field}");
    }
}

#[test]
fn a_missing_profile_is_one_loss() {
    let mut network = source();
    let mut lost = network.links[0].clone();
    lost.id = Some(At::new("eth1".into(), span(4)));
    lost.uuid = Some(At::new("6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a02".into(), span(5)));
    network.links.push(lost);
    let text = format!("{PROFILE}\n[ethernet]\nmtu=9000\n");
    let found = losses(judged(&network, &text, EmitContext::default()).unwrap());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("link eth1"), "{found:?}");
}

#[test]
fn what_only_the_output_says_is_a_fault_unless_a_rule_adds_it() {
    let text = format!("{PROFILE}zone=home\n\n[ethernet]\nmtu=9000\n");
    let failure = judged(&source(), &text, EmitContext::default()).err().unwrap();
    assert_eq!(failure.kind.exit(), 70);
    assert!(failure.message.contains("zone"), "{}", failure.message);
    let mut cx = EmitContext::default();
    cx.added(path("zone"), "a-rule");
    assert_eq!(losses(judged(&source(), &text, cx).unwrap()), []);
}

#[test]
fn a_rule_that_adds_hides_no_loss() {
    let lost = |cx| losses(judged(&source(), PROFILE, cx).unwrap()).len();
    let mut cx = EmitContext::default();
    cx.added(path("mtu"), "a-rule");
    assert_eq!(lost(cx), 1);
    let mut cx = EmitContext::default();
    cx.otherwise(path("mtu"), "a-rule");
    assert_eq!(lost(cx), 0);
}

#[test]
fn what_stands_in_another_form_must_stand() {
    let mut network = source();
    let route = |metric| netpivot_model::route::Route {
        dst: Some(At::new("192.0.2.0/24".parse().unwrap(), span(7))),
        gateway: Some(At::new("198.51.100.1".parse().unwrap(), span(8))),
        metric: netpivot_model::value::Int::new(metric).map(|metric| At::new(metric, span(9))),
        ..Default::default()
    };
    let owner = Some(LinkId(0));
    network.routes.extend([1, 2].map(|metric| netpivot_model::network::Owned { owner, item: route(metric) }));
    let judged = |routes: &str| {
        let mut cx = EmitContext::default();
        for n in 0..2 {
            cx.account(Accounted::Rewritten(EntryKind::Route, n), "a-rule");
        }
        let text = format!("{PROFILE}\n[ethernet]\nmtu=9000\n\n[ipv4]\n{routes}");
        losses(judged(&network, &text, cx).unwrap()).len()
    };
    assert_eq!(judged("route1=192.0.2.0/24,198.51.100.1,7\nroute2=192.0.2.0/24,198.51.100.1,8\n"), 0);
    assert_eq!(judged("route1=192.0.2.0/24,198.51.100.1,7\n"), 1);
    assert_eq!(judged(""), 2);
    // Another destination is another route: then both are gone, and the new one is nobody's.
    let elsewhere = "[ipv4]\nroute1=203.0.113.0/24,198.51.100.1,7\n";
    let mut cx = EmitContext::default();
    cx.account(Accounted::Rewritten(EntryKind::Route, 0), "a-rule");
    let text = format!("{PROFILE}\n[ethernet]\nmtu=9000\n\n{elsewhere}");
    let failure = super::tests::judged(&network, &text, cx).err().unwrap();
    assert!(failure.message.contains("203.0.113.0/24"), "{}", failure.message);
}

#[test]
fn an_entry_is_added_to_a_link_and_about_something() {
    let text = format!("{PROFILE}\n[ethernet]\nmtu=9000\n\n[ipv4]\nroute1=192.0.2.0/24,198.51.100.1,7\n");
    let is_fine = |owner, about: &str| {
        let mut cx = EmitContext::default();
        cx.added_entry(EntryKind::Route, owner, about, "a-rule");
        judged(&source(), &text, cx).is_ok()
    };
    assert!(is_fine(Some(LinkId(0)), "192.0.2.0/24"));
    assert!(!is_fine(Some(LinkId(0)), "203.0.113.0/24"));
    assert!(!is_fine(None, "192.0.2.0/24"));
    assert!(!is_fine(Some(LinkId(1)), "192.0.2.0/24"));
}

#[test]
fn what_the_source_acts_on_without_the_model_is_lost() {
    let mut network = source();
    network.dialect = netpivot_model::dialect::IFCFG_NM;
    network.links[0].leaf_mut(FieldPath::parse("ipv4.method")).unwrap();
    let leftover = |weight, secret| Leftover {
        owner: Some(LinkId(0)),
        section: None,
        key: "LINKDELAY".into(),
        value: "5".into(),
        secret,
        weight,
        meaning: "waits 5 s".into(),
        origin: Origin::at(span(9)),
    };
    network.leftovers =
        vec![leftover(Weight::Acts, false), leftover(Weight::Idle, false), leftover(Weight::Acts, true)];
    let text = format!("{PROFILE}\n[ethernet]\nmtu=9000\n");
    let mut found = losses(judged(&network, &text, EmitContext::default()).unwrap());
    found.retain(|(code, _)| *code == "L002");
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "`LINKDELAY=5` has no counterpart in keyfile: waits 5 s",
            "`LINKDELAY=<hidden>` has no counterpart in keyfile: waits 5 s"
        ]
    );
}

#[test]
fn with_several_targets_only_what_all_of_them_lose_is_lost() {
    let loss = |field, text: &str| {
        let diagnostic = Diagnostic::new(&codes::core::LOST, text).at(span(7));
        (Lost::Fact(path(field)), diagnostic)
    };
    let one = vec![loss("mtu", "a"), loss("name", "b")];
    let other = vec![loss("mtu", "a")];
    let found = lost_everywhere(vec![one.clone(), other]);
    assert_eq!(found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(lost_everywhere(vec![one]).len(), 2);
}

#[test]
fn a_secret_in_a_loss_is_hidden() {
    let change = Change {
        old_path: Some(path("wifi_security.psk")),
        new_path: None,
        old: Some(Value::Secret(netpivot_model::secret::Secret::new("hunter2"))),
        new: None,
    };
    assert!(!describe(&source(), change.old_path, &change).contains("hunter2"));
}

#[test]
fn where_nothing_is_written_everything_is_lost() {
    let verdict = judge(&source(), &FormatSpec::of("keyfile"), &[], EmitContext::default()).unwrap();
    assert_eq!(losses(verdict), [("L001", "link eth0 (ethernet) is not in the keyfile output".to_owned())]);
}
