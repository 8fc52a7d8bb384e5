//! Writing to a link's files below /sys/class/net: what `echo` does there, `ip link` does by other words.

use super::fault::Fault;
use super::ip;
use super::program::{Call, Effect, Ran};
use super::words::Words;
use crate::text::iproute::{Word, number};
use netpivot_model::link::LinkKind;
use netpivot_model::source::At;
use netpivot_model::value::{Int, Scalar};
use netpivot_model::virtual_link::TransportMode;

/// Files of a bridge whose name is not that of ip's keyword (`br_sysfs_br.c`). `multicast_X` is `mcast_X`.
const BRIDGE: [(&str, &str); 5] = [
    ("group_addr", "group_address"),
    ("default_pvid", "vlan_default_pvid"),
    ("hash_max", "mcast_hash_max"),
    ("hash_elasticity", "mcast_hash_elasticity"),
    ("flush", "fdb_flush"),
];

/// Files of a port (`br_sysfs_if.c`).
const PORT: [(&str, &str); 11] = [
    ("path_cost", "cost"),
    ("hairpin_mode", "hairpin"),
    ("bpdu_guard", "guard"),
    ("multicast_router", "mcast_router"),
    ("multicast_fast_leave", "mcast_fast_leave"),
    ("multicast_flood", "mcast_flood"),
    ("multicast_to_unicast", "mcast_to_unicast"),
    ("unicast_flood", "flood"),
    ("broadcast_flood", "bcast_flood"),
    ("proxyarp", "proxy_arp"),
    ("proxyarp_wifi", "proxy_arp_wifi"),
];

/// `echo VALUE > /sys/class/net/LINK/FILE`; `path` is what stands behind `/sys/class/net/`.
pub(super) fn write(call: &mut Call<'_>, value: &[Word<'_>], path: &str, target: Word<'_>) -> Ran {
    let value = value.iter().filter(|word| word.text != "-n").copied().collect::<Vec<_>>();
    let (Some((name, file)), [value]) = (path.split_once('/'), value.as_slice()) else {
        return beyond(target);
    };
    let name = Word { text: name, span: target.span };
    let ip = |call: &mut Call<'_>, words: &[&str]| {
        let words: Vec<Word<'_>> = words.iter().map(|text| Word { text, span: target.span }).collect();
        let last = words.len() - 1;
        let words: Vec<Word<'_>> =
            words.iter().enumerate().map(|(n, word)| if n == last { *value } else { *word }).collect();
        ip::run(call, target, Words::new(target, &words))
    };
    let keyword = |table: &[(&'static str, &'static str)], file: &str| {
        table.iter().find(|(known, _)| *known == file).map(|(_, keyword)| *keyword)
    };
    match file.split_once('/') {
        None if file == "mtu" => ip(call, &["link", "set", "dev", name.text, "mtu", ""]),
        None if file == "tx_queue_len" => ip(call, &["link", "set", "dev", name.text, "txqueuelen", ""]),
        None if file == "mode" => transport(call, name, *value),
        None => beyond(target),
        Some(("bridge", file)) => {
            let other = file.strip_prefix("multicast_").map(|rest| format!("mcast_{rest}"));
            let keyword = keyword(&BRIDGE, file).map(str::to_owned).or(other);
            let keyword = keyword.unwrap_or_else(|| file.to_owned());
            ip(call, &["link", "set", "dev", name.text, "type", "bridge", &keyword, ""])
        }
        Some(("brport", file)) => {
            let keyword = keyword(&PORT, file).unwrap_or(file);
            ip(call, &["link", "set", "dev", name.text, "type", "bridge_slave", keyword, ""])
        }
        Some(("bonding", "slaves")) => ports(call, name, *value, target),
        Some(("bonding", "arp_ip_target")) => beyond(target),
        Some(("bonding", file)) => ip(call, &["link", "set", "dev", name.text, "type", "bond", file, ""]),
        Some(("device", "sriov_numvfs")) => {
            let id = call.kernel.named(call.space, name)?;
            let count = number(value.text).and_then(|n| Int::new(n.into())).ok_or_else(|| {
                Fault::kernel("Invalid argument", value.span, format!("`{}` is no number", value.text))
            })?;
            call.kernel.device_mut(id).link.sriov.get_or_insert_default().total_vfs =
                Some(At::new(count, value.span));
            Ok(Effect::Changed)
        }
        Some(_) => beyond(target),
    }
}

fn beyond(target: Word<'_>) -> Ran {
    Err(Fault::beyond(target.span, format!("nothing holds what is written to `{}`", target.text)))
}

/// `+PORT` plugs in, `-PORT` releases (`bond_option_slaves_set()`).
fn ports(call: &mut Call<'_>, bond: Word<'_>, value: Word<'_>, target: Word<'_>) -> Ran {
    let text = |text| Word { text, span: value.span };
    let words = if let Some(port) = value.text.strip_prefix('+') {
        vec![text("link"), text("set"), text("dev"), text(port), text("master"), bond]
    } else if let Some(port) = value.text.strip_prefix('-') {
        vec![text("link"), text("set"), text("dev"), text(port), text("nomaster")]
    } else {
        return Err(Fault::kernel(
            "Invalid argument",
            value.span,
            format!("`{}` has neither `+` nor `-` before the port's name", value.text),
        ));
    };
    ip::run(call, target, Words::new(target, &words))
}

/// `mode` is a file of IP-over-InfiniBand links only (`ipoib_cm.c`), so it tells their kind.
fn transport(call: &mut Call<'_>, name: Word<'_>, value: Word<'_>) -> Ran {
    let mode = TransportMode::from_text(value.text).map_err(|_| {
        Fault::kernel(
            "Invalid argument",
            value.span,
            format!("`{}` is neither `datagram` nor `connected`", value.text),
        )
    })?;
    let id = call.kernel.named(call.space, name)?;
    let kind = &mut call.kernel.device_mut(id).link.kind;
    if matches!(kind.value, LinkKind::Ethernet(_)) {
        *kind = At::new(LinkKind::Infiniband(Box::default()), name.span);
    }
    let LinkKind::Infiniband(infiniband) = &mut kind.value else {
        return Err(Fault::kernel(
            "No such file or directory",
            name.span,
            format!("`{}` is no InfiniBand link", name.text),
        ));
    };
    infiniband.transport_mode = Some(At::new(mode, value.span));
    Ok(Effect::Changed)
}
