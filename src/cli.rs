//! The command line: types only. What was typed is taken as it is; files, formats and codes are looked up by
//! the commands.

use clap::{Args, Parser, Subcommand, ValueEnum};
use netpivot_emitters::iproute::Mode;
use std::path::PathBuf;

/// Reads any Linux network configuration and writes it in any other format.
///
/// Nothing is lost silently: every setting of the input is carried over, or reported with its file, line and
/// column. Input is never executed, and nothing outside of it is read.
#[derive(Debug, Parser)]
#[command(name = "netpivot", version, long_version = crate::formats::version(), max_term_width = 100, after_help = EXIT_HELP)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_HELP: &str = "\
Exit status:
  0  done; no difference
  1  differences, or drift
  2  the command line is wrong
  3  the input cannot be read, or there is no network in it
  4  something would be lost, or could not be read, and was not allowed
  5  the output cannot be written
  70 a fault of netpivot itself
An error that the source has already, and the output keeps, changes no exit status.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Convert a network configuration into another format
    Convert(Convert),
    /// Show a network configuration as a tree, or as JSON
    Show(Show),
    /// Tell what differs between two network configurations
    Diff(Diff),
    /// Write a change as a page for those who review it
    Report(Report),
    /// Move a host to another format, as a transaction that can be undone
    Migrate(Migrate),
    /// Tell where the running kernel is not what the configuration makes of it
    Audit(Audit),
    /// Take the running kernel's state into a file that every command reads
    Capture(Capture),
    /// Say which format an input has, and why
    Detect(Detect),
    /// List the formats that can be read and written
    Formats,
    /// Explain a diagnostic code, a configuration key or a format
    Explain(Explain),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print a manual page
    Man(Man),
}

