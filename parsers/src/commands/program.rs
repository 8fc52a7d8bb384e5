//! The programs that are known, by name.

use super::fault::{Done, Fault};
use super::files::{Document, Files};
use super::kernel::{HOST, Kernel, SpaceId};
use super::words::Words;
use super::{
    brctl, bridge, dhcp, ethtool, ifconfig, ip, iptables, legacy, nft, outside, ovs_vsctl, route, sysctl,
    sysfs, wg,
};
use crate::text::iproute::{Tables, Word};

/// What a command works on.
pub(super) struct Call<'c> {
    pub kernel: &'c mut Kernel,
    pub tables: &'c mut Tables,
    /// The namespace it runs in.
    pub space: SpaceId,
    /// Files of the host.
    pub files: &'c Files<'c>,
    /// What it reads on its standard input.
    pub input: Option<Document<'c>>,
}

impl<'c> Call<'c> {
    /// The same in another namespace.
    pub fn within(&mut self, space: SpaceId) -> Call<'_> {
        let Call { kernel, tables, files, input, .. } = self;
        Call { kernel, tables, space, files, input: *input }
    }

    /// A file by its path; `None` where nobody here knows what it holds.
    pub fn file(&self, path: &str) -> Option<Document<'c>> {
        match path {
            "/dev/stdin" => self.input.filter(|input| input.literal),
            _ => self.files.get(path),
        }
    }

    /// A question for a link.
    pub fn looks_for(&mut self, name: &str) -> Effect {
        let found = self.kernel.find(self.space, name);
        if found.is_some_and(|id| self.kernel.device(id).is_present()) {
            return Effect::Asked(true);
        }
        self.sought(Some(name))
    }

    /// A question for a namespace.
    pub fn looks_for_space(&mut self, name: Word<'_>) -> Effect {
        if self.kernel.space_named(name).is_ok() {
            return Effect::Asked(true);
        }
        self.sought(Some(name.text))
    }

    /// Something that nobody here knows of.
    pub fn sought(&mut self, name: Option<&str>) -> Effect {
        if !self.kernel.space(HOST).open && !self.kernel.doubt.is_any() {
            return Effect::Asked(false);
        }
        self.kernel.sought = name.map(str::to_owned);
        Effect::Sought
    }
}

/// What a command that works has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It has changed the state, or would have.
    Changed,
    /// It has looked at the state; its exit status.
    Asked(bool),
    /// It has looked for something of which nobody here knows, which is no proof that the host does not have it.
    /// `Kernel::sought` is its name.
    Sought,
    /// It has looked at the state, and the exit status cannot be known.
    AskedInVain,
    /// It leaves nothing behind; what it does, for people ("prints text").
    Idle(&'static str),
    /// It prepares the host for the commands after it, once; what it does, for people ("installs packages").
    Prepares(&'static str),
    /// It works on something else than the configuration, and its exit status is not known; the same.
    Outside(&'static str),
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
    ("arping", outside::arping),
    ("brctl", brctl::run),
    ("bridge", bridge::run),
    ("dhclient", dhcp::dhclient),
    ("dhcpcd", dhcp::dhcpcd),
    ("ethtool", ethtool::run),
    ("grep", grep),
    ("ifconfig", ifconfig::run),
    ("ifenslave", legacy::ifenslave),
    ("ip", ip::run),
    ("ip6tables", iptables::run),
    ("ip6tables-legacy", iptables::run),
    ("ip6tables-nft", iptables::run),
    ("iptables", iptables::run),
    ("iptables-legacy", iptables::run),
    ("iptables-nft", iptables::run),
    ("modprobe", outside::modprobe),
    ("nft", nft::run),
    ("ovs-vsctl", ovs_vsctl::run),
    ("route", route::run),
    ("sysctl", sysctl::run),
    ("test", test),
    ("tunctl", legacy::tunctl),
    ("udhcpc", dhcp::udhcpc),
    ("vconfig", legacy::vconfig),
    ("wg", wg::run),
];

/// Programs that leave nothing behind that a network configuration could hold.
static OTHERS: &[(&str, Effect)] = &[
    (":", Effect::Idle("does nothing")),
    ("apk", Effect::Prepares("installs packages")),
    ("apt", Effect::Prepares("installs packages")),
    ("apt-get", Effect::Prepares("installs packages")),
    ("cat", Effect::Outside("prints a file")),
    ("clear", Effect::Idle("clears the screen")),
    ("date", Effect::Idle("prints the time")),
    ("depmod", Effect::Prepares("prepares modules")),
    ("dnf", Effect::Prepares("installs packages")),
    ("echo", Effect::Idle("prints text")),
    ("false", Effect::Asked(false)),
    ("id", Effect::Outside("prints who is working")),
    ("logger", Effect::Outside("writes to the log")),
    ("ls", Effect::Outside("lists files")),
    ("lsmod", Effect::Outside("lists modules")),
    ("ping", Effect::Outside("sends packets")),
    ("ping6", Effect::Outside("sends packets")),
    ("printf", Effect::Idle("prints text")),
    ("pwd", Effect::Idle("prints the working directory")),
    ("sleep", Effect::Prepares("waits")),
    ("ss", Effect::Outside("only asks for the state")),
    ("sync", Effect::Prepares("writes files to the disk")),
    ("tcpdump", Effect::Outside("watches packets")),
    ("traceroute", Effect::Outside("sends packets")),
    ("true", Effect::Idle("does nothing")),
    ("uname", Effect::Idle("prints the kernel's name")),
    ("whoami", Effect::Idle("prints who is working")),
    ("yum", Effect::Prepares("installs packages")),
    ("zypper", Effect::Prepares("installs packages")),
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
    match OTHERS.iter().find(|(known, _)| *known == name) {
        Some((_, effect)) => Ok(*effect),
        None => Err(unknown(program)),
    }
}

/// Commands of the shell itself that `run` knows.
const SHELL: [&str; 11] =
    ["cd", "declare", "exit", "export", "local", "readonly", "return", "set", "typeset", "umask", "unset"];

/// A program that nobody here knows.
pub(super) fn unknown(program: Word<'_>) -> Fault {
    Fault::unknown(program.span, format!("the program `{}` is not known here", program.text))
}

/// True where a word is the name of a program that sets up networks.
pub(super) fn sets_up_networks(word: &str) -> bool {
    let name = base_name(word);
    !matches!(name, "test" | "[" | "arping" | "grep" | "modprobe")
        && PROGRAMS.iter().any(|(known, _)| *known == name)
}

/// True for a program that reads its standard input where it is told to.
pub(super) fn reads_input(word: &str) -> bool {
    base_name(word) == "wg"
}

/// True where a word is the name of a program that is known here.
pub(super) fn is_known(word: &str) -> bool {
    let name = base_name(word);
    SHELL.contains(&name)
        || matches!(name, "sudo" | "doas" | "exec" | "command" | "nohup")
        || PROGRAMS.iter().any(|(known, _)| *known == name)
        || OTHERS.iter().any(|(known, _)| *known == name)
}

pub(super) fn base_name(path: &str) -> &str {
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
        if Tables::are_in(target.text) {
            return name_table(call, arguments, target);
        }
    }
    Err(Fault::unknown(program.span, format!("it writes to `{}`", target.text)))
}

/// `echo "NUMBER NAME" >> /etc/iproute2/rt_tables`.
fn name_table(call: &mut Call<'_>, arguments: &[Word<'_>], target: Word<'_>) -> Ran {
    let split = |word: &Word<'_>| {
        let words = word.text.split_ascii_whitespace();
        words.map(|text| (text.to_owned(), word.span)).collect::<Vec<_>>()
    };
    let all: Vec<_> = arguments.iter().filter(|word| !word.text.starts_with('-')).flat_map(split).collect();
    let words: Vec<Word<'_>> = all.iter().map(|(text, span)| Word { text, span: *span }).collect();
    match words.as_slice() {
        [_, _] if call.tables.define(&words) => {
            Ok(Effect::Prepares("names a routing table, which has its number in the output"))
        }
        _ => Err(Fault::unknown(target.span, format!("it writes to `{}`", target.text))),
    }
}

