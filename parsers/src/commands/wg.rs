//! wg(8): keys and peers of WireGuard links.

use super::fault::Fault;
use super::files::Document;
use super::kernel::wireguard::{Change, Manner, change};
use super::program::{Call, Effect, Ran};
use super::words::Words;
use crate::text::iproute::Word;
use crate::text::wireguard::{Conf, Line, read, set};
use netpivot_model::coverage::Item;
use netpivot_model::secret::Secret;
use netpivot_model::source::{At, Origin};
use netpivot_model::vocabulary::wireguard::is_strict_key;
use netpivot_model::wireguard::{Peer, Wireguard};

/// Words of `wg set` with the settings of the link that they are (`config_read_cmd()` of config.c).
const OF_LINK: [(&str, &str); 2] = [("listen-port", "listen_port"), ("fwmark", "fwmark")];
/// Those of a peer.
const OF_PEER: [(&str, &str); 3] = [
    ("endpoint", "endpoint"),
    ("allowed-ips", "allowed_ips"),
    ("persistent-keepalive", "persistent_keepalive"),
];

pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let Some(verb) = words.next() else { return Ok(Effect::Asked(true)) };
    match verb.text {
        "show" | "showconf" => Ok(Effect::AskedInVain),
        "genkey" | "genpsk" | "pubkey" => Ok(Effect::Idle("prints a key")),
        "help" | "-h" | "--help" | "-v" | "--version" => Ok(Effect::Idle("prints how it is used")),
        "set" => set_by_words(call, words),
        "setconf" => set_by_file(call, words, Manner::Replace),
        "syncconf" => set_by_file(call, words, Manner::Sync),
        "addconf" => set_by_file(call, words, Manner::Add),
        other => Err(Fault::usage(verb.span, format!("`{}` has no command `{other}`", program.text))),
    }
}

/// `wg setconf LINK FILE` and its like.
fn set_by_file(call: &mut Call<'_>, mut words: Words<'_>, manner: Manner) -> Ran {
    let name = words.expect("the name of the link")?;
    let path = words.expect("the name of the file")?;
    if let Some(more) = words.next() {
        return Err(Fault::usage(more.span, format!("`{}` stands behind the name of the file", more.text)));
    }
    let file = call.file(path.text).ok_or_else(|| not_given(path))?;
    let Conf { wireguard: mut request, lines, refused } =
        read(file.text, &|start, end| file.span(start, end), Some(path.span));
    if let Some(first) = refused.first() {
        let fault = Fault::usage(first.span, format!("wg(8) {}", first.why));
        return Err(fault.intent("what wg-quick(8) alone reads (Address, DNS …) is no matter of wg(8)"));
    }
    let peers = std::mem::take(&mut request.peers);
    let peers = peers.into_iter().map(|peer| Change { peer, removes: false, replaces_networks: true });
    change(call.kernel.wireguard(call.space, name)?, request, peers.collect(), manner);
    if file.is_file() {
        call.kernel.read.extend(lines.iter().map(item));
    }
    Ok(Effect::Changed)
}

/// `wg set LINK [listen-port …] [fwmark …] [private-key FILE] [peer KEY …]…`.
fn set_by_words(call: &mut Call<'_>, mut words: Words<'_>) -> Ran {
    let name = words.expect("the name of the link")?;
    let mut request = Wireguard::default();
    let mut peers: Vec<Change> = Vec::new();
    let mut keys: Vec<Document<'_>> = Vec::new();
    while let Some(word) = words.next() {
        let found = |table: &[(&str, &'static str)]| {
            table.iter().find(|(known, _)| *known == word.text).map(|(_, field)| *field)
        };
        match (word.text, peers.last_mut()) {
            ("peer", _) => {
                let key = words.value(word)?;
                let mut peer = Peer::default();
                take(&mut peer, "public_key", word, key)?;
                peers.push(Change { peer, ..Change::default() });
            }
            ("private-key", None) => {
                request.private_key = Some(key_of(call, words.value(word)?, &mut keys)?);
            }
            ("preshared-key", Some(change)) => {
                change.peer.preshared_key = Some(key_of(call, words.value(word)?, &mut keys)?);
            }
            ("remove", Some(change)) => change.removes = true,
            ("allowed-ips", Some(change)) => {
                change.replaces_networks = true;
                let value = words.value(word)?;
                if !value.text.trim().is_empty() {
                    take(&mut change.peer, "allowed_ips", word, value)?;
                }
            }
            (_, Some(change)) if found(&OF_PEER).is_some() => {
                let field = found(&OF_PEER).unwrap_or_default();
                take(&mut change.peer, field, word, words.value(word)?)?;
            }
            (_, None) if found(&OF_LINK).is_some() => {
                let field = found(&OF_LINK).unwrap_or_default();
                take(&mut request, field, word, words.value(word)?)?;
            }
            (other, _) => {
                return Err(Fault::usage(word.span, format!("`wg set` does not take `{other}` here")));
            }
        }
    }
    change(call.kernel.wireguard(call.space, name)?, request, peers, Manner::Add);
    let files = keys.iter().filter(|file| file.is_file());
    call.kernel.read.extend(files.map(|file| Item {
        span: file.span(0, file.text.trim_end().len()),
        owner: None,
        section: None,
        key: "key".to_owned(),
        value: file.text.trim().to_owned(),
        secret: true,
    }));
    Ok(Effect::Changed)
}

fn take(
    node: &mut dyn netpivot_model::reflect::Node,
    field: &'static str,
    word: Word<'_>,
    value: Word<'_>,
) -> Result<(), Fault> {
    let why = || format!("`{}` is nothing that `{}` takes", value.text, word.text);
    if set(node, field, value.text, Origin::at(value.span)) {
        Ok(())
    } else {
        Err(Fault::usage(value.span, why()))
    }
}

/// The key in a file; an empty one, as /dev/null, takes it away (`parse_keyfile()`).
fn key_of<'c>(call: &Call<'c>, path: Word<'_>, read: &mut Vec<Document<'c>>) -> Result<At<Secret>, Fault> {
    const NONE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    if path.text == "/dev/null" {
        return Ok(At::new(Secret::new(NONE), path.span));
    }
    let file = call.file(path.text).ok_or_else(|| not_given(path))?;
    let key = file.text.trim_end();
    let span = file.span(0, key.len());
    if file.text.is_empty() {
        return Ok(At::new(Secret::new(NONE), path.span));
    }
    if !is_strict_key(key) {
        return Err(Fault::usage(span, format!("`{}` holds no key of 32 bytes in base64", path.text)));
    }
    read.push(file);
    Ok(At::new(Secret::new(key), Origin::said([span, path.span])))
}

fn not_given(path: Word<'_>) -> Fault {
    let why = format!("what stands in `{}` is not known here", path.text);
    Fault::unknown(path.span, why).intent("give the host's files with the root that they stand in")
}

fn item(line: &Line<'_>) -> Item {
    Item {
        span: line.span,
        owner: None,
        section: Some(line.section.to_owned()),
        key: line.key.to_owned(),
        value: line.value.to_owned(),
        secret: line.is_secret,
    }
}
