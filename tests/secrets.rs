//! Secrets appear in files of mode 0600 and, where asked for, on standard output; nowhere else.

use crate::commands::PROGRAM;
use crate::{host, isolation};
use libtest_mimic::{Failed, Trial};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// (scenario, the secrets of its files).
const SECRETS: &[(&str, &[&str])] = &[
    ("wifi-secrets", &["correct horse", "battery", "0123456789"]),
    ("wired-8021x", &["s3cret-eap-password"]),
    ("ignored-files", &["orphan-passphrase"]),
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("secrets::hidden-everywhere", hidden_everywhere),
        Trial::test("secrets::hidden-in-free-text", hidden_in_free_text),
        Trial::test("secrets::hidden-in-commands", hidden_in_commands),
        Trial::test("secrets::hidden-in-differences", hidden_in_differences),
        Trial::test("secrets::hidden-by-every-command", hidden_by_every_command),
        Trial::test("secrets::written-with-mode-0600", written_with_mode_0600),
        Trial::test("secrets::shown-when-asked-for", shown_when_asked_for),
    ]
}

fn netpivot(arguments: &[&str]) -> Result<Output, Failed> {
    Ok(Command::new(PROGRAM).args(arguments).env("NO_COLOR", "1").output()?)
}

fn root(scenario: &str) -> String {
    host::repository().join("fixtures").join(scenario).join("ifcfg").display().to_string()
}

fn without(secrets: &[&str], what: &str, text: &[u8]) -> Result<(), Failed> {
    let text = String::from_utf8_lossy(text);
    match secrets.iter().find(|secret| text.contains(**secret)) {
        Some(secret) => Err(format!("{what} shows {secret:?}:\n{text}").into()),
        None => Ok(()),
    }
}

fn hidden_everywhere() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let other = host::repository().join("fixtures/static-bridge/ifcfg").display().to_string();
    for (scenario, secrets) in SECRETS {
        let root = root(scenario);
        let report = scratch.path().join(format!("{scenario}.json")).display().to_string();
        let runs: &[&[&str]] = &[
            &["convert", "-f", "ifcfg", "-t", "keyfile", "--root", &root, "--report", &report],
            &["convert", "-f", "ifcfg", "-t", "keyfile", "--root", &root, "--diagnostics", "concise"],
            &["convert", "-f", "ifcfg:initscripts", "-t", "keyfile", "--root", &root],
            &["convert", "-f", "ifcfg", "-t", "json", "--root", &root],
            &["show", "-f", "ifcfg", "--root", &root],
            &["show", "-f", "ifcfg", "-v", "--root", &root],
            &["show", "-f", "ifcfg", "--json", "--root", &root],
            &["show", "-f", "ifcfg", "--graph", "svg", "--root", &root],
            &["show", "-f", "ifcfg", "--graph", "dot", "--root", &root],
            &["show", "-f", "ifcfg", "--graph", "mermaid", "--root", &root],
            &["report", "-f", "ifcfg", "-t", "keyfile", "--root", &root],
            &["report", "-f", "ifcfg", "-t", "interfaces", "--root", &root],
            &["report", "-f", "ifcfg", &other, &root],
        ];
        for arguments in runs {
            let output = netpivot(arguments)?;
            without(secrets, &format!("stdout of {arguments:?}"), &output.stdout)?;
            without(secrets, &format!("stderr of {arguments:?}"), &output.stderr)?;
        }
        without(secrets, "the report", &std::fs::read(&report)?)?;
    }
    Ok(())
}

/// Keys that no table calls secret, whose values are command lines, options and JSON.
const FREE_TEXT: &str = r#"DEVICE=br0
TYPE=OVSBridge
DEVICETYPE=ovs
OVS_EXTRA="set Interface gre0 options:psk=hunter2a options:key=100 -- set x private-key=hunter2b"
HOOK="curl --password hunter2c https://me:hunter2d@example.net/ -d '{\"secret\": \"hunter2e\"}'"
"#;

