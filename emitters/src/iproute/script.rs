//! The script itself: steps in their order, written out for creating, for keeping up, for taking down, or in batches.

use crate::order::Place;
use crate::text::ip::within;
use crate::text::shell::quote;
use ipnet::IpNet;
use netpivot_model::ip::Address;
use netpivot_model::path::FieldPath;
use netpivot_model::route::Route;
use netpivot_model::rule::Rule;
use std::fmt::Write as _;

/// What the script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// From nothing: each command once.
    Create,
    /// Again and again: a step that is done already is passed over.
    #[default]
    Ensure,
    /// The inverse: what the network made is taken away.
    Teardown,
    /// From nothing, by `ip -batch`: one process for many commands.
    Batch,
}

/// What a script is made of.
pub(super) enum Purpose {
    /// All that the network needs.
    Whole(Mode),
    /// What a state lacks; what it has is known, so that nothing is asked.
    Plan(Mode),
}

impl Purpose {
    pub fn mode(&self) -> Mode {
        match self {
            Purpose::Whole(mode) => *mode,
            Purpose::Plan(Mode::Batch) => Mode::Batch,
            Purpose::Plan(Mode::Create | Mode::Ensure | Mode::Teardown) => Mode::Create,
        }
    }

    fn describe(&self) -> &'static str {
        match self {
            Purpose::Whole(Mode::Create | Mode::Batch) => "sets the network up from nothing",
            Purpose::Whole(Mode::Ensure) => "sets the network up; what is there already stays as it is",
            Purpose::Whole(Mode::Teardown) => "takes away what the network made",
            Purpose::Plan(_) => "takes the host from the state that was given to the network",
        }
    }
}

/// How a script tells that a step is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Done {
    /// The command, which prints what there is, prints all these words on one line.
    Shows(Vec<String>, String),
    /// It prints them on one line, and no others there but what the kernel adds.
    Exactly(Vec<String>, String),
    /// It prints them on no line.
    Lacks(String, String),
    /// The call of ethtool(8) prints these words as what is set; all of them.
    Tuned(Vec<String>, String),
    /// The kernel setting has the value.
    Holds(String, String),
    /// A test(1) of the shell.
    Test(String),
    /// The link of that name has the alias, a word of the shell.
    Alias(String, String),
    /// The command looks by itself, or does the same thing twice without effect.
    Unasked,
}

/// What a step sets up, whichever value it gives it. Two steps about the same replace each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum What {
    Namespace(String),
    /// The link itself.
    Link,
    /// A setting of the link.
    Setting(FieldPath),
    /// Settings of the card by one call of ethtool(8), by the first of them.
    Ethtool(&'static str),
    /// Keys and peers of a WireGuard link.
    Wireguard,
    /// Which controller the link is a port of.
    Port,
    /// That the link is down, for a moment.
    Down,
    /// A column of Open vSwitch's database, by its table, row and name.
    Column(String),
    /// A VLAN of a bridge or port.
    Vlan(String),
    /// That the link is up.
    Up,
    Address(IpNet),
    /// A route, by family, table, destination, metric and type of service.
    Route(String),
    /// Another entry, by all its words.
    Entry(String),
    /// A kernel setting.
    Sysctl(String),
    /// A command that stays as it stood.
    Command(String),
}

/// A command, how to tell that it is done, and what undoes it.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// What it is about.
    pub what: What,
    /// The link that it is about, where it is about one.
    pub link: Option<String>,
    /// Where it runs; `None` for the host's own namespace.
    pub netns: Option<String>,
    /// Where `up` runs instead, with the same meaning: what makes a link may stand in another namespace than the link.
    pub from_netns: Option<Option<String>>,
    pub up: String,
    /// What the command sets besides, in the same transaction.
    pub with: String,
    pub done: Done,
    pub down: Option<String>,
    /// Said by another step where all is made from nothing.
    pub is_repeated: bool,
    /// The route itself, to tell it from another to the same destination.
    pub route: Option<Box<Route>>,
    /// The address itself, to tell it from another of its number.
    pub address: Option<Box<Address>>,
    /// The rule itself, with its priority, to tell it from another of that.
    pub rule: Option<Box<Rule>>,
    /// Asked first whether it is done, whatever the script is for.
    pub is_asked: bool,
    /// What is undone goes with the link, which the same script made.
    pub goes_with_link: bool,
    /// The source goes on where it fails, and so does the script.
    pub may_fail: bool,
    /// When the source ran the command that said it, counted from 1; 0 where no command did.
    pub turn: u32,
}

