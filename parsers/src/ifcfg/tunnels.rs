//! IP tunnels: GRE, GRE6, IPIP, IPIP6 and sit, which only initscripts make (ifcfg.md 3.9, trap 28).
//!
//! `ifup-tunnel` and `ifup-sit` hand the keys to `ip tunnel add`, so a value that ip(8) refuses leaves the host
//! without the tunnel.

use super::account::{is_secret, shown_value};
use super::rows;
use super::vars::{Base, Rejected, Var, Vars, integer};
use crate::Context;
use ipnet::IpNet;
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::{Address, IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, TunnelKey};
use netpivot_model::virtual_link::{IpTunnel, TunnelMode};
use std::net::IpAddr;

/// The words of TYPE, what `ip tunnel` is told, and the device that the kernel keeps for itself.
const MODES: [(&str, TunnelMode, &str); 5] = [
    ("GRE", TunnelMode::Gre, "gre0"),
    ("GRE6", TunnelMode::Ip6Gre, "ip6gre0"),
    ("IPIP", TunnelMode::Ipip, "tunl0"),
    ("IPIP6", TunnelMode::IpIp6, "ip6tnl0"),
    ("sit", TunnelMode::Sit, "sit0"),
];

/// `net.ipv4.ip_default_ttl`, which `ifup-sit` asks the kernel for.
const DEFAULT_TTL: i64 = 64;

/// Reads the keys of the tunnel itself.
///
/// # Errors
/// initscripts or ip(8) make no tunnel of it.
pub fn read(vars: &Vars, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let typed = vars.text("TYPE");
    let found = typed.and_then(|var| MODES.iter().find(|(word, ..)| word.eq_ignore_ascii_case(var.value)));
    let (_, mode, kernels) = found.unwrap_or(&MODES[4]);
    if let Some(name) = link.name.as_ref().filter(|at| at.value == *kernels) {
        let reason = format!("`{kernels}` is the kernel's own tunnel device, which initscripts leave alone");
        return Err(Rejected { reason, span: name.origin.span() });
    }
    let origin =
        typed.or(vars.text("IPV6TUNNELIPV4")).map_or_else(Origin::default_value, |var| var.span.into());
    let v6 = matches!(mode, TunnelMode::Ip6Gre | TunnelMode::IpIp6);
    let mut tunnel = IpTunnel { mode: Some(At::new(*mode, origin)), ..IpTunnel::default() };
    if *mode == TunnelMode::Sit {
        tunnel.remote = outer("IPV6TUNNELIPV4", v6, vars)?;
        tunnel.local = outer("IPV6TUNNELIPV4LOCAL", v6, vars)?;
        let spans = tunnel.remote.iter().filter_map(|at| at.origin.span());
        tunnel.ttl = Int::new(DEFAULT_TTL).map(|ttl| At::new(ttl, Origin::derived("ip-default-ttl", spans)));
    } else {
        tunnel.remote = outer("PEER_OUTER_IPADDR", v6, vars)?;
        tunnel.local = outer("MY_OUTER_IPADDR", v6, vars)?;
        numbers(*mode, vars, &mut tunnel)?;
    }
    if tunnel.remote.is_none() {
        let key = if *mode == TunnelMode::Sit { "IPV6TUNNELIPV4" } else { "PEER_OUTER_IPADDR" };
        cx.report(rows::missing(key, "the tunnel has no other end, which a profile must name", vars));
    }
    if let LinkKind::IpTunnel(own) = &mut link.kind.value {
        **own = tunnel;
    }
    Ok(())
}

fn refuse(key: &str, var: Var<'_>, expected: &str) -> Rejected {
    let value = shown_value(var.value, is_secret(key));
    Rejected::at(format!("`{key}={value}` is not {expected}, so ip(8) makes no tunnel"), var.span)
}

/// The tunnel is there without the address.
fn left_out(key: &str, var: Var<'_>, expected: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::BAD_SETTING,
        format!("`{key}={}` is not {expected}; ip(8) refuses it, so the tunnel is without it", var.value),
    )
    .at(var.span)
    .help(format!("give `{key}` {expected}"))
}

