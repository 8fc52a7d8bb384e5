//! Virtual functions of a card: interfaces files have commands for them only.

use crate::text::shell::quote;

/// The command for `mac=… max-tx-rate=… spoof-check=… vlans=…`; `None` where ip(8) has no word for a setting.
pub(super) fn function(link: &str, number: &str, settings: &str) -> Option<String> {
    let mut command = format!("ip link set dev {} vf {}", quote(link), quote(number));
    for setting in settings.split_ascii_whitespace() {
        let (key, value) = setting.split_once('=')?;
        let switch = || match value {
            "true" | "1" => Some("on"),
            "false" | "0" => Some("off"),
            _ => None,
        };
        command += &match key {
            "mac" => format!(" mac {}", quote(value)),
            "max-tx-rate" => format!(" max_tx_rate {}", quote(value)),
            "min-tx-rate" => format!(" min_tx_rate {}", quote(value)),
            "spoof-check" => format!(" spoofchk {}", switch()?),
            "trust" => format!(" trust {}", switch()?),
            "vlans" => vlan(value)?,
            _ => return None,
        };
    }
    Some(command)
}

/// `ID.QOS.PROTO`; ip(8) gives a function one VLAN.
fn vlan(text: &str) -> Option<String> {
    let mut parts = text.split('.');
    let id: u32 = parts.next()?.parse().ok()?;
    let mut command = format!(" vlan {id}");
    if let Some(qos) = parts.next() {
        command += &format!(" qos {}", qos.parse::<u32>().ok()?);
    }
    match parts.next() {
        None | Some("q") => {}
        Some("ad") => command += " proto 802.1ad",
        Some(_) => return None,
    }
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::function;

    #[test]
    fn each_setting_has_its_word() {
        assert_eq!(
            function(
                "eth0",
                "1",
                "mac=02:00:00:00:00:01 max-tx-rate=10 spoof-check=false trust=true vlans=5.2.ad"
            )
            .as_deref(),
            Some(
                "ip link set dev eth0 vf 1 mac 02:00:00:00:00:01 max_tx_rate 10 spoofchk off trust on vlan 5 qos 2 proto 802.1ad"
            )
        );
        assert_eq!(function("eth0", "0", "vlans=5;6"), None, "ip gives a function one VLAN");
        assert_eq!(function("eth0", "0", "state=auto"), None);
    }
}
