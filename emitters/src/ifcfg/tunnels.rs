//! IP tunnels, which initscripts make of the outer and inner addresses (ifcfg.md 3.9).

use super::Job;
use super::kinds::{NoFile, no_file};
use super::profile::Profile;
use netpivot_model::virtual_link::{IpTunnel, TunnelMode};

/// TYPE of each mode, and the kernel's own device, which initscripts leave alone.
const MODES: [(TunnelMode, &str, &str); 5] = [
    (TunnelMode::Gre, "GRE", "gre0"),
    (TunnelMode::Ip6Gre, "GRE6", "ip6gre0"),
    (TunnelMode::Ipip, "IPIP", "tunl0"),
    (TunnelMode::IpIp6, "IPIP6", "ip6tnl0"),
    (TunnelMode::Sit, "sit", "sit0"),
];

impl Job<'_> {
    /// Writes the outside of a tunnel.
    pub(super) fn tunnel(&mut self, p: &mut Profile<'_>, tunnel: &IpTunnel) -> Result<(), NoFile> {
        let mode = tunnel.mode.as_ref().map(|at| at.value);
        let Some((_, word, kernels)) = MODES.iter().find(|(m, ..)| Some(*m) == mode) else {
            let mode = mode.map_or("no", TunnelMode::as_str);
            return Err(no_file(format!("initscripts make no tunnel of the mode {mode}")));
        };
        if p.device() == Some(kernels) {
            return Err(no_file(format!("initscripts leave `{kernels}`, the kernel's own device, alone")));
        }
        let v6 = matches!(mode, Some(TunnelMode::Ip6Gre | TunnelMode::IpIp6));
        let sit = mode == Some(TunnelMode::Sit);
        let ends = [&tunnel.local, &tunnel.remote].into_iter().flatten();
        if ends.into_iter().any(|at| at.value.is_ipv6() != v6) {
            return Err(no_file("the ends of the tunnel are of another family than its mode"));
        }
        p.file.set("TYPE", *word);
        p.done("ip_tunnel.mode");
        let (local, remote) = if sit {
            ("IPV6TUNNELIPV4LOCAL", "IPV6TUNNELIPV4")
        } else {
            ("MY_OUTER_IPADDR", "PEER_OUTER_IPADDR")
        };
        for (key, end, path) in
            [(local, &tunnel.local, "ip_tunnel.local"), (remote, &tunnel.remote, "ip_tunnel.remote")]
        {
            if let Some(at) = end {
                p.file.set(key, at.value.to_string());
                p.done(path);
            }
        }
        self.numbers(p, tunnel, sit);
        Ok(())
    }

    /// KEY, TTL. `ifup-sit` takes the kernel's default lifetime, 64.
    fn numbers(&mut self, p: &mut Profile<'_>, tunnel: &IpTunnel, sit: bool) {
        let ttl = tunnel.ttl.as_ref().map(|at| at.value.get());
        match (sit, ttl) {
            (true, Some(64)) => p.done("ip_tunnel.ttl"),
            (true, Some(_)) => {
                self.unsaid(
                    p,
                    "ip_tunnel.ttl",
                    "initscripts give a sit tunnel the kernel's default lifetime of 64 hops",
                );
            }
            (true, None) => self.otherwise(p, "ip_tunnel.ttl", "ip-default-ttl"),
            (false, Some(ttl)) => {
                p.file.set("TTL", if ttl == 0 { "inherit".to_owned() } else { ttl.to_string() });
                p.done("ip_tunnel.ttl");
            }
            (false, None) => {}
        }
        let gre =
            matches!(tunnel.mode.as_ref().map(|at| at.value), Some(TunnelMode::Gre | TunnelMode::Ip6Gre));
        let (input, output) = (&tunnel.ikey, &tunnel.okey);
        match (input, output) {
            (Some(a), Some(b)) if gre && a.value == b.value => {
                p.file.set("KEY", a.value.to_string());
                p.done("ip_tunnel.ikey");
                p.done("ip_tunnel.okey");
            }
            (None, None) => {}
            (Some(_), _) | (None, Some(_)) => {
                let why = "initscripts give a GRE tunnel one numeric key for both directions";
                self.unsaid(p, "ip_tunnel.ikey", why);
                self.unsaid(p, "ip_tunnel.okey", why);
            }
        }
    }
}
