//! `netpivot diff`: what differs between two networks.

use crate::cli::Diff;
use crate::failure::{CHANGED, DONE, Failure};
use crate::formats::{Direction, FormatSpec};
use crate::input::{self, Host, Opened};
use crate::pipeline::difference::Difference;
use crate::pipeline::{self, Loaded, Request};
use crate::render::unified::{Page, Pages, unified};
use crate::render::{Console, Paint, Texts, difference};
use netpivot_model::dialect::{IPROUTE, NETLINK};
use netpivot_model::rename::RenameMap;
use netpivot_parsers::Tree;
use std::path::Path;

/// One of the two inputs.
pub(super) struct Side {
    pub(super) host: Host,
    pub(super) opened: Opened,
    pub(super) request: Request,
}

pub(super) fn run(args: &Diff, console: &mut Console) -> Result<u8, Failure> {
    console.look.form = args.diagnostics;
    console.look.name_hosts = true;
    if [&args.old, &args.new].iter().all(|input| input.as_os_str() == "-") {
        let failure = Failure::usage("standard input is one input and not two");
        return Err(failure.help("name a file as one of them"));
    }
    let requests = [
        (&args.old, request(args, args.old_from.as_ref(), super::rename_map(&args.map)?)?),
        (&args.new, request(args, args.new_from.as_ref(), RenameMap::default())?),
    ];
    let state = super::open_state(args.from_state.as_deref())?;
    let sides = match both(requests.map(|(path, request)| open(path, request, console))) {
        Ok(sides) => {
            if args.all {
                of_all(sides)?
            } else {
                sides
            }
        }
        Err(status) => return Ok(status),
    };
    let loaded = match both(sides.each_ref().map(|side| load(side, state.as_ref(), console))) {
        Ok([old, new]) => super::guarded("the comparison", || Ok(Difference::of(old, new))),
        Err(status) => return Ok(status),
    };
    let of = loaded?;
    let labels = (sides[0].host.label.as_str(), sides[1].host.label.as_str());
    let has_changes = if let Some(to) = sides[0].request.to.first() {
        match both(sides.each_ref().map(|side| files(side, state.as_ref(), console))) {
            Ok([old, new]) => {
                let text = texts((&old, &new), args.show_secrets, *to);
                super::print_painted(&text)?;
                if text.is_empty() && !of.is_empty() {
                    console.print(&only_networks_differ(*to));
                }
                !text.is_empty()
            }
            Err(status) => return Ok(status),
        }
    } else if args.json {
        super::print(&difference::to_json(&of, labels, args.show_secrets))?;
        false
    } else {
        super::print_painted(&difference::to_text(&of, labels, args.show_secrets, Paint::stdout()))?;
        console.print(&not_compared(&of, args));
        false
    };
    Ok(if of.is_empty() && !has_changes { DONE } else { CHANGED })
}

fn request(args: &Diff, from: Option<&String>, map: RenameMap) -> Result<Request, Failure> {
    let to = args.as_format.as_ref().map(|text| FormatSpec::parse(text, Direction::To)).transpose()?;
    Ok(Request {
        from: super::from_spec(from.or(args.from.as_ref()), false)?,
        to: to.into_iter().collect(),
        // Lines are compared with the secrets in place; what is shown is another matter.
        reveal: true,
        map,
        ..Request::default()
    })
}

/// The inputs, with what programs made where they are the kernel's state.
fn of_all(mut sides: [Side; 2]) -> Result<[Side; 2], Failure> {
    let mut none = true;
    for side in &mut sides {
        if side.reads(NETLINK) {
            side.request.from = super::from_spec(None, true)?;
            none = false;
        }
    }
    if none {
        let failure = Failure::usage("`--all` is for the kernel's state, which neither input is");
        return Err(failure.help("leave it out, or give a capture or `live:`"));
    }
    Ok(sides)
}

impl Side {
    fn reads(&self, format: &str) -> bool {
        pipeline::reads(&*self.opened.tree, self.request.from.as_ref(), format)
    }

