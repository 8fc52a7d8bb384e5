//! Channel and band, which must fit each other (`make_wireless_setting`, `nm_utils_wifi_is_channel_valid`).

use super::{number, refuse};
use crate::ifcfg::vars::{Rejected, Vars};
use netpivot_model::source::{At, Origin};
use netpivot_model::value::Int;
use netpivot_model::wifi::Wifi;

/// Channels of the 5 GHz band that NetworkManager knows.
const BAND_A: &[i64] = &[
    7, 8, 9, 11, 12, 16, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 56, 58, 60, 64, 100, 104, 108, 112, 116,
    120, 124, 128, 132, 136, 140, 149, 152, 153, 157, 160, 161, 165, 183, 184, 185, 187, 188, 192, 196,
];

/// True where the band has the channel; the 6 GHz band has 2 and each fourth channel from 1 to 233.
fn fits(band: &str, channel: i64) -> bool {
    match band {
        "bg" => (1..=14).contains(&channel),
        "a" => channel > 14 && BAND_A.contains(&channel),
        _ => channel == 2 || (1..=233).contains(&channel) && channel % 4 == 1,
    }
}

/// Reads CHANNEL and BAND. A channel without a band gets the band that has it.
pub(super) fn read(vars: &Vars, wifi: &mut Wifi) -> Result<(), Rejected> {
    let channel = vars.text("CHANNEL");
    let found = match channel {
        None => None,
        Some(var) => {
            let n = number(var.value).filter(|n| (1..=233).contains(n));
            Some(n.ok_or_else(|| refuse("CHANNEL", var, "a channel of wireless networks"))?)
        }
    };
    wifi.channel = found.zip(channel).and_then(|(n, var)| Int::new(n).map(|n| At::new(n, var.span)));
    if let Some(var) = vars.text("BAND") {
        if !matches!(var.value, "a" | "bg" | "6GHz") {
            return Err(refuse("BAND", var, "`a`, `bg` or `6GHz`"));
        }
        if let Some(n) = found.filter(|n| !fits(var.value, *n)) {
            return Err(Rejected::at(format!("the band `{}` has no channel {n}", var.value), var.span));
        }
        wifi.band = Some(At::new(var.value.to_owned(), var.span));
    } else if let Some((n, var)) = found.zip(channel) {
        let band = ["bg", "a"].into_iter().find(|band| fits(band, n));
        let band = band
            .ok_or_else(|| refuse("CHANNEL", var, "a channel of the 2.4 or 5 GHz band; name the `BAND`"))?;
        wifi.band = Some(At::new(band.to_owned(), Origin::derived("band-of-channel", [var.span])));
    }
    Ok(())
}