fn hidden_in_free_text() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let root = scratch.path().join("root");
    let scripts = root.join("etc/sysconfig/network-scripts");
    std::fs::create_dir_all(&scripts)?;
    std::fs::write(scripts.join("ifcfg-br0"), FREE_TEXT)?;
    let root = root.display().to_string();
    let (report, out) = (scratch.path().join("report"), scratch.path().join("out"));
    let (to_report, to_out) = (report.display().to_string(), out.display().to_string());
    let runs: &[&[&str]] = &[
        &["convert", "-t", "keyfile", "--root", &root, "--report", &to_report, "-o", &to_out],
        &["convert", "-t", "keyfile", "--root", &root],
        &["convert", "-t", "keyfile", "--root", &root, "--diagnostics", "concise"],
        &["convert", "-t", "json", "--root", &root],
        &["show", "-v", "--root", &root],
        &["show", "--json", "--root", &root],
    ];
    for arguments in runs {
        let output = netpivot(arguments)?;
        let said = [output.stdout, output.stderr].concat();
        without(&["hunter2"], &format!("{arguments:?}"), &said)?;
        if !String::from_utf8_lossy(&said).contains("options:key=100") {
            return Err(format!("{arguments:?} hides more than the secrets").into());
        }
    }
    without(&["hunter2"], "the report", &std::fs::read(&report)?)?;
    let mode = std::fs::metadata(&report)?.permissions().mode() & 0o777;
    if mode != 0o600 {
        return Err(format!("the report has mode {mode:o}").into());
    }
    host::files(&out).iter().try_for_each(|(path, bytes)| without(&["hunter2"], path, bytes))?;
    let asked = netpivot(&["show", "--show-secrets", "--root", &root])?;
    let text = String::from_utf8_lossy(&asked.stdout).into_owned();
    match ["hunter2a", "hunter2b", "hunter2c", "hunter2d", "hunter2e"]
        .iter()
        .find(|secret| !text.contains(**secret))
    {
        Some(secret) => Err(format!("--show-secrets hides {secret}: {text}").into()),
        None => Ok(()),
    }
}

/// Secrets among the words of commands, where no name announces them.
const COMMANDS: &str = "auto eth0\niface eth0 inet dhcp\n\tpre-up iwconfig wlan0 key s:hunter2f\n\
    \tup wpa_passphrase corp hunter2g > /run/wpa.conf\n\tup curl -u bob:hunter2h http://example.net/\n\
    \tdown curl -u bob:hunter2i http://example.net/\n\twireless-keymode s:hunter2j\n\twireless_key1 hunter2k\n";

fn hidden_in_commands() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let root = scratch.path().join("root");
    std::fs::create_dir_all(root.join("etc/network"))?;
    std::fs::write(root.join("etc/network/interfaces"), COMMANDS)?;
    let root = root.display().to_string();
    let report = scratch.path().join("report").display().to_string();
    for to in [
        "interfaces",
        "interfaces:ifupdown2",
        "interfaces:ifupdown-ng",
        "keyfile",
        "ifcfg",
        "ifcfg:initscripts",
        "json",
    ] {
        let convert = ["convert", "-f", "interfaces", "-t", to, "--root", &root, "--with-dispatcher"];
        let said = netpivot(&[&convert[..], &["--report", &report]].concat())?;
        without(&["hunter2"], to, &[said.stdout, said.stderr].concat())?;
        without(&["hunter2"], "the report", &std::fs::read(&report)?)?;
        std::fs::remove_file(&report)?;
        let out = scratch.path().join(to);
        netpivot(&[&convert[..], &["-o", &out.display().to_string()]].concat())?;
        for (path, bytes) in host::files(&out) {
            let mode = std::fs::metadata(out.join(&path))?.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                without(&["hunter2"], &format!("{to}: {path} (mode {mode:o})"), &bytes)?;
            }
        }
    }
    let file = std::fs::read_to_string(scratch.path().join("interfaces/etc/network/interfaces"))?;
    match ["key s:hunter2f", "corp hunter2g", "bob:hunter2h"].iter().find(|secret| !file.contains(**secret)) {
        Some(secret) => Err(format!("the file lacks {secret}:\n{file}").into()),
        None => Ok(()),
    }
}

