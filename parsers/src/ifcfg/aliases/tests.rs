//! Expectations are NetworkManager's migration of the same files, and ifcfg.md 1.2.

use super::*;
use crate::ifcfg::ip::tests::lex;
use crate::ifcfg::vars::Vars;

const NM: Reader = Reader::NetworkManager;
const IS: Reader = Reader::Initscripts;

/// The parent's link and the findings as `S194 …`.
fn read(reader: Reader, parent: &str, aliases: &[(&str, &str)]) -> (Link, Vec<String>) {
    let mut cx = Context::default();
    let global = Global::default();
    let lexed: Vec<_> = [("eth0", parent)]
        .iter()
        .chain(aliases)
        .map(|(name, text)| {
            let path = format!("ifcfg-{name}");
            let assignments = lex(&mut cx, &path, text);
            (*name, cx.sources.find(&path).unwrap(), path, assignments)
        })
        .collect();
    let mut files: Vec<IfcfgFile<'_>> = lexed
        .iter()
        .map(|(name, source, path, assignments)| {
            let range = matches!(kind_of(name), Some((AliasKind::Range, _)));
            let reader = if range { IS } else { reader };
            IfcfgFile {
                name,
                path,
                source: *source,
                reader,
                vars: Vars::new(assignments, reader),
                assignments,
            }
        })
        .collect();
    let parent = files.remove(0);
    assert!(files.iter().all(|file| belongs(&parent, file.name)));
    let mut link = Link::default();
    ip::read(
        Reading { file: &parent, global: &global, rule_files: false, host_reader: Reader::NetworkManager },
        &mut link,
        &mut cx,
    )
    .unwrap();
    let since = cx.diagnostics.len();
    add(&parent, &files, &global, &mut link, &mut cx);
    let findings = cx.diagnostics[since..].iter().map(|d| format!("{} {}", d.code.id, d.message)).collect();
    (link, findings)
}

fn addresses(link: &Link) -> Vec<String> {
    link.ipv4.iter().flat_map(|ipv4| ipv4.addresses.values()).map(ToString::to_string).collect()
}

fn method(link: &Link) -> &'static str {
    link.ipv4.as_ref().unwrap().method.as_ref().unwrap().value.as_str()
}

const STATIC: &str = "DEVICE=eth0\nBOOTPROTO=none\nIPADDR=192.168.1.5\nPREFIX=24\nGATEWAY=192.168.1.1";

#[test]
fn aliases_add_addresses_with_labels_by_number() {
    let files = [
        ("eth0:10", "DEVICE=eth0:10\nIPADDR=192.168.1.10"),
        ("eth0:2", "DEVICE=eth0:2\nIPADDR=10.6.0.1\nPREFIX=16"),
        ("eth0:web", "DEVICE=eth0:web\nIPADDR=10.7.0.1\nNETMASK=255.0.0.0"),
    ];
    for reader in [NM, IS] {
        let (link, findings) = read(reader, STATIC, &files);
        let expected = [
            "192.168.1.5/24",
            "10.6.0.1/16 label eth0:2",
            "192.168.1.10/24 label eth0:10",
            "10.7.0.1/8 label eth0:web",
        ];
        assert_eq!(addresses(&link), expected);
        assert!(findings.is_empty(), "{findings:?}");
    }
}

#[test]
fn networkmanager_wants_device_to_repeat_the_name() {
    for text in ["IPADDR=192.168.1.12", "DEVICE=aliasem0:1\nIPADDR=192.168.1.12", "DEVICE=eth0:1\nIPADDR=x"] {
        let (link, findings) = read(NM, STATIC, &[("eth0:1", text)]);
        assert_eq!(addresses(&link), ["192.168.1.5/24"]);
        assert!(findings[0].starts_with("S194") && findings[0].contains("IPADDR="), "{findings:?}");
    }
    let (link, _) = read(IS, STATIC, &[("eth0:1", "IPADDR=192.168.1.12")]);
    assert_eq!(addresses(&link)[1], "192.168.1.12/24 label eth0:1");
    let (link, findings) = read(NM, STATIC, &[("eth0:a-b", "DEVICE=eth0:a-b\nIPADDR=10.0.0.1")]);
    assert!(addresses(&link).len() == 1 && findings[0].starts_with("S194"));
}

