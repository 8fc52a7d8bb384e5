//! systemd's .link files (systemd.link(5)).

use super::{DeviceName, NamedBy, logical_lines, macs};
use netpivot_model::source::{Origin, SourceId, Span};

/// The name that a .link file gives, if any.
pub(super) fn name(text: &str, source: SourceId) -> Option<DeviceName> {
    let mut section = String::new();
    let mut found = DeviceName {
        name: String::new(),
        macs: Vec::new(),
        original: None,
        path: None,
        driver: None,
        by: NamedBy::LinkFile,
        origin: Origin::default_value(),
    };
    let mut spans: Vec<Span> = Vec::new();
    for line in logical_lines(text, source, &['#', ';']) {
        if let Some(header) = line.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = header.to_owned();
            continue;
        }
        let Some((key, value)) = line.text.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        let text = || Some(value.to_owned()).filter(|text| !text.is_empty());
        match (section.as_str(), key) {
            // An empty value empties the list.
            ("Match", "MACAddress" | "PermanentMACAddress") if value.is_empty() => found.macs.clear(),
            ("Match", "MACAddress" | "PermanentMACAddress") => found.macs.extend(macs(value)),
            ("Match", "OriginalName") => found.original = text(),
            ("Match", "Path") => found.path = text(),
            ("Match", "Driver") => found.driver = text(),
            ("Link", "Name") => {
                found.name = value.to_owned();
                spans.insert(0, line.span);
                continue;
            }
            _ => continue,
        }
        spans.push(line.span);
    }
    found.origin = Origin::said(spans);
    (!found.name.is_empty()).then_some(found)
}
