//! An audit of 10,000 hosts, each with five keyfiles and the capture that NetworkManager made of them, against reading these
//! files and nothing else. Printed, never asserted.
//!
//! `cargo bench --bench audit`

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");
const PROFILES: &str = "etc/NetworkManager/system-connections";
const SIZES: [usize; 3] = [100, 1_000, 10_000];
/// Of so many hosts one has drift.
const DRIFT: usize = 10;

/// The hosts below a folder of their own.
fn generate(count: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-audit");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of the last run goes");
    }
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/audit");
    let capture = fs::read_to_string(from.join("capture.json")).expect("the capture of a host");
    let drifted = capture.replace("\"stp_state\":0", "\"stp_state\":1");
    let profiles: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(from.join("profiles"))
        .expect("the profiles of a host")
        .flatten()
        .map(|entry| (entry.file_name().into(), fs::read(entry.path()).expect("a profile")))
        .collect();
    for n in 0..count {
        let root = folder.join(format!("host{n:05}"));
        fs::create_dir_all(root.join(PROFILES)).expect("a host's folder");
        for (name, bytes) in &profiles {
            let profile = root.join(PROFILES).join(name);
            fs::write(&profile, bytes).expect("a profile");
            fs::set_permissions(profile, Permissions::from_mode(0o600)).expect("a profile is root's alone");
        }
        let state = if n % DRIFT == 0 { &drifted } else { &capture };
        fs::write(root.join("capture.json"), state).expect("a capture");
    }
    folder
}

/// Reads every file of the hosts.
fn floor(folder: &Path) -> (Duration, usize) {
    let start = Instant::now();
    let mut bytes = 0;
    for host in fs::read_dir(folder).expect("the hosts").flatten() {
        for profile in fs::read_dir(host.path().join(PROFILES)).expect("the profiles").flatten() {
            bytes += fs::read(profile.path()).expect("a profile").len();
        }
        bytes += fs::read(host.path().join("capture.json")).expect("a capture").len();
    }
    (start.elapsed(), bytes)
}

/// An audit of all hosts; `timed` by GNU time, which tells the largest resident set.
fn audit(folder: &Path, timed: bool) -> (Duration, String) {
    let mut command = Command::new(if timed { "/usr/bin/time" } else { PROGRAM });
    if timed {
        command.args(["-f", "peak %M", "--", PROGRAM]);
    }
    let mut hosts: Vec<PathBuf> =
        fs::read_dir(folder).expect("the hosts").flatten().map(|entry| entry.path()).collect();
    hosts.sort();
    command.args(["audit", "--output-format", "json"]).args(hosts).stdout(Stdio::null());
    let start = Instant::now();
    let Ok(done) = command.output() else { return (Duration::ZERO, "not measured".to_owned()) };
    let time = start.elapsed();
    let text = String::from_utf8_lossy(&done.stderr).into_owned();
    let peak = text.lines().rev().find_map(|line| line.strip_prefix("peak ")?.parse::<f64>().ok());
    let summary = text.lines().find(|line| line.contains("without drift")).unwrap_or("?").to_owned();
    (time, peak.map_or(summary, |kib| format!("{:.1} MiB", kib / 1024.0)))
}

fn main() {
    for count in support::sizes(&SIZES) {
        let folder = generate(count);
        let (read, bytes) = (0..5).map(|_| floor(&folder)).min().expect("five runs");
        let (time, summary) = (0..5).map(|_| audit(&folder, false)).min().expect("five runs");
        let (_, peak) = audit(&folder, true);
        println!("{summary}");
        println!(
            "  {:.2} s, {:.0} hosts a second, peak {peak}; reading their {:.1} MB alone {:.2} s, ratio {:.2}",
            time.as_secs_f64(),
            count as f64 / time.as_secs_f64(),
            bytes as f64 / 1e6,
            read.as_secs_f64(),
            time.as_secs_f64() / read.as_secs_f64()
        );
    }
}
