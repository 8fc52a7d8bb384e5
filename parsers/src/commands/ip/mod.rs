//! ip(8): its options, its objects, and the verbs of each, abbreviated as ip itself takes them.
//!
//! ip compares a word with its keywords one after the other and takes the first that begins so
//! (`matches()`), hence the order of each table here is that of iproute2's source.

use super::fault::Fault;
use super::kernel::SpaceId;
use super::program::{self, Call, Effect, Ran};
use super::words::{Words, begins};
use crate::text::iproute::Word;
use netpivot_model::rule::Family;

mod addr;
mod kind;
mod link;
mod neigh;
mod netns;
mod options;
mod route;
mod rule;
mod token;
mod tuntap;
mod vf;

pub(super) use kind::{PORT_ROWS, refuse_beyond, settle_bridge, tun_link};
pub(super) use options::read as read_option;

/// What the options before the object say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// `-4`, `-6`, `-family`.
    pub family: Option<Family>,
    /// `-all`.
    pub all: bool,
}

type Object = fn(&mut Call<'_>, Options, Words<'_>) -> Ran;

/// Objects in ip's order (`ip.c:cmds`); `None` for those that set up nothing that the model holds.
static OBJECTS: [(&str, Option<Object>); 34] = [
    ("address", Some(addr::run)),
    ("addrlabel", None),
    ("maddress", None),
    ("route", Some(route::run)),
    ("rule", Some(rule::run)),
    ("neighbor", Some(neigh::run)),
    ("neighbour", Some(neigh::run)),
    ("ntable", None),
    ("ntbl", None),
    ("link", Some(link::run)),
    ("l2tp", None),
    ("fou", None),
    ("tunnel", Some(kind::tunnel_command)),
    ("tunl", Some(kind::tunnel_command)),
    ("tuntap", Some(tuntap::run)),
    ("tap", Some(tuntap::run)),
    ("token", Some(token::run)),
    ("tcpmetrics", None),
    ("tcp_metrics", None),
    ("monitor", None),
    ("xfrm", None),
    ("mroute", None),
    ("mrule", None),
    ("netns", Some(netns::run)),
    ("netconf", None),
    ("vrf", None),
    ("sr", None),
    ("nexthop", None),
    ("mptcp", None),
    ("ioam", None),
    ("macsec", None),
    ("stats", None),
    ("help", None),
    ("addresses", Some(addr::run)),
];

/// Options with a value (`ip.c:main`).
const WITH_VALUE: [&str; 4] = ["-loops", "-family", "-batch", "-rcvbuf"];
const WITHOUT: [&str; 20] = [
    "-human",
    "-human-readable",
    "-iec",
    "-stats",
    "-statistics",
    "-details",
    "-resolve",
    "-oneline",
    "-timestamp",
    "-tshort",
    "-Version",
    "-force",
    "-brief",
    "-json",
    "-pretty",
    "-color",
    "-help",
    "-Numeric",
    "-all",
    "-echo",
];

/// The object of a word, whole.
pub(crate) fn object(word: &str) -> Option<&'static str> {
    OBJECTS.iter().map(|(name, _)| *name).find(|name| begins(name, word))
}

/// Runs `ip` with its arguments.
pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let mut options = Options { family: None, all: false };
    let mut space = call.space;
    while let Some(word) = words.peek().filter(|word| word.text.starts_with('-') && word.text.len() > 1) {
        words.next();
        option(call, word, &mut words, &mut options, &mut space)?;
    }
    let Some(object) = words.next() else { return Ok(Effect::Idle("prints how it is used")) };
    let Some((name, run)) = OBJECTS.iter().find(|(name, _)| begins(name, object.text)) else {
        return Err(unknown_object(program, object));
    };
    let mut call = call.within(space);
    match run {
        Some(run) => run(&mut call, options, words),
        None => beyond(name, object, words),
    }
}

