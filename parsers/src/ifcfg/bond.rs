//! Bonds and their ports (ifcfg.md 3.6, keyfile.md 7).
//!
//! BONDING_OPTS goes to sysfs under initscripts, where the kernel judges each option; NetworkManager checks
//! names and values, drops what the mode has no use for and refuses the file for a few combinations.

use super::vars::{Base, IfcfgFile, Reader, Rejected};
use crate::Context;
use netpivot_model::bond::{Bond, BondMode, LacpRate};
use netpivot_model::codes::{ifcfg as codes, ip as ip_codes};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::{FieldMut, Node};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{I32, IfName, Int, U16, Value};
use netpivot_model::vocabulary::ifcfg::bond::{ACTIVE, ADAPTIVE, Form, OPTIONS};

/// Reads the bond's options.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let Some(var) = file.vars.text("BONDING_OPTS") else {
        if file.reader == Reader::Initscripts {
            report_optionless(file, link, cx);
        }
        return Ok(());
    };
    let words = words(file.reader, var.value, var.span, cx);
    for (name, value) in &words {
        option(file.reader, link, (name, value, var.span), cx);
    }
    let LinkKind::Bond(bond) = &mut link.kind.value else { return Ok(()) };
    if file.reader == Reader::NetworkManager {
        one_notification(&words, var.span)?;
        verify(bond, var.span)?;
    }
    let mode = mode_of(bond);
    let why = format!("{} has no use for it in the mode {mode}", program(file.reader));
    for (name, path, _, modes) in OPTIONS {
        if modes & bit(mode) == 0 {
            drop_option(bond, (name, path), &why, var.span, cx);
        }
    }
    if file.reader == Reader::Initscripts {
        monitoring(bond, var.span, cx);
    }
    if bond.miimon.is_none() && !positive(&bond.arp_interval) {
        report_unwatched(var.span, cx);
    }
    Ok(())
}

/// Without miimon and ARP monitoring NetworkManager watches the ports, initscripts leave the kernel's 0 (trap 17).
fn report_unwatched(span: Span, cx: &mut Context) {
    cx.report(
        Diagnostic::new(
            &ip_codes::READERS_DIFFER,
            "BONDING_OPTS has no `miimon`: NetworkManager looks at the ports' links every 100 ms, under initscripts nobody does",
        )
        .at(span)
        .help("write `miimon=100`, or `miimon=0` for none"),
    );
}

/// Two names of one option of the kernel, which NetworkManager wants to agree.
fn one_notification(words: &[(String, String)], span: Span) -> Result<(), Rejected> {
    let value = |name: &str| words.iter().rfind(|(n, _)| n == name).map(|(_, value)| value);
    match (value("num_grat_arp"), value("num_unsol_na")) {
        (Some(a), Some(b)) if a != b => {
            Err(Rejected::at(format!("`num_grat_arp={a}` and `num_unsol_na={b}` are one option"), span))
        }
        _ => Ok(()),
    }
}

/// What the kernel makes of the two kinds of link monitoring (`bond_option_arp_interval_set`,
/// `_bond_option_delay_set`); initscripts write miimon first.
fn monitoring(bond: &mut Bond, span: Span, cx: &mut Context) {
    let targets = bond.arp_ip_target.is_said() || bond.ns_ip6_target.is_said();
    if !targets {
        drop_option(
            bond,
            ("arp_interval", "bond.arp_interval"),
            "ARP monitoring needs arp_ip_target",
            span,
            cx,
        );
    }
    let arp = positive(&bond.arp_interval);
    if !arp {
        let why = "ARP monitoring needs arp_interval";
        drop_option(bond, ("arp_ip_target", "bond.arp_ip_target"), why, span, cx);
        drop_option(bond, ("ns_ip6_target", "bond.ns_ip6_target"), why, span, cx);
    }
    if arp && positive(&bond.miimon) {
        drop_option(bond, ("miimon", "bond.miimon"), "the kernel turns it off for ARP monitoring", span, cx);
    }
    if !positive(&bond.miimon) {
        for (name, path) in [
            ("updelay", "bond.updelay"),
            ("downdelay", "bond.downdelay"),
            ("peer_notif_delay", "bond.peer_notif_delay"),
        ] {
            drop_option(bond, (name, path), "the kernel refuses it without miimon", span, cx);
        }
    }
}

/// initscripts make a bond of the device by its options only.
fn report_optionless(file: &IfcfgFile<'_>, link: &Link, cx: &mut Context) {
    let span = link.kind.origin.span().or(file.device().map(|var| var.span));
    let mut diagnostic = Diagnostic::new(
        &codes::KIND_DIFFERS,
        "initscripts make a bond only with BONDING_OPTS (or an alias in modprobe.d); NetworkManager makes one in mode balance-rr, which is written",
    )
    .help("add BONDING_OPTS with the mode that the bond has");
    diagnostic.labels.extend(span);
    cx.report(diagnostic);
}

