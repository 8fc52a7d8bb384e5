//! Output formats of netpivot: one folder each.
//!
//! An emitter turns a [`Network`] into files in memory. It cannot fail and never touches a disk.
//! What it cannot express it gives a reason for; whether something *is* lost is computed by
//! re-reading its output, so that a forgotten reason never hides a loss. A new format is one
//! folder and one line in [`ALL`].

use netpivot_model::codes::Code;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::Dialect;
pub use netpivot_model::format::FormatInfo;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::FactPath;
use netpivot_model::secret::redact;
use netpivot_model::source::Origin;
use std::borrow::Cow;

mod advertisements;
mod dhcp;
mod dispatcher;
mod entries;
pub mod ifcfg;
mod index;
pub mod interfaces;
pub mod iproute;
pub mod json;
pub mod keyfile;
pub mod libvirt;
mod loopback;
mod order;
mod ovs;
mod owned;
mod ran;
mod references;
mod renames;
mod resolver;
mod shared;
pub mod text;
mod virtualization;
mod wireguard;

/// All output formats.
pub static ALL: &[&dyn Emitter] = &[
    &ifcfg::Ifcfg,
    &keyfile::Keyfile,
    &interfaces::Interfaces,
    &libvirt::Libvirt,
    &iproute::Iproute,
    &json::JsonModel,
];

/// An output format.
pub trait Emitter: Sync {
    /// What the format tells about itself.
    fn info(&self) -> &'static FormatInfo;

    /// The files of the network, laid out as on a host.
    fn emit(&self, network: &Network, cx: &mut EmitContext) -> FileSet;
}

/// Why a fact of the source cannot stand in the output.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The fact, in the source network; an empty field path means the whole subject.
    pub path: FactPath,
    /// The kind of loss.
    pub code: &'static Code,
    /// What the target cannot say and what it means for the host; one sentence without a final period.
    pub text: String,
    /// What to do.
    pub help: Option<String>,
    /// The place of the very item, where the fact holds several.
    pub origin: Option<Origin>,
}

/// What a named rule accounts for: a difference between source and output that is neither a loss nor a fault.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Accounted {
    /// The output says the fact, which the source leaves open.
    Added(FactPath),
    /// The output has a link that the source does not speak of.
    AddedLink,
    /// The output has entries of the kind that the source does not speak of: those of that link, or of the host, and about
    /// that (a route's destination, a setting's key, the network that is translated, a virtual network's name, a DHCP server's
    /// family).
    AddedEntry(EntryKind, Option<LinkId>, String),
    /// The output means the fact, in other words or without a word; where the source leaves it open, it may say it.
    Otherwise(FactPath),
    /// The entry, by its position, stands in the output in another form: as one of its kind that is about the same and that
    /// the source does not have.
    Rewritten(EntryKind, u32),
    /// The output has that command, which takes back what it sets up. Its reader keeps it as a hook beside commands of which
    /// it cannot tell what they do.
    TakesBack(String),
}

/// A difference that a named rule accounts for. Paths and positions are those of the *source* network.
#[derive(Debug, Clone)]
pub struct Account {
    /// The difference.
    pub of: Accounted,
    /// The rule's name, for the reports.
    pub rule: &'static str,
}

