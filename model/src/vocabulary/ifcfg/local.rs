//! The scripts of the site that initscripts call (ifup, ifup-post, ifdown, ifdown-post), each with the name of the device.
//!
//! Those that netpivot writes have one plain form: [`SHELL`], [`TITLE`] and [`NAMES`] as a dispatcher script, the host's
//! commands, then [`CASE`] with an arm for each link, whose commands begin with a tab.

use crate::hook::HookPhase;
pub use crate::vocabulary::keyfile::dispatcher::{NAMES, SHELL, TITLE, command_of, line_for};

/// What begins the arms.
pub const CASE: &str = "case \"$1\" in";

/// The name of the script for a moment.
#[must_use]
pub fn script(phase: HookPhase) -> &'static str {
    match phase {
        HookPhase::PreUp => "ifup-pre-local",
        HookPhase::Up => "ifup-local",
        HookPhase::Down => "ifdown-pre-local",
        HookPhase::PostDown => "ifdown-local",
    }
}

/// The moment of a script.
#[must_use]
pub fn phase(name: &str) -> Option<HookPhase> {
    HookPhase::ALL.iter().copied().find(|phase| script(*phase) == name)
}
