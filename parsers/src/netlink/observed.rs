//! A state with all that is in it, and who made what nobody configured: what an audit asks of the kernel.
//!
//! A conversion leaves out what comes back by itself. An audit needs it: the lease that a configuration asks for must be
//! there, and what a daemon made must not be told as somebody's change.

pub use super::address::Giver;
use super::link::forgets_sooner;
use super::snapshot::LinkState;
use super::{Keep, interpret, snapshots};
use crate::{Context, Fatal, Tree};
use foldhash::{HashMap, HashSet};
use ipnet::IpNet;
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::source::Span;

/// The state of a host.
#[derive(Debug)]
pub struct Observed {
    /// All links, routes and entries; of addresses those that somebody configured.
    pub network: Network,
    /// Who made the rest.
    pub makers: Makers,
}

/// Who made what is in a state.
#[derive(Debug, Default)]
pub struct Makers {
    /// Links of running programs and of modules, with whose they are.
    pub programs: HashMap<LinkId, &'static str>,
    /// Addresses that nobody configured.
    pub given: HashMap<LinkId, Vec<Given>>,
    /// Routes that no configuration made, by position, with who did.
    pub routes: HashMap<u32, &'static str>,
    /// Links that are up and have no carrier (IFF_UP without IFF_RUNNING).
    pub idle: HashSet<LinkId>,
    /// Links of which nothing but names, flags and addresses was printed (`ip address` without `-d`).
    pub abridged: HashSet<LinkId>,
    /// Bridges that tell others of a changed topology, and show another ageing time meanwhile.
    pub forgetful: HashSet<LinkId>,
    /// True where the state has routes at all (`ip address` alone shows none).
    pub has_routes: bool,
    /// True where the state has rules at all, of which the kernel makes three by itself.
    pub has_rules: bool,
    /// The kernel's own rules that somebody deleted.
    pub deleted_rules: Vec<DeletedRule>,
    /// Addresses of the link that is being read.
    open: Vec<Given>,
}

/// A rule that the kernel makes by itself and that is not there.
#[derive(Debug, Clone)]
pub struct DeletedRule {
    /// Its namespace; empty for the host's own.
    pub netns: String,
    /// Of IPv6, else of IPv4.
    pub is_v6: bool,
    /// FRA_PRIORITY.
    pub priority: u32,
    /// The table that it leads to.
    pub table: &'static str,
}

/// An address that nobody configured.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    /// Address and prefix length.
    pub net: IpNet,
    /// Who gave it.
    pub giver: Giver,
    /// Its place in the state.
    pub span: Span,
}

impl Makers {
    pub(super) fn of_address(&mut self, net: IpNet, giver: Giver, span: Span) {
        if giver != Giver::Configuration {
            self.open.push(Given { net, giver, span });
        }
    }

    /// Ends a link, whose addresses came before.
    pub(super) fn of_link(&mut self, id: LinkId, state: &LinkState, program: Option<&'static str>) {
        let given = std::mem::take(&mut self.open);
        if !given.is_empty() {
            self.given.insert(id, given);
        }
        self.programs.extend(program.map(|program| (id, program)));
        if state.flags.as_ref().is_some_and(|flags| flags.iter().any(|flag| flag == "NO-CARRIER")) {
            self.idle.insert(id);
        }
        if state.linkinfo.as_ref().is_some_and(|info| forgets_sooner(&info.info_data)) {
            self.forgetful.insert(id);
        }
        let is_detailed = state.linkinfo.is_some()
            || state.addr_assign_type.is_some()
            || state.other.contains_key("promiscuity");
        if !is_detailed {
            self.abridged.insert(id);
        }
    }

    pub(super) fn of_route(&mut self, position: usize, maker: Option<&'static str>) {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        self.routes.extend(maker.map(|maker| (position, maker)));
    }
}

/// Reads the state in a tree.
///
/// # Errors
/// There is none.
pub fn observe(tree: &dyn Tree, cx: &mut Context) -> Result<Observed, Fatal> {
    cx.is_without_account = true;
    let snapshots = snapshots(tree, cx)?;
    let keep = Keep { programs: false, usual: true, unconfigured: true };
    let (network, makers) = interpret(&snapshots, tree, keep, cx);
    Ok(Observed { network, makers })
}

/// True for a setting that the kernel shows of each link that has it; those of ethtool where a capture has them.
#[must_use]
pub fn shows(field: FieldPath) -> bool {
    super::kinds::shows(field) || super::ethtool::shows(field)
}
