//! ETHTOOL_OPTS: words for `ethtool -s`, then one call of ethtool(8) a group, separated by `;` (ifcfg.md 3.11).

use super::profile::Profile;
use super::{Job, Reader};
use netpivot_model::ethtool::WOL_IGNORE;
use netpivot_model::value::{Mac, Value};
use netpivot_model::vocabulary::ethtool::{GROUPS, WAKE};

impl Job<'_> {
    /// Writes ETHTOOL_OPTS and ETHTOOL_WAKE_ON_LAN.
    pub(super) fn ethtool(&mut self, p: &mut Profile<'_>) {
        if p.link.ethtool.is_none() {
            return;
        }
        let mut parts = Vec::new();
        let card = self.card(p);
        if !card.is_empty() {
            parts.push(card.join(" "));
        }
        let device = p.device().map(str::to_owned);
        let device = match (device, p.reader) {
            (Some(device), _) => Some(device),
            (None, Reader::NetworkManager) => Some("net0".to_owned()),
            (None, Reader::Initscripts) => None,
        };
        for (path, option, _) in GROUPS {
            let Some(Value::Map(entries)) = p.said(path) else { continue };
            let Some(device) = &device else { continue };
            if let Some(why) = misfit(path, &entries, p.reader) {
                self.refused(p, path, why);
                continue;
            }
            let words: Vec<String> =
                entries.iter().map(|(name, value)| pair(path, name, value, p.reader)).collect();
            parts.push(format!("{option} {device} {}", words.join(" ")));
            p.done(path);
        }
        if let (Reader::Initscripts, Some(device), Some(Value::Bool(on))) =
            (p.reader, &device, p.said("ethtool.eee"))
        {
            parts.push(format!("--set-eee {device} eee {}", switch(on)));
            p.done("ethtool.eee");
        }
        if !parts.is_empty() {
            p.file.set("ETHTOOL_OPTS", parts.join("; "));
        }
    }

    /// The words for `ethtool -s`.
    fn card(&mut self, p: &mut Profile<'_>) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(Value::Bool(on)) = p.said("ethtool.autoneg") {
            words.push(format!("autoneg {}", switch(on)));
            p.done("ethtool.autoneg");
        }
        match (p.said("ethtool.speed"), p.said("ethtool.duplex")) {
            (Some(Value::Int(speed @ 1..=4_294_967_295)), Some(Value::Text(duplex)))
                if matches!(duplex.as_ref(), "half" | "full") =>
            {
                words.push(format!("speed {speed} duplex {duplex}"));
                p.done("ethtool.speed");
                p.done("ethtool.duplex");
            }
            (None, None) => {}
            (_, _) => {
                for path in ["ethtool.speed", "ethtool.duplex"] {
                    self.unsaid(p, path, "speed and duplex are set together or not at all");
                }
            }
        }
        if let (Reader::Initscripts, Some(Value::Text(port))) = (p.reader, p.said("ethtool.port"))
            && matches!(port.as_ref(), "tp" | "aui" | "bnc" | "mii")
        {
            words.push(format!("port {port}"));
            p.done("ethtool.port");
        }
        self.wake(p, &mut words);
        words
    }

    fn wake(&mut self, p: &mut Profile<'_>, words: &mut Vec<String>) {
        let known: i64 = WAKE.iter().map(|(_, bit)| bit).sum();
        let magic = match p.said("ethtool.wol") {
            Some(Value::Int(WOL_IGNORE)) if p.is_nm() => {
                p.file.set("ETHTOOL_WAKE_ON_LAN", "ignore");
                p.done("ethtool.wol");
                false
            }
            Some(Value::Int(bits)) if bits & !known == 0 => {
                let letters: String =
                    WAKE.iter().filter(|(_, bit)| bits & bit != 0).map(|(letter, _)| *letter).collect();
                words.push(format!("wol {}", if letters.is_empty() { "d" } else { &letters }));
                p.done("ethtool.wol");
                bits & 64 != 0
            }
            Some(_) | None => false,
        };
        let Some(password) = p.said("ethtool.wol_password").map(|value| value.to_string()) else { return };
        let bytes = password.parse::<Mac>().is_ok_and(|mac| mac.bytes().len() == 6);
        if magic && bytes {
            words.push(format!("sopass {password}"));
            p.done("ethtool.wol_password");
        } else {
            self.refused(p, "ethtool.wol_password", "takes six bytes, with magic packets only");
        }
    }
}

pub(super) fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// A name with its value. NetworkManager looks for its own names of pause settings, and takes numbers where
/// ethtool(8) takes words.
pub(super) fn pair(path: &str, name: &str, value: &Value, reader: Reader) -> String {
    let nm = reader == Reader::NetworkManager;
    match value {
        Value::Bool(on) if path == "ethtool.pause" && nm => format!("pause-{name} {}", switch(*on)),
        Value::Bool(on) => format!("{name} {}", switch(*on)),
        Value::Int(n) if name.starts_with("adaptive-") && !nm => format!("{name} {}", switch(*n != 0)),
        Value::Int(_) | Value::Text(_) | Value::Secret(_) | Value::List(_) | Value::Map(_) => {
            format!("{name} {value}")
        }
    }
}

/// Why a group cannot be written.
pub(super) fn misfit<'v>(
    path: &str,
    entries: &(impl std::ops::Deref<Target = [(String, Value)]> + 'v),
    reader: Reader,
) -> Option<&'static str> {
    let nm = reader == Reader::NetworkManager;
    if nm && path == "ethtool.channels" {
        return Some("knows no channels");
    }
    if entries
        .iter()
        .any(|(name, _)| name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == ';'))
    {
        return Some("takes names without blanks");
    }
    let adaptive = |(name, value): &(String, Value)| {
        name.starts_with("adaptive-") && !matches!(value, Value::Int(0 | 1))
    };
    if entries.iter().any(adaptive) {
        return Some("takes 0 and 1 for adaptive coalescing only");
    }
    let is = |name: &str| entries.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    if nm
        && path == "ethtool.pause"
        && is("autoneg") == Some(&Value::Bool(true))
        && (is("rx").is_some() || is("tx").is_some())
    {
        return Some("takes negotiated pause frames or set ones, not both");
    }
    None
}
