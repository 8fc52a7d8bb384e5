//! `/etc/network/interfaces` for ifupdown, ifupdown2 and ifupdown-ng (interfaces(5), eni.md section 6).
//!
//! All stanzas stand in one file, in the order in which the links need each other, so that nothing of the
//! distribution's `source` lines has to be guessed. Options of the add-on packages are used where there are any, a
//! command of ip(8) or ethtool(8) where there is none; what neither says is a loss with a reason. The
//! commands have one plain form that netpivot's own reader evaluates, so that they are proved like all else.

mod address;
mod gateway;
mod hooks;
mod in_place;
mod kind;
mod leftover;
mod link;
mod logical;
mod names;
mod netns;
mod one_method;
mod ovs;
mod script;
mod setting;
mod several;
mod sriov;
mod stanza;
mod turns;
mod vlans;
mod vxlan;
mod wifi;
mod wireguard;

use crate::Accounted;
use crate::index::Index;
use crate::ovs::Plan;
use crate::ran::Ran;
use crate::text::ip::rule::priorities;
use crate::{EmitContext, Emitter, FileSet, FormatInfo, OutputFile};
use foldhash::{HashMap, HashSet};
use netpivot_model::codes::interfaces_output as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::IPROUTE;
use netpivot_model::format;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::vocabulary::dnsmasq;
use netpivot_model::vocabulary::interfaces::Reader;
use stanza::Stanza;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The file.
const PATH: &str = "/etc/network/interfaces";
/// The lines that bring an interface up by itself.
const START: [&str; 2] = ["auto", "allow-hotplug"];
const ROOT: FieldPath = FieldPath::new([""; 3]);

/// Debian's interfaces files.
#[derive(Debug)]
pub struct Interfaces;

impl Emitter for Interfaces {
    fn info(&self) -> &'static FormatInfo {
        &format::INTERFACES
    }

    fn emit(&self, network: &Network, cx: &mut EmitContext) -> FileSet {
        let reader = Reader::of(cx.target);
        let mut resolved = crate::references::resolve(network, crate::ovs::is_layered, cx);
        crate::shared::spell_out(&mut resolved, cx.with_dnsmasq, cx);
        crate::wireguard::spell_out_routes(&mut resolved, &codes::SETTING, cx);
        let index = Index::of(&resolved);
        let ran = Ran::of(&resolved);
        let mut job = Job {
            network: &resolved,
            cx,
            reader,
            owned: crate::entries::Index::new(&resolved),
            by_name: crate::order::by_name(&resolved),
            ports: crate::order::ports(&resolved),
            ovs: Plan::of(&resolved, &index, crate::ovs::takes),
            turns: turns::Turns::of(&resolved, &ran),
            ran,
            in_place: in_place::InPlace::default(),
            without_stanza: HashSet::default(),
            priorities: priorities(&resolved),
            packages: BTreeSet::new(),
            defaults: HashSet::default(),
            names: HashSet::default(),
            needed: HashMap::default(),
            pending: network.links().map(|(id, _)| id).collect(),
            written: HashMap::default(),
            chains: 0,
            is_order_of_resolvconf: names::is_order_of_resolvconf(&resolved),
            link_files: Vec::new(),
            has_secrets: false,
            space: None,
        };
        job.needed = job.needed();
        let mut sheets = job.sheets();
        let servers = crate::virtualization::dnsmasq(&resolved, job.cx);
        job.run_servers(&servers, &mut sheets);
        job.hide_in_commands(&mut sheets);
        let text = job.render(&sheets);
        let mode = if job.has_secrets { 0o600 } else { 0o644 };
        let mut files = vec![OutputFile {
            path: PATH.to_owned(),
            mode,
            text,
            has_secrets: job.has_secrets,
            link_to: None,
            reads_as: None,
        }];
        files.append(&mut job.link_files);
        files.extend(servers.into_iter().map(|(_, file)| file));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        FileSet { files }
    }
}

/// The making of one output.
struct Job<'n> {
    network: &'n Network,
    cx: &'n mut EmitContext,
    reader: Reader,
    owned: crate::entries::Index,
    /// The first link of each name.
    by_name: HashMap<&'n str, LinkId>,
    /// The ports of each controller.
    ports: HashMap<LinkId, Vec<LinkId>>,
    /// What stanzas say of Open vSwitch's layers.
    ovs: Plan,
    /// When the source ran its commands.
    ran: Ran,
    turns: turns::Turns,
    /// The links that stay with the commands that set them up.
    in_place: in_place::InPlace,
    /// The priority of each rule.
    priorities: Vec<u32>,
    /// Debian packages that the file needs.
    packages: BTreeSet<&'static str>,
    /// The default routes that are written: namespace, IPv6, metric.
    defaults: HashSet<(Option<&'n str>, bool, i64)>,
    /// Names that have their stanzas.
    names: HashSet<String>,
    /// Links that get none.
    without_stanza: HashSet<LinkId>,
    /// Links that start because a link needs them which starts, and that link.
    needed: HashMap<LinkId, LinkId>,
    /// Links whose turn is still to come: of a port that comes behind its controller, the two are in a ring.
    pending: HashSet<LinkId>,
    /// Routes by destination, table and metric, to tell a second one.
    written: HashMap<String, u32>,
    /// How many chains of nftables there are.
    chains: usize,
    /// Whether the links' name servers rank as resolvconf ranks them.
    is_order_of_resolvconf: bool,
    link_files: Vec<OutputFile>,
    has_secrets: bool,
    /// The namespace whose commands are being written; `None` for the host's own.
    space: Option<&'n str>,
}

