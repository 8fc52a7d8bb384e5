//! ETHTOOL_OPTIONS: words for `ethtool -s`, and one key a further call, with the interface as the second word.

use super::super::Reader;
use super::super::ethtool::{misfit, pair, switch};
use super::Job;
use super::profile::Profile;
use netpivot_model::ethtool::WOL_IGNORE;
use netpivot_model::value::{Mac, Value};
use netpivot_model::vocabulary::ethtool::GROUPS;
use netpivot_model::vocabulary::ethtool::WAKE;

impl Job<'_> {
    /// Writes the settings that ethtool(8) takes.
    pub(super) fn ethtool(&mut self, p: &mut Profile<'_>) {
        if p.link.ethtool.is_none() {
            return;
        }
        let words = self.card(p);
        if !words.is_empty() {
            p.sheet.set("ETHTOOL_OPTIONS", words.join(" "));
        }
        for (path, option, _) in GROUPS {
            let Some(Value::Map(entries)) = p.said(path) else { continue };
            if misfit(path, &entries, Reader::Initscripts).is_some() || entries.is_empty() {
                continue;
            }
            let words: Vec<String> =
                entries.iter().map(|(name, value)| pair(path, name, value, Reader::Initscripts)).collect();
            let key = format!("ETHTOOL_OPTIONS_{}", option.trim_start_matches('-'));
            let value = format!("{option} {} {}", p.name, words.join(" "));
            self.set(p, netpivot_model::path::FieldPath::parse(path), &key, value);
        }
        if let Some(Value::Bool(on)) = p.said("ethtool.eee") {
            p.sheet.set("ETHTOOL_OPTIONS_eee", format!("--set-eee {} eee {}", p.name, switch(on)));
            p.done("ethtool.eee");
        }
    }

    /// The words for `ethtool -s`.
    fn card(&mut self, p: &mut Profile<'_>) -> Vec<String> {
        let mut words = Vec::new();
        if let (Some(Value::Int(speed @ 1..=4_294_967_295)), Some(Value::Text(duplex))) =
            (p.said("ethtool.speed"), p.said("ethtool.duplex"))
            && matches!(duplex.as_ref(), "half" | "full")
        {
            words.push(format!("speed {speed} duplex {duplex}"));
            p.done("ethtool.speed");
            p.done("ethtool.duplex");
        }
        if let Some(Value::Bool(on)) = p.said("ethtool.autoneg") {
            words.push(format!("autoneg {}", switch(on)));
            p.done("ethtool.autoneg");
        }
        if let Some(Value::Text(port)) = p.said("ethtool.port")
            && matches!(port.as_ref(), "tp" | "aui" | "bnc" | "mii")
        {
            words.push(format!("port {port}"));
            p.done("ethtool.port");
        }
        let known: i64 = WAKE.iter().map(|(_, bit)| bit).sum();
        let mut magic = false;
        match p.said("ethtool.wol") {
            Some(Value::Int(WOL_IGNORE)) => self.otherwise(p, "ethtool.wol", "wake-on-lan-left-alone"),
            Some(Value::Int(bits)) if bits & !known == 0 => {
                let letters: String =
                    WAKE.iter().filter(|(_, bit)| bits & bit != 0).map(|(letter, _)| *letter).collect();
                words.push(format!("wol {}", if letters.is_empty() { "d" } else { &letters }));
                p.done("ethtool.wol");
                magic = bits & 64 != 0;
            }
            Some(_) | None => {}
        }
        let password = p.said("ethtool.wol_password").map(|value| value.to_string());
        if let Some(password) =
            password.filter(|text| magic && text.parse::<Mac>().is_ok_and(|mac| mac.bytes().len() == 6))
        {
            words.push(format!("sopass {password}"));
            p.done("ethtool.wol_password");
        }
        words
    }
}
