//! Values for which NetworkManager refuses a whole file (`nm-setting-ip-config.c:verify` and its children).

use std::net::{Ipv4Addr, Ipv6Addr};

/// Flags of DHCP host names: known ones that go together.
pub(super) fn flags(flags: i64) -> bool {
    let cleared = flags & 8 != 0 && flags != 8;
    (0..=15).contains(&flags) && flags & 5 != 5 && !cleared
}

/// An identity association.
pub(super) fn iaid(text: &str) -> bool {
    matches!(text, "mac" | "perm-mac" | "stable" | "ifname") || text.parse::<u32>().is_ok()
}

/// The words of nm-settings(5), or hexadecimal pairs with colons.
pub(super) fn duid(text: &str) -> bool {
    let words = ["lease", "llt", "ll", "stable-llt", "stable-ll", "stable-uuid"];
    let pair = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit());
    words.contains(&text) || (text.contains(':') && text.split(':').all(pair))
}

/// An interface identifier like `::1`.
pub(super) fn token(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok_and(|ip| ip.to_bits() != 0 && ip.to_bits() >> 64 == 0)
}

/// An IPv4 address or subnet.
pub(super) fn server(text: &str) -> bool {
    match text.split_once('/') {
        Some((ip, len)) => ip.parse::<Ipv4Addr>().is_ok() && len.parse::<u8>().is_ok_and(|len| len <= 32),
        None => text.parse::<Ipv4Addr>().is_ok(),
    }
}
