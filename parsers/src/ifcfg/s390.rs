//! Channel attachment of s390 network cards (ifcfg.md 3.1): NetworkManager's `ethernet.s390-*`.
//!
//! initscripts use SUBCHANNELS to find the device that a file is for. The other keys are for the tools of that
//! machine, which read them whatever starts the link, so they are kept for both programs.

use super::rows;
use super::vars::{Reader, Rejected, Var, Vars, bad_value};
use crate::Context;
use netpivot_model::ethtool::S390;
use netpivot_model::link::Link;
use netpivot_model::source::At;
use netpivot_model::vocabulary::ifcfg::S390_OPTIONS;

/// Reads the keys.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(vars: &Vars, reader: Reader, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    subchannels(vars, reader, link, cx);
    net_type(vars, reader, link, cx);
    for (key, option) in [("PORTNAME", "portname"), ("CTCPROT", "ctcprot")] {
        if let Some(var) = vars.text(key) {
            set_option(option, var.value, var, link);
        }
    }
    if let Some(var) = vars.text("OPTIONS") {
        for item in rows::tokens(var.value) {
            // NetworkManager skips a word without `=` in silence.
            let Some((name, value)) = item.split_once('=') else {
                cx.report(bad_value("OPTIONS", var, "a list of `name=value`", reader));
                continue;
            };
            let fits = S390_OPTIONS.contains(&name) && (1..200).contains(&value.len());
            if reader == Reader::NetworkManager && !fits {
                return Err(Rejected::at(
                    format!("`OPTIONS` holds `{item}`, which is no option of the s390 drivers"),
                    var.span,
                ));
            }
            set_option(name, value, var, link);
        }
    }
    Ok(())
}

fn settings(link: &mut Link) -> &mut S390 {
    link.s390.get_or_insert_default()
}

fn set_option(name: &str, value: &str, var: Var<'_>, link: &mut Link) {
    settings(link).options.insert(name.to_owned(), At::new(value.to_owned(), var.span));
}

fn subchannels(vars: &Vars, reader: Reader, link: &mut Link, cx: &mut Context) {
    let Some(var) = vars.text("SUBCHANNELS") else { return };
    let items: Vec<&str> = var.value.split(',').filter(|item| !item.is_empty()).collect();
    let plain = var.value.chars().all(|c| c.is_ascii_hexdigit() || c == ',' || c == '.');
    if !plain || !(2..=3).contains(&items.len()) {
        cx.report(bad_value("SUBCHANNELS", var, "two or three bus ids with commas between them", reader));
        return;
    }
    for item in items {
        settings(link).subchannels.push(item.to_owned(), var.span);
    }
}

fn net_type(vars: &Vars, reader: Reader, link: &mut Link, cx: &mut Context) {
    let Some(var) = vars.text("NETTYPE") else { return };
    if matches!(var.value, "qeth" | "lcs" | "ctc") {
        settings(link).nettype = Some(At::new(var.value.to_owned(), var.span));
    } else {
        cx.report(bad_value("NETTYPE", var, "`qeth`, `lcs` or `ctc`", reader));
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{said, vars};
    use super::*;

    fn run(text: &str) -> (Result<(), Rejected>, Vec<String>, usize) {
        let mut link = Link::default();
        let mut cx = Context::default();
        let result = read(&vars(text), Reader::NetworkManager, &mut link, &mut cx);
        (result, said(&link), cx.diagnostics.len())
    }

    #[test]
    fn channels_and_options_are_read() {
        // `test-wired-qeth-static` of the corpus.
        let text = "NETTYPE=qeth\nSUBCHANNELS=0.0.0600,0.0.0601,0.0.0602\nPORTNAME=OSAPORT\nOPTIONS=layer2=1 portno=0";
        let (result, facts, found) = run(text);
        assert_eq!((result, found), (Ok(()), 0));
        assert_eq!(
            facts,
            [
                "s390.subchannels=[0.0.0600, 0.0.0601, 0.0.0602]",
                "s390.nettype=qeth",
                "s390.options={portname: OSAPORT, layer2: 1, portno: 0}",
            ]
        );
    }

    #[test]
    fn what_does_not_fit_is_named_or_refused() {
        assert_eq!(run("SUBCHANNELS=0.0.0600").2, 1);
        assert_eq!(run("NETTYPE=foo").2, 1);
        assert!(run("OPTIONS=foo=1").0.is_err());
    }
}
