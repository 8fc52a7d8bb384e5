//! tc(8) words as libnm takes them (`nm_utils_tc_qdisc_from_str`, `nm_utils_tc_tfilter_from_str`).

/// Parent, and the rest as a keyfile writes it; or why libnm does not take the text.
type Found = Result<(String, String), String>;

/// Numbers of the disciplines whose options libnm knows; it takes the others without options only.
const OPTIONS: &[(&str, &[&str])] = &[
    ("fq_codel", &["limit", "flows", "target", "interval", "quantum", "ce_threshold", "memory_limit"]),
    ("sfq", &["quantum", "perturb", "limit", "divisor", "flows", "depth"]),
    ("tbf", &["rate", "burst", "limit", "latency"]),
];

/// `root|parent P [handle H] KIND [OPTIONS]`.
pub(super) fn discipline(text: &str) -> Found {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (head, kind, options) = split(&words)?;
    if let Some((_, known)) = OPTIONS.iter().find(|(name, _)| *name == kind) {
        check_options(kind, options, known)?;
    } else if !options.is_empty() {
        return Err(format!("libnm knows no options of `{kind}`"));
    }
    Ok(joined(head, kind, options))
}

fn check_options(kind: &str, options: &[&str], known: &[&str]) -> Result<(), String> {
    let mut options = options.iter();
    while let Some(option) = options.next() {
        if kind == "fq_codel" && *option == "ecn" {
            continue;
        }
        if !known.contains(option) {
            return Err(format!("libnm knows no option `{option}` of `{kind}`"));
        }
        if options.next().is_none_or(|n| n.parse::<u64>().is_err()) {
            return Err(format!("`{option}` wants a number"));
        }
    }
    Ok(())
}

/// `root|parent P [handle H] KIND [action simple sdata TEXT | action mirred …]`.
pub(super) fn filter(text: &str) -> Found {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (head, kind, options) = split(&words)?;
    let fits = matches!(
        options,
        [] | ["action", "simple"]
            | ["action", "simple", "sdata", _]
            | ["action", "mirred", "egress", "mirror" | "redirect", "dev", _]
    );
    if !fits {
        return Err("libnm knows the actions `simple sdata` and `mirred egress` only".to_owned());
    }
    Ok(joined(head, kind, options))
}

/// What stands around the kind.
struct Head {
    parent: String,
    handle: Option<String>,
}

/// Takes `root`, `parent` and `handle` off the front; gives the words behind them.
fn split<'a>(words: &'a [&'a str]) -> Result<(Head, &'a str, &'a [&'a str]), String> {
    let mut head = Head { parent: String::new(), handle: None };
    let mut rest = words;
    loop {
        match rest {
            ["root", more @ ..] => {
                head.parent = "root".to_owned();
                rest = more;
            }
            ["parent", parent, more @ ..] if is_handle(parent) => {
                head.parent = (*parent).to_owned();
                rest = more;
            }
            ["handle", handle, more @ ..] if is_handle(handle) => {
                head.handle = Some((*handle).to_owned());
                rest = more;
            }
            ["parent" | "handle", ..] => {
                return Err("`parent` and `handle` want hexadecimal numbers, `1:2`".to_owned());
            }
            ["ingress", ..] if head.parent.is_empty() => {
                head.parent = "ffff:fff1".to_owned();
            }
            [kind, options @ ..] if !head.parent.is_empty() => return Ok((head, kind, options)),
            _ => return Err("it names no parent (`root` or `parent 1:`) or no kind".to_owned()),
        }
    }
}

/// `MAJOR:MINOR` in hexadecimal; either may be missing.
fn is_handle(text: &str) -> bool {
    let hex = |part: &str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_hexdigit());
    text.split_once(':')
        .is_some_and(|(major, minor)| hex(major) && hex(minor) && !(major.is_empty() && minor.is_empty()))
}

fn joined(head: Head, kind: &str, options: &[&str]) -> (String, String) {
    let handle = head.handle.map(|handle| format!("handle {handle} ")).unwrap_or_default();
    let mut text = format!("{handle}{kind}");
    for option in options {
        text.push(' ');
        text.push_str(option);
    }
    (head.parent, text)
}
