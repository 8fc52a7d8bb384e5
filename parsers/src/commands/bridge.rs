//! bridge(8): VLANs and settings of ports, forwarding entries.

use super::fault::{Done, Fault};
use super::ip::{self, PORT_ROWS};
use super::kernel::DeviceId;
use super::program::{Call, Effect, Ran, changed};
use super::words::{Words, begins, in_range, int, mac};
use crate::text::iproute::{Word, address};
use netpivot_model::bridge::BridgeVlan;
use netpivot_model::link::LinkKind;
use netpivot_model::neighbor::{FdbEntry, NeighborState};
use netpivot_model::reflect::List;
use netpivot_model::source::{At, Origin, Span};

pub(super) fn run(call: &mut Call<'_>, _program: Word<'_>, words: Words<'_>) -> Ran {
    objects(call, words)
}

fn objects(call: &mut Call<'_>, mut words: Words<'_>) -> Ran {
    while let Some(option) = words.peek().filter(|word| word.text.starts_with('-')) {
        words.next();
        if begins("-netns", option.text) && option.text.len() > 1 {
            let name = words.value(option)?;
            let space = call.kernel.space_named(name)?;
            let mut call = call.within(space);
            return objects(&mut call, words);
        }
    }
    let Some(object) = words.next() else { return Ok(Effect::Idle("prints how it is used")) };
    let verb = words.next();
    let asks = |word: Word<'_>| ["show", "list", "lst", "get"].iter().any(|asking| begins(asking, word.text));
    let Some(verb) = verb.filter(|word| !asks(*word)) else { return Ok(Effect::Asked(true)) };
    // In bridge's order (`bridge.c:cmds`).
    if begins("link", object.text) {
        return if begins("set", verb.text) { set_port(call, words) } else { Err(no_verb(verb)) };
    }
    if begins("fdb", object.text) {
        return changed(fdb(call, verb, words));
    }
    if begins("vlan", object.text) {
        let add = begins("add", verb.text);
        return match add || begins("delete", verb.text) {
            true => changed(vlan(call, words, add)),
            false => {
                Err(Fault::beyond(verb.span, format!("nothing holds what `bridge vlan {}` sets", verb.text)))
            }
        };
    }
    if ["mdb", "vni", "mst", "monitor"].iter().any(|known| begins(known, object.text)) {
        return Err(Fault::beyond(object.span, format!("nothing holds what `bridge {}` sets", object.text)));
    }
    Err(Fault::usage(object.span, format!("`{}` is none of its objects", object.text)))
}

fn no_verb(verb: Word<'_>) -> Fault {
    Fault::usage(verb.span, format!("`{}` is no verb of it", verb.text))
}

/// `bridge link set dev PORT …`.
fn set_port(call: &mut Call<'_>, mut words: Words<'_>) -> Ran {
    let mut dev = None;
    let mut probe = words;
    while let Some(word) = probe.next() {
        if word.text == "dev" {
            dev = Some(probe.value(word)?);
        }
    }
    let dev = dev.ok_or_else(|| Fault::usage(words.last(), "`dev NAME` is missing"))?;
    let id = call.kernel.named(call.space, dev)?;
    let device = call.kernel.device_mut(id);
    if device.controller.is_none() && device.is_present() {
        return Err(Fault::kernel(
            "Operation not supported",
            dev.span,
            format!("`{}` is a port of nothing", dev.text),
        ));
    }
    let mut beyond = None;
    while let Some(word) = words.next() {
        match word.text {
            "dev" => {
                words.next();
            }
            "self" | "master" => {}
            _ => {
                let settings = device.link.bridge_port.get_or_insert_default();
                match ip::read_option(&mut **settings, PORT_ROWS, word, &mut words)? {
                    Some(missing) => beyond = beyond.or(missing),
                    None => {
                        return Err(Fault::usage(
                            word.span,
                            format!("`{}` is no option of a port", word.text),
                        ));
                    }
                }
            }
        }
    }
    ip::refuse_beyond(beyond)?;
    Ok(Effect::Changed)
}

