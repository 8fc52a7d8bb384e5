//! Commands in `pre-up`, `up`, `down` and `post-down` lines: what they set up becomes configuration, the rest stays a
//! hook.
//!
//! The commands run in the order of ifup (eni.md 3.4) on top of what the stanzas say: `pre-up` before the interface is
//! set up, `up` after. A `down` line that takes back what ifup set up is no configuration of its own.

use super::build::{Built, Placed};
use super::document::Opt;
use super::kind::canonical;
use super::{codes, finding};
use crate::commands::{
    Evaluator, Finished, Manner, Raised, Report, Shell, World, is_guard, replaced, settle, without_effect,
};
use crate::text::accounts;
use crate::text::iproute::Tables;
use crate::text::shell::command_lines::expand;
use crate::{Context, Tree};
use foldhash::{HashMap, HashSet};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{Network, Owned};
use netpivot_model::reflect::Sub;
use netpivot_model::source::{At, Origin, Sources, Span};
use netpivot_model::vocabulary::interfaces::{DEVICE, Reader};

/// A command that stays: its owner before the evaluation, phase, text, place.
struct Kept {
    owner: LinkId,
    /// The stanza, where it is not the interface's first one, with its place.
    stanza: Option<(String, Span)>,
    phase: HookPhase,
    text: String,
    span: Span,
}

fn phase(name: &str) -> Option<HookPhase> {
    match name {
        // ifupdown-ng has six moments; `create` is the one before `pre-up`, `destroy` the one after `post-down`.
        "create" | "pre-up" => Some(HookPhase::PreUp),
        "up" => Some(HookPhase::Up),
        "down" => Some(HookPhase::Down),
        "post-down" | "destroy" => Some(HookPhase::PostDown),
        _ => None,
    }
}

struct Runner<'c> {
    evaluator: Evaluator<'c>,
    reader: Reader,
    sources: &'c Sources,
    report: Report,
    kept: Vec<Kept>,
    /// Where the commands stand, in the order in which they run.
    ran: Vec<Span>,
    /// The links that `down` lines set down, and ifdown would not.
    set_down: Vec<(LinkId, Span)>,
    /// The links that ifdown leaves up.
    left_up: &'c HashSet<LinkId>,
    taken_back: Vec<Diagnostic>,
    /// The words of each command that became configuration, to find what `down` lines take back.
    done: HashSet<String>,
    /// Those of the commands that stay: what takes them back has to stay, too.
    stays: HashSet<String>,
    started: HashSet<LinkId>,
    /// What hooks call the stanza of that place, where it is not the interface's first one.
    titles: HashMap<Span, (String, Span)>,
    /// The links that stanzas make ports of another.
    plugged: &'c HashSet<(String, String)>,
}

/// What the hooks leave behind.
struct Left {
    finished: Finished,
    kept: Vec<Kept>,
    ran: Vec<Span>,
    set_down: Vec<(LinkId, Span)>,
    /// What is said of `down` lines that undo what ifup does.
    taken_back: Vec<Diagnostic>,
}

