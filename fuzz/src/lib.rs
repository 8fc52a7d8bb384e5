//! What the fuzzers feed netpivot with, and what holds whatever they feed: no panic, no internal error (exit
//! status 70), and no text of the input that steers a terminal.
//!
//! An input is a host as text, so that seeds can be read and mended by hand: each file stands after a line
//! `==> /its/path`. What a target has to choose besides – a dialect, the other format – is chosen by the letters at
//! the beginning. The suite runs the same functions over the seeds (`tests/fuzzed.rs`).

use netpivot::cli::Form;
use netpivot::failure::{Failure, FailureKind, Findings};
use netpivot::formats::FormatSpec;
use netpivot::pipeline::{self, Request};
use netpivot::render::{Look, Texts};
use netpivot_emitters::iproute::Mode;
use netpivot_parsers::FormatInfo;
use netpivot_parsers::tree::MemoryTree;

/// The beginning of the line before each file.
pub const HEADING: &str = "==> ";

/// Where a script of commands stands.
pub const SCRIPT: &str = "/netpivot-commands/recipe.sh";

/// Reads a host: a letter for the dialect, then its files.
pub fn parse(format: &str, data: &[u8]) {
    let specs: Vec<FormatSpec> = sources().into_iter().filter(|spec| spec.name == format).collect();
    let Some(([letter], rest)) = data.split_first_chunk() else { return };
    match pipeline::load(&host(rest), Some(&pick(&specs, *letter))) {
        Ok(done) => sound(Findings {
            diagnostics: done.diagnostics,
            sources: done.sources,
            secrets: done.secrets,
            files: done.files,
        }),
        Err(failure) => failed(failure),
    }
}

/// Evaluates commands: as a script, and as a hook of an interfaces file.
pub fn commands(data: &[u8]) {
    let script: MemoryTree = [(SCRIPT, data)].into_iter().collect();
    run(&script, Some(FormatSpec::of("iproute")), FormatSpec::of("keyfile"), 0);
    let mut hooks = b"auto eth0\niface eth0 inet manual\n".to_vec();
    for line in data.split(|byte| *byte == b'\n') {
        hooks.extend([b"\tup ", line, b"\n"].concat());
    }
    let hooks: MemoryTree = [("/etc/network/interfaces", hooks)].into_iter().collect();
    run(&hooks, Some(FormatSpec::of("interfaces")), FormatSpec::of("iproute"), 0);
}

/// Converts a host: letters for the format that it is read as (the first one lets netpivot find out), for the one that it
/// is written in, and for the options, then its files.
pub fn convert(data: &[u8]) {
    let Some(([from, to, options], rest)) = data.split_first_chunk() else { return };
    let mut from_any: Vec<Option<FormatSpec>> = vec![None];
    from_any.extend(sources().into_iter().map(Some));
    run(&host(rest), pick(&from_any, *from), pick(&targets(), *to), options.wrapping_sub(b'A'));
}

/// The formats that are read, each in its dialects.
pub fn sources() -> Vec<FormatSpec> {
    each_dialect(netpivot_parsers::ALL.iter().map(|parser| parser.info()))
}

/// The formats that are written, each in its dialects.
pub fn targets() -> Vec<FormatSpec> {
    each_dialect(netpivot_emitters::ALL.iter().map(|emitter| emitter.info()))
}

/// The letter that chooses the `n`th of a list.
pub fn letter(n: usize) -> u8 {
    b'A' + u8::try_from(n).expect("a list has fewer than a hundred items")
}

fn pick<T: Copy>(list: &[T], letter: u8) -> T {
    list[usize::from(letter.wrapping_sub(b'A')) % list.len()]
}

fn each_dialect(infos: impl Iterator<Item = &'static FormatInfo>) -> Vec<FormatSpec> {
    let all = infos.flat_map(|info| {
        let dialects = info.dialects.iter().map(|(dialect, _)| Some(*dialect));
        let spec = |dialect| FormatSpec { name: info.name, dialect, version: None };
        std::iter::once(None).chain(dialects).map(spec)
    });
    all.collect()
}

/// The host that a text describes.
pub fn host(data: &[u8]) -> MemoryTree {
    let mut tree = MemoryTree::default();
    let mut file: Option<(String, Vec<u8>)> = None;
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        if let Some(path) = line.strip_prefix(HEADING.as_bytes()) {
            let path = String::from_utf8_lossy(path);
            let path = format!("/{}", path.trim_end().trim_start_matches('/'));
            if let Some((path, bytes)) = file.replace((path, Vec::new())) {
                tree.add(path, bytes);
            }
        } else if let Some((_, bytes)) = &mut file {
            bytes.extend(line);
        }
    }
    if let Some((path, bytes)) = file {
        tree.add(path, bytes);
    }
    tree
}

/// The kinds of scripts; bits 4 and 5 of the options choose one.
pub const MODES: [Mode; 4] = [Mode::Ensure, Mode::Create, Mode::Teardown, Mode::Batch];

/// All that may be asked for beside the format.
pub const ALL_OPTIONS: usize = 0b1111;

fn run(tree: &MemoryTree, from: Option<FormatSpec>, to: FormatSpec, options: u8) {
    let is_set = |bit: u8| options >> bit & 1 == 1;
    let request = Request {
        from,
        to: vec![to],
        with_dispatcher: is_set(0),
        with_link_files: is_set(1),
        host_interfaces: is_set(1),
        with_dnsmasq: is_set(2),
        keep_unmanaged: is_set(2),
        reveal: is_set(3),
        script: MODES[usize::from(options >> 4 & 3)],
        ..Request::default()
    };
    match pipeline::convert(tree, &request) {
        Ok(done) => sound(Findings {
            diagnostics: done.diagnostics,
            sources: done.sources,
            secrets: done.secrets,
            files: done.files,
        }),
        Err(failure) => failed(failure),
    }
}

fn failed(failure: Failure) {
    assert!(failure.kind != FailureKind::Bug, "{}", failure.message);
    sound(*failure.found);
}

/// The findings can be shown, and nothing of what is shown steers a terminal.
fn sound(found: Findings) {
    let texts = Texts { sources: &found.sources, secrets: &found.secrets };
    for form in [Form::Full, Form::Concise] {
        let shown = Look { form, colour: false, name_hosts: false }.render(&found.diagnostics, texts, None);
        let steers = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!shown.contains(steers), "a finding steers the terminal: {shown:?}");
    }
}
