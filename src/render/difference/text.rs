//! The differences as text, grouped by link.

use super::{Difference, Kind, Line, Place, Side, heading, lines, lines_not_compared};
use crate::pipeline::Loaded;
use crate::render::{Paint, printable, public};
use std::fmt::Write;

/// The differences; empty where there are none. `old` and `new` are what people call the two inputs.
#[must_use]
pub fn to_text(of: &Difference, (old, new): (&str, &str), reveal: bool, paint: Paint) -> String {
    let lines = lines(of, reveal);
    if lines.is_empty() {
        return String::new();
    }
    let mut view = View { of, reveal, paint, text: String::new() };
    let titles = [("---", old, &of.old), ("+++", new, &of.new)];
    for (sign, label, loaded) in titles {
        view.line(&paint.bold(&view.shown(&format!("{sign} {label} ({})", loaded.network.dialect))));
    }
    view.groups(&lines);
    view.text
}

/// What is not compared, one a line without a place, as notes.
#[must_use]
pub fn not_compared(of: &Difference, reveal: bool) -> Vec<String> {
    lines_not_compared(of, reveal)
        .iter()
        .map(|line| {
            let whose = heading(of, line.whose);
            let what = what(line);
            let text = if what.is_empty() { whose } else { format!("{whose}: {what}") };
            let text = format!("{text} ({})", line.kind.word());
            if reveal { printable(&text).into_owned() } else { public(&text).into_owned() }
        })
        .collect()
}

/// `spanning tree: on → off`; empty for a link as a whole.
fn what(line: &Line) -> String {
    if line.is_link {
        return String::new();
    }
    let name = line.name.as_deref().unwrap_or_default();
    let name = match (&line.entry, &line.field) {
        (Some(label), Some(_)) => format!("{label}: {name}"),
        (Some(label), None) => label.clone(),
        (None, _) => name.to_owned(),
    };
    let values = match (&line.old, &line.new) {
        (Some(old), Some(new)) if old.told == new.told => format!("{} → {} (differs)", old.told, new.told),
        (Some(old), Some(new)) => format!("{} → {}", old.told, new.told),
        (Some(side), None) | (None, Some(side)) => side.told.clone(),
        (None, None) => String::new(),
    };
    if values.is_empty() { name } else { format!("{name}: {values}") }
}

struct View<'d> {
    of: &'d Difference,
    reveal: bool,
    paint: Paint,
    text: String,
}

impl View<'_> {
    fn groups(&mut self, lines: &[Line]) {
        for group in lines.chunk_by(|a, b| a.whose == b.whose) {
            let whole = group.iter().find(|line| line.is_link);
            let sign = whole.map_or("", |line| sign(line.kind));
            let title = format!("{sign}{}", heading(self.of, group[0].whose));
            let title = self.paint.bold(&self.shown(&title));
            self.line("");
            self.line(&whole.map_or(title.clone(), |line| self.coloured(line.kind, &title)));
            if let Some(line) = whole {
                self.places(line, "  ");
            }
            for line in group.iter().filter(|line| !line.is_link) {
                let text = self.shown(&format!("{}{}", sign_of(line), what(line)));
                let text = self.coloured(line.kind, &text);
                self.line(&format!("  {text}"));
                self.places(line, "      ");
            }
        }
    }

    /// `/etc/a:3 → default of keyfile`.
    fn places(&mut self, line: &Line, indent: &str) {
        let place = |side: &Option<Side>, loaded: &Loaded| place(side.as_ref()?, loaded);
        let (old, new) = (place(&line.old, &self.of.old), place(&line.new, &self.of.new));
        let text = match (old, new) {
            (Some(old), Some(new)) => format!("{old} → {new}"),
            (Some(place), None) | (None, Some(place)) => place,
            (None, None) => return,
        };
        let text = self.paint.dim(&self.shown(&text));
        self.line(&format!("{indent}{text}"));
    }

    fn coloured(&self, kind: Kind, text: &str) -> String {
        match kind {
            Kind::Changed => text.to_owned(),
            Kind::Added => self.paint.green(text),
            Kind::Removed => self.paint.red(text),
        }
    }

    fn shown(&self, text: &str) -> String {
        if self.reveal { printable(text) } else { public(text) }.into_owned()
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}");
    }
}

fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Changed => "",
        Kind::Added => "+ ",
        Kind::Removed => "- ",
    }
}

fn sign_of(line: &Line) -> &'static str {
    match line.kind {
        Kind::Changed => "~ ",
        kind @ (Kind::Added | Kind::Removed) => sign(kind),
    }
}

fn place(side: &Side, loaded: &Loaded) -> Option<String> {
    let dialect = loaded.network.dialect;
    match side.place {
        Place::At(span) => Some(loaded.sources.place_of_line(span)),
        Place::Default => Some(format!("default of {dialect}")),
        Place::Nowhere if side.value.is_some() => Some(format!("derived ({dialect})")),
        Place::Nowhere => None,
    }
}
