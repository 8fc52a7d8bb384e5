//! Scripts and commands that run beside a configuration.

use crate::link::LinkId;
use crate::reflect::Said;
use crate::source::Span;
use crate::{node, words};

words! {
    /// When a hook runs, seen from its link. interfaces(5) has two names for two of them; the scripts of
    /// initscripts and the dispatcher of NetworkManager name the same moments.
    pub enum HookPhase {
        /// Before the link is set up (`ifup-pre-local`).
        PreUp = "pre-up",
        /// After the link is up (`post-up`, `ifup-local`).
        Up = "up" | "post-up",
        /// While the link is still up, before it is taken down (`pre-down`, `ifdown-pre-local`).
        Down = "down" | "pre-down",
        /// After the link is down (`ifdown-local`).
        PostDown = "post-down",
    }
}

impl HookPhase {
    /// True where the link is being set up.
    #[must_use]
    pub fn is_upward(self) -> bool {
        match self {
            HookPhase::PreUp | HookPhase::Up => true,
            HookPhase::Down | HookPhase::PostDown => false,
        }
    }
}

node! {
    /// A command or script that the source's software runs when links change.
    pub struct Hook {
        /// When it runs.
        phase: Said<HookPhase>,
        /// The stanza of interfaces(5) that runs it, where that is not the interface's first one: an alias (`eth0:1`),
        /// `inet6`, or a further one of IPv4 by its number (`inet 2`).
        stanza: Said<String>,
        /// The command line as the source's software hands it to the shell.
        command: Said<String>,
    }
}

/// A command that the source's software runs: it became configuration, takes that back, or stays a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Where it stands.
    pub span: Span,
    /// When it runs.
    pub phase: HookPhase,
    /// The command line; empty where it is one of a script.
    pub text: String,
    /// The link whose configuration holds it.
    pub owner: Option<LinkId>,
    /// The stanza that runs it, as [`Hook::stanza`] has it.
    pub stanza: Option<String>,
    /// The command before it, now configuration, that it takes back.
    pub undoes: Option<Span>,
}

impl Command {
    /// One of a script that runs once.
    #[must_use]
    pub fn of_script(span: Span) -> Self {
        Command { span, phase: HookPhase::Up, text: String::new(), owner: None, stanza: None, undoes: None }
    }
}