/// The `name=value` words. initscripts take the value after the last `=`, NetworkManager after the first.
fn words(reader: Reader, text: &str, span: Span, cx: &mut Context) -> Vec<(String, String)> {
    let blank = |c: char| match reader {
        Reader::NetworkManager => c == ' ',
        Reader::Initscripts => c.is_ascii_whitespace(),
    };
    let mut found = Vec::new();
    for word in text.split(blank).filter(|word| !word.is_empty()) {
        let Some((name, first)) =
            word.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty())
        else {
            cx.report(
                Diagnostic::new(
                    &codes::BOND_OPTION,
                    format!("`{word}` in `BONDING_OPTS` is no `name=value` and has no effect"),
                )
                .at(span),
            );
            continue;
        };
        let last = first.rsplit_once('=').map_or(first, |(_, last)| last);
        let value = if reader == Reader::NetworkManager { first } else { last };
        if first != last {
            cx.report(
                Diagnostic::new(
                    &codes::BOND_OPTION,
                    format!("`{word}` in `BONDING_OPTS` is `{first}` for NetworkManager and `{last}` for initscripts"),
                )
                .at(span)
                .help("separate the options by blanks"),
            );
        }
        found.push((name.to_owned(), value.to_owned()));
    }
    found
}

fn unused(name: &str, value: &str, span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(&codes::BOND_OPTION, format!("the bonding option `{name}={value}` has no effect: {why}"))
        .at(span)
}

fn option(reader: Reader, link: &mut Link, said: (&str, &str, Span), cx: &mut Context) {
    let (name, value, span) = said;
    let Some((_, path, form, _)) = known(name) else {
        cx.report(
            unused(name, value, span, &format!("{} knows no such option", program(reader)))
                .help("check the spelling (`modinfo bonding` lists the options)"),
        );
        return;
    };
    let stored = value_of(*form, value).and_then(|parsed| store(link, path, &parsed, span));
    if let Err(why) = stored {
        cx.report(unused(name, value, span, &why).help("correct the value, or remove the option"));
    }
}

fn known(name: &str) -> Option<&'static (&'static str, &'static str, Form, u8)> {
    OPTIONS.iter().find(|(option, ..)| *option == name)
}

/// Sets the option of that name, or says what is wrong: a clause.
///
/// # Errors
/// There is no such option, or it does not take the value.
pub(super) fn set(link: &mut Link, name: &str, value: &str, span: Span) -> Result<(), String> {
    let (_, path, form, _) = known(name).ok_or_else(|| "there is no such option".to_owned())?;
    store(link, path, &value_of(*form, value)?, span)
}

fn value_of(form: Form, value: &str) -> Result<Value, String> {
    match form {
        Form::Number(low, high) => super::vars::integer(value, Base::Ten)
            .filter(|n| (low..=high).contains(n))
            .map(Value::Int)
            .ok_or_else(|| format!("it takes a whole number from {low} to {high}")),
        Form::Flag => match value {
            "0" => Ok(Value::Bool(false)),
            "1" => Ok(Value::Bool(true)),
            _ => Err("it takes 0 or 1".to_owned()),
        },
        Form::Word | Form::Mac => Ok(Value::text(value.to_owned())),
        Form::Name => match value.parse::<IfName>() {
            Ok(_) => Ok(Value::text(value.to_owned())),
            Err(_) => Err("it takes an interface name".to_owned()),
        },
        Form::Addresses => Ok(addresses(value)),
    }
}

fn program(reader: Reader) -> &'static str {
    match reader {
        Reader::NetworkManager => "NetworkManager",
        Reader::Initscripts => "the kernel",
    }
}

fn store(link: &mut Link, path: &'static str, value: &Value, span: Span) -> Result<(), String> {
    let leaf = link.leaf_mut(FieldPath::parse(path)).ok_or_else(|| "the link is no bond".to_owned())?;
    leaf.set(value, Origin::at(span)).map_err(|error| format!("it takes {}", error.expected))
}

/// NetworkManager removes quotes, `+` and `-` (`handle_bond_option`); initscripts write each with a `+`.
fn addresses(value: &str) -> Value {
    let clean: String = value.chars().filter(|c| !"+-'\"".contains(*c)).collect();
    let items = clean.split(',').map(|item| Value::text(item.trim().to_owned()));
    Value::List(items.filter(|item| item.as_text() != Some("")).collect())
}

fn mode_of(bond: &Bond) -> BondMode {
    bond.mode.as_ref().map_or(BondMode::BalanceRr, |at| at.value)
}