    /// The state that the input starts from, if that is a script of commands.
    fn state<'s>(&self, state: Option<&'s Opened>) -> Option<&'s dyn Tree> {
        state.filter(|_| self.reads(IPROUTE)).map(|opened| &*opened.tree)
    }
}

/// The work for both sides, which is done for the second one though the first failed: one run tells what is wrong with either.
pub(super) fn both<T>([old, new]: [Result<T, u8>; 2]) -> Result<[T; 2], u8> {
    match (old, new) {
        (Ok(old), Ok(new)) => Ok([old, new]),
        (Err(old), Err(new)) => Err(super::gravest([old, new].into_iter())),
        (Err(status), Ok(_)) | (Ok(_), Err(status)) => Err(status),
    }
}

pub(super) fn open(path: &Path, request: Request, console: &mut Console) -> Result<Side, u8> {
    let mut hosts = input::hosts(&[path.to_owned()], None);
    let host = hosts.pop().expect("one input is one host");
    match host.open(request.from.as_ref()) {
        Ok(opened) => Ok(Side { host, opened, request }),
        Err(failure) => Err(told(&host, &failure, console)),
    }
}

/// Tells a failure and gives its exit status.
fn told(host: &Host, failure: &Failure, console: &mut Console) -> u8 {
    console.failure(Some(&host.label), failure);
    failure.kind.exit()
}

/// The network of a side, with findings that nobody was told.
pub(super) fn read(side: &Side, state: Option<&Opened>, console: &mut Console) -> Result<Loaded, u8> {
    let (tree, request) = (&*side.opened.tree, &side.request);
    let loaded = pipeline::load_renamed(tree, request.from.as_ref(), side.state(state), &request.map);
    loaded.map_err(|failure| told(&side.host, &failure, console))
}

fn load(side: &Side, state: Option<&Opened>, console: &mut Console) -> Result<Loaded, u8> {
    let loaded = read(side, state, console)?;
    let texts = Texts { sources: &loaded.sources, secrets: &loaded.secrets };
    let text = console.look.render(&loaded.diagnostics, texts, Some(&side.host.label));
    console.print(&text);
    Ok(loaded)
}

/// The files of a side in the format that was asked for, with the lines of them that hold secrets.
pub(super) fn files(side: &Side, state: Option<&Opened>, console: &mut Console) -> Result<Vec<Page>, u8> {
    let convert = || pipeline::convert_from_state(&*side.opened.tree, &side.request, side.state(state));
    let made = super::guarded("the conversion", convert);
    let made = made.map_err(|failure| told(&side.host, &failure, console))?;
    let lost: Vec<_> = made.diagnostics.iter().filter(|d| pipeline::is_loss(d)).cloned().collect();
    let texts = Texts { sources: &made.sources, secrets: &made.secrets };
    let text = console.look.render(&lost, texts, Some(&side.host.label));
    console.print(&text);
    Ok(made.outputs.iter().map(Page::from).collect())
}

fn texts((old, new): (&[Page], &[Page]), show_secrets: bool, to: FormatSpec) -> String {
    let (before, after) = (super::secret_lines(old, &[to]), super::secret_lines(new, &[to]));
    let pages =
        |prefix, pages, secrets| Pages { prefix, pages, secrets: Some(secrets).filter(|_| !show_secrets) };
    unified(&pages("old", old, &before), &pages("new", new, &after), Paint::stdout())
}

fn only_networks_differ(to: FormatSpec) -> String {
    format!("the {to} files are the same, but the networks are not: see `netpivot diff` without `--as`\n")
}

/// What is left out, or how much.
fn not_compared(of: &Difference, args: &Diff) -> String {
    let left_out = difference::not_compared(of, args.show_secrets);
    let formats = format!("{} or {}", of.old.network.dialect, of.new.network.dialect);
    match left_out.len() {
        0 => String::new(),
        _ if args.verbose => {
            let lines: String = left_out.iter().map(|line| format!("  {line}\n")).collect();
            format!("not compared, since {formats} has no words for it:\n{lines}")
        }
        1 => format!("1 setting is not compared, since {formats} has no words for it (`-v` names it)\n"),
        n => format!(
            "{n} settings are not compared, since {formats} has no words for them (`-v` names them)\n"
        ),
    }
}