pub(super) fn evaluate(built: Built, tree: &dyn Tree, cx: &mut Context) -> Network {
    let Built { network, stanzas, reader } = built;
    let has_hooks =
        |placed: &Placed| placed.stanza.options.iter().any(|o| phase(canonical(o, reader)).is_some());
    if !stanzas.iter().any(has_hooks) {
        return network;
    }
    let tables = Tables::read(tree, cx);
    let names: Vec<String> = network.links.iter().map(|link| link.label().to_owned()).collect();
    let order = order(&network, &stanzas);
    let pair = |link: &Link| Some((link.label().to_owned(), link.controller.as_ref()?.value.to_string()));
    let plugged: HashSet<_> = network.links.iter().filter_map(pair).collect();
    let left_up = left_up(&network, &stanzas);
    let (Left { finished, kept, ran, set_down, taken_back }, report) = settle(|verbatim| {
        let mut runner = Runner {
            evaluator: Evaluator::new(network.clone(), World::Unknown, &tables, verbatim),
            reader,
            sources: &cx.sources,
            report: Report::default(),
            kept: Vec::new(),
            ran: Vec::new(),
            set_down: Vec::new(),
            left_up: &left_up,
            taken_back: Vec::new(),
            done: HashSet::default(),
            stays: HashSet::default(),
            started: HashSet::default(),
            titles: titles(&stanzas, reader),
            plugged: &plugged,
        };
        order.iter().for_each(|n| runner.up(&stanzas[*n], &names));
        stanzas.iter().for_each(|placed| runner.down(placed, &names));
        let Runner { evaluator, mut report, kept, ran, set_down, taken_back, .. } = runner;
        evaluator.leave_deletions(&mut report);
        (Left { finished: evaluator.finish(), kept, ran, set_down, taken_back }, report)
    });
    let before = network;
    let mut network = finished.network;
    network.commands = ran;
    let new_id = |old: LinkId| finished.links.get(old.0 as usize).copied().flatten();
    for item in &mut cx.items {
        item.owner = item.owner.and_then(new_id);
    }
    for hook in kept {
        let item = Hook {
            phase: Some(At::new(hook.phase, hook.span)),
            stanza: hook.stanza.map(|(stanza, span)| At::new(stanza, span)),
            command: Some(At::new(hook.text, hook.span)),
        };
        network.hooks.push(Owned { owner: new_id(hook.owner), item });
    }
    for (id, span) in set_down.into_iter().filter_map(|(old, span)| Some((new_id(old)?, span))) {
        network.link_mut(id).eni.get_or_insert_default().goes_down = Some(At::new(true, span));
    }
    for raised in finished.raised {
        start_with(&mut network, raised, cx);
    }
    let had = |link: &&Link| link.ipv6.as_ref().is_some_and(|config| config.addresses.is_said());
    let by_stanzas: HashSet<LinkId> =
        before.links().filter(|(_, link)| had(link)).filter_map(|(old, _)| new_id(old)).collect();
    for (id, link) in (0u32..).map(LinkId).zip(&mut network.links) {
        with_addresses(&mut link.ipv4);
        if reader == Reader::Ifupdown && !by_stanzas.contains(&id) {
            left_to_the_kernel(&mut link.ipv6);
        } else {
            with_addresses(&mut link.ipv6);
        }
        let is_card = matches!(link.kind.value, LinkKind::Ethernet(_) | LinkKind::Infiniband(_));
        if let Some(eni) = link.eni.as_mut().filter(|_| !is_card) {
            // A command makes it, under that name.
            eni.logical = None;
        }
    }
    cx.diagnostics.extend(finished.diagnostics);
    accounts::number_owners(&mut network, tree, cx);
    let notes = without_effect(&network, &report, &cx.sources);
    cx.diagnostics.extend(taken_back);
    cx.diagnostics.extend(report.diagnostics);
    cx.diagnostics.extend(notes);
    if !report.understood.is_empty() {
        let notes = replaced(&before, &network, &cx.items, &cx.diagnostics, &cx.sources);
        cx.diagnostics.extend(notes);
    }
    network
}

/// A link that the commands of another stanza set up starts when that stanza does. What they make is not there for
/// udev to see before, so it is no matter of `allow-hotplug`.
fn start_with(network: &mut Network, raised: Raised, cx: &mut Context) {
    let by = network.link(raised.by);
    let is_lo = matches!(by.kind.value, LinkKind::Loopback(_));
    let started = match &by.autoconnect {
        Some(at) if at.value => at.origin.spans().to_vec(),
        None if is_lo => by.name.iter().flat_map(|at| at.origin.spans()).copied().collect(),
        Some(_) | None => return,
    };
    let hotplug = by.hotplug.as_ref().filter(|at| at.value).map(|at| at.origin.spans().to_vec());
    let by = by.label().to_owned();
    let link = network.link_mut(raised.link);
    if link.autoconnect.is_some() {
        return;
    }
    link.autoconnect = Some(At::new(true, Origin::derived("started-with-stanza", started)));
    let Some(spans) = hotplug else { return };
    if raised.is_made {
        let message = format!(
            "`{}` is made by the commands of `{by}`, which starts when its device appears; it starts at boot instead",
            link.label()
        );
        let span = link.name.as_ref().and_then(|at| at.origin.span());
        let mut note = Diagnostic::new(&codes::MADE_BY_HOTPLUG, message)
            .help("nothing, if the device is there at boot; else run `ifup` for it in an `up` line");
        note.labels.extend(span);
        cx.report(note);
    } else {
        link.hotplug = Some(At::new(true, Origin::derived("started-with-stanza", spans)));
    }
}

