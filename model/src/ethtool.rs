//! Hardware settings: ethtool(8), SR-IOV, s390, link attributes, traffic control.

use crate::node;
use crate::reflect::{Map, Said};
use crate::value::{Count, Int};

/// The bit of [`Ethtool::wol`] that is NetworkManager's default, which leaves it alone as well unless its own
/// configuration says otherwise.
pub const WOL_DEFAULT: i64 = 1;
/// The bit of [`Ethtool::wol`] that leaves Wake-on-LAN alone (NetworkManager's `wake-on-lan=ignore`).
pub const WOL_IGNORE: i64 = 0x8000;

node! {
    /// What ethtool(8) sets.
    pub struct Ethtool {
        /// Autonegotiation (`-s autoneg`).
        autoneg: Said<bool>,
        /// Mb/s (`-s speed`).
        speed: Said<Count>,
        /// `half` or `full` (`-s duplex`).
        duplex: Said<String>,
        /// Port: `tp`, `aui`, `bnc`, `mii` (`-s port`).
        port: Said<String>,
        /// Wake-on-LAN bits: 2 phy, 4 unicast, 8 multicast, 16 broadcast, 32 arp, 64 magic; 1 default, 0x8000 leave (`-s wol`).
        wol: Said<Count>,
        /// SecureOn password (`-s sopass`).
        wol_password: Said<String>,
        /// Offload features by ethtool's name (`-K`).
        features: Map<bool>,
        /// Coalescing by ethtool's name (`-C`).
        coalesce: Map<Int<0, 4_294_967_295>>,
        /// Ring sizes `rx`, `rx-jumbo`, `rx-mini`, `tx` (`-G`).
        ring: Map<Int<0, 4_294_967_295>>,
        /// Channels `rx`, `tx`, `other`, `combined` (`-L`).
        channels: Map<Int<0, 4_294_967_295>>,
        /// Pause frames `autoneg`, `rx`, `tx` (`-A`).
        pause: Map<bool>,
        /// Energy-efficient Ethernet (`--set-eee eee`).
        eee: Said<bool>,
        /// Forward error correction bits: 2 auto, 4 off, 8 rs, 16 baser, 32 llrs (`--set-fec`).
        fec: Said<Count>,
    }
}

node! {
    /// Channel attachment of s390 network devices.
    pub struct S390 {
        /// Two or three bus ids.
        subchannels: crate::reflect::List<String>,
        /// `qeth`, `lcs` or `ctc`.
        nettype: Said<String>,
        /// Driver options.
        options: Map<String>,
    }
}

node! {
    /// SR-IOV of a physical function.
    pub struct Sriov {
        /// Number of virtual functions.
        total_vfs: Said<Count>,
        /// Bind drivers to them: -1 default, 0, 1.
        autoprobe_drivers: Said<Int<-1, 1>>,
        /// Settings of each function by its number: `mac=… trust=…`.
        vfs: Map<String>,
        /// -1 preserve, 0 legacy, 1 switchdev.
        eswitch_mode: Said<Int<-1, 1>>,
        /// -1 preserve, 0 none, 1 link, 2 network, 3 transport.
        eswitch_inline_mode: Said<Int<-1, 3>>,
        /// -1 preserve, 0 none, 1 basic.
        eswitch_encap_mode: Said<Int<-1, 1>>,
        /// Keep them when the profile goes down: -1, 0, 1.
        preserve_on_down: Said<Int<-1, 1>>,
    }
}

node! {
    /// Link attributes; -1 leaves the kernel's value.
    pub struct LinkAttributes {
        /// IFLA_TXQLEN.
        tx_queue_length: Said<Int<-1, 4_294_967_295>>,
        /// IFLA_GSO_MAX_SIZE.
        gso_max_size: Said<Int<-1, 4_294_967_295>>,
        /// IFLA_GSO_MAX_SEGS.
        gso_max_segments: Said<Int<-1, 4_294_967_295>>,
        /// IFLA_GRO_MAX_SIZE.
        gro_max_size: Said<Int<-1, 4_294_967_295>>,
    }
}

node! {
    /// Queueing disciplines and filters, in tc(8) words by their parent.
    pub struct Tc {
        /// True where the setting replaces what is there, even when empty.
        replace: Said<bool>,
        /// Queueing disciplines by parent (`root`, `1:`).
        qdiscs: Map<String>,
        /// Filters by parent.
        filters: Map<String>,
    }
}
