use super::Libvirt;
use crate::tree::MemoryTree;
use crate::{Context, Input, Parser};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::LinkKind;
use netpivot_model::network::Network;

struct Read {
    network: Network,
    cx: Context,
}

impl Read {
    fn codes(&self) -> Vec<&str> {
        self.cx.diagnostics.iter().map(|d| d.code.id).filter(|id| *id != "S702").collect()
    }

    fn found(&self, code: &str) -> Vec<&Diagnostic> {
        self.cx.diagnostics.iter().filter(|d| d.code.id == code).collect()
    }

    /// The text at the first place of a diagnostic.
    fn at(&self, diagnostic: &Diagnostic) -> &str {
        self.cx.sources.text(diagnostic.labels[0])
    }

    fn kept(&self) -> Vec<(&str, &str)> {
        self.network.leftovers.iter().map(|l| (l.key.as_str(), l.value.as_str())).collect()
    }

    fn names(&self) -> Vec<&str> {
        let names = self.network.virtual_networks.iter().filter_map(|entry| entry.item.name.as_ref());
        names.map(|at| at.value.as_str()).collect()
    }
}

fn host(files: &[(&str, &str)]) -> Read {
    let tree: MemoryTree = files.iter().copied().collect();
    let mut cx = Context::default();
    let input = Input { tree: &tree, dialect: None, version: None, state: None };
    match Libvirt.parse(&input, &mut cx) {
        Ok(network) => Read { network, cx },
        Err(fatal) => panic!("{}", fatal.message),
    }
}

fn one(text: &str) -> Read {
    host(&[("/netpivot-libvirt/a.xml", text)])
}

/// Measured with `virsh net-define` and `net-dumpxml`, libvirt 9.0.
#[test]
fn of_repeated_elements_the_first_counts() {
    let read = one(
        "<network><name>a</name><name>b</name><bridge name='virbr0'/><bridge name='virbr1' stp='off'/>\
         <mtu size='1400'/><mtu size='1300'/><mac address='52:54:00:00:00:01'/><mac address='52:54:00:00:00:02'/>\
         <forward mode='route'/><forward mode='nat'/><domain name='c'/><domain name='d' localOnly='yes'/>\
         <dns forwardPlainNames='no'/><dns enable='no'/><title>x</title><title>y</title>\
         <ip address='10.0.0.1' prefix='24'><tftp root='/a'/><tftp root='/b'/>\
         <dhcp><range start='10.0.0.5' end='10.0.0.6'/></dhcp><dhcp><range start='10.0.0.8' end='10.0.0.9'/></dhcp></ip></network>",
    );
    assert_eq!(read.names(), ["a"]);
    let link = &read.network.links[0];
    assert_eq!(link.label(), "virbr0");
    assert_eq!(link.mtu.as_ref().map(|at| at.value.get()), Some(1400));
    assert!(link.mac.as_ref().is_some_and(|at| at.value.to_string().ends_with("01")));
    assert!(read.network.nat.is_empty());
    let dns = &read.network.dns_servers[0].item;
    assert_eq!(dns.domain.as_ref().map(|at| at.value.as_str()), Some("c"));
    assert!(dns.local_only.is_none() && dns.enabled.as_ref().is_some_and(|at| at.value));
    let dhcp = &read.network.dhcp_servers[0].item;
    assert_eq!(dhcp.ranges.len(), 1);
    assert_eq!(dhcp.tftp_root.as_ref().map(|at| at.value.as_str()), Some("/a"));
    let passed: Vec<&str> = read.found("U701").into_iter().map(|d| read.at(d)).collect();
    let expected = [
        "<name>",
        "<bridge name='virbr1' stp='off'/>",
        "<mtu size='1300'/>",
        "<mac address='52:54:00:00:00:02'/>",
        "<forward mode='nat'/>",
        "<domain name='d' localOnly='yes'/>",
        "<dns enable='no'/>",
        "<title>",
        "<tftp root='/b'/>",
        "<dhcp>",
    ];
    assert_eq!(passed, expected);
    // What libvirt does not write again is not kept either.
    assert_eq!(read.kept(), [("network/title", "<title>x</title>")]);
}

