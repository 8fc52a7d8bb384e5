//! What unit tests of the keys share: variables from lines, and what a link says.

use super::vars::Vars;
use netpivot_model::facts::said_paths;
use netpivot_model::link::Link;
use netpivot_model::source::{SourceId, Span};

/// The variables of `KEY=VALUE` lines, each with a place of its own.
pub(super) fn vars(text: &str) -> Vars {
    let mut vars = Vars::default();
    for (n, line) in text.lines().enumerate() {
        let (key, value) = line.split_once('=').unwrap();
        vars.set(key, value, Span::new(SourceId(0), n * 100, n * 100 + 50));
    }
    vars
}

/// The settings of a link as `path=value`, without its kind.
pub(super) fn said(link: &Link) -> Vec<String> {
    let value = |path| link.leaf(path).and_then(|leaf| leaf.value());
    said_paths(link).into_iter().filter_map(|p| value(p).map(|v| format!("{p}={v}"))).collect()
}