impl Step {
    pub fn new(what: What, up: impl Into<String>) -> Self {
        Step {
            what,
            link: None,
            netns: None,
            from_netns: None,
            up: up.into(),
            with: String::new(),
            done: Done::Unasked,
            down: None,
            is_repeated: false,
            route: None,
            address: None,
            rule: None,
            is_asked: false,
            goes_with_link: false,
            may_fail: false,
            turn: 0,
        }
    }

    /// The link that the step is about.
    pub fn of(self, link: &str) -> Self {
        Step { link: Some(link.to_owned()), ..self }
    }

    pub fn goes_with_link(self, goes_with_link: bool) -> Self {
        Step { goes_with_link, ..self }
    }

    pub fn done(self, done: Done) -> Self {
        Step { done, ..self }
    }

    /// `command` prints `words`; without words, anything.
    pub fn shows(self, words: impl Into<String>, command: impl Into<String>) -> Self {
        self.done(Done::Shows(vec![words.into()], command.into()))
    }

    pub fn down(self, down: impl Into<String>) -> Self {
        Step { down: Some(down.into()), ..self }
    }

    pub fn within(self, netns: Option<&str>) -> Self {
        Step { netns: netns.map(str::to_owned), ..self }
    }

    /// Run from another namespace than that of its link.
    pub fn from(self, netns: Option<&str>) -> Self {
        Step { from_netns: Some(netns.map(str::to_owned)), ..self }
    }

    pub fn repeated(self) -> Self {
        Step { is_repeated: true, ..self }
    }

    /// Where its link is.
    pub fn place(&self) -> Option<Place<'_>> {
        Some((self.netns.as_deref(), self.link.as_deref()?))
    }

    pub fn spell(&self, command: &str) -> String {
        match &self.netns {
            Some(space) => within(space, command),
            None => command.to_owned(),
        }
    }

    fn spell_up(&self, command: &str) -> String {
        match self.from_netns.as_ref().unwrap_or(&self.netns) {
            Some(space) => within(space, command),
            None => command.to_owned(),
        }
    }

    /// The question and what follows it where the answer is no.
    fn question(&self) -> Option<String> {
        let asks = |function: &str, all: &[String], command: &str| {
            let pieces: Vec<_> =
                all.iter().map(|words| blanks(words)).filter(|words| !words.is_empty()).collect();
            let pieces = pieces.join(", ");
            let pieces = if pieces.is_empty() { "''".into() } else { quote(&pieces) };
            format!("{function} {pieces} {}", self.spell(command))
        };
        let tunes = |words: &String, command: &str| {
            format!("tuned {} {}", quote(&blanks(words)), self.spell(command))
        };
        Some(match &self.done {
            Done::Shows(all, command) => asks("shows", all, command),
            Done::Exactly(all, command) => asks("exactly", all, command),
            Done::Tuned(all, command) => {
                all.iter().map(|words| tunes(words, command)).collect::<Vec<_>>().join(" && ")
            }
            Done::Lacks(words, command) => {
                format!("! {}", asks("shows", std::slice::from_ref(words), command))
            }
            Done::Holds(key, value) => {
                let space =
                    self.netns.as_ref().map_or_else(String::new, |space| format!(" {}", quote(space)));
                format!("holds {} {}{space}", quote(key), quote(value))
            }
            Done::Test(test) => format!("[ {test} ]"),
            Done::Alias(name, alias) => {
                let file = format!("/sys/class/net/{name}/ifalias");
                let space = self
                    .netns
                    .as_ref()
                    .map_or_else(String::new, |space| format!("ip netns exec {} ", quote(space)));
                format!("[ \"$({space}cat {} 2>/dev/null)\" = {alias} ]", quote(&file))
            }
            Done::Unasked => return None,
        })
    }

    fn once(&self) -> String {
        if self.is_asked { self.ensure() } else { self.run() }
    }

    fn run(&self) -> String {
        let up = self.spell_up(&format!("{}{}", self.up, self.with));
        match up.split_once('\n') {
            _ if !self.may_fail => up,
            // A here-document begins behind the line that asks for it.
            Some((first, rest)) => format!("{first} || true\n{rest}"),
            None => format!("{up} || true"),
        }
    }

    fn ensure(&self) -> String {
        let up = self.run();
        match self.question() {
            Some(question) => format!("{question} || {up}"),
            None => up,
        }
    }

    /// The command as a line of a batch, and the program that takes it; `None` where iproute2's own reading of lines, which
    /// knows quotes around words only and `#` anywhere as a comment, would take it for another.
    fn batch(&self) -> Option<(&'static str, &str)> {
        if self.is_asked || self.may_fail {
            return None;
        }
        let programs = ["ip -4", "ip -6", "ip", "bridge"].into_iter();
        let (program, rest) = programs
            .filter_map(|known| Some((known, self.up.strip_prefix(known)?.strip_prefix(' ')?)))
            .next()?;
        let is_plain = |word: &str| {
            let bare = word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')).unwrap_or(word);
            !bare.contains(['\'', '"', '\\', '#', '|', '>', '$'])
        };
        rest.split(' ').all(is_plain).then_some((program, rest))
    }
}

