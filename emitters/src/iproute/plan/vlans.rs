//! VLANs of a bridge's ports: one by one, as a range of the state may overlap with one of the network, and together again.

use super::super::script::{Section, Step, What};
use netpivot_model::bridge::{Bridge, BridgeVlan};
use netpivot_model::link::{Link, LinkKind};

/// The steps with one for each VLAN.
pub(super) fn apart(mut sections: Vec<Section>) -> Vec<Section> {
    for section in &mut sections {
        section.steps = std::mem::take(&mut section.steps).into_iter().flat_map(each).collect();
    }
    sections
}

fn each(step: Step) -> Vec<Step> {
    let ids = if let What::Vlan(ids) = &step.what { ids } else { return vec![step] };
    match range(ids) {
        Some((first, last)) if first < last => {
            (first..=last).map(|id| numbered(&step, ids, &id.to_string())).collect()
        }
        Some(_) | None => vec![step],
    }
}

fn range(ids: &str) -> Option<(i64, i64)> {
    let (first, last) = ids.split_once('-').unwrap_or((ids, ids));
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// The step for other VLANs.
fn numbered(step: &Step, ids: &str, others: &str) -> Step {
    let said = |text: &str| text.replacen(&format!(" vid {ids}"), &format!(" vid {others}"), 1);
    Step {
        what: What::Vlan(others.to_owned()),
        up: said(&step.up),
        down: step.down.as_deref().map(said),
        ..step.clone()
    }
}

/// The steps with one for all VLANs in a row. That of a port itself (`pvid`) is one alone.
pub(super) fn together(sections: &mut [Section]) {
    for section in sections {
        let mut joined: Vec<Step> = Vec::with_capacity(section.steps.len());
        for step in std::mem::take(&mut section.steps) {
            match joined.last_mut().and_then(|last| Some((join(last, &step)?, last))) {
                Some((both, last)) => *last = both,
                None => joined.push(step),
            }
        }
        section.steps = joined;
    }
}

fn join(last: &Step, next: &Step) -> Option<Step> {
    let (What::Vlan(ids), What::Vlan(id)) = (&last.what, &next.what) else { return None };
    let ((first, end), (only, _)) = (range(ids)?, range(id)?);
    let both = if only == end + 1 {
        format!("{first}-{only}")
    } else if only + 1 == first {
        format!("{only}-{end}")
    } else {
        return None;
    };
    let is_same = numbered(next, id, ids).up == last.up
        && next.place() == last.place()
        && next.is_asked == last.is_asked
        && !next.up.contains(" pvid");
    is_same.then(|| numbered(last, ids, &both))
}

/// What brings the VLAN back that a bridge puts a port into (or itself, `is_own`) where the state had it taken out: nothing,
/// where the network has that bridge put it into another; and the port's own is another one where the network says so.
pub(super) fn again(undone: Step, link: &Link, bridge: Option<&Bridge>, vid: i64) -> Option<Step> {
    let usual = bridge.and_then(|bridge| bridge.vlan_default_pvid.as_ref()).map_or(1, |at| at.value.get());
    if vid != usual {
        return None;
    }
    let vlans: Vec<&BridgeVlan> = link.bridge_port.iter().flat_map(|port| port.vlans.values()).collect();
    if vlans.iter().any(|vlan| vlan.holds(vid)) {
        return None;
    }
    let has_own = vlans.iter().any(|vlan| vlan.is_pvid);
    let up = if has_own { undone.up.replacen(" pvid untagged", " untagged", 1) } else { undone.up };
    Some(Step { up, ..undone })
}

/// The bridge that a step of VLANs is about: of the port's controller, or the link itself.
pub(super) fn bridge_of<'n>(link: &'n Link, controller: Option<&'n Link>) -> Option<&'n Bridge> {
    let bridge =
        |link: &'n Link| if let LinkKind::Bridge(bridge) = &link.kind.value { Some(&**bridge) } else { None };
    [Some(link), controller].into_iter().flatten().find_map(bridge)
}
