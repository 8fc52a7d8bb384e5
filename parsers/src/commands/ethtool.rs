//! ethtool(8). The words behind its options are read where the ifcfg files' ETHTOOL_OPTS are.

use super::fault::Fault;
use super::program::{Call, Effect, Ran};
use super::words::Words;
use crate::ifcfg::ethtool::{Done, setter};
use crate::text::iproute::Word;
use netpivot_model::source::Span;

/// Options that ask.
const ASKING: [&str; 14] =
    ["-a", "-c", "-g", "-k", "-i", "-d", "-e", "-S", "-n", "-x", "-P", "-l", "-T", "--show-eee"];

pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let Some(option) = words.next() else { return Ok(Effect::Idle("prints how it is used")) };
    if !option.text.starts_with('-') || ASKING.contains(&option.text) {
        return Ok(Effect::Asked(true));
    }
    let name = words.value(option)?;
    let id = call.kernel.named(call.space, name)?;
    let Some(set) = setter(option.text) else {
        return Err(Fault::beyond(
            option.span,
            format!("nothing holds what `{} {}` sets", program.text, option.text),
        ));
    };
    let mut beyond = None;
    while let Some(setting) = words.next() {
        let value = words.value(setting)?;
        let span = Span { end: value.span.end, ..setting.span };
        let ethtool = call.kernel.device_mut(id).link.ethtool.get_or_insert_default();
        match set(ethtool, setting.text, value.text, span) {
            Done::Set => {}
            Done::Beyond => beyond = beyond.or(Some(setting)),
            Done::Fails(why) => return Err(Fault::usage(setting.span, why)),
        }
    }
    match beyond {
        Some(word) => Err(Fault::beyond(word.span, format!("nothing holds `{}`", word.text))),
        None => Ok(Effect::Changed),
    }
}
