//! Bad input: one clear finding that names the file, no panic, nothing half-written.

use crate::commands::PROGRAM;
use crate::host;
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const SCRIPTS: &str = "etc/sysconfig/network-scripts";
const GOOD: &str = "DEVICE=eth0\nBOOTPROTO=dhcp\nONBOOT=yes\nIPV6INIT=no\n";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("bad_input::directory", directory),
        Trial::test("bad_input::binary", binary),
        Trial::test("bad_input::not-utf8", not_utf8),
        Trial::test("bad_input::one-gigabyte", one_gigabyte),
        Trial::test("bad_input::documents-that-hurt", documents_that_hurt),
        Trial::test("bad_input::dangling-controller", dangling_controller),
        Trial::test("bad_input::empty-file", empty_file),
        Trial::test("bad_input::fifo", fifo),
        Trial::test("bad_input::link-out-of-the-root", link_out_of_the_root),
        Trial::test("bad_input::nothing-there", nothing_there),
        Trial::test("bad_input::closed-pipe", closed_pipe),
        Trial::test("bad_input::nothing-half-written", nothing_half_written),
    ];
    // Only root can become another user; that is no judge, so it is not required.
    if is_root() {
        trials.push(Trial::test("bad_input::another-users-tree", another_users_tree));
    } else {
        eprintln!("skipped: bad_input::another-users-tree (needs root, to run as another user)");
        trials.push(Trial::test("bad_input::another-users-tree", || Ok(())).with_ignored_flag(true));
    }
    trials
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// A host root on disk with one good file.
fn host_root() -> Result<tempfile::TempDir, Failed> {
    let root = tempfile::tempdir()?;
    fs::create_dir_all(root.path().join(SCRIPTS))?;
    fs::write(root.path().join(SCRIPTS).join("ifcfg-eth0"), GOOD)?;
    Ok(root)
}

fn scripts(root: &Path) -> PathBuf {
    root.join(SCRIPTS)
}

fn convert(root: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["convert", "-f", "ifcfg", "-t", "keyfile", "--diagnostics", "concise", "--root"]).arg(root);
    command.env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// The run ends within a minute with `exit`, says each of `says` on standard error, and converts the good file
/// beside the bad one.
fn check(mut command: Command, exit: i32, says: &[&str], good: bool) -> Result<(), Failed> {
    let output = within_a_minute(&mut command)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    if output.status.code() != Some(exit) {
        return Err(format!("exit status {:?}, not {exit}: {stderr}", output.status.code()).into());
    }
    if let Some(missing) = says.iter().find(|text| !stderr.contains(**text)) {
        return Err(format!("standard error lacks {missing:?}:\n{stderr}").into());
    }
    if stderr.contains("panicked") {
        return Err(format!("a panic:\n{stderr}").into());
    }
    if stdout.contains("interface-name=eth0") != good {
        return Err(format!("the good file beside it:\n{stdout}").into());
    }
    Ok(())
}

fn within_a_minute(command: &mut Command) -> Result<Output, Failed> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill()?;
            return Err("it hangs".into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(child.wait_with_output()?)
}

fn directory() -> Result<(), Failed> {
    let root = host_root()?;
    fs::create_dir(scripts(root.path()).join("ifcfg-eth1"))?;
    check(convert(root.path()), 4, &["P006", "network-scripts/ifcfg-eth1"], true)
}

fn binary() -> Result<(), Failed> {
    let root = host_root()?;
    fs::write(scripts(root.path()).join("ifcfg-eth1"), b"\x7fELF\0\0\0\x01DEVICE=eth1\n")?;
    check(convert(root.path()), 4, &["P002", "network-scripts/ifcfg-eth1", "binary"], true)
}

fn not_utf8() -> Result<(), Failed> {
    let root = host_root()?;
    fs::write(scripts(root.path()).join("ifcfg-eth1"), b"DEVICE=eth1\nBOOTPROTO=dhcp\nNAME=caf\xe9\n")?;
    check(convert(root.path()), 4, &["P002", "network-scripts/ifcfg-eth1", "3"], true)
}

fn one_gigabyte() -> Result<(), Failed> {
    let root = host_root()?;
    fs::File::create(scripts(root.path()).join("ifcfg-eth1"))?.set_len(1 << 30)?;
    let start = Instant::now();
    check(convert(root.path()), 4, &["P003", "network-scripts/ifcfg-eth1", "1073741824"], true)?;
    if start.elapsed() > Duration::from_secs(5) { Err("the file was read".into()) } else { Ok(()) }
}

/// XML that would fill the memory or the stack, or that is in no encoding that is read: one error with a cure, in less than 200
/// MB of address space.
fn documents_that_hurt() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let name = "<network><name>caf\u{e9}</name><bridge name='virbr1'/></network>";
    let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin1: Vec<u8> = name.chars().map(|c| c as u8).collect();
    let laughs = (1..20).map(|n| format!("<!ENTITY a{n} '&a{0};&a{0};&a{0};'>", n - 1)).collect::<String>();
    let documents: [(&str, Vec<u8>, &str); 5] = [
        (
            "laughs",
            format!("<!DOCTYPE network [<!ENTITY a0 'ha'>{laughs}]>\n<network><name>&a19;</name></network>")
                .into(),
            "P701",
        ),
        ("deep", "<network>".repeat(10_000).into(), "P702"),
        ("utf16", [b"\xff\xfe".to_vec(), utf16].concat(), "iconv -f UTF-16"),
        ("latin1", latin1.clone(), "not UTF-8"),
        (
            "declared",
            [b"<?xml version='1.0' encoding='ISO-8859-1'?>".to_vec(), latin1].concat(),
            "ISO-8859-1",
        ),
    ];
    for (what, bytes, says) in documents {
        let path = dir.path().join("net.xml");
        fs::write(&path, bytes)?;
        refused(&path, says).map_err(|error| format!("{what}: {error:?}"))?;
    }
    let large = dir.path().join("large.xml");
    let mut file = fs::File::create(&large)?;
    std::io::Write::write_all(&mut file, b"<network>")?;
    file.set_len(200_000_000)?;
    refused(&large, "200000000 bytes")
}

