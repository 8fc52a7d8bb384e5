//! Conversions in process, as the suite wants them: no disk, secrets in the files.

use netpivot::failure::{Failure, FailureKind};
use netpivot::formats::{Direction, FormatSpec};
use netpivot::pipeline::{Conversion, Request, convert, convert_from_state};
use netpivot_emitters::OutputFile;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::network::Network;
use netpivot_model::source::{Sources, Span};
use netpivot_parsers::FileStatus;
use netpivot_parsers::tree::Tree;

/// What came of a conversion, whether or not there was a network.
#[derive(Debug)]
pub struct Outcome {
    /// The network of the source.
    pub network: Network,
    /// The texts read.
    pub sources: Sources,
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
    /// The files looked at.
    pub files: Vec<(String, FileStatus)>,
    /// The files made.
    pub outputs: Vec<OutputFile>,
    /// Why there is no output, where there is none.
    pub failure: Option<String>,
    /// True where netpivot itself is at fault (exit status 70).
    pub bug: bool,
}

impl From<Conversion> for Outcome {
    fn from(done: Conversion) -> Self {
        Outcome {
            network: done.network,
            sources: done.sources,
            diagnostics: done.diagnostics,
            files: done.files,
            outputs: done.outputs,
            failure: None,
            bug: false,
        }
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        let bug = failure.kind == FailureKind::Bug;
        Outcome {
            network: Network::default(),
            sources: failure.found.sources,
            diagnostics: failure.found.diagnostics,
            files: failure.found.files,
            outputs: Vec::new(),
            failure: Some(failure.message),
            bug,
        }
    }
}

/// The request for `from` (`ifcfg:initscripts`; `None`: detected) to `to`, with secrets in the files.
pub fn request(from: Option<&str>, to: &str) -> Request {
    let format = |text, direction| FormatSpec::parse(text, direction).expect("a format that exists");
    Request {
        from: from.map(|text| format(text, Direction::From)),
        to: vec![format(to, Direction::To)],
        reveal: true,
        ..Request::default()
    }
}

/// Converts a tree.
pub fn run(tree: &dyn Tree, request: &Request) -> Outcome {
    convert(tree, request).map_or_else(Outcome::from, Outcome::from)
}

/// Converts a tree of commands that start from another tree.
pub fn run_from_state(tree: &dyn Tree, request: &Request, state: Option<&dyn Tree>) -> Outcome {
    convert_from_state(tree, request, state).map_or_else(Outcome::from, Outcome::from)
}

/// `path:line:column: severity[CODE]: message`.
pub fn line(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let place = match (diagnostic.labels.first(), &diagnostic.file) {
        (Some(span), _) => sources.place(*span),
        (None, Some(file)) => file.clone(),
        (None, None) => "-".to_owned(),
    };
    format!("{place}: {}[{}]: {}", diagnostic.severity.as_str(), diagnostic.code.id, diagnostic.message)
}

impl Outcome {
    /// All findings, one line each, and the failure.
    pub fn findings(&self) -> Vec<String> {
        let lines = self.diagnostics.iter().map(|d| line(&self.sources, d));
        lines.chain(self.failure.iter().map(|message| format!("failed: {message}"))).collect()
    }

    /// The output files as text, each under its path and mode.
    pub fn text(&self) -> String {
        let files = self.outputs.iter().map(|f| format!("# ==> {} ({:04o})\n{}", f.path, f.mode, f.text));
        files.collect::<Vec<_>>().join("\n")
    }

    /// All places that a fact, a leftover or a finding speaks of.
    pub fn spoken_of(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = self.diagnostics.iter().flat_map(|d| d.labels.iter().copied()).collect();
        spans.extend(netpivot_model::facts::said(&self.network).into_iter().flat_map(|fact| fact.spans));
        spans.extend(self.network.leftovers.iter().flat_map(|l| l.origin.spans()));
        spans
    }
}
