//! Keys of the profile itself and of what stands beside any link (keyfile.md sections 4, 5, 12).

use super::codec::Codec::{Bool, Int, IntList, List, Mac, MacList, Special, Text};
use super::row::{Spec, key, names};
use crate::vocabulary::ethtool::{CHANNELS, COALESCE, FEATURES, PAUSE, RING};

/// `[connection]`.
pub(super) const CONNECTION: &[Spec] = &[
    key("id", "id", Text),
    key("uuid", "uuid", Text),
    key("type", "kind", Special),
    key("autoconnect", "autoconnect", Bool).yes(),
    key("autoconnect-ports", "nm.autoconnect_ports", Int).int(-1).was("autoconnect-slaves", 46),
    key("autoconnect-priority", "nm.autoconnect_priority", Int).int(0),
    key("autoconnect-retries", "nm.autoconnect_retries", Int).int(-1),
    key("auth-retries", "nm.auth_retries", Int).int(-1),
    key("controller", "controller", Text).was("master", 46),
    key("dns-over-tls", "nm.dns_over_tls", Int).int(-1),
    key("dnssec", "nm.dnssec", Int).int(-1).since(56),
    key("down-on-poweroff", "nm.down_on_poweroff", Int).int(-1).since(48),
    key("gateway-ping-timeout", "nm.gateway_ping_timeout", Int).int(0),
    key("interface-name", "name", Text),
    key("ip-ping-addresses", "nm.ip_ping_addresses", List).empty().since(52),
    key("ip-ping-addresses-require-all", "nm.ip_ping_addresses_require_all", Int).int(-1).since(52),
    key("ip-ping-timeout", "nm.ip_ping_timeout", Int).int(0).since(52),
    key("lldp", "nm.lldp", Int).int(-1),
    key("llmnr", "nm.llmnr", Int).int(-1),
    key("mdns", "nm.mdns", Int).int(-1),
    key("metered", "nm.metered", Int).int(0),
    key("mptcp-flags", "nm.mptcp_flags", Int).int(0).since(40),
    key("mud-url", "nm.mud_url", Text),
    key("multi-connect", "nm.multi_connect", Int).int(0),
    key("permissions", "nm.permissions", List).empty(),
    key("port-type", "port_type", Text).was("slave-type", 46),
    key("secondaries", "nm.secondaries", List).empty(),
    key("stable-id", "nm.stable_id", Text),
    key("timestamp", "nm.timestamp", Int).int(0),
    key("wait-activation-delay", "nm.wait_activation_delay", Int).int(-1),
    key("wait-device-timeout", "nm.wait_device_timeout", Int).int(-1),
    key("zone", "zone", Text),
];

/// `[ethernet]`, also of bonds, bridges, VLANs and the like.
pub(super) const ETHERNET: &[Spec] = &[
    key("accept-all-mac-addresses", "promiscuous", Int).int(-1).since(32),
    key("auto-negotiate", "ethtool.autoneg", Bool).no(),
    key("cloned-mac-address", "mac", Mac),
    key("duplex", "ethtool.duplex", Text),
    key("generate-mac-address-mask", "mac_generate_mask", Text),
    key("mac-address", "matches.mac", Mac),
    key("mac-address-denylist", "matches.mac_denylist", MacList).empty().was("mac-address-blacklist", 48),
    key("mtu", "mtu", Int).int(0),
    key("port", "ethtool.port", Text),
    key("s390-nettype", "s390.nettype", Text),
    key("s390-subchannels", "s390.subchannels", List).empty(),
    key("speed", "ethtool.speed", Int).int(0),
    key("wake-on-lan", "ethtool.wol", Int).int(1),
    key("wake-on-lan-password", "ethtool.wol_password", Text),
];

/// `[ethernet-s390-options]`.
pub(super) const S390_OPTIONS: &[Spec] = &[names("", "s390.options", Text)];

/// `[ethtool]`.
pub(super) const ETHTOOL: &[Spec] = &[
    key("eee-enabled", "ethtool.eee", Bool).since(46),
    key("fec-mode", "ethtool.fec", Int).since(52),
    names("channels-", "ethtool.channels", Int).of(CHANNELS).since(46),
    names("coalesce-", "ethtool.coalesce", Int).of(COALESCE),
    names("feature-", "ethtool.features", Bool).of(FEATURES),
    names("pause-", "ethtool.pause", Bool).of(PAUSE).since(32),
    names("ring-", "ethtool.ring", Int).of(RING),
];