/// Words as `shows` has them: what iproute2 puts around flags and between lines is blank there, and blanks are one.
fn blanks(words: &str) -> String {
    let is_blank = |c: char| ['\\', '<', '>', ',', '\t', ' '].contains(&c);
    words.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Steps under a heading.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    pub title: &'static str,
    pub steps: Vec<Step>,
}

/// A teardown goes on where something is gone already, and would where nothing may be taken away. The kernel asks for the permission
/// before it looks for the route (`rtnetlink_rcv_msg()`).
const PERMISSION: &str = "
# stops where the network may not be changed; nobody has this route
may_change() {
    case $(LC_ALL=C ip route del 192.0.2.1 table 4294967294 2>&1) in
        *'not permitted'*) echo 'nothing can be taken away: this takes root (CAP_NET_ADMIN)' >&2; exit 1 ;;
    esac
}
may_change
";

/// What both questions about lines are made of. Words come in pieces with commas between them, which `lines` leaves on none.
const LINES: &str = "\
# the lines that the command prints, with single blanks for what stands between words; not what people call a link besides
lines() {
    program=$1
    shift
    \"$program\" -o \"$@\" 2>/dev/null | sed -e '/\\\\ *alias /{' -e 's/\\\\ *alias .*//;q' -e '}' -e 's/\\\\ *altname .*//' |
        tr -s '\\\\<>,\\t' '     '
}

# takes each piece, between commas, out of $line; false if one is not there
has() {
    todo=${1:+$1, }
    while [ \"$todo\" ]; do
        piece=\" ${todo%%, *} \" todo=${todo#*, }
        case $line in
            *\"$piece\"*) line=\"${line%%\"$piece\"*} ${line#*\"$piece\"}\" ;;
            *) return 1 ;;
        esac
    done
}

# true if a line has all $pieces and stands another test; bridge leaves the last line open
found() {
    while read -r line || [ \"$line\" ]; do
        line=\" $line \"
        if has \"$pieces\" && $1; then return 0; fi
    done
    return 1
}
";

const SHOWS: &str = "\
# true if one line that the command prints has all these pieces
shows() { pieces=$1; shift; lines \"$@\" | found true; }
";

/// The words of `is_spent` are what ip prints of an entry beside what somebody set: states, and values that follow from others
/// or that the pieces name where they matter. A table is asked for by the command.
const EXACTLY: &str = "\
# true if nothing is left in $line but what the kernel adds
is_spent() {
    set -f
    is_value=
    for word in $line; do
        if [ \"$is_value\" ]; then is_value=; continue; fi
        case $word in
            brd | scope | proto | lookup | error | expires | valid_lft | preferred_lft) is_value=1 ;;
            [0-9]*: | pref | medium | linkdown | dead | offload | trap | rt_offload | rt_trap | pervasive | notify) ;;
            secondary | tentative | dadfailed | dynamic | stable-privacy | '[detached]' | '[unresolved]') ;;
            *) return 1 ;;
        esac
    done
}

