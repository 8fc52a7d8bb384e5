use super::*;
use crate::tree::MemoryTree;
use netpivot_model::link::LinkId;
use netpivot_model::nm::Match;
use netpivot_model::source::At;

const RULES: &str = "# PCI device 0x1af4:0x1000 (virtio-pci)
SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", ATTR{address}==\"fa:16:3e:7c:01:c4\", \\
    ATTR{type}==\"1\", KERNEL==\"eth*\", NAME=\"eth0\"

SUBSYSTEM==\"net\", ATTR{address}==\"FA:16:3E:7C:01:99\", NAME:=\"eth1\"
SUBSYSTEM==\"net\", KERNELS==\"0000:00:1f.6\" NAME = \"lan\\\"0\"
SUBSYSTEM==\"block\", NAME=\"sda\"
SUBSYSTEM==\"net\", NAME==\"\", NAME=\"$env{ID_NET_NAME}\"
SUBSYSTEM==\"net\", ATTR{address}==\"fa:16:3e:7c:01:00\", ENV{X}=\"1\"
garbage
";

fn hosts(files: &[(&str, &str)]) -> (Vec<DeviceName>, Context) {
    let tree: MemoryTree = files.iter().copied().collect();
    let mut cx = Context::default();
    (read(&tree, &mut cx), cx)
}

fn mac(text: &str) -> Mac {
    text.parse().unwrap()
}

#[test]
fn udev_rules_with_continuations() {
    let (names, cx) = hosts(&[("/etc/udev/rules.d/70-persistent-net.rules", RULES)]);
    let shown: Vec<_> = names.iter().map(|n| (n.name.as_str(), n.macs.clone())).collect();
    assert_eq!(
        shown,
        [
            ("eth0", vec![mac("fa:16:3e:7c:01:c4")]),
            ("eth1", vec![mac("fa:16:3e:7c:01:99")]),
            ("lan\"0", vec![])
        ]
    );
    assert_eq!(names[0].original.as_deref(), Some("eth*"));
    assert_eq!(names[0].driver, None);
    assert_eq!(names[2].path.as_deref(), Some("0000:00:1f.6"));
    let text = cx.sources.text(names[0].origin.span().unwrap());
    assert!(text.starts_with("SUBSYSTEM") && text.ends_with("NAME=\"eth0\""), "{text}");
}

// The keys are those of systemd.link(5).
#[test]
fn link_files() {
    let (names, _) = hosts(&[
        (
            "/etc/systemd/network/10-a.link",
            "# c\n[Match]\nMACAddress=52:54:00:00:00:01 \\\n 52-54-00-00-00-02\n[Link]\nName=lan0\n",
        ),
        (
            "/etc/systemd/network/20-b.link",
            "[Match]\nDriver=ixgbe\nPath=pci-*\nOriginalName=eth*\n[Link]\nName=lom1\nWakeOnLan=off\n",
        ),
        ("/etc/systemd/network/30-c.link", "[Match]\nDriver=x\n[Link]\nMTUBytes=9000\n"),
        ("/etc/systemd/network/40-d.network", "[Match]\nName=x\n"),
    ]);
    assert_eq!(names.len(), 2);
    assert_eq!(names[0].macs, [mac("52:54:00:00:00:01"), mac("52:54:00:00:00:02")]);
    assert_eq!((names[1].name.as_str(), names[1].driver.as_deref()), ("lom1", Some("ixgbe")));
    assert_eq!((names[1].path.as_deref(), names[1].original.as_deref()), (Some("pci-*"), Some("eth*")));
}

fn link(name: &str, address: Option<&str>) -> Network {
    let span = Span::new(SourceId(0), 0, 1);
    let matches =
        address.map(|text| Box::new(Match { mac: Some(At::new(mac(text), span)), ..Match::default() }));
    let mut network = Network::default();
    network.add_link(Link { name: Some(At::new(name.to_owned(), span)), matches, ..Link::default() });
    network
}

#[test]
fn the_names_are_compared_with_the_links() {
    let (names, _) = hosts(&[("/etc/udev/rules.d/70-persistent-net.rules", RULES)]);
    let codes = |mut network: Network| {
        let mut cx = Context::default();
        cx.sources.add("rules", RULES);
        check(&names, &mut network, &mut cx);
        let codes: Vec<_> = cx.diagnostics.iter().map(|d| d.code.id).collect();
        (codes, network.named_by_host)
    };
    assert_eq!(codes(link("eth0", Some("fa:16:3e:7c:01:c4"))), (vec!["N220"], vec![LinkId(0)]));
    assert_eq!(codes(link("eth0", None)), (vec!["N220"], vec![]));
    assert_eq!(codes(link("eth0", Some("fa:16:3e:7c:01:c5"))), (vec!["N221"], vec![]));
    assert_eq!(codes(link("eth7", None)), (vec![], vec![]));
}

#[test]
fn one_name_for_two_cards_is_reported() {
    let rules = "ATTR{address}==\"fa:16:3e:7c:01:01\", NAME=\"eth0\"\nATTR{address}==\"fa:16:3e:7c:01:02\", NAME=\"eth0\"\n";
    let (names, mut cx) = hosts(&[("/etc/udev/rules.d/70-persistent-net.rules", rules)]);
    check(&names, &mut Network::default(), &mut cx);
    assert_eq!(cx.diagnostics[0].code.id, "N222");
    assert_eq!(cx.diagnostics[0].labels.len(), 2);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read(text in "[ -~\\n\\\\é]*|(NAME=\"|==|\"|\\\\\n|,|ATTR\\{|\\}|#|\n| )*") {
            let _ = udev::names(&text, SourceId(0));
            let _ = link_file::name(&text, SourceId(0));
        }
    }
}
