//! The differences for programs (`diff --json`).

use super::{Difference, Line, Place, Side, lines, lines_not_compared};
use crate::pipeline::Loaded;
use netpivot_model::json::value;
use netpivot_model::link::Link;
use serde_json::{Value, json};

/// The version of the form.
const VERSION: u32 = 1;

/// The differences as JSON text. `old` and `new` are what people call the two inputs.
#[must_use]
pub fn to_text(of: &Difference, (old, new): (&str, &str), reveal: bool) -> String {
    let all = |lines: Vec<Line>| lines.iter().map(|line| change(of, line, reveal)).collect::<Vec<_>>();
    let side = |label: &str, loaded: &Loaded| json!({ "input": label, "dialect": loaded.network.dialect.to_string() });
    let text = json!({
        "version": VERSION,
        "old": side(old, &of.old),
        "new": side(new, &of.new),
        "changes": all(lines(of, reveal)),
        "not_compared": all(lines_not_compared(of, reveal)),
    });
    format!("{text:#}\n")
}

fn change(of: &Difference, line: &Line, reveal: bool) -> Value {
    let (old, new) = line.whose.unwrap_or((None, None));
    let old = old.map(|id| of.old.network.link(id));
    let new = new.map(|id| of.new.network.link(id));
    let link: Option<&Link> = old.or(new);
    json!({
        "kind": line.kind.word(),
        "link": link.map(Link::label),
        "new_link": new.filter(|new| old.is_some_and(|old| old.label() != new.label())).map(Link::label),
        "link_kind": link.map(|link| link.kind.value.word()),
        "netns": link.and_then(|link| Some(link.netns.as_ref()?.value.as_str())),
        "entry": line.entry,
        "field": line.field.map(|field| field.to_string()),
        "name": line.name,
        "old": told(line.old.as_ref(), reveal),
        "new": told(line.new.as_ref(), reveal),
        "old_source": source(line.old.as_ref(), &of.old),
        "new_source": source(line.new.as_ref(), &of.new),
    })
}

/// The value as the model has it; of an entry as a whole, and of what the model has no place for, its words.
fn told(side: Option<&Side>, reveal: bool) -> Value {
    let Some(side) = side else { return Value::Null };
    match &side.value {
        Some(found) if side.is_typed => value(found, reveal),
        Some(_) => side.told.as_str().into(),
        None => Value::Null,
    }
}

/// `null` where silence means the value, and where no text says it.
fn source(side: Option<&Side>, loaded: &Loaded) -> Value {
    let Some(Side { place: Place::At(span), .. }) = side else { return Value::Null };
    let at = loaded.sources.line_column(*span);
    json!({ "file": loaded.sources.get(span.source).path, "line": at.line, "column": at.column })
}
