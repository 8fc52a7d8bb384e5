//! What a capture has beside iproute2's words: kernel settings, who set a hardware address, keys of WireGuard, and what
//! could not be read.

use super::Reading;
use super::route::set;
use super::snapshot::{Ipv6Settings, LinkState, Snapshot};
use netpivot_model::codes::netlink as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::network::{Network, Owned};
use netpivot_model::reflect::Sub;
use netpivot_model::secret::HIDDEN;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::Value;
use netpivot_model::wireguard::Peer;
use serde_json::Value as Json;

/// NET_ADDR_SET: somebody set the address (include/uapi/linux/netdevice.h).
const SET: u32 = 3;
/// Below it a link speaks no IPv6 (include/net/ipv6.h).
const IPV6_MIN_MTU: i64 = 1280;

impl Reading<'_> {
    /// The settings of the namespace, and what the capture lacks. A router's settings are off where nobody set them.
    pub(super) fn namespace_settings(&mut self, snapshot: &Snapshot, network: &mut Network) {
        let counts = |value: &str| value != "0" || self.keep.usual;
        for (key, value) in snapshot.sysctls.iter().filter(|(_, value)| counts(&value.item)) {
            let mut item = Sysctl::default();
            set(&mut item, "key", &Value::text(key.clone()), value.span);
            set(&mut item, "value", &Value::text(value.item.clone()), value.span);
            network.sysctls.push(Owned { owner: None, item });
        }
        for unseen in &snapshot.unseen {
            let message = format!("the capture lacks something: {}", unseen.item);
            let help = "capture again with the rights and in the namespace that it needs, or set it up by other means";
            self.cx.report(Diagnostic::new(&codes::NOT_CAPTURED, message).at(unseen.span).help(help));
        }
    }

    /// The settings of a link beside those that iproute2 prints.
    pub(super) fn link_settings(
        &mut self,
        link: &mut Link,
        snapshot: &Snapshot,
        state: &LinkState,
        span: Span,
    ) {
        if let Some(alias) = &state.ifalias {
            link.alias = Some(At::new(alias.clone(), span));
        }
        let info = state.linkinfo.as_ref();
        let taken_from_controller = info.and_then(|info| info.info_slave_kind.as_deref());
        let keeps_own = !matches!(taken_from_controller, Some("bond" | "team"));
        if let (Some(SET), true, Some(address)) = (state.addr_assign_type, keeps_own, &state.address) {
            self.say(link, "mac", Some(Value::text(address.clone())), span);
        }
        self.wireguard(link, state, span);
        if matches!(link.kind.value, LinkKind::Loopback(_)) || link.is_addressless_port() {
            return;
        }
        if let Some(token) = &state.inet6_token {
            link.ipv6.get_or_insert_default();
            self.say(link, "ipv6.token", Some(Value::text(token.clone())), span);
        }
        let router =
            |key: &str| snapshot.sysctls.iter().any(|(name, value)| name == key && value.item != "0");
        let forwards = state.ipv4_forwarding.map(|on| on != 0);
        if let Some(on) = forwards.filter(|on| *on != router("net.ipv4.ip_forward")) {
            put(&mut link.ipv4, "forwarding", Value::Int(on.into()), span);
        }
        if let Some(settings) = &state.ipv6 {
            ipv6(link, state, settings, router("net.ipv6.conf.all.forwarding"), span);
        }
    }

    /// The settings and peers of a WireGuard link. A capture that was printed without its secrets has none.
    fn wireguard(&mut self, link: &mut Link, state: &LinkState, span: Span) {
        let LinkKind::Wireguard(wireguard) = &mut link.kind.value else { return };
        let Some(info) = &state.linkinfo else { return };
        let mut hidden = false;
        for (name, key) in
            [("private_key", "private_key"), ("listen_port", "listen_port"), ("fwmark", "fwmark")]
        {
            match info.info_data.get(key).and_then(value) {
                Some(found) if found.as_text() == Some(HIDDEN) => hidden = true,
                Some(found) if found != Value::Int(0) => drop(set(&mut **wireguard, name, &found, span)),
                Some(_) | None => {}
            }
        }
        for json in info.info_data.get("peers").and_then(Json::as_array).into_iter().flatten() {
            let mut peer = Peer::default();
            for name in ["public_key", "preshared_key", "endpoint", "persistent_keepalive", "allowed_ips"] {
                match json.get(name).and_then(value) {
                    Some(found) if found.as_text() == Some(HIDDEN) => hidden = true,
                    Some(found) => drop(set(&mut peer, name, &found, span)),
                    None => {}
                }
            }
            wireguard.peers.push(peer);
        }
        if hidden {
            let message =
                format!("the capture lacks something: the keys of `{}` are hidden in it", state.ifname);
            let help = "write it with `netpivot capture -o FILE`, which only its owner can read";
            self.cx.report(Diagnostic::new(&codes::NOT_CAPTURED, message).at(span).help(help));
        }
    }
}

fn value(json: &Json) -> Option<Value> {
    match json {
        Json::String(text) => Some(Value::text(text.clone())),
        Json::Number(number) => number.as_i64().map(Value::Int),
        Json::Array(items) => items.iter().map(value).collect::<Option<_>>().map(Value::List),
        Json::Null | Json::Bool(_) | Json::Object(_) => None,
    }
}

/// What differs from the kernel's own values (net/ipv6/addrconf.c:ipv6_devconf).
fn ipv6(link: &mut Link, state: &LinkState, settings: &Ipv6Settings, router: bool, span: Span) {
    let has_addresses = link.ipv6.as_ref().is_some_and(|config| config.addresses.is_said());
    let method = link.ipv6.as_ref().and_then(|config| config.method.as_ref()).map(|at| at.value);
    if settings.disable_ipv6 == Some(1) && !has_addresses && method.is_none() {
        let config = link.ipv6.get_or_insert_default();
        config.method = Some(At::new(IpMethod::Disabled, Origin::at(span)));
        return;
    }
    // NetworkManager and systemd-networkd make the addresses themselves, and set the others for it.
    if state.inet6_addr_gen_mode.as_deref() == Some("none") {
        return;
    }
    let is_auto = method == Some(IpMethod::Auto);
    // A router may tell another one; else it is the link's (addrconf_notify()).
    let own_mtu = settings.mtu.map(i64::from).filter(|mtu| Some(*mtu) < state.mtu);
    if let Some(mtu) = own_mtu.filter(|mtu| !is_auto && *mtu >= IPV6_MIN_MTU) {
        put(&mut link.ipv6, "mtu", Value::Int(mtu), span);
    }
    match settings.accept_ra {
        Some(hears @ (0 | 2)) if !is_auto || hears == 2 => {
            put(&mut link.ipv6, "accept_ra", Value::Int(hears.into()), span);
        }
        Some(_) | None => {}
    }
    if settings.autoconf == Some(0) && !is_auto {
        put(&mut link.ipv6, "autoconf", Value::Bool(false), span);
    }
    if let (Some(kind @ (1 | 2)), true) = (settings.use_tempaddr, is_auto) {
        put(&mut link.ipv6, "ip6_privacy", Value::Int(kind.into()), span);
    }
    if let Some(on) = settings.forwarding.map(|on| on != 0).filter(|on| *on != router) {
        put(&mut link.ipv6, "forwarding", Value::Int(on.into()), span);
    }
}

fn put(config: &mut Sub<IpConfig>, name: &str, value: Value, span: Span) {
    set(&mut **config.get_or_insert_default(), name, &value, span);
}