/// `[link]`.
pub(super) const LINK: &[Spec] = &[
    key("gro-max-size", "attributes.gro_max_size", Int).int(-1).since(44),
    key("gso-max-segments", "attributes.gso_max_segments", Int).int(-1).since(44),
    key("gso-max-size", "attributes.gso_max_size", Int).int(-1).since(44),
    key("tx-queue-length", "attributes.tx_queue_length", Int).int(-1).since(44),
];

/// `[match]`.
pub(super) const MATCH: &[Spec] = &[
    key("driver", "matches.driver", List).empty(),
    key("interface-name", "matches.interface_name", List).empty(),
    key("kernel-command-line", "matches.kernel_command_line", List).empty(),
    key("path", "matches.path", List).empty(),
];

/// `[sriov]`.
pub(super) const SRIOV: &[Spec] = &[
    key("autoprobe-drivers", "sriov.autoprobe_drivers", Int).int(-1),
    key("eswitch-encap-mode", "sriov.eswitch_encap_mode", Int).int(-1).since(46),
    key("eswitch-inline-mode", "sriov.eswitch_inline_mode", Int).int(-1).since(46),
    key("eswitch-mode", "sriov.eswitch_mode", Int).int(-1).since(46),
    key("preserve-on-down", "sriov.preserve_on_down", Int).int(-1).since(54),
    key("total-vfs", "sriov.total_vfs", Int).int(0),
    names("vf.", "sriov.vfs", Text),
];

/// `[tc]`.
pub(super) const TC: &[Spec] = &[names("qdisc.", "tc.qdiscs", Text), names("tfilter.", "tc.filters", Text)];

/// `[dcb]`.
pub(super) const DCB: &[Spec] = &[
    key("app-fcoe-flags", "dcb.app_fcoe_flags", Int).int(0),
    key("app-fcoe-mode", "dcb.app_fcoe_mode", Text),
    key("app-fcoe-priority", "dcb.app_fcoe_priority", Int).int(-1),
    key("app-fip-flags", "dcb.app_fip_flags", Int).int(0),
    key("app-fip-priority", "dcb.app_fip_priority", Int).int(-1),
    key("app-iscsi-flags", "dcb.app_iscsi_flags", Int).int(0),
    key("app-iscsi-priority", "dcb.app_iscsi_priority", Int).int(-1),
    key("priority-bandwidth", "dcb.priority_bandwidth", IntList),
    key("priority-flow-control", "dcb.priority_flow_control", IntList),
    key("priority-flow-control-flags", "dcb.priority_flow_control_flags", Int).int(0),
    key("priority-group-bandwidth", "dcb.priority_group_bandwidth", IntList),
    key("priority-group-flags", "dcb.priority_group_flags", Int).int(0),
    key("priority-group-id", "dcb.priority_group_id", IntList),
    key("priority-strict-bandwidth", "dcb.priority_strict_bandwidth", IntList),
    key("priority-traffic-class", "dcb.priority_traffic_class", IntList),
];

/// `[hostname]`.
pub(super) const HOSTNAME: &[Spec] = &[
    key("from-dhcp", "nm.hostname_from_dhcp", Int).int(-1).since(30),
    key("from-dns-lookup", "nm.hostname_from_dns_lookup", Int).int(-1).since(30),
    key("only-from-default", "nm.hostname_only_from_default", Int).int(-1).since(30),
    key("priority", "nm.hostname_priority", Int).int(0).since(30),
];

/// `[prefix-delegation]`.
pub(super) const PREFIX_DELEGATION: &[Spec] =
    &[key("subnet-id", "nm.prefix_delegation_subnet_id", Int).int(-1).since(54)];

/// `[proxy]`.
pub(super) const PROXY: &[Spec] = &[
    key("browser-only", "nm.proxy_browser_only", Bool).no(),
    key("method", "nm.proxy_method", Int).int(0),
    key("pac-script", "nm.pac_script", Text),
    key("pac-url", "nm.pac_url", Text),
];

/// `[user]`.
pub(super) const USER: &[Spec] = &[names("", "nm.user_data", Text)];
