//! The file of wg(8), "CONFIGURATION FILE FORMAT": what `wg setconf`, `wg syncconf` and `wg addconf` take, and what
//! ifupdown-ng's executor `wireguard` hands to the first of them.

/// Where ifupdown-ng's executor finds it unless `wireguard-config-path` names another, and where wg-quick(8) looks.
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
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    text.len() == 44 && text.ends_with('=') && text.as_bytes()[..43].iter().all(base64)
}

/// True for a key that wg(8) takes: in its last digit only the four bits that belong to the 32 bytes (`key_from_base64()` of
/// encoding.c). NetworkManager takes any digit there.
#[must_use]
pub fn is_strict_key(text: &str) -> bool {
    is_key(text) && text.as_bytes()[..43].last().is_some_and(|last| b"AEIMQUYcgkosw048".contains(last))
}

/// True for `HOST:PORT` or `[ADDRESS]:PORT`, the port a number (`parse_endpoint()` of config.c). No character of it means
/// something to wg(8) or a shell.
#[must_use]
pub fn is_endpoint(text: &str) -> bool {
    let parts = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("]:"),
        None => text.rsplit_once(':'),
    };
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._:%".contains(c);
    parts.is_some_and(|(host, port)| {
        let is_number = port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
        is_number && !host.is_empty() && host.chars().all(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_of_32_bytes() {
        assert!(is_strict_key("0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4="));
        assert!(is_key("0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH5="));
        for text in [
            "",
            "abc",
            // More bits than 32 bytes have, too long, something else in it.
            "0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH5=",
            "0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH44=",
            "0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20Zl\nH4=",
            "<hidden>",
        ] {
            assert!(!is_strict_key(text), "{text:?}");
        }
    }

    #[test]
    fn endpoints_have_a_host_and_a_port() {
        for text in ["192.0.2.1:51820", "[2001:db8::1]:51820", "[fe80::1%eth0]:1", "vpn.example.org:51820"] {
            assert!(is_endpoint(text), "{text:?}");
        }
        for text in
            ["", "host", "host:", ":1", "host:http", "[::1]", "h:1\nEND", "$(x):1", "h#:1", "h:99999", "h:+1"]
        {
            assert!(!is_endpoint(text), "{text:?}");
        }
    }
}
