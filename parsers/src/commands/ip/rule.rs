//! ip-rule(8).

use super::{Options, verb};
use crate::commands::fault::{Done, Fault};
use crate::commands::program::{Call, Effect, Ran, changed};
use crate::commands::words::Words;
use crate::text::iproute::rule;
use netpivot_model::rule::{Family, Rule};
use netpivot_model::source::{At, Cause, Span};

#[derive(Clone, Copy)]
enum Verb {
    Ask,
    Add,
    Delete,
    Flush,
    Beyond,
}

/// In ip's order (`iprule.c:do_iprule`).
const VERBS: [(&str, Verb); 9] = [
    ("list", Verb::Ask),
    ("lst", Verb::Ask),
    ("show", Verb::Ask),
    ("save", Verb::Ask),
    ("restore", Verb::Beyond),
    ("add", Verb::Add),
    ("delete", Verb::Delete),
    ("flush", Verb::Flush),
    ("help", Verb::Ask),
];

pub(super) fn run(call: &mut Call<'_>, options: Options, mut words: Words<'_>) -> Ran {
    let (verb, span) = verb(&VERBS, &mut words, "rule", Verb::Ask)?;
    let span = span.unwrap_or(words.last());
    match verb {
        Verb::Ask => Ok(Effect::Asked(true)),
        Verb::Add => changed(add(call, options, &words, span)),
        Verb::Delete => changed(delete(call, options, &words, span)),
        Verb::Flush => changed(flush(call, options, &words, span)),
        Verb::Beyond => Err(Fault::unknown(span, "it reads rules from its input")),
    }
}

fn of_family(family: Family, span: Span) -> Rule {
    Rule { family: Some(At::new(family, span)), ..Rule::default() }
}

fn place(words: &Words<'_>, span: Span) -> Span {
    words
        .rest()
        .iter()
        .map(|word| word.span)
        .reduce(|first, last| Span { end: last.end.max(first.end), ..first })
        .unwrap_or(span)
}

fn add(call: &mut Call<'_>, options: Options, words: &Words<'_>, span: Span) -> Done {
    let rule = rule(words.rest(), options.family, call.tables)?;
    call.kernel.add_rule(call.space, rule, place(words, span))
}

/// `ip rule flush` takes all rules but the one of priority 0: those of the tables main and default, too.
fn flush(call: &mut Call<'_>, options: Options, words: &Words<'_>, span: Span) -> Done {
    if !words.rest().is_empty() {
        let wanted = wanted(call, options, words)?;
        call.kernel.flush_rules(call.space, &wanted);
        return Ok(());
    }
    call.kernel.flush_rules(call.space, &of_family(options.family.unwrap_or(Family::V4), span));
    Err(Fault::beyond(span, "it takes away the kernel's own rules for the tables main and default")
        .intent("delete the rules that are meant, one by one"))
}

fn delete(call: &mut Call<'_>, options: Options, words: &Words<'_>, span: Span) -> Done {
    let wanted = wanted(call, options, words)?;
    call.kernel.delete_rule(call.space, &wanted, place(words, span))
}

/// What the words of a deletion say.
fn wanted(call: &Call<'_>, options: Options, words: &Words<'_>) -> Result<Rule, Fault> {
    let mut wanted = rule(words.rest(), options.family, call.tables)?;
    // What the words do not say is no condition: the reader's defaults are for added rules.
    let derived =
        |cause: Cause| matches!(cause, Cause::Derived("ip-rule-default-action" | "ip-rule-main-table"));
    wanted.action.take_if(|at| derived(at.origin.cause()));
    wanted.table.take_if(|at| derived(at.origin.cause()));
    Ok(wanted)
}
