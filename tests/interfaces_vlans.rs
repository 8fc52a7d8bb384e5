//! The VLANs of bridge ports, as `bridge -j vlan` shows them after ifupdown2's own tests have set a file up.

use crate::interfaces_cases::{Case, Verdict, cases};
use crate::{conversion, host};
use libtest_mimic::{Failed, Trial};
use netpivot_model::network::Network;
use netpivot_parsers::tree::MemoryTree;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const IFUPDOWN2: &str = "interfaces:ifupdown2";
const SUFFIX: &str = ".vlan.show.json";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = host::corpus("ifupdown2").is_none().then(|| "../shared/corpus/ifupdown2".to_owned());
    vec![host::case("interfaces_vlans::are-those-that-ifupdown2-sets", missing, same)]
}

/// A link in the output of `bridge -j vlan`.
#[derive(Deserialize)]
struct Shown {
    ifname: String,
    vlans: Vec<Vlan>,
}

#[derive(Deserialize)]
struct Vlan {
    vlan: u16,
    #[serde(rename = "vlanEnd")]
    end: Option<u16>,
    #[serde(default)]
    flags: BTreeSet<String>,
}

/// Each VLAN of a port, with its flags.
type Vlans = BTreeMap<u16, BTreeSet<String>>;

fn same() -> Result<(), Failed> {
    let mut verdict = Verdict::of("ifupdown2-state")?;
    let mut judged = 0;
    for case in cases().iter().filter(|case| case.name.starts_with("ifupdown2/")) {
        for file in host::names(&case.folder.join("expected")).iter().filter(|name| name.ends_with(SUFFIX)) {
            let text = std::fs::read_to_string(case.folder.join("expected").join(file))?;
            let shown: Vec<Shown> = serde_json::from_str(&text)?;
            judged += against(case, &shown, &mut verdict);
        }
    }
    if judged == 0 && std::env::var_os("CASE").is_none() {
        return Err("no state of a port in the corpus".into());
    }
    verdict.end(&format!("corpus interfaces: {judged} ports with the VLANs that ifupdown2 gives them"))
}

/// Compares the ports that the file gives bridges; the bridges themselves have the kernel's VLAN 1.
fn against(case: &Case, shown: &[Shown], verdict: &mut Verdict) -> usize {
    let network = case.read(case.format).network;
    let written = conversion::run(&case.tree, &conversion::request(case.format, IFUPDOWN2)).outputs;
    let written: MemoryTree = written.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let reread = conversion::run(&written, &conversion::request(Some(IFUPDOWN2), "json")).network;
    let mut ports = 0;
    for shown in shown {
        let theirs: Vlans = shown
            .vlans
            .iter()
            .flat_map(|vlan| (vlan.vlan..=vlan.end.unwrap_or(vlan.vlan)).map(|id| (id, vlan.flags.clone())))
            .collect();
        let Some(ours) = vlans(&network, &shown.ifname) else { continue };
        ports += 1;
        if ours != theirs {
            verdict.found(&case.name, &format!("{}: ifupdown2 {theirs:?}, we {ours:?}", shown.ifname));
        } else if let Some(ours) = vlans(&reread, &shown.ifname)
            && ours != theirs
        {
            verdict.found(&case.name, &format!("{}: ifupdown2 {theirs:?}, we write {ours:?}", shown.ifname));
        }
    }
    ports
}

/// The VLANs of a port of a bridge; `None` for other links.
fn vlans(network: &Network, name: &str) -> Option<Vlans> {
    let (_, link) = network.links().find(|(_, link)| link.label() == name)?;
    link.controller.as_ref()?;
    let mut found = Vlans::new();
    for entry in link.bridge_port.as_ref()?.vlans.values() {
        let flags = [(entry.is_pvid, "PVID"), (entry.is_untagged, "Egress Untagged")];
        let flags = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| (*flag).to_owned());
        let flags: BTreeSet<String> = flags.collect();
        for id in entry.first..=entry.last {
            found.entry(id).or_default().extend(flags.iter().cloned());
        }
    }
    Some(found)
}
