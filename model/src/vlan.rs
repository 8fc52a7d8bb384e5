//! VLAN links (`IFLA_VLAN_*`).

use crate::bridge::VlanProtocol;
use crate::node;
use crate::reflect::{List, Said};
use crate::value::{LinkRef, VlanId};

node! {
    /// A VLAN on top of another link.
    pub struct Vlan {
        /// The link below (IFLA_LINK).
        parent: Said<LinkRef>,
        /// VLAN id (IFLA_VLAN_ID).
        id: Said<VlanId>,
        /// 802.1Q or 802.1ad (IFLA_VLAN_PROTOCOL).
        protocol: Said<VlanProtocol>,
        /// VLAN_FLAG_REORDER_HDR.
        reorder_hdr: Said<bool>,
        /// VLAN_FLAG_GVRP.
        gvrp: Said<bool>,
        /// VLAN_FLAG_LOOSE_BINDING.
        loose_binding: Said<bool>,
        /// VLAN_FLAG_MVRP.
        mvrp: Said<bool>,
        /// 802.1p priority to skb priority, `from:to` (IFLA_VLAN_INGRESS_QOS).
        ingress_qos_map: List<String>,
        /// skb priority to 802.1p priority, `from:to` (IFLA_VLAN_EGRESS_QOS).
        egress_qos_map: List<String>,
    }
}
