//! The routes of DHCP leases: dhclient's script adds them without a mark, but its lease files tell of them.

use foldhash::HashSet;
use ipnet::{IpNet, Ipv4Net};
use netpivot_parsers::Tree;
use std::net::{IpAddr, Ipv4Addr};

/// Where dhclient keeps leases: Debian, RHEL, ifupdown's own.
const FOLDERS: [&str; 3] = ["/var/lib/dhcp", "/var/lib/dhclient", "/var/lib/NetworkManager"];
/// Classless static routes (RFC 3442), and Microsoft's number for the same, as dhclient.leases(5) names them.
const OPTIONS: [&str; 3] = [
    "option rfc3442-classless-static-routes ",
    "option classless-static-routes ",
    "option ms-classless-static-routes ",
];
/// A lease file grows until the client is started again.
const MOST: u64 = 1 << 20;

/// What a host's lease files tell: routes with their gateways.
#[derive(Debug, Default)]
pub struct Leases(HashSet<(IpNet, IpAddr)>);

impl Leases {
    /// Those in a host's tree.
    #[must_use]
    pub fn read(tree: &dyn Tree) -> Self {
        let mut routes = HashSet::default();
        for folder in FOLDERS {
            for entry in tree.list(folder).unwrap_or_default() {
                if !entry.name.contains("lease") {
                    continue;
                }
                let Ok(bytes) = tree.read(&format!("{folder}/{}", entry.name), MOST) else { continue };
                for line in String::from_utf8_lossy(&bytes).lines() {
                    let line = line.trim();
                    let said = OPTIONS.iter().find_map(|option| line.strip_prefix(option));
                    routes.extend(said.into_iter().flat_map(|text| classless(text.trim_end_matches(';'))));
                }
            }
        }
        Leases(routes)
    }

    pub(super) fn has(&self, dst: IpNet, hops: &[IpAddr]) -> bool {
        matches!(hops, [gateway] if self.0.contains(&(dst.trunc(), *gateway)))
    }
}

/// `16,172,30,203,0,113,9`: the length of a prefix, as many of its octets as that needs, the gateway.
fn classless(text: &str) -> Vec<(IpNet, IpAddr)> {
    let octets: Option<Vec<u8>> = text.split(',').map(|octet| octet.trim().parse().ok()).collect();
    let octets = octets.unwrap_or_default();
    let mut rest = octets.as_slice();
    let mut routes = Vec::new();
    while let Some((length, after)) = rest.split_first() {
        let said = usize::from(length.div_ceil(8));
        let (Some(prefix), Some(gateway)) = (after.get(..said.min(4)), after.get(said..said + 4)) else {
            break;
        };
        let mut dst = [0; 4];
        dst[..prefix.len()].copy_from_slice(prefix);
        let Ok(net) = Ipv4Net::new(Ipv4Addr::from(dst), *length) else { break };
        let gateway = Ipv4Addr::new(gateway[0], gateway[1], gateway[2], gateway[3]);
        routes.push((IpNet::V4(net.trunc()), IpAddr::V4(gateway)));
        rest = &after[said + 4..];
    }
    routes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_of_a_lease_are_read() {
        let route =
            |dst: &str, gateway: &str| (dst.parse::<IpNet>().unwrap(), gateway.parse::<IpAddr>().unwrap());
        let both = [route("172.30.0.0/16", "203.0.113.9"), route("0.0.0.0/0", "203.0.113.1")];
        assert_eq!(classless("16,172,30,203,0,113,9,0,203,0,113,1"), both);
        assert_eq!(classless("32,10,0,0,1,203,0,113"), []);
        assert_eq!(classless("250,1,2,3,4,5,6,7,8"), []);
        assert_eq!(classless("nonsense"), []);
    }
}