/// Addresses that commands add to a link whose method is `manual`.
fn with_addresses(config: &mut Sub<IpConfig>) {
    let Some(config) = config else { return };
    let Some(first) = config.addresses.items.first() else { return };
    if let Some(method) = &mut config.method
        && matches!(method.value, IpMethod::Disabled | IpMethod::Ignore)
    {
        let spans = method.origin.spans().iter().chain(first.origin.spans()).copied();
        *method =
            At::new(IpMethod::Manual, Origin::derived("method-by-addresses", spans.collect::<Vec<_>>()));
    }
}

/// IPv6 addresses that only commands add: unlike the method `static`, they leave the kernel's autoconfiguration as it is.
fn left_to_the_kernel(config: &mut Sub<IpConfig>) {
    let Some(config) = config else { return };
    let Some(first) = config.addresses.items.first() else { return };
    config.method.get_or_insert_with(|| {
        At::new(IpMethod::Ignore, Origin::derived("method-by-commands", first.origin.spans().to_vec()))
    });
}

/// What hooks call each stanza that is not its interface's first one. The others make one of all stanzas of an interface.
fn titles(stanzas: &[Placed], reader: Reader) -> HashMap<Span, (String, Span)> {
    let mut titles = HashMap::default();
    let mut counts: HashMap<LinkId, u32> = HashMap::default();
    for placed in stanzas.iter().filter(|_| reader == Reader::Ifupdown) {
        let stanza = &placed.stanza;
        let title = if stanza.name.text != stanza.interface() {
            Some((stanza.name.text.clone(), stanza.name.span))
        } else if stanza.family() == "inet6" {
            stanza.family.as_ref().map(|part| (part.text.clone(), part.span))
        } else {
            let count = counts.entry(placed.link).or_default();
            *count += 1;
            (*count > 1).then(|| (format!("inet {count}"), stanza.span))
        };
        titles.extend(title.map(|title| (stanza.span, title)));
    }
    titles
}

/// The network cards that ifdown leaves up: the method `manual` touches nothing (inet.defn).
fn left_up(network: &Network, stanzas: &[Placed]) -> HashSet<LinkId> {
    let is_card =
        |id: LinkId| matches!(network.link(id).kind.value, LinkKind::Ethernet(_) | LinkKind::Infiniband(_));
    let (manual, others): (Vec<&Placed>, Vec<&Placed>) =
        stanzas.iter().partition(|placed| placed.stanza.method() == "manual");
    let mut links: HashSet<LinkId> =
        manual.iter().map(|placed| placed.link).filter(|id| is_card(*id)).collect();
    others.iter().for_each(|placed| {
        links.remove(&placed.link);
    });
    links
}

/// The order in which ifup sets the stanzas up: those that start by themselves first.
fn order(network: &Network, stanzas: &[Placed]) -> Vec<usize> {
    let says = |said: &Option<At<bool>>| said.as_ref().is_some_and(|at| at.value);
    let starts = |n: &usize| {
        let Placed { stanza, link, .. } = &stanzas[*n];
        let link = network.link(*link);
        match link.eni.as_ref().and_then(|eni| eni.alias_starts.get(&stanza.name.text)) {
            Some(at) => (at.value == "manual", at.value == "hotplug"),
            None => (!says(&link.autoconnect), says(&link.hotplug)),
        }
    };
    let mut order: Vec<usize> = (0..stanzas.len()).collect();
    order.sort_by_key(starts);
    order
}

