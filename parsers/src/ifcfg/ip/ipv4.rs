//! IPv4: the method and what is read with it (`make_ip4_setting`, `ifup-eth`).

use super::addresses::{self, Numbered};
use super::{Reading, gateway};
use crate::Context;
use crate::ifcfg::tunnels;
use crate::ifcfg::vars::{Rejected, Var, boolean};
use netpivot_model::codes::{ifcfg as ifcfg_codes, ip as codes};
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::ip::{Address, IpMethod};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Count, Int};
use netpivot_model::vocabulary::ifcfg::rows::{
    IPV4_ACTIVE as ACTIVE, IPV4_ALWAYS as ALWAYS, IPV4_DHCP as DHCP, IPV4_TABLE as TABLE,
};

/// Reads IPv4 but for the name servers.
pub fn read(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Route>, Rejected> {
    if matches!(link.kind.value, LinkKind::IpTunnel(_)) && !r.is_nm() {
        tunnel(r, link, cx);
        return Ok(Vec::new());
    }
    let since = cx.diagnostics.len();
    let method = method(r, link, cx)?;
    r.store(ALWAYS, link, cx);
    route_table(r, link, cx);
    gateway::never_default(r, link, cx);
    metric(r, link, cx);
    if method == IpMethod::Disabled {
        report_disabled(r, link, since, cx);
        return Ok(Vec::new());
    }
    if r.is_nm() || method == IpMethod::Auto {
        dhcp(r, link, cx);
    } else {
        r.unread(
            DHCP.iter().filter(|row| row.initscripts).map(|row| row.key),
            &codes::METHOD_IGNORES,
            "initscripts read them with DHCP only",
            cx,
        );
    }
    r.store(ACTIVE, link, cx);
    duplicate_detection(r, link, cx);
    if !r.is_nm() && method == IpMethod::Auto {
        report_lease_only(r, since, cx);
        return Ok(Vec::new());
    }
    static_addresses(r, method, link, since, cx)
}

/// `ifup-tunnel` gives the tunnel MY_INNER_IPADDR, `ifup-sit` no IPv4 address at all; neither looks at the keys of a card.
/// The word of BOOTPROTO that says so is none that anybody needs to hear of.
fn tunnel(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    r.store(ALWAYS, link, cx);
    let idle = |var: &Var<'_>| matches!(var.value, "none" | "static");
    let method = r.text("BOOTPROTO").filter(idle);
    if let Some(var) = method {
        link.ipv4.get_or_insert_default().method = Some(At::new(IpMethod::Disabled, var.span));
    }
    tunnels::read_inner(&r.file.vars, link, cx);
    let stems = ["IPADDR", "PREFIX", "NETMASK", "BROADCAST", "GATEWAY"];
    let card = |name: &str| {
        ["NETWORK", "DEFROUTE", "METRIC", "ARPCHECK", "ARPING_WAIT", "SCOPE"].contains(&name)
            || name == "BOOTPROTO" && method.is_none()
            || stems.iter().any(|stem| addresses::number_of(name, stem).is_some())
            || DHCP.iter().any(|row| row.initscripts && row.key == name)
    };
    let there: Vec<(&str, Var<'_>)> = r
        .file
        .vars
        .names()
        .filter(|name| card(name))
        .filter_map(|name| r.text(name).map(|var| (name, var)))
        .collect();
    let why = "initscripts give a tunnel no IPv4 address but MY_INNER_IPADDR (GRE and IPIP), and no gateway";
    r.unread_vars(&there, &ifcfg_codes::NO_EFFECT, why, cx);
}

/// The rule files of a profile make NetworkManager drop its route table (5.4).
fn route_table(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    if !r.rule_files {
        r.store(TABLE, link, cx);
    } else if r.is_nm() {
        r.unread(
            ["IPV4_ROUTE_TABLE"],
            &codes::METHOD_IGNORES,
            "NetworkManager leaves the routes of a profile with rule files to its dispatcher script",
            cx,
        );
    }
}

/// The addresses with their gateway.
fn static_addresses(
    r: Reading<'_>,
    method: IpMethod,
    link: &mut Link,
    since: usize,
    cx: &mut Context,
) -> Result<Vec<Route>, Rejected> {
    let list = addresses::read(r, cx)?;
    if list.is_empty() && !r.is_nm() {
        // ip(8) has refused every address, so the host has none.
        if let Some(at) = link.ipv4.as_mut().and_then(|ipv4| ipv4.method.as_mut()) {
            at.value = IpMethod::Disabled;
        }
    }
    let mut used: Vec<Span> = list.iter().flat_map(|n| n.address.origin.spans()).copied().collect();
    if let (true, Some(first), IpMethod::Auto) = (r.is_nm(), list.first(), method) {
        cx.report(
            Diagnostic::new(
                &codes::READERS_DIFFER,
                format!(
                    "the address {} is set beside the one that DHCP gives; initscripts use the lease only",
                    first.address.value
                ),
            )
            .from(&first.address.origin)
            .help(r.other_reader()),
        );
    }
    let routes = gateway::read(r, &list, link, &mut used, cx)?;
    gateway::report_rest(r, &list, &used, since, cx);
    addresses::report_rest(
        r,
        &["IPADDR", "PREFIX", "NETMASK"],
        &used,
        (
            since,
            &codes::AFTER_GAP,
            "an address needs a valid IPADDR of its number, and from 2 on the numbers must have no gap",
        ),
        cx,
    );
    report_broadcasts(r, &list, cx);
    report_scope(r, &list, cx);
    store_addresses(r, method, list, link, cx);
    if routes.is_empty() {
        report_network(r, link, since, cx);
    }
    Ok(routes)
}

fn store_addresses(r: Reading<'_>, method: IpMethod, list: Vec<Numbered>, link: &mut Link, cx: &mut Context) {
    for (n, Numbered { suffix, address }) in list.into_iter().enumerate() {
        if method == IpMethod::Shared && n > 0 {
            // `nm-connection.c:_normalize_ip_config` keeps the first address of a shared link.
            cx.report(
                Diagnostic::new(
                    &codes::METHOD_IGNORES,
                    format!("{} is without effect: a shared interface has one address", address.value),
                )
                .from(&address.origin),
            );
            continue;
        }
        let mut item = Address::new(address.value.into());
        let mut origin = address.origin;
        attributes(r, &suffix, &mut item, &mut origin);
        link.ipv4.get_or_insert_default().addresses.push(item, origin);
    }
}

/// BROADCASTn and SCOPE, which initscripts pass to `ip addr add`. A PREFIX makes them compute the
/// broadcast address instead; one that is what they would compute is no attribute.
fn attributes(r: Reading<'_>, suffix: &str, item: &mut Address, origin: &mut Origin) {
    if r.is_nm() {
        return;
    }
    let broadcast =
        r.text(&format!("BROADCAST{suffix}")).filter(|_| r.text(&format!("PREFIX{suffix}")).is_none());
    if let Some((var, ip)) = broadcast.and_then(|var| var.value.parse().ok().map(|ip| (var, ip))) {
        item.broadcast = Some(ip).filter(|ip| *ip != item.net.broadcast());
        origin.merge(&var.span.into());
    }
    if let Some(var) = r.text("SCOPE")
        && let Some(whole) = scoped(item, var.value)
    {
        *item = whole;
        origin.merge(&var.span.into());
    }
}

/// The address with the words of SCOPE, which stand behind `ip addr add` (`ifup-eth`); `None` where they are none of
/// ip-address(8)'s. The length of a peer is the address's then, 32 where it has none.
fn scoped(item: &Address, words: &str) -> Option<Address> {
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    let peer = words.iter().position(|word| *word == "peer").and_then(|at| words.get(at + 1));
    let (length, words) = match peer {
        Some(peer) => {
            let (bare, length) = peer.split_once('/').unwrap_or((*peer, "32"));
            (length.parse().ok()?, words.join(" ").replacen(*peer, bare, 1))
        }
        None => (item.net.prefix_len(), words.join(" ")),
    };
    let said: Address = format!("{}/{length} {words}", item.net.addr()).parse().ok()?;
    Some(Address { broadcast: said.broadcast.or(item.broadcast), ..said })
}

/// Words of SCOPE that ip-address(8) does not know: it would add no address.
fn report_scope(r: Reading<'_>, list: &[Numbered], cx: &mut Context) {
    let Some((var, first)) = r.text("SCOPE").zip(list.first()).filter(|_| !r.is_nm()) else { return };
    if scoped(&Address::new(first.address.value.into()), var.value).is_none() {
        let message = format!("`SCOPE={}` is not what `ip addr add` takes, and is left out", var.value);
        let help = "write `scope NAME` or `peer ADDRESS`, or remove the line";
        cx.report(Diagnostic::new(&ifcfg_codes::BAD_VALUE, message).at(var.span).help(help));
    }
}

/// A PREFIX makes initscripts compute the broadcast address, so one that is written counts for nothing.
fn report_broadcasts(r: Reading<'_>, list: &[Numbered], cx: &mut Context) {
    if r.is_nm() {
        return;
    }
    for Numbered { suffix, .. } in list {
        let key = format!("BROADCAST{suffix}");
        let Some(var) = r.text(&key).filter(|_| r.text(&format!("PREFIX{suffix}")).is_some()) else {
            continue;
        };
        let message = format!(
            "`{key}={}` is without effect: initscripts compute the broadcast address of PREFIX{suffix}",
            var.value
        );
        cx.report(Diagnostic::new(&codes::METHOD_IGNORES, message).at(var.span).severity(Severity::Note));
    }
}

/// NETWORK serves initscripts to judge GATEWAY by and nothing else.
fn report_network(r: Reading<'_>, link: &Link, since: usize, cx: &mut Context) {
    let Some(var) = r.text("NETWORK").filter(|_| !r.is_nm()) else { return };
    let gateway = link.ipv4.as_ref().and_then(|ipv4| ipv4.gateway.as_ref());
    let used = gateway.is_some_and(|at| at.origin.spans().contains(&var.span))
        || cx.diagnostics[since..].iter().any(|d| d.labels.contains(&var.span));
    if !used && matches!(link.kind.value, LinkKind::Loopback(_)) {
        // The package's own file has it.
        let message = format!("`NETWORK={}` of the loopback device changes nothing", var.value);
        cx.report(Diagnostic::new(&codes::METHOD_IGNORES, message).at(var.span).severity(Severity::Note));
    } else if !used {
        r.unread(["NETWORK"], &codes::METHOD_IGNORES, "initscripts only judge GATEWAY by it", cx);
    }
}

/// Sets the method where the file says one and gives the one that counts.
fn method(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<IpMethod, Rejected> {
    let said = r.text("BOOTPROTO");
    let word = said.map_or("", |var| var.value);
    let fixed = first_address_key(r);
    let by_address = if fixed.is_some() { IpMethod::Manual } else { IpMethod::Disabled };
    let method = if r.is_nm() {
        match word.to_ascii_lowercase().as_str() {
            "" | "none" | "static" => by_address,
            "dhcp" | "bootp" => IpMethod::Auto,
            "autoip" => IpMethod::LinkLocal,
            "shared" => IpMethod::Shared,
            _ => {
                let reason = format!("`BOOTPROTO={word}` is not a method that it knows");
                return Err(Rejected { reason, span: said.map(|var| var.span) });
            }
        }
    } else if matches!(word, "dhcp" | "bootp") {
        IpMethod::Auto
    } else {
        by_address
    };
    if let Some(var) = said {
        report_word(r, var, method, cx);
    }
    let origin = match (said, fixed) {
        (Some(var), _) => Origin::at(var.span),
        (None, Some(span)) => Origin::derived("static-address", [span]),
        // Silence: IPv4 is off (`model/src/defaults/ifcfg.rs`).
        (None, None) => return Ok(method),
    };
    link.ipv4.get_or_insert_default().method = Some(At::new(method, origin));
    Ok(method)
}

/// The first of the keys that make a file static (`is_any_ip4_address_defined`); initscripts need an IPADDR.
fn first_address_key(r: Reading<'_>) -> Option<Span> {
    let stems: &[&str] = if r.is_nm() { &["IPADDR", "PREFIX", "NETMASK"] } else { &["IPADDR"] };
    ["", "0", "1", "2"]
        .iter()
        .flat_map(|suffix| stems.iter().map(move |stem| format!("{stem}{suffix}")))
        .find_map(|key| r.text(&key).map(|var| var.span))
}

/// Says where the other program takes the word differently, and that BOOTP is none.
fn report_word(r: Reading<'_>, var: Var<'_>, method: IpMethod, cx: &mut Context) {
    let word = var.value;
    let lower = word.to_ascii_lowercase();
    let exact = lower == word;
    match (lower.as_str(), r.is_nm()) {
        ("dhcp" | "bootp", true) if !exact => {
            r.differs(format!("`BOOTPROTO={word}` is DHCP; initscripts take only lower case for DHCP, anything else for static"), var, cx);
        }
        ("dhcp" | "bootp", false) if !exact => {
            r.differs(format!("`BOOTPROTO={word}` is static for initscripts, which take only lower case for DHCP; NetworkManager starts DHCP"), var, cx);
        }
        ("autoip" | "shared", true) => {
            r.differs(
                format!(
                    "`BOOTPROTO={word}` gives method {}; initscripts take it for static",
                    method.as_str()
                ),
                var,
                cx,
            );
        }
        ("none" | "static" | "", _) | ("dhcp", _) => {}
        ("bootp", _) => cx.report(
            Diagnostic::new(
                &codes::BOOTP,
                "`BOOTPROTO=bootp` is DHCP for both NetworkManager and initscripts",
            )
            .at(var.span),
        ),
        (_, _) => r.differs(
            format!("`BOOTPROTO={word}` is static for initscripts; NetworkManager refuses the file"),
            var,
            cx,
        ),
    }
}

/// METRIC: initscripts put it on the default route; NetworkManager knows IPV4_ROUTE_METRIC only.
fn metric(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    if r.is_nm() {
        other_reader(r, "METRIC", "the metric of the default route", "set IPV4_ROUTE_METRIC", cx);
    } else if let Some(at) = r.number("METRIC", (0, 4_294_967_295), cx) {
        link.ipv4.get_or_insert_default().route_metric = Int::new(at.value).map(|n| At::new(n, at.origin));
    }
}

/// Reports a key that only initscripts read.
pub(super) fn other_reader(r: Reading<'_>, key: &str, what: &str, cure: &str, cx: &mut Context) {
    if let Some(var) = r.text(key) {
        cx.report(
            Diagnostic::new(
                &codes::OTHER_READER,
                format!("`{key}={}` is without effect: NetworkManager does not read it; initscripts take it for {what}", var.value),
            )
            .at(var.span)
            .help(format!("{cure}, or {}", r.other_reader())),
        );
    }
}

fn dhcp(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    r.store(DHCP, link, cx);
    if let (false, Some(at)) = (r.is_nm(), persistent(r, "PERSISTENT_DHCLIENT", cx)) {
        link.ipv4.get_or_insert_default().dhcp_timeout = Some(at);
    }
    if let (false, Some(at)) = (r.is_nm(), r.boolean("NO_DHCP_HOSTNAME", cx)) {
        let value = Int::new(i64::from(!at.value)).map(|n| At::new(n, at.origin));
        link.nm.get_or_insert_default().hostname_from_dhcp = value;
    }
    let by_dhcpv6 = sent_by_dhcpv6(r, link);
    let Some(ipv4) = link.ipv4.as_deref_mut() else { return };
    if let Some(fqdn) = &ipv4.dhcp_fqdn
        && let Some(name) = ipv4.dhcp_hostname.take()
    {
        if by_dhcpv6 {
            return;
        }
        cx.report(
            Diagnostic::new(
                &codes::METHOD_IGNORES,
                format!(
                    "`DHCP_HOSTNAME={}` is without effect: DHCP_FQDN={} is sent instead",
                    name.value, fqdn.value
                ),
            )
            .from(&name.origin),
        );
    }
}

/// A DHCP client that tries for ever is one without a timeout; without the key it gives up after the first
/// attempt, as NetworkManager does.
pub(super) fn persistent(r: Reading<'_>, key: &str, cx: &mut Context) -> Option<At<Count>> {
    let at = r.boolean(key, cx)?;
    let seconds = if at.value { i64::from(i32::MAX) } else { 0 };
    Count::new(seconds).map(|n| At::new(n, at.origin))
}

/// True where DHCP_HOSTNAME has become the name that DHCPv6 sends.
fn sent_by_dhcpv6(r: Reading<'_>, link: &Link) -> bool {
    let name = link.ipv6.as_ref().and_then(|ip| ip.dhcp_hostname.as_ref());
    r.text("DHCP_HOSTNAME").is_some_and(|var| name.and_then(|at| at.origin.span()) == Some(var.span))
}

/// ACD_TIMEOUT (ms) wins over ARPING_WAIT (s) in NetworkManager; initscripts know ARPING_WAIT and ARPCHECK.
fn duplicate_detection(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    let mut set = |ms: i64, origin: Origin| {
        link.ipv4.get_or_insert_default().dad_timeout = Int::new(ms).map(|n| At::new(n, origin));
    };
    if !r.is_nm() {
        let wait = r.number("ARPING_WAIT", (0, 30), cx);
        match r.text("ARPCHECK").filter(|var| boolean(var.value, r.file.reader) == Some(false)) {
            Some(var) => {
                set(0, var.span.into());
                r.unread(["ARPING_WAIT"], &codes::METHOD_IGNORES, "ARPCHECK=no leaves the check out", cx);
            }
            None => {
                if let Some(at) = wait {
                    set(at.value * 1000, at.origin);
                }
                r.unread(["ARPCHECK"], &codes::METHOD_IGNORES, "the check for duplicates is the default", cx);
            }
        }
        return;
    }
    other_reader(
        r,
        "ARPCHECK",
        "whether an address is checked for duplicates",
        "set ACD_TIMEOUT=0 for no check",
        cx,
    );
    if let Some(at) = r.number("ACD_TIMEOUT", (-1, 30_000), cx) {
        set(at.value, at.origin);
        r.unread(["ARPING_WAIT"], &codes::METHOD_IGNORES, "ACD_TIMEOUT decides for NetworkManager", cx);
    } else if let Some(at) = r.number("ARPING_WAIT", (-1, 30), cx) {
        set(if at.value > 0 { at.value * 1000 } else { at.value }, at.origin);
    }
}

/// Reports what is not read while IPv4 is off (3.3, end).
fn report_disabled(r: Reading<'_>, link: &Link, since: usize, cx: &mut Context) {
    let why = "the file gives no IPv4 address and does not ask for DHCP, so IPv4 is off";
    let rows = DHCP.iter().chain(ACTIVE).filter(|row| r.is_nm() || row.initscripts).map(|row| row.key);
    let rows = rows.filter(|key| *key != "DHCP_HOSTNAME" || !sent_by_dhcpv6(r, link));
    r.unread(rows.chain(["ACD_TIMEOUT", "ARPING_WAIT"]), &codes::METHOD_IGNORES, why, cx);
    if r.is_nm() {
        r.unread(["SEARCH", "RES_OPTIONS"], &codes::METHOD_IGNORES, why, cx);
        other_reader(r, "ARPCHECK", "whether an address is checked for duplicates", "remove it", cx);
    }
    addresses::report_rest(
        r,
        &["IPADDR", "PREFIX", "NETMASK", "GATEWAY"],
        &[],
        (since, &codes::METHOD_IGNORES, why),
        cx,
    );
}

/// Reports the static addresses beside DHCP, which initscripts do not read.
fn report_lease_only(r: Reading<'_>, since: usize, cx: &mut Context) {
    let ignored = r.boolean("DHCLIENT_IGNORE_GATEWAY", cx).is_some_and(|at| at.value);
    if ignored || r.text("GATEWAY").is_none() {
        r.unread(
            ["GATEWAY", "DHCLIENT_IGNORE_GATEWAY"],
            &codes::GATEWAY_UNUSED,
            "the router that DHCP gives counts",
            cx,
        );
    } else if let Some(var) = r.text("GATEWAY").filter(|var| r.file.holds(var.span)) {
        r.unread(["DHCLIENT_IGNORE_GATEWAY"], &codes::METHOD_IGNORES, "it is the default", cx);
        cx.report(
            Diagnostic::new(
                &codes::GATEWAY_UNUSED,
                format!("`GATEWAY={}` stands in for the router that DHCP gives (dhclient-script); the output takes DHCP's", var.value),
            )
            .at(var.span)
            .severity(Severity::Loss)
            .help("add a default route with a lower metric to the profile if DHCP's router is wrong"),
        );
    }
    addresses::report_rest(
        r,
        &["IPADDR", "PREFIX", "NETMASK", "GATEWAY"],
        &[],
        (
            since,
            &codes::READERS_DIFFER,
            "initscripts use the address that DHCP gives only; NetworkManager would add it",
        ),
        cx,
    );
}
