//! Where a value comes from: sources, spans, origins.
//!
//! Every promise of netpivot about loss rests on this module: an input item is
//! accounted for when its [`Span`] stands in the [`Origin`] of a fact or in a
//! label of a diagnostic (see [`crate::coverage`]).

use std::fmt;
use std::sync::OnceLock;

/// Index of a source text in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A half-open range of bytes of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source text.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets.
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { source, start: clamp(start), end: clamp(end) }
    }

    /// True when `other` lies within `self`.
    #[must_use]
    pub fn contains(&self, other: &Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

/// Why a value is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The input says so at the spans.
    Said,
    /// The running kernel says so.
    Kernel,
    /// Silence means so in the source's dialect.
    Default,
    /// A named rule made it of what stands at the spans.
    Derived(&'static str),
}

/// Where a value comes from: several spans (`IPADDR` + `PREFIX` are one
/// address), the kernel, a default, or a named rule.
///
/// Nearly every origin is one span, so that case takes no allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Repr);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    Span(Span),
    Default,
    Full(Box<(Vec<Span>, Cause)>),
}

impl Origin {
    /// Said by the input at one place.
    #[must_use]
    pub fn at(span: Span) -> Self {
        Origin(Repr::Span(span))
    }

    /// Said by the input at several places, the most important first.
    pub fn said(spans: impl IntoIterator<Item = Span>) -> Self {
        Origin(Repr::Full(Box::new((spans.into_iter().collect(), Cause::Said))))
    }

    /// Made by the named rule from what stands at `spans`.
    pub fn derived(rule: &'static str, spans: impl IntoIterator<Item = Span>) -> Self {
        Origin(Repr::Full(Box::new((spans.into_iter().collect(), Cause::Derived(rule)))))
    }

    /// What the running kernel says.
    #[must_use]
    pub fn kernel() -> Self {
        Origin(Repr::Full(Box::new((Vec::new(), Cause::Kernel))))
    }

    /// What silence means.
    #[must_use]
    pub fn default_value() -> Self {
        Origin(Repr::Default)
    }

    /// The places in the input, the most important first.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        match &self.0 {
            Repr::Span(span) => std::slice::from_ref(span),
            Repr::Default => &[],
            Repr::Full(full) => &full.0,
        }
    }

    /// Why the value is what it is.
    #[must_use]
    pub fn cause(&self) -> Cause {
        match &self.0 {
            Repr::Span(_) => Cause::Said,
            Repr::Default => Cause::Default,
            Repr::Full(full) => full.1,
        }
    }

    /// Adds the places of another origin.
    pub fn merge(&mut self, other: &Origin) {
        let mut spans = self.spans().to_vec();
        for span in other.spans() {
            if !spans.contains(span) {
                spans.push(*span);
            }
        }
        let cause = if self.0 == Repr::Default { other.cause() } else { self.cause() };
        *self = Origin(Repr::Full(Box::new((spans, cause))));
    }

    /// The first place, if any.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.spans().first().copied()
    }
}

impl From<Span> for Origin {
    fn from(span: Span) -> Self {
        Origin::at(span)
    }
}

/// A value and where it comes from. Equality ignores the origin.
#[derive(Clone)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> At<T> {
    /// A value with its origin.
    pub fn new(value: T, origin: impl Into<Origin>) -> Self {
        At { value, origin: origin.into() }
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: fmt::Debug> fmt::Debug for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// What people call a text that was taken from the running kernel, and what stands before a namespace's name in it.
pub const LIVE: &str = "live";

/// One source text: a file of the host, standard input, a capture.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as on the host (`/etc/sysconfig/network-scripts/ifcfg-eth0`), or
    /// the file's path as given where there is no host root.
    pub path: String,
    /// The text; bytes that are no UTF-8 are replaced.
    pub text: String,
    /// Where the lines begin, found when the first place is asked for: a file can have as many findings as lines.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// True for a text that stands in no file, so that its lines are no places: the running kernel's state.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.path.strip_prefix(LIVE).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    }

    /// Line from 1 of the byte `at`, and where that line begins.
    fn line(&self, at: usize) -> (usize, usize) {
        let lines = self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(end, _)| end + 1)).collect()
        });
        let line = lines.partition_point(|start| *start <= at);
        (line, lines[line - 1])
    }
}

/// All source texts of one run; spans index into it.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    list: Vec<Source>,
}

/// A place as people count: line and column from 1; columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Sources {
    /// Adds a text and gives its id.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.list.len()).expect("fewer than 2^32 files"));
        self.list.push(Source { path: path.into(), text: text.into(), lines: OnceLock::new() });
        id
    }

    /// The source of that id.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.list[id.0 as usize]
    }

    /// All sources in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0u32..).map(SourceId).zip(&self.list)
    }

    /// The id of the source with that path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<SourceId> {
        self.iter().find(|(_, s)| s.path == path).map(|(id, _)| id)
    }

    /// The bytes of a span.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a span's start.
    #[must_use]
    pub fn line_column(&self, span: Span) -> LineColumn {
        let source = self.get(span.source);
        let mut at = (span.start as usize).min(source.text.len());
        while !source.text.is_char_boundary(at) {
            at -= 1;
        }
        let (line, start) = source.line(at);
        LineColumn { line, column: source.text[start..at].chars().count() + 1 }
    }

    /// `path:line:column` of a span's start, and the path alone where the text stands in no file.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let line = self.place_of_line(span);
        if self.get(span.source).is_live() {
            line
        } else {
            format!("{line}:{}", self.line_column(span).column)
        }
    }

    /// `path:line` of a span's start, and the path alone where the text stands in no file.
    #[must_use]
    pub fn place_of_line(&self, span: Span) -> String {
        let source = self.get(span.source);
        let path = source.path.as_str();
        if source.is_live() { path.to_owned() } else { format!("{path}:{}", self.line_column(span).line) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_kernel_has_no_lines() {
        let mut sources = Sources::default();
        let places = ["live", "live:netns=a", "liver"].map(|path| {
            let id = sources.add(path, "{}");
            (sources.place(Span::new(id, 0, 1)), sources.place_of_line(Span::new(id, 0, 1)))
        });
        let expected = [("live", "live"), ("live:netns=a", "live:netns=a"), ("liver:1:1", "liver:1")];
        assert_eq!(places, expected.map(|(place, line)| (place.to_owned(), line.to_owned())));
    }

    #[test]
    fn places_count_lines_and_characters() {
        let mut sources = Sources::default();
        let id = sources.add("/etc/x", "A=1\nÜÜB=2\n");
        let start = "A=1\nÜÜ".len();
        let span = Span::new(id, start, start + 3);
        assert_eq!(sources.text(span), "B=2");
        assert_eq!(
            (sources.place(span), sources.place_of_line(span)),
            ("/etc/x:2:3".into(), "/etc/x:2".into())
        );
        let at = |start| sources.line_column(Span::new(id, start, start));
        let places = [0, 3, 4, start + 3, start + 4, 99].map(|start| (at(start).line, at(start).column));
        assert_eq!(places, [(1, 1), (1, 4), (2, 1), (2, 6), (3, 1), (3, 1)]);
    }

    #[test]
    fn equality_ignores_the_origin() {
        let span = Span::new(SourceId(0), 0, 1);
        assert_eq!(At::new(1, span), At::new(1, Origin::default_value()));
    }
}
