//! Hostile hosts: nothing outside the root is read, nothing outside the output directory is written, and no text of
//! the input steers the terminal, whatever the command and its form of output.

use crate::commands::PROGRAM;
use crate::host;
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline;
use netpivot::tree::DirTree;
use netpivot_model::json;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("isolation::links-out-of-the-root", links_out_of_the_root),
        Trial::test("isolation::root-that-changes", root_that_changes),
        Trial::test("isolation::planted-links", planted_links),
        host::case("isolation::terminal", no_terminal(), no_input_steers_a_terminal),
    ]
}

/// What stands outside of the root, in the words of each format.
const OUTSIDE: &str = "outside-marker";

/// (path, text) of a host's good files, one for each format.
const GOOD: &[(&str, &str)] = &[
    ("etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nBOOTPROTO=dhcp\nONBOOT=yes\n"),
    (
        "etc/NetworkManager/system-connections/eth1.nmconnection",
        "[connection]\nid=eth1\ntype=ethernet\ninterface-name=eth1\n",
    ),
    ("etc/network/interfaces", "auto eth2\niface eth2 inet dhcp\n"),
    ("etc/libvirt/qemu/networks/default.xml", "<network><name>default</name></network>\n"),
];

/// Every way of a host's files to point elsewhere: links to files and to folders, relative and absolute, and includes.
fn links_out_of_the_root() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let outside = scratch.path().join("outside");
    let root = scratch.path().join("root");
    let texts = [
        ("ifcfg-x", format!("DEVICE=x\nNAME={OUTSIDE}\n")),
        ("x.nmconnection", format!("[connection]\nid={OUTSIDE}\ntype=dummy\ninterface-name=x\n")),
        ("x.cfg", format!("auto x\niface x inet manual\n\tup echo {OUTSIDE}\n")),
        ("x.xml", format!("<network><name>{OUTSIDE}</name></network>\n")),
        ("netpivot.json", format!("{{\"netpivot\":1,\"links\":[{{\"name\":\"{OUTSIDE}\"}}]}}\n")),
    ];
    texts.iter().try_for_each(|(name, text)| write(&outside.join(name), text))?;
    GOOD.iter().try_for_each(|(path, text)| write(&root.join(path), text))?;
    let up = |depth: usize, name: &str| format!("{}outside/{name}", "../".repeat(depth));
    let far = "../".repeat(40) + outside.to_str().ok_or("a path of text")?.trim_start_matches('/');
    let real = outside.display();
    write(
        &root.join("etc/network/interfaces"),
        &format!(
            "source {real}/x.cfg\nsource {far}/*\nsource ../../../outside/x.cfg\nsource-directory {real}\n\
             source-directory {far}\nauto eth2\niface eth2 inet dhcp\n"
        ),
    )?;
    symlink(&outside, root.join("etc/network/interfaces.d"))?;
    symlink(&outside, root.join("etc/NetworkManager/dispatcher.d"))?;
    symlink(up(4, ""), root.join("etc/sysconfig/network-scripts/keys"))?;
    symlink(up(4, "ifcfg-x"), root.join("etc/sysconfig/network-scripts/ifcfg-x"))?;
    symlink(format!("{far}/ifcfg-x"), root.join("etc/sysconfig/network-scripts/ifcfg-y"))?;
    symlink(outside.join("ifcfg-x"), root.join("etc/sysconfig/network-scripts/route-eth0"))?;
    symlink(
        outside.join("x.nmconnection"),
        root.join("etc/NetworkManager/system-connections/x.nmconnection"),
    )?;
    symlink(up(5, "x.xml"), root.join("etc/libvirt/qemu/networks/x.xml"))?;
    symlink(outside.join("netpivot.json"), root.join("netpivot.json"))?;
    let archive = scratch.path().join("host.tar");
    let mut tar = tar::Builder::new(fs::File::create(&archive)?);
    tar.follow_symlinks(false);
    tar.append_dir_all(".", &root)?;
    tar.finish()?;
    for input in [&root, &archive] {
        for format in ["ifcfg", "ifcfg:initscripts", "ifcfg:suse", "keyfile", "interfaces", "libvirt", "json"]
        {
            for words in commands(input, format, &root) {
                let output = netpivot(&words)?.output()?;
                let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
                if said.contains(OUTSIDE) || output.status.code().is_none_or(|status| status == 70) {
                    return Err(format!("{words:?}: {:?}: {said}", output.status).into());
                }
            }
        }
    }
    let unchanged =
        texts.iter().all(|(name, text)| fs::read_to_string(outside.join(name)).ok().as_ref() == Some(text));
    if unchanged { Ok(()) } else { Err("something outside was written".into()) }
}

