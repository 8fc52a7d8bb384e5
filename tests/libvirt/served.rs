//! Two networks on one host, served by the real dnsmasq(8) in a network namespace: a guest of each asks for an address and
//! for names, and gets what its own network says.

use crate::conversion;
use crate::host;
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::Request;
use netpivot_model::vocabulary::dnsmasq;
use netpivot_parsers::tree::MemoryTree;
use std::process::Command;

const NETWORKS: [(&str, &str); 2] = [
    (
        "/etc/libvirt/qemu/networks/default.xml",
        "<network><name>default</name><forward mode='nat'/><bridge name='virbr0'/><mtu size='1400'/><domain name='nat.example'/>\
         <dns><host ip='192.168.122.9'><hostname>one</hostname></host></dns>\
         <ip address='192.168.122.1' prefix='24'><dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>",
    ),
    (
        "/etc/libvirt/qemu/networks/iso.xml",
        "<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>iso</name><bridge name='virbr1'/>\
         <domain name='iso.example' localOnly='yes'/><dns forwardPlainNames='no'>\
         <host ip='10.0.0.9'><hostname>two</hostname></host></dns>\
         <ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.2' end='10.0.0.254'/></dhcp></ip>\
         <ip family='ipv6' address='fd00::1' prefix='64'/>\
         <dnsmasq:options><dnsmasq:option value='no-resolv'/><dnsmasq:option value='dhcp-option=option:ntp-server,10.0.0.5'/>\
         </dnsmasq:options></network>",
    ),
];

/// Asks by a packet socket, since a guest has no address yet: prints router, domain, MTU and NTP server of the offer, then the
/// addresses of both names.
const GUEST: &str = r#"
import socket, struct, sys
dev, server = sys.argv[1:3]
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800)); s.bind((dev, 0)); s.settimeout(1)
mac = s.getsockname()[4]
bootp = struct.pack("!BBBBIHH16x6s10x192x", 1, 1, 6, 0, 7, 0, 0x8000, mac) + bytes.fromhex("63825363") + b"\x35\x01\x01\x37\x04\x03\x0f\x1a\x2a\xff"
udp = struct.pack("!HHHH", 68, 67, 8 + len(bootp), 0) + bootp
head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
total = sum(struct.unpack("!10H", head)); total = (total & 0xffff) + (total >> 16)
head = head[:10] + struct.pack("!H", ~((total & 0xffff) + (total >> 16)) & 0xffff) + head[12:]
offer = {}
for _ in range(12):
    s.send(b"\xff" * 6 + mac + b"\x08\x00" + head + udp)
    try:
        data = s.recv(2000)
        while data[23] != 17 or data[36:38] != b"\x00\x44": data = s.recv(2000)
    except socket.timeout:
        continue
    at = 14 + 20 + 8 + 240
    while at < len(data) and data[at] != 255:
        if data[at] == 0: at += 1; continue
        offer[data[at]] = data[at + 2:at + 2 + data[at + 1]]; at += 2 + data[at + 1]
    break
ip = lambda b: socket.inet_ntoa(b) if b else "-"
print("router", ip(offer.get(3)), "domain", offer.get(15, b"-").decode(), "mtu", int.from_bytes(offer.get(26, b""), "big"), "ntp", ip(offer.get(42)))
for name in ("one", "two"):
    q = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); q.settimeout(3)
    q.sendto(struct.pack("!6H", 9, 256, 1, 0, 0, 0) + bytes([len(name)]) + name.encode() + b"\0\0\1\0\1", (server, 53))
    answer = q.recv(500)
    print(name, ip(answer[-4:]) if struct.unpack("!H", answer[6:8])[0] else "-")
"#;

const HOST: &str = r#"
set -e; cd "$1"; export PATH=$PATH:/usr/sbin:/sbin
mount -t tmpfs t /run; mount -t tmpfs t /var/lib/misc; ip link set lo up
n=0
for address in 192.168.122.1 10.0.0.1; do
  ip link add virbr$n type bridge; ip addr add $address/24 dev virbr$n
  ip link add g$n type veth peer name p$n; ip link set p$n master virbr$n
  ip link set p$n up; ip link set g$n up; ip link set virbr$n up; n=$((n+1))
