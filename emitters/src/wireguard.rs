//! WireGuard for programs that have wg(8) do it: what of its settings stands in the file, and why the rest does not; the routes
//! that NetworkManager adds by itself.

use crate::EmitContext;
use crate::text::wireguard::conf;
use ipnet::IpNet;
use netpivot_model::codes::Code;
use netpivot_model::defaults::Silence;
use netpivot_model::facts::effective;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::{EntryKind, Network, Owned};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::reflect::Said;
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{Int, Value};
use netpivot_model::wireguard::Wireguard;

/// The rule behind the routes.
const RULE: &str = "routes-of-peers";
/// NetworkManager's metric for devices of WireGuard (`nm_device_get_route_metric_default()`).
const METRIC: i64 = 50;

fn fact(id: LinkId, field: FieldPath) -> FactPath {
    FactPath { subject: Subject::Link(id), field }
}

/// The text of the file, with reasons for what it lacks; `None` where it would set nothing.
pub(crate) fn file(
    id: LinkId,
    wireguard: &Wireguard,
    code: &'static Code,
    cx: &mut EmitContext,
) -> Option<String> {
    let conf = conf(wireguard, cx.reveal_secrets);
    for (path, why) in &conf.unsaid {
        cx.cannot(fact(id, *path), code, format!("`{path}` {why}"), None);
    }
    let own = (&wireguard.private_key_flags, FieldPath::parse("wireguard.private_key_flags"));
    let of_peers = (0..).zip(&wireguard.peers).map(|(index, peer)| {
        let mut path = FieldPath::parse("wireguard.peers.preshared_key_flags");
        path.index = index;
        (&peer.preshared_key_flags, path)
    });
    for (flags, path) in std::iter::once(own).chain(of_peers) {
        match flags {
            // The file holds the key, as the profile does.
            Some(at) if at.value.get() == 0 => cx.otherwise(fact(id, path), "keys-in-the-file"),
            Some(_) => cx.cannot(
                fact(id, path),
                code,
                "wg(8) has keys from its file alone",
                Some("write the key into the file".to_owned()),
            ),
            None => {}
        }
    }
    (!conf.is_empty()).then_some(conf.text)
}

/// Gives each link whose peers have routes by themselves (`wireguard.peer-routes` of NetworkManager) those routes
/// (`_get_dev2_ip_config()` of nm-device-wireguard.c).
pub(crate) fn spell_out_routes(network: &mut Network, code: &'static Code, cx: &mut EmitContext) {
    const FIELD: FieldPath = FieldPath::new(["wireguard", "peer_routes", ""]);
    let mut routes: Vec<Owned<Route>> = Vec::new();
    for (id, link) in network.links() {
        let LinkKind::Wireguard(wireguard) = &link.kind.value else { continue };
        if effective(network, id, FIELD) != Silence::Value(Value::Bool(true)) {
            lose_automatism(id, wireguard, code, cx);
            continue;
        }
        let mut is_whole = true;
        let networks = wireguard.peers.iter().flat_map(|peer| &peer.allowed_ips.items);
        for at in networks {
            let net = at.value.trunc();
            let v6 = net.addr().is_ipv6();
            let config = if v6 { link.ipv6.as_deref() } else { link.ipv4.as_deref() };
            let is_never = config.and_then(|config| config.never_default.as_ref()).is_some_and(|at| at.value);
            let automatism =
                if v6 { &wireguard.ip6_auto_default_route } else { &wireguard.ip4_auto_default_route };
            let is_automatic = automatism.as_ref().is_none_or(|at| at.value.get() != 0);
            match net.prefix_len() {
                0 if is_never => continue,
                0 if is_automatic => {
                    is_whole = false;
                    continue;
                }
                _ => {}
            }
            let is_known = |entry: &Owned<Route>| {
                let dst = entry.item.dst.as_ref().map(|at| at.value.trunc());
                entry.owner == Some(id) && dst == Some(net)
            };
            // The kernel's own for an address.
            let mut addresses = config.into_iter().flat_map(|config| config.addresses.values());
            let is_connected =
                addresses.any(|address| address.net.trunc() == net && !address.flags.noprefixroute);
            if is_connected
                || !is_spoken(network, id, v6)
                || network.routes.iter().chain(&routes).any(is_known)
            {
                continue;
            }
            let because = Origin::derived(RULE, at.origin.spans().to_vec());
            let said = |number: Option<i64>| number.and_then(Int::new).map(|n| At::new(n, because.clone()));
            let metric = config.and_then(|config| config.route_metric.as_ref()).map(|at| at.value.get());
            let table = config.and_then(|config| config.route_table.as_ref()).map(|at| at.value.get());
            let item = Route {
                dst: Some(At::new(net, because.clone())),
                metric: said(Some(metric.filter(|n| *n >= 0).unwrap_or(METRIC))),
                table: said(table.filter(|n| *n > 0)),
                ..Route::default()
            };
            routes.push(Owned { owner: Some(id), item });
            cx.added_entry(EntryKind::Route, Some(id), net.to_string(), RULE);
        }
        if is_whole {
            cx.otherwise(fact(id, FIELD), RULE);
            lose_automatism(id, wireguard, code, cx);
        } else {
            let text = format!(
                "NetworkManager sends all traffic by `{}`, by a default route in a table of its own and two rules; nothing else \
                 makes them",
                link.label()
            );
            let help = "add the route with `table`, and the rules, as wg-quick(8) does".to_owned();
            for field in ["peer_routes", "ip4_auto_default_route", "ip6_auto_default_route"] {
                cx.cannot(
                    fact(id, FieldPath::new(["wireguard", field, ""])),
                    code,
                    text.clone(),
                    help.clone(),
                );
            }
        }
    }
    network.routes.append(&mut routes);
}

/// False where the link has nothing of the family.
fn is_spoken(network: &Network, id: LinkId, v6: bool) -> bool {
    let method = effective(network, id, FieldPath::parse(if v6 { "ipv6.method" } else { "ipv4.method" }));
    ![IpMethod::Disabled, IpMethod::Ignore]
        .iter()
        .any(|none| method == Silence::Value(Value::text(none.as_str())))
}

/// The automatism for default routes where it has nothing to do.
fn lose_automatism(id: LinkId, wireguard: &Wireguard, code: &'static Code, cx: &mut EmitContext) {
    let has_default = |v6: bool| {
        let networks = || wireguard.peers.iter().flat_map(|peer| peer.allowed_ips.values());
        networks().any(|net: &IpNet| net.prefix_len() == 0 && net.addr().is_ipv6() == v6)
    };
    let families: [(&Said<Int<-1, 1>>, &'static str, bool); 2] = [
        (&wireguard.ip4_auto_default_route, "wireguard.ip4_auto_default_route", false),
        (&wireguard.ip6_auto_default_route, "wireguard.ip6_auto_default_route", true),
    ];
    for (said, path, v6) in families {
        let Some(at) = said else { continue };
        if at.value.get() == 1 && has_default(v6) {
            let text = format!("no program but NetworkManager does what `{path}` says");
            cx.cannot(fact(id, FieldPath::parse(path)), code, text, None);
        } else {
            cx.otherwise(fact(id, FieldPath::parse(path)), "no-default-route-of-peers");
        }
    }
}
