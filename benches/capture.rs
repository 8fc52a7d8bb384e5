//! The running kernel's state: a capture beside `ip -j` printing the same, in a namespace with many links. Printed, never
//! asserted. Needs the right to make namespaces.
//!
//! `cargo bench --bench capture`

mod support;

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");
const SIZES: [usize; 2] = [1_000, 5_000];
/// What stands in the environment of the run within the namespace.
const INSIDE: &str = "NETPIVOT_BENCH_INSIDE";

/// What the capture is measured against.
const PRINTED: [&[&str]; 4] = [
    &["-j", "-d", "addr"],
    &["-j", "route", "show", "table", "all"],
    &["-j", "-4", "rule"],
    &["-j", "-6", "rule"],
];

fn main() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let own = std::env::current_exe().expect("the benchmark knows its own path");
    let script = format!("mount -t sysfs none /sys; exec '{}' \"$@\"", own.display());
    let status = Command::new("unshare")
        .args(["-n", "-m", "sh", "-c", &script, "sh"])
        .args(std::env::args_os().skip(1))
        .env(INSIDE, "1")
        .status();
    if !status.is_ok_and(|status| status.success()) {
        println!("skipped: this user may not make namespaces");
    }
}

/// Adds links up to each size and measures.
fn inside() {
    println!("{:>6}  {:>12}  {:>12}  {:>6}  {:>10}", "links", "ip -j", "capture", "ratio", "memory");
    let mut made = 0;
    for size in support::sizes(&SIZES) {
        add_links(made, size);
        made = size;
        let printed: Duration = PRINTED.iter().map(|arguments| median("ip", arguments)).sum();
        let captured = median(PROGRAM, &["capture"]);
        let ratio = captured.as_secs_f64() / printed.as_secs_f64();
        println!("{size:>6}  {printed:>12.1?}  {captured:>12.1?}  {ratio:>6.2}  {:>10}", peak());
    }
}

/// Pairs of veth, half of them with an address and a route.
fn add_links(from: usize, to: usize) {
    let mut batch = String::new();
    for n in from / 2..to / 2 {
        let (a, b) = (n / 250 % 250, n % 250);
        let _ = writeln!(batch, "link add v{n}a type veth peer name v{n}b");
        let _ = writeln!(batch, "addr add 10.{a}.{b}.1/24 dev v{n}a");
        let _ = writeln!(batch, "link set v{n}a up");
        let _ = writeln!(batch, "route add 172.{a}.{b}.0/24 via 10.{a}.{b}.2 dev v{n}a onlink");
    }
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-capture.batch");
    std::fs::write(&path, batch).expect("the folder of the target can be written");
    let done = Command::new("ip").arg("-batch").arg(&path).status().expect("ip runs");
    assert!(done.success(), "the links are made");
}

/// The median of some runs that print into nothing.
fn median(program: &str, arguments: &[&str]) -> Duration {
    let mut times: Vec<Duration> = (0..9)
        .map(|_| {
            let start = Instant::now();
            let mut command = Command::new(program);
            let done = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
            assert!(done.is_ok_and(|status| status.success()), "{program} {arguments:?}");
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// The largest resident set of a capture, where GNU time is there to say.
fn peak() -> String {
    let mut timed = Command::new("/usr/bin/time");
    let done = timed.args(["-f", "peak %M", "--", PROGRAM, "capture"]).stdout(Stdio::null()).output();
    let Ok(output) = done else { return "-".to_owned() };
    let text = String::from_utf8_lossy(&output.stderr);
    let kib = text.lines().rev().find_map(|line| line.strip_prefix("peak ")?.parse::<f64>().ok());
    kib.map_or("-".to_owned(), |kib| format!("{:.1} MiB", kib / 1024.0))
}
