//! Secrets appear in files of mode 0600 and, where asked for, on standard output; nowhere else.

use crate::commands::PROGRAM;
use crate::host;
use libtest_mimic::{Failed, Trial};
use std::os::unix::fs::PermissionsExt;
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

fn written_with_mode_0600() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    for (scenario, secrets) in SECRETS.iter().filter(|(name, _)| *name != "ignored-files") {
        let folder = scratch.path().join(scenario);
        let root = root(scenario);
        let output = netpivot(&["convert", "-f", "ifcfg", "-t", "keyfile", "--root", &root, "-o", &folder.display().to_string()])?;
        without(secrets, "stdout of -o", &output.stdout)?;
        without(secrets, "stderr of -o", &output.stderr)?;
        let files = host::files(&folder);
        let all: String = files.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
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
