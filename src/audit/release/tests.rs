use super::*;
use crate::audit::{configuration, of_files};
use netpivot_parsers::tree::MemoryTree;

type Files = &'static [(&'static str, &'static str)];

const RELEASES: [&Release; 3] = [&RHEL10, &DEBIAN13, &SLES16];
const ETH0: (&str, &str) =
    ("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nONBOOT=yes\nBOOTPROTO=dhcp\n");
const PROFILE: &str = "/etc/NetworkManager/system-connections/a.nmconnection";
const NM: &str = "/etc/NetworkManager/NetworkManager.conf";
const ENI: &str = "/etc/network/interfaces";
const WICKED: &str = "/etc/sysconfig/network/ifcfg-eth0";
const WICKED_CONFIG: &str = "/etc/sysconfig/network/config";
const PLAIN: (&str, &str) =
    (PROFILE, "[connection]\nid=a\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=auto\n");
const STATIC: (&str, &str) = (
    PROFILE,
    "[connection]\nid=a\ntype=ethernet\ninterface-name=ens3\n[ipv4]\nmethod=manual\naddress1=192.0.2.1/24\n",
);
const DHCP: (&str, &str) = (ENI, "auto eth0\niface eth0 inet dhcp\n");
const BRIDGE: (&str, &str) =
    (ENI, "auto br0\niface br0 inet static\naddress 192.0.2.1/24\nbridge_ports eth0\n");
const WICKED_ETH0: (&str, &str) = (WICKED, "STARTMODE=auto\nBOOTPROTO=dhcp\n");
const RHEL9_3: (&str, &str) =
    ("/etc/os-release", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.3\"\n");
const RHEL9_6: (&str, &str) = ("/etc/os-release", "ID=\"rhel\"\nVERSION_ID=\"9.6\"\n");
const RHEL10_0: (&str, &str) = ("/etc/os-release", "ID=\"rhel\"\nVERSION_ID=\"10.0\"\n");
const DEBIAN10: (&str, &str) = ("/etc/os-release", "ID=debian\nVERSION_ID=\"10\"\n");
const DEBIAN12: (&str, &str) = ("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");

