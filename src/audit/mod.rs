//! The configuration of a host against the running kernel: what is promised, what is there, and what of the
//! difference is nobody's change.
//!
//! All formats of a root are read, each by its own parser. Each link of each of them is a `promise::Promise` about one
//! device; a device may be promised by several. What only a program or the kernel does of itself is told apart by named
//! [`rule::Rule`]s and kept aside, since an audit that cries wolf is switched off.
//!
//! The order is: owners, then links, then routes and rules, which belong to the host as a whole, then files. A further set of
//! checks gives the same [`Judged`] findings and is one more line in [`audit`].
//!
//! What would break on another release is told by [`release`], from the configuration alone.

mod address;
pub mod baseline;
mod files;
pub mod ignore;
mod kernel;
pub mod lease;
mod link;
mod owner;
mod policy;
mod promise;
pub mod release;
mod route;
pub mod rule;
pub mod state;

use crate::failure::Failure;
use crate::formats::FormatSpec;
use crate::pipeline::{self, Loaded};
use foldhash::HashMap;
use kernel::Kernel;
use lease::Leases;
use netpivot_model::codes::{Code, drift as codes};
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::dialect::NETLINK;
use netpivot_model::format::JSON;
use netpivot_model::link::LinkKind;
use netpivot_model::source::{Origin, Sources, Span};
use netpivot_model::value::Value;
use netpivot_parsers::Tree;
use netpivot_parsers::netlink::observed::Observed;
use promise::Config;
use release::{Fact, Release};
use rule::Rule;
use std::collections::hash_map::Entry;

/// A place in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it is called on the host.
    pub file: String,
    /// The line from 1; 0 for the file as a whole.
    pub line: usize,
    /// The column from 1; 0 for the file as a whole.
    pub column: usize,
}

/// A value of either side: typed for programs, and in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// As the model has it; of an address or a route its words.
    pub value: Value,
    /// With its unit, as people say it.
    pub words: String,
}

impl Told {
    /// What has no other form than its words.
    fn words(words: impl Into<String>) -> Self {
        let words = words.into();
        Told { value: Value::text(words.clone()), words }
    }
}

/// A difference between the configuration and the kernel.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What kind.
    pub code: &'static Code,
    /// The interface; none for the host as a whole.
    pub link: Option<String>,
    /// Its network namespace, where that is not the host's own.
    pub netns: Option<String>,
    /// `address 192.0.2.1/24`, `route 10.0.0.0/8`, where it is about one.
    pub entry: Option<String>,
    /// The setting's path in the model.
    pub field: Option<String>,
    /// What people call the setting.
    pub name: Option<String>,
    /// One sentence without a final period.
    pub what: String,
    /// What the configuration says.
    pub promised: Option<Told>,
    /// What the kernel says.
    pub actual: Option<Told>,
    /// Where the configuration says it; none where its program's own default does.
    pub source: Option<Place>,
    /// What to do.
    pub help: String,
    /// The fact about a release that it stands on.
    pub fact: Option<&'static Fact>,
}

impl Finding {
    /// A finding about the host as a whole.
    pub(crate) fn new(code: &'static Code, what: impl Into<String>, help: impl Into<String>) -> Self {
        Finding {
            code,
            link: None,
            netns: None,
            entry: None,
            field: None,
            name: None,
            what: what.into(),
            promised: None,
            actual: None,
            source: None,
            help: help.into(),
            fact: None,
        }
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.fact.map_or(self.code.severity, |fact| fact.severity)
    }
}

/// A finding, and the rule by which it is not reported.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What differs.
    pub finding: Finding,
    /// Why that is nobody's change.
    pub rule: Option<&'static Rule>,
}

/// Who promises a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The interface.
    pub link: String,
    /// Its network namespace, where that is not the host's own.
    pub netns: Option<String>,
    /// The dialect of the configuration.
    pub format: String,
    /// Its file.
    pub file: Option<String>,
    /// Others that promise it as well: dialect and file.
    pub others: Vec<(String, Option<String>)>,
}