#[test]
fn of_leases_and_boot_files_the_last_counts() {
    let read = one("<network><name>a</name><bridge name='virbr0'/><ip address='10.0.0.1' prefix='24'><dhcp>\
         <range start='10.0.0.5' end='10.0.0.6'><lease expiry='5'/><lease expiry='6'/></range>\
         <bootp file='a'/><bootp file='b'/></dhcp></ip></network>");
    let dhcp = &read.network.dhcp_servers[0].item;
    assert_eq!(dhcp.ranges[0].lease_time.as_ref().map(|at| at.value.get()), Some(360));
    assert_eq!(dhcp.boot_file.as_ref().map(|at| at.value.as_str()), Some("b"));
    assert_eq!(read.found("U701").len(), 2);
}

#[test]
fn what_is_kept_is_known_by_its_place_among_its_like() {
    let read = one(
        "<network><name>a</name><bridge name='virbr0'/><forward><interface dev='e}/@x' connections='1'/>\
         <interface dev='eth1' connections='2'/></forward>\
         <ip family='ipv6' address='fd00::1' localPtr='no'/><ip localPtr='yes'/>\
         <ip address='10.0.0.1' prefix='24' localPtr='no'><dhcp><range start='10.0.0.5' end='10.0.0.6'/>\
         <range start='10.0.0.8' end='10.0.0.9' y='1'/><host name='w}/x' ip='10.0.0.7' k='v'/></dhcp></ip></network>",
    );
    let keys: Vec<&str> = read.kept().iter().map(|(key, _)| *key).collect();
    let expected = [
        "network/forward/interface[1]/@connections",
        "network/forward/interface[2]/@connections",
        "network/ip[@family='ipv6'][1]/@localPtr",
        "network/ip[@family='ipv4'][1]/@localPtr",
        "network/ip[@family='ipv4'][1]/@localPtr",
        "network/ip[@family='ipv4'][1]/dhcp/range[2]/@y",
        "network/ip[@family='ipv4'][1]/dhcp/host[1]/@k",
    ];
    assert_eq!(keys, expected);
    // That of the address that libvirt refuses belongs to no document.
    let sections: Vec<bool> = read.network.leftovers.iter().map(|l| l.section.is_some()).collect();
    assert_eq!(sections, [true, true, true, false, true, true, true]);
}

#[test]
fn a_prefix_is_declared_again_only_for_the_lines_of_dnsmasq() {
    const OPEN: &str = "<network xmlns:d='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>a</name>";
    let kept = |inside: &str| {
        let read = one(&format!("{OPEN}{inside}</network>"));
        read.kept().iter().any(|(key, _)| *key == "network/@xmlns:d")
    };
    assert!(!kept("<d:options><d:option value='x'/></d:options>"));
    assert!(kept("<d:options><d:foo/></d:options>"));
    assert!(kept("<metadata><d:x/></metadata><d:options><d:option value='x'/></d:options>"));
    assert!(kept("<dns d:foo='1'/><d:options><d:option value='x'/></d:options>"));
}