/// Each kind of secret that a profile holds, and lines that are wrong beside them, so that findings quote the file.
const PROFILES: &[(&str, &str)] = &[
    (
        "wifi",
        "[connection]\nid=wifi\ntype=wifi\ninterface-name=wlan0\n[wifi]\nssid=x\n[wifi-security]\nkey-mgmt=wpa-psk\n\
         psk=hunter2-psk\nleap-password=hunter2-leap\nwep-key0=hunter2-wep\n",
    ),
    (
        "8021x",
        "[connection]\nid=8021x\ntype=ethernet\ninterface-name=eth0\n[802-1x]\neap=peap;\nidentity=me\n\
         password=hunter2-eap\nprivate-key-password=hunter2-key\npin=hunter2-pin\nnonsense=1\n",
    ),
    (
        "wireguard",
        "[connection]\nid=wg\ntype=wireguard\ninterface-name=wg0\n[wireguard]\n\
         private-key=aHVudGVyMi1wcml2YXRlLWtleS1vZi10aGUtaG9zdCE=\nfwmark=x\n\
         [wireguard-peer.xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=]\n\
         preshared-key=aHVudGVyMi1zaGFyZWQta2V5LW9mLXRoZS1wZWVyISE=\nallowed-ips=x\n",
    ),
    (
        "gsm",
        "[connection]\nid=gsm\ntype=gsm\ninterface-name=wwan0\n[gsm]\napn=x\npin=hunter2-pin\npassword=hunter2-gsm\n",
    ),
    (
        "pppoe",
        "[connection]\nid=pppoe\ntype=pppoe\ninterface-name=ppp0\n[pppoe]\nusername=me\npassword=hunter2-ppp\n",
    ),
    (
        "proxy",
        "[connection]\nid=proxy\ntype=ethernet\ninterface-name=eth1\n[proxy]\nmethod=1\n\
         pac-url=http://me:hunter2-pac@proxy.example.net/x.pac\n",
    ),
    (
        "vpn",
        "[connection]\nid=vpn\ntype=vpn\n[vpn]\nservice-type=org.freedesktop.NetworkManager.openvpn\n\
         [vpn-secrets]\npassword=hunter2-vpn\ncert-pass=hunter2-cert\n",
    ),
];

/// Every command in every form of output, over profiles that are right and wrong.
fn hidden_by_every_command() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let (root, empty) = (scratch.path().join("root"), scratch.path().join("other"));
    let folder = root.join("etc/NetworkManager/system-connections");
    std::fs::create_dir_all(&folder)?;
    std::fs::create_dir_all(empty.join("etc/network"))?;
    std::fs::write(empty.join("etc/network/interfaces"), "auto eth0\niface eth0 inet dhcp\n")?;
    for (name, text) in PROFILES {
        let path = folder.join(format!("{name}.nmconnection"));
        std::fs::write(&path, text)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    }
    let secrets = ["hunter2", "aHVudGVyMi"];
    for words in isolation::commands(&root, "keyfile", &empty) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = netpivot(&words)?;
        without(&secrets, &format!("stdout of {words:?}"), &done.stdout)?;
        without(&secrets, &format!("stderr of {words:?}"), &done.stderr)?;
    }
    let asked = netpivot(&["convert", "-t", "keyfile", "--show-secrets", &root.display().to_string()])?;
    let text = String::from_utf8_lossy(&asked.stdout).into_owned();
    match ["hunter2-psk", "hunter2-eap", "aHVudGVyMi1wcml2", "hunter2-pac"]
        .iter()
        .find(|secret| !text.contains(**secret))
    {
        Some(secret) => Err(format!("--show-secrets hides {secret}: {text}").into()),
        None => Ok(()),
    }
}

const FORMATS: [&str; 7] =
    ["ifcfg", "ifcfg:suse", "keyfile", "interfaces", "interfaces:ifupdown2", "iproute", "json"];

