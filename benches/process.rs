//! The program as a whole: start, read, convert, write. Printed, never asserted.
//!
//! `cargo bench --bench process`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");
const SCRIPTS: &str = "etc/sysconfig/network-scripts";

fn scratch() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-process");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of the last run goes");
    }
    fs::create_dir_all(&folder).expect("a folder for the hosts");
    folder
}

/// The median of some runs of the program, in milliseconds.
fn median(runs: usize, mut prepare: impl FnMut() -> Command) -> f64 {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let mut command = prepare();
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let start = Instant::now();
            let status = command.status().expect("the program runs");
            let time = start.elapsed();
            assert!(status.code().is_some_and(|code| code != 70), "{command:?}");
            time
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// The largest resident set of a run in MiB, where GNU time is there to say.
fn peak(command: &Command) -> String {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "peak %M", "--"]).arg(command.get_program()).args(command.get_args());
    let Ok(output) = timed.stdout(Stdio::null()).output() else { return "peak not measured".to_owned() };
    let text = String::from_utf8_lossy(&output.stderr);
    let kib = text.lines().rev().find_map(|line| line.strip_prefix("peak ")?.parse::<f64>().ok());
    kib.map_or("peak not measured".to_owned(), |kib| format!("{:.1} MiB", kib / 1024.0))
}

fn convert(arguments: &[&Path]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["convert", "-f", "ifcfg", "-t", "keyfile", "--allow", "all"]).args(arguments);
    command
}

fn ethernet(device: &str, n: usize) -> String {
    format!(
        "DEVICE={device}\nTYPE=Ethernet\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=10.{}.{}.10\nPREFIX=24\nGATEWAY=10.{}.{}.1\nDNS1=192.0.2.53\nDOMAIN=example.com\nIPV6INIT=no\n",
        n / 256 % 256,
        n % 256,
        n / 256 % 256,
        n % 256
    )
}

fn generate(root: &Path, files: usize, seed: usize) {
    let scripts = root.join(SCRIPTS);
    fs::create_dir_all(&scripts).expect("a host's folder");
    for n in 0..files {
        let device = format!("eth{n}");
        fs::write(scripts.join(format!("ifcfg-{device}")), ethernet(&device, seed + n))
            .expect("a host's file");
    }
}

/// All regular files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder that was just made").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Reads every file of `from` and writes `model`'s files with their sizes into `to`.
fn floor(from: &Path, model: &Path, to: &Path) -> f64 {
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    files(from, &mut inputs);
    files(model, &mut outputs);
    let sizes: Vec<(PathBuf, usize)> = outputs
        .iter()
        .map(|path| {
            let below = path.strip_prefix(model).expect("it lies below");
            (to.join(below), fs::metadata(path).map_or(0, |meta| meta.len() as usize))
        })
        .collect();
    let start = Instant::now();
    let mut read = 0;
    for path in &inputs {
        read += fs::read(path).expect("it was just listed").len();
    }
    for (path, size) in &sizes {
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, vec![b'x'; *size]).expect("a file");
    }
    assert!(read > 0);
    start.elapsed().as_secs_f64() * 1e3
}

fn main() {
    let scratch = scratch();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bond-vlan-bridge/ifcfg");
    let one = || convert(&[Path::new("--root"), &fixture]);
    println!("bond-vlan-bridge host:          {:8.2} ms, {}", median(51, one), peak(&one()));

    for count in [1_000, 4_000] {
        let big = scratch.join(format!("big-{count}"));
        generate(&big, count, 0);
        let run = || convert(&[Path::new("--root"), &big]);
        println!("one host of {count} ifcfg files:  {:8.2} ms, {}", median(7, run), peak(&run()));
    }

    let hosts = scratch.join("hosts");
    let roots: Vec<PathBuf> = (0..1_000).map(|n| hosts.join(format!("host{n:04}"))).collect();
    roots.iter().enumerate().for_each(|(n, root)| generate(root, 10, n * 10));
    let mut turn = 0;
    let time = median(5, || {
        turn += 1;
        let out = scratch.join(format!("out{turn}"));
        let mut command = convert(&[Path::new("-o"), &out]);
        command.args(&roots);
        command
    });
    let mut floors: Vec<f64> =
        (0..5).map(|n| floor(&hosts, &scratch.join("out1"), &scratch.join(format!("floor{n}")))).collect();
    floors.sort_unstable_by(f64::total_cmp);
    println!("1,000 hosts of 10 files:        {time:8.2} ms");
    println!("reading and writing those only: {:8.2} ms, ratio {:.2}", floors[2], time / floors[2]);
}
