//! How iproute2 shows what is there already: the command that lists it, and the words that it prints.

use super::script::Done;
use crate::text::ip::kind::type_word;
use crate::text::shell::quote;
use netpivot_model::ip::Address;
use netpivot_model::link::Link;
use netpivot_model::neighbor::{FdbEntry, Neighbor};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Said;
use netpivot_model::route::{Route, RouteType};
use netpivot_model::rule::{Rule, RuleAction};
use std::fmt::{Display, Write as _};

fn push(out: &mut String, word: &str, said: &Said<impl Display>) {
    if let Some(at) = said {
        let _ = write!(out, " {word} {}", quote(&at.value.to_string()));
    }
}

/// A link by its kind, and the number that tells it from another of its name.
pub(super) fn link(link: &Link, name: &str) -> Done {
    let number = ["vlan.id", "vxlan.id", "geneve.id", "vrf.table"].into_iter().find_map(|text| {
        let value = link.leaf(FieldPath::parse(text))?.value()?;
        Some(format!("{} {value}", text.rsplit('.').next()?))
    });
    let kind = type_word(link).unwrap_or_default();
    Done::Shows(vec![number.unwrap_or_default()], format!("ip -d link show dev {} type {kind}", quote(name)))
}

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
    let mut all = vec![words];
    all.extend(address.label.clone());
    // The kernel forgets it once the address is known to be nobody else's (`addrconf_dad_completed()`).
    all.extend(address.flags.words().filter(|word| *word != "optimistic").map(str::to_owned));
    Done::Shows(all, format!("ip address show dev {}", quote(name)))
}

/// A route by the filters of `ip route show` (`iproute_list_flush_or_save()`), and the words of what none of them sees.
pub(super) fn route(item: &Route, name: &str, family: &str) -> Done {
    let usual = || usual_table(item).to_owned();
    let table = item.table.as_ref().map_or_else(usual, |at| at.value.get().to_string());
    let dst = item.dst.as_ref().map(|at| at.value).filter(|net| net.prefix_len() > 0);
    let dst = dst.map_or_else(|| "default".to_owned(), |net| net.trunc().to_string());
    let mut command = format!("ip {family} route show table {table} exact {dst}");
    let kind = item.route_type.as_ref().map(|at| at.value).filter(|kind| *kind != RouteType::Unicast);
    if let Some(kind) = kind {
        let _ = write!(command, " type {}", kind.as_str());
    }
    let mut words = Vec::new();
    if item.nexthops.is_empty() {
        if let Some(at) = &item.gateway {
            let other = at.value.is_ipv6() && family == "-4";
            let _ = write!(command, " via {}{}", if other { "inet6 " } else { "" }, at.value);
        }
        let own =
            item.dev.as_ref().map(|at| at.value.as_str()).or(Some(name).filter(|name| !name.is_empty()));
        if let Some(dev) = own.filter(|_| !item.is_without_device()) {
            let _ = write!(command, " dev {}", quote(dev));
        }
        words.extend(item.onlink.as_ref().filter(|at| at.value).map(|_| "onlink".to_owned()));
    }
    for hop in &item.nexthops {
        let mut hop_words = "nexthop".to_owned();
        if let Some(at) = &hop.gateway {
            let _ = write!(hop_words, " via {}", at.value);
        }
        if let Some(at) = &hop.dev {
            let weight = hop.weight.as_ref().map_or(1, |at| at.value.get());
            let _ = write!(hop_words, " dev {} weight {weight}", at.value);
        }
        words.push(hop_words);
    }
    push(&mut command, "src", &item.src);
    let numbers = [
        ("metric", item.metric.as_ref().map(|at| at.value.get())),
        ("scope", item.scope.as_ref().map(|at| at.value.get())),
    ];
    for (word, number) in numbers {
        if let Some(number) = number {
            let _ = write!(command, " {word} {number}");
        }
    }
    if let Some(at) = &item.tos {
        let _ = write!(command, " tos {:#x}", at.value.get());
    }
    match &item.protocol {
        Some(at) => _ = write!(command, " proto {}", quote(&at.value.to_string())),
        None => command.push_str(" proto boot"),
    }
    if let Some(at) = &item.mtu {
        let locked = item.lock_mtu.as_ref().is_some_and(|at| at.value);
        words.push(format!("mtu {}{}", if locked { "lock " } else { "" }, at.value.get()));
    }
    let metrics = [
        ("advmss", &item.advmss),
        ("window", &item.window),
        ("initcwnd", &item.initcwnd),
        ("initrwnd", &item.initrwnd),
    ];
    words
        .extend(metrics.iter().filter_map(|(word, at)| Some(format!("{word} {}", at.as_ref()?.value.get()))));
    words.extend(item.quickack.as_ref().map(|at| format!("quickack {}", u8::from(at.value))));
    words.extend(item.pref.as_ref().map(|at| format!("pref {}", at.value)));
    if words.is_empty() {
        words.push(String::new());
    }
    Done::Shows(words, command)
}

