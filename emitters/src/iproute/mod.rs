//! Scripts of ip(8), bridge(8), sysctl(8), iptables(8) and nft(8) that set a network up, in the order in which the kernel takes them
//! (netlink-ip.md section 8): namespaces, links from below, their settings, ports, up, addresses, routes, rules, the rest.
//!
//! What no command of the moment says – leases, name servers, what starts at boot – is told.

mod address;
mod confirm;
mod entries;
mod link;
mod order;
mod plan;
mod script;
mod shown;
mod state;

use crate::entries::Index;
use crate::order::netns;
use crate::ran::Ran;
use crate::{EmitContext, Emitter, FileSet, FormatInfo, OutputFile};
use netpivot_model::codes::iproute_output as codes;
use netpivot_model::format;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
pub use script::Mode;
use script::{Purpose, Section};
pub use state::State;

const ROOT: FieldPath = FieldPath::new([""; 3]);
/// Where the script stands in a tree of output, and where scripts are read.
const PATH: &str = "/netpivot-commands/network.sh";

/// Scripts of ip commands.
#[derive(Debug)]
pub struct Iproute;

impl Emitter for Iproute {
    fn info(&self) -> &'static FormatInfo {
        &format::IPROUTE
    }

    fn emit(&self, network: &Network, cx: &mut EmitContext) -> FileSet {
        let mut resolved = crate::references::resolve(network, |_| false, cx);
        crate::shared::spell_out(&mut resolved, false, cx);
        let mode = cx.script;
        let sections = Job::new(&resolved, cx).sections();
        let whole = |mode| script::text(&sections, &Purpose::Whole(mode));
        let state = cx.state.clone();
        if state.is_none() && sections.iter().all(|section| section.steps.is_empty()) {
            return FileSet::default();
        }
        let is_whole = state.is_none() && mode != Mode::Teardown && cx.confirm_within.is_none();
        let plan = state.as_ref().map(|state| plan::sections(&resolved, state, cx));
        let (change, purpose) = match &plan {
            Some(plan) => (plan, Purpose::Plan(mode)),
            None => (&sections, Purpose::Whole(mode)),
        };
        let is_empty = script::body(change, purpose.mode()).is_empty();
        let text = match cx.confirm_within.filter(|_| !is_empty) {
            Some(seconds) => {
                let restore = match &state {
                    Some(state) => script::body(&plan::back(&resolved, state, cx), Mode::Create),
                    None => confirm::undo(&sections),
                };
                confirm::text(change, &purpose, &restore, seconds)
            }
            None => script::text(change, &purpose),
        };
        let mut file = OutputFile::script(PATH.to_owned(), text, cx.reveal_secrets);
        // What takes the host there, takes it back, or takes the network down, says it by what sets it up.
        file.reads_as = (!is_whole).then(|| whole(Mode::Create));
        FileSet { files: vec![file] }
    }
}

/// The making of one script.
struct Job<'n> {
    network: &'n Network,
    owned: Index,
    ran: Ran,
    /// The priority of each rule.
    priorities: Vec<u32>,
    /// How many chains of nftables there are.
    chains: usize,
    cx: &'n mut EmitContext,
}

fn link_fact(id: LinkId, field: FieldPath) -> FactPath {
    FactPath { subject: Subject::Link(id), field }
}

fn entry_fact(kind: EntryKind, n: u32) -> FactPath {
    FactPath { subject: Subject::Entry(kind, n), field: ROOT }
}

impl<'n> Job<'n> {
    fn new(network: &'n Network, cx: &'n mut EmitContext) -> Self {
        Job {
            network,
            owned: Index::new(network),
            ran: Ran::of(network),
            priorities: crate::text::ip::rule::priorities(network),
            chains: 0,
            cx,
        }
    }

    /// True for what the source sets up by a command whose failure it forgives.
    fn may_fail(&self, fact: FactPath) -> bool {
        self.ran.may_fail(self.network, self.ran.of_fact(self.network, fact))
    }

    fn sections(&mut self) -> Vec<Section> {
        let names = order::Names::of(self.network);
        let ids = order::order(self.network, &names);
        let mut sections = vec![self.namespaces()];
        sections.extend(self.links(&ids, &names));
        sections.extend(self.entries(&ids));
        crate::virtualization::lose(self.network, self.cx);
        sections
    }
}