# true if one line that the command prints has all these pieces, and nothing else but what the kernel adds
exactly() { pieces=$1; shift; lines \"$@\" | found is_spent; }
";

const HOLDS: &str = "\
# true if the kernel setting has the value, here or in that namespace
holds() { [ \"$(${3:+ip netns exec \"$3\"} sysctl -n \"$1\" 2>/dev/null | tr '\\t' ' ')\" = \"$2\" ]; }
";

const TUNED: &str = "\
# true if a line of what is set now, as this call of ethtool prints it, has these words
tuned() {
    words=$1
    shift
    \"$@\" 2>/dev/null | tr -s '\\t' ' ' | sed '/^Pre-set/,/^Current/d; /^CQE/d; s/^/ /; s/$/ /' | grep -qF -- \" $words \"
}
";

/// The text of a script.
pub(super) fn text(sections: &[Section], purpose: &Purpose) -> String {
    let mode = purpose.mode();
    let body = match body(sections, mode) {
        text if text.is_empty() => {
            "\n# nothing to do: the state has all that the network asks for\n".to_owned()
        }
        text => text,
    };
    let permission = if mode == Mode::Teardown { PERMISSION } else { "" };
    format!("{}set -eu\n{permission}{}{body}", head(purpose), questions(&[(sections, mode)]))
}

/// The first lines of a script.
pub(super) fn head(purpose: &Purpose) -> String {
    format!("#!/bin/sh\n# written by netpivot: {}\n", purpose.describe())
}

/// The functions by which the steps of a script's parts ask, each part in its mode.
pub(super) fn questions(parts: &[(&[Section], Mode)]) -> String {
    let mut out = String::new();
    let steps = || {
        parts.iter().flat_map(|(sections, mode)| {
            let steps = sections.iter().flat_map(|section| &section.steps);
            steps.filter(|step| match mode {
                Mode::Ensure => true,
                Mode::Create | Mode::Batch => step.is_asked,
                Mode::Teardown => false,
            })
        })
    };
    let shows = steps().any(|step| matches!(step.done, Done::Shows(..) | Done::Lacks(..)));
    let exactly = steps().any(|step| matches!(step.done, Done::Exactly(..)));
    for (text, is_used) in [(LINES, shows || exactly), (SHOWS, shows), (EXACTLY, exactly)] {
        if is_used {
            let _ = write!(out, "\n{text}");
        }
    }
    if steps().any(|step| matches!(step.done, Done::Tuned(..))) {
        let _ = write!(out, "\n{TUNED}");
    }
    if steps().any(|step| matches!(step.done, Done::Holds(..))) {
        let _ = write!(out, "\n{HOLDS}");
    }
    out
}

/// The commands, under headings.
pub(super) fn body(sections: &[Section], mode: Mode) -> String {
    let mut out = String::new();
    let mut parts: Vec<(&str, Vec<String>)> =
        sections.iter().map(|section| (section.title, lines(section, mode))).collect();
    if mode == Mode::Teardown {
        parts.reverse();
    }
    for (title, lines) in parts.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        let _ = write!(out, "\n# {title}\n");
        for line in lines {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

fn lines(section: &Section, mode: Mode) -> Vec<String> {
    let steps = section.steps.iter();
    match mode {
        Mode::Create => steps.filter(|step| !step.is_repeated).map(Step::once).collect(),
        // A row of Open vSwitch's is said with its columns, whether or not it is there.
        Mode::Ensure => {
            steps.filter(|step| !matches!(step.what, What::Column(_))).map(Step::ensure).collect()
        }
        Mode::Teardown => {
            let undone = steps
                .rev()
                .filter(|step| !step.goes_with_link)
                .filter_map(|step| Some(step.spell(step.down.as_ref()?)));
            undone.map(|command| format!("{command} || true")).collect()
        }
        Mode::Batch => batches(steps.filter(|step| !step.is_repeated)),
    }
}

/// Runs of commands of one program in one namespace as one batch each.
fn batches<'s>(steps: impl Iterator<Item = &'s Step>) -> Vec<String> {
    const END: &str = "END";
    let mut out: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    for step in steps {
        let head = step
            .batch()
            .map(|(program, rest)| (step.spell_up(&format!("{program} -batch - <<'{END}'")), rest));
        if open.is_some() && open != head.as_ref().map(|(head, _)| head.clone()) {
            out.push(END.to_owned());
            open = None;
        }
        match head {
            Some((head, rest)) => {
                if open.is_none() {
                    out.push(head.clone());
                    open = Some(head);
                }
                out.push(rest.to_owned());
            }
            None => out.push(step.once()),
        }
    }
    if open.is_some() {
        out.push(END.to_owned());
    }
    out
}