const CONVERT_HELP: &str = "\
Examples:
  Show what this host's ifcfg files become:
    netpivot convert -t keyfile
  Convert a mounted system and write the result beside it:
    netpivot convert -f ifcfg -t keyfile --root /mnt/sysimage -o converted
  Many hosts at once, each into a folder of its own:
    netpivot convert -t keyfile -o converted hosts/*
  The same for a program, which asks which hosts lose something:
    netpivot convert -t keyfile -o converted --json hosts/* | jq -r 'select(.counts.loss > 0).host'
  Two copied files, read as initscripts would:
    netpivot convert -f ifcfg:initscripts -t keyfile ifcfg-br0 ifcfg-eth0
  What a second run would change in the files of the first:
    netpivot convert -t keyfile -o converted --diff
  The same network on new hardware:
    netpivot convert -t keyfile --map name:eth0=ens3,mac:52:54:00:00:00:01=52:54:00:00:00:99
  What a recipe of commands makes of this host, as persistent configuration:
    netpivot convert -f iproute -t keyfile --from-state / recipe.sh

Without `-o` the files are printed and secrets are hidden. Diagnostics go to standard error. \
A loss gives exit status 4 unless it is allowed; what can be converted is written all the same.";

/// Converts a network configuration into another format.
#[derive(Debug, Args)]
#[command(after_help = CONVERT_HELP)]
pub struct Convert {
    /// Format of the input: `NAME[:DIALECT]`; detected where it is not given
    #[arg(short, long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// Format of the output: `NAME[@VERSION]`; several with commas
    #[arg(short, long, value_name = "FORMAT", value_delimiter = ',', required = true)]
    pub to: Vec<String>,
    /// Write the files into this directory, laid out as on the host
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace files in the output directory that differ
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Show what would change in the files of the output directory, and write nothing
    #[arg(long, requires = "output", conflicts_with = "force")]
    pub diff: bool,
    /// Write nothing of a host where something would be lost
    #[arg(long, requires = "output")]
    pub refuse_loss: bool,
    /// Print what came of each host as JSON, an object a line, and a summary behind them
    #[arg(long, requires = "output")]
    pub json: bool,
    /// With `--json`: tell the changes of the files as unified diffs, too
    #[arg(long, requires = "json")]
    pub with_diff: bool,
    /// The host's root (default: /)
    #[arg(long, value_name = "DIR", conflicts_with = "inputs")]
    pub root: Option<PathBuf>,
    /// Of a running kernel's state: keep what programs made, too (containers, guests, modules)
    #[arg(long)]
    pub all: bool,
    /// Accept a loss: a code, its name, or `all` (can be repeated)
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// Give interfaces, hardware addresses and IP addresses others: `name:OLD=NEW`, `mac:OLD=NEW`, `addr:OLD=NEW` (can be repeated)
    #[arg(long, value_name = "MAP", value_delimiter = ',')]
    pub map: Vec<String>,
    /// The host that the commands of a script start from: its root, a copy of its `/etc`, files, a capture or `live:`; with
    /// `-t iproute` only the commands that take that host to the network are written
    #[arg(long, value_name = "STATE")]
    pub from_state: Option<PathBuf>,
    /// With `-t iproute --from-state`: take away what the network does not speak of, too
    #[arg(long, requires = "from_state")]
    pub prune: bool,
    /// Print secrets in the output instead of `<hidden>`; diagnostics and comments never hold any
    #[arg(long)]
    pub show_secrets: bool,
    /// Write a report in JSON to this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write .link files that keep the interface names given by hardware address
    #[arg(long)]
    pub with_link_files: bool,
    /// Write commands that ran when links went up or down as scripts of NetworkManager's dispatcher or as ifup-local
    #[arg(long)]
    pub with_dispatcher: bool,
    /// Write host interfaces in libvirt's XML, too (`virsh iface-define`)
    #[arg(long)]
    pub host_interfaces: bool,
    /// Write DHCP and name servers of bridges as files of dnsmasq beside an interfaces file
    #[arg(long)]
    pub with_dnsmasq: bool,
    /// What a script of ip commands (`-t iproute`) is for, `ensure` if it is not said
    #[arg(long, value_enum, value_name = "MODE")]
    pub script: Option<Script>,
    /// With `-t iproute`: the script takes itself back after that many seconds unless it is confirmed
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub confirm_within: Option<u32>,
    /// Keep devices that NetworkManager does not manage unmanaged, instead of managing them
    #[arg(long)]
    pub unmanaged: bool,
    /// How diagnostics look
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub diagnostics: Form,
    /// Host roots, directories, archives or files; `-` is standard input, `live:`, `live:netns=NAME` or `live:all-netns` the running kernel
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
}

const MIGRATE_HELP: &str = "\
Examples:
  What would change on this host:
    netpivot migrate -t keyfile --dry-run --diff
  Move it, and go back by itself after five minutes unless somebody logs in anew and confirms:
    netpivot migrate -t keyfile --confirm-within 300 --on-undo 'nmcli connection reload; nmcli connection up eth0'
    netpivot migrate --confirm
  Bring every file back:
    netpivot migrate --undo
  A mounted system:
    netpivot migrate -t keyfile --root /mnt/sysimage

Only files change: nothing is started, stopped or reloaded but the timer of `--confirm-within` and what `--on-undo` names; what to do on the host is printed. The old files are kept in \
/var/lib/netpivot. A run that was interrupted is taken back by the next one. docs/safety.md says what this rests on.

Exit status: 0 done, or nothing to do; 1 with `--dry-run`, where something would change; 3 the host cannot be read; 4 refused for loss; 5 could not \
write, and everything is as before, or what is there forbids it. `netpivot --help` has all.";

/// Moves a host to another format.
#[derive(Debug, Args)]
#[command(after_help = MIGRATE_HELP)]
pub struct Migrate {
    /// Format to move to: `NAME[:DIALECT][@VERSION]`
    #[arg(short, long, value_name = "FORMAT", required_unless_present_any = ["confirm", "undo", "status"])]
    pub to: Option<String>,
    /// Format of the host's files: `NAME[:DIALECT]`; detected where it is not given
    #[arg(short, long, value_name = "FORMAT", conflicts_with = "instead")]
    pub from: Option<String>,
    /// The host's root
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
    /// Show what would change, and change nothing; also with `--undo`
    #[arg(long, conflicts_with_all = ["confirm", "status"])]
    pub dry_run: bool,
    /// Show the changes of the files as unified diffs, secrets hidden; also with `--undo`
    #[arg(long, conflicts_with_all = ["confirm", "status"])]
    pub diff: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Accept a loss: a code, its name, or `all` (can be repeated)
    #[arg(long, value_name = "CODE", value_delimiter = ',', conflicts_with = "instead")]
    pub allow: Vec<String>,
    /// Give interfaces, hardware addresses and IP addresses others: `name:OLD=NEW`, `mac:OLD=NEW`, `addr:OLD=NEW` (can be repeated)
    #[arg(long, value_name = "MAP", value_delimiter = ',', conflicts_with = "instead")]
    pub map: Vec<String>,
    /// Write .link files that keep the interface names given by hardware address
    #[arg(long, conflicts_with = "instead")]
    pub with_link_files: bool,
    /// Write commands that ran when links went up or down as scripts of NetworkManager's dispatcher or as ifup-local
    #[arg(long, conflicts_with = "instead")]
    pub with_dispatcher: bool,
    /// Keep devices that NetworkManager does not manage unmanaged, instead of managing them
    #[arg(long, conflicts_with = "instead")]
    pub unmanaged: bool,
    /// Bring the old files back after that many seconds unless `--confirm` comes from a new login
    #[arg(long, value_name = "SECONDS", conflicts_with = "instead", value_parser = clap::value_parser!(u32).range(1..))]
    pub confirm_within: Option<u32>,
    /// With `--confirm-within`: a command that `sh` runs when the old files are back by themselves
    #[arg(long, value_name = "COMMAND", requires = "confirm_within")]
    pub on_undo: Option<String>,
    /// Keep the new files: the network works, as this login shows
    #[arg(long, group = "instead", conflicts_with = "to")]
    pub confirm: bool,
    /// Confirm from the login that migrated, which proves nothing
    #[arg(long, requires = "confirm")]
    pub same_login: bool,
    /// Bring the old files back: every byte, mode, owner and attribute
    #[arg(long, group = "instead", conflicts_with = "to")]
    pub undo: bool,
    /// Undo even where somebody changed the new files; copies of these are kept
    #[arg(long, requires = "undo")]
    pub force: bool,
    /// Tell how far the last migration is
    #[arg(long, group = "instead", conflicts_with = "to")]
    pub status: bool,
    /// Undo the migration of that id, unless it is confirmed (what `--confirm-within` sets off)
    #[arg(long, value_name = "ID", requires = "undo", conflicts_with = "dry_run", hide = true)]
    pub unconfirmed: Option<String>,
    /// Leave the login and wait so long first
    #[arg(long, value_name = "SECONDS", requires = "unconfirmed", hide = true)]
    pub after: Option<u32>,
    /// How diagnostics look
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub diagnostics: Form,
}

const DIFF_HELP: &str = "\
Examples:
  What a conversion changes on the host, which should be nothing:
    netpivot diff /mnt/old-host converted
  Whether the running kernel does what the files say:
    netpivot diff / live:
  The change that a pull request makes, as keyfiles would have it:
    netpivot diff --as keyfile main/etc branch/etc
  The changed links, for a program:
    netpivot diff --json OLD NEW | jq -r '.changes[].link'

What is compared is what the configuration does on the host: silence counts as its format's default. What one of the two formats has no \
words for is not compared; `-v` lists it. Exit status 0: no difference; 1: differences.";

/// Tells what differs between two network configurations, of any formats.
#[derive(Debug, Args)]
#[command(after_help = DIFF_HELP)]
pub struct Diff {
    /// Format of both inputs: `NAME[:DIALECT]`; detected where it is not given
    #[arg(short, long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// Format of OLD, where it is not that of NEW
    #[arg(long, value_name = "FORMAT")]
    pub old_from: Option<String>,
    /// Format of NEW, where it is not that of OLD
    #[arg(long, value_name = "FORMAT")]
    pub new_from: Option<String>,
    /// Print unified diffs of what the files of this format would be: `NAME[:DIALECT][@VERSION]`
    #[arg(long = "as", value_name = "FORMAT", conflicts_with = "json")]
    pub as_format: Option<String>,
    /// Give interfaces, hardware addresses and IP addresses of OLD others first: `name:OLD=NEW`, `mac:OLD=NEW`, `addr:OLD=NEW` (can be repeated)
    #[arg(long, value_name = "MAP", value_delimiter = ',')]
    pub map: Vec<String>,
    /// Print the differences as JSON
    #[arg(long)]
    pub json: bool,
    /// The host that the commands of a script start from: its root, a copy of its `/etc`, files, a capture or `live:`
    #[arg(long, value_name = "STATE")]
    pub from_state: Option<PathBuf>,
    /// Of a running kernel's state: keep what programs made, too (containers, guests, modules)
    #[arg(long)]
    pub all: bool,
    /// Print secrets in the output instead of `<hidden>`; diagnostics never hold any
    #[arg(long)]
    pub show_secrets: bool,
    /// Name what is not compared
    #[arg(short, long)]
    pub verbose: bool,
    /// How diagnostics look
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub diagnostics: Form,
    /// A host's root, a directory, an archive or a file; `-` is standard input, `live:`, `live:netns=NAME` or `live:all-netns` the running kernel
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// What OLD is compared with
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
}

const REPORT_HELP: &str = "\
Examples:
  The migration of this host, for the change request:
    netpivot report --html -t keyfile -o change.html
  Of a mounted system, or a copy of its `/etc`:
    netpivot report --html -t keyfile --root /mnt/sysimage -o change.html
  What a pull request changes:
    netpivot report --html main/etc branch/etc > change.html
  What is otherwise on the running host:
    netpivot report --html / live: -o drift.html

The page holds pictures of the network before and after, each loss, warning and note with its line, what differs in meaning and \
in files, and, of a migration, what to do. It needs no network and runs no script. Secrets are always hidden. \
Exit status 0: the page is made, whatever it tells.";

/// Writes a change as a page: from OLD to NEW, or of one input to another format.
#[derive(Debug, Args)]
#[command(after_help = REPORT_HELP)]
pub struct Report {
    /// Write an HTML page: the only form, and so the default
    #[arg(long)]
    pub html: bool,
    /// Format of the input, or of both: `NAME[:DIALECT]`; detected where it is not given
    #[arg(short, long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// Format of OLD, where it is not that of NEW
    #[arg(long, value_name = "FORMAT", conflicts_with = "to")]
    pub old_from: Option<String>,
    /// Format of NEW, where it is not that of OLD
    #[arg(long, value_name = "FORMAT", conflicts_with = "to")]
    pub new_from: Option<String>,
    /// Format that one input is migrated or converted to: `NAME[:DIALECT][@VERSION]`
    #[arg(short, long, value_name = "FORMAT")]
    pub to: Option<String>,
    /// Compare what the files of this format would be, instead of the files themselves
    #[arg(long = "as", value_name = "FORMAT", conflicts_with = "to")]
    pub as_format: Option<String>,
    /// Write the page into this file, which only its owner can read
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub force: bool,
    /// With `-t`: the host's root (default: /)
    #[arg(long, value_name = "DIR", conflicts_with = "inputs", requires = "to")]
    pub root: Option<PathBuf>,
    /// Give interfaces, hardware addresses and IP addresses of the old side others first: `name:OLD=NEW`, `mac:OLD=NEW`, `addr:OLD=NEW` (can be repeated)
    #[arg(long, value_name = "MAP", value_delimiter = ',')]
    pub map: Vec<String>,
    /// With `-t`: .link files that keep the interface names given by hardware address
    #[arg(long, requires = "to")]
    pub with_link_files: bool,
    /// With `-t`: commands that ran when links went up or down as scripts of NetworkManager's dispatcher or as ifup-local
    #[arg(long, requires = "to")]
    pub with_dispatcher: bool,
    /// With `-t`: keep devices that NetworkManager does not manage unmanaged, instead of managing them
    #[arg(long, requires = "to")]
    pub unmanaged: bool,
    /// OLD and NEW, or one host with `-t`: a root, a directory, an archive or a file; `-` is standard input, `live:` the running kernel
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
}

const AUDIT_HELP: &str = "\
Examples:
  This host's configuration against its kernel:
    netpivot audit
  A mounted root or a copy of /etc against a capture:
    netpivot audit --root /mnt/host --against host.json
  A support archive, which holds both:
    netpivot audit sosreport-web1.tar.gz
  A fleet: each folder holds a host's etc and its capture.json:
    netpivot audit --output-format json hosts/*/ | jq -r 'select(.status != \"ok\").host'
  As a check of Nagios or Icinga, but for what was there last week:
    netpivot audit --output-format nagios --baseline last-week.json
  What would break on another release, each with its cure and its source:
    netpivot audit --for rhel10