/// `grep -q NAME /etc/iproute2/rt_tables`: whether a routing table has its name yet.
fn grep(call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    let (options, others): (Vec<&Word<'_>>, Vec<&Word<'_>>) =
        words.rest().iter().partition(|word| word.text.starts_with('-'));
    let is_plain =
        options.iter().all(|word| word.text.trim_start_matches('-').chars().all(|c| "qswxEF".contains(c)));
    let [pattern, file] = others[..] else { return Err(unknown(program)) };
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name = pattern.text.split(|c| !is_part(c)).rfind(|part| !part.is_empty());
    match name.filter(|_| is_plain && Tables::are_in(file.text)) {
        Some(name) if call.tables.is_named(name) => Ok(Effect::Asked(true)),
        Some(_) if call.tables.are_all() => Ok(Effect::Asked(false)),
        Some(_) => Ok(call.sought(None)),
        None => Err(unknown(program)),
    }
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
    let (options, patterns): (Vec<&Word<'_>>, Vec<&Word<'_>>) =
        grep.iter().partition(|word| word.text.starts_with('-'));
    let [pattern] = patterns[..] else { return None };
    if options.iter().any(|word| word.text.contains(['v', 'c', 'L'])) {
        return None;
    }
    // What is asked of one link is answered by its settings, not by its name.
    let of_one = arguments.iter().filter(|word| !word.text.starts_with('-')).count() > 2;
    let name = pattern.text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    match base_name(program.text) {
        "ip" if !of_one
            && arguments
                .first()
                .is_some_and(|word| super::words::begins("netns", word.text) && word.text.len() > 4) =>
        {
            Some(call.looks_for_space(Word { text: name, ..*pattern }))
        }
        "ip" | "bridge" if !of_one => Some(call.looks_for(name)),
        "brctl" | "ifconfig" if arguments.len() < 2 => Some(call.looks_for(name)),
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
        // `! -e` of what may be there.
        Effect::Sought if negated => Effect::AskedInVain,
        Effect::Changed
        | Effect::Sought
        | Effect::AskedInVain
        | Effect::Idle(_)
        | Effect::Prepares(_)
        | Effect::Outside(_) => answer,
    })
}

/// Whether a file of the kernel is there; a program that sets up networks is.
fn there(call: &mut Call<'_>, word: Word<'_>, path: &str) -> Effect {
    let name = path
        .strip_prefix("/sys/class/net/")
        .or_else(|| path.strip_prefix("/proc/sys/net/ipv4/conf/"))
        .or_else(|| path.strip_prefix("/proc/sys/net/ipv6/conf/"));
    if let Some(name) = name.map(|name| name.split('/').next().unwrap_or(name)) {
        return call.looks_for(name);
    }
    if let Some(name) = path.strip_prefix("/run/netns/").or_else(|| path.strip_prefix("/var/run/netns/")) {
        return call.looks_for_space(Word { text: name, ..word });
    }
    if path.starts_with("/proc/sys/") || path.contains("bin/") && is_known(path) {
        return Effect::Asked(true);
    }
    Effect::AskedInVain
}
