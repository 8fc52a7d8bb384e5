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
    let Some(verb) = words.next() else { return Ok(Effect::Idle("prints how it is used")) };
    let object = words.peek().map_or("", |word| word.text);
    match (verb.text, object) {
        ("list" | "describe" | "monitor", _) => Ok(Effect::Asked(true)),
        ("add" | "create", "table") => {
            Ok(Effect::Idle("makes a table, which rules of the model bring along"))
        }
        ("add" | "create", "chain") => chain(words),
        ("add" | "insert", "rule") => {
            words.next();
            changed(rule(call, program, words))
        }
        _ => Err(Fault::beyond(verb.span, "nothing holds a firewall's rules")),
    }
}

/// A chain of the type `nat` comes along with its rules.
fn chain(words: Words<'_>) -> Ran {
    let all = words.rest();
    if all.windows(2).any(|pair| pair[0].text == "type" && pair[1].text == "nat") {
        return Ok(Effect::Idle("makes a chain, which rules of the model bring along"));
    }
    Err(Fault::beyond(words.last(), "nothing holds a firewall's chains"))
}

fn rule(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Done {
    const FAMILIES: [&str; 6] = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];
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
    if nat.action.is_none() {
        return Err(Fault::beyond(words.last(), "it has no verdict that changes addresses"));
    }
    call.kernel.nat.push(nat);
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