/// `bridge vlan add dev PORT vid A[-B] [pvid] [untagged] [self|master]`.
fn vlan(call: &mut Call<'_>, mut words: Words<'_>, add: bool) -> Done {
    let (mut dev, mut vid, mut pvid, mut untagged, mut own) = (None, None, false, false, false);
    while let Some(word) = words.next() {
        match word.text {
            "dev" => dev = Some(words.value(word)?),
            "vid" => vid = Some(words.value(word)?),
            "pvid" => pvid = true,
            "untagged" => untagged = true,
            "self" => own = true,
            "master" => {}
            "tunnel_info" => return Err(Fault::beyond(word.span, "nothing holds tunnel ids of VLANs")),
            other => return Err(Fault::usage(word.span, format!("`{other}` is no word of `bridge vlan`"))),
        }
    }
    let last = words.last();
    let missing = |what: &str| Fault::usage(last, format!("`{what}` is missing"));
    let (dev, vid) = (dev.ok_or_else(|| missing("dev NAME"))?, vid.ok_or_else(|| missing("vid"))?);
    let (low, high) = vid.text.split_once('-').unwrap_or((vid.text, vid.text));
    let low = in_range(Word { text: low, ..vid }, 1, 4094)?;
    let high = in_range(Word { text: high, ..vid }, low, 4094)?;
    let vlan = BridgeVlan { first: low, last: high, is_pvid: pvid, is_untagged: untagged };
    let id = call.kernel.named(call.space, dev)?;
    let list = vlans(call, id, own, dev)?;
    if pvid && low != high {
        return Err(Fault::kernel(
            "Invalid argument",
            vid.span,
            "a port has one VLAN for untagged frames only",
        ));
    }
    let span = Span { end: last.end.max(vid.span.end), ..vid.span };
    if add {
        add_vlans(list, vlan, span);
    } else {
        remove_vlans(list, vlan);
    }
    default_vlan(call, id, own, vlan, add, span);
    Ok(())
}

/// Notes whether a port, or the bridge itself (`own`), is in the VLAN that the bridge puts them into
/// (net/bridge/br_vlan.c:br_vlan_init, nbp_vlan_init).
fn default_vlan(call: &mut Call<'_>, id: DeviceId, own: bool, vlan: BridgeVlan, add: bool, span: Span) {
    let above = call.kernel.device(id).controller.as_ref().map(|(bridge, _)| *bridge);
    let bridge = if own { Some(id) } else { above };
    let pvid = match bridge.map(|bridge| &call.kernel.device(bridge).link.kind.value) {
        Some(LinkKind::Bridge(bridge)) => bridge.vlan_default_pvid.as_ref().map_or(1, |at| at.value.get()),
        Some(_) | None => 1,
    };
    if !vlan.holds(pvid) {
        return;
    }
    let out = (!add).then(|| At::new(true, span));
    let link = &mut call.kernel.device_mut(id).link;
    if let (LinkKind::Bridge(bridge), true) = (&mut link.kind.value, own) {
        bridge.no_default_vlan = out;
    } else if let Some(port) = &mut link.bridge_port {
        port.no_default_vlan = out;
    }
}

/// The VLANs of a port, or of the bridge itself (`self`).
fn vlans<'k>(
    call: &'k mut Call<'_>,
    id: DeviceId,
    own: bool,
    dev: Word<'_>,
) -> Result<&'k mut List<BridgeVlan>, Fault> {
    let device = call.kernel.device_mut(id);
    let plugged = device.controller.is_some() || !device.is_present();
    let LinkKind::Bridge(bridge) = &mut device.link.kind.value else {
        if !plugged {
            return Err(Fault::kernel(
                "Operation not supported",
                dev.span,
                format!("`{}` is a port of nothing", dev.text),
            )
            .intent(format!("plug it in first: `ip link set {} master BRIDGE`", dev.text)));
        }
        return Ok(&mut device.link.bridge_port.get_or_insert_default().vlans);
    };
    if !own {
        return Err(Fault::kernel(
            "Operation not supported",
            dev.span,
            format!("`{}` is the bridge itself", dev.text),
        )
        .intent("add `self`"));
    }
    Ok(&mut bridge.vlans)
}