/// What the emitter is asked for, and what it has to say.
#[derive(Debug, Default)]
pub struct EmitContext {
    /// The target with its release.
    pub target: Dialect,
    /// Write secrets; else `<hidden>` stands in their place.
    pub reveal_secrets: bool,
    /// Write `.link` files that give devices their names.
    pub with_link_files: bool,
    /// Write hooks as scripts for NetworkManager's dispatcher.
    pub with_dispatcher: bool,
    /// Write host interfaces in libvirt's XML, too.
    pub host_interfaces: bool,
    /// Write DHCP and name servers of links as files of dnsmasq.
    pub with_dnsmasq: bool,
    /// What a script of ip commands is for.
    pub script: iproute::Mode,
    /// The host that a script of ip commands starts from; without one, all that the network needs is written.
    pub state: Option<std::sync::Arc<iproute::State>>,
    /// A script of ip commands is taken back after that many seconds unless it is confirmed.
    pub confirm_within: Option<u32>,
    /// Keep unmanaged devices unmanaged by a drop-in instead of managing them.
    pub keep_unmanaged: bool,
    /// Where each leftover of the network stands (`ifcfg-eth0:14`), for comments; may be empty.
    pub leftover_places: Vec<String>,
    /// Positions of leftovers that come from the target's own format and that its reader does not act on.
    pub unread_leftovers: Vec<u32>,
    /// Positions of leftovers of another format that stand in the output all the same.
    pub kept_leftovers: Vec<u32>,
    /// Reasons for what cannot be expressed.
    pub reasons: Vec<Reason>,
    /// Differences that rules account for.
    pub accounts: Vec<Account>,
    /// Findings that are no loss.
    pub diagnostics: Vec<Diagnostic>,
    /// Links that the target's own program makes, and that nothing else may make.
    pub makes: Vec<LinkId>,
}

impl EmitContext {
    /// Gives the reason why a fact is missing from the output.
    pub fn cannot(
        &mut self,
        path: FactPath,
        code: &'static Code,
        text: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        self.reasons.push(Reason { path, code, text: text.into(), help: help.into(), origin: None });
    }

    /// Gives the reason why an item of a list is missing, in part or as a whole.
    pub fn cannot_item(
        &mut self,
        path: FactPath,
        origin: &Origin,
        code: &'static Code,
        text: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        let origin = Some(origin.clone());
        self.reasons.push(Reason { path, code, text: text.into(), help: help.into(), origin });
    }

    /// Names the rule that puts a fact into the output which the source leaves open.
    pub fn added(&mut self, path: FactPath, rule: &'static str) {
        self.account(Accounted::Added(path), rule);
    }

    /// Names the rule by which the output means a fact of the source without saying it in its words.
    pub fn otherwise(&mut self, path: FactPath, rule: &'static str) {
        self.account(Accounted::Otherwise(path), rule);
    }

    /// Names the rule that puts an entry into the output of which the source does not speak, and what it is about.
    pub fn added_entry(
        &mut self,
        kind: EntryKind,
        owner: Option<LinkId>,
        about: impl Into<String>,
        rule: &'static str,
    ) {
        self.account(Accounted::AddedEntry(kind, owner, about.into()), rule);
    }

    /// Names the rule behind a difference.
    pub fn account(&mut self, of: Accounted, rule: &'static str) {
        self.accounts.push(Account { of, rule });
    }
}

/// A file of the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Absolute path as on the host.
    pub path: String,
    /// Permission bits.
    pub mode: u32,
    /// The text.
    pub text: String,
    /// True where the text holds secrets (or hides them).
    pub has_secrets: bool,
    /// What the file points to, where it is a symbolic link; the text is empty then.
    pub link_to: Option<String>,
    /// The same commands without the questions around them, where a script has such: what the self-check reads.
    pub reads_as: Option<String>,
}

impl OutputFile {
    /// A script of commands. Where secrets stand among their words, it is for root only, and hides them unless they are to
    /// be shown.
    fn script(path: String, text: String, reveal: bool) -> Self {
        let mut has_secrets = false;
        let text = free_text(text, reveal, &mut has_secrets);
        let mode = if has_secrets { 0o700 } else { 0o755 };
        OutputFile { path, mode, text, has_secrets, link_to: None, reads_as: None }
    }
}

/// Free text as it stands in a file, without the passwords in it unless they are to be shown; where there are any, the file has
/// secrets.
fn free_text(text: String, reveal: bool, has_secrets: &mut bool) -> String {
    let hidden = match redact(&text) {
        Cow::Owned(hidden) => hidden,
        Cow::Borrowed(_) => return text,
    };
    *has_secrets = true;
    if reveal { text } else { hidden }
}

/// The files of an output, sorted by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileSet {
    /// The files.
    pub files: Vec<OutputFile>,
}
