//! Addresses: which were configured, and which a DHCP client, an advertisement or the kernel added
//! (netlink-ip.md section 3).

use super::Reading;
use super::snapshot::{AddressState, LinkState};
use ipnet::IpNet;
use netpivot_model::codes::netlink as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::{Address, AddressFlags, IpConfig, IpMethod};
use netpivot_model::link::Link;
use netpivot_model::source::{At, Origin, Span};
use std::net::IpAddr;

/// IFA_CACHEINFO's word for ever.
const FOREVER: u32 = u32::MAX;

/// Who gave a link its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giver {
    /// Somebody's configuration.
    Configuration,
    /// A DHCP client.
    Dhcp,
    /// Router advertisements.
    Advertisement,
    /// The kernel or a daemon, by itself.
    Itself(&'static str),
}

impl Reading<'_> {
    pub(super) fn addresses(&mut self, link: &mut Link, state: &LinkState, span: Span) {
        // The kernel lists the newest IPv6 address first, and the oldest IPv4 one.
        let (old, new): (Vec<_>, Vec<_>) = state.addr_info.iter().partition(|a| a.family != "inet6");
        for address in old.into_iter().chain(new.into_iter().rev()) {
            let Some(net) = net_of(address) else {
                let message = format!("`{}` of `{}` is no address", address.local, state.ifname);
                let help = "save the output of `ip -j -d address` again, as it is";
                self.cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
                continue;
            };
            let giver = match giver(address, net, state) {
                // Some DHCP clients tell the kernel no lifetime; their default route says whose address it is.
                Giver::Configuration if net.addr().is_ipv4() && self.is_leased(state) => Giver::Dhcp,
                giver @ (Giver::Configuration | Giver::Dhcp | Giver::Advertisement | Giver::Itself(_)) => {
                    giver
                }
            };
            self.makers.of_address(net, giver, span);
            let method = match giver {
                Giver::Configuration => {
                    let mut found = configured(address, net);
                    // NetworkManager and systemd-networkd make the route to the prefix themselves, to give it a metric.
                    let prefix = (state.ifname.clone(), net.trunc().to_string());
                    found.flags.noprefixroute &= !self.prefix_routes.contains(&prefix);
                    family(link, net).addresses.push(found, Origin::at(span));
                    continue;
                }
                Giver::Dhcp if net.addr().is_ipv6() && family(link, net).method.is_none() => IpMethod::Dhcp,
                Giver::Dhcp | Giver::Advertisement => IpMethod::Auto,
                Giver::Itself(what) => {
                    self.leave(what, span);
                    continue;
                }
            };
            family(link, net).method = Some(At::new(method, Origin::at(span)));
        }
        // What the kernel shows is all that is configured; without a lease nobody asks for one.
        for config in [&mut link.ipv4, &mut link.ipv6].into_iter().flatten() {
            if config.method.is_none() && config.addresses.is_said() {
                config.method = Some(At::new(IpMethod::Manual, Origin::at(span)));
            }
        }
    }
}

impl Reading<'_> {
    /// True where a DHCP client gave a link its default route and no address of it has a lifetime.
    fn is_leased(&self, state: &LinkState) -> bool {
        let has_lease = |address: &AddressState| address.family == "inet" && is_dynamic(address);
        self.leased.contains(&state.ifname) && !state.addr_info.iter().any(has_lease)
    }
}

fn is_dynamic(address: &AddressState) -> bool {
    address.dynamic || address.valid_life_time.is_some_and(|left| left != FOREVER)
}

fn family(link: &mut Link, net: IpNet) -> &mut IpConfig {
    if net.addr().is_ipv6() { link.ipv6.get_or_insert_default() } else { link.ipv4.get_or_insert_default() }
}

fn net_of(address: &AddressState) -> Option<IpNet> {
    let ip: IpAddr = address.local.parse().ok()?;
    let most = if ip.is_ipv6() { 128 } else { 32 };
    IpNet::new(ip, address.prefixlen.unwrap_or(most)).ok()
}

fn giver(address: &AddressState, net: IpNet, state: &LinkState) -> Giver {
    let is_loopback = state.ifname == "lo" && net.addr().is_loopback();
    if is_loopback || address.protocol.as_deref() == Some("kernel_lo") {
        return Giver::Itself("addresses of the loopback device");
    }
    if address.temporary {
        return Giver::Itself("temporary IPv6 addresses");
    }
    let dynamic = address.dynamic || address.valid_life_time.is_some_and(|left| left != FOREVER);
    match net.addr() {
        IpAddr::V4(_) if dynamic => Giver::Dhcp,
        IpAddr::V4(ip) if ip.is_link_local() && address.scope.as_deref() == Some("link") => {
            Giver::Itself("IPv4 link-local addresses")
        }
        IpAddr::V4(_) => Giver::Configuration,
        IpAddr::V6(_) if address.protocol.as_deref() == Some("kernel_ra") => Giver::Advertisement,
        IpAddr::V6(_) if dynamic && net.prefix_len() == 128 => Giver::Dhcp,
        IpAddr::V6(_) if dynamic => Giver::Advertisement,
        IpAddr::V6(ip) if ip.is_unicast_link_local() && net.prefix_len() == 64 => {
            let made = address.protocol.as_deref() == Some("kernel_ll")
                || address.stable_privacy
                || state.address.as_deref().and_then(eui64) == Some(ip.octets()[8..].to_vec())
                // The tail of an address that the kernel made at random is no small number.
                || ip.segments()[4..7].iter().all(|part| *part != 0);
            if made { Giver::Itself("IPv6 link-local addresses") } else { Giver::Configuration }
        }
        IpAddr::V6(_) => Giver::Configuration,
    }
}

/// The modified EUI-64 interface identifier of a hardware address (RFC 4291, appendix A).
fn eui64(mac: &str) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = mac.split(':').map(|b| u8::from_str_radix(b, 16).ok()).collect::<Option<_>>()?;
    let [a, b, c, d, e, f] = bytes[..] else { return None };
    Some(vec![a ^ 2, b, c, 0xff, 0xfe, d, e, f])
}

fn configured(address: &AddressState, net: IpNet) -> Address {
    let label = address.label.clone().filter(|label| label.contains(':'));
    // The global scope is ip's own choice, and so are `host` of ::1 and `link` of fe80::.
    let scope = address.scope.clone().filter(|scope| scope != "global" && net.addr().is_ipv4());
    let finite = |left: Option<u32>| left.filter(|left| *left != FOREVER);
    Address {
        peer: address.address.as_ref().and_then(|peer| peer.parse().ok()),
        broadcast: address.broadcast.as_ref().and_then(|broadcast| broadcast.parse().ok()),
        label,
        scope,
        // Of an IPv4 address that is not preferred any more the kernel tells that alone (inet_fill_ifaddr()).
        preferred_lft: finite(address.preferred_life_time)
            .or(address.other.contains_key("deprecated").then_some(0)),
        metric: address.metric,
        flags: AddressFlags {
            noprefixroute: address.noprefixroute,
            nodad: address.nodad && net.addr().is_ipv6(),
            home: address.home,
            mngtmpaddr: address.mngtmpaddr,
            autojoin: address.autojoin,
            optimistic: address.optimistic,
        },
        ..Address::new(net)
    }
}
