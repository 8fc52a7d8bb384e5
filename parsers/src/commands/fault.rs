//! Why a command has no effect, or none that is known here.

use crate::text::iproute::{NAME_CURE, WordError};
use netpivot_model::codes::{Code, commands as codes};
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::source::Span;

/// What a command comes to.
pub(super) type Done = Result<(), Fault>;

/// A command without its effect. Boxed, since nearly every command works.
#[derive(Debug)]
pub(super) struct Fault(pub(super) Box<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub kind: Kind,
    /// The word to blame.
    pub span: Span,
    /// A clause that goes on after "because".
    pub why: String,
    /// What was meant, where it can be guessed.
    pub intent: Option<String>,
    /// True where a host may have what is missing, and nobody here knows.
    pub may_be_there: bool,
    /// The command for what the model has no place for, where the rest of it has one.
    pub remainder: Option<String>,
}

/// Who refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The program itself.
    Usage,
    /// The kernel; its word for it (`File exists`).
    Kernel(&'static str),
    /// Nobody: it works, and the model has no place for it.
    Beyond,
    /// Nobody: it works but for something that the model has no place for and no later command sets.
    Without,
    /// Nobody knows: only a shell or another program could tell.
    Unknown,
    /// It hangs on a command before it of which nobody knows.
    Doubt,
}

impl Fault {
    fn new(kind: Kind, span: Span, why: impl Into<String>) -> Self {
        Fault(Box::new(Inner {
            kind,
            span,
            why: why.into(),
            intent: None,
            may_be_there: false,
            remainder: None,
        }))
    }

    /// The program does not take the word.
    pub fn usage(span: Span, why: impl Into<String>) -> Self {
        Fault::new(Kind::Usage, span, why)
    }

    /// The kernel answers with that error.
    pub fn kernel(errno: &'static str, span: Span, why: impl Into<String>) -> Self {
        Fault::new(Kind::Kernel(errno), span, why)
    }

    /// The model has no place for it.
    pub fn beyond(span: Span, why: impl Into<String>) -> Self {
        Fault::new(Kind::Beyond, span, why)
    }

    /// The model has a place for all but what this command says.
    pub fn remainder(span: Span, why: impl Into<String>, command: String) -> Self {
        let mut fault = Fault::beyond(span, why);
        fault.0.remainder = Some(command);
        fault
    }

    /// The model has a place for all but what only the command itself can say.
    pub fn without(span: Span, why: impl Into<String>) -> Self {
        Fault::new(Kind::Without, span, why)
    }

    /// It cannot be known what it does.
    pub fn unknown(span: Span, why: impl Into<String>) -> Self {
        Fault::new(Kind::Unknown, span, why)
    }

    /// It hangs on a command before it that is not evaluated.
    pub fn doubt(span: Span, why: impl Into<String>) -> Self {
        Fault::new(Kind::Doubt, span, why)
    }

    /// What was probably meant.
    pub fn intent(mut self, text: impl Into<String>) -> Self {
        self.0.intent = Some(text.into());
        self
    }

    /// A refusal for something that a host may have which is not known here.
    pub fn unless_there(mut self, may_be_there: bool) -> Self {
        self.0.may_be_there = may_be_there;
        self
    }

    /// True where only the host could tell whether it is refused.
    pub fn may_be_there(&self) -> bool {
        self.0.may_be_there
    }

    /// The same refusal, where the host decides.
    pub fn left_to_host(mut self) -> Self {
        self.0.why.push_str(" as far as is known here");
        self.0.kind = Kind::Unknown;
        self
    }

    /// True where the command does nothing on the host.
    pub fn is_refusal(&self) -> bool {
        match self.0.kind {
            Kind::Usage | Kind::Kernel(_) => true,
            Kind::Beyond | Kind::Without | Kind::Unknown | Kind::Doubt => false,
        }
    }

    /// The command for what has no place, where the rest of it has one.
    pub fn remainder_of_it(&self) -> Option<&str> {
        self.0.remainder.as_deref()
    }

