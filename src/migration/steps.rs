//! What people do on the host when the files are in place, and the same as commands. netpivot runs none of it.

use super::Plan;
use super::on_host::{OnHost, Order, Start, Step, When, fits};
use crate::transaction::manifest::Content;
use foldhash::{HashMap, HashSet};
use netpivot_model::dialect::KEYFILE;
use netpivot_model::link::{Link, references};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::shell;
use std::borrow::Cow;

/// What there is to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToDo {
    /// In sentences for people, in order.
    pub sentences: Vec<String>,
    /// The commands of these sentences, in order.
    pub commands: Vec<Command>,
    /// The commands that bring the network up by the old files, when these are back.
    pub undo: Vec<Command>,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its words.
    pub argv: Vec<String>,
    /// When it is its turn.
    pub when: When,
    /// The command that has to succeed for this one to be of use; empty where it always is.
    pub only_if: Vec<String>,
}

impl Command {
    /// As a line for sh(1). A condition whose program is not there does not hold.
    #[must_use]
    pub fn shell(&self) -> String {
        let command = line(&self.argv);
        if self.only_if.is_empty() {
            return command;
        }
        format!("if {} 2>/dev/null; then {command}; fi", line(&self.only_if))
    }
}

fn line(words: &[String]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| quoted(word)).collect();
    quoted.join(" ")
}

/// As [`shell::quote`], but what is an option is written as one.
fn quoted(word: &str) -> Cow<'_, str> {
    match shell::quote(word.trim_start_matches('-')) {
        Cow::Borrowed(_) => Cow::Borrowed(word),
        Cow::Owned(_) => shell::quote(word),
    }
}

/// What stands for the names in braces.
type Names = [(&'static str, String)];

impl ToDo {
    /// What there is to do for a plan.
    pub(super) fn of(plan: &Plan, source: &OnHost, target: &OnHost) -> Self {
        let is_moved = target.is_whole && source.own != target.own;
        let mut todo = ToDo::default();
        if is_moved {
            todo.steps(source.release);
        }
        todo.sentences.extend(rivals(plan));
        todo.steps(target.begin);
        match &target.start {
            Start::Links(step) => once(in_order(&plan.network), step.orders)
                .into_iter()
                .for_each(|link| todo.step(step, &names(link))),
            Start::Files(step) => own_files(plan, target).for_each(|path| todo.step(step, &parts(path))),
        }
        if is_moved {
            if source.retires != target.service {
                todo.steps(source.retire);
            }
            todo.undo = again(plan, source, target);
        }
        todo.undo.extend(taken_back(plan, target));
        todo
    }

    fn steps(&mut self, steps: &[Step]) {
        steps.iter().for_each(|step| self.step(step, &[]));
    }

    fn step(&mut self, step: &Step, names: &Names) {
        let commands: Vec<Command> = step.orders.iter().map(|order| command(order, names)).collect();
        let lines = ["{0}", "{1}"].into_iter().zip(commands.iter().map(|it| format!("`{}`", line(&it.argv))));
        let words: Vec<_> = names.iter().cloned().chain(lines).collect();
        self.sentences.push(filled(step.text, &words));
        self.commands.extend(commands);
    }
}

/// The new files that are a network each.
fn own_files<'p>(plan: &'p Plan, target: &'p OnHost) -> impl Iterator<Item = &'p str> {
    let own = target.own.first().copied().unwrap_or_default();
    let paths = plan.conversion.outputs.iter().map(|file| file.path.as_str());
    paths.filter(move |path| fits(own, path, false))
}

fn parts(path: &str) -> [(&'static str, String); 2] {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    [("{path}", path.to_owned()), ("{stem}", stem.to_owned())]
}

/// What takes back what was started by files, and starts what stood there before.
fn taken_back(plan: &Plan, target: &OnHost) -> Vec<Command> {
    let Start::Files(step) = &target.start else { return Vec::new() };
    let each = |orders: &[Order], path: &str| -> Vec<Command> {
        let undone = orders.iter().map(|order| Order { when: When::Undone, ..*order });
        undone.map(|order| command(&order, &parts(path))).collect()
    };
    let changed: Vec<&str> = own_files(plan, target)
        .filter(|path| plan.changes.iter().any(|change| change.path == *path))
        .collect();
    let is_replaced = |path: &&&str| {
        let mut before = plan.changes.iter().zip(&plan.before).filter(|(change, _)| change.path == ***path);
        before.any(|(_, (standing, _))| standing.content != Content::Nothing)
    };
    let back = changed.iter().flat_map(|path| each(target.back_each, path));
    let settled = target.back.iter().map(|order| command(order, &[]));
    let before = changed.iter().filter(is_replaced).flat_map(|path| each(step.orders, path));
    back.chain(settled).chain(before).collect()
}

/// What there is to decide before the new files are read: which of several profiles is to be loaded. What stays has to go first.
fn rivals(plan: &Plan) -> Vec<String> {
    let stays = plan.competing.iter().filter(|it| it.is_rival);
    let stays =
        stays.map(|it| format!("see to `{}`, and move it away if it is of no use: {}", it.path, it.message));
    let mut uuids: Vec<&str> =
        plan.network.links.iter().filter_map(|link| Some(link.uuid.as_ref()?.value.as_str())).collect();
    uuids.sort_unstable();
    uuids.dedup();
    let several = uuids.into_iter().filter_map(|uuid| {
        let line = format!("uuid={uuid}");
        let is_of = |text: &str| text.lines().any(|other| other.eq_ignore_ascii_case(&line));
        let files = plan.conversion.outputs.iter().filter(|file| is_of(&file.text));
        let files: Vec<String> = files.map(|file| format!("`{}`", file.path)).collect();
        (files.len() > 1).then(|| {
            let files = files.join(", ");
            format!("see which of {files} is to stay, and move the others away: they have one UUID, {uuid}")
        })
    });
    stays.chain(several).collect()
}

/// The links without those for which the same would be run once more: their UUID is that of another.
fn once<'l>(mut links: Vec<&'l Link>, orders: &[Order]) -> Vec<&'l Link> {
    let mut run = HashSet::default();
    links.retain(|link| {
        orders.is_empty()
            || run.insert(orders.iter().map(|order| command(order, &names(link)).argv).collect::<Vec<_>>())
    });
    links
}

/// What brings up the network of the old files.
fn again(plan: &Plan, source: &OnHost, target: &OnHost) -> Vec<Command> {
    // Keyfiles say the UUIDs that NetworkManager knows the old profiles by, too.
    let network = if target.format == KEYFILE { &plan.network } else { &plan.conversion.network };
    let links = in_order(network);
    let each = |order: &Order| {
        let links = once(links.clone(), std::slice::from_ref(order)).into_iter();
        let links = links.filter(|link| !order.words.contains(&"{uuid}") || link.uuid.is_some());
        links.map(|link| command(order, &names(link))).collect::<Vec<_>>()
    };
    let first = source.again.iter().map(|order| command(order, &[]));
    first.chain(source.again_each.iter().flat_map(each)).collect()
}

fn names(link: &Link) -> [(&'static str, String); 4] {
    let or_label = |said: Option<&String>| said.map_or_else(|| link.label().to_owned(), Clone::clone);
    let name = or_label(link.name.as_ref().map(|at| &at.value));
    [
        ("{word}", quoted(&name).into_owned()),
        ("{name}", name),
        ("{id}", or_label(link.id.as_ref().map(|at| &at.value))),
        ("{uuid}", or_label(link.uuid.as_ref().map(|at| &at.value))),
    ]
}

fn command(order: &Order, names: &Names) -> Command {
    let words = |words: &[&str]| words.iter().map(|word| filled(word, names)).collect();
    Command { argv: words(order.words), when: order.when, only_if: words(order.only_if) }
}

/// The text with what stands for the names; what one stands for may hold another.
fn filled(text: &str, names: &Names) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        let found = names.iter().find_map(|(name, value)| Some((value.as_str(), from.strip_prefix(name)?)));
        let (value, behind) = found.unwrap_or(from.split_at(1));
        filled = filled + before + value;
        rest = behind;
    }
    filled + rest
}