/// Of each fact: a host that it is about, the file and line that shows it, and a host that is nearly so.
const HOSTS: &[(&str, Files, (&str, usize), Files)] = &[
    (
        "rhel10/R1",
        &[ETH0],
        ("/etc/sysconfig/network-scripts/ifcfg-eth0", 0),
        &[("/etc/sysconfig/network-scripts/ifcfg-lo", "DEVICE=lo\n"), PLAIN],
    ),
    (
        "rhel10/R2",
        &[ETH0, ("/etc/sysconfig/network-scripts/route-eth9", "10.0.0.0/8 via 192.0.2.7\n")],
        ("/etc/sysconfig/network-scripts/route-eth9", 0),
        &[ETH0, ("/etc/sysconfig/network-scripts/route-eth0", "10.0.0.0/8 via 192.0.2.7\n")],
    ),
    (
        "rhel10/R3",
        &[ETH0, ("/etc/sysconfig/network-scripts/rule-eth0", "from 192.0.2.1 table 7\n")],
        ("/etc/sysconfig/network-scripts/rule-eth0", 0),
        &[ETH0, ("/etc/sysconfig/network-scripts/rule-eth9", "from 192.0.2.1 table 7\n")],
    ),
    (
        "rhel10/R4",
        &[(
            "/etc/sysconfig/network-scripts/ifcfg-gre1",
            "DEVICE=gre1\nTYPE=GRE\nMY_OUTER_IPADDR=192.0.2.1\nPEER_OUTER_IPADDR=192.0.2.2\n",
        )],
        ("/etc/sysconfig/network-scripts/ifcfg-gre1", 2),
        &[("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nTYPE=Ethernet\n")],
    ),
    (
        "rhel10/R5",
        &[(
            "/etc/sysconfig/network-scripts/ifcfg-eth0",
            "DEVICE=eth0\nNM_CONTROLLED=no\nIPADDR=192.0.2.1\nPREFIX=24\n",
        )],
        ("/etc/sysconfig/network-scripts/ifcfg-eth0", 2),
        &[("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nNM_CONTROLLED=yes\n")],
    ),
    (
        "rhel10/R6",
        &[ETH0, ("/etc/rc.d/rc3.d/S10network", "#!/bin/sh\n")],
        ("/etc/rc.d/rc3.d/S10network", 0),
        &[ETH0, ("/etc/rc.d/rc3.d/K90network", "#!/bin/sh\n")],
    ),
    (
        "rhel10/R7",
        &[ETH0, ("/sbin/ifup-local", "#!/bin/sh\n")],
        ("/sbin/ifup-local", 0),
        &[ETH0, ("/sbin/ifup", "#!/bin/sh\n")],
    ),
    (
        "rhel10/R8",
        &[(PROFILE, "[connection]\nid=a\ntype=team\ninterface-name=team0\n[ipv4]\nmethod=auto\n")],
        (PROFILE, 3),
        &[(PROFILE, "[connection]\nid=a\ntype=bond\ninterface-name=bond0\n[ipv4]\nmethod=auto\n")],
    ),
    (
        "rhel10/R10",
        &[PLAIN, (NM, "[main]\ndhcp=dhclient\n")],
        (NM, 2),
        &[PLAIN, (NM, "[main]\ndhcp=internal\n#dhcp=dhclient\n")],
    ),
    (
        "rhel10/R11",
        &[PLAIN, ("/etc/dhcp/dhclient.conf", "timeout 60;\n")],
        ("/etc/dhcp/dhclient.conf", 0),
        &[PLAIN, ("/etc/dhcp/dhcpd.conf", "\n"), ("/etc/dhcp/dhclient.d/chrony.sh", "\n")],
    ),
    (
        "rhel10/R12",
        &[PLAIN, ("/etc/NetworkManager/conf.d/x.conf", "[main]\ndhcp=dhcpcanon\n")],
        ("/etc/NetworkManager/conf.d/x.conf", 2),
        &[PLAIN, ("/etc/NetworkManager/conf.d/x.conf", "[device]\ndhcp=dhcpcanon\n")],
    ),
    (
        "rhel10/R13",
        &[STATIC, RHEL9_6],
        (PROFILE, 4),
        &[STATIC, RHEL9_6, ("/proc/cmdline", "quiet net.naming_scheme=rhel-9.0\n")],
    ),
    ("rhel10/R16", &[STATIC, RHEL9_3], (PROFILE, 7), &[STATIC, RHEL9_6]),
    (
        "debian13/D1",
        &[DHCP, ("/etc/sysctl.conf", "# net.a=1\nnet.ipv4.ip_forward=1\n")],
        ("/etc/sysctl.conf", 2),
        &[DHCP, ("/etc/sysctl.conf", "#net.ipv4.ip_forward=1\nkernel.sysrq=1\n")],
    ),
    (
        "debian13/D2",
        &[PLAIN, ("/etc/network/if-up.d/mine", "#!/bin/sh\n")],
        ("/etc/network/if-up.d/mine", 0),
        &[PLAIN, ("/etc/network/if-up.d/ethtool", "#!/bin/sh\n")],
    ),
    (
        "debian13/D3",
        &[PLAIN, (NM, "[main]\ndhcp=dhclient\n")],
        (NM, 2),
        &[PLAIN, (NM, "[main]\ndhcp=dhcpcd\n")],
    ),
    (
        "debian13/D4",
        &[
            DHCP,
            (
                "/etc/dhcp/dhclient.conf",
                "send host-name = gethostname();\nsupersede domain-name-servers 192.0.2.53;\n",
            ),
        ],
        ("/etc/dhcp/dhclient.conf", 2),
        &[
            DHCP,
            (
                "/etc/dhcp/dhclient.conf",
                "option rfc3442-classless-static-routes code 121 = array of unsigned integer 8;\nsend host-name = gethostname();\nrequest subnet-mask, broadcast-address;\n",
            ),
            ("/etc/dhcp/dhclient-exit-hooks.d/rfc3442-classless-routes", ""),
        ],
    ),
    (
        "debian13/D5",
        &[(ENI, "auto eth0\niface eth0 inet6 dhcp\n")],
        (ENI, 2),
        &[(ENI, "auto eth0\niface eth0 inet6 auto\n")],
    ),
    (
        "debian13/D6",
        &[(ENI, "auto eth0\niface eth0 inet6 auto\n\tdhcp 1\n")],
        (ENI, 3),
        &[(ENI, "auto eth0\niface eth0 inet6 auto\n\tdhcp 0\n")],
    ),
    ("debian13/D7", &[(ENI, "auto eth0\niface eth0 inet dhcp\niface eth0 inet6 auto\n")], (ENI, 3), &[DHCP]),
    ("debian13/D8", &[(ENI, "auto eth0\niface eth0 inet dhcp\n\thostname web1\n")], (ENI, 3), &[DHCP]),
    (
        "debian13/D9",
        &[(ENI, "auto ens3\niface ens3 inet dhcp\n"), DEBIAN12],
        (ENI, 2),
        &[(ENI, "auto ens3\niface ens3 inet dhcp\n")],
    ),
    (
        "debian13/D11",
        &[DHCP, ("/etc/udev/rules.d/70-persistent-net.rules", "")],
        ("/etc/udev/rules.d/70-persistent-net.rules", 0),
        &[DHCP, ("/etc/udev/rules.d/70-mine.rules", "")],
    ),
    (
        "debian13/D12",
        &[
            PLAIN,
            (NM, "[main]\ndns=systemd-resolved\n"),
            ("/etc/systemd/resolved.conf", "[Resolve]\nMulticastDNS=yes\n"),
        ],
        ("/etc/systemd/resolved.conf", 2),
        &[PLAIN, ("/etc/systemd/resolved.conf", "[Resolve]\nMulticastDNS=yes\n")],
    ),
    (
        "debian13/D13",
        &[PLAIN, DEBIAN10, ("/etc/resolv.conf", "nameserver 127.0.0.53\n")],
        ("/etc/resolv.conf", 1),
        &[PLAIN, DEBIAN12, ("/etc/resolv.conf", "nameserver 127.0.0.53\n")],
    ),
    (
        "debian13/D14",
        &[ETH0],
        ("/etc/sysconfig/network-scripts/ifcfg-eth0", 0),
        &[PLAIN, ("/etc/sysconfig/network-scripts/ifcfg-eth0.bak", "")],
    ),
    (
        "debian13/D15",
        &[DHCP, ("/etc/default/ifplugd", "")],
        ("/etc/default/ifplugd", 0),
        &[DHCP, ("/etc/default/ifupdown", "")],
    ),
    (
        "debian13/D16",
        &[DHCP, ("/etc/default/ntpdate", "")],
        ("/etc/default/ntpdate", 0),
        &[DHCP, ("/etc/default/ntpsec", "")],
    ),
    ("debian13/D17", &[STATIC, DEBIAN12], (PROFILE, 7), &[STATIC]),
    (
        "debian13/D18",
        &[BRIDGE, DEBIAN10],
        (ENI, 4),
        &[
            (
                ENI,
                "auto br0\niface br0 inet static\naddress 192.0.2.1/24\nbridge_ports eth0\nhwaddress 52:54:00:00:00:01\n",
            ),
            DEBIAN10,
        ],
    ),
    ("debian13/D19", &[BRIDGE, DEBIAN10], (ENI, 4), &[BRIDGE, DEBIAN12]),
    ("sles16/S1", &[WICKED_ETH0], (WICKED, 0), &[("/etc/sysconfig/network/ifcfg-lo", ""), PLAIN]),
    (
        "sles16/S2",
        &[WICKED_ETH0, ("/etc/sysconfig/network/routes", "default 192.0.2.254 - -\n")],
        ("/etc/sysconfig/network/routes", 0),
        &[WICKED_ETH0, ("/etc/sysconfig/network/ifcfg.template", "")],
    ),
    (
        "sles16/S3",
        &[(WICKED, "STARTMODE=auto\nBOOTPROTO=dhcp\nPOST_UP_SCRIPT=compat:suse:mine\n")],
        (WICKED, 3),
        &[(WICKED, "STARTMODE=auto\nPOST_UP_SCRIPT=\n")],
    ),
    (
        "sles16/S3",
        &[WICKED_ETH0, ("/etc/sysconfig/network/ifroute-eth0", "10.0.0.0/8 192.0.2.7 - - table 7\n")],
        ("/etc/sysconfig/network/ifroute-eth0", 1),
        &[WICKED_ETH0, ("/etc/sysconfig/network/ifroute-eth0", "10.0.0.0/8 192.0.2.7 - - metric 7\n")],
    ),
    (
        "sles16/S4",
        &[WICKED_ETH0, ("/etc/sysconfig/network/if-up.d/mine", "#!/bin/sh\n")],
        ("/etc/sysconfig/network/if-up.d/mine", 0),
        &[WICKED_ETH0, ("/etc/sysconfig/network/scripts/functions", "")],
    ),
    (
        "sles16/S5",
        &[WICKED_ETH0, (WICKED_CONFIG, "NETCONFIG_DNS_STATIC_SERVERS=\"192.0.2.53\"\n")],
        (WICKED_CONFIG, 1),
        &[WICKED_ETH0, (WICKED_CONFIG, "NETCONFIG_DNS_POLICY=\"auto\"\nNETCONFIG_DNS_STATIC_SERVERS=\"\"\n")],
    ),
    (
        "sles16/S6",
        &[WICKED_ETH0, (WICKED_CONFIG, "NETCONFIG_DNS_POLICY=\"STATIC_FALLBACK auto\"\n")],
        (WICKED_CONFIG, 1),
        &[WICKED_ETH0, (WICKED_CONFIG, "NETCONFIG_DNS_POLICY=\"STATIC auto\"\n")],
    ),
    (
        "sles16/S7",
        &[WICKED_ETH0, (WICKED_CONFIG, "NETCONFIG_NIS_STATIC_DOMAIN=\"yp\"\n")],
        (WICKED_CONFIG, 1),
        &[WICKED_ETH0, (WICKED_CONFIG, "NETCONFIG_NIS_POLICY=\"auto\"\nNETCONFIG_NIS_STATIC_DOMAIN=\"\"\n")],
    ),
    (
        "sles16/S8",
        &[WICKED_ETH0, (WICKED_CONFIG, "SEND_GRATUITOUS_ARP=\"no\"\n")],
        (WICKED_CONFIG, 1),
        &[WICKED_ETH0, (WICKED_CONFIG, "SEND_GRATUITOUS_ARP=\"auto\"\n")],
    ),
    (
        "sles16/S9",
        &[
            (WICKED, "STARTMODE=auto\nBOOTPROTO=static\nIPADDR=192.0.2.1/24\n"),
            (
                "/etc/sysconfig/network/routes",
                "10.0.0.0/8 - - - nexthop via 192.0.2.7 dev eth0 nexthop via 192.0.2.8 dev eth0\n",
            ),
        ],
        ("/etc/sysconfig/network/routes", 1),
        &[
            (WICKED, "STARTMODE=auto\nBOOTPROTO=static\nIPADDR=192.0.2.1/24\n"),
            ("/etc/sysconfig/network/routes", "10.0.0.0/8 192.0.2.7 - eth0\n10.1.0.0/16 192.0.2.8 - eth0\n"),
        ],
    ),
    (
        "sles16/S10",
        &[(WICKED, "STARTMODE=auto\nBOOTPROTO=static\nIPADDR=192.0.2.1/24\nBROADCAST=192.0.2.0\n")],
        (WICKED, 3),
        &[(WICKED, "STARTMODE=auto\nBOOTPROTO=static\nIPADDR=192.0.2.1/24\nBROADCAST=192.0.2.255\n")],
    ),
    (
        "sles16/S11",
        &[(
            "/etc/sysconfig/network/ifcfg-ib0",
            "STARTMODE=auto\nIPOIB_MODE=connected\nIPOIB_UMCAST=allowed\n",
        )],
        ("/etc/sysconfig/network/ifcfg-ib0", 3),
        &[("/etc/sysconfig/network/ifcfg-ib0", "STARTMODE=auto\nIPOIB_MODE=connected\n")],
    ),
    (
        "sles16/S12",
        &[(
            "/etc/sysconfig/network/ifcfg-team0",
            "STARTMODE=auto\nTEAM_RUNNER=lacp\nTEAM_PORT_DEVICE_1=em1\n",
        )],
        ("/etc/sysconfig/network/ifcfg-team0", 2),
        &[(
            "/etc/sysconfig/network/ifcfg-bond0",
            "STARTMODE=auto\nBONDING_MASTER=yes\nBONDING_SLAVE_0=em1\n",
        )],
    ),
    (
        "sles16/S13",
        &[("/etc/sysconfig/network/ifcfg-team0", "STARTMODE=auto\nTEAM_RUNNER=lacp\nTEAM_LW_NAME=tipc\n")],
        ("/etc/sysconfig/network/ifcfg-team0", 3),
        &[("/etc/sysconfig/network/ifcfg-team0", "STARTMODE=auto\nTEAM_RUNNER=lacp\nTEAM_LW_NAME=ethtool\n")],
    ),
    (
        "sles16/S14",
        &[WICKED_ETH0],
        (WICKED, 0),
        &[("/etc/sysconfig/network/ifcfg-em1", "STARTMODE=auto\nBOOTPROTO=dhcp\n")],
    ),
    (
        "sles16/S15",
        &[WICKED_ETH0, ("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"biosdevname=1\"\n")],
        ("/etc/default/grub", 1),
        &[WICKED_ETH0, ("/etc/default/grub", "#biosdevname=1\nGRUB_CMDLINE_LINUX=\"biosdevname=0\"\n")],
    ),
    (
        "sles16/S16",
        &[(WICKED, "STARTMODE=auto\nBOOTPROTO=dhcp\nDHCLIENT_WAIT_AT_BOOT=30\n")],
        (WICKED, 3),
        &[(WICKED, "STARTMODE=auto\nBOOTPROTO=dhcp\nCHECK_DUPLICATE_IP=yes\nDHCLIENT_WAIT_AT_BOOT=15\n")],
    ),
    (
        "sles16/S17",
        &[WICKED_ETH0, ("/etc/sysconfig/network/ifsysctl", "net.ipv6.conf.eth0.accept_redirects = 1\n")],
        ("/etc/sysconfig/network/ifsysctl", 1),
        &[WICKED_ETH0, ("/etc/sysconfig/network/ifsysctl", "net.ipv6.conf.eth0.accept_redirects = 0\n")],
    ),
    (
        "sles16/S18",
        &[PLAIN, (NM, "[main]\nplugins=ifcfg-suse,keyfile\n")],
        (NM, 2),
        &[PLAIN, (NM, "[main]\nplugins=keyfile\n")],
    ),
    (
        "sles16/S19",
        &[WICKED_ETH0, ("/etc/init.d/mine", "#!/bin/sh\n/sbin/ip link set eth5 up\n")],
        ("/etc/init.d/mine", 2),
        &[WICKED_ETH0, ("/etc/init.d/mine", "#!/bin/sh\n# ip link set eth5 up\nip netns list\n")],
    ),
    (
        "sles16/S20",
        &[WICKED_ETH0, ("/etc/cron.d/mine", "@reboot root sleep 9; /usr/sbin/ifup eth5\n")],
        ("/etc/cron.d/mine", 1),
        &[WICKED_ETH0, ("/etc/cron.d/mine", "@reboot root nmcli connection up eth5\n")],
    ),
];

