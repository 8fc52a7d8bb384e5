//! What a script of 1,000 links takes the kernel for: one `ip -batch` against one process a command, each from nothing in a
//! namespace of its own. Printed, never asserted. Needs the right to make namespaces.
//!
//! `cargo bench --bench apply`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");
const LINKS: usize = 1_000;
const RUNS: usize = 5;

fn main() {
    let free = Command::new("unshare").args(["-n", "true"]).status();
    if !free.is_ok_and(|status| status.success()) {
        return println!("skipped: this user may not make namespaces");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = folder.join("bench-apply.sh");
    std::fs::write(&source, commands()).expect("the folder of the target can be written");
    let time = |mode: &str| least(&script(&source, mode));
    let (batch, create) = (time("batch"), time("create"));
    println!("{:>6}  {:>14}  {:>14}  {:>6}", "links", "one a command", "ip -batch", "ratio");
    let ratio = create.as_secs_f64() / batch.as_secs_f64();
    println!("{LINKS:>6}  {create:>14.1?}  {batch:>14.1?}  {ratio:>6.1}");
}

/// Bridges of nine tap devices, each with an address and a route.
fn commands() -> String {
    let mut text = String::new();
    for n in 0..LINKS / 10 {
        let _ = writeln!(text, "ip link add br{n} type bridge");
        for port in 0..9 {
            let _ = writeln!(text, "ip tuntap add t{n}p{port} mode tap");
            let _ = writeln!(text, "ip link set t{n}p{port} master br{n}");
            let _ = writeln!(text, "ip link set t{n}p{port} up");
        }
        let _ = writeln!(text, "ip addr add 10.{n}.0.1/24 dev br{n}");
        let _ = writeln!(text, "ip link set br{n} up");
        let _ = writeln!(text, "ip route add 172.16.{n}.0/24 via 10.{n}.0.2");
    }
    text
}

/// The script of that mode.
fn script(source: &Path, mode: &str) -> PathBuf {
    let mut convert = Command::new(PROGRAM);
    convert.args(["convert", "-f", "iproute", "-t", "iproute", "--script", mode]).arg(source);
    let output = convert.stderr(Stdio::null()).output().expect("netpivot runs");
    assert!(output.status.success(), "the {mode} script is written");
    let path = source.with_extension(format!("{mode}.sh"));
    std::fs::write(&path, output.stdout).expect("the folder of the target can be written");
    path
}

/// The least time of some runs, each in a namespace of its own.
fn least(script: &Path) -> Duration {
    let run = || {
        let text = format!(
            "ip link set lo up; start=$(date +%s%N); sh '{}' && echo $(($(date +%s%N) - start))",
            script.display()
        );
        let output = Command::new("unshare").args(["-n", "sh", "-c", &text]).output().expect("unshare runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let nanoseconds: u64 =
            said.trim().parse().unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        Duration::from_nanos(nanoseconds)
    };
    (0..RUNS).map(|_| run()).min().unwrap_or_default()
}
