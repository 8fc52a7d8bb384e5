//! The file of wg(8), "CONFIGURATION FILE FORMAT", that ifupdown-ng's executor `wireguard` hands to `wg setconf`.

/// Where the executor finds it unless `wireguard-config-path` names another.
#[must_use]
pub fn file(name: &str) -> String {
    format!("/etc/wireguard/{name}.conf")
}

/// The section of the interface.
pub const INTERFACE: &str = "Interface";
/// The section of a peer.
pub const PEER: &str = "Peer";

/// Keys of the interface with the settings they are, in the order in which wg(8) prints them.
pub const OF_INTERFACE: [(&str, &str); 3] =
    [("ListenPort", "listen_port"), ("FwMark", "fwmark"), ("PrivateKey", "private_key")];

/// Keys of a peer.
pub const OF_PEER: [(&str, &str); 5] = [
    ("PublicKey", "public_key"),
    ("PresharedKey", "preshared_key"),
    ("AllowedIPs", "allowed_ips"),
    ("Endpoint", "endpoint"),
    ("PersistentKeepalive", "persistent_keepalive"),
];

/// True for 32 bytes in base64.
#[must_use]
pub fn is_key(text: &str) -> bool {
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    text.len() == 44 && text.ends_with('=') && text.as_bytes()[..43].iter().all(|b| base64(*b))
}