/// An end of the tunnel.
fn outer(key: &str, v6: bool, vars: &Vars) -> Result<Option<At<IpAddr>>, Rejected> {
    let Some(var) = vars.text(key) else { return Ok(None) };
    match var.value.parse::<IpAddr>().ok().filter(|ip| ip.is_ipv6() == v6) {
        Some(ip) => Ok(Some(At::new(ip, var.span))),
        None => Err(refuse(key, var, if v6 { "an IPv6 address" } else { "an IPv4 address" })),
    }
}

/// KEY (GRE only, both directions) and TTL.
fn numbers(mode: TunnelMode, vars: &Vars, tunnel: &mut IpTunnel) -> Result<(), Rejected> {
    if let Some(var) = vars.text("KEY") {
        let gre = matches!(mode, TunnelMode::Gre | TunnelMode::Ip6Gre);
        let Some(key) = var.value.parse::<TunnelKey>().ok().filter(|_| gre) else {
            return Err(refuse("KEY", var, "a number for a GRE tunnel"));
        };
        tunnel.ikey = Some(At::new(key, var.span));
        tunnel.okey = Some(At::new(key, var.span));
    }
    let Some(var) = vars.text("TTL") else { return Ok(()) };
    let ttl = if var.value == "inherit" { Some(0) } else { integer(var.value, Base::Auto) };
    let ttl = ttl.and_then(Int::new).ok_or_else(|| refuse("TTL", var, "a number from 0 to 255"))?;
    tunnel.ttl = Some(At::new(ttl, var.span));
    Ok(())
}

/// Adds the addresses inside the tunnel: MY_INNER_IPADDR, and PEER_INNER_IPADDR as its peer unless that is the
/// outer end, too. Only `ifup-tunnel` reads them, so a sit tunnel has none.
pub fn read_inner(vars: &Vars, link: &mut Link, cx: &mut Context) {
    let sit = matches!(&link.kind.value, LinkKind::IpTunnel(tunnel)
        if tunnel.mode.as_ref().is_some_and(|at| at.value == TunnelMode::Sit));
    let Some(var) = vars.text("MY_INNER_IPADDR").filter(|_| !sit) else { return };
    let Some(own) = net(var.value) else {
        return cx.report(left_out("MY_INNER_IPADDR", var, "an IP address"));
    };
    let mut spans: Vec<Span> = vec![var.span];
    let mut address = Address::new(own);
    let outer = vars.text("PEER_OUTER_IPADDR").map(|var| var.value);
    if let Some(peer) = vars.text("PEER_INNER_IPADDR").filter(|peer| Some(peer.value) != outer) {
        match net(peer.value).filter(|peer| peer.addr().is_ipv4() == own.addr().is_ipv4()) {
            Some(found) => {
                // With a peer the length is the peer's (ip-address(8)).
                address.net = IpNet::new(own.addr(), found.prefix_len()).unwrap_or(own);
                address.peer = Some(found.addr());
                spans.push(peer.span);
            }
            None => cx.report(left_out("PEER_INNER_IPADDR", peer, "an IP address of the same family")),
        }
    }
    let config: &mut IpConfig = match own {
        IpNet::V4(_) => link.ipv4.get_or_insert_default(),
        IpNet::V6(_) => link.ipv6.get_or_insert_default(),
    };
    if own.addr().is_ipv4() && config.method.as_ref().is_none_or(|at| at.value == IpMethod::Disabled) {
        let spans = config.method.iter().flat_map(|at| at.origin.spans()).copied();
        config.method = Some(At::new(IpMethod::Manual, Origin::said([var.span].into_iter().chain(spans))));
    }
    config.addresses.push(address, Origin::said(spans));
}