/// Every command over an input, in every form of output.
pub fn commands(input: &Path, format: &str, other: &Path) -> Vec<Vec<String>> {
    let (input, other) = (input.display().to_string(), other.display().to_string());
    let mut all: Vec<Vec<String>> = Vec::new();
    let mut add = |words: &[&str]| all.push(words.iter().map(|word| (*word).to_owned()).collect());
    for to in ["keyfile", "ifcfg", "ifcfg:suse", "interfaces", "iproute", "libvirt", "json"] {
        add(&["convert", "--with-dispatcher", "--with-dnsmasq", "-f", format, "-t", to, &input]);
    }
    add(&["convert", "-f", format, "-t", "keyfile", "--json", "--with-diff", &input]);
    add(&["show", "-v", "-f", format, &input]);
    add(&["show", "--json", "-f", format, &input]);
    for form in ["svg", "dot", "mermaid"] {
        add(&["show", "--graph", form, "-f", format, &input]);
    }
    add(&["diff", "-v", "-f", format, "--new-from", "interfaces", &input, &other]);
    add(&["diff", "--json", "-f", format, "--new-from", "interfaces", &input, &other]);
    add(&["diff", "--as", "keyfile", "-f", format, "--new-from", "interfaces", &input, &other]);
    add(&["report", "-f", format, "-t", "keyfile", &input]);
    add(&["detect", &input]);
    for form in ["text", "json", "sarif", "nagios"] {
        let state = host::repository().join("benches/audit/capture.json").display().to_string();
        add(&["audit", "-v", "-f", format, "--output-format", form, "--against", &state, &input]);
        add(&["audit", "-v", "-f", format, "--output-format", form, "--for", "debian13", &input]);
    }
    for target in ["keyfile", "interfaces"] {
        add(&[
            "migrate",
            "-f",
            format,
            "-t",
            target,
            "--dry-run",
            "--diff",
            "--allow",
            "all",
            "--root",
            &input,
        ]);
        add(&[
            "migrate",
            "-f",
            format,
            "-t",
            target,
            "--dry-run",
            "--json",
            "--allow",
            "all",
            "--root",
            &input,
        ]);
    }
    all
}

fn netpivot(words: &[String]) -> Result<Command, Failed> {
    let mut command = Command::new(PROGRAM);
    command.args(words).env("NO_COLOR", "1").stdin(Stdio::null());
    Ok(command)
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    fs::create_dir_all(path.parent().ok_or("a file has a folder")?)?;
    Ok(fs::write(path, text)?)
}

