//! Commands that set up a network – `ip`, `bridge`, `brctl`, `ovs-vsctl` and their kin – turned into configuration.
//!
//! People keep half of a network in `up` lines of interfaces files, in rc.local and in recipes from the
//! web. This module evaluates such lines without ever running one: each command changes a small model of
//! the kernel (`kernel`) as it would change the real one, and what is left in the end is the
//! configuration. It serves two users: the hook lines of interfaces files, line by line in the context of an
//! interface, and the input format `iproute`, a script as a whole.
//!
//! What a command comes to is one of four: it works; the program or the kernel refuses it (an error with the likely
//! intent); it works and the model has no place for it; or only a shell could tell (a loop, a substitution,
//! an unknown program). The last two stay as they are, for a hook.
//!
//! A program is a file of its own and a row in `program::PROGRAMS`.

use crate::text::iproute::Tables;
use fault::Fault;
use foldhash::{HashMap, HashSet};
use kernel::{Asked, Kernel};
use netpivot_model::codes::commands as codes;
use netpivot_model::coverage::{self, Covered, Item};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use netpivot_model::source::{SourceId, Sources, Span};

mod brctl;
mod bridge;
mod dhcp;
mod ends;
mod ethtool;
mod fault;
pub mod files;
mod ifconfig;
mod ip;
mod iptables;
mod kernel;
mod legacy;
mod nft;
mod outside;
mod ovs_vsctl;
mod program;
mod route;
mod run;
mod shell;
mod sysctl;
mod sysfs;
#[cfg(test)]
mod tests;
mod wg;
mod words;

pub use files::Files;
pub(crate) use ip::object as ip_object;
pub use kernel::{Finished, Raised};
pub(crate) use run::is_guard;
pub use shell::Shell;

/// What is known of the host before the first command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Its links are those of the network that is given, set up and running; there are no others.
    Known,
    /// Its configuration is known, and set up. Files are no list of network cards: one that they say nothing of may be
    /// there, without addresses.
    Configured,
    /// Its links are not known: the network that is given is a configuration whose software runs the commands
    /// on the way, and a link that no command makes may be a network card.
    Unknown,
}

/// What is evaluated as a whole, or left as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// A script: each of its lists of commands. What is left brings along what it needs of the commands before it.
    Script,
    /// A hook: its whole line, which stays verbatim.
    Hook,
}

/// A text with the places of its bytes. A hook that goes on over several lines of its file is one text of several
/// pieces.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The commands.
    pub text: &'a str,
    /// The file they stand in.
    pub source: SourceId,
    /// Offset in the text, offset in the file; sorted, the first for offset 0.
    pub pieces: &'a [(usize, usize)],
}

impl Text<'_> {
    /// The place of a range of bytes.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        let place = |at: usize| match self.pieces.partition_point(|(text, _)| *text <= at).checked_sub(1) {
            Some(piece) => at - self.pieces[piece].0 + self.pieces[piece].1,
            None => at,
        };
        Span::new(
            self.source,
            place(start),
            place(end.saturating_sub(1).max(start)) + usize::from(end > start),
        )
    }
}

/// A command that stays as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Where it stands, and where commands stand that hang on it.
    pub spans: Vec<Span>,
    /// Its text, and theirs.
    pub text: String,
    /// True where it is a command for what is left of the one that stands there; the rest of that has a place.
    pub is_remainder: bool,
}

/// What evaluating commands has brought, besides the network.
#[derive(Debug, Default)]
pub struct Report {
    /// Refusals, and what cannot be evaluated, with places and cures.
    pub diagnostics: Vec<Diagnostic>,
    /// The commands that work.
    pub understood: Vec<Span>,
    /// The commands that stay as they stand, in order.
    pub left: Vec<Left>,
    /// Those of them that take away what the state began with: nothing need be left of them.
    pub took: Vec<Span>,
    /// True where a hook ends with a command that is known to fail.
    pub fails: bool,
    /// What was found to be none of ours when a part of it was applied already ([`settle`]).
    torn: Vec<Torn>,
    /// Units that delete routes of which nobody here knows.
    deletions: Vec<(Torn, Vec<kernel::Destination>)>,
}

/// A unit of commands that is left to a shell although a part of it was applied.
#[derive(Debug)]
struct Torn {
    span: Span,
    why: Why,
}

/// Why a unit is left to a shell.
#[derive(Debug, Clone)]
struct Why {
    finding: Diagnostic,
    /// True where it hangs on the unit that was left before it.
    hangs: bool,
}

/// The units of several commands that are left to a shell without a try, and what is said of each.
#[derive(Debug, Default)]
pub struct Verbatim {
    units: HashMap<Span, Why>,
    rounds: u32,
}

impl Verbatim {
    /// After so many rounds nothing is tried any more that could be torn.
    const MOST_ROUNDS: u32 = 8;

    fn reason(&self, span: Span, several: bool) -> Option<Why> {
        let stop = || {
            let text = "the commands of this line hang on each other, and the line is kept as a hook";
            let finding = Diagnostic::new(&codes::HOOK, text)
                .at(span)
                .help("write one command a line, as far as one does not need the other");
            Why { finding, hangs: false }
        };
        let known = self.units.get(&span).cloned();
        known.or_else(|| (several && self.rounds > Self::MOST_ROUNDS).then(stop))
    }
}

/// Evaluates until no unit is torn: one whose first commands were applied when a later one was found to be a shell's is
/// left whole, so all is evaluated again without it.
pub fn settle<T>(mut evaluate: impl FnMut(&Verbatim) -> (T, Report)) -> (T, Report) {
    let mut verbatim = Verbatim::default();
    loop {
        let (done, mut report) = evaluate(&verbatim);
        if report.torn.is_empty() {
            return (done, report);
        }
        verbatim.units.extend(report.torn.drain(..).map(|torn| (torn.span, torn.why)));
        verbatim.rounds += 1;
    }
}

