//! Traffic control (QDISCn, FILTERn, TC_COMMIT) and virtual functions (SRIOV_VFn), which only NetworkManager sets.

use super::Job;
use super::profile::Profile;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;

impl Job<'_> {
    /// Writes the keys.
    pub(super) fn qos(&mut self, p: &mut Profile<'_>) {
        let mut any = false;
        for (path, key) in [("tc.qdiscs", "QDISC"), ("tc.filters", "FILTER")] {
            let Some(Value::Map(entries)) = p.said(path) else { continue };
            let fits = |(parent, words): &&(String, Value)| {
                let words = words.to_string();
                let mut rest = words.split_ascii_whitespace();
                let handle = rest.next() != Some("handle") || rest.next().is_some_and(is_handle);
                let known = match path {
                    "tc.filters" => has_known_action(&words),
                    _ => true,
                };
                (parent == "root" || is_handle(parent)) && handle && known && !words.is_empty()
            };
            for (n, (parent, words)) in (1..).zip(entries.iter().filter(fits)) {
                let parent = if parent == "root" { parent.clone() } else { format!("parent {parent}") };
                p.file.set(format!("{key}{n}"), format!("{parent} {words}"));
                any = true;
            }
            p.done(path);
            let text =
                "NetworkManager's ifcfg reader takes disciplines and filters in the words of tc(8) only";
            self.cannot(p, FieldPath::parse(path), &codes::REFUSED, text, None);
        }
        match p.said("tc.replace") {
            Some(Value::Bool(true)) => {
                if !any {
                    p.file.flag("TC_COMMIT", true);
                }
                p.done("tc.replace");
            }
            Some(_) => {}
            None if any => self.added(p, "tc.replace", "tc-replaces-all"),
            None => {}
        }
        let total = match p.said("sriov.total_vfs") {
            Some(Value::Int(n)) => n,
            Some(_) | None => 0,
        };
        if let Some(Value::Map(entries)) = p.said("sriov.vfs") {
            let number = |name: &str| name.parse::<i64>().ok().filter(|n| *n < total);
            if entries.iter().any(|(name, _)| number(name).is_none()) {
                return self.refused(p, "sriov.vfs", "takes functions below SRIOV_TOTAL_VFS only");
            }
            for (name, words) in &entries {
                p.file.set(format!("SRIOV_VF{name}"), words.to_string());
            }
            p.done("sriov.vfs");
        }
    }
}

/// `MAJOR:MINOR` in hexadecimal; either may be missing.
fn is_handle(text: &str) -> bool {
    let hex = |part: &str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_hexdigit());
    text.split_once(':')
        .is_some_and(|(major, minor)| hex(major) && hex(minor) && !(major.is_empty() && minor.is_empty()))
}

/// The actions of filters that libnm knows (`nm_utils_tc_tfilter_from_str`).
fn has_known_action(words: &str) -> bool {
    match words.split_once(" action ") {
        None => true,
        Some((_, action)) => action.starts_with("simple") || action.starts_with("mirred egress "),
    }
}