What the kernel, leases, router advertisements, daemons, containers and guests make by themselves is not reported; `-v` names it with the \
rule. Exit status 0: no drift; 1: drift of the severity of `--fail-on` or above; 3: a host cannot be read, or not whole, whatever drift it has. Nagios has its own; `netpivot --help` has all.";

/// Compares persistent configuration with the kernel's state.
#[derive(Debug, Args)]
#[command(after_help = AUDIT_HELP)]
pub struct Audit {
    /// Format of the configuration: `NAME[:DIALECT]`; all that are found where it is not given
    #[arg(short, long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// The host's root (default: /)
    #[arg(long, value_name = "DIR", conflicts_with = "inputs")]
    pub root: Option<PathBuf>,
    /// The kernel's state: a capture, what `ip -j` printed, `live:`; of several hosts a directory with NAME.json or NAME/ for each.
    /// Default: what the host's own tree holds, of this host's root the running kernel
    #[arg(long, value_name = "STATE")]
    pub against: Option<PathBuf>,
    /// Tell what would break on that release: of the files alone, unless `--against` names a state, too
    #[arg(long = "for", value_enum, value_name = "RELEASE")]
    pub release: Option<ReleaseName>,
    /// What the findings are printed as
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub output_format: AuditForm,
    /// The least severity that gives exit status 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Leave out the findings of an earlier run (`--output-format json`)
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Leave out what this file names: code, host, link, field and value in a line, `*` for any
    #[arg(long, value_name = "FILE")]
    pub ignore: Option<PathBuf>,
    /// Name what is not reported and by which rule, and what to do
    #[arg(short, long)]
    pub verbose: bool,
    /// Print secrets instead of `<hidden>`
    #[arg(long)]
    pub show_secrets: bool,
    /// Host roots, directories or archives; support archives hold configuration and state
    #[arg(value_name = "CONFIG")]
    pub inputs: Vec<PathBuf>,
}