#[test]
fn an_alias_keeps_dhcp_and_switches_ipv4_on() {
    let alias = [("eth0:1", "DEVICE=eth0:1\nIPADDR=10.6.0.1\nPREFIX=16")];
    assert_eq!(method(&read(NM, "DEVICE=eth0\nBOOTPROTO=dhcp", &alias).0), "auto");
    assert_eq!(method(&read(NM, "DEVICE=eth0\nBOOTPROTO=none", &alias).0), "manual");
    assert_eq!(method(&read(IS, "DEVICE=eth0", &alias).0), "manual");
}

#[test]
fn the_gateway_of_an_alias_counts_where_the_parent_has_none() {
    let alias = [("eth0:1", "DEVICE=eth0:1\nIPADDR=10.6.0.1\nPREFIX=16\nGATEWAY=10.6.0.254")];
    let gateway = |parent: &str| {
        let (link, findings) = read(NM, parent, &alias);
        (link.ipv4.unwrap().gateway.map(|at| at.value.to_string()), findings)
    };
    let (own, findings) = gateway(STATIC);
    assert_eq!(own.as_deref(), Some("192.168.1.1"));
    assert!(findings[0].starts_with("S195") && findings[0].contains("GATEWAY=10.6.0.254"));
    assert_eq!(
        gateway("DEVICE=eth0\nBOOTPROTO=none\nIPADDR=10.1.0.1\nPREFIX=8").0.as_deref(),
        Some("10.6.0.254")
    );
    assert_eq!(gateway("DEVICE=eth0\nBOOTPROTO=dhcp\nDEFROUTE=yes").0, None);
    let (link, findings) = read(
        NM,
        "DEVICE=eth0\nBOOTPROTO=dhcp",
        &[("eth0:1", "DEVICE=eth0:1\nIPADDR=10.6.0.1\nPREFIX=16\nGATEWAY=10.6.0.254\nDEFROUTE=no")],
    );
    let ipv4 = link.ipv4.unwrap();
    assert!(ipv4.gateway.is_none() && ipv4.never_default.unwrap().value && findings[0].starts_with("S190"));
}

#[test]
fn onparent_no_is_read_by_initscripts_only() {
    let alias = [("eth0:1", "DEVICE=eth0:1\nIPADDR=192.168.1.6\nONPARENT=no")];
    let (link, findings) = read(NM, STATIC, &alias);
    assert!(
        addresses(&link).len() == 2 && findings[0].starts_with("S180") && findings[0].contains("ONPARENT=no")
    );
    let (link, findings) = read(IS, STATIC, &alias);
    assert!(
        addresses(&link).len() == 1 && findings[0].starts_with("S194") && findings[0].contains("ONPARENT=no")
    );
}

#[test]
fn ipv6_of_an_alias_is_for_initscripts() {
    let alias = [("eth0:1", "DEVICE=eth0:1\nIPADDR=192.168.1.6\nIPV6ADDR=2001:db8::6/64")];
    let v6 = |reader| {
        let (link, findings) = read(reader, STATIC, &alias);
        (link.ipv6.map_or(0, |ip| ip.addresses.items.len()), findings.len())
    };
    assert_eq!((v6(NM), v6(IS)), ((0, 1), (1, 0)));
}

#[test]
fn a_range_gives_each_address_even_where_networkmanager_refuses_the_file() {
    let range =
        [("eth0-range0", "IPADDR_START=10.5.0.10\nIPADDR_END=10.5.0.12\nCLONENUM_START=5\nPREFIX=16")];
    for reader in [NM, IS] {
        let (link, findings) = read(reader, STATIC, &range);
        let expected = [
            "192.168.1.5/24",
            "10.5.0.10/16 label eth0:5",
            "10.5.0.11/16 label eth0:6",
            "10.5.0.12/16 label eth0:7",
        ];
        assert_eq!(addresses(&link), expected);
        assert_eq!(findings.iter().any(|f| f.starts_with("S196")), reader == NM);
    }
    let (link, findings) =
        read(IS, STATIC, &[("eth0-range0", "IPADDR_START=10.5.0.10\nIPADDR_END=10.5.1.12")]);
    assert!(addresses(&link).len() == 1 && findings[0].starts_with("S197"));
    let (_, findings) = read(IS, STATIC, &[("eth0-range0", "IPADDR_START=10.5.0.10")]);
    assert!(findings[0].starts_with("S194"), "{findings:?}");
}

#[test]
fn names_tell_aliases_and_ranges() {
    assert_eq!(kind_of("eth0:1"), Some((AliasKind::Alias, "eth0")));
    assert_eq!(kind_of("eth0-range12"), Some((AliasKind::Range, "eth0")));
    assert_eq!(kind_of("eth0"), None);
    assert_eq!(kind_of(":1"), None);
}
