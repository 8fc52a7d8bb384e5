//! RHEL's ifcfg files, written for the program that is to read them: NetworkManager's ifcfg-rh plugin, or initscripts'
//! network-scripts.
//!
//! Spelling and choice of keys follow NetworkManager's own writer (`nms-ifcfg-rh-writer.c`). What only one of the two
//! programs reads is written for that program only; what neither can say is a loss with its reason.

mod addresses;
mod bond;
mod bridge;
mod dns;
mod dot1x;
mod ethtool;
mod features;
mod file;
mod host_dns;
mod identity;
mod ip;
mod kinds;
mod local;
mod name;
mod nm_only;
mod ovs;
mod profile;
mod qos;
mod quoting;
mod route;
mod rules;
mod suse;
#[cfg(test)]
mod tests;
mod tunnels;
mod valid;
mod wifi;

use crate::index::Index;
use crate::loopback::is_bare;
use crate::ovs::Plan;
use crate::owned::by_owner;
use crate::{EmitContext, Emitter, FileSet, FormatInfo, OutputFile, dispatcher};
use file::File;
use foldhash::HashSet;
use netpivot_model::dialect::{IFCFG, IFCFG_INITSCRIPTS, IFCFG_NM, IFCFG_SUSE};
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use std::borrow::Cow;

/// RHEL's ifcfg files.
#[derive(Debug)]
pub struct Ifcfg;

/// The directory of the files.
const SCRIPTS: &str = "/etc/sysconfig/network-scripts";

/// What the format tells about itself.
static INFO: FormatInfo = FormatInfo {
    name: IFCFG,
    aliases: &["sysconfig", "network-scripts", "initscripts"],
    title: "ifcfg files of RHEL and SUSE",
    host_paths: &[SCRIPTS, "/etc/sysconfig/network"],
    dialects: &[
        ("networkmanager", "as NetworkManager's ifcfg-rh plugin reads them"),
        ("initscripts", "as initscripts' network-scripts read them"),
        ("suse", "SUSE's files of that name, as wicked reads them"),
    ],
    scope: "links, addresses, routes, policy rules and name servers of a RHEL, CentOS, Fedora or SUSE host; not its firewall",
    doc: "https://github.com/fedora-sysv/initscripts/blob/main/doc/sysconfig.txt",
};

/// The program that a file is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// NetworkManager's ifcfg-rh plugin.
    NetworkManager,
    /// initscripts' network-scripts.
    Initscripts,
}

impl Reader {
    /// The program's name, for reasons.
    fn name(self) -> &'static str {
        match self {
            Reader::NetworkManager => "NetworkManager's ifcfg reader",
            Reader::Initscripts => "the initscripts reader",
        }
    }
}

impl Emitter for Ifcfg {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn emit(&self, network: &Network, cx: &mut EmitContext) -> FileSet {
        if cx.target.variant == IFCFG_SUSE.variant {
            return suse::emit(network, cx);
        }
        let initscripts = cx.target.variant == IFCFG_INITSCRIPTS.variant;
        let network = &*if initscripts { Cow::Borrowed(network) } else { host_dns::on_profile(network, cx) };
        let index = Index::of(network);
        let mut job = Job {
            network,
            cx,
            reader: if initscripts { Reader::Initscripts } else { Reader::NetworkManager },
            routes: by_owner(network.routes.iter().map(|e| e.owner), network),
            rules: by_owner(network.rules.iter().map(|e| e.owner), network),
            leftovers: by_owner(network.leftovers.iter().map(|l| l.owner), network),
            ovs: Plan::of(network, &index, ovs::takes),
            index,
            priorities: crate::text::ip::rule::priorities(network),
            names: HashSet::default(),
            bare: HashSet::default(),
            files: Vec::with_capacity(network.links.len()),
        };
        job.host_entries();
        dispatcher::of_the_site(network, !initscripts, job.cx);
        for (id, _) in network.links() {
            let lists = [&job.routes, &job.rules, &job.leftovers];
            let owns_nothing = lists.iter().all(|positions| positions[id.0 as usize].is_empty());
            if is_bare(network, id, owns_nothing, job.cx) {
                job.bare.insert(id);
            } else {
                job.profile(id);
            }
        }
        job.hooks();
        let mut files = job.files;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        FileSet { files }
    }
}

/// The making of one output.
struct Job<'n> {
    network: &'n Network,
    cx: &'n mut EmitContext,
    /// The program that reads the output.
    reader: Reader,
    /// Positions of the routes, rules and leftovers of each link, the host's own last.
    routes: Vec<Vec<u32>>,
    rules: Vec<Vec<u32>>,
    leftovers: Vec<Vec<u32>>,
    /// The links by name and UUID.
    index: Index<'n>,
    /// What the files of Open vSwitch's links stand for.
    ovs: Plan,
    /// The priority of each rule.
    priorities: Vec<u32>,
    /// Names of files that are taken.
    names: HashSet<String>,
    /// Links that the host sets up without a file.
    bare: HashSet<LinkId>,
    files: Vec<OutputFile>,
}

impl Job<'_> {
    /// The dialect that a file for that program has.
    fn dialect(reader: Reader) -> netpivot_model::dialect::Dialect {
        match reader {
            Reader::NetworkManager => IFCFG_NM,
            Reader::Initscripts => IFCFG_INITSCRIPTS,
        }
    }

    /// Adds a file of assignments beside the others; `keys-` files are for root only.
    fn add_file(&mut self, name: &str, file: &File) {
        let mode = if name.starts_with("keys-") || file.has_secrets { 0o600 } else { 0o644 };
        self.add_text(name, mode, file.render(), file.has_secrets);
    }

    fn add_text(&mut self, name: &str, mode: u32, text: String, has_secrets: bool) {
        self.files.push(OutputFile {
            path: format!("{SCRIPTS}/{name}"),
            mode,
            text,
            has_secrets,
            link_to: None,
            reads_as: None,
        });
    }
}
