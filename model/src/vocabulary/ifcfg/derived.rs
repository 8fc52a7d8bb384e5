//! What NetworkManager's ifcfg reader takes for NAME and UUID where a file does not say them (trap 61). The parser takes
//! them, the emitter leaves out what they come to.

use crate::link::LinkKind;
use md5::{Digest, Md5};

/// The id of the profile in `ifcfg-NAME`: a word for the kind and the name (`nms-ifcfg-rh-reader.c:make_connection_name`).
#[must_use]
pub fn id(name: &str, kind: &LinkKind) -> String {
    match kind.word() {
        "bond" => format!("Bond {name}"),
        "bridge" => format!("Bridge {name}"),
        "team" => format!("Team {name}"),
        "vlan" => format!("Vlan {name}"),
        "wifi" => match ssid(kind) {
            Some(ssid) if ssid == name => format!("System {name}"),
            Some(ssid) if !ssid.is_empty() => format!("System {ssid} ({name})"),
            Some(_) | None => format!("System unmanaged ({name})"),
        },
        _ => format!("System {name}"),
    }
}

/// The MD5 of the file's path on the host, as it is: NetworkManager's `NM_UUID_TYPE_LEGACY`.
#[must_use]
pub fn uuid(path: &str) -> String {
    let hex: String = Md5::digest(path.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn ssid(kind: &LinkKind) -> Option<String> {
    let LinkKind::Wifi(wifi) = kind else { return None };
    wifi.ssid_hex.as_ref().map(|at| ssid_text(&at.value))
}

/// An SSID as NetworkManager shows it (`_nm_utils_ssid_to_utf8`): UTF-8, what is none replaced.
fn ssid_text(hex: &str) -> String {
    let bytes: Vec<u8> = hex
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    match String::from_utf8(bytes) {
        Ok(text) => text,
        // Bytes that are no UTF-8 are taken for Latin-1, the first of NetworkManager's fallbacks.
        Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uuid_is_the_hash_of_the_path() {
        // The result of NetworkManager 1.59.2's own migration of ifcfg-eth0.
        let path = "/etc/sysconfig/network-scripts/ifcfg-eth0";
        assert_eq!(uuid(path), "5fb06bd0-0bb0-7ffb-45f1-d6edd65f3e03");
    }

    #[test]
    fn an_ssid_that_is_no_text_is_shown_as_latin_1() {
        assert_eq!(ssid_text("c3a4"), "ä");
        assert_eq!(ssid_text("e4"), "ä");
    }
}
