//! ETHTOOL_OPTS as NetworkManager reads it (`parse_ethtool_options`), and what it skips.

use super::{MAGIC, parts, settings, switch, wake_bits};
use crate::Context;
use crate::ifcfg::vars::{Base, Reader, Rejected, Var, Vars, bad_value, integer};
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ethtool::WOL_IGNORE;
use netpivot_model::link::Link;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Int, Mac};
use netpivot_model::vocabulary::ethtool::{self as names, COALESCE, PAUSE, RING};

/// What stands for "no number": -1 as an unsigned one.
const NO_NUMBER: i64 = u32::MAX as i64;

/// The settings that all parts share; the last part wins.
#[derive(Default)]
struct Card {
    autoneg: Option<bool>,
    speed: Option<i64>,
    duplex: Option<&'static str>,
    wake: Option<i64>,
    password: Option<String>,
}

pub(super) fn read(vars: &Vars, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let mut card = Card::default();
    let options = vars.get("ETHTOOL_OPTS");
    if let Some(var) = options {
        if var.value.is_empty() {
            // An empty value is how its own writer says "leave Wake-on-LAN alone".
            card.wake = Some(WOL_IGNORE);
        }
        let mut skipped = Vec::new();
        for words in parts(var.value) {
            match Group::of(words[0]) {
                Some(group) => group_part(group, &words, var.span, link, &mut skipped)?,
                None => card_part(&words, &mut card, &mut skipped),
            }
        }
        finish(&mut card, &mut skipped);
        skipped.iter().for_each(|why| cx.report(report(var, why)));
        check_pause(link, var.span)?;
    }
    let wake = vars.get("ETHTOOL_WAKE_ON_LAN");
    match wake {
        Some(var) if var.value == "ignore" => {
            card.wake = Some(WOL_IGNORE);
            card.password = None;
        }
        Some(var) => cx.report(bad_value("ETHTOOL_WAKE_ON_LAN", var, "`ignore`", Reader::NetworkManager)),
        None => {}
    }
    let ignored = wake.filter(|var| var.value == "ignore");
    if let Some(span) = ignored.or(options).map(|var| var.span) {
        store(card, options.map_or(span, |var| var.span), span, link);
    }
    Ok(())
}

fn store(card: Card, span: Span, wake: Span, link: &mut Link) {
    let at = |n: i64, span: Span| Int::new(n).map(|n| At::new(n, span));
    if let Some(on) = card.autoneg {
        settings(link).autoneg = Some(At::new(on, span));
    }
    if let Some((speed, duplex)) = card.speed.zip(card.duplex) {
        settings(link).speed = at(speed, span);
        settings(link).duplex = Some(At::new(duplex.to_owned(), span));
    }
    if let Some(bits) = card.wake {
        settings(link).wol = at(bits, wake);
    }
    if let Some(password) = card.password {
        settings(link).wol_password = Some(At::new(password, span));
    }
}

/// A part that NetworkManager skips: the words, and why.
struct Skipped {
    words: String,
    why: String,
}

fn skip(skipped: &mut Vec<Skipped>, words: impl Into<String>, why: impl Into<String>) {
    skipped.push(Skipped { words: words.into(), why: why.into() });
}

fn report(var: Var<'_>, skipped: &Skipped) -> Diagnostic {
    Diagnostic::new(
        &codes::ETHTOOL_IGNORED,
        format!("NetworkManager skips `{}` of `ETHTOOL_OPTS={}`: {}", skipped.words, var.value, skipped.why),
    )
    .at(var.span)
    .help("convert with `-f ifcfg:initscripts` if the setting is wanted, or add it to the profile in the output")
}

/// The groups of options that NetworkManager knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Features,
    Coalesce,
    Ring,
    Pause,
}

impl Group {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "-K" | "--features" | "--offload" => Group::Features,
            "-C" | "--coalesce" => Group::Coalesce,
            "-G" | "--set-ring" => Group::Ring,
            "-A" | "--pause" => Group::Pause,
            _ => return None,
        })
    }
}

/// `-K DEVICE NAME on …`: the device is not compared, and a name alone is stepped over.
fn group_part(
    group: Group,
    words: &[&str],
    span: Span,
    link: &mut Link,
    skipped: &mut Vec<Skipped>,
) -> Result<(), Rejected> {
    let Some(device) = words.get(1) else {
        skip(skipped, words[0], "the device is missing");
        return Ok(());
    };
    let _ = settings(link);
    if link.name.as_ref().is_some_and(|at| at.value != *device) {
        let why =
            format!("it does not compare `{device}` with the profile's device and sets what follows on that");
        skip(skipped, *device, why);
    }
    if words.len() == 2 {
        skip(skipped, words.join(" "), "it names no setting");
    }
    let mut rest = &words[2..];
    while let [name, value, ..] = rest {
        let used = match group {
            Group::Features => feature(name, value, span, link, skipped),
            Group::Pause => pause(name, value, span, link, skipped),
            Group::Coalesce | Group::Ring => amount(group, name, value, span, link, skipped)?,
        };
        rest = &rest[used..];
    }
    if let [name] = rest {
        skip(skipped, *name, "its value is missing");
    }
    Ok(())
}

/// Sets a feature; gives the number of words that are done with.
fn feature(name: &str, value: &str, span: Span, link: &mut Link, skipped: &mut Vec<Skipped>) -> usize {
    match (names::feature(name, &[names::KERNEL_FEATURES]), switch(value)) {
        (Some(known), Some(on)) => {
            settings(link).features.insert(known.to_owned(), At::new(on, span));
            2
        }
        (Some(_), None) => {
            skip(skipped, format!("{name} {value}"), "it wants `on` or `off`");
            1
        }
        (None, on) => {
            skip(skipped, format!("{name} {value}"), "it knows no feature of that name");
            if on.is_some() { 2 } else { 1 }
        }
    }
}

