//! Traffic control (QDISCn, FILTERn, TC_COMMIT) and SR-IOV (SRIOV_*), which only NetworkManager sets (ifcfg.md 3.1).

use super::rows;
use super::vars::{Reader, Rejected, Var, Vars, bad_value};
use crate::Context;
use netpivot_model::ethtool::{Sriov, Tc};
use netpivot_model::link::Link;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::Mac;
use netpivot_model::vocabulary::ifcfg::rows::SRIOV;

mod words;

const VF: &str = "SRIOV_VF";

/// Reads the keys.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(vars: &Vars, reader: Reader, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    if reader == Reader::Initscripts {
        return Ok(());
    }
    rows::read(SRIOV, vars, reader, link, cx);
    for key in vars.names().filter(|key| key.starts_with(VF)) {
        function(key, vars, link, cx)?;
    }
    if let Some(at) = vars.flag("TC_COMMIT", reader, cx).filter(|at| at.value) {
        tc(link).replace = Some(at);
    }
    for (prefix, filter) in [("QDISC", false), ("FILTER", true)] {
        // The first missing number ends the list.
        for n in 1.. {
            let key = format!("{prefix}{n}");
            let Some(var) = vars.text(&key) else { break };
            discipline(&key, var, filter, link, cx);
        }
    }
    if let Some(tc) = link.tc.as_deref_mut().filter(|tc| tc.replace.is_none()) {
        // With one discipline NetworkManager replaces all (`nms-ifcfg-rh-reader.c:make_tc_setting`).
        let spans = tc.qdiscs.values().chain(tc.filters.values()).flat_map(|at| at.origin.spans().to_vec());
        tc.replace = Some(At::new(true, Origin::derived("tc-replaces-all", spans)));
    }
    Ok(())
}

fn tc(link: &mut Link) -> &mut Tc {
    link.tc.get_or_insert_default()
}

fn discipline(key: &str, var: Var<'_>, filter: bool, link: &mut Link, cx: &mut Context) {
    let read = if filter { words::filter(var.value) } else { words::discipline(var.value) };
    let (parent, text) = match read {
        Ok(found) => found,
        Err(why) => return cx.report(left_out(key, var, &why)),
    };
    let map = if filter { &mut tc(link).filters } else { &mut tc(link).qdiscs };
    if map.contains_key(&parent) {
        let why = format!("a profile holds one of them for the parent `{parent}`, and there is one already");
        return cx.report(left_out(key, var, &why));
    }
    map.insert(parent, At::new(text, var.span));
}

fn left_out(key: &str, var: Var<'_>, why: &str) -> netpivot_model::diagnostic::Diagnostic {
    let mut report = bad_value(key, var, "", Reader::NetworkManager);
    report.message = format!("NetworkManager leaves out `{key}={}`: {why}", var.value);
    report.help = Some("correct the value, or remove the line".to_owned());
    report
}

/// A virtual function: `SRIOV_VF0="mac=… trust=true"`.
fn function(key: &str, vars: &Vars, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let Some(var) = vars.get(key) else { return Ok(()) };
    let Ok(index) = key[VF.len()..].parse::<u32>() else { return Ok(()) };
    let mut words = Vec::new();
    for word in var.value.split_ascii_whitespace() {
        let Some((name, value)) = word.split_once('=') else {
            cx.report(left_out(key, var, &format!("`{word}` is not `name=value`")));
            return Ok(());
        };
        let fits = match name {
            "mac" => value.parse::<Mac>().is_ok(),
            "spoof-check" | "trust" => is_boolean(value),
            "min-tx-rate" | "max-tx-rate" => value.parse::<u32>().is_ok(),
            "vlans" => value.split(';').all(is_vlan),
            _ => {
                let mut report = left_out(key, var, "");
                report.message = format!("NetworkManager does not know `{word}` of `{key}={}`", var.value);
                cx.report(report);
                continue;
            }
        };
        if !fits {
            cx.report(left_out(key, var, &format!("`{word}` does not fit")));
            return Ok(());
        }
        words.push(word);
    }
    let sriov: &mut Sriov = link.sriov.get_or_insert_default();
    // `nm-setting-sriov.c:verify`.
    let total = sriov.total_vfs.as_ref().map_or(0, |at| at.value.get());
    if i64::from(index) >= total {
        let reason = format!("`{key}` is there, but `SRIOV_TOTAL_VFS` makes {total} functions");
        return Err(Rejected::at(reason, var.span));
    }
    sriov.vfs.insert(index.to_string(), At::new(words.join(" "), var.span));
    Ok(())
}

fn is_boolean(text: &str) -> bool {
    ["true", "yes", "on", "1", "false", "no", "off", "0"].iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// `ID[.QOS[.PROTOCOL]]`.
fn is_vlan(text: &str) -> bool {
    let mut parts = text.split('.');
    let id = parts.next().and_then(|id| id.parse::<u32>().ok()).is_some_and(|id| id <= 4095);
    let qos = parts.next().is_none_or(|qos| qos.parse::<u32>().is_ok());
    let protocol = parts.next().is_none_or(|word| matches!(word, "q" | "ad"));
    id && qos && protocol && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{said, vars};
    use super::*;

    fn run(text: &str) -> (Result<(), Rejected>, Vec<String>, Vec<String>) {
        let mut link = Link::default();
        let mut cx = Context::default();
        let result = read(&vars(text), Reader::NetworkManager, &mut link, &mut cx);
        (result, said(&link), cx.diagnostics.into_iter().map(|d| d.message).collect())
    }

    #[test]
    fn disciplines_and_filters_are_kept_by_parent() {
        // `test-tc-write` and `test-tc-write-empty` of the corpus.
        let text = "QDISC1=parent 2468:2 pfifo_fast\nQDISC2=root handle 1: fq_codel limit 10\n\
            FILTER1=parent 1234: matchall action simple sdata Hello";
        let (_, facts, messages) = run(text);
        assert_eq!(messages, Vec::<String>::new());
        assert_eq!(
            facts,
            [
                "tc.replace=true",
                "tc.qdiscs={2468:2: pfifo_fast, root: handle 1: fq_codel limit 10}",
                "tc.filters={1234:: matchall action simple sdata Hello}",
            ]
        );
        assert_eq!(run("TC_COMMIT=yes").1, ["tc.replace=true"]);
    }

    #[test]
    fn what_is_left_out_is_named() {
        for text in ["QDISC1=pfifo_fast", "QDISC1=root pfifo foo", "FILTER1=foo"] {
            let (_, facts, messages) = run(text);
            assert!(facts.is_empty() && messages.len() == 1, "{text}: {facts:?} {messages:?}");
            assert!(messages[0].contains(text), "{messages:?}");
        }
    }

    #[test]
    fn virtual_functions_are_checked() {
        let text = "SRIOV_TOTAL_VFS=2\nSRIOV_VF1=mac=00:11:22:33:44:55 trust=true vlans=10.3.ad;20";
        let (result, facts, messages) = run(text);
        assert_eq!((result, messages), (Ok(()), vec![]));
        assert_eq!(
            facts,
            ["sriov.total_vfs=2", "sriov.vfs={1: mac=00:11:22:33:44:55 trust=true vlans=10.3.ad;20}"]
        );
        assert!(run("SRIOV_VF0=trust=true").0.is_err(), "no function 0 without a total");
        assert!(run("SRIOV_TOTAL_VFS=1\nSRIOV_VF0=trust=maybe").2[0].contains("trust=maybe"));
    }
}
