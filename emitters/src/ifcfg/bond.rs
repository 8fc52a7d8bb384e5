//! BONDING_OPTS. NetworkManager refuses the whole file for combinations that do not go together
//! (`nm-setting-bond.c:verify`), the kernel single options; what has no effect on the mode is left out with its reason.

use super::kinds::NoFile;
use super::profile::{Profile, meant};
use super::{Job, Reader};
use netpivot_model::bond::{Bond, BondMode, LacpRate};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::ifcfg::bond::{OPTIONS, SECOND_NAME};

impl Job<'_> {
    /// Writes a bond's options.
    pub(super) fn bond(&mut self, p: &mut Profile<'_>, bond: &Bond) -> Result<(), NoFile> {
        let mode = bond.mode.as_ref().map_or(BondMode::BalanceRr, |at| at.value);
        let miimon = meant(self, p.id, "bond.miimon");
        let mut words = Vec::new();
        for (name, path, _, modes) in OPTIONS.into_iter().filter(|(name, ..)| *name != SECOND_NAME) {
            let said = p.said(path);
            let value = if path == "bond.miimon" { miimon.clone() } else { said };
            let Some(value) = value else { continue };
            if path == "bond.miimon" && p.said(path).is_none() && Self::is_default(p, path, &value) {
                continue;
            }
            if modes & mode.bit() == 0 {
                self.refused(p, path, &format!("has no use for `{name}` in the mode {mode}"));
                continue;
            }
            if let Some(why) = misfit(path, bond, mode, p.reader, miimon.as_ref()) {
                self.refused(p, path, &why);
                continue;
            }
            let text = match &value {
                Value::Bool(on) => i64::from(*on).to_string(),
                Value::List(items) if items.is_empty() => continue,
                Value::List(items) => items.iter().map(Value::to_string).collect::<Vec<_>>().join(","),
                Value::Int(n) if *n > i64::from(i32::MAX) => {
                    self.refused(p, path, "takes numbers of 31 bits");
                    continue;
                }
                Value::Int(_) | Value::Text(_) | Value::Secret(_) | Value::Map(_) => value.to_string(),
            };
            if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c == '=' || c.is_control()) {
                self.refused(p, path, &format!("takes no `{name}` with such characters"));
                continue;
            }
            words.push(format!("{name}={text}"));
            p.done(path);
        }
        if words.is_empty() && p.reader == Reader::Initscripts {
            // Without BONDING_OPTS initscripts make no bond.
            self.added(p, "bond.mode", "initscripts-want-options");
            words.push(format!("mode={mode}"));
        }
        if !words.is_empty() {
            p.file.set("BONDING_OPTS", words.join(" "));
        }
        Ok(())
    }
}

/// Why an option does not go with the others.
fn misfit(path: &str, bond: &Bond, mode: BondMode, reader: Reader, miimon: Option<&Value>) -> Option<String> {
    let positive = |said: &Option<netpivot_model::source::At<netpivot_model::value::Count>>| {
        said.as_ref().is_some_and(|at| at.value.get() > 0)
    };
    let arp = positive(&bond.arp_interval);
    let targets = !bond.arp_ip_target.items.is_empty() || !bond.ns_ip6_target.items.is_empty();
    let miimon = match miimon {
        Some(Value::Int(n)) => Some(*n),
        Some(_) | None => None,
    };
    let watched = match reader {
        Reader::NetworkManager => miimon.unwrap_or(if arp { 0 } else { 100 }),
        Reader::Initscripts if arp && targets => 0,
        Reader::Initscripts => miimon.unwrap_or(0),
    };
    let why = match path {
        "bond.lacp_rate"
            if mode != BondMode::Ieee8023ad
                && bond.lacp_rate.as_ref().is_some_and(|at| at.value != LacpRate::Slow) =>
        {
            format!("takes `lacp_rate` in the mode 802.3ad only, not in {mode}")
        }
        "bond.arp_interval" if arp && !targets => "takes `arp_interval` with `arp_ip_target` only".to_owned(),
        "bond.arp_interval" if reader == Reader::Initscripts && !targets => {
            "takes `arp_interval` with `arp_ip_target` only".to_owned()
        }
        "bond.arp_ip_target" | "bond.ns_ip6_target" if !arp => {
            "takes targets with `arp_interval` only".to_owned()
        }
        "bond.miimon" if reader == Reader::Initscripts && arp && targets && miimon.is_some_and(|n| n > 0) => {
            "turns it off for ARP monitoring".to_owned()
        }
        "bond.updelay" if watched == 0 && (reader == Reader::Initscripts || positive(&bond.updelay)) => {
            "takes `updelay` with `miimon` only".to_owned()
        }
        "bond.downdelay" if watched == 0 && (reader == Reader::Initscripts || positive(&bond.downdelay)) => {
            "takes `downdelay` with `miimon` only".to_owned()
        }
        "bond.peer_notif_delay" => {
            let delay = bond.peer_notif_delay.as_ref().map_or(0, |at| at.value.get());
            let bad = watched == 0 && (delay > 0 || reader == Reader::Initscripts)
                || reader == Reader::NetworkManager && watched > 0 && delay % watched != 0;
            return bad.then(|| "takes `peer_notif_delay` as a multiple of `miimon` only".to_owned());
        }
        _ => return None,
    };
    Some(why)
}
