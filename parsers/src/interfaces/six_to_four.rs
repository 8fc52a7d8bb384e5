//! The method `6to4` (inet6.defn): a sit tunnel to anywhere whose address is made of the local IPv4 address.

use super::build::Builder;
use super::document::Stanza;
use super::kind::canonical;
use ipnet::{IpNet, Ipv6Net};
use netpivot_model::ip::{Address, IpMethod};
use netpivot_model::link::LinkId;
use netpivot_model::network::Owned;
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::U32;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The IPv6 internet, and the relay that leads there (RFC 3068).
const INTERNET: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);
const RELAY: Ipv6Addr = Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0xc058, 0x6301);

impl Builder<'_> {
    /// `ip addr add 2002:HEX::1/16` and `ip route add 2000::/3 via ::192.88.99.1`.
    pub(super) fn six_to_four(&mut self, link: LinkId, stanza: &Stanza) {
        let named = |name: &str| stanza.options.iter().find(|o| canonical(o, self.reader) == name);
        // A value that is no address is refused where the tunnel's own settings are read.
        let Some(option) = named("local") else { return };
        let Ok(local) = option.value.text.parse::<Ipv4Addr>() else { return };
        let metric = named("metric").and_then(|option| {
            let number = option.value.text.trim().parse().ok().and_then(U32::new)?;
            Some(At::new(number, option.span))
        });
        let [a, b, c, d] = local.octets();
        let words = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
        let own = Ipv6Addr::new(0x2002, words[0], words[1], 0, 0, 0, 0, 1);
        let origin = || Origin::derived("6to4-of-local", [option.span]);
        let config = self.config(link, true);
        if let Ok(net) = IpNet::new(IpAddr::V6(own), 16) {
            config.addresses.push(Address::new(net), origin());
            config.method = Some(At { value: IpMethod::Manual, origin: origin() });
        }
        let Ok(internet) = Ipv6Net::new(INTERNET, 3) else { return };
        let route = Route {
            dst: Some(At { value: IpNet::V6(internet), origin: origin() }),
            gateway: Some(At { value: IpAddr::V6(RELAY), origin: origin() }),
            metric,
            ..Route::default()
        };
        self.network.routes.push(Owned { owner: Some(link), item: route });
    }
}