fn add_vlans(list: &mut List<BridgeVlan>, vlan: BridgeVlan, span: Span) {
    remove_vlans(list, vlan);
    if vlan.is_pvid {
        list.items.iter_mut().for_each(|item| item.value.is_pvid = false);
    }
    list.items.push(At::new(vlan, span));
}

/// Takes VLANs out.
fn remove_vlans(list: &mut List<BridgeVlan>, out: BridgeVlan) {
    let mut kept = Vec::with_capacity(list.items.len());
    for item in std::mem::take(&mut list.items) {
        let vlan = item.value;
        if vlan.first > out.last || vlan.last < out.first {
            kept.push(item);
            continue;
        }
        let below = (vlan.first < out.first).then(|| BridgeVlan { last: out.first - 1, ..vlan });
        let above = (vlan.last > out.last).then(|| BridgeVlan { first: out.last + 1, ..vlan });
        kept.extend(below.into_iter().chain(above).map(|value| At { value, origin: item.origin.clone() }));
    }
    list.items = kept;
    list.said.get_or_insert_with(|| Origin::derived("bridge-vlan", []));
}

/// `bridge fdb add|append|replace|del LLADDR dev NAME …`.
fn fdb(call: &mut Call<'_>, verb: Word<'_>, mut words: Words<'_>) -> Done {
    let mut entry = FdbEntry::default();
    let mut dev = None;
    let mut own = None;
    while let Some(word) = words.next() {
        match word.text {
            "dev" => dev = Some(words.value(word)?),
            "dst" => {
                let value = words.value(word)?;
                entry.dst = Some(At::new(address(value, None)?, value.span));
            }
            "port" => entry.port = int(words.value(word)?)?,
            "vni" => entry.vni = int(words.value(word)?)?,
            "via" => entry.via = super::words::text(words.value(word)?),
            "vlan" => entry.vlan = int(words.value(word)?)?,
            "nhid" => entry.nhid = int(words.value(word)?)?,
            "self" => own = Some((true, word)),
            "master" => own = Some((false, word)),
            "local" | "permanent" => entry.state = Some(At::new(NeighborState::Permanent, word.span)),
            "static" => entry.state = Some(At::new(NeighborState::Static, word.span)),
            "dynamic" | "temp" => entry.state = Some(At::new(NeighborState::Dynamic, word.span)),
            "extern_learn" | "sticky" | "router" | "use" => {
                entry.flags = super::words::text(word);
            }
            "src_vni" => return Err(Fault::beyond(word.span, "nothing holds source networks of entries")),
            _ => {
                let value = if word.text == "to" { words.value(word)? } else { word };
                entry.lladdr = Some(At::new(mac(value)?, value.span));
            }
        }
    }
    let last = words.last();
    let dev = dev.ok_or_else(|| Fault::usage(last, "`dev NAME` is missing"))?;
    let Some(lladdr) = entry.lladdr.as_ref().map(|at| at.value) else {
        return Err(Fault::usage(last, "the hardware address is missing"));
    };
    let master = own.is_some_and(|(own, _)| !own);
    if let Some((own, word)) = own {
        entry.master = Some(At::new(!own, word.span));
    }
    let id = call.kernel.named(call.space, dev)?;
    if master && call.kernel.device(id).controller.is_none() && call.kernel.device(id).is_present() {
        return Err(Fault::kernel(
            "Operation not supported",
            dev.span,
            format!("`{}` is a port of nothing", dev.text),
        ));
    }
    let vlan = entry.vlan.as_ref().map_or(0, |at| at.value.get());
    let append = begins("append", verb.text) && verb.text.len() > 1;
    let dst = entry.dst.as_ref().filter(|_| append || lladdr.bytes().iter().all(|b| *b == 0));
    let key = format!("{lladdr} {master} {vlan} {}", dst.map_or_else(String::new, |at| at.value.to_string()));
    if begins("delete", verb.text) {
        return call.kernel.delete_fdb(id, key, dev.span);
    }
    let replace = begins("replace", verb.text);
    if !replace && !append && !begins("add", verb.text) {
        return Err(no_verb(verb));
    }
    call.kernel.set_fdb(id, entry, key, replace, dev.span)
}