fn refused(document: &Path, says: &str) -> Result<(), Failed> {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 200000; exec \"$0\" convert -f libvirt -t keyfile \"$1\"", PROGRAM]);
    let output = within_a_minute(command.arg(document).env("NO_COLOR", "1").stdin(Stdio::null()))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let is_clear = stderr.contains("net.xml") || stderr.contains("large.xml");
    if output.status.code().is_none_or(|code| code != 3 && code != 4) || !output.stdout.is_empty() {
        return Err(format!("{:?} {stderr}", output.status).into());
    }
    if is_clear && stderr.contains(says) {
        Ok(())
    } else {
        Err(format!("`{says}` is not said: {stderr}").into())
    }
}

fn dangling_controller() -> Result<(), Failed> {
    let root = host_root()?;
    fs::write(scripts(root.path()).join("ifcfg-eth1"), "DEVICE=eth1\nONBOOT=yes\nMASTER=bond9\nSLAVE=yes\n")?;
    check(convert(root.path()), 0, &["S001", "network-scripts/ifcfg-eth1:3", "bond9"], true)
}

fn empty_file() -> Result<(), Failed> {
    let root = host_root()?;
    fs::write(scripts(root.path()).join("ifcfg-eth1"), "")?;
    check(convert(root.path()), 0, &["P005", "network-scripts/ifcfg-eth1"], true)
}

fn fifo() -> Result<(), Failed> {
    let root = host_root()?;
    let made = Command::new("mkfifo").arg(scripts(root.path()).join("ifcfg-eth1")).status()?;
    if !made.success() {
        return Err("mkfifo".into());
    }
    check(convert(root.path()), 4, &["P006", "network-scripts/ifcfg-eth1"], true)
}

fn link_out_of_the_root() -> Result<(), Failed> {
    let root = host_root()?;
    let outside = tempfile::tempdir()?;
    fs::write(outside.path().join("ifcfg-eth1"), "DEVICE=outside\n")?;
    let target = Path::new("../../../../..").join(outside.path().strip_prefix("/")?).join("ifcfg-eth1");
    std::os::unix::fs::symlink(target, scripts(root.path()).join("ifcfg-eth1"))?;
    let output = convert(root.path()).output()?;
    if String::from_utf8_lossy(&output.stdout).contains("outside") {
        return Err("a file outside the root was read".into());
    }
    check(convert(root.path()), output.status.code().unwrap_or(-1), &["network-scripts/ifcfg-eth1"], true)
}

fn nothing_there() -> Result<(), Failed> {
    let root = tempfile::tempdir()?;
    check(convert(root.path()), 3, &["ifcfg"], false)?;
    check(convert(&root.path().join("nowhere")), 3, &["nowhere"], false)?;
    let mut lone = Command::new(PROGRAM);
    lone.args(["convert", "-t", "keyfile", "no-such-file"]);
    check(lone, 3, &["no-such-file"], false)
}

fn closed_pipe() -> Result<(), Failed> {
    let scenario = host::repository().join("fixtures/bond-vlan-bridge/ifcfg");
    let command =
        format!("{PROGRAM} convert -f ifcfg -t keyfile --root '{}' | head -n 1", scenario.display());
    let output = Command::new("sh").args(["-c", &command]).output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if stderr.contains("panicked") || stderr.contains("Broken pipe") {
        Err(stderr.into_owned().into())
    } else {
        Ok(())
    }
}

/// A file that differs stands in the way of one output: none is written.
fn nothing_half_written() -> Result<(), Failed> {
    let root = host_root()?;
    fs::write(scripts(root.path()).join("ifcfg-eth1"), GOOD.replace("eth0", "eth1"))?;
    let out = tempfile::tempdir()?;
    let profiles = out.path().join("etc/NetworkManager/system-connections");
    fs::create_dir_all(&profiles)?;
    fs::write(profiles.join("System eth1.nmconnection"), "mine\n")?;
    let mut command = convert(root.path());
    command.arg("-o").arg(out.path());
    check(command, 5, &["System eth1.nmconnection"], false)?;
    if host::names(&profiles) != ["System eth1.nmconnection"] {
        return Err(format!("left behind: {:?}", host::names(&profiles)).into());
    }
    if fs::read(profiles.join("System eth1.nmconnection"))? != b"mine\n" {
        return Err("the other file was overwritten".into());
    }
    Ok(())
}

/// A tree of root's, one file of it unreadable, converted by nobody.
fn another_users_tree() -> Result<(), Failed> {
    use std::os::unix::fs::PermissionsExt;
    let root = host_root()?;
    let secret = scripts(root.path()).join("ifcfg-eth1");
    fs::write(&secret, GOOD.replace("eth0", "eth1"))?;
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600))?;
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755))?;
    let bin = tempfile::tempdir()?;
    fs::set_permissions(bin.path(), fs::Permissions::from_mode(0o755))?;
    let program = bin.path().join("netpivot");
    fs::copy(PROGRAM, &program)?;
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(program);
    command
        .args(["convert", "-f", "ifcfg", "-t", "keyfile", "--diagnostics", "concise", "--root"])
        .arg(root.path());
    check(command, 4, &["P001", "network-scripts/ifcfg-eth1"], true)
}
