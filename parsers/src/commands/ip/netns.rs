//! ip-netns(8).

use super::{Options, verb, within};
use crate::commands::fault::Fault;
use crate::commands::program::{Call, Effect, Ran};
use crate::commands::words::Words;

#[derive(Clone, Copy)]
enum Verb {
    Ask,
    Add,
    Delete,
    Exec,
    Ignore,
    Beyond,
}

/// In ip's order (`ipnetns.c:do_netns`).
const VERBS: [(&str, Verb); 12] = [
    ("list", Verb::Ask),
    ("show", Verb::Ask),
    ("lst", Verb::Ask),
    ("help", Verb::Ask),
    ("add", Verb::Add),
    ("set", Verb::Ignore),
    ("identify", Verb::Ask),
    ("pids", Verb::Ask),
    ("delete", Verb::Delete),
    ("exec", Verb::Exec),
    ("monitor", Verb::Ask),
    ("attach", Verb::Beyond),
];

pub(super) fn run(call: &mut Call<'_>, options: Options, mut words: Words<'_>) -> Ran {
    let (verb, span) = verb(&VERBS, &mut words, "netns", Verb::Ask)?;
    match verb {
        Verb::Ask => Ok(Effect::Asked(true)),
        Verb::Ignore => Ok(Effect::Idle("numbers a namespace for those who look at it")),
        Verb::Add => {
            let name = words.expect("the name of the namespace")?;
            call.kernel.add_space(name)?;
            Ok(Effect::Changed)
        }
        Verb::Delete if options.all => {
            Err(Fault::beyond(span.unwrap_or(words.last()), "it deletes all namespaces of the host"))
        }
        Verb::Delete => {
            let name = words.expect("the name of the namespace")?;
            call.kernel.delete_space(name)?;
            Ok(Effect::Changed)
        }
        // ip runs it in one namespace after the other (`do_each_netns()`).
        Verb::Exec if options.all => {
            let spaces = call.kernel.spaces_with_names();
            let ran: Result<Vec<Effect>, _> =
                spaces.into_iter().map(|space| within(call, space, &words)).collect();
            let idle = Effect::Idle("runs in each namespace, and there is none");
            Ok(ran?.into_iter().next_back().unwrap_or(idle))
        }
        Verb::Exec => {
            let name = words.expect("the name of the namespace")?;
            let space = call.kernel.space_named(name)?;
            within(call, space, &words)
        }
        Verb::Beyond => Err(Fault::beyond(words.last(), "it ties a namespace to a running process")),
    }
}