impl Runner<'_> {
    fn up(&mut self, placed: &Placed, names: &[String]) {
        self.lines(placed, names, HookPhase::PreUp);
        if self.started.insert(placed.link) {
            self.evaluator.start_link(placed.link, Some(placed.stanza.name.span));
        }
        self.lines(placed, names, HookPhase::Up);
    }

    fn lines(&mut self, placed: &Placed, names: &[String], wanted: HookPhase) {
        if placed.unreached {
            return;
        }
        for option in in_order(placed, self.reader) {
            if phase(canonical(option, self.reader)) == Some(wanted) {
                self.line(placed, names, option, wanted);
            }
        }
    }

    fn line(&mut self, placed: &Placed, names: &[String], option: &Opt, phase: HookPhase) {
        self.ran.push(option.value.span);
        let lookup = environment(placed, names, phase);
        let mut shell = Shell::new(&lookup);
        let before = self.report.left.len();
        let findings = self.report.diagnostics.len();
        self.evaluator.set_author(placed.link);
        self.evaluator.apply(&option.value.commands(), Manner::Hook, &mut shell, &mut self.report);
        let is_left = self.report.left.drain(before..).count() > 0;
        let mut own = self.report.diagnostics.split_off(findings);
        own.retain(|found| !is_of_guard(found, self.sources));
        self.report.diagnostics.append(&mut own);
        if is_left {
            self.stays.extend(commands_of(&option.value.text).map(|text| normal(text, &lookup)));
            let text = option.value.text.trim_start_matches(DEVICE).to_owned();
            let stanza = self.titles.get(&placed.stanza.span).cloned();
            self.kept.push(Kept { owner: placed.link, stanza, phase, text, span: option.value.span });
        } else {
            self.done.insert(normal(&option.value.text, &lookup));
        }
    }

    /// True where a command undoes what became configuration: a command that ifup ran, or the interface itself with what
    /// goes with it. What undoes a command that stays is none of these, as nothing else would undo it.
    fn takes_back(&self, command: &str, name: &str) -> bool {
        let words: Vec<&str> = command.split(' ').collect();
        let is_plain = !command.contains([';', '|', '&', '`', '$', '<', '>']);
        is_plain
            && !undoes(&words, &self.stays)
            && (undoes(&words, &self.done)
                || unplugs_any(&words, self.plugged)
                || self.takes_down(&words, name))
    }

    /// True where a command takes from the interface what goes with it: addresses, routes, and the interface itself unless a
    /// command that stays may have made it.
    fn takes_down(&self, words: &[&str], name: &str) -> bool {
        if !is_of_link(words) || is_unplugging(words) || !words.contains(&name) {
            return false;
        }
        let names = |other: &String| other.split(' ').any(|word| word == name);
        let makes = |other: &String| other.starts_with("ip link add ") || other.starts_with("ip tuntap add ");
        let is_lifted = || self.done.iter().any(|done| makes(done) && names(done));
        let is_spoken_of = || self.stays.iter().any(names);
        words.iter().any(|word| match *word {
            "flush" | "down" | "del-port" => true,
            "del" | "delete" | "delbr" | "del-br" | "rem" => is_lifted() || !is_spoken_of(),
            _ => false,
        })
    }

    /// True for the command that sets a network card down which no method of its stanzas does.
    fn goes_down_by(&self, command: &str, name: &str, placed: &Placed) -> bool {
        let words: Vec<&str> = command.split(' ').filter(|word| *word != "dev").collect();
        let is_it = match words.as_slice() {
            ["ip", "link" | "l", "set", device, "down"] | ["ifconfig", device, "down"] => *device == name,
            _ => false,
        };
        is_it && self.reader == Reader::Ifupdown && self.left_up.contains(&placed.link)
    }

    /// `down` and `post-down`: what takes back the work of ifup goes, the rest stays.
    fn down(&mut self, placed: &Placed, names: &[String]) {
        for option in in_order(placed, self.reader) {
            let Some(phase) = phase(canonical(option, self.reader)) else { continue };
            if placed.unreached || !matches!(phase, HookPhase::Down | HookPhase::PostDown) {
                continue;
            }
            let lookup = environment(placed, names, phase);
            let command = normal(&option.value.text, &lookup);
            let name = &names[placed.link.0 as usize];
            if self.goes_down_by(&command, name, placed) {
                self.set_down.push((placed.link, option.span));
            } else if self.takes_back(&command, name) {
                let message = format!("`{}` takes back what ifup set up", option.value.text);
                let help =
                    "keep it out of the new configuration: what is set up there is taken back without it";
                self.taken_back.push(finding(&codes::TAKEN_BACK, option.span, message, help));
            } else {
                self.kept.push(Kept {
                    owner: placed.link,
                    stanza: self.titles.get(&placed.stanza.span).cloned(),
                    phase,
                    text: option.value.text.clone(),
                    span: option.span,
                });
            }
        }
    }
}

