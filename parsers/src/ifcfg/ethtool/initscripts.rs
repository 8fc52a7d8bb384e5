//! ETHTOOL_OPTS as initscripts hand it to ethtool(8) (`network-functions:ethtool_set`).

use super::{MAGIC, settings, switch, wake_bits};
use crate::Context;
use crate::ifcfg::rows;
use crate::ifcfg::vars::{Base, Var, Vars, integer};
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ethtool::Ethtool;
use netpivot_model::link::Link;
use netpivot_model::network::Leftover;
use netpivot_model::reflect::Map;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Int, Mac};
use netpivot_model::vocabulary::ethtool::{self as names, CHANNELS, COALESCE, FEC, PAUSE, RING};

const KEY: &str = "ETHTOOL_OPTS";

pub(super) fn read(vars: &Vars, link: &mut Link, leftovers: &mut Vec<Leftover>, cx: &mut Context) {
    let Some(var) = vars.text(KEY) else { return };
    let device = link.name.as_ref().map(|at| at.value.clone());
    for part in var.value.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let words: Vec<&str> = part.split_ascii_whitespace().collect();
        // A dash anywhere makes the part a call of its own; else it is `ethtool -s DEVICE`.
        let (option, rest) = if part.contains('-') { (words[0], &words[1..]) } else { ("-s", &words[..]) };
        let rest = match rest {
            [named, rest @ ..] if part.contains('-') => {
                if device.as_deref().is_some_and(|device| device != *named) {
                    let meaning = format!("initscripts set it on `{named}`, another device");
                    leftovers.push(rows::leftover(KEY, part, var.span, meaning));
                    continue;
                }
                rest
            }
            rest => rest,
        };
        let said = SaidWords { key: KEY, part, var, program: "the network service" };
        call(said, (option, rest), link, leftovers, cx);
    }
}

/// Words for ethtool(8), and where they stand.
#[derive(Clone, Copy)]
pub(in crate::ifcfg) struct SaidWords<'a> {
    /// The key.
    pub(in crate::ifcfg) key: &'a str,
    /// The part of its value that is one call.
    pub(in crate::ifcfg) part: &'a str,
    /// The variable.
    pub(in crate::ifcfg) var: Var<'a>,
    /// Who calls: `wicked`, for messages.
    pub(in crate::ifcfg) program: &'static str,
}

/// Sets what one call of ethtool(8), an option and its words, would set.
pub(in crate::ifcfg) fn call(
    said: SaidWords<'_>,
    (option, words): (&str, &[&str]),
    link: &mut Link,
    leftovers: &mut Vec<Leftover>,
    cx: &mut Context,
) {
    let mut call = Call { said, ethtool: settings(link), leftovers, failures: Vec::new() };
    call.run(option, words);
    let failures = call.failures;
    failures.into_iter().for_each(|why| cx.report(fails(said, &why)));
}

fn fails(said: SaidWords<'_>, why: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::ETHTOOL_FAILS,
        format!("ethtool refuses `{}` of `{}={}`: {why}", said.part, said.key, said.var.value),
    )
    .at(said.var.span)
    .help("correct the words, or remove them")
}

/// One call of ethtool(8).
struct Call<'a> {
    said: SaidWords<'a>,
    ethtool: &'a mut Ethtool,
    leftovers: &'a mut Vec<Leftover>,
    failures: Vec<String>,
}

/// Sets one pair of words, or says why ethtool would not.
pub(crate) type Setter = fn(&mut Ethtool, &str, &str, Span) -> Done;

pub(crate) enum Done {
    Set,
    /// ethtool knows it, the model does not.
    Beyond,
    Fails(String),
}

impl Call<'_> {
    fn run(&mut self, option: &str, words: &[&str]) {
        let Some(setter) = setter(option) else { return self.beyond(self.said.part) };
        let mut beyond = Vec::new();
        for pair in words.chunks(2) {
            let [name, value] = pair else {
                self.failures.push(format!("the value of `{}` is missing", pair[0]));
                continue;
            };
            match setter(self.ethtool, name, value, self.said.var.span) {
                Done::Set => {}
                Done::Beyond => beyond.push(format!("{name} {value}")),
                Done::Fails(why) => self.failures.push(why),
            }
        }
        if !beyond.is_empty() {
            self.beyond(&format!("{option} {}", beyond.join(" ")));
        }
        self.check_pairs();
    }

    fn beyond(&mut self, words: &str) {
        let meaning = format!("{} sets it with ethtool(8)", self.said.program);
        self.leftovers.push(rows::leftover(self.said.key, words, self.said.var.span, meaning));
    }

    /// A profile sets speed and duplex together; a password goes with magic packets.
    fn check_pairs(&mut self) {
        let alone = match (self.ethtool.speed.is_some(), self.ethtool.duplex.is_some()) {
            (true, false) => self.ethtool.speed.take().map(|at| format!("-s speed {}", at.value.get())),
            (false, true) => self.ethtool.duplex.take().map(|at| format!("-s duplex {}", at.value)),
            (true, true) | (false, false) => None,
        };
        if let Some(words) = alone {
            let meaning = format!("{} sets one of speed and duplex and leaves the other", self.said.program);
            self.leftovers.push(rows::leftover(self.said.key, &words, self.said.var.span, meaning));
        }
        let magic = self.ethtool.wol.as_ref().is_some_and(|at| at.value.get() & MAGIC != 0);
        if self.ethtool.wol_password.is_some() && !magic {
            self.ethtool.wol_password = None;
            self.failures.push("`sopass` goes with `wol g` only".to_owned());
        }
    }
}

