//! The host that commands start from.

use super::detect;
use crate::failure::Failure;
use netpivot_emitters::iproute::State;
use netpivot_model::coverage;
use netpivot_model::diagnostic::Severity;
use netpivot_model::dialect::{IPROUTE, NETLINK};
use netpivot_model::network::Network;
use netpivot_parsers::netlink::{STATE, STATE_ALL};
use netpivot_parsers::{Context, Input, Parser, Tree};

/// Reads the network that commands start from, of any format, into the same context. Its items are accounted for
/// before the commands take some of them back.
pub(super) fn read(tree: &dyn Tree, commands: &dyn Parser, cx: &mut Context) -> Result<Network, Failure> {
    let format = commands.info().name;
    if format != IPROUTE {
        return Err(Failure::usage(format!(
            "a state to start from is for commands, and the input is {format}"
        ))
        .help(
            "leave out `--from-state`, give a script with `-f iproute`, or ask for a plan with `-t iproute`",
        ));
    }
    let (parser, found) = detect::choose(tree, None)?;
    cx.diagnostics.extend(found);
    let input = Input { tree, dialect: None, version: None, state: None };
    let mut network = match parser.parse(&input, cx) {
        Ok(network) => network,
        Err(fatal) => {
            let message = format!("the state to start from cannot be read: {}", fatal.message);
            return Err(super::fail(std::mem::take(cx), message, fatal.help));
        }
    };
    let unaccounted = coverage::account(&mut network, &cx.items, &cx.diagnostics);
    cx.diagnostics.extend(unaccounted);
    cx.items.clear();
    Ok(network)
}

/// Reads the host that a plan starts from, of any format: all of it, and what is not of programs.
pub(super) fn read_for_plan(tree: &dyn Tree, prune: bool, cx: &mut Context) -> Result<State, Failure> {
    let (parser, _) = detect::choose(tree, None)?;
    let parse = |dialect, cx: &mut Context| {
        let input = Input { tree, dialect, version: None, state: None };
        parser.parse(&input, cx).map_err(|fatal| {
            let message = format!("the state to start from cannot be read: {}", fatal.message);
            super::fail(std::mem::take(cx), message, fatal.help)
        })
    };
    let is_kernel = parser.info().name == NETLINK;
    let own = parse(is_kernel.then_some(STATE), cx)?;
    let all = if is_kernel {
        let mut aside = Context { sources: std::mem::take(&mut cx.sources), ..Context::default() };
        let all = parse(Some(STATE_ALL), &mut aside);
        cx.sources = aside.sources;
        all?
    } else {
        own.clone()
    };
    // What the state holds is not converted, so none of it is lost.
    cx.diagnostics.retain(|found| [Severity::Error, Severity::Warning].contains(&found.severity));
    Ok(State { all, own, prune })
}
