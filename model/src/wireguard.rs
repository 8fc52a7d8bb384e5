//! WireGuard links (`WGDEVICE_A_*`, `WGPEER_A_*`).

use crate::node;
use crate::reflect::{List, Nodes, Said};
use crate::secret::Secret;
use crate::value::{Int, U16, U32};
use ipnet::IpNet;

node! {
    /// A WireGuard interface.
    pub struct Wireguard {
        /// Private key in base64 (WGDEVICE_A_PRIVATE_KEY).
        private_key: Said<Secret>,
        /// Who keeps the key; bits of NMSettingSecretFlags.
        private_key_flags: Said<Int<0, 7>>,
        /// UDP port, 0 is random (WGDEVICE_A_LISTEN_PORT).
        listen_port: Said<U16>,
        /// Firewall mark (WGDEVICE_A_FWMARK).
        fwmark: Said<U32>,
        /// Add routes for the peers' allowed-ips.
        peer_routes: Said<bool>,
        /// Policy routing for an IPv4 default route: -1 default, 0 off, 1 on.
        ip4_auto_default_route: Said<Int<-1, 1>>,
        /// Policy routing for an IPv6 default route: -1 default, 0 off, 1 on.
        ip6_auto_default_route: Said<Int<-1, 1>>,
        /// The peers.
        peers: Nodes<Peer>,
    }
}

node! {
    /// A WireGuard peer.
    pub struct Peer {
        /// Public key in base64, 44 characters (WGPEER_A_PUBLIC_KEY).
        public_key: Said<String>,
        /// `host:port` or `[v6]:port` (WGPEER_A_ENDPOINT).
        endpoint: Said<String>,
        /// Pre-shared key in base64 (WGPEER_A_PRESHARED_KEY).
        preshared_key: Said<Secret>,
        /// Who keeps the key; bits of NMSettingSecretFlags.
        preshared_key_flags: Said<Int<0, 7>>,
        /// Seconds between keepalives, 0 is off (WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL).
        persistent_keepalive: Said<U16>,
        /// Networks behind the peer (WGPEER_A_ALLOWEDIPS).
        allowed_ips: List<IpNet>,
    }
}