fn bit(mode: BondMode) -> u8 {
    1 << BondMode::ALL.iter().position(|m| *m == mode).expect("every mode is in the list")
}

fn positive(said: &Option<At<netpivot_model::value::Count>>) -> bool {
    said.as_ref().is_some_and(|at| at.value.get() > 0)
}

/// The combinations that make NetworkManager refuse the file (`nm-setting-bond.c:verify`).
fn verify(bond: &Bond, span: Span) -> Result<(), Rejected> {
    let mode = mode_of(bond);
    let refuse = |what: &str| Err(Rejected::at(format!("BONDING_OPTS: {what}"), span));
    let arp = positive(&bond.arp_interval);
    let targets = bond.arp_ip_target.is_said() || bond.ns_ip6_target.is_said();
    if bit(mode) & ADAPTIVE != 0 && (arp || targets) {
        return refuse(&format!("the mode {mode} has no ARP monitoring"));
    }
    if bond.primary.is_some() && bit(mode) & ACTIVE == 0 {
        return refuse(&format!("`primary` does not fit the mode {mode}"));
    }
    if bond.lacp_rate.as_ref().is_some_and(|at| at.value != LacpRate::Slow) && mode != BondMode::Ieee8023ad {
        return refuse(&format!("`lacp_rate` does not fit the mode {mode}"));
    }
    if bond.lacp_active.is_some() && mode != BondMode::Ieee8023ad {
        return refuse(&format!("`lacp_active` does not fit the mode {mode}"));
    }
    if arp && !targets {
        return refuse("`arp_interval` needs `arp_ip_target`");
    }
    if targets && !arp {
        return refuse("`arp_ip_target` needs `arp_interval`");
    }
    // With ARP monitoring and no miimon neither delay is looked at.
    let miimon = bond.miimon.as_ref().map(|at| at.value.get()).or_else(|| (!arp).then_some(100));
    for (name, delay) in [("updelay", &bond.updelay), ("downdelay", &bond.downdelay)] {
        if miimon == Some(0) && positive(delay) {
            return refuse(&format!("`{name}` needs `miimon`"));
        }
    }
    if let (Some(delay), Some(miimon)) = (bond.peer_notif_delay.as_ref().map(|at| at.value.get()), miimon)
        && delay > 0
        && (miimon == 0 || delay % miimon != 0)
    {
        return refuse("`peer_notif_delay` needs to be a multiple of `miimon`");
    }
    if bond.balance_slb.as_ref().is_some_and(|at| at.value) && mode != BondMode::BalanceXor {
        return refuse(&format!("`balance-slb` does not fit the mode {mode}"));
    }
    Ok(())
}

/// Drops an option that has no effect (`_normalize_bond_options`; the kernel refuses it), and says so.
fn drop_option(bond: &mut Bond, option: (&str, &'static str), why: &str, span: Span, cx: &mut Context) {
    let (name, path) = option;
    let field = FieldPath::parse(path).names().last().unwrap_or_default();
    let Some(FieldMut::Leaf(leaf)) = bond.field_mut(field) else { return };
    let Some(value) = leaf.value() else { return };
    leaf.clear();
    let text = match &value {
        Value::Bool(flag) => i64::from(*flag).to_string(),
        Value::List(items) => items.iter().map(Value::to_string).collect::<Vec<_>>().join(","),
        Value::Int(_) | Value::Text(_) | Value::Secret(_) | Value::Map(_) => value.to_string(),
    };
    cx.report(
        unused(name, &text, span, why)
            .help("remove the option, or choose a mode and monitoring that have it"),
    );
}

/// Reads BOND_PORT_QUEUE_ID and BOND_PORT_PRIO, which only NetworkManager knows.
pub fn read_port(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) {
    if file.reader != Reader::NetworkManager || !is_bond_port(link) {
        return;
    }
    let queue = file.vars.int("BOND_PORT_QUEUE_ID", 0..=65_535, Base::Ten, file.reader, cx);
    let prio = file.vars.int(
        "BOND_PORT_PRIO",
        i64::from(i32::MIN)..=i64::from(i32::MAX),
        Base::Ten,
        file.reader,
        cx,
    );
    if let Some(at) = queue {
        let value = U16::new(at.value).expect("the range was checked");
        link.bond_port.get_or_insert_default().queue_id = Some(At { value, origin: at.origin });
    }
    if let Some(at) = prio {
        let value: I32 = Int::new(at.value).expect("the range was checked");
        link.bond_port.get_or_insert_default().prio = Some(At { value, origin: at.origin });
    }
}

fn is_bond_port(link: &Link) -> bool {
    use netpivot_model::link::PortType;
    link.port_type.as_ref().is_some_and(|at| at.value == PortType::Bond)
}
