//! How iproute2 shows what is there already: the command that lists it, and the words that it prints.

use super::script::Done;
use crate::text::ip::kind::type_word;
use crate::text::shell::quote;
use ipnet::IpNet;
use netpivot_model::ip::Address;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::neighbor::{FdbEntry, Neighbor, NeighborState};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Said;
use netpivot_model::route::{LOCAL_TABLE, MAIN_TABLE, NextHop, Route, RouteType};
use netpivot_model::rule::{IP_PROTOCOLS, Rule, RuleAction};
use std::fmt::{Display, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

fn push(out: &mut String, word: &str, said: &Said<impl Display>) {
    if let Some(at) = said {
        let _ = write!(out, " {word} {}", quote(&at.value.to_string()));
    }
}

/// What a link has from its making and keeps: its kind, what it stands on, and what tells it from another of its name.
/// `below`: the parent or the peer, where it is in the same namespace.
pub(super) fn link(link: &Link, name: &str, below: Option<&str>) -> Done {
    let kind = type_word(link).unwrap_or_default();
    // `print_name_and_link()` of utils.c.
    let mut words: Vec<String> = below.map(|below| format!("{name}@{below}:")).into_iter().collect();
    words.extend(FIXED.iter().filter_map(|(path, word)| {
        let value = link.leaf(FieldPath::parse(path)).filter(|leaf| leaf.is_said())?.value()?.to_string();
        let is_group = *word == "remote" && value.parse::<IpAddr>().is_ok_and(|ip| ip.is_multicast());
        Some(format!("{} {value}", if is_group { "group" } else { word }))
    }));
    if let LinkKind::Tun(tun) = &link.kind.value {
        let mode = tun.mode.as_ref().map_or("tun".to_owned(), |at| at.value.to_string());
        words.push(format!("type {mode}"));
    }
    Done::Shows(words, format!("ip -d link show dev {} type {kind}", quote(name)))
}

/// What only a new link takes, by the words that ip prints before the value.
const FIXED: [(&str, &str); 18] = [
    ("vlan.protocol", "protocol"),
    ("vlan.id", "id"),
    ("vxlan.id", "id"),
    ("vxlan.local", "local"),
    ("vxlan.remote", "remote"),
    ("vxlan.parent", "dev"),
    ("vxlan.port", "dstport"),
    ("geneve.id", "id"),
    ("geneve.remote", "remote"),
    ("geneve.port", "dstport"),
    ("macvlan.mode", "mode"),
    ("ipvlan.mode", "mode"),
    ("vrf.table", "table"),
    ("ip_tunnel.local", "local"),
    ("ip_tunnel.remote", "remote"),
    ("ip_tunnel.parent", "dev"),
    ("hsr.port1", "slave1"),
    ("hsr.port2", "slave2"),
];

/// Where ip prints a setting in other words than it takes.
const PRINTED: [(&str, &str); 3] =
    [("txqueuelen ", "qlen "), ("address ", "link/ether "), ("promisc on", "PROMISC")];

/// A setting by `ip link set dev NAME [type KIND] WORD VALUE`, by the words that ip prints of it.
pub(super) fn setting(command: &str, name: &str) -> Done {
    let dev = quote(name);
    let Some(rest) = command.strip_prefix(&format!("ip link set dev {dev} ")) else { return Done::Unasked };
    let words = match rest.strip_prefix("type ").and_then(|rest| rest.split_once(' ')) {
        Some((_, words)) => words,
        None => rest,
    };
    let command = format!("ip -d link show dev {dev}");
    if words == "promisc off" {
        return Done::Lacks("PROMISC".to_owned(), command);
    }
    if let Some(mask) = words.strip_prefix("group_fwd_mask ").and_then(|mask| mask.parse::<u32>().ok()) {
        return Done::Shows(vec![format!("group_fwd_mask {mask:#x}")], command);
    }
    if let Some(alias) = words.strip_prefix("alias ") {
        // `question` of a script of one's own is one line (`own.rs` of the parsers).
        return if alias.contains('\n') {
            Done::Unasked
        } else {
            Done::Alias(name.to_owned(), alias.to_owned())
        };
    }
    let printed = PRINTED.iter().find_map(|(said, printed)| {
        let rest = words.strip_prefix(said)?;
        Some(format!("{printed}{rest}"))
    });
    Done::Shows(vec![printed.unwrap_or_else(|| unquoted(words))], command)
}

/// Words without the quotes that [`quote`] puts around them.
fn unquoted(words: &str) -> String {
    words.split("'\\''").map(|part| part.replace('\'', "")).collect::<Vec<_>>().join("'")
}

/// An address: `inet A peer P/L metric N brd B scope S FLAGS LABEL` (`print_addrinfo()` of ipaddress.c).
pub(super) fn address(address: &Address, name: &str) -> Done {
    let family = if address.net.addr().is_ipv6() { "inet6" } else { "inet" };
    let mut words = match address.peer {
        Some(peer) => format!("{family} {} peer {peer}/{}", address.net.addr(), address.net.prefix_len()),
        None => format!("{family} {}", address.net),
    };
    if let Some(metric) = address.metric {
        words.push_str(&format!(" metric {metric}"));
    }
    // The usual one is no reason to try again: the kernel gives it to no address that is there (`inet_rtm_newaddr()`).
    if let Some(broadcast) = address.broadcast.filter(|broadcast| *broadcast != address.net.broadcast()) {
        words.push_str(&format!(" brd {broadcast}"));
    }
    // The line begins with the name of the link, and one of IPv4 ends with the label.
    let mut all = vec![name.to_owned(), words];
    if address.net.addr().is_ipv4() {
        all.push(format!("scope {}", address.scope.as_deref().unwrap_or(usual_scope(address))));
        all.push(address.label.clone().unwrap_or_else(|| name.to_owned()));
    }
    // The kernel forgets it once the address is known to be nobody else's (`addrconf_dad_completed()`).
    all.extend(address.flags.words().filter(|word| *word != "optimistic").map(str::to_owned));
    all.extend(address.valid_lft.is_none().then(|| "valid_lft forever".to_owned()));
    match address.preferred_lft {
        None if address.valid_lft.is_none() => all.push("preferred_lft forever".to_owned()),
        // For an address that never ends the kernel prints that it is preferred for ever, too, if it is one of IPv4.
        Some(0) if address.net.addr().is_ipv4() => all.push("deprecated".to_owned()),
        Some(0) => all.extend(["deprecated".to_owned(), "preferred_lft 0sec".to_owned()]),
        None | Some(_) => {}
    }
    Done::Exactly(all, format!("ip address show dev {}", quote(name)))
}

/// An address as the C library prints it: one of which only the last 32 bits are set, and more than 16 of them, as one of IPv4
/// behind `::` (`inet_ntop()`).
pub(super) fn ipv6(address: Ipv6Addr) -> String {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
            format!("::{}", Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
        }
        _ => address.to_string(),
    }
}

