//! What libvirt refuses is an error here, and what it takes is none: `virsh net-define` is asked at each run.
//!
//! The test driver stands in for the daemon, which refuses more (`networkValidate`); such cases are not among these.

use crate::conversion;
use crate::host;
use libtest_mimic::{Failed, Trial};
use netpivot_model::diagnostic::Severity;
use netpivot_parsers::tree::MemoryTree;
use rayon::prelude::*;
use std::process::Command;

/// What stands in a network beside its name. `{ip}` is an address, `{dhcp …}` one with a DHCP server.
const INSIDE: &[&str] = &[
    "<mac address='01:00:5e:00:00:01'/>",
    "<mac address='nonsense'/>",
    "<mac address='52:54:00:00:00:01'/>",
    "<uuid>nonsense</uuid>",
    "<uuid>111111111111111111111111111111111</uuid>",
    "<uuid>11111111111111111111111111111111</uuid>",
    "<uuid>11111111-1111-1111-1111-111111111111</uuid>",
    "{dhcp <range start='10.0.0.9' end='10.0.0.5'/>}",
    "{dhcp <range start='10.0.0.9'/>}",
    "{dhcp <range start='10.0.1.9' end='10.0.1.10'/>}",
    "{dhcp <range start='10.0.0.0' end='10.0.0.10'/>}",
    "{dhcp <range start='10.0.0.9' end='10.0.0.255'/>}",
    "{dhcp <range start='10.0.0.9' end='10.0.0.254'/>}",
    "<ip address='10.0.0.1' prefix='8'><dhcp><range start='10.1.0.0' end='10.2.0.0'/></dhcp></ip>",
    "<ip address='10.0.0.1' prefix='8'><dhcp><range start='10.1.0.0' end='10.1.200.0'/></dhcp></ip>",
    "<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><range start='fd00::9' end='fd00::5'/></dhcp></ip>",
    "<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><range start='fd00::5' end='fd00::9'/></dhcp></ip>",
    "<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><range start='fd01::5' end='fd01::9'/></dhcp></ip>",
    "<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><host mac='52:54:00:00:00:01' ip='fd00::5'/></dhcp></ip>",
    "<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><host id='0:1' ip='fd00::5'/></dhcp></ip>",
    "<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><host name='a' ip='fd00::5'/></dhcp></ip>",
    "<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><host ip='fd00::5'/></dhcp></ip>",
    "{dhcp <host ip='10.0.0.7'/>}",
    "{dhcp <host mac='52:54:00:00:00:01'/>}",
    "{dhcp <host mac='52:54:00:00:00:01' name='a'/>}",
    "{dhcp <host mac='52:54:00:00:00:01' ip='10.0.0.7'/>}",
    "{dhcp <host name='a'/>}",
    "{dhcp <host name='1a' ip='10.0.0.7'/>}",
    "{dhcp <host name='-a' ip='10.0.0.7'/>}",
    "{dhcp <host mac='01:00:5e:00:00:01' ip='10.0.0.7'/>}",
    "{dhcp <host id='00:01' ip='10.0.0.7'/>}",
    "{dhcp <range start='10.0.0.5' end='10.0.0.9'><lease expiry='1'/></range>}",
    "{dhcp <range start='10.0.0.5' end='10.0.0.9'><lease expiry='119' unit='seconds'/></range>}",
    "{dhcp <range start='10.0.0.5' end='10.0.0.9'><lease expiry='120' unit='seconds'/></range>}",
    "{dhcp <range start='10.0.0.5' end='10.0.0.9'><lease expiry='1' unit='hours'/></range>}",
    "{dhcp <range start='10.0.0.5' end='10.0.0.9'><lease expiry='1' unit='days'/></range>}",
    "{dhcp <range start='10.0.0.5' end='10.0.0.9'><lease expiry='-5'/></range>}",
    "{dhcp <range start='10.0.0.5' end='10.0.0.9'><lease expiry='0'/></range>}",
    "<dns><txt name='a b' value='v'/></dns>{ip}",
    "<dns><txt name='a'/></dns>{ip}",
    "<dns><txt value='a'/></dns>{ip}",
    "<dns><txt name='a,b' value='v'/></dns>{ip}",
    "<dns><txt name='a' value='v w, x'/></dns>{ip}",
    "<dns><host ip='10.0.0.5'/></dns>{ip}",
    "<dns><host><hostname>a</hostname></host></dns>{ip}",
    "<dns><host ip='x'><hostname>a</hostname></host></dns>{ip}",
    "<dns><host ip='10.0.0.5'><hostname/></host></dns>{ip}",
    "<dns><host ip='10.0.0.5'><hostname>a</hostname></host></dns>{ip}",
    "<dns><forwarder/></dns>{ip}",
    "<dns><forwarder addr='x'/></dns>{ip}",
    "<dns><forwarder domain='x'/></dns>{ip}",
    "<dns><srv service='a'/></dns>{ip}",
    "<dns><srv protocol='tcp'/></dns>{ip}",
    "<dns><srv service='a' protocol='foo'/></dns>{ip}",
    "<dns><srv service='a' protocol='tcp' port='5'/></dns>{ip}",
    "<dns><srv service='a' protocol='tcp' target='x' port='0'/></dns>{ip}",
    "<dns><srv service='a' protocol='tcp' target='x' port='5'/></dns>{ip}",
    "<dns><srv service='a' protocol='tcp' target='x' port='70000'/></dns>{ip}",
    "<dns><srv service='a' protocol='tcp' target='x' port='5' priority='70000'/></dns>{ip}",
    "<dns><srv service='a' protocol='_tcp' target='x'/></dns>{ip}",
    "<dns><srv service='_a' protocol='tcp' target='x'/></dns>{ip}",
    "<dns><srv service='a.b' protocol='tcp' target='x'/></dns>{ip}",
    "<dns><srv service='a' protocol='tcp' priority='5'/></dns>{ip}",
    "<dns><srv service='a' protocol='tcp' weight='5'/></dns>{ip}",
    "<dns enable='maybe'/>{ip}",
    "<dns enable='no'/>{ip}",
    "<dns enable='no'><txt name='a' value='b'/></dns>{ip}",
    "<dns enable='no'><forwarder addr='10.0.0.2'/></dns>{ip}",
    "<dns enable='no' forwardPlainNames='no'/>{ip}",
    "<dns forwardPlainNames='x'/>{ip}",
    "<domain name='a' localOnly='x'/>",
    "<bridge name='virbr0' macTableManager='foo'/>",
    "<bridge name='virbr0' macTableManager='libvirt'/>",
    "<bridge name='virbr0' delay='x'/>",
    "<mtu size='x'/>",
    "<port isolated='maybe'/>",
    "<port isolated='yes'/>",
    "<ip address='10.0.0.1' prefix='24' localPtr='ja'/>",
    "<ip address='10.0.0.1' prefix='24' localPtr='no'/>",
    "<vlan><tag id='5000'/></vlan>",
    "<vlan/>",
    "<forward mode='bridge'/><bridge name='br0'/><vlan><tag id='5'/></vlan>",
    "<forward mode='bridge'/><bridge name='br0'/><vlan><tag/></vlan>",
    "<forward mode='bridge'/><bridge name='br0'/><vlan trunk='no'><tag id='1'/><tag id='2'/></vlan>",
    "<forward mode='bridge'/><bridge name='br0'/><vlan><tag id='1'/><tag id='2'/></vlan>",
    "<forward mode='bridge'/><bridge name='br0'/><vlan trunk='ja'><tag id='1'/></vlan>",
    "<forward mode='bridge'/><bridge name='br0'/><vlan><tag id='1' nativeMode='x'/></vlan>",
    "<bandwidth><inbound/></bandwidth>",
    "<bandwidth><inbound average='x'/></bandwidth>",
    "<bandwidth><inbound average='1' peak='2' burst='3'/><outbound average='1'/></bandwidth>",
    "<bandwidth><inbound peak='5'/></bandwidth>",
    "<bandwidth><inbound average='1'/><inbound average='2'/></bandwidth>",
    "<forward><nat><port start='3000' end='2000'/></nat></forward>{ip}",
    "<forward><nat><port start='2000' end='3000'/></nat></forward>{ip}",
    "<forward><nat><port start='3000'/></nat></forward>{ip}",
    "<forward><nat><port start='x' end='5'/></nat></forward>{ip}",
    "<forward><nat><port start='1' end='5'/><port start='1' end='5'/></nat></forward>{ip}",
    "<forward><nat/><nat/></forward>{ip}",
    "<forward><nat><address start='1.1.1.3' end='1.1.1.2'/></nat></forward>{ip}",
    "<forward><nat><address start='1.1.1.2' end='1.1.1.3'/></nat></forward>{ip}",
    "<forward><nat><address start='1.1.1.3'/></nat></forward>{ip}",
    "<forward><nat><address end='1.1.1.3'/></nat></forward>{ip}",
    "<forward><nat><address start='fd00::1' end='fd00::2'/></nat></forward>{ip}",
    "<forward><nat><address/></nat></forward>{ip}",
    "<forward><nat ipv6='ja'/></forward>{ip}",
    "<forward mode='foo'/>",
    "<forward mode='route'><nat/></forward>{ip}",
    "<forward mode='open' dev='eth0'/>{ip}",
    "<forward mode='nat' dev='eth0'><interface dev='eth1'/></forward>{ip}",
    "<forward mode='nat' dev='eth0'><interface dev='eth0'/></forward>{ip}",
    "<forward mode='nat'><interface/></forward>{ip}",
    "<forward mode='bridge'><interface dev='eth0'/></forward>",
    "<forward mode='bridge'><interface dev='eth0'/></forward><bridge name='br0'/>",
    "<forward mode='private'/><bridge name='br0'/>",
    "<forward mode='passthrough'><pf dev='eth0'/></forward>",
    "<forward mode='passthrough'><pf dev='eth0'/><pf dev='eth1'/></forward>",
    "<forward mode='passthrough'><pf/></forward>",
    "<forward mode='hostdev'><driver name='foo'/><pf dev='eth0'/></forward>",
    "<forward mode='hostdev'><driver name='vfio'/><pf dev='eth0'/></forward>",
    "<forward mode='bridge'/><bridge name='br0' stp='on'/>",
    "<forward mode='bridge'/><bridge name='br0' zone='z'/>",
    "<forward mode='bridge'/><bridge name='br0'/><mtu size='1400'/>",
    "<forward/>",
    "<forward mode='open'/>",
    "<forward mode='route'/>",
    "<portgroup/>",
    "<portgroup name='a'/>",
    "<forward mode='bridge'/><bridge name='br0'/><virtualport type='foo'/>",
    "<forward mode='bridge'/><bridge name='br0'/><virtualport/>",
    "<forward mode='bridge'/><bridge name='br0'/><virtualport type='openvswitch'/>",
    "{ip}<route address='10.9.0.0' prefix='16'/>",
    "{ip}<route gateway='10.0.0.2'/>",
    "{ip}<route address='10.9.0.0' prefix='16' gateway='10.0.0.2'/>",
    "{ip}<route address='10.9.0.1' prefix='16' gateway='10.0.0.2'/>",
    "{ip}<route address='10.9.0.0' prefix='16' gateway='10.0.0.2' metric='0'/>",
    "{ip}<route address='10.9.0.0' prefix='16' gateway='10.0.0.2' metric='x'/>",
    "{ip}<route address='10.9.0.0' prefix='16' gateway='11.0.0.2'/>",
    "{ip}<route address='0.0.0.0' gateway='10.0.0.2'/>",
    "{ip}<route family='x' address='10.9.0.0' prefix='16' gateway='10.0.0.2'/>",
    "{ip}<route address='10.9.0.0' prefix='40' gateway='10.0.0.2'/>",
    "<ip/>",
    "<ip address='x'/>",
    "<ip address='10.0.0.1' prefix='33'/>",
    "<ip address='10.0.0.1' netmask='255.255.255.0' prefix='24'/>",
    "<ip address='fd00::1'/>",
    "<ip family='ipv6' address='fd00::1' netmask='ffff::'/>",
    "<ip family='ipv6' address='10.0.0.1'/>",
    "<ip family='x' address='10.0.0.1'/>",
    "{ip}{ip}",
];

