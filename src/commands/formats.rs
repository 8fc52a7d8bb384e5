//! `netpivot formats`: the formats with their directions, dialects and places.

use crate::failure::Failure;
use crate::formats;
use std::fmt::Write;

pub(super) fn run() -> Result<u8, Failure> {
    let mut text = String::new();
    for info in formats::all() {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = write!(text, "{}", describe(info));
    }
    super::print(&text)?;
    Ok(0)
}

/// A format in a few lines.
pub(super) fn describe(info: &netpivot_model::format::FormatInfo) -> String {
    let way = match (formats::parser(info.name).is_some(), formats::emitter(info.name).is_some()) {
        (true, true) => "read and written",
        (true, false) => "read only",
        (false, true) => "written only",
        (false, false) => "not available",
    };
    let mut text = format!("{} ({way}): {}\n", info.name, info.title);
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:<9} {value}");
        }
    };
    line("aliases", info.aliases.join(", "));
    for (n, (dialect, what)) in info.dialects.iter().enumerate() {
        let default = if n == 0 { " (default)" } else { "" };
        line(if n == 0 { "dialects" } else { "" }, format!("{}:{dialect}{default} – {what}", info.name));
    }
    line("files", info.host_paths.join(", "));
    line("scope", info.scope.to_owned());
    line("see", info.doc.to_owned());
    text
}