/// The scope that ip gives an address of IPv4 (`default_scope()` of ipaddress.c); of IPv6, the kernel knows it by the address.
fn usual_scope(address: &Address) -> &'static str {
    if address.net.addr().is_loopback() { "host" } else { "global" }
}

/// A route by the filters of `ip route show` (`iproute_list_flush_or_save()`), which leave out of the line what they ask for, and
/// by what is left on the line (`print_route()`).
pub(super) fn route(item: &Route, name: &str, family: &str) -> Done {
    let is_v6 = family == "-6";
    let table = match (&item.table, table(item)) {
        (Some(at), _) => at.value.get().to_string(),
        (None, number) => (if number == i64::from(LOCAL_TABLE) { "local" } else { "main" }).to_owned(),
    };
    let dst = item.dst.as_ref().map(|at| at.value).filter(|net| net.prefix_len() > 0);
    let exact = dst.map_or_else(|| "default".to_owned(), |net| net.trunc().to_string());
    let mut command = format!("ip {family} route show table {table} exact {exact}");
    let kind = item.route_type.as_ref().map(|at| at.value).filter(|kind| *kind != RouteType::Unicast);
    let mut words = vec![dst.map_or_else(|| "default".to_owned(), |net| host_or_net(net.trunc()))];
    if let Some(kind) = kind {
        let _ = write!(command, " type {}", kind.as_str());
        words[0] = format!("{} {}", kind.as_str(), words[0]);
    }
    // Which device a gateway is behind the kernel says where nobody else does.
    let mut is_open = item.nexthops.iter().any(|hop| hop.dev.is_none());
    if item.nexthops.is_empty() {
        if let Some(at) = &item.gateway {
            let other = at.value.is_ipv6() && !is_v6;
            let via = format!("via {}{}", if other { "inet6 " } else { "" }, at.value);
            let _ = write!(command, " {via}");
            // The filter of one family leaves a gateway of the other on the line.
            words.extend(other.then_some(via));
        }
        let own =
            item.dev.as_ref().map(|at| at.value.as_str()).or(Some(name).filter(|name| !name.is_empty()));
        match own.filter(|_| !item.is_without_device()) {
            Some(dev) => _ = write!(command, " dev {}", quote(dev)),
            None if item.is_without_device() => words.extend(is_v6.then(|| "dev lo".to_owned())),
            None => is_open = true,
        }
        words.extend(item.onlink.as_ref().filter(|at| at.value).map(|_| "onlink".to_owned()));
    }
    words.extend(item.nexthops.iter().map(next_hop));
    push(&mut command, "src", &item.src);
    match &item.metric {
        Some(at) => _ = write!(command, " metric {}", at.value.get()),
        // IP6_RT_PRIO_USER
        None => words.extend(is_v6.then(|| "metric 1024".to_owned())),
    }
    match &item.scope {
        Some(at) => _ = write!(command, " scope {}", at.value.get()),
        None => words.extend(route_scope(item).filter(|_| !is_v6).map(|scope| format!("scope {scope}"))),
    }
    if let Some(at) = &item.tos {
        let _ = write!(command, " tos {:#x}", at.value.get());
    }
    match &item.protocol {
        Some(at) => _ = write!(command, " proto {}", quote(&at.value.to_string())),
        None => command.push_str(" proto boot"),
    }
    words.extend(item.from.as_ref().map(|at| format!("from {}", host_or_net(at.value.into()))));
    words.extend(item.realms.as_ref().map(|at| {
        let realms = at.value.to_string();
        format!("{} {realms}", if realms.contains('/') { "realms" } else { "realm" })
    }));
    let metrics = [
        ("mtu", &item.mtu, &item.lock_mtu),
        ("advmss", &item.advmss, &item.lock_advmss),
        ("window", &item.window, &item.lock_window),
        ("cwnd", &item.cwnd, &item.lock_cwnd),
        ("initcwnd", &item.initcwnd, &item.lock_initcwnd),
        ("initrwnd", &item.initrwnd, &item.lock_initrwnd),
    ];
    words.extend(metrics.iter().filter_map(|(word, at, lock)| {
        let locked = lock.as_ref().is_some_and(|at| at.value);
        Some(format!("{word} {}{}", if locked { "lock " } else { "" }, at.as_ref()?.value.get()))
    }));
    // In the unit that ip chooses (`print_rta_metrics()`).
    words.extend(item.rto_min.as_ref().map(|at| match u32::try_from(at.value.get()) {
        Ok(ms @ 1000..) => format!("rto_min lock {}s", f64::from(ms) / 1000.0),
        Ok(_) | Err(_) => format!("rto_min lock {}ms", at.value.get()),
    }));
    words.extend(item.quickack.as_ref().map(|at| format!("quickack {}", u8::from(at.value))));
    words.extend(item.pref.as_ref().map(|at| format!("pref {}", at.value)));
    // How long it still has differs each time.
    words.extend(item.attributes.values().filter(|attribute| !attribute.starts_with("expires ")).cloned());
    if is_open { Done::Shows(words, command) } else { Done::Exactly(words, command) }
}