/// A folder and a file give place to links out of the root, again and again while the host is read.
fn root_that_changes() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let (root, outside) = (scratch.path().join("root"), scratch.path().join("outside"));
    let folder = root.join("etc/sysconfig/network-scripts");
    for (path, text) in [(&folder, "inside"), (&outside, OUTSIDE)] {
        for n in 0..20 {
            write(&path.join(format!("ifcfg-eth{n}")), &format!("DEVICE=eth{n}\nNAME={text}\n"))?;
        }
    }
    let away = scratch.path().join("away");
    let (link, lone) = (scratch.path().join("link"), folder.join("ifcfg-eth7"));
    let stop = AtomicBool::new(false);
    let mut reads = 0;
    let mut seen = None;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                // A failure of one step is one more state for the reader to meet.
                let _ = symlink(&outside, &link);
                let _ = fs::rename(&folder, &away).and_then(|()| fs::rename(&link, &folder));
                let _ = fs::rename(&folder, &link).and_then(|()| fs::rename(&away, &folder));
                let _ = fs::remove_file(&link);
                let _ = fs::remove_file(&lone).and_then(|()| symlink(outside.join("ifcfg-eth7"), &lone));
                let _ = fs::remove_file(&lone).and_then(|()| fs::write(&lone, "DEVICE=eth7\nNAME=inside\n"));
            }
        });
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end && seen.is_none() {
            let Ok(tree) = DirTree::open(&root) else { continue };
            if let Ok(loaded) = pipeline::load(&tree, None) {
                reads += usize::from(!loaded.network.links.is_empty());
                let text = json::to_text(&loaded.network, true);
                seen = text.contains(OUTSIDE).then_some(text);
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    match seen {
        Some(text) => Err(format!("a file outside the root was read: {text}").into()),
        None if reads < 10 => Err(format!("only {reads} reads met a folder").into()),
        None => Ok(()),
    }
}

/// Links in the output directory, in the place of folders and of files, lead nothing out of it.
fn planted_links() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let (root, victims) = (scratch.path().join("root"), scratch.path().join("victims"));
    write(&root.join(GOOD[0].0), GOOD[0].1)?;
    write(&victims.join("file"), "untouched")?;
    let profile = "etc/NetworkManager/system-connections/System eth0.nmconnection";
    let out = |name: &str| -> Result<PathBuf, Failed> {
        let out = scratch.path().join(name);
        fs::create_dir_all(&out)?;
        Ok(out)
    };
    let (top, inner, lone) = (out("top")?, out("inner")?, out("lone")?);
    symlink(&victims, top.join("etc"))?;
    fs::create_dir_all(inner.join("etc"))?;
    symlink("../../victims", inner.join("etc/NetworkManager"))?;
    let place = lone.join(profile);
    fs::create_dir_all(place.parent().ok_or("a file has a folder")?)?;
    symlink(victims.join("file"), &place)?;
    let root = root.display().to_string();
    for (out, status) in [(&top, 5), (&inner, 5), (&lone, 0)] {
        for more in [&["--force"][..], &["--force", "--diff"], &[]] {
            let convert = ["convert", "-t", "keyfile", "--root", &root, "-o", &out.display().to_string()];
            let words: Vec<String> = convert.iter().chain(more).map(|word| (*word).to_owned()).collect();
            let done = netpivot(&words)?.output()?;
            if more == ["--force"] && done.status.code() != Some(status) {
                return Err(format!("{words:?}: {}", String::from_utf8_lossy(&done.stderr)).into());
            }
        }
    }
    // What the command line names and is no regular file stays what it is: a link, a pipe (as a device would).
    let (link, pipe) = (scratch.path().join("page"), scratch.path().join("pipe"));
    symlink(victims.join("file"), &link)?;
    let made = Command::new("mkfifo").arg(&pipe).status()?;
    if !made.success() {
        return Err("mkfifo(1) fails".into());
    }
    for place in [&link, &pipe] {
        let before = fs::symlink_metadata(place)?.file_type();
        let place_shown = place.display().to_string();
        for words in [vec!["report", "-t", "keyfile", "--root", &root], vec!["capture"]] {
            let words = [words, vec!["--force", "-o", &place_shown]].concat();
            let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            let done = netpivot(&words)?.output()?;
            if done.status.code() != Some(5) || fs::symlink_metadata(place)?.file_type() != before {
                return Err(format!("{words:?}: {}", String::from_utf8_lossy(&done.stderr)).into());
            }
        }
    }
    let there = host::files(&victims);
    if there != [("file".to_owned(), b"untouched".to_vec())] {
        return Err(format!("a planted link was followed: {there:?}").into());
    }
    if fs::symlink_metadata(&place)?.is_symlink() { Err("the link is still there".into()) } else { Ok(()) }
}

/// What steers a terminal: a title, a colour, the same as one C1 character, a reversal, a return, a backspace.
const STEERS: &str = "\x1b]0;owned\x07\x1b[31m\u{9b}2J\u{202e}\u{2066}\r\x08\x7f";

fn no_terminal() -> Option<String> {
    let there = Command::new("script").arg("--version").output().is_ok_and(|done| done.status.success());
    (!there).then(|| "script(1)".to_owned())
}