/// The options of a stanza, those of the first moment first and those of the last one last.
fn in_order(placed: &Placed, reader: Reader) -> Vec<&Opt> {
    let mut options: Vec<&Opt> = placed.stanza.options.iter().collect();
    options.sort_by_key(|option| match canonical(option, reader) {
        "create" => 0,
        "destroy" => 2,
        _ => 1,
    });
    options
}

/// True for the note on `|| true` and `|| :`, which only keep ifup from failing.
fn is_of_guard(found: &Diagnostic, sources: &Sources) -> bool {
    let text = found.labels.first().map_or("", |span| sources.text(*span));
    found.code.id == netpivot_model::codes::commands::IDLE.id && is_guard(text)
}

/// The environment of a hook (interfaces(5)).
fn environment<'p>(
    placed: &'p Placed,
    names: &'p [String],
    phase: HookPhase,
) -> impl Fn(&str) -> Option<String> + use<'p> {
    move |name: &str| match name {
        "IFACE" => names.get(placed.link.0 as usize).map(|_| placed.stanza.name.text.clone()),
        "LOGICAL" => Some(placed.stanza.name.text.clone()),
        "ADDRFAM" => Some(placed.stanza.family().to_owned()),
        "METHOD" => Some(placed.stanza.method().to_owned()),
        "MODE" => Some(match phase {
            HookPhase::PreUp | HookPhase::Up => "start".to_owned(),
            HookPhase::Down | HookPhase::PostDown => "stop".to_owned(),
        }),
        "PHASE" => Some(match phase {
            HookPhase::PreUp => "pre-up".to_owned(),
            HookPhase::Up => "post-up".to_owned(),
            HookPhase::Down => "pre-down".to_owned(),
            HookPhase::PostDown => "post-down".to_owned(),
        }),
        _ => {
            let wanted = name.strip_prefix("IF_")?;
            let variable = |option: &Opt| option.name.to_ascii_uppercase().replace('-', "_");
            let option = placed.stanza.options.iter().find(|option| variable(option) == wanted)?;
            Some(option.value.text.clone())
        }
    }
}

