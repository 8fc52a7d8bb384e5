//! BONDING_OPTS: the options of the kernel's bonding driver, as NetworkManager and initscripts take them.

/// What an option holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number in this range.
    Number(i64, i64),
    /// 0 or 1.
    Flag,
    /// A word, or its number, of the model's enumeration.
    Word,
    /// IP addresses separated by commas.
    Addresses,
    /// An interface name.
    Name,
    /// A hardware address.
    Mac,
}

// The modes as bits, in the order of `BondMode`, for the options that only some of them have.
const ALL: u8 = 0b0111_1111;
const RR: u8 = 1;
const XOR: u8 = 1 << 2;
const LACP: u8 = 1 << 4;
/// balance-tlb and balance-alb.
pub const ADAPTIVE: u8 = 1 << 5 | 1 << 6;
/// Modes with an active port.
pub const ACTIVE: u8 = 1 << 1 | ADAPTIVE;
/// ARP monitoring: not 802.3ad, balance-tlb, balance-alb.
const ARP: u8 = ALL & !LACP & !ADAPTIVE;

const INT: i64 = 2_147_483_647;

/// The second name of `num_grat_arp`: one option of the kernel.
pub const SECOND_NAME: &str = "num_unsol_na";

/// Option, field of the model, form, modes that have it (`_nm_setting_bond_option_supported`; the kernel's
/// `bond_opts` agree). Mode and miimon stand first, as initscripts want them.
pub const OPTIONS: [(&str, &str, Form, u8); 32] = [
    ("mode", "bond.mode", Form::Word, ALL),
    ("miimon", "bond.miimon", Form::Number(0, INT), ALL),
    ("updelay", "bond.updelay", Form::Number(0, INT), ALL),
    ("downdelay", "bond.downdelay", Form::Number(0, INT), ALL),
    ("peer_notif_delay", "bond.peer_notif_delay", Form::Number(0, INT), ALL),
    ("arp_interval", "bond.arp_interval", Form::Number(0, INT), ARP),
    ("arp_ip_target", "bond.arp_ip_target", Form::Addresses, ARP),
    ("ns_ip6_target", "bond.ns_ip6_target", Form::Addresses, ARP),
    ("arp_validate", "bond.arp_validate", Form::Word, ARP),
    ("arp_all_targets", "bond.arp_all_targets", Form::Word, ALL),
    ("arp_missed_max", "bond.arp_missed_max", Form::Number(0, 255), ARP),
    ("primary", "bond.primary", Form::Name, ACTIVE),
    ("primary_reselect", "bond.primary_reselect", Form::Word, ALL),
    ("active_slave", "bond.active_port", Form::Name, ACTIVE),
    ("fail_over_mac", "bond.fail_over_mac", Form::Word, ALL),
    ("use_carrier", "bond.use_carrier", Form::Flag, ALL),
    ("ad_select", "bond.ad_select", Form::Word, ALL),
    ("ad_actor_sys_prio", "bond.ad_actor_sys_prio", Form::Number(1, 65_535), LACP),
    ("ad_actor_system", "bond.ad_actor_system", Form::Mac, LACP),
    ("ad_user_port_key", "bond.ad_user_port_key", Form::Number(0, 1023), LACP),
    ("lacp_rate", "bond.lacp_rate", Form::Word, LACP),
    ("lacp_active", "bond.lacp_active", Form::Word, LACP),
    ("min_links", "bond.min_links", Form::Number(0, INT), ALL),
    ("xmit_hash_policy", "bond.xmit_hash_policy", Form::Word, ALL),
    ("resend_igmp", "bond.resend_igmp", Form::Number(0, 255), ALL),
    ("num_grat_arp", "bond.num_peer_notif", Form::Number(0, 255), ALL),
    ("num_unsol_na", "bond.num_peer_notif", Form::Number(0, 255), ALL),
    ("packets_per_slave", "bond.packets_per_port", Form::Number(0, 65_535), RR),
    ("tlb_dynamic_lb", "bond.tlb_dynamic_lb", Form::Flag, ADAPTIVE),
    ("all_slaves_active", "bond.all_ports_active", Form::Flag, ALL),
    ("lp_interval", "bond.lp_interval", Form::Number(1, INT), ALL),
    ("balance-slb", "bond.balance_slb", Form::Flag, XOR),
];
