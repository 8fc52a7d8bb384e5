//! Diagnostics: what netpivot has to say about an input, with places and cures.

use crate::codes::Code;
use crate::path::FactPath;
use crate::source::{Origin, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information.
    Note,
    /// Worth a look; nothing that acted is missing from the output.
    Warning,
    /// Something that the source's own software acts on is not in the output.
    Loss,
    /// The input is broken here.
    Error,
}

impl Severity {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Loss => "loss",
            Severity::Error => "error",
        }
    }
}

/// One finding. The message is a sentence without a final period, says what it means for the
/// host, and never holds a secret.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// What kind of finding.
    pub code: &'static Code,
    /// How bad; the code's own severity unless the dialect says otherwise.
    pub severity: Severity,
    /// One sentence without a final period.
    pub message: String,
    /// Places in the input, the first is the main one.
    pub labels: Vec<Span>,
    /// The file it is about where there is no place in a text.
    pub file: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The setting it is about.
    pub path: Option<FactPath>,
}

impl Diagnostic {
    /// A finding of that kind.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            labels: Vec::new(),
            file: None,
            help: None,
            path: None,
        }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.labels.push(span);
        self
    }

    /// Adds the places of an origin.
    #[must_use]
    pub fn from(mut self, origin: &Origin) -> Self {
        self.labels.extend(origin.spans());
        self
    }

    /// Names the file as a whole.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Names the setting.
    #[must_use]
    pub fn about(mut self, path: FactPath) -> Self {
        self.path = Some(path);
        self
    }

    /// Overrides the severity of the code.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}