/// A release that an audit knows facts about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReleaseName {
    /// Red Hat Enterprise Linux 10
    Rhel10,
    /// Debian 13 (trixie)
    Debian13,
    /// SUSE Linux Enterprise Server 16
    Sles16,
}

/// What an audit prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum AuditForm {
    /// For people: by link, one line a host where there are several
    #[default]
    Text,
    /// One object a host, each on a line
    Json,
    /// SARIF 2.1.0, for code review
    Sarif,
    /// One line with performance data, and the exit status of a plug-in
    Nagios,
}

/// The least severity that counts as drift.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Something does not work as configured
    Error,
    /// Something is otherwise than configured
    #[default]
    Warning,
    /// Anything
    Note,
}

const CAPTURE_HELP: &str = "\
Examples:
  Take this host's state, and make configuration of it elsewhere:
    netpivot capture -o host.json
    netpivot convert -t keyfile host.json
  The state of a network namespace:
    netpivot capture --netns blue -o blue.json

The file may hold keys of WireGuard, so only its owner can read it. `live:`, `live:netns=NAME` and `live:all-netns` as INPUT of other \
commands take the state without a file.";

/// Takes the running kernel's state.
#[derive(Debug, Args)]
#[command(after_help = CAPTURE_HELP)]
pub struct Capture {
    /// The network namespace of that name (ip-netns(8)) instead of the program's own
    #[arg(long, value_name = "NAME")]
    pub netns: Option<String>,
    /// The program's own network namespace and all that have names
    #[arg(long, conflicts_with = "netns")]
    pub all_netns: bool,
    /// Take the name servers of resolv.conf(5), too, which the kernel knows nothing of
    #[arg(long)]
    pub with_dns: bool,
    /// Write the state into this file, which only its owner can read
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Print secrets on standard output instead of `<hidden>`
    #[arg(long)]
    pub show_secrets: bool,
}