/// NetworkManager looks for its own names `pause-rx`, `pause-tx` and `pause-autoneg` here.
fn pause(name: &str, value: &str, span: Span, link: &mut Link, skipped: &mut Vec<Skipped>) -> usize {
    let own = name.strip_prefix("pause-").and_then(|own| names::known(PAUSE, own));
    match (own, switch(value)) {
        (Some(own), Some(on)) => {
            settings(link).pause.insert(own.to_owned(), At::new(on, span));
            2
        }
        (Some(_), None) => {
            skip(skipped, format!("{name} {value}"), "it wants `on` or `off`");
            1
        }
        (None, on) => {
            let why = match names::known(PAUSE, name) {
                Some(_) => format!("it only knows the name `pause-{name}`"),
                None => "it knows no setting of that name".to_owned(),
            };
            skip(skipped, format!("{name} {value}"), why);
            if on.is_some() { 2 } else { 1 }
        }
    }
}

fn amount(
    group: Group,
    name: &str,
    value: &str,
    span: Span,
    link: &mut Link,
    skipped: &mut Vec<Skipped>,
) -> Result<usize, Rejected> {
    let number = integer(value, Base::Ten).filter(|n| (0..=NO_NUMBER).contains(n));
    let table = if group == Group::Ring { RING } else { COALESCE };
    let Some(known) = names::known(table, name) else {
        skip(skipped, format!("{name} {value}"), "it knows no setting of that name");
        return Ok(if number.is_some() { 2 } else { 1 });
    };
    if known.starts_with("adaptive-") && !matches!(number, Some(0 | 1)) {
        // It takes the word for -1, which fails `nm-setting-ethtool.c:verify`.
        let reason = format!("`ETHTOOL_OPTS` says `{name} {value}`, where its reader takes `0` and `1` only");
        return Err(Rejected::at(reason, span));
    }
    if number.is_none() {
        skip(
            skipped,
            format!("{name} {value}"),
            format!("that is no number, and it sets {NO_NUMBER} instead"),
        );
    }
    let map = if group == Group::Ring { &mut settings(link).ring } else { &mut settings(link).coalesce };
    if let Some(n) = Int::new(number.unwrap_or(NO_NUMBER)) {
        map.insert(known.to_owned(), At::new(n, span));
    }
    Ok(2)
}

/// Words for `ethtool -s`; those that it does not know are stepped over one by one.
fn card_part(words: &[&str], card: &mut Card, skipped: &mut Vec<Skipped>) {
    let mut unknown: Vec<&str> = Vec::new();
    let mut rest = words;
    while let [name, more @ ..] = rest {
        if !["autoneg", "speed", "duplex", "wol", "sopass"].contains(name) {
            unknown.push(name);
            rest = more;
            continue;
        }
        let [value, more @ ..] = more else {
            skip(skipped, *name, "its value is missing");
            break;
        };
        rest = more;
        if let Err(why) = card_setting(name, value, card) {
            skip(skipped, format!("{name} {value}"), why);
        }
    }
    if !unknown.is_empty() {
        skip(skipped, unknown.join(" "), "it does not know the words");
    }
}

fn card_setting(name: &str, value: &str, card: &mut Card) -> Result<(), String> {
    match name {
        "autoneg" => card.autoneg = Some(switch(value).ok_or("it wants `on` or `off`")?),
        "speed" => {
            let speed = integer(value, Base::Ten).filter(|n| (0..=NO_NUMBER).contains(n));
            card.speed = Some(speed.ok_or("it wants a number")?);
        }
        "duplex" => {
            let words = ["half", "full"];
            card.duplex = Some(words.into_iter().find(|w| *w == value).ok_or("it wants `half` or `full`")?);
        }
        "wol" => {
            let (bits, unknown) = wake_bits(value);
            card.wake = Some(bits);
            if !unknown.is_empty() {
                return Err(format!("it does not know the events `{unknown}`"));
            }
        }
        _ => {
            let mac = value.parse::<Mac>().ok().filter(|mac| mac.bytes().len() == 6);
            mac.ok_or("it wants six bytes with colons between them")?;
            card.password = Some(value.to_owned());
        }
    }
    Ok(())
}

/// What normalising takes away: half a pair of speed and duplex, a password without magic packets.
fn finish(card: &mut Card, skipped: &mut Vec<Skipped>) {
    match (card.speed.filter(|n| *n != 0), card.duplex) {
        (Some(speed), None) => {
            skip(skipped, format!("speed {speed}"), "it sets speed and duplex together or not at all");
        }
        (None, Some(duplex)) => {
            skip(skipped, format!("duplex {duplex}"), "it sets speed and duplex together or not at all");
            card.duplex = None;
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    if card.password.is_some() && card.wake.is_none_or(|bits| bits & MAGIC == 0) {
        skip(skipped, "sopass", "a password goes with magic packets (`wol g`) only");
        card.password = None;
    }
}

/// `pause-autoneg on` excludes the other two (`nm-setting-ethtool.c:verify`).
fn check_pause(link: &Link, span: Span) -> Result<(), Rejected> {
    let Some(pause) = link.ethtool.as_ref().map(|ethtool| &ethtool.pause) else { return Ok(()) };
    let on = pause.get("autoneg").is_some_and(|at| at.value);
    if on && (pause.contains_key("rx") || pause.contains_key("tx")) {
        let reason = "`ETHTOOL_OPTS` negotiates pause frames and sets them, too";
        return Err(Rejected::at(reason, span));
    }
    Ok(())
}