/// All that stands about one interface.
#[derive(Debug, Default)]
struct Sheet {
    id: Option<LinkId>,
    /// `auto`, `allow-hotplug` and their like.
    starts: Vec<&'static str>,
    classes: Vec<String>,
    /// What the device is called before.
    renamed_from: Option<String>,
    /// Devices that get the stanzas, where they go by other names.
    devices: Vec<String>,
    /// What starts the aliases that do not start with their interface.
    aliases: HashMap<String, Option<&'static str>>,
    stanzas: Vec<Stanza>,
}

fn link_fact(id: LinkId, field: FieldPath) -> FactPath {
    FactPath { subject: Subject::Link(id), field }
}

fn entry_fact(kind: EntryKind, n: u32) -> FactPath {
    FactPath { subject: Subject::Entry(kind, n), field: ROOT }
}

impl Job<'_> {
    fn sheets(&mut self) -> Vec<Sheet> {
        let order = crate::order::order(self.network, &self.ports, &self.ovs, &HashMap::default());
        self.in_place = in_place::InPlace::of(self.network, &self.ran, &self.turns, &order, self.reader);
        let first = in_place::InPlace::needed_first(self.network, &self.turns);
        let order = crate::order::order(self.network, &self.ports, &self.ovs, &first);
        let mut sheets = vec![self.loopback()];
        for id in order {
            self.pending.remove(&id);
            if crate::order::netns(self.network.link(id)).is_none() {
                sheets.extend(self.sheet(id));
            } else {
                sheets.extend(self.sheet_of_internal_port(id));
            }
        }
        self.entries_of_several(&mut sheets);
        self.host_entries(&mut sheets);
        self.namespaces(&mut sheets);
        self.host_scripts(&mut sheets);
        if self.network.dialect.format == IPROUTE {
            self.behind_commands(&mut sheets);
        }
        self.devices_of_logical(&mut sheets);
        sheets.iter_mut().for_each(|sheet| self.forgive(&mut sheet.stanzas));
        sheets.iter_mut().for_each(|sheet| turns::in_order(&mut sheet.stanzas));
        crate::virtualization::lose(self.network, self.cx);
        sheets
    }

    /// The text of the file.
    fn render(&mut self, sheets: &[Sheet]) -> String {
        if !self.network.hooks.is_empty() {
            for stanza in sheets.iter().flat_map(|sheet| &sheet.stanzas) {
                for line in stanza.down.iter().chain(&stanza.post_down) {
                    self.cx.account(Accounted::TakesBack(line.text.clone()), "undone-beside-hooks");
                }
            }
        }
        let mut out = String::with_capacity(sheets.len() * 160 + 256);
        out.push_str("# interfaces(5) file used by ifup(8) and ifdown(8)\n");
        if !self.packages.is_empty() {
            let names: Vec<&str> = self.packages.iter().copied().collect();
            let _ = writeln!(out, "# needs the packages: {}", names.join(", "));
            let text = format!("`{PATH}` needs the packages {}", names.join(", "));
            let help = "install them before the file is used; their options do nothing without them";
            self.cx.diagnostics.push(Diagnostic::new(&codes::PACKAGES, text).in_file(PATH).help(help));
        }
        self.comments(None, &mut out);
        for (n, sheet) in sheets.iter().enumerate() {
            if n == 1 {
                self.lines_of_host(&mut out);
            }
            out.push('\n');
            if let Some(id) = sheet.id {
                self.comments(Some(id), &mut out);
            }
            let name = sheet.stanzas.first().map_or("", |s| s.name.as_str());
            if let Some(old) = &sheet.renamed_from {
                let _ = writeln!(out, "rename {old}={name}");
            }
            for start in &sheet.starts {
                let devices = sheet.devices.iter().filter(|_| START.contains(start));
                for device in devices.clone().filter(|device| *device != name) {
                    let _ = writeln!(out, "{start} {device}={name}");
                }
                if devices.clone().count() == 0 || devices.clone().any(|device| device == name) {
                    let _ = writeln!(out, "{start} {name}");
                }
            }
            for class in &sheet.classes {
                let _ = writeln!(out, "allow-{class} {name}");
            }
            for stanza in &sheet.stanzas {
                if stanza.name != name {
                    let own = || sheet.starts.iter().copied().find(|word| START.contains(word));
                    if let Some(word) = sheet.aliases.get(&stanza.name).copied().unwrap_or_else(own) {
                        let _ = writeln!(out, "{word} {}", stanza.name);
                    }
                }
                stanza.render(&mut out);
            }
        }
        if sheets.len() == 1 {
            self.lines_of_host(&mut out);
        }
        out
    }

    /// Runs each server while its link is up.
    fn run_servers(&mut self, servers: &[(LinkId, OutputFile)], sheets: &mut [Sheet]) {
        for (id, file) in servers {
            let Some(sheet) = sheets.iter_mut().find(|sheet| sheet.id == Some(*id)) else { continue };
            self.needs("dnsmasq-base");
            let stanza = hooks::last_of(&mut sheet.stanzas, false);
            stanza.up.push(dnsmasq::start(&file.path).into());
            stanza.down.push(dnsmasq::stop(self.network.link(*id).label()).into());
        }
    }

    fn needs(&mut self, package: &'static str) {
        if self.reader == Reader::Ifupdown && !matches!(package, "" | "ifupdown") {
            self.packages.insert(package);
        }
    }
}

#[cfg(test)]
mod tests;