fn option(
    call: &mut Call<'_>,
    word: Word<'_>,
    words: &mut Words<'_>,
    options: &mut Options,
    space: &mut SpaceId,
) -> Result<(), Fault> {
    let text = if word.text.starts_with("--") { &word.text[1..] } else { word.text };
    match text {
        "-4" => options.family = Some(Family::V4),
        "-6" => options.family = Some(Family::V6),
        "-0" | "-M" | "-B" | "-br" => {}
        _ if begins("-netns", text) => {
            let name = words.value(word)?;
            *space = call.kernel.space_named(name)?;
        }
        _ if begins("-family", text) => {
            options.family = match words.value(word)?.text {
                "inet" => Some(Family::V4),
                "inet6" => Some(Family::V6),
                _ => None,
            };
        }
        _ if begins("-batch", text) => {
            return Err(Fault::unknown(word.span, "it reads its commands from another file"));
        }
        _ if WITH_VALUE.iter().any(|known| begins(known, text)) => {
            words.value(word)?;
        }
        _ if text == "-all" || text == "-a" => options.all = true,
        _ if WITHOUT.iter().any(|known| begins(known, text)) => {}
        _ => {
            return Err(Fault::usage(word.span, format!("`{}` is no option of it", word.text))
                .intent("correct the option, or remove it"));
        }
    }
    Ok(())
}

fn unknown_object(program: Word<'_>, object: Word<'_>) -> Fault {
    let fault = Fault::usage(object.span, format!("`{}` is none of its objects", object.text));
    match near(object.text, OBJECTS.iter().map(|(name, _)| *name)) {
        Some(near) => fault.intent(format!("did you mean `{} {near}`?", program.text)),
        None => fault,
    }
}

/// Verbs that only ask.
const ASKING: [&str; 8] = ["show", "list", "lst", "get", "monitor", "help", "save", "identify"];

/// An object whose settings the model has no place for.
fn beyond(name: &str, object: Word<'_>, mut words: Words<'_>) -> Ran {
    let asks = words.next().is_none_or(|verb| ASKING.iter().any(|asking| begins(asking, verb.text)));
    if asks || name == "help" || name == "monitor" {
        return Ok(Effect::Asked(true));
    }
    Err(Fault::beyond(object.span, format!("nothing holds what `ip {name}` sets")))
}

/// The keyword nearest to a word, when it is near enough to be meant.
pub(super) fn near<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|word| (strsim::damerau_levenshtein(typed, word), word))
        .filter(|(distance, word)| *distance <= word.len().max(typed.len()) / 3)
        .min()
        .map(|(_, word)| word)
}

/// Chooses a verb by its beginning. `exact` ones must stand in full.
pub(super) fn verb<'v, T: Copy>(
    table: &'v [(&'v str, T)],
    words: &mut Words<'_>,
    object: &str,
    default: T,
) -> Result<(T, Option<netpivot_model::source::Span>), Fault> {
    let Some(word) = words.peek() else { return Ok((default, None)) };
    match table.iter().find(|(verb, _)| begins(verb, word.text)) {
        Some((_, found)) => {
            words.next();
            Ok((*found, Some(word.span)))
        }
        None => {
            let fault = Fault::usage(word.span, format!("`{}` is no verb of `ip {object}`", word.text));
            let looks_like_argument =
                word.text.starts_with(|c: char| c.is_ascii_digit()) || word.text == "default";
            Err(match near(word.text, table.iter().map(|(verb, _)| *verb)) {
                _ if looks_like_argument => {
                    fault.intent(format!("the verb is missing: write `ip {object} add {} …`", word.text))
                }
                Some(near) => fault.intent(format!("did you mean `ip {object} {near}`?")),
                None => fault,
            })
        }
    }
}

/// `ip netns exec NS COMMAND`.
pub(super) fn within(call: &mut Call<'_>, space: SpaceId, words: &Words<'_>) -> Ran {
    match words.rest().split_first() {
        Some((program, arguments)) => {
            let mut call = call.within(space);
            program::run(&mut call, *program, arguments)
        }
        None => Err(Fault::usage(words.last(), "the command to run is missing")),
    }
}
