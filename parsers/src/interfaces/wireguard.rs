//! The file with keys and peers that ifupdown-ng's executor `wireguard` hands to `wg setconf`.

use super::codes;
use crate::text::wireguard::{Conf, Line, read as read_conf};
use crate::{Context, Tree};
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::source::{Origin, SourceId, Span};
use netpivot_model::vocabulary::wireguard::file;
use netpivot_model::wireguard::Wireguard;

/// The option that names another file.
const OPTION: &str = "wireguard-config-path";

/// Reads the files of the links that the executor makes.
pub(super) fn read(tree: &dyn Tree, network: &mut Network, cx: &mut Context) {
    let links: Vec<LinkId> = network.links().map(|(id, _)| id).collect();
    for id in links {
        let link = network.link(id);
        let Some(by) = executor(link, cx) else { continue };
        let said = network.leftovers.iter().position(|kept| kept.owner == Some(id) && kept.key == OPTION);
        let path = match said {
            Some(n) => network.leftovers[n].value.clone(),
            None => file(link.label()),
        };
        if !tree.exists(&path) {
            let message = format!(
                "the keys and peers of `{}` stand in `{path}`, which was not given, so the output has none of them",
                link.label()
            );
            cx.report(
                Diagnostic::new(&codes::WIREGUARD, message)
                    .at(by)
                    .help("give the host's files with `--root`, or add keys and peers to what is written"),
            );
            continue;
        }
        let Some(source) = cx.read(tree, &path) else { continue };
        let text = cx.sources.get(source).text.clone();
        match settings(source, &text, id, cx) {
            Ok(read) => {
                let option = said.map(|n| network.leftovers.remove(n).origin);
                let kind = &mut network.link_mut(id).kind;
                kind.origin.merge(&option.unwrap_or_else(Origin::default_value));
                if let LinkKind::Wireguard(wireguard) = &mut kind.value {
                    **wireguard = read;
                }
            }
            Err(refused) => cx.report(*refused),
        }
    }
}

/// The place that makes the executor run: `use wireguard`, or the option itself.
fn executor(link: &Link, cx: &Context) -> Option<Span> {
    let span = link.kind.origin.span().filter(|_| matches!(link.kind.value, LinkKind::Wireguard(_)))?;
    let word = cx.sources.text(span).split_ascii_whitespace().next()?;
    matches!(word, "use" | OPTION).then_some(span)
}

/// Reads the file. Where wg(8) does not take a line it takes none at all.
fn settings(
    source: SourceId,
    text: &str,
    owner: LinkId,
    cx: &mut Context,
) -> Result<Wireguard, Box<Diagnostic>> {
    let Conf { wireguard, lines, refused } =
        read_conf(text, &|start, end| Span::new(source, start, end), None);
    let item = |line: &Line<'_>| Item {
        span: line.span,
        owner: Some(owner),
        section: Some(line.section.to_owned()),
        key: line.key.to_owned(),
        value: line.value.to_owned(),
        secret: line.is_secret,
    };
    let Some(first) = refused.first() else {
        cx.items.extend(lines.iter().map(item));
        return Ok(wireguard);
    };
    // Of the others the finding need not speak line by line.
    let is_refused = |line: &&Line<'_>| refused.iter().any(|refused| refused.span == line.span);
    cx.items.extend(lines.iter().filter(is_refused).map(item));
    let message = format!(
        "wg(8) {}, so it sets up nothing of the file, and the output has no keys and peers",
        first.why
    );
    let help = "correct the line; what wg-quick(8) alone reads (Address, DNS …) goes into the stanza";
    let mut found = Diagnostic::new(&codes::WIREGUARD, message).help(help);
    found.labels.extend(refused.iter().map(|refused| refused.span));
    Err(Box::new(found))
}
