//! Shell assignments as bash and as NetworkManager's `shvar.c` read them, never executed.

use netpivot_model::source::Span;

/// What bash would make of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bash {
    /// This text.
    Value(String),
    /// It would have to be executed, or refers to what is not in the files; why, for people.
    Unevaluated(String),
}

/// One assignment, with its value for each of the two readers.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// From the name's first byte to the value's last.
    pub span: Span,
    /// The value for NetworkManager; `None` where it sees no assignment at all (`export`, `+=`),
    /// `Some("")` where it empties the value (ifcfg.md section 2).
    pub nm: Option<String>,
    /// The value for bash.
    pub bash: Bash,
    /// Why the two differ, for people; `None` where they agree.
    pub quirk: Option<&'static str>,
}