fn findings(release: &'static Release, files: &[(&str, &str)]) -> Vec<Finding> {
    let tree: MemoryTree = files.iter().copied().collect();
    let configs = configuration(&tree, None).unwrap_or_default();
    let mut audit = of_files(&configs);
    audit.add_release(release, &tree, &configs);
    audit.findings
}

fn release_of(id: &str) -> &'static Release {
    let (name, _) = id.split_once('/').expect("a release and a number");
    RELEASES.into_iter().find(|release| release.name == name).expect("a release")
}

#[test]
fn each_fact_is_shown_by_its_host_and_not_by_one_that_is_nearly_so() {
    let mut wrong = Vec::new();
    for (id, files, (file, line), nearly) in HOSTS {
        let release = release_of(id);
        let of = |files| {
            findings(release, files)
                .into_iter()
                .filter(|f| f.field.as_deref() == Some(*id))
                .collect::<Vec<_>>()
        };
        let found = of(files);
        let place = |finding: &Finding| {
            finding.source.as_ref().is_some_and(|at| at.file == *file && at.line == *line)
        };
        if !found.iter().any(place) {
            wrong.push(format!(
                "{id}: {:?}",
                findings(release, files).iter().map(|f| (&f.field, &f.source)).collect::<Vec<_>>()
            ));
        }
        for finding in &found {
            let text = format!("{} {}", finding.what, finding.help);
            if ["{file}", "{base}", "{name}", "{names}", "{link}", "{profile}", "{key}", "{value}"]
                .iter()
                .any(|mark| text.contains(mark))
            {
                wrong.push(format!("{id}: a name is missing in {text}"));
            }
        }
        if !of(nearly).is_empty() {
            wrong.push(format!("{id}: shown by {nearly:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for fact in RELEASES.iter().flat_map(|release| release.facts) {
        assert!(HOSTS.iter().any(|(id, ..)| *id == fact.id), "{} has no host", fact.id);
    }
}

#[test]
fn a_host_of_another_family_is_told() {
    let codes =
        |release, os| -> Vec<_> { findings(release, &[PLAIN, os]).iter().map(|f| f.code.id).collect() };
    assert_eq!(codes(&RHEL10, DEBIAN12), ["D105"]);
    assert_eq!(codes(&SLES16, RHEL10_0), ["D105"]);
    assert!(codes(&RHEL10, RHEL10_0).is_empty() && codes(&DEBIAN13, DEBIAN12).is_empty());
    assert!(codes(&SLES16, ("/etc/os-release", "ID=opensuse-leap\nID_LIKE=\"suse opensuse\"\n")).is_empty());
}

#[test]
fn hosts_that_are_ready_have_no_finding() {
    let keyfiles = [
        PLAIN,
        (NM, "[main]\nplugins=keyfile\n"),
        (
            "/etc/NetworkManager/system-connections/b.nmconnection",
            "[connection]\nid=b\ntype=bond\ninterface-name=bond0\n[bond]\nmode=802.3ad\n[ipv4]\nmethod=manual\naddress1=192.0.2.1/24\ngateway=192.0.2.254\n",
        ),
        ("/etc/NetworkManager/dispatcher.d/50-mine", "#!/bin/sh\nnmcli connection reload\n"),
        ("/etc/sysctl.d/99-local.conf", "net.ipv4.ip_forward=1\n"),
    ];
    for release in RELEASES {
        assert_eq!(findings(release, &keyfiles), [], "{}", release.name);
    }
    let ready = [STATIC, RHEL10_0];
    assert_eq!(findings(&RHEL10, &ready), []);
    let interfaces = [
        (
            ENI,
            "source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet dhcp\n\nauto br0\niface br0 inet static\n\taddress 192.0.2.1/24\n\tgateway 192.0.2.254\n\tbridge_ports eth1\niface br0 inet6 static\n\taddress 2001:db8::1/64\n",
        ),
        ("/etc/network/if-up.d/ethtool", "#!/bin/sh\n"),
        ("/etc/dhcp/dhclient.conf", "send host-name = gethostname();\nrequest subnet-mask;\n"),
        ("/etc/sysctl.conf", "# nothing\n"),
    ];
    assert_eq!(findings(&DEBIAN13, &interfaces), []);
}

/// docs/releases.md has each fact, and says of each other one why the audit leaves it out.
#[test]
fn the_documentation_has_the_same_facts() {
    let text = include_str!("../../../docs/releases.md");
    let mut documented = Vec::new();
    for release in RELEASES {
        let (_, after) = text.split_once(&format!("\n## {}\n", release.name)).expect("a chapter");
        let chapter = after.split("\n## ").next().unwrap_or_default();
        for section in chapter.split("\n### ").skip(1) {
            let number = section.split_whitespace().next().unwrap_or_default();
            if number.len() > 3 || !number[1..].bytes().all(|b| b.is_ascii_digit()) {
                continue;
            }
            let id = format!("{}/{number}", release.name);
            let is_left_out = section.contains("\n- Not in the audit: ");
            let is_there = release.facts.iter().any(|fact| fact.id == id);
            assert_eq!(is_there, !is_left_out, "{id}");
            documented.push(id);
        }
    }
    for fact in RELEASES.iter().flat_map(|release| release.facts) {
        assert!(documented.iter().any(|id| id == fact.id), "{} is not documented", fact.id);
        assert!(!fact.sources.is_empty() && !fact.cure.is_empty(), "{}", fact.id);
    }
}