fn next_hop(hop: &NextHop) -> String {
    let mut words = "nexthop".to_owned();
    if let Some(at) = &hop.gateway {
        let _ = write!(words, " via {}", at.value);
    }
    if let Some(at) = &hop.dev {
        let weight = hop.weight.as_ref().map_or(1, |at| at.value.get());
        let _ = write!(words, " dev {} weight {weight}", at.value);
    }
    if hop.onlink.as_ref().is_some_and(|at| at.value) {
        words.push_str(" onlink");
    }
    words
}

/// A network as ip prints it: without its length where it is one address.
fn host_or_net(net: IpNet) -> String {
    if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
}

/// The scope that ip gives a route of IPv4, but for the widest, which it does not print (`iproute_modify()`).
fn route_scope(item: &Route) -> Option<&'static str> {
    match item.route_type.as_ref().map_or(RouteType::Unicast, |at| at.value) {
        RouteType::Local | RouteType::Nat => Some("host"),
        RouteType::Broadcast | RouteType::Multicast | RouteType::Anycast => Some("link"),
        RouteType::Unicast => (item.gateway.is_none() && item.nexthops.is_empty()).then_some("link"),
        RouteType::Blackhole | RouteType::Unreachable | RouteType::Prohibit | RouteType::Throw => None,
    }
}

