//! `netpivot show`: the model as a tree for people, or as JSON for programs.

use crate::cli::Show;
use crate::failure::Failure;
use crate::input::{self, Host};
use crate::pipeline::{self, Loaded};
use crate::render::{Console, Texts, graph, printable, public};
use foldhash::HashMap;
use netpivot_model::check::{Index, controllers};
use netpivot_model::facts;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FieldPath, walk};
use netpivot_model::reflect::Node;
use std::fmt::Write;

pub(super) fn run(args: &Show, console: &mut Console) -> Result<u8, Failure> {
    console.look.form = args.diagnostics;
    let from = super::from_spec(args.from.as_ref(), args.all)?;
    input::named_once(&args.inputs)?;
    let hosts = input::hosts(&args.inputs, args.root.as_deref());
    console.look.name_hosts = hosts.len() > 1;
    if args.graph.is_some() && hosts.len() > 1 {
        let failure = Failure::usage("`--graph` draws one host, and these are several");
        return Err(failure.help("draw each by itself"));
    }
    let mut output = String::new();
    let mut statuses = Vec::with_capacity(hosts.len());
    for host in &hosts {
        let loaded = host.open(from.as_ref()).and_then(|opened| {
            let state = super::open_state(args.from_state.as_deref())?;
            let state = state.as_ref().map(|opened| &*opened.tree);
            pipeline::load_from_state(&*opened.tree, from.as_ref(), state)
        });
        match loaded {
            Ok(loaded) => {
                let texts = Texts { sources: &loaded.sources, secrets: &loaded.secrets };
                let text = console.look.render(&loaded.diagnostics, texts, Some(&host.label));
                console.print(&text);
                output.push_str(&shown(host, &loaded, args, hosts.len() > 1));
                statuses.push(0);
            }
            Err(failure) => {
                console.failure(Some(&host.label), &failure);
                statuses.push(failure.kind.exit());
            }
        }
    }
    if args.json || args.graph.is_some() {
        super::print(&output)?
    } else {
        super::print_painted(&output)?
    }
    Ok(super::gravest(statuses.into_iter()))
}

fn shown(host: &Host, loaded: &Loaded, args: &Show, several: bool) -> String {
    if let Some(form) = args.graph {
        return graph::draw(&loaded.network, form.into());
    }
    if args.json {
        return netpivot_model::json::to_text(&loaded.network, args.show_secrets);
    }
    let mut view = View { loaded, args, tree: Tree::of(&loaded.network), text: String::new() };
    if several {
        let _ = writeln!(view.text, "{} ({})", printable(&host.label), loaded.network.dialect);
    } else {
        let _ = writeln!(view.text, "{}", loaded.network.dialect);
    }
    view.links();
    view.rest();
    view.text
}

/// What stands below what.
struct Tree {
    /// The first controller of each link that is there.
    controllers: Vec<Option<LinkId>>,
    ports: HashMap<LinkId, Vec<LinkId>>,
    entries: HashMap<Option<LinkId>, Vec<(EntryKind, u32)>>,
}

impl Tree {
    fn of(network: &Network) -> Self {
        let index = Index::of(network);
        let above = |id: LinkId, link| controllers(network, &index, link).into_iter().find(|to| *to != id);
        let controllers: Vec<Option<LinkId>> = network.links().map(|(id, link)| above(id, link)).collect();
        let mut tree = Tree { controllers, ports: HashMap::default(), entries: HashMap::default() };
        for (id, _) in network.links() {
            if let Some(controller) = tree.controllers[id.0 as usize] {
                tree.ports.entry(controller).or_default().push(id);
            }
        }
        for kind in EntryKind::ALL {
            network.visit_entries(*kind, &mut |n, owner, _| {
                tree.entries.entry(owner).or_default().push((*kind, n));
            });
        }
        tree
    }
}

/// How deep ports of ports are shown below each other.
const MAX_DEPTH: usize = 32;

struct View<'a> {
    loaded: &'a Loaded,
    args: &'a Show,
    tree: Tree,
    text: String,
}