    /// True where it is done, but for something that is lost.
    pub fn is_without(&self) -> bool {
        self.0.kind == Kind::Without
    }

    /// True where the refusal is for something that is not there, or not any more.
    pub fn is_for_absence(&self) -> bool {
        match self.0.kind {
            Kind::Kernel(errno) => matches!(
                errno,
                "No such device"
                    | "No such process"
                    | "No such file or directory"
                    | "No such device or address"
                    | "No chain/target/match by that name"
                    | "Network is unreachable"
                    | "Network is down"
                    | "No route to host"
                    | "Cannot assign requested address"
                    | "no bridge of that name"
                    | "no port of that name"
            ),
            Kind::Usage | Kind::Beyond | Kind::Without | Kind::Unknown | Kind::Doubt => false,
        }
    }

    /// True where only a shell or another program could tell.
    pub fn is_unknown(&self) -> bool {
        matches!(self.0.kind, Kind::Unknown | Kind::Doubt)
    }

    /// True where it hangs on a command before it that is not evaluated.
    pub fn is_doubt(&self) -> bool {
        self.0.kind == Kind::Doubt
    }

    /// The same refusal, where what is missing may be there after all.
    pub fn doubted(self) -> Self {
        let why = format!("{}, unless a command before it that is not evaluated has made it so", self.0.why);
        Fault::doubt(self.0.span, why)
    }

    fn code(&self) -> &'static Code {
        match self.0.kind {
            Kind::Usage => &codes::USAGE,
            Kind::Kernel(_) => &codes::REFUSED,
            Kind::Beyond => &codes::UNMODELLED,
            Kind::Without => &codes::WITHOUT,
            Kind::Unknown | Kind::Doubt => &codes::HOOK,
        }
    }

    /// The finding for people. `command` is the command as it stands, `program` its first word. Of a command of several
    /// lines the first is shown.
    pub fn diagnostic(&self, command: &str, program: &str) -> Diagnostic {
        let Inner { kind, span, why, intent, may_be_there, remainder } = &*self.0;
        let (message, help) = match kind {
            Kind::Usage => (
                format!("`{command}` does nothing on the host: {program} refuses it because {why}"),
                "correct the command, or remove it".to_owned(),
            ),
            Kind::Kernel(errno) if *may_be_there => (
                format!(
                    "`{command}` is left out: the kernel refuses it ({errno}) because {why}, unless the host has it by other means"
                ),
                "correct the command, or give the host's own state with `--from-state`".to_owned(),
            ),
            Kind::Kernel(errno) => (
                format!(
                    "`{command}` does nothing on the host: the kernel refuses it ({errno}) because {why}"
                ),
                "correct the command, or remove it".to_owned(),
            ),
            Kind::Without => (
                format!("`{command}` is done without a part because {why}"),
                "set it up by other means on the new system".to_owned(),
            ),
            Kind::Beyond if let Some(remainder) = remainder => (
                format!(
                    "a part of `{command}` has no place in the model because {why}; `{remainder}` is kept as a hook"
                ),
                "set it up by other means on the new system".to_owned(),
            ),
            Kind::Beyond => (
                format!("`{command}` has no place in the model because {why}; it is kept as a hook"),
                "set it up by other means on the new system".to_owned(),
            ),
            Kind::Unknown | Kind::Doubt => (
                format!("`{command}` is not evaluated because {why}; it is kept as a hook"),
                "write out what it does, or set it up by other means on the new system".to_owned(),
            ),
        };
        let finding = Diagnostic::new(self.code(), message);
        let lost = matches!(kind, Kind::Kernel(_)) && *may_be_there;
        let finding = if lost { finding.severity(Severity::Loss) } else { finding };
        finding.at(*span).help(intent.clone().unwrap_or(help))
    }
}

impl From<WordError> for Fault {
    fn from(error: WordError) -> Self {
        if error.is_open {
            return Fault::unknown(error.span, error.message).intent(NAME_CURE);
        }
        Fault::usage(error.span, error.message)
    }
}