/// The table of a route: the one that it names, else the one that ip chooses for its type (`iproute_modify()`).
pub(super) fn table(item: &Route) -> i64 {
    if let Some(at) = &item.table {
        return at.value.get();
    }
    match item.route_type.as_ref().map(|at| at.value) {
        Some(RouteType::Local | RouteType::Broadcast | RouteType::Anycast | RouteType::Nat) => {
            i64::from(LOCAL_TABLE)
        }
        Some(
            RouteType::Unicast
            | RouteType::Multicast
            | RouteType::Blackhole
            | RouteType::Unreachable
            | RouteType::Prohibit
            | RouteType::Throw,
        )
        | None => i64::from(MAIN_TABLE),
    }
}

/// A rule as `ip rule show` prints it (`print_rule()`); its table is asked for, as it may be printed by a name.
pub(super) fn rule(item: &Rule, priority: u32, family: &str) -> Done {
    let mut command = format!("ip {family} rule show priority {priority}");
    let is_not = item.not.as_ref().is_some_and(|at| at.value);
    let from = item.from.as_ref().map(|at| at.value).filter(|net| net.prefix_len() > 0);
    let from = from.map_or_else(|| "all".to_owned(), host_or_net);
    let mut words = vec![format!("{priority}:{} from {from}", if is_not { " not" } else { "" })];
    words.extend(item.to.as_ref().map(|at| format!("to {}", host_or_net(at.value))));
    words.extend(item.fwmark.as_ref().map(|mark| {
        let mask = item.fwmask.as_ref().map(|at| at.value.get()).filter(|mask| *mask != i64::from(u32::MAX));
        let mask = mask.map_or_else(String::new, |mask| format!("/{mask:#x}"));
        format!("fwmark {:#x}{mask}", mark.value.get())
    }));
    words.extend(item.iif.as_ref().map(|at| format!("iif {}", at.value)));
    words.extend(item.oif.as_ref().map(|at| format!("oif {}", at.value)));
    words.extend(item.uidrange.as_ref().map(|at| format!("uidrange {}", at.value)));
    let protocol = item.ipproto.as_ref().map(|at| at.value.get());
    let known = IP_PROTOCOLS.iter().find(|(_, number)| protocol == Some(i64::from(*number)));
    words.extend(known.map(|(name, _)| format!("ipproto {name}")));
    words.extend(item.sport.as_ref().map(|at| format!("sport {}", at.value)));
    words.extend(item.dport.as_ref().map(|at| format!("dport {}", at.value)));
    words.extend(item.tun_id.as_ref().map(|at| format!("tun_id {}", at.value)));
    words.extend(
        item.suppress_prefixlength.as_ref().map(|at| format!("suppress_prefixlength {}", at.value.get())),
    );
    words.extend(item.suppress_ifgroup.as_ref().map(|at| format!("suppress_ifgroup {}", at.value)));
    words.extend(item.realms.as_ref().map(|at| format!("realms {}", at.value)));
    words.extend(item.protocol.as_ref().map(|at| format!("proto {}", at.value)));
    words.extend(item.attributes.values().cloned());
    let is_l3mdev = item.l3mdev.as_ref().is_some_and(|at| at.value);
    match item.action.as_ref().map_or(RuleAction::Table, |at| at.value) {
        RuleAction::Table if is_l3mdev => words.push("lookup [l3mdev-table]".to_owned()),
        RuleAction::Table => {
            let table = item.table.as_ref().map_or(i64::from(MAIN_TABLE), |at| at.value.get());
            // For the table 0 the kernel takes one that has no routes (`fib_empty_table()`).
            if table != 0 {
                let _ = write!(command, " table {table}");
            }
        }
        RuleAction::Goto => words.extend(item.goto.as_ref().map(|at| format!("goto {}", at.value.get()))),
        action @ (RuleAction::Blackhole
        | RuleAction::Unreachable
        | RuleAction::Prohibit
        | RuleAction::Nop) => words.push(action.as_str().to_owned()),
    }
    // These ip prints by names that the host may give.
    let is_named = item.tos.is_some() || protocol.is_some() && known.is_none();
    if let Some(at) = &item.tos {
        let _ = write!(command, " tos {:#x}", at.value.get());
    }
    if is_named { Done::Shows(words, command) } else { Done::Exactly(words, command) }
}