/// A command with its variables put in, without path, guard and redirections, its words one blank apart.
fn normal(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> String {
    let text = text.split("||").next().unwrap_or_default();
    let mut words: Vec<String> = Vec::new();
    for word in text.split_ascii_whitespace() {
        if word.contains("/dev/null") || word == "2>&1" || word == "sudo" {
            continue;
        }
        let value = expand(word, &|name| lookup(name).map(Some).ok_or_else(String::new));
        words.push(value.map_or_else(|_| word.to_owned(), |values| values.join(" ")));
    }
    if let Some(first) = words.first_mut() {
        *first = first.rsplit('/').next().unwrap_or_default().trim_start_matches('-').to_owned();
    }
    words.join(" ")
}

/// Words of commands that undo: the word, and what the command that it undoes says.
const UNDO: [(&str, &str); 10] = [
    ("del", "add"),
    ("delete", "add"),
    ("delbr", "addbr"),
    ("delif", "addif"),
    ("-D", "-A"),
    // `-C … || -A …`
    ("-D", "-C"),
    ("-d", "-t"),
    ("down", "up"),
    ("rem", "add"),
    ("nomaster", "master"),
];

/// The commands of a line, as far as one sees them without a shell.
fn commands_of(line: &str) -> impl Iterator<Item = &str> {
    let inner =
        |text: &str| matches!(text, "if" | "then" | "else" | "do" | "!" | "{" | "(" | "exec" | "time");
    line.split([';', '&', '|', '(', ')', '\n']).map(move |mut command| {
        loop {
            command = command.trim();
            match command.split_once(' ') {
                Some((first, rest)) if inner(first) => command = rest,
                Some(_) | None => return command,
            }
        }
    })
}

/// True where a command undoes one of the others.
fn undoes(words: &[&str], others: &HashSet<String>) -> bool {
    if words.first() == Some(&"ip") && others.iter().any(|other| deletes(words, other)) {
        return true;
    }
    if let ["nft", "delete", chain @ ..] = words {
        // One command of nft(8) makes table, chain and rules.
        let made = format!("add {} ", chain.join(" "));
        return others.iter().any(|other| other.starts_with("nft ") && other.contains(&made));
    }
    for (n, word) in words.iter().enumerate() {
        for (_, before) in UNDO.iter().filter(|(undo, _)| undo == word) {
            let mut counterpart = words.to_vec();
            counterpart[n] = before;
            let counterpart = counterpart.join(" ");
            if others.contains(&counterpart)
                || others.iter().any(|o| o.strip_prefix(&counterpart).is_some_and(|r| r.starts_with(' ')))
            {
                return true;
            }
        }
    }
    if let [client @ ("dhclient" | "dhcpcd"), rest @ ..] = words
        && rest.iter().any(|word| matches!(*word, "-r" | "-x" | "-k"))
    {
        return others.iter().any(|other| {
            other.split(' ').next() == Some(client) && rest.last() == other.split(' ').next_back().as_ref()
        });
    }
    unplugs(words, others)
}

/// True for the programs that set up links.
fn is_of_link(words: &[&str]) -> bool {
    matches!(words.first(), Some(&("ip" | "ifconfig" | "brctl" | "vconfig" | "tunctl" | "ovs-vsctl")))
}

/// True for commands that take a port out of its controller. Ports outlast `ifdown`.
fn is_unplugging(words: &[&str]) -> bool {
    is_of_link(words) && words.iter().any(|word| matches!(*word, "delif" | "nomaster"))
}

/// True where a command takes a port out of a controller that a stanza plugged it into.
fn unplugs_any(words: &[&str], plugged: &HashSet<(String, String)>) -> bool {
    let names = |port: &str| words.contains(&port);
    let any_controller = words.contains(&"nomaster");
    is_unplugging(words)
        && plugged.iter().any(|(port, controller)| names(port) && (any_controller || names(controller)))
}

/// True where a command takes a port out of a controller that a command plugged it into.
fn unplugs(words: &[&str], others: &HashSet<String>) -> bool {
    let names = |port: &str| words.contains(&port);
    let any_controller = words.contains(&"nomaster");
    is_unplugging(words)
        && others.iter().any(|other| {
            let other: Vec<&str> = other.split(' ').collect();
            let plugs = |word: &&str| matches!(*word, "master" | "addif");
            match other.iter().position(plugs) {
                Some(at) => {
                    let port = if other[at] == "master" { other[..at].last() } else { other.last() };
                    port.is_some_and(|port| names(port))
                        && (any_controller || other.get(at + 1).is_some_and(|controller| names(controller)))
                }
                None => false,
            }
        })
}

/// True where `ip … del` names by some of its words what the command `done` added: `ip rule del pref 100`, and
/// `ip route del 10.0.0.0/8` whatever the gateway was.
fn deletes(words: &[&str], done: &str) -> bool {
    let done: Vec<&str> = done.split(' ').collect();
    let is_verb = |word: &&&str| matches!(**word, "add" | "replace" | "append" | "prepend" | "change");
    let split = |words: &[&'_ str], at: usize| -> (Vec<String>, Vec<String>) {
        let plain = |words: &[&str]| words.iter().map(|word| plain(word)).collect();
        (plain(&words[..at]), plain(&words[at + 1..]))
    };
    let (Some(del), Some(add)) = (
        words.iter().position(|word| matches!(*word, "del" | "delete")),
        done.iter().position(|word| is_verb(&word)),
    ) else {
        return false;
    };
    let ((object, rest), (made, of)) = (split(words, del), split(&done, add));
    let same_object = object
        .iter()
        .chain(&made)
        .all(|word| word.starts_with('-') || (object.contains(word) && made.contains(word)));
    same_object && !rest.is_empty() && rest.iter().all(|word| of.contains(word))
}

/// One spelling of what ip-rule(8) and ip-address(8) know by several.
fn plain(word: &str) -> String {
    match word {
        "priority" | "preference" | "order" | "prio" => "pref".to_owned(),
        "lookup" => "table".to_owned(),
        word => word.trim_end_matches("/32").trim_end_matches("/128").to_owned(),
    }
}
