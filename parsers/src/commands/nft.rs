//! nft(8): rules that masquerade or change addresses, added one by one.

use super::fault::{Done, Fault};
use super::program::{Call, Effect, Ran, changed};
use super::words::Words;
use crate::text::iproute::{Word, prefix};
use netpivot_model::nat::{Nat, NatAction, NatBackend};
use netpivot_model::rule::Family;
use netpivot_model::source::At;

pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    while words.peek().is_some_and(|word| word.text.starts_with('-')) {
        let option = words.next();
        if option.is_some_and(|word| matches!(word.text, "-f" | "--file")) {
            return Err(Fault::unknown(program.span, "it reads its rules from a file"));
        }
    }
    let pieces: Vec<Word<'_>> = words.rest().iter().flat_map(|word| pieces(*word)).collect();
    let commands: Vec<&[Word<'_>]> = commands(&pieces);
    let mut effect = Effect::Idle("prints how it is used");
    for command in commands {
        let done = one(call, program, Words::new(program, command))?;
        // What changes something is the effect of the whole.
        if !matches!(effect, Effect::Changed) {
            effect = done;
        }
    }
    Ok(effect)
}

/// nft(8) reads all its words as one text: the pieces of an argument that holds blanks, braces or `;`.
fn pieces<'t>(word: Word<'t>) -> impl Iterator<Item = Word<'t>> {
    let mut rest = word.text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let mark = |c: char| "{};".contains(c);
        let end = match rest.chars().next()? {
            c if mark(c) => 1,
            _ => rest.find(|c: char| c.is_whitespace() || mark(c)).unwrap_or(rest.len()),
        };
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Word { text, ..word })
    })
}

/// The commands between `;`, but for those within braces.
fn commands<'w, 't>(words: &'w [Word<'t>]) -> Vec<&'w [Word<'t>]> {
    let mut depth = 0usize;
    let ends = |word: &Word<'_>| {
        match word.text {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && word.text == ";"
    };
    words.split(ends).filter(|command| !command.is_empty()).collect()
}

fn one(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let Some(verb) = words.next() else { return Ok(Effect::Idle("prints how it is used")) };
    let object = words.peek().map_or("", |word| word.text);
    match (verb.text, object) {
        ("list" | "describe" | "monitor", _) => Ok(Effect::Asked(true)),
        ("add" | "create", "table") => {
            words.next();
            makes(call, table(call, words.rest()));
            Ok(Effect::Idle("makes a table, which rules of the model bring along"))
        }
        ("add" | "create", "chain") => {
            words.next();
            chain(call, words)
        }
        ("flush" | "delete", "chain") => {
            words.next();
            let key = place(call, words.rest());
            for rule in call.kernel.nft.remove(&key).unwrap_or_default() {
                call.kernel.delete_nat(&rule);
            }
            Ok(Effect::Idle("empties a chain"))
        }
        ("add" | "insert", "rule") => {
            words.next();
            let names = words.rest();
            changed(rule(call, program, words).inspect_err(|_| needs(call, names)))
        }
        _ => Err(Fault::beyond(verb.span, "nothing holds a firewall's rules")),
    }
}

const FAMILIES: [&str; 6] = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

/// The chain that words begin with, in its namespace: family (`ip` where none is named), table and name.
fn place(call: &Call<'_>, words: &[Word<'_>]) -> String {
    let named = words.first().is_some_and(|word| FAMILIES.contains(&word.text));
    let names: Vec<&str> = words.iter().map(|word| word.text).take(if named { 3 } else { 2 }).collect();
    let space = call.kernel.space(call.space).name.as_ref().map_or("", |at| at.value.as_str());
    format!("{space} {}{}", if named { "" } else { "ip " }, names.join(" "))
}

/// The table that words begin with, as [`place`] has the chain.
fn table(call: &Call<'_>, words: &[Word<'_>]) -> String {
    let named = words.first().is_some_and(|word| FAMILIES.contains(&word.text));
    place(call, &words[..words.len().min(if named { 2 } else { 1 })])
}

/// Notes what makes a table or a chain: rules of the model bring theirs along, those that are kept do not.
fn makes(call: &mut Call<'_>, key: String) {
    let unit = call.kernel.unit;
    call.kernel.nft_made.entry(key).or_default().extend(unit);
}

/// What makes the table and the chain of a command that is kept has to be kept, too.
fn needs(call: &mut Call<'_>, words: &[Word<'_>]) {
    for (key, object) in [(table(call, words), "table"), (place(call, words), "chain")] {
        let made = call.kernel.nft_made.remove(&key).unwrap_or_default();
        let others = made.into_iter().filter(|unit| Some(*unit) != call.kernel.unit);
        let command = format!("nft add {object} {}", key.trim_start());
        call.kernel.needed.extend(others.map(|unit| (unit, command.clone())));
    }
}

