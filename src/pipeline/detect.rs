//! Which format a tree holds.

use crate::failure::Failure;
use crate::formats::{self, FormatSpec};
use netpivot_model::codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_parsers::{Confidence, Parser, Tree};

/// A format found in a tree.
pub struct Found {
    /// Its parser.
    pub parser: &'static dyn Parser,
    /// True where there is no doubt.
    pub sure: bool,
    /// Why, for people.
    pub reason: String,
}

/// The formats of a tree, the sure ones first, else in the order of registration.
#[must_use]
pub fn formats(tree: &dyn Tree) -> Vec<Found> {
    let mut found: Vec<Found> = netpivot_parsers::ALL
        .iter()
        .filter_map(|parser| match parser.detect(tree) {
            Confidence::No => None,
            Confidence::Maybe(reason) => Some(Found { parser: *parser, sure: false, reason }),
            Confidence::Sure(reason) => Some(Found { parser: *parser, sure: true, reason }),
        })
        .collect();
    found.sort_by_key(|f| !f.sure);
    found
}

/// The parser for a tree: the one asked for, else the one found. Other formats that are surely there
/// too are findings, since their configuration is left out.
pub(super) fn choose(
    tree: &dyn Tree,
    from: Option<&FormatSpec>,
) -> Result<(&'static dyn Parser, Vec<Diagnostic>), Failure> {
    if let Some(spec) = from {
        let parser = formats::parser(spec.name)
            .ok_or_else(|| Failure::usage(format!("the format `{}` cannot be read", spec.name)))?;
        return Ok((parser, Vec::new()));
    }
    let found = formats(tree);
    let Some(first) = found.first() else {
        return Err(nothing_found());
    };
    let chosen = first.parser.info().name;
    let others = found.iter().skip(1).filter(|other| other.sure);
    let findings = others.map(|other| {
        let name = other.parser.info().name;
        Diagnostic::new(
            &codes::core::SEVERAL_FORMATS,
            format!(
                "this host has configuration in the format {name} too ({}), which is left out; {chosen} is read",
                other.reason
            ),
        )
        .help(format!("convert it on its own with `-f {name}`"))
    });
    Ok((first.parser, findings.collect()))
}

/// What else a tree holds where the format that was asked for is not in it: `keyfile (… holds 2 profiles)`.
#[must_use]
pub fn others(tree: &dyn Tree, asked: &str) -> Option<String> {
    let found = formats(tree).into_iter().filter(|found| found.parser.info().name != asked);
    let words: Vec<String> =
        found.map(|found| format!("{} ({})", found.parser.info().name, found.reason)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn nothing_found() -> Failure {
    let places: Vec<String> = formats::all()
        .into_iter()
        .filter(|info| formats::parser(info.name).is_some() && !info.host_paths.is_empty())
        .map(|info| format!("{} ({})", info.name, info.host_paths.join(", ")))
        .collect();
    Failure::input("no network configuration of a known format was found").help(format!(
        "say the format with `-f`, or the host's root with `--root`; looked for {}",
        places.join("; ")
    ))
}
