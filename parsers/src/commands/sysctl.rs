//! sysctl(8), and writing to /proc/sys.

use super::fault::{Done, Fault};
use super::kernel::SpaceId;
use super::program::{Call, Effect, Ran};
use super::words::Words;
use crate::text::iproute::Word;
use netpivot_model::ip::IpMethod;
use netpivot_model::source::At;
use netpivot_model::value::Int;

/// `sysctl [-w] KEY=VALUE …`; `KEY` alone asks.
pub(super) fn run(call: &mut Call<'_>, _program: Word<'_>, mut words: Words<'_>) -> Ran {
    let (mut set, mut dry) = (false, false);
    while let Some(word) = words.next() {
        match word.text {
            "--load" | "--system" => return Err(from_files(word)),
            "--dry-run" => dry = true,
            "--pattern" => drop(words.value(word)?),
            long if long.starts_with("--") => {}
            short if short.starts_with('-') => {
                for letter in short.chars().skip(1) {
                    match letter {
                        'p' | 'f' => return Err(from_files(word)),
                        'r' => drop(words.value(word)?),
                        'a' | 'A' | 'X' | 'b' | 'e' | 'N' | 'n' | 'q' | 'w' | 'o' | 'x' | 'd' | 'h' | 'V' => {
                        }
                        other => {
                            return Err(Fault::usage(
                                word.span,
                                format!("`-{other}` is no option of sysctl(8)"),
                            ));
                        }
                    }
                }
            }
            _ if dry => {}
            _ => {
                if let Some((key, value)) = word.text.split_once('=') {
                    let (key, value) = (key.trim(), value.trim().to_owned());
                    if key.is_empty() || value.is_empty() {
                        return Err(apart(word));
                    }
                    store(call, &dotted(key), key, value, word)?;
                    set = true;
                } else if words.peek().is_some_and(|next| next.text.starts_with('=')) {
                    return Err(apart(word));
                }
            }
        }
    }
    Ok(if set { Effect::Changed } else { Effect::Asked(true) })
}

/// In sysctl.conf(5) blanks may stand there, on the command line each word is one setting.
fn apart(word: Word<'_>) -> Fault {
    Fault::usage(word.span, "key and value are one word, with `=` between them and no blanks")
        .intent("write `KEY=VALUE`")
}

fn from_files(word: Word<'_>) -> Fault {
    Fault::unknown(word.span, "it reads its settings from files")
}

/// The model's spelling: dots between, and `/` for a dot within a name. sysctl(8) takes the first separator for
/// what separates.
fn dotted(key: &str) -> String {
    match key.find(['.', '/']) {
        Some(first) if key.as_bytes()[first] == b'/' => swap(key),
        Some(_) | None => key.to_owned(),
    }
}

fn swap(key: &str) -> String {
    key.chars()
        .map(|c| match c {
            '/' => '.',
            '.' => '/',
            other => other,
        })
        .collect()
}

/// `echo VALUE > /proc/sys/PATH`.
pub(super) fn write(call: &mut Call<'_>, value: &[Word<'_>], path: &str, target: Word<'_>) -> Ran {
    let text =
        value.iter().filter(|word| word.text != "-n").map(|word| word.text).collect::<Vec<_>>().join(" ");
    let key = swap(path);
    let span = super::kernel::across(value.first().map_or(target.span, |word| word.span), target.span);
    store(call, &key, path, text, Word { span, ..target })?;
    Ok(Effect::Changed)
}

/// Settings that are other words for a setting of a link in the model.
fn store(call: &mut Call<'_>, key: &str, shown: &str, value: String, word: Word<'_>) -> Done {
    let parts: Vec<&str> = key.split('.').collect();
    if let ["net", family @ ("ipv4" | "ipv6"), "conf" | "neigh", name, setting] = parts.as_slice() {
        let name = name.replace('/', ".");
        if !matches!(name.as_str(), "all" | "default") {
            let named = Word { text: &name, span: word.span };
            let id = call.kernel.named(call.space, named).map_err(|fault| {
                Fault::kernel(
                    "No such file or directory",
                    word.span,
                    format!("there is no link `{name}`, so `{shown}` is not there"),
                )
                .intent("set it after the link is made")
                .unless_there(fault.may_be_there())
            })?;
            if *family == "ipv6"
                && call.kernel.device(id).is_present()
                && of_link(call, id, setting, &value, word)?
            {
                return Ok(());
            }
        }
        if *family == "ipv6" && *setting == "disable_ipv6" && value == "1" {
            call.kernel.disable_ipv6(call.space, &name, word.span);
        }
    } else if parts.len() < 2 || parts[0] != "net" {
        return Err(Fault::beyond(word.span, format!("`{shown}` is no setting of the network")));
    }
    // Other settings are there with their modules only.
    call.kernel.unsure |= !matches!(parts.get(1), Some(&("ipv4" | "ipv6" | "core" | "unix")));
    let space: SpaceId = call.space;
    call.kernel.set_sysctl(space, At::new(key.to_owned(), word.span), At::new(value, word.span));
    Ok(())
}

/// What the model has as a link's own setting.
fn of_link(
    call: &mut Call<'_>,
    id: super::kernel::DeviceId,
    setting: &str,
    value: &str,
    word: Word<'_>,
) -> Result<bool, Fault> {
    let number: Option<i64> = value.parse().ok();
    let config = call.kernel.device_mut(id).link.ipv6.get_or_insert_default();
    match setting {
        "accept_ra" => config.accept_ra = number.and_then(Int::new).map(|n| At::new(n, word.span)),
        "mtu" => config.mtu = number.and_then(Int::new).map(|n| At::new(n, word.span)),
        "autoconf" => config.autoconf = number.map(|n| At::new(n != 0, word.span)),
        "use_tempaddr" => config.ip6_privacy = number.and_then(Int::new).map(|n| At::new(n, word.span)),
        "disable_ipv6" => {
            config.method = (number == Some(1)).then(|| At::new(IpMethod::Disabled, word.span));
            return Ok(false);
        }
        _ => return Ok(false),
    }
    Ok(true)
}