impl View<'_> {
    /// Links without a controller first; ports stand below their controllers.
    fn links(&mut self) {
        let network = &self.loaded.network;
        let mut shown = vec![false; network.links.len()];
        let free = |id: &LinkId, tree: &Tree| tree.controllers[id.0 as usize].is_none();
        let (tops, ports): (Vec<LinkId>, Vec<LinkId>) =
            network.links().map(|(id, _)| id).partition(|id| free(id, &self.tree));
        for id in tops.into_iter().chain(ports) {
            self.link(id, 0, &mut shown);
        }
    }

    fn link(&mut self, id: LinkId, depth: usize, shown: &mut [bool]) {
        if std::mem::replace(&mut shown[id.0 as usize], true) {
            return;
        }
        let network = &self.loaded.network;
        let link = network.link(id);
        let own = network.own_dialects.get(&id).map_or_else(String::new, |d| format!(" as {d}"));
        let title = format!("{} ({}{own})", link.label(), link.kind.value.word());
        self.line(depth, &title);
        self.node(link, depth + 1, &["kind"]);
        self.entries(Some(id), depth + 1);
        // What stands deeper is shown at the top, so that no input makes the program run out of stack.
        if depth < MAX_DEPTH {
            for port in self.tree.ports.get(&id).cloned().unwrap_or_default() {
                self.link(port, depth + 1, shown);
            }
        }
    }

    /// The routes, rules and other entries of an owner.
    fn entries(&mut self, owner: Option<LinkId>, depth: usize) {
        let network = &self.loaded.network;
        for (kind, n) in self.tree.entries.remove(&owner).unwrap_or_default() {
            self.entry(kind.word(), network.entry(kind, n), depth);
        }
    }

    /// The settings of a link, one a line.
    fn node(&mut self, node: &dyn Node, depth: usize, without: &[&str]) {
        let mut lines = Vec::new();
        walk(node, FieldPath::new([""; 3]), &mut |field, seen| {
            let name = field.to_string();
            if without.contains(&name.as_str()) {
                return;
            }
            let Some(value) = facts::value_of(&seen) else { return };
            let mut place = None;
            facts::origins_of(&seen, &mut |origin| place = place.or(origin.span()));
            let shown = if self.args.show_secrets { reveal(&value) } else { value.to_string() };
            let mut line = format!("{name} = {shown}");
            if let (true, Some(span)) = (self.args.verbose, place) {
                let _ = write!(line, "  ({})", self.loaded.sources.place_of_line(span));
            }
            lines.push(line);
        });
        lines.iter().for_each(|line| self.line(depth, line));
    }

    /// An entry in one line.
    fn entry(&mut self, what: &str, node: &dyn Node, depth: usize) {
        let mut words = vec![what.to_owned()];
        let mut place = None;
        walk(node, FieldPath::new([""; 3]), &mut |field, seen| {
            facts::origins_of(&seen, &mut |origin| place = place.or(origin.span()));
            words.extend(facts::value_of(&seen).map(|value| format!("{field} {value}")));
        });
        if let (true, Some(span)) = (self.args.verbose, place) {
            words.push(format!(" ({})", self.loaded.sources.place_of_line(span)));
        }
        self.line(depth, &words.join(" "));
    }

    /// What belongs to no link, and what the model has no place for.
    fn rest(&mut self) {
        let network = &self.loaded.network;
        self.entries(None, 0);
        for leftover in &network.leftovers {
            let value = if leftover.secret && !self.args.show_secrets {
                netpivot_model::secret::HIDDEN
            } else {
                &leftover.value
            };
            let line = match value {
                "" => format!("not in the model: {}", leftover.key),
                value => format!("not in the model: {}={value}", leftover.key),
            };
            self.line(0, &line);
        }
    }

    fn line(&mut self, depth: usize, text: &str) {
        let shown = if self.args.show_secrets { printable(text) } else { public(text) };
        let _ = writeln!(self.text, "{:width$}{shown}", "", width = depth * 2);
    }
}

fn reveal(value: &netpivot_model::value::Value) -> String {
    use netpivot_model::value::Value;
    match value {
        Value::Secret(secret) => secret.reveal().to_owned(),
        Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => value.to_string(),
    }
}
