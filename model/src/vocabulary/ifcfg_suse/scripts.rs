//! How wicked's dispatcher calls the programs of PRE_UP_SCRIPT and its like (`extensions/dispatch`).

use crate::hook::HookPhase;
use crate::shell::quote;

/// Who calls a program, and with which words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `NAME ACTION INTERFACE`.
    Wicked,
    /// As SLES 11 did it: `NAME CONFIG INTERFACE -o ACTION`, with the first two in the environment, too.
    Suse,
    /// A unit that systemctl(1) starts or stops.
    Systemd,
}

impl Scheme {
    /// Where a relative name is looked for, in order.
    #[must_use]
    pub const fn directories(self) -> &'static [&'static str] {
        match self {
            Scheme::Wicked => &["/etc/wicked/scripts"],
            Scheme::Suse => &["/etc/sysconfig/network/scripts", "/etc/sysconfig/network"],
            Scheme::Systemd => &[],
        }
    }
}

/// The prefixes of words.
pub const SCHEMES: [(&str, Scheme); 3] =
    [("compat:suse:", Scheme::Suse), ("systemd:", Scheme::Systemd), ("wicked:", Scheme::Wicked)];

/// Key, moment, and what the programs are told of it.
pub const KEYS: [(&str, HookPhase, &str); 4] = [
    ("PRE_UP_SCRIPT", HookPhase::PreUp, "pre-up"),
    ("POST_UP_SCRIPT", HookPhase::Up, "post-up"),
    ("PRE_DOWN_SCRIPT", HookPhase::Down, "pre-down"),
    ("POST_DOWN_SCRIPT", HookPhase::PostDown, "post-down"),
];

/// The command that wicked runs for a program.
#[must_use]
pub fn command(scheme: Scheme, program: &str, interface: &str, action: &str) -> String {
    let (said, interface_word) = (quote(program), quote(interface));
    match scheme {
        Scheme::Wicked => format!("{said} {action} {interface_word}"),
        Scheme::Suse => format!(
            "INTERFACE={interface_word} CONFIG={interface_word} {said} {interface_word} {interface_word} -o {action}"
        ),
        Scheme::Systemd => {
            let verb = if action.ends_with("-up") { "start" } else { "stop" };
            let unit = match program.strip_suffix("@.service") {
                Some(template) => quote(&format!("{template}@{interface}.service")).into_owned(),
                None => said.into_owned(),
            };
            format!("systemctl {verb} {unit}")
        }
    }
}

/// The word for a key that runs a command, `None` where none does.
#[must_use]
pub fn word_for(text: &str, interface: &str, action: &str) -> Option<String> {
    let plain = |program: &str| {
        !program.is_empty() && !program.contains(|c: char| c.is_whitespace() || "'\"".contains(c))
    };
    let candidates = SCHEMES.iter().filter_map(|(prefix, scheme)| {
        let program = match scheme {
            Scheme::Wicked => text.split(' ').next()?.to_owned(),
            Scheme::Suse => text.split(' ').nth(2)?.to_owned(),
            Scheme::Systemd => text.split(' ').nth(2)?.to_owned(),
        };
        let back = |program: &str| command(*scheme, program, interface, action) == text;
        let absolute = *scheme == Scheme::Systemd || program.starts_with('/');
        (absolute && plain(&program) && back(&program)).then(|| {
            let short = scheme
                .directories()
                .first()
                .and_then(|directory| program.strip_prefix(directory)?.strip_prefix('/'));
            format!("{prefix}{}", short.unwrap_or(&program))
        })
    });
    candidates.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scheme_has_its_words() {
        let run = |scheme, program: &str, action: &str| command(scheme, program, "eth0", action);
        assert_eq!(
            run(Scheme::Wicked, "/etc/wicked/scripts/a", "pre-up"),
            "/etc/wicked/scripts/a pre-up eth0"
        );
        assert_eq!(
            run(Scheme::Suse, "/opt/a", "post-up"),
            "INTERFACE=eth0 CONFIG=eth0 /opt/a eth0 eth0 -o post-up"
        );
        assert_eq!(run(Scheme::Systemd, "a@.service", "post-up"), "systemctl start a@eth0.service");
        assert_eq!(run(Scheme::Systemd, "a.service", "pre-down"), "systemctl stop a.service");
    }

    #[test]
    fn a_command_finds_its_word() {
        for (scheme, program, expected) in [
            (Scheme::Wicked, "/etc/wicked/scripts/a", "wicked:a"),
            (Scheme::Wicked, "/opt/a", "wicked:/opt/a"),
            (Scheme::Suse, "/etc/sysconfig/network/scripts/b", "compat:suse:b"),
            (Scheme::Systemd, "c.service", "systemd:c.service"),
            (Scheme::Systemd, "c@.service", "systemd:c@eth0.service"),
        ] {
            let text = command(scheme, program, "eth0", "post-up");
            assert_eq!(word_for(&text, "eth0", "post-up").as_deref(), Some(expected));
        }
        assert_eq!(word_for("ip route add 192.0.2.0/24 dev eth0", "eth0", "post-up"), None);
        assert_eq!(word_for("/opt/a post-up eth1", "eth0", "post-up"), None);
    }
}
