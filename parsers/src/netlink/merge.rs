//! Several outputs of one kernel tell the same thing more than once: `ip -d address` and `ip -s -d link`, `ip route show
//! table all` and `ip -6 route`, `brctl show` beside them. Each thing is kept once, with all that is said of it.

use super::snapshot::{LinkInfo, LinkState, Seen, Snapshot};
use crate::Context;
use foldhash::{HashMap, HashSet};
use netpivot_model::source::Span;
use serde::Serialize;

/// Keeps each link and each entry once. What was merged into another is accounted for by it.
pub(super) fn merge(snapshot: &mut Snapshot, cx: &mut Context) {
    let mut merged: HashSet<Span> = HashSet::default();
    let mut places: HashMap<String, usize> = HashMap::default();
    let mut links: Vec<Seen<LinkState>> = Vec::with_capacity(snapshot.links.len());
    for link in std::mem::take(&mut snapshot.links) {
        match places.get(&link.item.ifname).and_then(|place| links.get_mut(*place)) {
            Some(first) => {
                merged.insert(link.span);
                fill(&mut first.item, link.item);
            }
            None => {
                places.insert(link.item.ifname.clone(), links.len());
                links.push(link);
            }
        }
    }
    snapshot.links = links;
    once(&mut snapshot.routes, &mut merged);
    once(&mut snapshot.neighbors, &mut merged);
    once(&mut snapshot.fdb, &mut merged);
    if !merged.is_empty() {
        cx.items.retain(|item| !merged.contains(&item.span));
    }
}

/// Keeps the first of entries that are the same in every word. The rules of both families are alike, so they stay.
fn once<T: Serialize>(list: &mut Vec<Seen<T>>, merged: &mut HashSet<Span>) {
    let mut files = list.iter().map(|seen| seen.span.source);
    let first = files.next();
    if files.all(|source| Some(source) == first) {
        return;
    }
    let mut known: HashSet<String> = HashSet::default();
    list.retain(|seen| {
        let is_new = serde_json::to_string(&seen.item).is_ok_and(|text| known.insert(text));
        if !is_new {
            merged.insert(seen.span);
        }
        is_new
    });
}

/// Adds what the second output says and the first does not.
fn fill(link: &mut LinkState, more: LinkState) {
    let LinkState {
        ifname: _,
        ifindex,
        link: below,
        link_index,
        link_netnsid,
        link_netns,
        flags,
        mtu,
        master,
        operstate,
        link_type,
        address,
        permaddr,
        txqlen,
        ifalias,
        group,
        altnames,
        inet6_addr_gen_mode,
        inet6_token,
        addr_assign_type,
        ipv4_forwarding,
        ipv6,
        linkinfo,
        addr_info,
        other,
    } = more;
    or(&mut link.ifindex, ifindex);
    or(&mut link.link, below);
    or(&mut link.link_index, link_index);
    or(&mut link.link_netnsid, link_netnsid);
    or(&mut link.link_netns, link_netns);
    or(&mut link.flags, flags);
    or(&mut link.mtu, mtu);
    or(&mut link.master, master);
    or(&mut link.operstate, operstate);
    or(&mut link.link_type, link_type);
    or(&mut link.address, address);
    or(&mut link.permaddr, permaddr);
    or(&mut link.txqlen, txqlen);
    or(&mut link.ifalias, ifalias);
    or(&mut link.group, group);
    or(&mut link.inet6_addr_gen_mode, inet6_addr_gen_mode);
    or(&mut link.inet6_token, inet6_token);
    or(&mut link.addr_assign_type, addr_assign_type);
    or(&mut link.ipv4_forwarding, ipv4_forwarding);
    or(&mut link.ipv6, ipv6);
    if link.altnames.is_empty() {
        link.altnames = altnames;
    }
    if link.addr_info.is_empty() {
        link.addr_info = addr_info;
    }
    for (key, value) in other {
        link.other.entry(key).or_insert(value);
    }
    match (&mut link.linkinfo, linkinfo) {
        (Some(info), Some(more)) => fill_info(info, more),
        (None, more) => link.linkinfo = more,
        (Some(_), None) => {}
    }
}

/// The settings of a kind go with the kind, whole.
fn fill_info(info: &mut LinkInfo, more: LinkInfo) {
    if info.info_kind.is_none() {
        info.info_kind = more.info_kind;
        info.info_data = more.info_data;
    }
    if info.info_slave_kind.is_none() {
        info.info_slave_kind = more.info_slave_kind;
        info.info_slave_data = more.info_slave_data;
    }
}

fn or<T>(field: &mut Option<T>, more: Option<T>) {
    if field.is_none() {
        *field = more;
    }
}
