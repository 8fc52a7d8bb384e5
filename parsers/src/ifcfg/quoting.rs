//! What the two programs see differently in the text itself (ifcfg.md section 2, traps 1 to 3).

use super::Text;
use super::account::{is_secret, shown_value};

use super::vars::Reader;
use crate::Context;
use crate::text::shell::{Assignment, Bash};
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::link::LinkId;
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::source::Origin;

/// Reports the lines of a file that the two programs see differently, and those that are no assignments.
pub fn report(text: &Text, reader: Reader, owner: Option<LinkId>, network: &mut Network, cx: &mut Context) {
    let (returns, rest): (Vec<_>, Vec<_>) =
        text.lexed.assignments.iter().partition(|assignment| differs_by_carriage_return(assignment));
    report_carriage_returns(&returns, reader, cx);
    for assignment in rest {
        report_assignment(assignment, reader, cx);
    }
    for line in &text.lexed.other {
        let severity = match reader {
            Reader::NetworkManager => Severity::Warning,
            Reader::Initscripts => Severity::Loss,
        };
        let (what, help) = match line.text.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => (
                format!("a byte order mark stands before `{}`, which {} with it", short(rest), line.why),
                "save the file as UTF-8 without a byte order mark",
            ),
            None => (
                format!("`{}` {}", short(&line.text), line.why),
                "write plain assignments, one on a line; nothing of the file is ever run here",
            ),
        };
        cx.report(
            Diagnostic::new(&codes::NOT_ASSIGNMENT, format!("{what}; NetworkManager skips it"))
                .at(line.span)
                .severity(severity)
                .help(help),
        );
        network.leftovers.push(Leftover {
            owner,
            section: None,
            key: line.text.clone(),
            value: String::new(),
            secret: false,
            weight: Weight::Idle,
            meaning: line.why.to_owned(),
            origin: Origin::at(line.span),
        });
    }
}

/// What some editors write at the start of a file (U+FEFF).
const BYTE_ORDER_MARK: char = '\u{feff}';

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// True where nothing but the carriage return of a CRLF line tells the two readings apart.
fn differs_by_carriage_return(assignment: &Assignment) -> bool {
    match (&assignment.nm, &assignment.bash) {
        (Some(nm), Bash::Value(bash)) => bash.strip_suffix('\r') == Some(nm),
        (None, _) | (Some(_), Bash::Unevaluated(_) | Bash::Nothing) => false,
    }
}

fn report_carriage_returns(lines: &[&Assignment], reader: Reader, cx: &mut Context) {
    let Some(first) = lines.first() else { return };
    let count = match lines.len() {
        1 => "one line ends".to_owned(),
        count => format!("{count} lines end"),
    };
    let effect = match reader {
        Reader::NetworkManager => "NetworkManager drops it, initscripts take it for a part of the value",
        Reader::Initscripts => "initscripts take it for a part of the value, NetworkManager drops it",
    };
    cx.report(
        Diagnostic::new(
            &codes::QUOTING,
            format!("{count} in a carriage return (CRLF): {effect}; the output follows {}", reader.name()),
        )
        .at(first.span)
        .help("save the file with plain line ends (`sed -i 's/\\r$//'`)"),
    );
}

fn report_assignment(assignment: &Assignment, reader: Reader, cx: &mut Context) {
    let key = &assignment.name;
    let secret = is_secret(key);
    if let (Bash::Unevaluated(why), Reader::Initscripts) = (&assignment.bash, reader) {
        let nm = assignment.nm.as_ref().map_or_else(
            || "NetworkManager sees no assignment here".to_owned(),
            |value| format!("NetworkManager takes {} for it", seen(value, secret)),
        );
        cx.report(
            Diagnostic::new(
                &codes::UNEVALUATED,
                format!("the value of `{key}` is not known because {why}, and nothing is run here; {nm}"),
            )
            .at(assignment.span)
            .help("write the value itself"),
        );
        return;
    }
    let Some(quirk) = assignment.quirk else { return };
    let nm = assignment
        .nm
        .as_ref()
        .map_or_else(|| "no assignment".to_owned(), |value| format!("`{}`", shown_value(value, secret)));
    let bash = match &assignment.bash {
        Bash::Value(value) => seen(value, secret),
        Bash::Unevaluated(why) => format!("something unknown, because {why}"),
        Bash::Nothing => "no assignment".to_owned(),
    };
    cx.report(
        Diagnostic::new(
            &codes::QUOTING,
            format!(
                "`{key}`: {quirk}. NetworkManager sees {nm}, initscripts see {bash}; the output follows {}{}",
                reader.name(),
                consequence(assignment, reader)
            ),
        )
        .at(assignment.span)
        .help(match reader {
            Reader::NetworkManager => {
                "write the value plainly, or convert with `-f ifcfg:initscripts` if they were in charge"
            }
            Reader::Initscripts => {
                "write the value plainly, or convert with `-f ifcfg:networkmanager` if that was in charge"
            }
        }),
    );
}

/// What the difference leads to where the value alone does not tell.
fn consequence(assignment: &Assignment, reader: Reader) -> &'static str {
    let emptied = assignment.nm.as_deref() == Some("") && reader == Reader::NetworkManager;
    if emptied && assignment.name == "ETHTOOL_OPTS" {
        // An empty value is how its own writer says so (nms-ifcfg-rh-reader.c: parse_ethtool_options).
        ", for which an empty ETHTOOL_OPTS means to leave Wake-on-LAN alone (`wake-on-lan=ignore`)"
    } else {
        ""
    }
}

fn seen(value: &str, secret: bool) -> String {
    if value.is_empty() { "an empty value".to_owned() } else { format!("`{}`", shown_value(value, secret)) }
}
