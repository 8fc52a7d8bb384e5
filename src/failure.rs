//! What ends a run or the work on one host, with its exit status.

use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::{Sources, Span};
use netpivot_parsers::FileStatus;

/// Exit status of a finished run.
pub const DONE: u8 = 0;
/// Exit status of a comparison that found differences.
pub const CHANGED: u8 = 1;
/// Exit status where something is lost that was not allowed.
pub const LOST: u8 = 4;

/// Which of the exit statuses a failure has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The command line asks for what there is not.
    Usage,
    /// The input cannot be read, or there is no network in it.
    Input,
    /// The output cannot be written.
    Write,
    /// What is there forbids the change; nothing was begun.
    Refused,
    /// A fault of netpivot itself.
    Bug,
}

impl FailureKind {
    /// The exit status.
    #[must_use]
    pub fn exit(self) -> u8 {
        match self {
            FailureKind::Usage => 2,
            FailureKind::Input => 3,
            FailureKind::Write | FailureKind::Refused => 5,
            FailureKind::Bug => 70,
        }
    }
}

/// The end of a run, or of the work on one host.
#[derive(Debug)]
pub struct Failure {
    /// Which kind.
    pub kind: FailureKind,
    /// One sentence without a final period.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What was found until then.
    pub found: Box<Findings>,
}

/// What was found until a failure.
#[derive(Debug, Default)]
pub struct Findings {
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that they point into.
    pub sources: Sources,
    /// Places of secrets in the texts.
    pub secrets: Vec<Span>,
    /// The files looked at.
    pub files: Vec<(String, FileStatus)>,
}

impl Failure {
    /// A failure of that kind.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Failure { kind, message: message.into(), help: None, found: Box::default() }
    }

    /// A wrong command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Failure::new(FailureKind::Usage, message)
    }

    /// An input that cannot be read, or has no network in it.
    pub fn input(message: impl Into<String>) -> Self {
        Failure::new(FailureKind::Input, message)
    }

    /// A change that what is there forbids.
    pub fn refused(message: impl Into<String>) -> Self {
        Failure::new(FailureKind::Refused, message)
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}