const SHOW_HELP: &str = "\
Examples:
  netpivot show --root /mnt/sysimage
  netpivot show --graph svg > host.svg
  netpivot show --json ifcfg-eth0 > eth0.json && netpivot convert -f json -t keyfile eth0.json";

/// Shows a network configuration as a tree, or as JSON.
#[derive(Debug, Args)]
#[command(after_help = SHOW_HELP)]
pub struct Show {
    /// Format of the input: `NAME[:DIALECT]`; detected where it is not given
    #[arg(short, long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// Print the model as JSON, which `-f json` reads
    #[arg(long)]
    pub json: bool,
    /// Draw the host: its links, what stands on what, namespaces and addresses
    #[arg(long, value_enum, value_name = "FORM", conflicts_with_all = ["json", "verbose", "show_secrets"])]
    pub graph: Option<GraphForm>,
    /// The host's root (default: /)
    #[arg(long, value_name = "DIR", conflicts_with = "inputs")]
    pub root: Option<PathBuf>,
    /// The host that the commands of a script start from: its root, a copy of its `/etc`, or files
    #[arg(long, value_name = "STATE")]
    pub from_state: Option<PathBuf>,
    /// Print secrets in the output instead of `<hidden>`; diagnostics and comments never hold any
    #[arg(long)]
    pub show_secrets: bool,
    /// Of a running kernel's state: keep what programs made, too (containers, guests, modules)
    #[arg(long)]
    pub all: bool,
    /// Show the file and line of each setting
    #[arg(short, long)]
    pub verbose: bool,
    /// How diagnostics look
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub diagnostics: Form,
    /// Host roots, directories, archives or files; `-` is standard input, `live:`, `live:netns=NAME` or `live:all-netns` the running kernel
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
}

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphForm {
    /// A picture that every browser shows
    Svg,
    /// A graph for Graphviz
    Dot,
    /// A flowchart for Markdown
    Mermaid,
}

