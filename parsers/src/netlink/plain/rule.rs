//! `100: from 10.0.0.0/8 fwmark 0x10/0xff lookup 100` (ip/iprule.c:print_rule).

use super::{set, value};
use serde_json::{Map, Value as Json};

/// `100:`, a tabulator, and `from` or `not`.
pub(super) fn is_rule(line: &str) -> bool {
    line.split_once(':').is_some_and(|(number, rest)| {
        let first = rest.split_whitespace().next();
        number.parse::<u32>().is_ok() && matches!(first, Some("from" | "not"))
    })
}

/// A rule. The family is that of the command, where its name tells.
pub(super) fn read(text: &str, family: Option<&'static str>) -> Option<Map<String, Json>> {
    let (number, rest) = text.split_once(':')?;
    let mut map = Map::new();
    set(&mut map, "priority", number.parse::<u32>().ok()?);
    family.into_iter().for_each(|family| set(&mut map, "family", family));
    let mut words = rest.split_whitespace().peekable();
    while let Some(word) = words.next() {
        match word {
            "not" => set(&mut map, "not", Json::Null),
            "from" => net(words.next()?, ["src", "srclen"], &mut map),
            "to" => net(words.next()?, ["dst", "dstlen"], &mut map),
            "fwmark" => {
                let text = words.next()?;
                let (mark, mask) =
                    text.split_once('/').map_or((text, None), |(mark, mask)| (mark, Some(mask)));
                set(&mut map, "fwmark", mark);
                mask.into_iter().for_each(|mask| set(&mut map, "fwmask", mask));
            }
            "lookup" | "table" => match words.next()? {
                "[l3mdev-table]" => set(&mut map, "l3mdev", Json::Null),
                table => set(&mut map, "table", table),
            },
            "uidrange" => range(words.next()?, ["uid_start", "uid_start", "uid_end"], &mut map),
            "sport" => range(words.next()?, ["sport", "sport_start", "sport_end"], &mut map),
            "dport" => range(words.next()?, ["dport", "dport_start", "dport_end"], &mut map),
            "realms" => {
                let text = words.next()?;
                let (from, to) = text.split_once('/').map_or((None, text), |(from, to)| (Some(from), to));
                from.into_iter().for_each(|from| set(&mut map, "flow_from", from));
                set(&mut map, "flow_to", to);
            }
            "suppress_prefixlength" | "suppress_prefixlen" => {
                set(&mut map, "suppress_prefixlen", value(words.next()?));
            }
            "proto" => set(&mut map, "protocol", words.next()?),
            "goto" | "tun_id" => set(&mut map, word, value(words.next()?)),
            "blackhole" | "unreachable" | "prohibit" | "nop" => set(&mut map, "action", word),
            // The link or the rule is not there at the moment.
            "[detached]" | "[unresolved]" => {}
            "l3mdev" => set(&mut map, "l3mdev", Json::Null),
            // `tos`, `iif`, `oif`, `ipproto`, `suppress_ifgroup` and what a later release prints.
            word => set(&mut map, word, words.next()?),
        }
    }
    Some(map)
}

fn net(text: &str, [ip_key, length_key]: [&str; 2], map: &mut Map<String, Json>) {
    let (ip, length) = text.split_once('/').map_or((text, None), |(ip, length)| (ip, Some(length)));
    set(map, ip_key, ip);
    length.into_iter().for_each(|length| set(map, length_key, value(length)));
}

/// `80-90`, or one number.
fn range(text: &str, [one, first, last]: [&str; 3], map: &mut Map<String, Json>) {
    match text.split_once('-') {
        Some((start, end)) => {
            set(map, first, value(start));
            set(map, last, value(end));
        }
        None if one == first => {
            set(map, first, value(text));
            set(map, last, value(text));
        }
        None => set(map, one, value(text)),
    }
}
