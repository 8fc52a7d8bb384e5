//! `netpivot show`: the model as a tree for people, or as JSON for programs.

use crate::cli::Show;
use crate::failure::Failure;
use crate::input::{self, Host};
use crate::pipeline::{self, Loaded};
use crate::render::{Console, Texts, printable};
use netpivot_model::facts;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::path::{FieldPath, walk};
use netpivot_model::reflect::Node;
use netpivot_model::value::LinkRef;
use std::fmt::Write;

pub(super) fn run(args: &Show, console: &mut Console) -> Result<u8, Failure> {
    console.look.form = args.diagnostics;
    let from = super::from_spec(args.from.as_ref())?;
    let hosts = input::hosts(&args.inputs, args.root.as_deref());
    let mut output = String::new();
    let mut statuses = Vec::with_capacity(hosts.len());
    for host in &hosts {
        let loaded = host.open(from.as_ref()).and_then(|opened| pipeline::load(&*opened.tree, from.as_ref()));
        match loaded {
            Ok(loaded) => {
                let texts = Texts { sources: &loaded.sources, secrets: &loaded.secrets };
                let text = console.look.render(&loaded.diagnostics, texts);
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
    super::print(&output)?;
    Ok(super::gravest(statuses.into_iter()))
}

fn shown(host: &Host, loaded: &Loaded, args: &Show, several: bool) -> String {
    if args.json {
        return netpivot_model::json::to_text(&loaded.network, args.show_secrets);
    }
    let mut view = View { loaded, args, text: String::new() };
    if several {
        let _ = writeln!(view.text, "{} ({})", printable(&host.label), loaded.network.dialect);
    } else {
        let _ = writeln!(view.text, "{}", loaded.network.dialect);
    }
    view.links();
    view.rest();
    view.text
}

struct View<'a> {
    loaded: &'a Loaded,
    args: &'a Show,
    text: String,
}

impl View<'_> {
    /// Links without a controller first; ports stand below their controllers.
    fn links(&mut self) {
        let network = &self.loaded.network;
        let controllers: Vec<Option<LinkId>> =
            network.links().map(|(id, link)| controller_of(network, id, link)).collect();
        let mut shown = vec![false; network.links.len()];
        for (id, _) in network.links() {
            if controllers[id.0 as usize].is_none() {
                self.link(id, 0, &controllers, &mut shown);
            }
        }
        for (id, _) in network.links() {
            if !shown[id.0 as usize] {
                self.link(id, 0, &controllers, &mut shown);
            }
        }
    }

    fn link(&mut self, id: LinkId, depth: usize, controllers: &[Option<LinkId>], shown: &mut [bool]) {
        if std::mem::replace(&mut shown[id.0 as usize], true) {
            return;
        }
        let network = &self.loaded.network;
        let link = network.link(id);
        let own = network.own_dialects.get(&id).map_or_else(String::new, |d| format!(" as {d}"));
        let title = format!("{} ({}{own})", link.label(), link.kind.value.word());
        self.line(depth, &title);
        self.node(link, depth + 1, &["kind"]);
        for (_, route) in network.routes_of(id) {
            self.entry("route", route, depth + 1);
        }
        for (_, rule) in network.rules_of(id) {
            self.entry("rule", rule, depth + 1);
        }
        for (port, _) in network.links() {
            if controllers[port.0 as usize] == Some(id) {
                self.link(port, depth + 1, controllers, shown);
            }
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
                let at = self.loaded.sources.line_column(span);
                let path = &self.loaded.sources.get(span.source).path;
                let _ = write!(line, "  ({path}:{})", at.line);
            }
            lines.push(line);
        });
        lines.iter().for_each(|line| self.line(depth, line));
    }

    /// A route or rule in one line.
    fn entry(&mut self, what: &str, node: &dyn Node, depth: usize) {
        let mut words = vec![what.to_owned()];
        let mut place = None;
        walk(node, FieldPath::new([""; 3]), &mut |field, seen| {
            facts::origins_of(&seen, &mut |origin| place = place.or(origin.span()));
            words.extend(facts::value_of(&seen).map(|value| format!("{field} {value}")));
        });
        if let (true, Some(span)) = (self.args.verbose, place) {
            let at = self.loaded.sources.line_column(span);
            words.push(format!(" ({}:{})", self.loaded.sources.get(span.source).path, at.line));
        }
        self.line(depth, &words.join(" "));
    }

    /// What belongs to no link, and what the model has no place for.
    fn rest(&mut self) {
        let network = &self.loaded.network;
        for (_, route) in network.routes_of(None) {
            self.entry("route", route, 0);
        }
        for (_, rule) in network.rules_of(None) {
            self.entry("rule", rule, 0);
        }
        for hook in &network.hooks {
            self.line(0, &format!("hook {}: {}", hook.phase, hook.command));
        }
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
        let _ = writeln!(self.text, "{:width$}{}", "", printable(text), width = depth * 2);
    }
}

fn reveal(value: &netpivot_model::value::Value) -> String {
    use netpivot_model::value::Value;
    match value {
        Value::Secret(secret) => secret.reveal().to_owned(),
        Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => value.to_string(),
    }
}

fn controller_of(network: &Network, port: LinkId, link: &Link) -> Option<LinkId> {
    let at = link.controller.as_ref()?;
    let is = |id: LinkId, other: &Link| {
        id != port
            && match &at.value {
                LinkRef::Name(name) => other.name.as_ref().is_some_and(|at| at.value == *name),
                LinkRef::Uuid(uuid) => other.uuid.as_ref().is_some_and(|at| at.value == *uuid),
                LinkRef::Mac(mac) => {
                    other.matches.as_ref().and_then(|m| m.mac.as_ref()).is_some_and(|at| at.value == *mac)
                }
            }
    };
    network.links().find(|(id, other)| is(*id, other)).map(|(id, _)| id)
}