#[test]
fn a_network_is_loaded_from_the_file_of_its_name() {
    const NETWORKS: &str = "/etc/libvirt/qemu/networks";
    let network = |name: &str, uuid: &str| {
        let uuid = if uuid.is_empty() { String::new() } else { format!("<uuid>{uuid}</uuid>") };
        format!("<network><name>{name}</name>{uuid}<bridge name='{name}'/></network>")
    };
    let (u, v) = ("11111111-1111-1111-1111-111111111111", "11111111111111111111111111111111");
    let files = [
        (format!("{NETWORKS}/a.xml"), network("a", u)),
        (format!("{NETWORKS}/b.xml"), network("b", v)),
        (format!("{NETWORKS}/c.xml"), network("other", "")),
        (format!("{NETWORKS}/d.xml"), network("a", "")),
        (format!("{NETWORKS}/e.xml"), network("e", "")),
        (format!("{NETWORKS}/autostart/e.xml"), String::new()),
        (format!("{NETWORKS}/autostart/gone.xml"), String::new()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let read = host(&files);
    assert_eq!(read.names(), ["a", "e"]);
    let reasons: Vec<&str> =
        read.found("S708").iter().map(|d| d.message.split(';').next().unwrap()).collect();
    let expected = [
        "another network has the same UUID",
        "the file is named `c.xml`, and the network `other`",
        "a network `a` stands before this one",
    ];
    assert_eq!(reasons, expected);
    assert_eq!(read.found("S709").len(), 1);
    assert_eq!(read.found("S709")[0].file.as_deref(), Some("/etc/libvirt/qemu/networks/autostart/gone.xml"));
    // Two captures of one network are two of one name as well.
    let twice = host(&[
        ("/netpivot-libvirt/x.xml", &network("x", "")),
        ("/netpivot-libvirt/y.xml", &network("x", "")),
    ]);
    assert_eq!((twice.names(), twice.codes()), (vec!["x"], vec!["S708"]));
}

#[test]
fn a_network_without_a_name_is_none() {
    for text in [
        "<network><bridge name='virbr0'/></network>",
        "<network><name/><bridge name='virbr0'/></network>",
        "<network><name>a/b</name><bridge name='virbr0'/></network>",
    ] {
        let read = one(text);
        assert!(read.names().is_empty() && read.network.links.is_empty(), "{text}");
        assert_eq!(read.codes(), ["S704"], "{text}");
    }
}

#[test]
fn dhcpv6_beside_autoconfiguration_is_kept() {
    let read = one("<interface type='ethernet' name='eth0'><start mode='onboot'/>\
         <protocol family='ipv6'><autoconf/><dhcp peerdns='no'/></protocol></interface>");
    let ipv6 = read.network.links[0].ipv6.as_ref().unwrap();
    assert_eq!(ipv6.method.as_ref().map(|at| at.value), Some(IpMethod::Auto));
    assert!(ipv6.ignore_auto_dns.as_ref().is_some_and(|at| at.value));
    assert_eq!(read.kept(), [("host/protocol[@family='ipv6']/dhcp", "<dhcp peerdns='no'/>")]);
}

#[test]
fn lo_is_the_loopback() {
    let read = one("<interface type='ethernet' name='lo'><mac address='00:00:00:00:00:00'/>\
         <protocol family='ipv4'><ip address='127.0.0.1' prefix='8'/></protocol></interface>");
    let link = &read.network.links[0];
    assert!(matches!(link.kind.value, LinkKind::Loopback(_)) && link.matches.is_none());
    let card = one("<interface type='ethernet' name='eth0'/>");
    assert_eq!((read.codes(), card.codes()), (vec!["S700"], vec!["S710"]));
}

#[test]
fn each_of_a_guests_interfaces_has_its_own_place() {
    let read =
        one("<domain><name>g</name><devices><interface type='hostdev' managed='yes'><source/></interface>\
         <interface type='user'><model type='virtio'/><model type='e1000'/></interface></devices></domain>");
    let places: Vec<&str> = read
        .network
        .guest_interfaces
        .iter()
        .map(|entry| read.cx.sources.text(entry.item.domain.as_ref().unwrap().origin.spans()[0]))
        .collect();
    assert_eq!(places, ["<interface type='hostdev' managed='yes'>", "<interface type='user'>"]);
    assert_eq!(read.kept()[0], ("interface/@managed", "yes"));
    assert!(!read.codes().contains(&"U700"));
    assert_eq!(
        read.network.guest_interfaces[1].item.model.as_ref().map(|at| at.value.as_str()),
        Some("virtio")
    );
}

#[test]
fn a_namespace_is_named_where_it_is_in_the_way() {
    let tree: MemoryTree = [("/netpivot-libvirt/a.xml", "<network xmlns='urn:x'><name>a</name></network>")]
        .into_iter()
        .collect();
    let mut cx = Context::default();
    assert!(
        Libvirt.parse(&Input { tree: &tree, dialect: None, version: None, state: None }, &mut cx).is_err()
    );
    assert!(cx.diagnostics[0].message.contains("`urn:x`"), "{}", cx.diagnostics[0].message);
}
