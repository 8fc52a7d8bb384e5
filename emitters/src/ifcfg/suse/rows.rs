//! Keys that map one to one.

use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;

/// How a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As the model spells it.
    Plain,
    /// `yes` or `no`.
    Flag,
    /// `on` or `off`.
    Switch,
    /// 1/100 s as seconds with a fraction.
    Seconds,
    /// A number; 0 is the default and stands for nothing.
    Positive,
}

use Form::{Flag, Plain, Positive, Seconds, Switch};

/// Setting, key, form.
const ROWS: [(&str, &str, Form); 38] = [
    ("mtu", "MTU", Positive),
    ("bridge.stp", "BRIDGE_STP", Switch),
    ("bridge.priority", "BRIDGE_PRIORITY", Plain),
    ("bridge.forward_delay", "BRIDGE_FORWARDDELAY", Seconds),
    ("bridge.hello_time", "BRIDGE_HELLOTIME", Seconds),
    ("bridge.max_age", "BRIDGE_MAXAGE", Seconds),
    ("bridge.ageing_time", "BRIDGE_AGEINGTIME", Seconds),
    ("vxlan.id", "VXLAN_ID", Plain),
    ("vxlan.parent", "VXLAN_DEVICE", Plain),
    ("vxlan.local", "VXLAN_LOCAL_IP", Plain),
    ("vxlan.remote", "VXLAN_REMOTE_IP", Plain),
    ("vxlan.source_port_min", "VXLAN_SRC_PORT_LOW", Plain),
    ("vxlan.source_port_max", "VXLAN_SRC_PORT_HIGH", Plain),
    ("vxlan.port", "VXLAN_DST_PORT", Plain),
    ("vxlan.ageing", "VXLAN_AGEING", Plain),
    ("vxlan.limit", "VXLAN_MAX_ADDRS", Plain),
    ("vxlan.tos", "VXLAN_TOS", Plain),
    ("vxlan.ttl", "VXLAN_TTL", Plain),
    ("vxlan.learning", "VXLAN_LEARNING", Flag),
    ("vxlan.proxy", "VXLAN_PROXY", Flag),
    ("vxlan.rsc", "VXLAN_RSC", Flag),
    ("vxlan.l2miss", "VXLAN_L2MISS", Flag),
    ("vxlan.l3miss", "VXLAN_L3MISS", Flag),
    ("ipvlan.parent", "IPVLAN_DEVICE", Plain),
    ("ipvlan.mode", "IPVLAN_MODE", Plain),
    ("ip_tunnel.parent", "TUNNEL_DEVICE", Plain),
    ("ip_tunnel.local", "TUNNEL_LOCAL_IPADDR", Plain),
    ("ip_tunnel.remote", "TUNNEL_REMOTE_IPADDR", Plain),
    ("ip_tunnel.ttl", "TUNNEL_TTL", Plain),
    ("ip_tunnel.tos", "TUNNEL_TOS", Plain),
    ("ip_tunnel.pmtudisc", "TUNNEL_PMTUDISC", Flag),
    ("tun.owner", "TUNNEL_SET_OWNER", Plain),
    ("tun.group", "TUNNEL_SET_GROUP", Plain),
    ("infiniband.transport_mode", "IPOIB_MODE", Plain),
    ("ipv4.dhcp_vendor_class_identifier", "DHCLIENT_VENDOR_CLASS_ID", Plain),
    ("ipv4.dhcp_timeout", "DHCLIENT_TIMEOUT", Positive),
    ("ipv6.dhcp_timeout", "DHCLIENT6_TIMEOUT", Positive),
    ("ipv6.dhcp_pd_hint", "DHCLIENT6_PREFIX_HINT", Plain),
];

/// The key of a setting.
pub(super) fn row_for(path: FieldPath) -> Option<(&'static str, Form)> {
    ROWS.iter().find(|(field, ..)| path.is(field)).map(|(_, key, form)| (*key, *form))
}

impl Form {
    /// The text of a value; `None` where the key has no word for it.
    pub(super) fn text(self, value: &Value) -> Option<String> {
        match (self, value) {
            (Flag, Value::Bool(on)) => Some(if *on { "yes" } else { "no" }.to_owned()),
            (Switch, Value::Bool(on)) => Some(if *on { "on" } else { "off" }.to_owned()),
            (Seconds, Value::Int(n @ 0..)) => Some(seconds(*n)),
            (Positive, Value::Int(0))
            | (Plain | Positive, Value::List(_) | Value::Map(_) | Value::Secret(_)) => None,
            (Plain | Positive, Value::Bool(_)) => None,
            (Plain | Positive, Value::Int(_) | Value::Text(_)) => Some(value.to_string()),
            (Flag | Switch | Seconds, _) => None,
        }
    }
}

/// 1/100 s as seconds.
fn seconds(n: i64) -> String {
    match n % 100 {
        0 => (n / 100).to_string(),
        rest => format!("{}.{rest:02}", n / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::link::{Link, LinkKind};

    #[test]
    fn seconds_keep_their_fraction() {
        assert_eq!(
            (seconds(1500), seconds(320), seconds(5)),
            ("15".to_owned(), "3.20".to_owned(), "0.05".to_owned())
        );
    }

    #[test]
    fn each_row_is_a_setting() {
        for (path, ..) in ROWS {
            let word = path.split('.').next().unwrap_or("").replace('_', "-");
            let mut link = Link::default();
            if let Some(kind) = LinkKind::of(&word) {
                link.kind.value = kind;
            }
            assert!(link.leaf_mut(FieldPath::parse(path)).is_some(), "{path}");
        }
    }
}
