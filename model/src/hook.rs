//! Scripts that run beside a configuration.

use crate::link::LinkId;
use crate::source::Origin;

/// A script or command that the source's software runs when links change.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    /// The link it runs for; `None` for all.
    pub owner: Option<LinkId>,
    /// When it runs, in the source's words (`ifup-local`, `pre-up`).
    pub phase: String,
    /// The command line, or the script's path.
    pub command: String,
    /// Where it stands.
    pub origin: Origin,
}
