//! The programs that are known, by name.

use super::fault::{Done, Fault};
use super::kernel::{Kernel, SpaceId};
use super::words::Words;
use super::{brctl, bridge, ethtool, ifconfig, ip, iptables, legacy, nft, ovs_vsctl, route, sysctl, sysfs};
use crate::text::iproute::{Tables, Word};

/// What a command works on.
pub(super) struct Call<'c> {
    pub kernel: &'c mut Kernel,
    pub tables: &'c Tables,
    /// The namespace it runs in.
    pub space: SpaceId,
}

/// What a command that works has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It has changed the state, or would have.
    Changed,
    /// It has looked at the state; its exit status.
    Asked(bool),
    /// The same, and the exit status cannot be known.
    AskedInVain,
    /// It is none of a network's configuration; what it does, for people ("loads a module").
    Idle(&'static str),
}

/// What a program comes to.
pub(super) type Ran = Result<Effect, Fault>;

/// The effect of a command that only changes.
pub(super) fn changed(done: Done) -> Ran {
    done.map(|()| Effect::Changed)
}

type Program = fn(&mut Call<'_>, Word<'_>, Words<'_>) -> Ran;

/// Programs that set up networks.
static PROGRAMS: &[(&str, Program)] = &[
    ("[", test),
    ("brctl", brctl::run),
    ("bridge", bridge::run),
    ("ethtool", ethtool::run),
    ("ifconfig", ifconfig::run),
    ("ifenslave", legacy::ifenslave),
    ("ip", ip::run),
    ("ip6tables", iptables::run),
    ("ip6tables-legacy", iptables::run),
    ("ip6tables-nft", iptables::run),
    ("iptables", iptables::run),
    ("iptables-legacy", iptables::run),
    ("iptables-nft", iptables::run),
    ("nft", nft::run),
    ("ovs-vsctl", ovs_vsctl::run),
    ("route", route::run),
    ("sysctl", sysctl::run),
    ("test", test),
    ("tunctl", legacy::tunctl),
    ("vconfig", legacy::vconfig),
];

/// Programs that leave nothing behind that a network configuration could hold.
static IDLE: &[(&str, &str)] = &[
    (":", "does nothing"),
    ("apk", "installs packages"),
    ("apt", "installs packages"),
    ("apt-get", "installs packages"),
    ("arping", "sends packets"),
    ("cat", "prints a file"),
    ("cd", "changes the working directory"),
    ("clear", "clears the screen"),
    ("date", "prints the time"),
    ("depmod", "prepares modules"),
    ("dnf", "installs packages"),
    ("echo", "prints text"),
    ("false", "fails"),
    ("id", "prints who is working"),
    ("killall", "stops programs"),
    ("logger", "writes to the log"),
    ("ls", "lists files"),
    ("lsmod", "lists modules"),
    ("modprobe", "loads a module, which the kernel does by itself where it is needed"),
    ("ping", "sends packets"),
    ("ping6", "sends packets"),
    ("printf", "prints text"),
    ("pwd", "prints the working directory"),
    ("set", "sets options of the shell"),
    ("sleep", "waits"),
    ("ss", "only asks for the state"),
    ("sync", "writes files to the disk"),
    ("tcpdump", "watches packets"),
    ("traceroute", "sends packets"),
    ("true", "does nothing"),
    ("uname", "prints the kernel's name"),
    ("whoami", "prints who is working"),
    ("yum", "installs packages"),
    ("zypper", "installs packages"),
];

/// Runs a command in words.
pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, arguments: &[Word<'_>]) -> Ran {
    let name = base_name(program.text);
    if name == "ip" {
        return ip::run(call, program, Words::new(program, arguments));
    }
    if let Some(rest) = behind_prefix(name, arguments) {
        return match rest.split_first() {
            Some((program, arguments)) => run(call, *program, arguments),
            None => Err(Fault::usage(program.span, format!("`{name}` runs a command, and there is none"))),
        };
    }
    if let Some((_, run)) = PROGRAMS.iter().find(|(known, _)| *known == name) {
        return run(call, program, Words::new(program, arguments));
    }
    match IDLE.iter().find(|(known, _)| *known == name) {
        Some((_, "fails")) => Ok(Effect::Asked(false)),
        Some((_, what)) => Ok(Effect::Idle(what)),
        None => {
            Err(Fault::unknown(program.span, format!("the program `{}` is not known here", program.text)))
        }
    }
}

/// True where a word is the name of a program that sets up networks.
pub(super) fn sets_up_networks(word: &str) -> bool {
    let name = base_name(word);
    !matches!(name, "test" | "[") && PROGRAMS.iter().any(|(known, _)| *known == name)
}

/// True where a word is the name of a program that is known here.
pub(super) fn is_known(word: &str) -> bool {
    let name = base_name(word);
    matches!(name, "sudo" | "exec" | "command" | "nohup" | "export" | "exit")
        || PROGRAMS.iter().any(|(known, _)| *known == name)
        || IDLE.iter().any(|(known, _)| *known == name)
}

fn base_name(path: &str) -> &str {
    if path.starts_with('/') { path.rsplit('/').next().unwrap_or(path) } else { path }
}

/// The command behind `sudo` and its like.
fn behind_prefix<'a>(name: &str, arguments: &'a [Word<'a>]) -> Option<&'a [Word<'a>]> {
    match name {
        "sudo" | "doas" | "exec" | "command" | "nohup" => {
            let options = arguments
                .iter()
                .take_while(|word| matches!(word.text, "-E" | "-n" | "-H" | "-S" | "-i" | "--" | "-p"))
                .count();
            Some(&arguments[options..])
        }
        _ => None,
    }
}

/// `echo VALUE > /proc/sys/…`, `echo VALUE > /sys/class/net/…` and their like.
pub(super) fn write(call: &mut Call<'_>, program: Word<'_>, arguments: &[Word<'_>], target: Word<'_>) -> Ran {
    let below = |folder: &str| target.text.strip_prefix(folder);
    if matches!(base_name(program.text), "echo" | "printf") {
        if let Some(path) = below("/proc/sys/") {
            return sysctl::write(call, arguments, path, target);
        }
        if let Some(path) = below("/sys/class/net/").or_else(|| below("/sys/devices/virtual/net/")) {
            return sysfs::write(call, arguments, path, target);
        }
    }
    Err(Fault::unknown(program.span, format!("it writes to `{}`", target.text)))
}

/// A pipeline: a question with `grep`, or `echo VALUE | tee FILE`.
pub(super) fn pipeline(call: &mut Call<'_>, commands: &[Vec<Word<'_>>]) -> Ran {
    let words = |n: usize| commands.get(n).map_or(&[][..], Vec::as_slice);
    let first = words(0);
    let last = words(commands.len().saturating_sub(1));
    let place = first
        .first()
        .map_or(netpivot_model::source::Span::new(netpivot_model::source::SourceId(0), 0, 0), |w| w.span);
    let unknown = || Fault::unknown(place, "it is a pipeline that a shell would run");
    let (Some(program), Some(end)) = (first.first(), last.first()) else { return Err(unknown()) };
    match (base_name(program.text), base_name(end.text)) {
        (_, "grep" | "egrep") => asked(call, program, &first[1..], &last[1..]).ok_or_else(unknown),
        ("echo", "tee") | ("echo", "sudo") => {
            let tee = if base_name(end.text) == "sudo" { &last[1..] } else { last };
            match tee {
                [tee, target] if tee.text == "tee" => write(call, *program, &first[1..], *target),
                _ => Err(unknown()),
            }
        }
        _ => Err(unknown()),
    }
}

/// `ip netns list | grep -q NAME`: whether there is one of that name.
fn asked(
    call: &mut Call<'_>,
    program: &Word<'_>,
    arguments: &[Word<'_>],
    grep: &[Word<'_>],
) -> Option<Effect> {
    let pattern =
        grep.iter().rev().find(|word| !word.text.starts_with('-') && !word.text.starts_with('/'))?;
    let name = pattern.text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    match base_name(program.text) {
        "ip" if arguments
            .first()
            .is_some_and(|word| super::words::begins("netns", word.text) && word.text.len() > 4) =>
        {
            Some(Effect::Asked(call.kernel.space_named(Word { text: name, ..*pattern }).is_ok()))
        }
        "ip" | "brctl" | "ifconfig" | "bridge" => Some(Effect::Asked(
            call.kernel.find(call.space, name).is_some_and(|id| call.kernel.device(id).is_present()),
        )),
        "lsmod" => Some(Effect::Asked(true)),
        _ => None,
    }
}

/// test(1) with a file of a link.
fn test(call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    let mut words: Vec<&Word<'_>> = words.rest().iter().collect();
    if program.text == "[" && words.pop().is_none_or(|word| word.text != "]") {
        return Err(Fault::usage(program.span, "`[` needs a `]` at the end"));
    }
    let negated = words.first().is_some_and(|word| word.text == "!");
    let answer = match &words[usize::from(negated)..] {
        [test, path] => match (test.text, path.text) {
            ("-n", text) => Effect::Asked(!text.is_empty()),
            ("-z", text) => Effect::Asked(text.is_empty()),
            ("-d" | "-e" | "-f" | "-L" | "-h" | "-r" | "-x", path) => there(call, **test, path),
            _ => Effect::AskedInVain,
        },
        [a, operator, b] => match operator.text {
            "=" | "==" => Effect::Asked(a.text == b.text),
            "!=" => Effect::Asked(a.text != b.text),
            _ => Effect::AskedInVain,
        },
        _ => Effect::AskedInVain,
    };
    Ok(match answer {
        Effect::Asked(answer) => Effect::Asked(answer != negated),
        Effect::Changed | Effect::AskedInVain | Effect::Idle(_) => answer,
    })
}

/// Whether a file of the kernel is there; a program that sets up networks is.
fn there(call: &mut Call<'_>, word: Word<'_>, path: &str) -> Effect {
    let name = path
        .strip_prefix("/sys/class/net/")
        .or_else(|| path.strip_prefix("/proc/sys/net/ipv4/conf/"))
        .or_else(|| path.strip_prefix("/proc/sys/net/ipv6/conf/"));
    if let Some(name) = name.map(|name| name.split('/').next().unwrap_or(name)) {
        let found = call.kernel.named(call.space, Word { text: name, ..word });
        return Effect::Asked(found.is_ok_and(|id| call.kernel.device(id).is_present()));
    }
    if let Some(name) = path.strip_prefix("/run/netns/").or_else(|| path.strip_prefix("/var/run/netns/")) {
        return Effect::Asked(call.kernel.space_named(Word { text: name, ..word }).is_ok());
    }
    if path.starts_with("/proc/sys/") || path.contains("bin/") && is_known(path) {
        return Effect::Asked(true);
    }
    Effect::AskedInVain
}