/// An address with its length, by default that of one host.
fn net(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{said, vars};
    use super::*;

    fn run(name: &str, text: &str) -> (Result<(), Rejected>, Vec<String>, Vec<String>) {
        let mut link = Link {
            name: Some(At::new(name.to_owned(), Origin::default_value())),
            kind: At::new(LinkKind::IpTunnel(Box::default()), Origin::default_value()),
            ..Link::default()
        };
        let mut cx = Context::default();
        let vars = vars(text);
        let result = read(&vars, &mut link, &mut cx);
        read_inner(&vars, &mut link, &mut cx);
        link.name = None;
        (result, said(&link), cx.diagnostics.into_iter().map(|d| d.message).collect())
    }

    #[test]
    fn a_gre_tunnel_has_keys_and_inner_addresses() {
        // `own-type-gre` of the corpus.
        let text = "TYPE=GRE\nMY_INNER_IPADDR=10.9.0.1\nMY_OUTER_IPADDR=192.0.2.1\nPEER_OUTER_IPADDR=192.0.2.2\n\
            PEER_INNER_IPADDR=10.9.0.2\nKEY=7\nTTL=64";
        let (_, facts, messages) = run("tun0", text);
        assert_eq!(messages, Vec::<String>::new());
        assert_eq!(
            facts,
            [
                "ip_tunnel.mode=gre",
                "ip_tunnel.local=192.0.2.1",
                "ip_tunnel.remote=192.0.2.2",
                "ip_tunnel.ttl=64",
                "ip_tunnel.ikey=7",
                "ip_tunnel.okey=7",
                "ipv4.method=manual",
                "ipv4.addresses=[10.9.0.1/32 peer 10.9.0.2]",
            ]
        );
    }

    #[test]
    fn a_peer_that_is_the_outer_end_is_none() {
        let text = "TYPE=IPIP\nMY_INNER_IPADDR=10.9.0.1/30\nPEER_OUTER_IPADDR=192.0.2.2\nPEER_INNER_IPADDR=192.0.2.2";
        let (_, facts, _) = run("tunl1", text);
        assert!(facts.contains(&"ipv4.addresses=[10.9.0.1/30]".to_owned()), "{facts:?}");
        assert!(facts.contains(&"ip_tunnel.mode=ipip".to_owned()));
    }

    #[test]
    fn sit_takes_the_default_ttl() {
        // `own-type-sit` and `test-sit-ignore` of the corpus: TYPE may be missing.
        let (_, facts, _) = run("sit1", "IPV6TUNNELIPV4=5.4.3.6\nIPV6TUNNELIPV4LOCAL=172.17.1.9");
        assert_eq!(
            facts,
            [
                "ip_tunnel.mode=sit",
                "ip_tunnel.local=172.17.1.9",
                "ip_tunnel.remote=5.4.3.6",
                "ip_tunnel.ttl=64"
            ]
        );
    }

    #[test]
    fn names_of_the_kernel_and_bad_values_are_refused() {
        assert!(run("gre0", "TYPE=GRE\nPEER_OUTER_IPADDR=192.0.2.2").0.is_err());
        for text in [
            "TYPE=GRE\nPEER_OUTER_IPADDR=gateway",
            "TYPE=GRE6\nPEER_OUTER_IPADDR=192.0.2.2",
            "TYPE=GRE\nPEER_OUTER_IPADDR=192.0.2.2\nTTL=many",
            "TYPE=GRE\nPEER_OUTER_IPADDR=192.0.2.2\nKEY=secret",
            "TYPE=IPIP\nPEER_OUTER_IPADDR=192.0.2.2\nKEY=7",
        ] {
            assert!(run("tun0", text).0.is_err(), "{text}");
        }
        assert!(run("tun0", "TYPE=GRE").2[0].contains("PEER_OUTER_IPADDR"));
        let inner = "TYPE=GRE\nPEER_OUTER_IPADDR=192.0.2.2\nMY_INNER_IPADDR=here";
        assert!(run("tun0", inner).2[0].contains("MY_INNER_IPADDR=here"));
    }
}