/// A secret that changes is a change that shows, and the secret does not: neither the old nor the new one.
fn hidden_in_differences() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let path = |name: &str| scratch.path().join(name).display().to_string();
    let write = |root: &str, file: &str, text: &str| -> Result<(), Failed> {
        let file = scratch.path().join(root).join(file.trim_start_matches('/'));
        std::fs::create_dir_all(file.parent().ok_or("a file has a folder")?)?;
        Ok(std::fs::write(file, text)?)
    };
    let mut hosts: Vec<(String, Vec<&str>)> = Vec::new();
    for (scenario, secrets) in SECRETS {
        for (file, bytes) in host::files(Path::new(&root(scenario))) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let other =
                secrets.iter().fold(text.clone(), |text, secret| text.replace(secret, &turned(secret)));
            write(&format!("{scenario}-old"), &file, &text)?;
            write(&format!("{scenario}-new"), &file, &other)?;
        }
        hosts.push(((*scenario).to_owned(), secrets.to_vec()));
    }
    let own = [
        ("free", "/etc/sysconfig/network-scripts/ifcfg-br0", FREE_TEXT),
        ("commands", "/etc/network/interfaces", COMMANDS),
    ];
    for (name, file, text) in own {
        write(&format!("{name}-old"), file, text)?;
        write(&format!("{name}-new"), file, &text.replace("hunter2", &turned("hunter2")))?;
        hosts.push((name.to_owned(), vec!["hunter2"]));
    }
    for (name, secrets) in &hosts {
        let turned: Vec<String> = secrets.iter().map(|secret| turned(secret)).collect();
        let all: Vec<&str> = secrets.iter().copied().chain(turned.iter().map(String::as_str)).collect();
        let (old, new) = (path(&format!("{name}-old")), path(&format!("{name}-new")));
        let mut runs: Vec<Vec<String>> = Vec::new();
        let mut run = |words: &[&str]| runs.push(words.iter().map(|word| (*word).to_owned()).collect());
        run(&["diff", "-v", &old, &new]);
        run(&["diff", "--json", &old, &new]);
        run(&["report", &old, &new]);
        run(&["report", "-t", "keyfile", &new]);
        for format in FORMATS {
            let out = path(&format!("{name}-{format}"));
            run(&["diff", "--as", format, &old, &new]);
            run(&["convert", "--with-dispatcher", "-t", format, "-o", &out, &old]);
            run(&["convert", "--with-dispatcher", "-t", format, "-o", &out, "--diff", &new]);
        }
        for words in runs {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let output = netpivot(&words)?;
            let shows = |text: &[u8]| without(&all, &format!("{words:?}"), text);
            shows(&output.stdout)?;
            shows(&output.stderr)?;
            // A profile that ifup ignores is no part of the network.
            if words[0] == "diff" && name != "ignored-files" && output.status.code() != Some(1) {
                return Err(format!("{words:?} does not see that secrets change").into());
            }
        }
    }
    let (old, new) = (path("wifi-secrets-old"), path("wifi-secrets-new"));
    let text = String::from_utf8_lossy(&netpivot(&["diff", &old, &new])?.stdout).into_owned();
    let lines =
        String::from_utf8_lossy(&netpivot(&["diff", "--as", "keyfile", &old, &new])?.stdout).into_owned();
    let asked = netpivot(&["diff", "--show-secrets", "--as", "keyfile", &old, &new])?;
    if !text.contains("pre-shared key: <hidden> → <hidden> (differs)")
        || !lines.contains("-psk=<hidden>\n+psk=<hidden>")
        || !String::from_utf8_lossy(&asked.stdout).contains("-psk=correct horse; battery")
    {
        return Err(format!("a secret that changes is told of:\n{text}\n{lines}").into());
    }
    Ok(())
}

/// Another secret of the same length.
fn turned(secret: &str) -> String {
    secret.chars().rev().collect()
}

fn written_with_mode_0600() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    for (scenario, secrets) in SECRETS.iter().filter(|(name, _)| *name != "ignored-files") {
        let folder = scratch.path().join(scenario);
        let root = root(scenario);
        let output = netpivot(&[
            "convert",
            "-f",
            "ifcfg",
            "-t",
            "keyfile",
            "--root",
            &root,
            "-o",
            &folder.display().to_string(),
        ])?;
        without(secrets, "stdout of -o", &output.stdout)?;
        without(secrets, "stderr of -o", &output.stderr)?;
        let files = host::files(&folder);
        let all: String =
            files.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
        if let Some(secret) = secrets.iter().find(|secret| !all.contains(**secret)) {
            return Err(format!("{scenario}: the files lack {secret:?}").into());
        }
        for (path, _) in files.iter().filter(|(path, _)| path.ends_with(".nmconnection")) {
            let mode = std::fs::metadata(folder.join(path))?.permissions().mode() & 0o777;
            if mode != 0o600 {
                return Err(format!("{path} has mode {mode:o}").into());
            }
        }
    }
    Ok(())
}

fn shown_when_asked_for() -> Result<(), Failed> {
    let root = root("wifi-secrets");
    let hidden = netpivot(&["convert", "-f", "ifcfg", "-t", "keyfile", "--root", &root])?;
    let stdout = String::from_utf8_lossy(&hidden.stdout);
    if !stdout.contains("psk=<hidden>") || !String::from_utf8_lossy(&hidden.stderr).contains("W001") {
        return Err(format!("a hidden secret is told of: {stdout}").into());
    }
    let shown = netpivot(&["convert", "-f", "ifcfg", "-t", "keyfile", "--root", &root, "--show-secrets"])?;
    if !String::from_utf8_lossy(&shown.stdout).contains("psk=correct horse; battery") {
        return Err("--show-secrets shows them".into());
    }
    Ok(())
}