/// The audit of a host.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// Who promises which link, in the order of the configuration.
    pub owners: Vec<Owner>,
    /// What differs.
    pub findings: Vec<Finding>,
    /// What differs and is nobody's change, with the rule that says so.
    pub not_reported: Vec<(Finding, &'static Rule)>,
    /// The release that the configuration was held against.
    pub release: Option<&'static Release>,
}

impl Audit {
    /// True where a part of the configuration could not be read.
    #[must_use]
    pub fn is_in_part(&self) -> bool {
        self.findings.iter().any(|finding| finding.code == &codes::UNREAD_CONFIGURATION)
    }

    /// Adds the profiles that their program refuses for who may read them, where the tree knows that.
    pub fn add_insecure(&mut self, tree: &dyn Tree, configuration: &Configuration) {
        self.findings.extend(files::insecure(tree, &configuration.loaded));
        self.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    }

    /// Adds what would break on a release.
    pub fn add_release(&mut self, release: &'static Release, tree: &dyn Tree, configuration: &Configuration) {
        self.release = Some(release);
        self.findings.extend(release::check(release, tree, &configuration.loaded));
        self.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    }
}

/// The configuration of a host.
#[derive(Debug, Default)]
pub struct Configuration {
    /// What could be read, a format each.
    pub loaded: Vec<Loaded>,
    /// What could not, and what its own program refuses ([`codes::UNREAD_CONFIGURATION`], [`codes::BROKEN_CONFIGURATION`]).
    pub troubles: Vec<Finding>,
}

impl Configuration {
    /// What is known of a configuration that could not be read.
    #[must_use]
    pub fn of_failure(failure: &Failure) -> Self {
        let found = &failure.found;
        Configuration { loaded: Vec::new(), troubles: files::troubles(&found.diagnostics, &found.sources) }
    }

    fn add(&mut self, diagnostics: &[Diagnostic], sources: &Sources) {
        for trouble in files::troubles(diagnostics, sources) {
            // Folders are looked at for each format that has files there.
            if !self.troubles.contains(&trouble) {
                self.troubles.push(trouble);
            }
        }
    }
}

/// The links that configurations speak of, for an audit without a kernel.
#[must_use]
pub fn of_files(configuration: &Configuration) -> Audit {
    let mut owners: Vec<Owner> = Vec::new();
    let mut by_link: HashMap<(&str, Option<&str>), usize> = HashMap::default();
    for config in &configuration.loaded {
        let links = config.network.links().map(|(_, link)| link);
        for link in links.filter(|link| !matches!(link.kind.value, LinkKind::Loopback(_))) {
            let format = config.network.dialect.to_string();
            let file = place_of(config, &link.kind.origin).map(|place| place.file);
            let (name, netns) = (link.label(), link.netns.as_ref().map(|at| at.value.as_str()));
            match by_link.entry((name, netns)) {
                Entry::Occupied(known) => owners[*known.get()].others.push((format, file)),
                Entry::Vacant(free) => {
                    free.insert(owners.len());
                    let (link, netns) = (name.to_owned(), netns.map(str::to_owned));
                    owners.push(Owner { link, netns, format, file, others: Vec::new() });
                }
            }
        }
    }
    Audit { owners, findings: configuration.troubles.clone(), ..Audit::default() }
}

