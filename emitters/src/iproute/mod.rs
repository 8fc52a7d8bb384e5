//! Scripts of ip(8), bridge(8), ovs-vsctl(8), sysctl(8), wg(8), iptables(8) and nft(8) that set a network up, in the order in which the kernel takes them
//! (netlink-ip.md section 8): namespaces, links from below, their settings, ports, up, addresses, routes, rules, the rest.
//!
//! What no command of the moment says – leases, name servers, what starts at boot – is told.

mod address;
mod commands;
mod confirm;
mod entries;
mod ethtool;
mod link;
mod order;
mod ovs;
mod plan;
mod script;
mod shown;
mod start;
mod state;
mod wireguard;

use crate::entries::Index;
use crate::order::netns;
use crate::ran::Ran;
use crate::{EmitContext, Emitter, FileSet, FormatInfo, OutputFile};
use foldhash::{HashMap, HashSet};
use netpivot_model::codes::{Code, iproute_output as codes};
use netpivot_model::format;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
pub use script::Mode;
use script::{Purpose, Section, Step, What};
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
        let mut resolved = crate::references::resolve(network, crate::ovs::is_layered, cx);
        crate::shared::spell_out(&mut resolved, false, cx);
        crate::wireguard::spell_out_routes(&mut resolved, &codes::SETTING, cx);
        let mode = cx.script;
        let sections = Job::new(&resolved, cx).sections();
        let state = cx.state.clone();
        if state.is_none() && sections.iter().all(|section| section.steps.is_empty()) {
            return FileSet::default();
        }
        let plan = state.as_ref().map(|state| plan::sections(&resolved, state, cx));
        let (change, purpose) = match &plan {
            Some(plan) => (plan, Purpose::Plan(mode)),
            None => (&sections, Purpose::Whole(mode)),
        };
        let is_empty = script::body(change, purpose.mode()).is_empty();
        let text = match cx.confirm_within.filter(|_| !is_empty) {
            Some(seconds) => {
                let (restore, mode) = match &state {
                    Some(state) => (plan::back(&resolved, state, cx), Mode::Create),
                    None => (confirm::undo(&sections), Mode::Teardown),
                };
                confirm::text(change, &purpose, (&restore, mode), seconds)
            }
            None => script::text(change, &purpose),
        };
        let mut file = OutputFile::script(PATH.to_owned(), text, cx.reveal_secrets);
        // What takes the host there, takes it back, or takes the network down, says it by what sets it up. Commands that stay
        // stand as they are, and may be anything to who reads them behind or before others.
        let is_whole = state.is_none() && mode != Mode::Teardown && cx.confirm_within.is_none();
        let is_kept = |step: &Step| matches!(step.what, What::Command(_));
        let keeps_any = sections.iter().flat_map(|section| &section.steps).any(is_kept);
        let of_others = ovs::Switches::of(&resolved).of_others(&resolved);
        if !is_whole || keeps_any || !of_others.steps.is_empty() {
            let mut sections = sections;
            sections.iter_mut().for_each(|section| section.steps.retain(|step| !is_kept(step)));
            sections.insert(0, of_others);
            file.reads_as = Some(script::text(&sections, &Purpose::Whole(Mode::Create)));
        }
        FileSet { files: vec![file] }
    }
}

/// The making of one script.
struct Job<'n> {
    network: &'n Network,
    owned: Index,
    ovs: ovs::Switches,
    ran: Ran,
    /// The priority of each rule.
    priorities: Vec<u32>,
    /// How many chains of nftables there are.
    chains: usize,
    /// How often each route was written, but for its next hop.
    written: HashMap<String, u32>,
    /// Links whose servers nothing runs.
    shared: HashSet<LinkId>,
    /// Links that the script leaves alone, and those that no command makes.
    left_out: HashSet<LinkId>,
    /// The words of the commands that stay.
    words: HashSet<String>,
    /// The network is a host's, and links of unknown kinds are there.
    is_host: bool,
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
            ovs: ovs::Switches::of(network),
            ran: Ran::of(network),
            priorities: crate::text::ip::rule::priorities(network),
            chains: 0,
            written: HashMap::default(),
            shared: network.dhcp_servers.iter().filter_map(|entry| entry.owner).collect(),
            left_out: HashSet::default(),
            words: commands::words(network),
            is_host: false,
            cx,
        }
    }

    /// The step of a fact: its command's turn in the source, and whether that may fail.
    fn of_fact(&self, fact: FactPath, step: Step) -> Step {
        self.of_turn(self.ran.of_fact(self.network, fact), step)
    }

    fn of_turn(&self, turn: Option<u32>, step: Step) -> Step {
        Step { turn: turn.unwrap_or(0), may_fail: self.ran.may_fail(self.network, turn), ..step }
    }

    fn sections(&mut self) -> Vec<Section> {
        let names = order::Names::of(self.network);
        let waiting = start::waiting(self.network, &names, &self.ovs);
        let mut ids = order::order(self.network, &names, &self.ovs);
        ids.retain(|id| !waiting.contains(id));
        waiting.into_iter().for_each(|id| self.leave_alone(id));
        let mut commands = self.commands(&ids);
        let mut sections = vec![self.namespaces()];
        sections.push(Section { title: "commands before", steps: std::mem::take(&mut commands.before) });
        let mut links = self.links(&ids, &names).into_iter();
        sections.extend(links.next());
        let with_links = std::mem::take(&mut commands.with_links);
        sections.push(Section { title: "commands before what follows", steps: with_links });
        sections.extend(links);
        ids.retain(|id| !self.left_out.contains(id));
        sections.extend(self.entries(&ids, commands.last));
        crate::virtualization::lose(self.network, self.cx);
        sections
    }

    /// Gives the reasons for a link that does not start by itself, and for all that is its own.
    fn leave_alone(&mut self, id: LinkId) {
        let label = self.network.link(id).label();
        let text = format!("`{label}` is started by hand only, and a script sets up what starts by itself");
        let help = format!("let `{label}` start by itself in the source, or set it up by hand as before");
        self.leave_out(id, &codes::BY_HAND, &text, Some(&help));
    }

    /// Gives the reason for a link and all that is its own.
    fn leave_out(&mut self, id: LinkId, code: &'static Code, text: &str, help: Option<&str>) {
        self.left_out.insert(id);
        let entries = EntryKind::ALL
            .iter()
            .flat_map(|kind| self.owned.positions(*kind, Some(id)).iter().map(|n| entry_fact(*kind, *n)));
        let facts: Vec<FactPath> = entries.chain([link_fact(id, ROOT)]).collect();
        for fact in facts {
            self.cx.cannot(fact, code, text, help.map(str::to_owned));
        }
    }
}