/// A neighbour by `ip neigh show`.
pub(super) fn neighbor(item: &Neighbor, name: &str) -> Done {
    let dev = quote(item.dev.as_ref().map_or(name, |at| &at.value));
    let Some(dst) = item.dst.as_ref().map(|at| at.value) else { return Done::Unasked };
    if item.proxy.as_ref().is_some_and(|at| at.value) {
        return Done::Shows(vec![dst.to_string()], format!("ip neigh show proxy dev {dev}"));
    }
    let state = item.state.as_ref().map_or("permanent", |at| at.value.as_str());
    let words = item.lladdr.as_ref().map_or_else(String::new, |at| format!("lladdr {}", at.value));
    Done::Shows(vec![words], format!("ip neigh show to {dst} dev {dev} nud {state}"))
}

/// A forwarding entry as `bridge fdb show` prints it: `MAC dst IP vlan N port P vni V via D …` (`print_fdb()`).
pub(super) fn fdb(item: &FdbEntry, name: &str) -> Done {
    let Some(mac) = item.lladdr.as_ref().map(|at| at.value) else { return Done::Unasked };
    let mut words = mac.to_string();
    let mut add = |word: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(words, " {word} {value}");
        }
    };
    add("dst", item.dst.as_ref().map(|at| at.value.to_string()));
    add("vlan", item.vlan.as_ref().map(|at| at.value.get().to_string()));
    add("port", item.port.as_ref().map(|at| at.value.get().to_string()));
    add("vni", item.vni.as_ref().map(|at| at.value.get().to_string()));
    add("via", item.via.as_ref().map(|at| at.value.clone()));
    let dev = quote(item.dev.as_ref().map_or(name, |at| &at.value));
    let is_master = item.master.as_ref().is_some_and(|at| at.value);
    let mut all = vec![words, if is_master { "master" } else { "self" }.to_owned()];
    match item.state.as_ref().map_or(NeighborState::Permanent, |at| at.value) {
        state @ (NeighborState::Permanent | NeighborState::Static) => all.push(state.as_str().to_owned()),
        NeighborState::Noarp | NeighborState::Reachable | NeighborState::Stale | NeighborState::Dynamic => {}
    }
    Done::Shows(all, format!("bridge fdb show dev {dev}"))
}