/// A chain of the type `nat` comes along with its rules.
fn chain(call: &mut Call<'_>, words: Words<'_>) -> Ran {
    let all = words.rest();
    if all.windows(2).any(|pair| pair[0].text == "type" && pair[1].text == "nat") {
        let key = place(call, all);
        call.kernel.nft.entry(key.clone()).or_default();
        makes(call, key);
        return Ok(Effect::Idle("makes a chain, which rules of the model bring along"));
    }
    needs(call, all);
    Err(Fault::beyond(words.last(), "nothing holds a firewall's chains"))
}

fn rule(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Done {
    let key = place(call, words.rest());
    let family = words.peek().filter(|word| FAMILIES.contains(&word.text));
    if family.is_some() {
        words.next();
    }
    let v6 = family.is_some_and(|word| word.text == "ip6");
    let mut nat = Nat {
        backend: Some(At::new(NatBackend::Nftables, program.span)),
        netns: call.kernel.space(call.space).name.clone(),
        ..Nat::default()
    };
    if family.is_none_or(|word| word.text != "inet") {
        let value = if v6 { Family::V6 } else { Family::V4 };
        nat.family = Some(At::new(value, family.map_or(program.span, |word| word.span)));
    }
    words.expect("the name of the table")?;
    words.expect("the name of the chain")?;
    while let Some(word) = words.next() {
        clause(&mut nat, word, &mut words)?;
    }
    let filters = nat.action.as_ref().is_some_and(|at| at.value == NatAction::Accept)
        && !call.kernel.nft.contains_key(&key)
        && !key.split(' ').any(|name| name == "nat");
    if filters {
        return Err(Fault::beyond(words.last(), "nothing holds a firewall's rules"));
    }
    if nat.action.is_none() {
        return Err(Fault::beyond(words.last(), "it has no verdict that changes addresses"));
    }
    call.kernel.nft.entry(key).or_default().push(nat.clone());
    call.kernel.add_nat(nat, false);
    Ok(())
}

fn clause(nat: &mut Nat, word: Word<'_>, words: &mut Words<'_>) -> Done {
    match word.text {
        "ip" | "ip6" => {
            let family = if word.text == "ip" { Family::V4 } else { Family::V6 };
            nat.family.get_or_insert(At::new(family, word.span));
            let side = words.value(word)?;
            let not = words.take("!=").is_some();
            let value = words.value(side)?;
            let net = prefix(value, Some(family))?.map(|net| At::new(net.trunc(), value.span));
            let negated = not.then(|| At::new(true, side.span));
            match side.text {
                "saddr" => (nat.source, nat.not_source) = (net, negated),
                "daddr" => (nat.destination, nat.not_destination) = (net, negated),
                other => return Err(Fault::beyond(side.span, format!("nothing holds a match of `{other}`"))),
            }
        }
        "oifname" | "oif" => {
            let not = words.take("!=").is_some();
            nat.out_interface = name(words.value(word)?);
            nat.not_out_interface = not.then(|| At::new(true, word.span));
        }
        "iifname" | "iif" => nat.in_interface = name(words.value(word)?),
        "tcp" | "udp" => {
            nat.protocol = Some(At::new(word.text.to_owned(), word.span));
            let side = words.value(word)?;
            let value = words.value(side)?;
            let port = Some(At::new(value.text.to_owned(), value.span));
            match side.text {
                "dport" => nat.destination_port = port,
                "sport" => nat.source_port = port,
                other => return Err(Fault::beyond(side.span, format!("nothing holds a match of `{other}`"))),
            }
        }
        "counter" => {}
        "masquerade" => nat.action = Some(At::new(NatAction::Masquerade, word.span)),
        "random" | "fully-random" => nat.random = Some(At::new(true, word.span)),
        "accept" => nat.action = Some(At::new(NatAction::Accept, word.span)),
        "snat" | "dnat" | "redirect" => {
            let action = match word.text {
                "snat" => NatAction::Snat,
                "dnat" => NatAction::Dnat,
                _ => NatAction::Redirect,
            };
            nat.action = Some(At::new(action, word.span));
            while words.peek().is_some_and(|next| matches!(next.text, "to" | "ip" | "ip6")) {
                words.next();
            }
            let to =
                words.next().map(|value| At::new(value.text.trim_start_matches(':').to_owned(), value.span));
            if action == NatAction::Redirect {
                nat.to_ports = to;
            } else {
                nat.to = to;
            }
        }
        other => return Err(Fault::beyond(word.span, format!("nothing holds a match of `{other}`"))),
    }
    Ok(())
}

fn name(word: Word<'_>) -> netpivot_model::reflect::Said<String> {
    Some(At::new(word.text.trim_matches('"').to_owned(), word.span))
}
