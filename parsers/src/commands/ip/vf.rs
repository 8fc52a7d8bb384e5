//! `ip link set DEV vf N …`: a virtual function of a card (`iplink.c:iplink_parse_vf`), kept as NetworkManager's text of it.

use crate::commands::fault::Fault;
use crate::commands::words::{Words, mac, on_off};
use crate::text::iproute::{Word, number};
use netpivot_model::ethtool::Sriov;
use netpivot_model::source::{At, Span};
use std::collections::BTreeMap;

/// What a command says of one function.
#[derive(Debug, Clone)]
pub(super) struct Function {
    number: u32,
    /// In the order of nm_utils_sriov_vf_to_str().
    settings: BTreeMap<&'static str, String>,
    span: Span,
}

/// Reads the words behind `vf`, up to the first that is none of a function's; and a setting that the model has no place
/// for, if there is one.
pub(super) fn read<'a>(vf: Word<'a>, words: &mut Words<'a>) -> Result<(Function, Option<Word<'a>>), Fault> {
    let index = words.value(vf)?;
    let mut function = Function {
        number: number(index.text).ok_or_else(|| no_number(index))?,
        settings: BTreeMap::new(),
        span: super::super::kernel::across(vf.span, index.span),
    };
    let mut beyond = None;
    while let Some(word) = words.peek() {
        let key = match word.text {
            "mac" => "mac",
            "vlan" => "vlans",
            "max_tx_rate" | "rate" => "max-tx-rate",
            "min_tx_rate" => "min-tx-rate",
            "spoofchk" => "spoof-check",
            "trust" => "trust",
            "query_rss" | "state" | "node_guid" | "port_guid" => "",
            _ => break,
        };
        words.next();
        let value = words.value(word)?;
        let text = match key {
            "mac" => mac(value)?.to_string(),
            "spoof-check" | "trust" => on_off(value)?.to_string(),
            "vlans" => vlan(value, words)?,
            "" => {
                beyond = Some(word);
                continue;
            }
            _ => number(value.text).ok_or_else(|| no_number(value))?.to_string(),
        };
        function.settings.insert(key, text);
        function.span = super::super::kernel::across(function.span, value.span);
    }
    Ok((function, beyond))
}

fn no_number(word: Word<'_>) -> Fault {
    Fault::usage(word.span, format!("`{}` is no number", word.text))
}

/// `VLAN [qos N] [proto 802.1Q|802.1ad]` as `ID.QOS.PROTO`.
fn vlan(id: Word<'_>, words: &mut Words<'_>) -> Result<String, Fault> {
    let id = number(id.text).ok_or_else(|| no_number(id))?;
    let (mut qos, mut protocol) = (None, None);
    while let Some(word) = words.peek().filter(|word| matches!(word.text, "qos" | "proto")) {
        words.next();
        let value = words.value(word)?;
        if word.text == "qos" {
            qos = Some(number(value.text).ok_or_else(|| no_number(value))?);
        } else if value.text.eq_ignore_ascii_case("802.1ad") {
            protocol = Some("ad");
        }
    }
    Ok(match (qos, protocol) {
        (None, None) => id.to_string(),
        (Some(qos), None) => format!("{id}.{qos}"),
        (qos, Some(protocol)) => format!("{id}.{}.{protocol}", qos.unwrap_or(0)),
    })
}

impl Function {
    /// Puts the settings beside those of earlier commands.
    pub(super) fn store(&self, sriov: &mut Sriov) {
        let number = self.number.to_string();
        let before = sriov.vfs.get(&number).map(|at| at.value.clone()).unwrap_or_default();
        let mut settings: BTreeMap<&str, &str> =
            before.split(' ').filter_map(|setting| setting.split_once('=')).collect();
        settings.extend(self.settings.iter().map(|(key, value)| (*key, value.as_str())));
        let text: Vec<String> = settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        sriov.vfs.insert(number, At::new(text.join(" "), self.span));
    }
}
