//! `netpivot capture`: the running kernel's state as a document.

use crate::cli::Capture;
use crate::failure::{DONE, Failure};
use crate::live::{self, Which};
use crate::render::{Console, Texts};
use netpivot_model::codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::Sources;
use netpivot_parsers::netlink::document;
use netpivot_parsers::netlink::snapshot::NamespaceState;

pub(super) fn run(args: &Capture, console: &mut Console) -> Result<u8, Failure> {
    let which = match (&args.netns, args.all_netns) {
        (Some(name), _) => Which::Named(name.clone()),
        (None, true) => Which::All,
        (None, false) => Which::Own,
    };
    let mut states = live::capture(&which)?;
    if args.with_dns {
        live::add_name_servers(&mut states);
    }
    let mut found: Vec<Diagnostic> =
        states.iter().flat_map(|state| &state.unseen).map(|what| unseen(what)).collect();
    match &args.output {
        Some(path) => super::write_file(path, &document::write(&states), args.force)?,
        None => {
            if !args.show_secrets && document::hide_secrets(&mut states) {
                found.push(hidden());
            }
            super::print(&document::write(&states))?;
        }
    }
    let texts = Texts { sources: &Sources::default(), secrets: &[] };
    console.print(&console.look.render(&found, texts, None));
    if let Some(path) = &args.output {
        console.print(&format!("{}: {}\n", path.to_string_lossy(), summary(&states)));
    }
    Ok(DONE)
}

fn unseen(what: &str) -> Diagnostic {
    Diagnostic::new(&codes::netlink::NOT_CAPTURED, format!("the capture lacks something: {what}"))
        .help("capture again with the rights and in the namespace that it needs, or set it up by other means")
}

fn hidden() -> Diagnostic {
    Diagnostic::new(&codes::core::SECRET_HIDDEN, "the state holds keys of WireGuard, which are hidden here")
        .help("write it with `-o FILE`, or add `--show-secrets`")
}

/// `12 links, 30 routes, 5 rules in 2 network namespaces`.
fn summary(states: &[NamespaceState]) -> String {
    let count = |of: fn(&NamespaceState) -> usize, one: &str| {
        let sum: usize = states.iter().map(of).sum();
        format!("{sum} {one}{}", if sum == 1 { "" } else { "s" })
    };
    let counts = [
        count(|state| state.links.len(), "link"),
        count(|state| state.routes.len(), "route"),
        count(|state| state.rules.len(), "rule"),
    ];
    let spaces = match states.len() {
        1 => String::new(),
        several => format!(" in {several} network namespaces"),
    };
    format!("{}{spaces}", counts.join(", "))
}