/// The configuration of a host, in all formats that its root holds.
///
/// # Errors
/// There is none, or none that can be read.
pub fn configuration(tree: &dyn Tree, from: Option<&FormatSpec>) -> Result<Configuration, Failure> {
    let mut configuration = Configuration::default();
    let mut add = |loaded: Loaded| {
        configuration.add(&loaded.diagnostics, &loaded.sources);
        configuration.loaded.push(loaded);
    };
    if from.is_some() {
        add(pipeline::load(tree, from)?);
        return Ok(configuration);
    }
    let mut found = pipeline::detect::formats(tree);
    let hidden = pipeline::detect::hidden(tree, &found);
    found.retain(|found| ![NETLINK, JSON.name].contains(&found.parser.info().name));
    if found.iter().any(|found| found.sure) {
        found.retain(|found| found.sure);
    }
    let mut failures = Vec::new();
    for found in found {
        match pipeline::load(tree, Some(&FormatSpec::of(found.parser.info().name))) {
            Ok(loaded) => add(loaded),
            // A folder of another format with nothing in it is no trouble.
            Err(failure) => failures.push(failure),
        }
    }
    if configuration.loaded.is_empty() {
        return Err(match failures.into_iter().next() {
            Some(failure) => failure,
            // Says what was looked for.
            None => match pipeline::load(tree, None)? {
                loaded if loaded.format == NETLINK => {
                    let mut failure = Failure::input(
                        "there is a state of the kernel, and no configuration to compare it with",
                    )
                    .help("name the host's root, and the state with `--against`");
                    failure.found.diagnostics = pipeline::detect::damaged(tree, netpivot_parsers::ALL);
                    failure
                }
                loaded => return Ok(Configuration { loaded: vec![loaded], ..configuration }),
            },
        });
    }
    for failure in &failures {
        configuration.add(&failure.found.diagnostics, &failure.found.sources);
    }
    configuration.add(&hidden, &Sources::default());
    configuration.troubles.extend(pipeline::unread::files(tree).iter().map(files::unread));
    Ok(configuration)
}

/// Compares the configuration of a host, and what its lease files tell, with its kernel's state.
#[must_use]
pub fn audit(configuration: &Configuration, leases: &Leases, observed: &Observed) -> Audit {
    let kernel = Kernel::of(observed);
    let configs = &configuration.loaded;
    let indexed: Vec<Config<'_>> = configs.iter().map(Config::of).collect();
    let mut judged = Vec::new();
    let claims = owner::claims(&indexed, &kernel, &mut judged);
    let (settled, owners) = owner::settle(claims, &kernel, &mut judged);
    route::check(&indexed, &settled, leases, &kernel, &mut judged);
    policy::check(&indexed, &settled, &kernel, &mut judged);
    owner::unowned(&settled, &kernel, &mut judged);
    files::check(configs, &mut judged);
    let mut audit = Audit { owners, findings: configuration.troubles.clone(), ..Audit::default() };
    let is_in_part = audit.is_in_part();
    for Judged { finding, rule } in judged {
        match rule.or((is_in_part && is_said_by_none(&finding)).then_some(&rule::UNREAD)) {
            Some(rule) => audit.not_reported.push((finding, rule)),
            None => audit.findings.push(finding),
        }
    }
    audit.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    audit
}

/// True for what the kernel has and no configuration says.
fn is_said_by_none(finding: &Finding) -> bool {
    let codes = [
        &codes::ADDRESS_UNKNOWN,
        &codes::ROUTE_UNKNOWN,
        &codes::RULE_UNKNOWN,
        &codes::UNOWNED_LINK,
        &codes::PORT_ELSEWHERE,
    ];
    codes.contains(&finding.code) && finding.promised.is_none()
}

/// By link, in which the gravest comes first; the host as a whole last.
fn order(finding: &Finding) -> (bool, &Option<String>, &Option<String>, &'static str, &Option<String>) {
    (finding.link.is_none(), &finding.netns, &finding.link, finding.code.id, &finding.entry)
}

/// The first place of an origin.
fn place_of(config: &Loaded, origin: &Origin) -> Option<Place> {
    origin.span().map(|span| place_at(config, span))
}

fn place_at(config: &Loaded, span: Span) -> Place {
    place_in(&config.sources, span)
}

fn place_in(sources: &Sources, span: Span) -> Place {
    let at = sources.line_column(span);
    Place { file: sources.get(span.source).path.clone(), line: at.line, column: at.column }
}
