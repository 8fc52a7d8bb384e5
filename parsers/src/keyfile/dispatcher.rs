//! Dispatcher scripts (NetworkManager-dispatcher(8)): those that netpivot wrote are hooks again, any other is a
//! program, of which only its being there can be told; it is lost where NetworkManager does not stay in charge.

use crate::{Context, FileStatus, Tree};
use netpivot_model::codes::keyfile as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::link::LinkId;
use netpivot_model::network::{Leftover, Network, Owned, Weight};
use netpivot_model::source::{At, Origin, SourceId, Span};
use netpivot_model::vocabulary::keyfile::dispatcher::{
    DIRECTORY, NAMES, PREFIX, SHELL, TITLE, command_of, guarded, moment, named_alias,
};
use std::collections::HashMap;

/// Reads the scripts; the links must be known.
pub(crate) fn read(tree: &dyn Tree, network: &mut Network, cx: &mut Context) {
    let mut by_name: HashMap<String, LinkId> = HashMap::new();
    for (id, link) in network.links() {
        if let Some(name) = &link.name {
            by_name.entry(name.value.clone()).or_insert(id);
        }
    }
    for below in ["/pre-up.d", "", "/pre-down.d"] {
        for entry in tree.list(&format!("{DIRECTORY}{below}")).unwrap_or_default() {
            let path = format!("{DIRECTORY}{below}/{}", entry.name);
            // Directories and NetworkManager's own no-wait.d are no scripts.
            if entry.kind == crate::EntryKind::File {
                script(tree, &path, entry.name.starts_with(PREFIX), &by_name, network, cx);
            }
        }
    }
}

fn script(
    tree: &dyn Tree,
    path: &str,
    named: bool,
    by_name: &HashMap<String, LinkId>,
    network: &mut Network,
    cx: &mut Context,
) {
    let mut origin = Origin::default_value();
    if let Some(source) = cx.read(tree, path) {
        let text = cx.sources.get(source).text.clone();
        if named && let Some(hooks) = ours(source, &text, by_name, cx) {
            network.hooks.extend(hooks);
            return;
        }
        cx.files.pop();
        origin = Origin::at(Span::new(source, 0, text.find('\n').unwrap_or(text.len())));
    }
    network.leftovers.push(Leftover {
        owner: None,
        section: None,
        key: path.to_owned(),
        value: String::new(),
        secret: false,
        weight: Weight::Acts,
        meaning: "NetworkManager runs this script when links go up or down, and no other software does"
            .to_owned(),
        origin,
    });
    let shown = tree.display(path);
    let why = "a script of the site or of a package, which is never run here";
    cx.files.push((shown.clone(), FileStatus::Ignored(why.to_owned())));
    let message = format!("NetworkManager runs `{shown}` when links go up or down; no other software does");
    let help = "see what it does before another software takes over the network";
    cx.report(Diagnostic::new(&codes::DISPATCHER, message).in_file(shown).help(help));
}

/// The hooks of a script of netpivot's form; `None` where it is of another form, or names a link that no profile has.
fn ours(
    source: SourceId,
    text: &str,
    by_name: &HashMap<String, LinkId>,
    cx: &mut Context,
) -> Option<Vec<Owned<Hook>>> {
    let mut lines = text.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line.trim_end_matches('\n')))
    });
    if lines.next()?.1 != SHELL || lines.next()?.1 != TITLE {
        return None;
    }
    let guard = lines.next()?.1;
    let (phase, name) =
        HookPhase::ALL.iter().find_map(|phase| Some((*phase, guarded(guard, moment(*phase).1)?)))?;
    let owner = match name {
        Some(name) => Some(*by_name.get(&name)?),
        None => None,
    };
    if lines.next()?.1 != NAMES {
        return None;
    }
    let mut hooks = Vec::new();
    let mut alias = None;
    for (start, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let span = Span::new(source, start, start + line.len());
        if let Some(named) = named_alias(line) {
            alias = named.map(|name| At::new(name, span));
            continue;
        }
        let command = command_of(line);
        let key = line.to_owned();
        cx.items.push(Item { span, owner, section: None, key, value: String::new(), secret: false });
        let item = Hook {
            phase: Some(At::new(phase, span)),
            stanza: alias.clone(),
            command: Some(At::new(command.into_owned(), span)),
        };
        hooks.push(Owned { owner, item });
    }
    Some(hooks)
}