/// The longest stack of links that is put in order; a loop has no end.
const DEEPEST: usize = 32;

/// The links, each behind those that it stands on or belongs to. Links that nothing starts by itself are left out.
fn in_order(network: &Network) -> Vec<&Link> {
    let by_name: HashMap<&str, usize> = network
        .links
        .iter()
        .enumerate()
        .flat_map(|(n, link)| {
            [&link.name, &link.uuid].into_iter().flatten().map(move |at| (at.value.as_str(), n))
        })
        .collect();
    let needs: Vec<Vec<usize>> = network
        .links
        .iter()
        .map(|link| {
            let named = references().filter_map(|path| link.leaf(FieldPath::parse(path))?.value());
            named.filter_map(|name| by_name.get(name.to_string().as_str()).copied()).collect()
        })
        .collect();
    let mut depths = vec![0; network.links.len()];
    for _ in 0..DEEPEST {
        for (n, needs) in needs.iter().enumerate() {
            let deepest = needs.iter().map(|need| depths[*need] + 1).max().unwrap_or(0);
            depths[n] = deepest.min(DEEPEST);
        }
    }
    let mut links: Vec<(usize, &Link)> = depths
        .into_iter()
        .zip(&network.links)
        .filter(|(_, link)| link.autoconnect.as_ref().is_none_or(|at| at.value))
        .filter(|(_, link)| link.name.as_ref().is_none_or(|name| name.value != "lo"))
        .collect();
    links.sort_by_key(|(depth, _)| *depth);
    links.into_iter().map(|(_, link)| link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_a_command_and_never_more() {
        static UP: [Order; 1] = [Order { words: &["ifup", "{name}"], when: When::Up, only_if: &[] }];
        let step = Step { text: "`ifup {word}` or {0} sets up `{name}`, not {1}", orders: &UP };
        let name = "it's {0}".to_owned();
        let mut todo = ToDo::default();
        todo.step(&step, &[("{word}", quoted(&name).into_owned()), ("{name}", name)]);
        assert_eq!(
            todo.sentences,
            [r#"`ifup 'it'\''s {0}'` or `ifup 'it'\''s {0}'` sets up `it's {0}`, not {1}"#]
        );
        assert_eq!(todo.commands[0].shell(), r#"ifup 'it'\''s {0}'"#);
    }

    #[test]
    fn a_line_for_sh_holds_names_with_blanks_and_conditions() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let argv = words(&["virsh", "net-start", "it's mine"]);
        let command = Command { argv, when: When::Up, only_if: Vec::new() };
        assert_eq!(line(&words(&["restorecon", "-R", "--", "-"])), "restorecon -R '--' '-'");
        assert_eq!(command.shell(), r#"virsh net-start 'it'\''s mine'"#);
        let only_if = Command { only_if: words(&["test", "-e", "/a b"]), ..command };
        assert_eq!(
            only_if.shell(),
            r#"if test -e '/a b' 2>/dev/null; then virsh net-start 'it'\''s mine'; fi"#
        );
    }
}
