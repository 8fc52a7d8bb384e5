//! Data center bridging (NetworkManager's `dcb`; bits: 1 enable, 2 advertise, 4 willing).

use crate::node;
use crate::reflect::{List, Said};
use crate::value::Int;

node! {
    /// Data center bridging of an Ethernet link. Lists hold one number for each of the 8 user priorities.
    pub struct Dcb {
        /// FCoE application flags.
        app_fcoe_flags: Said<Int<0, 7>>,
        /// FCoE priority, -1 unset.
        app_fcoe_priority: Said<Int<-1, 7>>,
        /// `fabric` or `vn2vn`.
        app_fcoe_mode: Said<String>,
        /// iSCSI application flags.
        app_iscsi_flags: Said<Int<0, 7>>,
        /// iSCSI priority, -1 unset.
        app_iscsi_priority: Said<Int<-1, 7>>,
        /// FIP application flags.
        app_fip_flags: Said<Int<0, 7>>,
        /// FIP priority, -1 unset.
        app_fip_priority: Said<Int<-1, 7>>,
        /// Priority flow control flags.
        priority_flow_control_flags: Said<Int<0, 7>>,
        /// Priority flow control on or off.
        priority_flow_control: List<Int<0, 1>>,
        /// Priority group flags.
        priority_group_flags: Said<Int<0, 7>>,
        /// Group of each priority, 15 is unrestricted.
        priority_group_id: List<Int<0, 15>>,
        /// Percent of bandwidth of each group.
        priority_group_bandwidth: List<Int<0, 100>>,
        /// Percent of its group's bandwidth of each priority.
        priority_bandwidth: List<Int<0, 100>>,
        /// May use all of its group's bandwidth.
        priority_strict_bandwidth: List<Int<0, 1>>,
        /// Traffic class of each priority.
        priority_traffic_class: List<Int<0, 7>>,
    }
}
