//! iptables(8) and ip6tables(8): rules of the table `nat`. Other tables filter, which no network configuration does.

use super::fault::{Done, Fault};
use super::program::{Call, Effect, Ran};
use super::words::Words;
use crate::text::iproute::{Word, prefix};
use netpivot_model::nat::{Nat, NatAction, NatBackend};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Span};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Append,
    Insert,
    Delete,
    Check,
}

pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    let family = if program.text.contains("ip6tables") { Family::V6 } else { Family::V4 };
    let all = words.rest();
    let table = all
        .windows(2)
        .find(|pair| matches!(pair[0].text, "-t" | "--table"))
        .map_or("filter", |pair| pair[1].text);
    if all.iter().any(|word| matches!(word.text, "-L" | "--list" | "-S" | "--list-rules")) {
        return Ok(Effect::Asked(true));
    }
    if table != "nat" {
        return Err(Fault::beyond(
            program.span,
            format!("the table `{table}` filters, and nothing holds a firewall's rules"),
        ));
    }
    if program.text.ends_with("-legacy") || program.text.ends_with("-nft") {
        let why = format!("nothing holds which of the kernel's two firewalls `{}` means", program.text);
        return Err(Fault::beyond(program.span, why));
    }
    nat(call, program, words, family)
}

fn nat(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>, family: Family) -> Ran {
    let mut nat = Nat {
        family: Some(At::new(family, program.span)),
        backend: Some(At::new(NatBackend::Iptables, program.span)),
        netns: call.kernel.space(call.space).name.clone(),
        ..Nat::default()
    };
    let mut verb = None;
    let mut negated = false;
    while let Some(word) = words.next() {
        match word.text {
            "-A" | "--append" => verb = Some((Verb::Append, words.value(word)?)),
            "-I" | "--insert" => {
                verb = Some((Verb::Insert, words.value(word)?));
                if words.peek().is_some_and(|next| next.text.bytes().all(|b| b.is_ascii_digit())) {
                    words.next();
                }
            }
            "-C" | "--check" => verb = Some((Verb::Check, words.value(word)?)),
            "-D" | "--delete" => verb = Some((Verb::Delete, words.value(word)?)),
            "-F" | "--flush" => {
                call.kernel.flush_nat(&nat);
                return Ok(Effect::Changed);
            }
            "-N" | "-P" | "-X" | "-Z" | "-E" | "--new-chain" | "--policy" => {
                return Err(Fault::beyond(word.span, "nothing holds a firewall's chains"));
            }
            "!" => {
                negated = true;
                continue;
            }
            _ => option(&mut nat, word, &mut words, negated, family)?,
        }
        negated = false;
    }
    let Some((verb, chain)) = verb else {
        return Err(Fault::usage(words.last(), "no command is named").intent("add `-A POSTROUTING`"));
    };
    if !matches!(chain.text, "POSTROUTING" | "PREROUTING" | "OUTPUT" | "INPUT") {
        return Err(Fault::beyond(chain.span, format!("nothing holds the chain `{}`", chain.text)));
    }
    check(&nat, chain)?;
    match verb {
        Verb::Append => call.kernel.add_nat(nat, false),
        Verb::Insert => call.kernel.add_nat(nat, true),
        Verb::Delete => delete(call, &nat, chain.span)?,
        Verb::Check if call.kernel.has_nat(&nat) => return Ok(Effect::Asked(true)),
        Verb::Check => return Ok(call.sought(None)),
    }
    Ok(Effect::Changed)
}

fn delete(call: &mut Call<'_>, nat: &Nat, span: Span) -> Done {
    if call.kernel.delete_nat(nat) || call.kernel.is_unknown_territory(call.space) {
        return Ok(());
    }
    Err(Fault::kernel("No chain/target/match by that name", span, "there is no such rule")
        .intent("remove the line"))
}

