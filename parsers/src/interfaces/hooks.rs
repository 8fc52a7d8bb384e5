//! Commands in `pre-up`, `up`, `down` and `post-down` lines: what they set up becomes configuration, the rest stays a
//! hook.
//!
//! The commands run in the order of ifup (eni.md 3.4) on top of what the stanzas say: `pre-up` before the interface is
//! set up, `up` after. A `down` line that takes back what ifup set up is no configuration of its own.

use super::build::{Built, Placed};
use super::document::Opt;
use super::kind::canonical;
use super::taken_back::{Commands, commands_of, is_of_link, is_unplugging, normal, undone, unplugs_any};
use super::{codes, finding};
use crate::commands::{
    Evaluator, Files, Finished, Manner, Raised, Report, Shell, World, files, is_guard, replaced, settle,
    without_effect,
};
use crate::text::accounts;
use crate::text::iproute::Tables;
use crate::{Context, Tree};
use foldhash::{HashMap, HashSet};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ethtool::Ethtool;
use netpivot_model::hook::{Command, Hook, HookPhase};
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{Network, Owned};
use netpivot_model::reflect::{Map, Said, Sub};
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
    /// The commands in the order in which they run.
    ran: Vec<Command>,
    /// The links that `down` lines set down, and ifdown would not.
    set_down: Vec<(LinkId, Span)>,
    /// The links that ifdown leaves up.
    left_up: &'c HashSet<LinkId>,
    taken_back: Vec<Diagnostic>,
    /// Each command that became configuration, to find what `down` lines take back.
    done: Commands,
    /// The commands that stay: what takes them back has to stay, too.
    stays: Commands,
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
    ran: Vec<Command>,
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
    let commands = stanzas.iter().flat_map(|placed| {
        let names = &names;
        placed.stanza.options.iter().filter_map(move |option| {
            let phase = phase(canonical(option, reader))?;
            let text = &option.value.text;
            text.contains("wg ").then(|| normal(text, &environment(placed, names, phase)))
        })
    });
    let commands: Vec<String> = commands.collect();
    let found = files::find(commands.iter().map(String::as_str), tree, cx);
    let files = Files::of(&found, &cx.sources);
    let (Left { finished, kept, ran, set_down, taken_back }, report) = settle(|verbatim| {
        let mut runner = Runner {
            evaluator: Evaluator::new(network.clone(), World::Unknown, &tables, &files, verbatim),
            reader,
            sources: &cx.sources,
            report: Report::default(),
            kept: Vec::new(),
            ran: Vec::new(),
            set_down: Vec::new(),
            left_up: &left_up,
            taken_back: Vec::new(),
            done: Commands::default(),
            stays: Commands::default(),
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
    let new_id = |old: LinkId| finished.links.get(old.0 as usize).copied().flatten();
    network.commands =
        ran.into_iter().map(|ran| Command { owner: ran.owner.and_then(new_id), ..ran }).collect();
    for item in &mut cx.items {
        item.owner = item.owner.and_then(new_id);
    }
    cx.items.extend(finished.read);
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
    if reader == Reader::Ifupdown {
        for (old, link) in before.links() {
            if let (Some(settings), Some(id)) = (&link.ethtool, new_id(old)) {
                by_ethtool(settings, network.link_mut(id).ethtool.get_or_insert_default());
            }
        }
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

/// The script of the package ethtool runs behind the commands of the stanza, but for `ethernet-port` (if-up.d/ethtool).
fn by_ethtool(options: &Ethtool, settings: &mut Ethtool) {
    fn again<T: Clone>(option: &Said<T>, setting: &mut Said<T>) {
        if option.is_some() {
            setting.clone_from(option);
        }
    }
    fn each<T: Clone>(options: &Map<T>, settings: &mut Map<T>) {
        for (name, at) in options.iter() {
            settings.insert(name.clone(), at.clone());
        }
    }
    again(&options.speed, &mut settings.speed);
    again(&options.duplex, &mut settings.duplex);
    again(&options.autoneg, &mut settings.autoneg);
    again(&options.wol, &mut settings.wol);
    again(&options.wol_password, &mut settings.wol_password);
    each(&options.features, &mut settings.features);
    each(&options.coalesce, &mut settings.coalesce);
    each(&options.ring, &mut settings.ring);
    each(&options.pause, &mut settings.pause);
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
        let is_early = |option: &Opt| phase(canonical(option, self.reader)) == Some(HookPhase::PreUp);
        let has_early = placed.stanza.options.iter().any(is_early);
        let is_first = !self.started.contains(&placed.link);
        let asked = if has_early && is_first { self.evaluator.asked(placed.link) } else { None };
        self.lines(placed, names, HookPhase::PreUp);
        if self.started.insert(placed.link) {
            self.evaluator.start_link(placed.link, Some(placed.stanza.name.span), asked);
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
        self.ran(placed, option, phase, None);
        let lookup = environment(placed, names, phase);
        let mut shell = Shell::new(&lookup);
        let before = self.report.left.len();
        let findings = self.report.diagnostics.len();
        self.report.fails = false;
        self.evaluator.set_author(placed.link);
        self.evaluator.apply(&option.value.commands(), Manner::Hook, &mut shell, &mut self.report);
        let left = self.report.left.split_off(before);
        let is_left = !left.is_empty();
        let mut own = self.report.diagnostics.split_off(findings);
        own.retain(|found| !is_of_guard(found, self.sources));
        let stops = self.report.fails && !is_left && self.reader == Reader::Ifupdown;
        if let Some(last) = own.iter_mut().rfind(|found| stops && is_refusal(found)) {
            // execute.c:doit
            last.message.push_str(
                "; ifup stops here and runs nothing that stands behind it in the stanza, which is converted all the same",
            );
        }
        self.report.diagnostics.append(&mut own);
        let remainder = left.first().filter(|left| left.is_remainder && left.spans == [option.value.span]);
        if let Some(remainder) = remainder {
            self.done.entry(normal(&option.value.text, &lookup)).or_insert(option.value.span);
            let (text, span) = (remainder.text.clone(), option.value.span);
            let stanza = self.titles.get(&placed.stanza.span).cloned();
            self.kept.push(Kept { owner: placed.link, stanza, phase, text, span });
        } else if is_left {
            let commands = commands_of(&option.value.text).map(|text| normal(text, &lookup));
            self.stays.extend(commands.map(|text| (text, option.value.span)));
            let text = option.value.text.trim_start_matches(DEVICE).to_owned();
            let stanza = self.titles.get(&placed.stanza.span).cloned();
            self.kept.push(Kept { owner: placed.link, stanza, phase, text, span: option.value.span });
        } else {
            self.done.entry(normal(&option.value.text, &lookup)).or_insert(option.value.span);
        }
    }

    fn ran(&mut self, placed: &Placed, option: &Opt, phase: HookPhase, undoes: Option<Span>) {
        let stanza = self.titles.get(&placed.stanza.span).map(|(title, _)| title.clone());
        let span = match phase {
            HookPhase::PreUp | HookPhase::Up => option.value.span,
            HookPhase::Down | HookPhase::PostDown => option.span,
        };
        let text = option.value.text.clone();
        self.ran.push(Command { span, phase, text, owner: Some(placed.link), stanza, undoes });
    }

    /// True where a command undoes what became configuration: the command `undoes`, which ifup ran, or the interface itself
    /// with what goes with it. What undoes a command that stays is none of these, as nothing else would undo it.
    fn takes_back(&self, command: &str, words: &[&str], name: &str, undoes: Option<Span>) -> bool {
        let is_plain = !command.contains([';', '|', '&', '`', '$', '<', '>']);
        is_plain
            && undone(words, &self.stays).is_none()
            && (undoes.is_some() || unplugs_any(words, self.plugged) || self.takes_down(words, name))
    }

    /// True where a command takes from the interface what goes with it: addresses, routes, and the interface itself unless a
    /// command that stays may have made it.
    fn takes_down(&self, words: &[&str], name: &str) -> bool {
        if !is_of_link(words) || is_unplugging(words) || !words.contains(&name) {
            return false;
        }
        let names = |other: &String| other.split(' ').any(|word| word == name);
        let makes = |other: &String| other.starts_with("ip link add ") || other.starts_with("ip tuntap add ");
        let is_lifted = || self.done.keys().any(|done| makes(done) && names(done));
        let is_spoken_of = || self.stays.keys().any(names);
        words.iter().any(|word| match *word {
            "flush" | "del-port" => true,
            "down" => says_no_more(words),
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
            let words: Vec<&str> = command.split(' ').collect();
            let undoes = undone(&words, &self.done);
            let takes_back = self.takes_back(&command, &words, name, undoes);
            self.ran(placed, option, phase, undoes.filter(|_| takes_back));
            if self.goes_down_by(&command, name, placed) {
                self.set_down.push((placed.link, option.span));
            } else if takes_back {
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

/// True for a command that sets a link down and changes nothing else of it that would stay.
fn says_no_more(words: &[&str]) -> bool {
    let rest: &[&str] = match words {
        ["ip", "link" | "l", "set", "dev", _, rest @ ..]
        | ["ip", "link" | "l", "set", _, rest @ ..]
        | ["ifconfig", _, rest @ ..] => rest,
        _ => return true,
    };
    rest.iter().all(|word| matches!(*word, "down" | "0" | "0.0.0.0"))
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

/// True for the finding on a command that the program or the kernel refuses.
fn is_refusal(found: &Diagnostic) -> bool {
    use netpivot_model::codes::commands::{REFUSED, USAGE};
    [REFUSED.id, USAGE.id].contains(&found.code.id)
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
