//! libvirt's XML as virsh prints it (`virNetworkDefFormatBuf`, libvirt.md section 4): a network for each bridge, guests'
//! interfaces, and – where asked for, or where the source has them – host interfaces.
//!
//! What libvirt's networks are not about – cards, bonds, routes of the host – is out of their scope and no loss; that is
//! said once.

mod guest;
mod host;
mod made;
mod network;
mod server;
mod translation;

use crate::text::xml::Tag;
use crate::{EmitContext, Emitter, FileSet, FormatInfo, OutputFile};
use foldhash::{HashMap, HashSet};
use netpivot_model::codes::libvirt as codes;
use netpivot_model::defaults;
use netpivot_model::dialect::LIBVIRT_HOST;
use netpivot_model::facts::said_paths;
use netpivot_model::format;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::libvirt::{AUTOSTART, NETWORKS};

const ROOT: FieldPath = FieldPath::new([""; 3]);

/// libvirt's XML.
#[derive(Debug)]
pub struct Libvirt;

impl Emitter for Libvirt {
    fn info(&self) -> &'static FormatInfo {
        &format::LIBVIRT
    }

    fn emit(&self, network: &Network, cx: &mut EmitContext) -> FileSet {
        let mut network = crate::references::resolve(network, |_| false, cx);
        crate::shared::spell_out(&mut network, true, cx);
        let network = &network;
        let mut job = Job {
            network,
            cx,
            ports: ports(network),
            files: Vec::new(),
            names: HashMap::default(),
            virtual_bridges: HashSet::default(),
            written: HashSet::default(),
        };
        job.networks();
        job.guests();
        job.host_interfaces();
        job.scope();
        let mut files = job.files;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        FileSet { files }
    }
}

/// The making of one output.
struct Job<'n> {
    network: &'n Network,
    cx: &'n mut EmitContext,
    /// The ports of each controller, by its name.
    ports: HashMap<String, Vec<LinkId>>,
    files: Vec<OutputFile>,
    /// How often each name of a network is taken.
    names: HashMap<String, usize>,
    /// The bridges that libvirt makes.
    virtual_bridges: HashSet<LinkId>,
    /// The links that a document is about: those bridges, and host interfaces.
    written: HashSet<LinkId>,
}

fn ports(network: &Network) -> HashMap<String, Vec<LinkId>> {
    let mut ports: HashMap<String, Vec<LinkId>> = HashMap::default();
    for (id, link) in network.links().filter(|(_, link)| link.netns.is_none()) {
        if let Some(controller) = &link.controller {
            ports.entry(controller.value.to_string()).or_default().push(id);
        }
    }
    ports
}

fn link_fact(id: LinkId, field: FieldPath) -> FactPath {
    FactPath { subject: Subject::Link(id), field }
}

fn entry_fact(kind: EntryKind, n: usize) -> FactPath {
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    FactPath { subject: Subject::Entry(kind, n), field: ROOT }
}

impl Job<'_> {
    fn file(&mut self, path: String, text: String) {
        self.files.push(OutputFile {
            path,
            mode: 0o600,
            text,
            has_secrets: false,
            link_to: None,
            reads_as: None,
        });
    }

    /// A network's document, and the link that starts it at boot.
    fn network_file(&mut self, name: &str, text: String, starts: bool) {
        let base = file_name(name);
        let count = self.names.entry(base.clone()).or_default();
        *count += 1;
        let base = if *count == 1 { base } else { format!("{base}-{count}") };
        self.file(format!("{NETWORKS}/{base}.xml"), text);
        if starts {
            self.files.push(OutputFile {
                path: format!("{AUTOSTART}/{base}.xml"),
                mode: 0o777,
                text: String::new(),
                has_secrets: false,
                link_to: Some(format!("{NETWORKS}/{base}.xml")),
                reads_as: None,
            });
        }
    }

    /// True for a link that starts at boot: all do that the source does not keep from it.
    fn starts(&mut self, id: LinkId) -> bool {
        const FIELD: &str = "autoconnect";
        match made::effective(self.network, id, FIELD) {
            Some(value) => value != Value::Bool(false),
            None => {
                self.cx.added(link_fact(id, FieldPath::parse(FIELD)), "a-configuration-starts-at-boot");
                true
            }
        }
    }

    /// True for a link that stands in a host interface's document.
    fn is_host_interface(&self, id: LinkId) -> bool {
        self.cx.host_interfaces || self.network.dialect_of(id) == LIBVIRT_HOST
    }

    /// Puts back what was kept of a document.
    fn put_back(&mut self, root: &mut Tag, section: &str) {
        let leftovers = (0u32..).zip(&self.network.leftovers);
        for (n, leftover) in leftovers.filter(|(_, leftover)| leftover.section.as_deref() == Some(section)) {
            if root.put_back(&leftover.key, &leftover.value) {
                self.cx.kept_leftovers.push(n);
            } else {
                self.cx.unread_leftovers.push(n);
            }
        }
    }

    /// Gives the reasons for the settings of a link that `is_said` does not take, said by the source or by its silence.
    fn unsaid(&mut self, id: LinkId, what: &str, is_said: impl Fn(FieldPath) -> bool) {
        let network = self.network;
        let link = network.link(id);
        let mut fields = said_paths(link);
        fields.extend(defaults::paths(network.dialect_of(id), link));
        for field in fields.into_iter().filter(|field| !is_said(*field)) {
            let (code, text) = if field.is("id") || field.is("uuid") {
                (&codes::IDENTITY, format!("libvirt knows no `{field}` of {what}, and needs none"))
            } else {
                (&codes::OUTPUT_SETTING, format!("libvirt's XML has no word for `{field}` of {what}"))
            };
            self.cx.cannot(link_fact(id, field), code, text, None);
        }
    }

    /// Says once what libvirt's networks are not about. Only what has no other reason is found there.
    fn scope(&mut self) {
        let text = "the host's own links and what belongs to them are out of the scope of libvirt's networks";
        let help = "write them, too: `-t libvirt,keyfile`, or `--host-interfaces`".to_owned();
        let outside = |id: LinkId| !self.written.contains(&id);
        let links = self.network.links().map(|(id, _)| id).filter(|id| outside(*id));
        let mut paths: Vec<FactPath> = links.map(|id| link_fact(id, ROOT)).collect();
        for kind in EntryKind::ALL {
            self.network.visit_entries(*kind, &mut |n, owner, _| {
                if owner.is_none_or(outside) {
                    paths.push(entry_fact(*kind, n as usize));
                }
            });
        }
        for path in paths {
            self.cx.cannot(path, &codes::SCOPE, text, help.clone());
        }
    }
}

/// A name as part of a path; libvirt allows no `/` in names (`virNetworkDefParseXML`).
fn file_name(name: &str) -> String {
    let name: String = name.chars().map(|c| if c == '/' || c.is_control() { '_' } else { c }).collect();
    if name.is_empty() || name.starts_with('.') { format!("_{name}") } else { name }
}