fn hostile_hosts() -> Vec<(&'static str, Vec<(String, String)>)> {
    let file = |path: &str, text: String| (path.to_owned(), text);
    let one_line = STEERS.replace('\r', "");
    let xml: String = one_line.chars().filter(|c| *c > '\u{7f}').collect();
    let escaped = "\\u001b[31m\\u009b2J\\u202e\\r\\u0007";
    vec![
        (
            "ifcfg",
            vec![
                file(
                    "etc/sysconfig/network-scripts/ifcfg-eth0",
                    format!(
                        "DEVICE=eth0\nNAME='{STEERS}'\nDOMAIN=\"{STEERS}\"\nUNKNOWN{one_line}={one_line}\nIPADDR={one_line}\n{one_line}\n"
                    ),
                ),
                file(
                    &format!("etc/sysconfig/network-scripts/ifcfg-{one_line}"),
                    format!("DEVICE=\"{STEERS}\"\nTYPE={one_line}\n"),
                ),
                file("etc/sysconfig/network-scripts/route-eth0", format!("192.0.2.0/24 via {one_line}\n")),
            ],
        ),
        (
            "keyfile",
            vec![
                file(
                    "etc/NetworkManager/system-connections/x.nmconnection",
                    format!(
                        "[connection]\nid={one_line}\ntype=ethernet\ninterface-name={one_line}\n[ipv4]\nmethod={one_line}\ndns-search={one_line};\n[{one_line}]\n{one_line}={one_line}\n[user]\nx={one_line}\n"
                    ),
                ),
                file(
                    &format!("etc/NetworkManager/system-connections/{one_line}.nmconnection"),
                    format!("[connection]\ntype={one_line}\n"),
                ),
            ],
        ),
        (
            "interfaces",
            vec![
                file(
                    "etc/network/interfaces",
                    format!(
                        "source {one_line}\nauto {one_line}\niface {one_line} inet dhcp\n\tup echo {one_line}\n\t{one_line} {one_line}\niface eth0 inet static\n\taddress {one_line}\n\tup ip netns add {one_line}\n\tup ip link set eth0 netns {one_line}\n{one_line}\n"
                    ),
                ),
                file(&format!("etc/network/interfaces.d/{one_line}"), format!("{one_line}\n")),
            ],
        ),
        (
            "libvirt",
            vec![
                file(
                    "etc/libvirt/qemu/networks/x.xml",
                    format!(
                        "<network><name>{xml}</name><bridge name='{xml}'/><unknown a='{xml}'>{xml}</unknown><domain name='{xml}'/></network>\n"
                    ),
                ),
                file(
                    "etc/libvirt/qemu/networks/y.xml",
                    format!("<network><name>{one_line}</name></network>\n"),
                ),
            ],
        ),
        (
            "json",
            vec![file(
                "netpivot.json",
                format!(
                    "{{\"netpivot\":1,\"dialect\":\"\",\"links\":[{{\"name\":\"{escaped}\",\"description\":\"{escaped}\",\"{escaped}\":1}}],\"hooks\":[{{\"command\":\"{escaped}\"}}],\"netns\":[{{\"name\":\"{escaped}\"}}]}}\n"
                ),
            )],
        ),
        (
            "iproute",
            vec![file(
                "netpivot-commands/recipe.sh",
                format!(
                    "ip netns add '{one_line}'\nip link add br0 type bridge\nip link set br0 alias '{one_line}'\nip link set br0 netns '{one_line}'\n{one_line} {one_line}\nip link add {one_line} type {one_line}\n"
                ),
            )],
        ),
        (
            "netlink",
            vec![file(
                "netpivot-state/x.json",
                format!(
                    "{{\"netpivot-capture\":1,\"namespaces\":[{{\"name\":\"{escaped}\",\"links\":[{{\"ifname\":\"{escaped}\",\"ifindex\":1,\"flags\":[\"{escaped}\"],\"link_type\":\"{escaped}\",\"ifalias\":\"{escaped}\"}}]}}]}}\n"
                ),
            )],
        ),
    ]
}

/// Each command on a terminal of its own, over hosts whose folders are named so, too.
fn no_input_steers_a_terminal() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let mut wrong = Vec::new();
    for (format, files) in hostile_hosts() {
        let root = scratch.path().join(format!("{format}{STEERS}"));
        files.iter().try_for_each(|(path, text)| write(&root.join(path), text))?;
        let other = scratch.path().join("other");
        GOOD.iter().try_for_each(|(path, text)| write(&other.join(path), text))?;
        let mut runs = commands(&root, format, &other);
        runs.push(["explain", STEERS].map(str::to_owned).to_vec());
        runs.push(["convert", "-t", STEERS, "."].map(str::to_owned).to_vec());
        runs.push(["show", STEERS].map(str::to_owned).to_vec());
        for words in runs {
            let shown = on_a_terminal(&words)?;
            if let Some(at) = steers(&shown) {
                let from = shown[..at].char_indices().rev().nth(80).map_or(0, |(at, _)| at);
                let to = shown[at..].char_indices().nth(20).map_or(shown.len(), |(more, _)| at + more);
                wrong.push(format!("{format}: {:?}: {:?}", &words[..words.len().min(6)], &shown[from..to]));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// What a terminal gets; its driver ends lines with `\r\n` (termios(3), ONLCR).
fn on_a_terminal(words: &[String]) -> Result<String, Failed> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect();
    let line = format!("'{PROGRAM}' {}", quoted.join(" "));
    let done = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("NO_COLOR", "1")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8(done.stdout).map_err(|_| format!("{words:?}: bytes that are no text"))?;
    Ok(text.replace("\r\n", "\n"))
}

fn steers(text: &str) -> Option<usize> {
    text.find(|c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}
