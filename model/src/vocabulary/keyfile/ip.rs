//! Keys of `[ipv4]` and `[ipv6]` (keyfile.md section 10). Both groups have rows of their own, made of
//! one table; a row of one family only says so.

use super::codec::Codec::{Bool, Int, List, Number, Special, Ternary, Text};
use super::row::{Spec, key};

const LINK_LOCAL: super::codec::Codec =
    Number(&[(0, "default"), (1, "auto"), (2, "disabled"), (3, "enabled"), (4, "fallback")]);

macro_rules! both {
    ($family:literal, $auto_of_family:expr) => {
        &[
            key("address", concat!($family, ".addresses"), Special).empty(),
            key("auto-route-ext-gw", concat!($family, ".auto_route_ext_gw"), Int).int(-1).since(42),
            key("dad-timeout", concat!($family, ".dad_timeout"), Int).int(-1),
            key("dhcp-dscp", concat!($family, ".dhcp_dscp"), Text).since(46),
            key("dhcp-hostname", concat!($family, ".dhcp_hostname"), Text),
            key("dhcp-hostname-flags", concat!($family, ".dhcp_hostname_flags"), Int).int(0),
            key("dhcp-iaid", concat!($family, ".dhcp_iaid"), Text),
            key("dhcp-send-hostname", concat!($family, ".dhcp_send_hostname"), Ternary).int(-1),
            key("dhcp-send-release", concat!($family, ".dhcp_send_release"), Int).int(-1).since(48),
            key("dhcp-timeout", concat!($family, ".dhcp_timeout"), Int).int(0),
            key("dns", concat!($family, ".dns"), List).empty(),
            key("dns-options", concat!($family, ".dns_options"), List),
            key("dns-priority", concat!($family, ".dns_priority"), Int).int(0),
            key("dns-search", concat!($family, ".dns_search"), List).empty(),
            key("forwarding", concat!($family, ".forwarding"), Int).int(-1).since(54),
            key("gateway", concat!($family, ".gateway"), Special),
            key("ignore-auto-dns", concat!($family, ".ignore_auto_dns"), Bool).no(),
            key("ignore-auto-routes", concat!($family, ".ignore_auto_routes"), Bool).no(),
            key("may-fail", concat!($family, ".may_fail"), Bool).yes(),
            key("method", concat!($family, ".method"), Text).word($auto_of_family).explicit(),
            key("never-default", concat!($family, ".never_default"), Bool).no(),
            key("replace-local-rule", concat!($family, ".replace_local_rule"), Int).int(-1).since(44),
            key("required-timeout", concat!($family, ".required_timeout"), Int).int(-1),
            key("route", "", Special),
            key("route-metric", concat!($family, ".route_metric"), Int).daemon(),
            key("route-table", concat!($family, ".route_table"), Int).int(0),
            key("routed-dns", concat!($family, ".routed_dns"), Int).int(-1).since(52),
            key("routing-rule", "", Special),
            key("shared-dhcp-lease-time", concat!($family, ".shared_dhcp_lease_time"), Int).int(0).since(52),
            key("shared-dhcp-range", concat!($family, ".shared_dhcp_range"), Text).since(52),
        ]
    };
}

/// Keys of `[ipv4]` that `[ipv6]` has too.
pub(super) const IPV4: &[Spec] = both!("ipv4", "auto");

/// Keys of `[ipv4]` only.
pub(super) const IPV4_ONLY: &[Spec] = &[
    key("clat", "ipv4.clat", Int).int(-1).since(58),
    key("dhcp-client-id", "ipv4.dhcp_client_id", Text),
    key("dhcp-fqdn", "ipv4.dhcp_fqdn", Text),
    key("dhcp-ipv6-only-preferred", "ipv4.dhcp_ipv6_only_preferred", Int).int(-1).since(52),
    key("dhcp-reject-servers", "ipv4.dhcp_reject_servers", List).empty(),
    key("dhcp-vendor-class-identifier", "ipv4.dhcp_vendor_class_identifier", Text),
    key("link-local", "ipv4.link_local", LINK_LOCAL).word("default").since(40),
];

/// Keys of `[ipv6]` that `[ipv4]` has too.
pub(super) const IPV6: &[Spec] = both!("ipv6", "auto");

/// Keys of `[ipv6]` only.
pub(super) const IPV6_ONLY: &[Spec] = &[
    key("addr-gen-mode", "ipv6.addr_gen_mode", Text).word("default-or-eui64"),
    key("dhcp-duid", "ipv6.dhcp_duid", Text),
    key("dhcp-pd-hint", "ipv6.dhcp_pd_hint", Text).since(44),
    key("ip6-privacy", "ipv6.ip6_privacy", Int).int(-1),
    key("mtu", "ipv6.mtu", Int).int(0).since(40),
    key("ra-timeout", "ipv6.ra_timeout", Int).int(0),
    key("temp-preferred-lifetime", "ipv6.temp_preferred_lifetime", Int).int(0).since(48),
    key("temp-valid-lifetime", "ipv6.temp_valid_lifetime", Int).int(0).since(48),
    key("token", "ipv6.token", Text),
];
