//! What `down` lines take back of the work of ifup, as far as their words tell.

use crate::commands::ip_object;
use crate::text::iproute::begins;
use crate::text::shell::command_lines::expand;
use foldhash::{HashMap, HashSet};
use netpivot_model::source::Span;

/// Commands in their normal form, with the places of the lines that hold them.
pub(super) type Commands = HashMap<String, Span>;

/// A command with its variables put in, without path, guard and redirections, its words one blank apart.
pub(super) fn normal(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> String {
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
pub(super) fn commands_of(line: &str) -> impl Iterator<Item = &str> {
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

/// The one of the others that a command undoes.
pub(super) fn undone(words: &[&str], others: &Commands) -> Option<Span> {
    let counterparts: Vec<String> = words
        .iter()
        .enumerate()
        .flat_map(|(n, word)| {
            UNDO.iter().filter(move |(undo, _)| undo == word).map(move |(_, before)| (n, before))
        })
        .map(|(n, before)| [&words[..n], &[*before], &words[n + 1..]].concat().join(" "))
        .collect();
    if let Some(found) = counterparts.iter().find_map(|counterpart| others.get(counterpart)) {
        return Some(*found);
    }
    let any_controller = words.contains(&"nomaster");
    let is_ip = words.first() == Some(&"ip");
    let is_unplugging = is_unplugging(words);
    // One command of nft(8) makes table, chain and rules.
    let of_nft = match words {
        ["nft", "delete", chain @ ..] => Some(format!("add {} ", chain.join(" "))),
        _ => None,
    };
    let client = match words {
        [client @ ("dhclient" | "dhcpcd"), rest @ ..]
            if rest.iter().any(|word| matches!(*word, "-r" | "-x" | "-k")) =>
        {
            rest.last().map(|device| (*client, *device))
        }
        _ => None,
    };
    if counterparts.is_empty() && !is_ip && !is_unplugging && of_nft.is_none() && client.is_none() {
        return None;
    }
    let is_it = |other: &str| {
        let begins = |begin: &String| other.strip_prefix(begin).is_some_and(|rest| rest.starts_with(' '));
        let asks = |(client, device): (&str, &str)| {
            other.split(' ').next() == Some(client) && other.split(' ').next_back() == Some(device)
        };
        (is_ip && deletes(words, other))
            || of_nft.as_ref().is_some_and(|made| other.starts_with("nft ") && other.contains(made))
            || counterparts.iter().any(begins)
            || client.is_some_and(asks)
            || (is_unplugging && unplugs(words, other, any_controller))
    };
    others.iter().filter(|(other, _)| is_it(other)).map(|(_, span)| *span).min()
}

/// True for the programs that set up links.
pub(super) fn is_of_link(words: &[&str]) -> bool {
    matches!(words.first(), Some(&("ip" | "ifconfig" | "brctl" | "vconfig" | "tunctl" | "ovs-vsctl")))
}

/// True for commands that take a port out of its controller. Ports outlast `ifdown`.
pub(super) fn is_unplugging(words: &[&str]) -> bool {
    is_of_link(words) && words.iter().any(|word| matches!(*word, "delif" | "nomaster"))
}

/// True where a command takes a port out of a controller that a stanza plugged it into.
pub(super) fn unplugs_any(words: &[&str], plugged: &HashSet<(String, String)>) -> bool {
    let names = |port: &str| words.contains(&port);
    let any_controller = words.contains(&"nomaster");
    is_unplugging(words)
        && plugged.iter().any(|(port, controller)| names(port) && (any_controller || names(controller)))
}

/// True where a command takes a port out of the controller that the other one plugs it into.
fn unplugs(words: &[&str], other: &str, any_controller: bool) -> bool {
    let names = |port: &str| words.contains(&port);
    let other: Vec<&str> = other.split(' ').collect();
    let Some(at) = other.iter().position(|word| matches!(*word, "master" | "addif")) else { return false };
    let port = if other[at] == "master" { other[..at].last() } else { other.last() };
    port.is_some_and(|port| names(port))
        && (any_controller || other.get(at + 1).is_some_and(|controller| names(controller)))
}

/// Where a command of ip(8) has one of these verbs, abbreviated as ip takes it.
fn verb(words: &[&str], verbs: &[&str]) -> Option<usize> {
    let literal = words.iter().position(|word| verbs.contains(word));
    let abbreviated = || {
        let object = words.iter().skip(1).position(|word| !word.starts_with('-'))? + 1;
        // The name of a namespace is no object.
        let object = if matches!(words[object - 1], "-n" | "-netns") { object + 1 } else { object };
        let word = words.get(object + 1)?;
        verbs.iter().any(|verb| begins(verb, word)).then_some(object + 1)
    };
    literal.or_else(abbreviated)
}

/// True where `ip … del` names by some of its words what the command `done` added: `ip rule del pref 100`, and
/// `ip route del 10.0.0.0/8` whatever the gateway was.
fn deletes(words: &[&str], done: &str) -> bool {
    let done: Vec<&str> = done.split(' ').collect();
    let split = |words: &[&'_ str], at: usize| -> (Vec<String>, Vec<String>) {
        let plain = |words: &[&str]| words.iter().map(|word| plain(word)).collect::<Vec<_>>();
        let mut object = plain(&words[..at]);
        if let Some(last) = object.last_mut()
            && let Some(whole) = ip_object(last)
        {
            *last = whole.to_owned();
        }
        (object, plain(&words[at + 1..]))
    };
    let (Some(del), Some(add)) =
        (verb(words, &["del", "delete"]), verb(&done, &["add", "replace", "append", "prepend", "change"]))
    else {
        return false;
    };
    let ((object, rest), (made, of)) = (split(words, del), split(&done, add));
    let same_object = object
        .iter()
        .chain(&made)
        .all(|word| word.starts_with('-') || (object.contains(word) && made.contains(word)));
    let mut rest = rest.iter().filter(|word| *word != "dev").peekable();
    // A kind may be called as a link is.
    let is_kind = |at: usize| at > 0 && of[at - 1] == "type";
    let is_named = |name: &&String| (0..of.len()).any(|at| of[at] == **name && !is_kind(at));
    same_object && rest.peek().is_some_and(is_named) && rest.all(|word| of.contains(word))
}

/// One spelling of what ip-rule(8) and ip-address(8) know by several.
fn plain(word: &str) -> String {
    match word {
        "priority" | "preference" | "order" | "prio" => "pref".to_owned(),
        "lookup" => "table".to_owned(),
        word => word.trim_end_matches("/32").trim_end_matches("/128").to_owned(),
    }
}