/// What sets the pairs of words behind an option; `None` where the model holds none of them.
pub(crate) fn setter(option: &str) -> Option<Setter> {
    Some(match option {
        "-K" | "--features" | "--offload" => feature,
        "-C" | "--coalesce" => coalesce,
        "-G" | "--set-ring" => |e, name, value, span| amount(&mut e.ring, RING, name, value, span),
        "-L" | "--set-channels" => {
            |e, name, value, span| amount(&mut e.channels, CHANNELS, name, value, span)
        }
        "-A" | "--pause" => pause,
        "-s" | "--change" => change,
        "--set-eee" => eee,
        "--set-fec" => fec,
        _ => return None,
    })
}

fn no_such(name: &str) -> Done {
    Done::Fails(format!("it knows no setting `{name}`"))
}

fn feature(ethtool: &mut Ethtool, name: &str, value: &str, span: Span) -> Done {
    let Some(on) = switch(value) else { return Done::Fails(format!("`{name}` wants `on` or `off`")) };
    match names::feature(name, &[names::KERNEL_FEATURES, names::LONG_FEATURES]) {
        Some(known) => {
            ethtool.features.insert(known.to_owned(), At::new(on, span));
            Done::Set
        }
        None => Done::Beyond,
    }
}

fn coalesce(ethtool: &mut Ethtool, name: &str, value: &str, span: Span) -> Done {
    let adaptive = name.starts_with("adaptive-");
    let value = match switch(value) {
        Some(on) if adaptive => {
            if on {
                "1"
            } else {
                "0"
            }
        }
        Some(_) | None if adaptive => return Done::Fails(format!("`{name}` wants `on` or `off`")),
        Some(_) | None => value,
    };
    amount(&mut ethtool.coalesce, COALESCE, name, value, span)
}

fn amount(
    map: &mut Map<Int<0, 4_294_967_295>>,
    table: &[&'static str],
    name: &str,
    value: &str,
    span: Span,
) -> Done {
    let Some(n) = integer(value, Base::Auto).and_then(Int::new) else {
        return Done::Fails(format!("`{name}` wants a number"));
    };
    match names::known(table, name) {
        Some(known) => {
            map.insert(known.to_owned(), At::new(n, span));
            Done::Set
        }
        None => Done::Beyond,
    }
}

fn pause(ethtool: &mut Ethtool, name: &str, value: &str, span: Span) -> Done {
    match (names::known(PAUSE, name), switch(value)) {
        (Some(known), Some(on)) => {
            ethtool.pause.insert(known.to_owned(), At::new(on, span));
            Done::Set
        }
        (Some(_), None) => Done::Fails(format!("`{name}` wants `on` or `off`")),
        (None, _) => no_such(name),
    }
}

fn eee(ethtool: &mut Ethtool, name: &str, value: &str, span: Span) -> Done {
    match (name, switch(value)) {
        ("eee", Some(on)) => {
            ethtool.eee = Some(At::new(on, span));
            Done::Set
        }
        ("eee", None) => Done::Fails("`eee` wants `on` or `off`".to_owned()),
        (_, _) => Done::Beyond,
    }
}

fn fec(ethtool: &mut Ethtool, name: &str, value: &str, span: Span) -> Done {
    if name != "encoding" {
        return no_such(name);
    }
    let bit = FEC.iter().find(|(word, _)| *word == value.to_ascii_lowercase()).map(|(_, bit)| *bit);
    match bit.and_then(Int::new) {
        Some(bit) => {
            ethtool.fec = Some(At::new(bit, span));
            Done::Set
        }
        None => Done::Fails(format!("it knows no encoding `{value}`")),
    }
}

fn change(ethtool: &mut Ethtool, name: &str, value: &str, span: Span) -> Done {
    let wants = |what: &str| Done::Fails(format!("`{name}` wants {what}"));
    match name {
        "autoneg" => match switch(value) {
            Some(on) => ethtool.autoneg = Some(At::new(on, span)),
            None => return wants("`on` or `off`"),
        },
        "speed" => match integer(value, Base::Ten).and_then(Int::new) {
            Some(speed) => ethtool.speed = Some(At::new(speed, span)),
            None => return wants("a number"),
        },
        "duplex" if matches!(value, "half" | "full") => {
            ethtool.duplex = Some(At::new(value.to_owned(), span))
        }
        "duplex" => return wants("`half` or `full`"),
        "port" if matches!(value, "tp" | "aui" | "bnc" | "mii") => {
            ethtool.port = Some(At::new(value.to_owned(), span));
        }
        "wol" => {
            let (bits, unknown) = wake_bits(value);
            if !unknown.is_empty() {
                return Done::Beyond;
            }
            ethtool.wol = Int::new(bits).map(|bits| At::new(bits, span));
        }
        "sopass" => match value.parse::<Mac>() {
            Ok(mac) if mac.bytes().len() == 6 => ethtool.wol_password = Some(At::new(value.to_owned(), span)),
            Ok(_) | Err(_) => return wants("six bytes with colons between them"),
        },
        "port" | "advertise" | "mdix" | "phyad" | "xcvr" | "msglvl" => return Done::Beyond,
        _ => return no_such(name),
    }
    Done::Set
}