impl From<GraphForm> for crate::render::graph::Form {
    fn from(form: GraphForm) -> Self {
        match form {
            GraphForm::Svg => Self::Svg,
            GraphForm::Dot => Self::Dot,
            GraphForm::Mermaid => Self::Mermaid,
        }
    }
}

/// Says which format an input has, and why.
#[derive(Debug, Args)]
pub struct Detect {
    /// The host's root (default: /)
    #[arg(long, value_name = "DIR", conflicts_with = "inputs")]
    pub root: Option<PathBuf>,
    /// Host roots, directories, archives or files; `-` is standard input, `live:`, `live:netns=NAME` or `live:all-netns` the running kernel
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
}

const EXPLAIN_HELP: &str = "\
Examples:
  netpivot explain S001
  netpivot explain dangling-reference
  netpivot explain BONDING_OPTS
  netpivot explain keyfile";

/// Explains a diagnostic code, a configuration key or a format.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_HELP)]
pub struct Explain {
    /// A code (S001), its name, a key of a configuration format, or a format
    #[arg(value_name = "WORD")]
    pub word: String,
}

/// Prints a completion script for a shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Prints a manual page: that of the program, or of one of its commands.
#[derive(Debug, Args)]
pub struct Man {
    /// The command
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// What a script of ip commands is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Script {
    /// Sets the network up from nothing
    Create,
    /// Sets up what is missing; run again, it changes nothing
    #[default]
    Ensure,
    /// Takes away what the network made
    Teardown,
    /// From nothing, by `ip -batch`: fast for large hosts
    Batch,
}

impl From<Script> for Mode {
    fn from(script: Script) -> Self {
        match script {
            Script::Create => Mode::Create,
            Script::Ensure => Mode::Ensure,
            Script::Teardown => Mode::Teardown,
            Script::Batch => Mode::Batch,
        }
    }
}

/// How diagnostics look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// With the line of the source and what to do
    #[default]
    Full,
    /// One line each: `file:line:column: severity[CODE] message`
    Concise,
}