done
ip addr add fd00::1/64 dev virbr1 nodad
for n in 0 1; do
  dnsmasq --test --conf-file=virbr$n.conf 2>/dev/null
  dnsmasq --conf-file=virbr$n.conf --user=root --group=root
done
python3 guest.py g0 192.168.122.1; python3 guest.py g1 10.0.0.1
for n in 0 1; do pkill -F /run/dnsmasq-virbr$n.pid dnsmasq; done
"#;

const EXPECTED: &str = "router 192.168.122.1 domain nat.example mtu 1400 ntp -\none 192.168.122.9\ntwo -\n\
                        router - domain iso.example mtu 0 ntp 10.0.0.5\none -\ntwo 10.0.0.9\n";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = ["dnsmasq", "ip", "unshare", "python3", "pkill"].iter().find(|tool| !is_there(tool));
    let missing = missing.map(|tool| (*tool).to_owned());
    vec![
        host::case("libvirt::two-networks-are-served-apart", missing, two_networks),
        host::case("libvirt::servers-are-read-back", None, read_back),
    ]
}

fn is_there(tool: &str) -> bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        .iter()
        .any(|folder| std::path::Path::new(folder).join(tool).exists())
}

fn written() -> conversion::Outcome {
    let tree: MemoryTree = NETWORKS.into_iter().collect();
    let request = Request { with_dnsmasq: true, ..conversion::request(Some("libvirt"), "interfaces") };
    conversion::run(&tree, &request)
}

fn two_networks() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let outputs = written().outputs;
    let files: Vec<_> = outputs.iter().filter(|file| file.path.starts_with(dnsmasq::FOLDER)).collect();
    for file in &files {
        std::fs::write(folder.path().join(file.path.rsplit('/').next().unwrap_or_default()), &file.text)?;
    }
    std::fs::write(folder.path().join("guest.py"), GUEST)?;
    // dnsmasq gives up its groups, which nobody may who is root in a namespace only.
    let is_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(folder.path())?) == 0;
    let own = if is_root { "-nm" } else { "-rnm" };
    let output = Command::new("unshare").args([own, "sh", "-c", HOST, "sh"]).arg(folder.path()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && said == EXPECTED {
        return Ok(());
    }
    Err(format!("{}\n{said}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into())
}

/// The files mean what was written, and the commands that run them are no hooks of their own; without the command a file is
/// nobody's.
fn read_back() -> Result<(), Failed> {
    let written = written();
    let mut tree: MemoryTree = written.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
    let again = conversion::run(&tree, &conversion::request(Some("interfaces"), "json"));
    let (ours, theirs) = (&again.network, &written.network);
    assert!(ours.dns_servers.iter().map(|e| &e.item).eq(theirs.dns_servers.iter().map(|e| &e.item)));
    assert!(ours.dhcp_servers.iter().map(|e| &e.item).eq(theirs.dhcp_servers.iter().map(|e| &e.item)));
    assert_eq!(ours.hooks.len(), 0);
    assert_eq!(again.network.dns_servers.len(), 2);
    let unknown: Vec<String> =
        again.findings().into_iter().filter(|line| line.contains("H501") || line.contains("U001")).collect();
    assert_eq!(unknown, [""; 0]);
    let interfaces =
        written.outputs.iter().find(|file| file.path == "/etc/network/interfaces").ok_or("no file")?;
    let silent: String = interfaces
        .text
        .lines()
        .filter(|line| !line.contains("dnsmasq"))
        .map(|line| format!("{line}\n"))
        .collect();
    tree.add("/etc/network/interfaces", silent);
    let without = conversion::run(&tree, &conversion::request(Some("interfaces"), "json"));
    assert_eq!(without.network.dns_servers.len(), 0);
    Ok(())
}