/// What goes in which chain (xt_MASQUERADE, xt_nat).
fn check(nat: &Nat, chain: Word<'_>) -> Done {
    let after = matches!(chain.text, "POSTROUTING" | "INPUT");
    let Some(action) = &nat.action else {
        return Err(Fault::beyond(chain.span, "it has no target that changes addresses"));
    };
    let fits = match action.value {
        NatAction::Masquerade => chain.text == "POSTROUTING",
        NatAction::Snat => after,
        NatAction::Dnat | NatAction::Redirect => !after,
        NatAction::Accept => true,
    };
    if !fits {
        return Err(Fault::kernel(
            "Invalid argument",
            chain.span,
            format!("`{}` does not work in the chain `{}`", action.value, chain.text),
        ));
    }
    if action.value == NatAction::Masquerade && nat.in_interface.is_some() {
        return Err(Fault::usage(chain.span, "`-i` cannot be used with POSTROUTING")
            .intent("use `-o` with the outgoing interface"));
    }
    Ok(())
}

fn option(nat: &mut Nat, word: Word<'_>, words: &mut Words<'_>, negated: bool, family: Family) -> Done {
    let said = |word: Word<'_>| Some(At::new(word.text.to_owned(), word.span));
    match word.text {
        "-t" | "--table" => {
            words.value(word)?;
        }
        "-s" | "--source" | "--src" => {
            let value = words.value(word)?;
            nat.source = prefix(value, Some(family))?.map(|net| At::new(net.trunc(), value.span));
            nat.not_source = negated.then(|| At::new(true, word.span));
        }
        "-d" | "--destination" | "--dst" => {
            let value = words.value(word)?;
            nat.destination = prefix(value, Some(family))?.map(|net| At::new(net.trunc(), value.span));
            nat.not_destination = negated.then(|| At::new(true, word.span));
        }
        "-o" | "--out-interface" => {
            nat.out_interface = said(words.value(word)?);
            nat.not_out_interface = negated.then(|| At::new(true, word.span));
        }
        "-i" | "--in-interface" if !negated => nat.in_interface = said(words.value(word)?),
        "-p" | "--protocol" | "--proto" if !negated => nat.protocol = said(words.value(word)?),
        "--dport" | "--destination-port" if !negated => nat.destination_port = ports(words.value(word)?),
        "--sport" | "--source-port" if !negated => nat.source_port = ports(words.value(word)?),
        "--to-source" | "--to-destination" | "--to" => nat.to = said(words.value(word)?),
        "--to-ports" => nat.to_ports = said(words.value(word)?),
        "--random" | "--random-fully" => nat.random = Some(At::new(true, word.span)),
        "-j" | "--jump" => {
            let value = words.value(word)?;
            let action = match value.text {
                "MASQUERADE" => NatAction::Masquerade,
                "SNAT" => NatAction::Snat,
                "DNAT" => NatAction::Dnat,
                "REDIRECT" => NatAction::Redirect,
                "ACCEPT" | "RETURN" => NatAction::Accept,
                other => {
                    return Err(Fault::beyond(value.span, format!("nothing holds the target `{other}`")));
                }
            };
            nat.action = Some(At::new(action, value.span));
        }
        "-m" | "--match" => {
            let value = words.value(word)?;
            if !matches!(value.text, "tcp" | "udp") {
                nat.matches.push(format!("-m {}", value.text), value.span);
            }
        }
        "-w" | "--wait" | "-v" | "--verbose" => {}
        option if option.starts_with('-') => {
            let value = words.value(word)?;
            let not = if negated { "! " } else { "" };
            nat.matches
                .push(format!("{not}{option} {}", value.text), super::kernel::across(word.span, value.span));
        }
        other => return Err(Fault::usage(word.span, format!("`{other}` is no option of it"))),
    }
    Ok(())
}

/// `N` or `N:M`, in the model `N-M`.
fn ports(word: Word<'_>) -> netpivot_model::reflect::Said<String> {
    Some(At::new(word.text.replace(':', "-"), word.span))
}