/// The table that ip chooses for a route of that type (`iproute_modify()`).
fn usual_table(item: &Route) -> &'static str {
    match item.route_type.as_ref().map(|at| at.value) {
        Some(RouteType::Local | RouteType::Broadcast | RouteType::Anycast | RouteType::Nat) => "local",
        Some(
            RouteType::Unicast
            | RouteType::Multicast
            | RouteType::Blackhole
            | RouteType::Unreachable
            | RouteType::Prohibit
            | RouteType::Throw,
        )
        | None => "main",
    }
}

/// A rule by the filters of `ip rule show` (`iprule_list_flush_or_save()`), and the words of what none of them sees.
pub(super) fn rule(item: &Rule, priority: u32, family: &str) -> Done {
    let mut command = format!("ip {family} rule show priority {priority}");
    push(&mut command, "from", &item.from);
    push(&mut command, "to", &item.to);
    push(&mut command, "iif", &item.iif);
    push(&mut command, "oif", &item.oif);
    if let Some(mark) = &item.fwmark {
        let mask = item.fwmask.as_ref().map_or_else(String::new, |at| format!("/{:#x}", at.value.get()));
        let _ = write!(command, " fwmark {:#x}{mask}", mark.value.get());
    }
    if let Some(at) = &item.tos {
        let _ = write!(command, " tos {:#x}", at.value.get());
    }
    push(&mut command, "uidrange", &item.uidrange);
    if let Some(at) = &item.table {
        let _ = write!(command, " table {}", at.value.get());
    }
    let mut words = Vec::new();
    words.extend(item.not.as_ref().filter(|at| at.value).map(|_| "not from".to_owned()));
    let protocols = [(1, "icmp"), (6, "tcp"), (17, "udp"), (58, "ipv6-icmp"), (132, "sctp")];
    let protocol = item.ipproto.as_ref().map(|at| at.value.get());
    words.extend(
        protocols.iter().filter(|(n, _)| protocol == Some(*n)).map(|(_, name)| format!("ipproto {name}")),
    );
    words.extend(item.sport.as_ref().map(|at| format!("sport {}", at.value)));
    words.extend(item.dport.as_ref().map(|at| format!("dport {}", at.value)));
    words.extend(
        item.suppress_prefixlength.as_ref().map(|at| format!("suppress_prefixlength {}", at.value.get())),
    );
    words.extend(item.goto.as_ref().map(|at| format!("goto {}", at.value.get())));
    match item.action.as_ref().map(|at| at.value) {
        Some(
            action @ (RuleAction::Blackhole
            | RuleAction::Unreachable
            | RuleAction::Prohibit
            | RuleAction::Nop),
        ) => {
            words.push(action.as_str().to_owned());
        }
        Some(RuleAction::Table | RuleAction::Goto) | None => {}
    }
    if words.is_empty() {
        words.push(String::new());
    }
    Done::Shows(words, command)
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
    Done::Shows(vec![words], format!("bridge fdb show dev {dev}"))
}