/// Applies commands to a network.
#[derive(Debug)]
pub struct Evaluator<'v> {
    kernel: Kernel,
    tables: Tables,
    files: &'v Files<'v>,
    verbatim: &'v Verbatim,
}

impl<'v> Evaluator<'v> {
    /// Starts from a network. `tables` are the names of routing tables, `files` those that commands may read.
    #[must_use]
    pub fn new(
        network: Network,
        world: World,
        tables: &Tables,
        files: &'v Files<'v>,
        verbatim: &'v Verbatim,
    ) -> Self {
        Evaluator { kernel: Kernel::new(network, world), tables: tables.clone(), files, verbatim }
    }

    /// Takes each name for that of a link, whatever it looks like: whoever wrote the commands knew the host.
    pub fn trust_names(&mut self) {
        self.kernel.knows_its_names = true;
    }

    /// Applies a text of commands, one after the other. The shell keeps the variables.
    pub fn apply(&mut self, text: &Text<'_>, manner: Manner, shell: &mut Shell<'_>, report: &mut Report) {
        let Evaluator { kernel, tables, files, verbatim } = self;
        kernel.make_room(text.text.lines().count());
        run::run(run::Place { kernel, tables, files, shell, manner, verbatim }, text, report);
        report.diagnostics.append(&mut self.kernel.notes);
    }

    /// The commands that follow stand in the configuration of that link: their rules are the link's.
    pub fn set_author(&mut self, id: LinkId) {
        self.kernel.set_author(id);
    }

    /// Says that the software which a link's configuration belongs to has made the link and set it up, so
    /// that commands after this find it so. `id` is its position in the network that was started from; `asked`: what its
    /// configuration asked for before commands that ran since then.
    pub fn start_link(&mut self, id: LinkId, span: Option<Span>, asked: Option<Asked>) {
        self.kernel.start_base(id, span, asked);
    }

    /// What the configuration of a link asks for: commands that run before its software come before that, too.
    pub fn asked(&mut self, id: LinkId) -> Option<Asked> {
        self.kernel.asked_of_base(id)
    }

    /// A hook that deletes a route which other software makes, DHCP or a router, stays; unless the commands put another
    /// one into its place, which it would delete first.
    pub fn leave_deletions(&self, report: &mut Report) {
        for (unit, routes) in report.deletions.drain(..) {
            if !routes.iter().any(|(space, key)| self.kernel.hides_route(*space, key)) {
                report.torn.push(unit);
            }
        }
    }

    /// The network that the commands leave behind.
    #[must_use]
    pub fn finish(self) -> Finished {
        self.kernel.finish()
    }
}

/// The commands that work and of which nothing is left in the network: notes that say so. Items that they belong to
/// are thereby accounted for.
#[must_use]
pub fn without_effect(network: &Network, report: &Report, sources: &Sources) -> Vec<Diagnostic> {
    let covered = Covered::of(network, &report.diagnostics);
    let note = |span: Span| {
        Diagnostic::new(
            &codes::UNDONE,
            format!(
                "nothing of `{}` is left in the end: another command takes it back or replaces it, or it changes nothing",
                sources.text(span).split_ascii_whitespace().collect::<Vec<_>>().join(" ")
            ),
        )
        .at(span)
        .help("if it was meant to last, remove what takes it back")
    };
    // Spans first: findings are large, and a list of them that grows is copied.
    let gone: Vec<Span> = report.understood.iter().copied().filter(|span| !covered.holds(*span)).collect();
    gone.into_iter().map(note).collect()
}

/// The settings that the network had before the commands and that nothing of is left behind them: notes that say so.
#[must_use]
pub fn replaced(
    before: &Network,
    after: &Network,
    items: &[Item],
    diagnostics: &[Diagnostic],
    sources: &Sources,
) -> Vec<Diagnostic> {
    let gone = coverage::uncovered(after, items, diagnostics);
    if gone.is_empty() {
        return Vec::new();
    }
    let had: HashSet<Span> =
        coverage::uncovered(before, items, diagnostics).into_iter().map(|item| item.span).collect();
    let note = |item: &Item| {
        let text = if item.secret { &item.key } else { sources.text(item.span) };
        Diagnostic::new(
            &codes::UNDONE,
            format!("nothing of `{text}` is left in the end: a command replaces it or takes it back"),
        )
        .at(item.span)
        .help("if it was meant to last, remove the command")
    };
    gone.into_iter().filter(|item| !had.contains(&item.span)).map(note).collect()
}

/// Reports a fault. `command` is the whole command for people.
fn report_fault(report: &mut Report, fault: &Fault, command: &str, expected: bool) {
    let program = command.split_ascii_whitespace().next().unwrap_or("");
    let mut finding = fault.diagnostic(command, program);
    if expected && fault.is_refusal() {
        finding = finding.severity(netpivot_model::diagnostic::Severity::Note);
    }
    report.diagnostics.push(finding);
}

/// True where a word is the name of a program that sets up networks.
#[must_use]
pub fn is_network_program(word: &str) -> bool {
    program::sets_up_networks(word)
}

/// True where a word is the name of a program that is known here, or a word of the shell.
#[must_use]
pub fn is_known_program(word: &str) -> bool {
    is_shell_word(word) || program::is_known(word)
}

/// True where a word belongs to the shell's own language.
#[must_use]
pub fn is_shell_word(word: &str) -> bool {
    const SHELL: [&str; 12] =
        ["if", "for", "while", "until", "case", "then", "else", "fi", "do", "done", "esac", "{"];
    SHELL.contains(&word)
}
