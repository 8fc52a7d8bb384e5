//! NetworkManager keyfiles (nm-settings-keyfile(5)), written as NetworkManager itself writes them: only what
//! differs from its defaults, groups and keys in its order, one file of mode 0600 a profile.

mod beside;
mod file;
mod gateway;
mod ip;
mod loopback;
mod profile;
mod route;
pub(crate) mod rule;
mod shared;
mod vlans;
mod wifi;

use crate::loopback::is_bare;
use crate::owned::by_owner;
use crate::text::ip::rule::priorities;
use crate::{EmitContext, Emitter, FileSet, FormatInfo, OutputFile};
use foldhash::HashSet;
use netpivot_model::dialect::KEYFILE;
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::vocabulary::keyfile::OLDEST;
use netpivot_model::vocabulary::keyfile::files::{DIRECTORIES, EXTENSION, stem};

/// NetworkManager keyfiles.
#[derive(Debug)]
pub struct Keyfile;

/// What the format tells about itself.
static INFO: FormatInfo = FormatInfo {
    name: KEYFILE,
    aliases: &["nm", "networkmanager"],
    title: "NetworkManager keyfiles",
    host_paths: &DIRECTORIES,
    dialects: &[],
    scope: "Profiles of all kinds of links, with their routes, rules and name servers; not names of devices \
            (.link files, udev), hooks (dispatcher scripts) or sysctls.",
    doc: "nm-settings-keyfile(5)",
};

impl Emitter for Keyfile {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn emit(&self, network: &Network, cx: &mut EmitContext) -> FileSet {
        let minor = cx.target.version.map_or(OLDEST, |v| if v.major > 1 { u16::MAX } else { v.minor });
        let network = wifi::with_bands(vlans::without_default(loopback::with_methods(network, cx), cx), cx);
        let network = &*shared::with_shared(network, minor, cx);
        let mut job = Job {
            network,
            cx,
            minor,
            routes: by_owner(network.routes.iter().map(|e| e.owner), network),
            rules: by_owner(network.rules.iter().map(|e| e.owner), network),
            leftovers: by_owner(network.leftovers.iter().map(|l| l.owner), network),
            priorities: priorities(network),
            names: HashSet::default(),
            files: Vec::with_capacity(network.links.len()),
        };
        job.host_entries();
        crate::dispatcher::of_the_site(network, true, job.cx);
        let mut unmanaged = Vec::new();
        let mut bare = HashSet::default();
        for (id, link) in network.links() {
            if let Some(netns) = &link.netns {
                job.leave_in_namespace(id, &netns.value);
                continue;
            }
            let own = network.dialect_of(id).format == KEYFILE;
            if !own && is_bare(network, id, job.owns_nothing(id), job.cx) {
                bare.insert(id);
                continue;
            }
            let spec = beside::unmanaged_spec(link, own || job.cx.keep_unmanaged);
            match &spec {
                // Of a keyfile host both stay: the entry, and the profile that waits for its end.
                Some(_) if own && link.uuid.is_some() => job.profile(id, true),
                Some(_) => job.leave_unmanaged(id),
                None => job.profile(id, false),
            }
            unmanaged.extend(spec);
        }
        for (id, link) in network.links().filter(|(_, link)| link.managed.is_none()) {
            if beside::device_spec(link).is_some_and(|spec| unmanaged.contains(&spec)) {
                // The list is of devices: whoever's profile puts it there, it holds for all.
                job.cx
                    .added(profile::link_fact(id, FieldPath::parse("managed")), "device-of-another-profile");
            }
        }
        job.files.extend(beside::unmanaged_file(&unmanaged));
        if job.cx.with_dispatcher {
            let without_file = crate::dispatcher::without_file(bare, job.cx);
            job.files.extend(crate::dispatcher::scripts(network, &without_file, job.cx));
        }
        let mut files = job.files;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        FileSet { files }
    }
}

/// The making of one output.
struct Job<'n> {
    network: &'n Network,
    cx: &'n mut EmitContext,
    /// The target's release `1.N`.
    minor: u16,
    /// Positions of the routes, rules and leftovers of each link, the host's own last.
    routes: Vec<Vec<u32>>,
    rules: Vec<Vec<u32>>,
    leftovers: Vec<Vec<u32>>,
    /// The priority of each rule.
    priorities: Vec<u32>,
    /// File names that are taken.
    names: HashSet<String>,
    files: Vec<OutputFile>,
}

impl Job<'_> {
    fn owns_nothing(&self, id: LinkId) -> bool {
        let lists = [&self.routes, &self.rules, &self.leftovers];
        lists.iter().all(|positions| positions[id.0 as usize].is_empty())
    }

    fn add_profile(&mut self, id: &str, uuid: &str, file: file::File) {
        let base = stem(id);
        let mut name = base.clone();
        let mut n = 0;
        while !self.names.insert(name.clone()) {
            // The UUID tells two profiles of one id apart, then a number. `_` sorts after the dot of the
            // extension, so that the files keep the order of the profiles.
            let uuid = stem(uuid);
            name = if n == 0 { format!("{base}_{uuid}") } else { format!("{base}_{uuid}_{n:05}") };
            n += 1;
        }
        let has_secrets = file.has_secrets;
        self.files.push(OutputFile {
            path: format!("{}/{name}{EXTENSION}", DIRECTORIES[1]),
            mode: 0o600,
            text: file.render(),
            has_secrets,
            link_to: None,
            reads_as: None,
        });
    }
}

#[cfg(test)]
mod tests;
