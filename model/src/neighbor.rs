//! Static neighbours and forwarding entries (`NDA_*`, ip-neighbour(8), bridge(8)).

use crate::reflect::Said;
use crate::value::{Mac, U16, U32};
use crate::{node, words};
use std::net::IpAddr;

words! {
    /// `ndm_state` of an entry that a configuration makes.
    pub enum NeighborState {
        Permanent = "permanent",
        Noarp = "noarp",
        Reachable = "reachable",
        Stale = "stale",
        Static = "static",
        Dynamic = "dynamic",
    }
}

node! {
    /// A neighbour entry of ARP or NDP.
    pub struct Neighbor {
        /// Network namespace, where it is not the host's own.
        netns: Said<String>,
        /// The neighbour's address (NDA_DST).
        dst: Said<IpAddr>,
        /// Its hardware address (NDA_LLADDR).
        lladdr: Said<Mac>,
        /// Interface, where it is not the owner's (ndm_ifindex).
        dev: Said<String>,
        /// State.
        state: Said<NeighborState>,
        /// Answer for this address (NTF_PROXY).
        proxy: Said<bool>,
        /// The neighbour is a router (NTF_ROUTER).
        router: Said<bool>,
    }
}

node! {
    /// An entry of a bridge's or a VXLAN's forwarding database.
    pub struct FdbEntry {
        /// Network namespace, where it is not the host's own.
        netns: Said<String>,
        /// Hardware address (NDA_LLADDR); all zero is the default destination of a VXLAN.
        lladdr: Said<Mac>,
        /// Interface, where it is not the owner's (ndm_ifindex).
        dev: Said<String>,
        /// True for the database of the bridge above (NTF_MASTER), false for the device's own (NTF_SELF).
        master: Said<bool>,
        /// VLAN id (NDA_VLAN).
        vlan: Said<U16>,
        /// Remote tunnel end (NDA_DST).
        dst: Said<IpAddr>,
        /// VXLAN network identifier (NDA_VNI).
        vni: Said<U32>,
        /// UDP port of the remote end (NDA_PORT).
        port: Said<U16>,
        /// Interface towards the remote end (NDA_IFINDEX).
        via: Said<String>,
        /// State.
        state: Said<NeighborState>,
        /// Extended flags as bridge(8) names them (`extern_learn`, `sticky`), blank between.
        flags: Said<String>,
        /// Nexthop group (NDA_NH_ID).
        nhid: Said<U32>,
    }
}
