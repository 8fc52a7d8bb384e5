//! SUSE's ifcfg files, written for wicked (ifcfg(5) and the pages beside it).
//!
//! A file is called after its interface, a controller's file lists its ports, each address has its own keys of one
//! suffix, routes and rules stand in files beside it, kernel settings in `ifsysctl-`. Name servers are the host's
//! (netconfig(8)), so those of all links go to `config`. wicked's reader knows no escapes: a value with both kinds of quotes or
//! a line break cannot be said.

mod bond;
mod dhcp;
mod dns;
mod entries;
mod ethtool;
mod ip;
mod kind;
mod ovs;
mod ports;
mod profile;
mod refusal;
mod rows;
mod team;
mod text;
mod wifi;

use crate::owned::by_owner;
use crate::{EmitContext, FileSet, OutputFile};
use netpivot_model::dialect::{Dialect, IFCFG_SUSE};
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use std::borrow::Cow;
use text::Sheet;

/// The directory of the files, which is a file on RHEL.
const DIRECTORY: &str = "/etc/sysconfig/network";

/// Whose defaults hold for what is written.
const DIALECT: Dialect = IFCFG_SUSE;

/// The files of a network.
pub(super) fn emit(network: &Network, cx: &mut EmitContext) -> FileSet {
    let resolved = crate::references::resolve(network, ovs::is_layered, cx);
    crate::dispatcher::of_the_site(network, false, cx);
    let mut job = Job {
        network: &resolved,
        routes: by_owner(network.routes.iter().map(|e| e.owner), network),
        rules: by_owner(network.rules.iter().map(|e| e.owner), network),
        leftovers: by_owner(network.leftovers.iter().map(|l| l.owner), network),
        priorities: crate::text::ip::rule::priorities(network),
        ovs: ovs::roles(&resolved),
        refused: Vec::new(),
        ports: Vec::new(),
        is_listed: Vec::new(),
        wireless: Vec::new(),
        config: Sheet::default(),
        dhcp: Sheet::default(),
        dns: dns::Plan::default(),
        files: Vec::with_capacity(network.links.len()),
        cx,
    };
    job.refused = refusal::all(&job);
    job.dns = dns::Plan::of(&job);
    (job.ports, job.is_listed) = ports::listed(&job);
    job.wireless = wifi::groups(&job);
    let host_routes = job.host_entries();
    for (id, _) in resolved.links() {
        job.profile(id);
    }
    job.host_leftovers();
    job.resolver();
    let (config, dhcp) = (std::mem::take(&mut job.config), std::mem::take(&mut job.dhcp));
    for (name, sheet) in [("config", config), ("dhcp", dhcp)] {
        if !sheet.is_empty() {
            job.add_sheet(name, &sheet);
        }
    }
    if !host_routes.is_empty() {
        job.add_text("routes", host_routes);
    }
    let mut files = job.files;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    FileSet { files }
}

/// The making of one output.
struct Job<'n> {
    network: &'n Network,
    cx: &'n mut EmitContext,
    /// Positions of the routes, rules and leftovers of each link, the host's own last.
    routes: Vec<Vec<u32>>,
    rules: Vec<Vec<u32>>,
    leftovers: Vec<Vec<u32>>,
    /// The priority of each rule.
    priorities: Vec<u32>,
    /// What links are in Open vSwitch; empty for those outside of it.
    ovs: Vec<ovs::Role>,
    /// Why a link has no file.
    refused: Vec<Option<Cow<'static, str>>>,
    /// The ports that each link's file lists.
    ports: Vec<Vec<LinkId>>,
    /// Which links the file of another one lists.
    is_listed: Vec<bool>,
    /// Further networks in the file of a wireless link; a link of such a network has none of its own.
    wireless: Vec<wifi::Group>,
    /// The host's files.
    config: Sheet,
    dhcp: Sheet,
    dns: dns::Plan,
    files: Vec<OutputFile>,
}

impl Job<'_> {
    /// Adds a file of assignments; what holds secrets is for root only.
    fn add_sheet(&mut self, name: &str, sheet: &Sheet) {
        let mode = if sheet.has_secrets { 0o600 } else { 0o644 };
        let path = format!("{DIRECTORY}/{name}");
        self.files.push(OutputFile {
            path,
            mode,
            text: sheet.render(),
            has_secrets: sheet.has_secrets,
            link_to: None,
            reads_as: None,
        });
    }

    fn add_text(&mut self, name: &str, text: String) {
        self.files.push(OutputFile {
            path: format!("{DIRECTORY}/{name}"),
            mode: 0o644,
            text,
            has_secrets: false,
            link_to: None,
            reads_as: None,
        });
    }
}