/// Names of networks, with what stands before them.
const NAMES: &[&str] = &["", "<name/>", "<name>a/b</name>", "<name>a b</name>", "<name>a&amp;</name>"];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![host::case("libvirt::refuses-what-libvirt-refuses", super::judge().err(), refused)]
}

fn refused() -> Result<(), Failed> {
    let inside = INSIDE.iter().map(|inside| {
        let text = inside.replace("{ip}", "<ip address='10.0.0.1' prefix='24'/>");
        let text =
            text.replace("{dhcp ", "<ip address='10.0.0.1' prefix='24'><dhcp>").replace('}', "</dhcp></ip>");
        let bridge = if text.contains("<bridge")
            || text.contains("mode='p")
            || text.contains("mode='bridge'")
            || text.contains("hostdev")
        {
            ""
        } else {
            "<bridge name='virbr0'/>"
        };
        format!("<network><name>zz</name>{bridge}{text}</network>")
    });
    let names = NAMES.iter().map(|name| format!("<network>{name}<bridge name='virbr0'/></network>"));
    let documents: Vec<String> = inside.chain(names).collect();
    let wrong: Result<Vec<Option<String>>, String> = documents.par_iter().map(|text| against(text)).collect();
    let wrong: Vec<String> = wrong?.into_iter().flatten().collect();
    println!("libvirt: {} documents asked of virsh, {} judged otherwise", documents.len(), wrong.len());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// In what virsh and netpivot differ about a document.
fn against(text: &str) -> Result<Option<String>, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let (node, file) = (folder.path().join("node.xml"), folder.path().join("n.xml"));
    let empty = "<node><domain type='test'><name>none</name><memory>1024</memory><os><type>hvm</type></os></domain></node>";
    std::fs::write(&node, empty).and_then(|()| std::fs::write(&file, text)).map_err(|e| e.to_string())?;
    let output = Command::new("virsh")
        .args(["-q", "-c", &format!("test://{}", node.display()), "net-define"])
        .arg(&file)
        .env("LC_ALL", "C")
        .output()
        .map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
    let tree: MemoryTree = [("/netpivot-libvirt/n.xml", text)].into_iter().collect();
    let ours = conversion::run(&tree, &conversion::request(Some("libvirt"), "libvirt"));
    let errors: Vec<&str> = ours
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(|d| d.message.as_str())
        .collect();
    let unknown: Vec<&str> =
        ours.diagnostics.iter().filter(|d| d.code.id == "U001").map(|d| d.message.as_str()).collect();
    Ok(if ours.bug {
        Some(format!("{text}: {:?}", ours.failure))
    } else if errors.is_empty() == output.status.success() && unknown.is_empty() {
        None
    } else {
        Some(format!("{text}\n    virsh: {said}\n    ours: {errors:?} {unknown:?}"))
    })
}
