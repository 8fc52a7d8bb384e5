//! What kind of link a file describes, for each of the two programs (ifcfg.md 3.2).

use super::files::Files;
use super::vars::{IfcfgFile, Reader, Rejected, Var, boolean};
use crate::Context;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::LinkKind;
use netpivot_model::source::{At, Origin, Span};

/// Why NetworkManager makes no profile of a file.
#[derive(Debug)]
pub enum Refusal {
    /// `NM_CONTROLLED=no`.
    Unmanaged(Span),
    /// It leaves the file alone.
    Skipped(Rejected),
    /// It refuses the file.
    Refused(Rejected),
    /// Nobody makes a link of it.
    Nothing(Rejected),
}

fn var_says(var: Var<'_>, wanted: bool, reader: Reader) -> bool {
    boolean(var.value, reader) == Some(wanted)
}

/// The span of `key` where it is a boolean of that value.
fn said(file: &IfcfgFile<'_>, key: &str, wanted: bool) -> Option<Span> {
    file.vars.text(key).filter(|var| var_says(*var, wanted, file.reader)).map(|var| var.span)
}

fn kind(word: &str, spans: impl IntoIterator<Item = Option<Span>>) -> At<LinkKind> {
    let value = LinkKind::of(word).expect("the words of this module are kinds of the model");
    let spans: Vec<Span> = spans.into_iter().flatten().collect();
    At::new(value, if spans.is_empty() { Origin::default_value() } else { Origin::said(spans) })
}

/// The device's name without its trailing digits, which initscripts take for the kind.
fn stem(device: &str) -> &str {
    device.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The kind that NetworkManager's reader makes of the file (`connection_from_file_full`).
///
/// # Errors
/// It makes no profile.
pub fn networkmanager(file: &IfcfgFile<'_>, files: &Files) -> Result<At<LinkKind>, Refusal> {
    let vars = &file.vars;
    if let Some(span) = said(file, "NM_CONTROLLED", false) {
        return Err(Refusal::Unmanaged(span));
    }
    firmware(file)?;
    let devicetype = vars.text("DEVICETYPE");
    let is = |word: &str| devicetype.is_some_and(|var| var.value.eq_ignore_ascii_case(word));
    let device_span = devicetype.map(|var| var.span);
    if is("Team") {
        return finish(file, "Team", vec![device_span]);
    }
    if is("TeamPort") {
        return match (vars.text("TYPE"), said(file, "VLAN", true)) {
            (Some(var), _) => finish(file, var.value, vec![Some(var.span), device_span]),
            (None, Some(vlan)) if file.device().is_some() => {
                finish(file, "Vlan", vec![Some(vlan), device_span])
            }
            (None, _) => finish(file, "Ethernet", vec![device_span]),
        };
    }
    if let Some(config) = vars.text("TEAM_CONFIG") {
        return finish(file, "Team", vec![Some(config.span)]);
    }
    match vars.text("TYPE") {
        Some(var) if var.value == "CTC" => finish(file, "Ethernet", vec![Some(var.span)]),
        Some(var) => finish(file, var.value, vec![Some(var.span)]),
        None => inferred(file, files),
    }
}

/// `BOOTPROTO=ibft` is left to the initial RAM disk, which reads the firmware's table.
fn firmware(file: &IfcfgFile<'_>) -> Result<(), Refusal> {
    match file.vars.text("BOOTPROTO").filter(|var| var.value.eq_ignore_ascii_case("ibft")) {
        Some(var) => Err(Refusal::Nothing(Rejected::at(
            "`BOOTPROTO=ibft` leaves the link to the initial RAM disk, which takes it from the firmware's iBFT table",
            var.span,
        ))),
        None => Ok(()),
    }
}

/// NetworkManager's choice for a file without TYPE.
fn inferred(file: &IfcfgFile<'_>, files: &Files) -> Result<At<LinkKind>, Refusal> {
    if let Some(var) = file.vars.text("IPV6TUNNELIPV4") {
        return Err(Refusal::Skipped(Rejected::at("`IPV6TUNNELIPV4` makes it a tunnel", var.span)));
    }
    let Some(device) = file.device() else {
        return Err(Refusal::Nothing(Rejected {
            reason: "it has neither TYPE nor DEVICE".to_owned(),
            span: None,
        }));
    };
    if device.value == "lo" {
        return Err(Refusal::Skipped(Rejected::at("it is for the loopback device", device.span)));
    }
    if let Some(span) = said(file, "BONDING_MASTER", true) {
        return finish(file, "Bond", vec![Some(span)]);
    }
    if let Some(span) = said(file, "VLAN", true) {
        return finish(file, "Vlan", vec![Some(span)]);
    }
    let stem = stem(device.value);
    let script = !["", "eth", "wireless"].contains(&stem) && files.starts_kind(stem);
    if script {
        let reason = format!("the script `ifup-{stem}` starts devices of its kind");
        return Err(Refusal::Skipped(Rejected::at(reason, device.span)));
    }
    finish(file, if stem == "wireless" { "Wireless" } else { "Ethernet" }, Vec::new())
}

fn finish(file: &IfcfgFile<'_>, word: &str, mut spans: Vec<Option<Span>>) -> Result<At<LinkKind>, Refusal> {
    let options = file.vars.text("BONDING_OPTS");
    let master = said(file, "BONDING_MASTER", true);
    let bond = if word == "Ethernet" && options.is_some() { "Bond" } else { word };
    if let (Some(span), false) = (master, bond.eq_ignore_ascii_case("Bond")) {
        return Err(Refusal::Refused(Rejected::at(
            format!("`BONDING_MASTER=yes` does not fit `TYPE={word}`"),
            span,
        )));
    }
    spans.push(master);
    let known = ["Ethernet", "Wireless", "InfiniBand", "Bond", "Team", "Vlan", "Bridge"];
    let Some(name) = known.iter().find(|known| known.eq_ignore_ascii_case(bond)) else {
        let span = spans.iter().flatten().next().copied();
        let reason = format!("`TYPE={word}` is none that its ifcfg reader knows");
        return Err(Refusal::Skipped(Rejected { reason, span }));
    };
    let kind_word = match *name {
        "Wireless" => "wifi",
        "InfiniBand" => "infiniband",
        "Bond" => "bond",
        "Team" => "team",
        "Vlan" => "vlan",
        "Bridge" => "bridge",
        _ => "ethernet",
    };
    if kind_word == "vlan" {
        spans.push(said(file, "VLAN", true));
    }
    if kind_word == "team" {
        spans.push(
            file.vars.text("DEVICETYPE").filter(|v| v.value.eq_ignore_ascii_case("Team")).map(|v| v.span),
        );
    }
    let mandatory = ["bridge", "bond", "team"].contains(&kind_word);
    if mandatory && file.device().is_none() {
        let reason = format!("a {kind_word} needs DEVICE");
        return Err(Refusal::Refused(Rejected { reason, span: spans.iter().flatten().next().copied() }));
    }
    spans.dedup();
    Ok(kind(kind_word, spans))
}

/// Reports where the two programs take the link for different kinds: NetworkManager goes by TYPE in any case of
/// letters, initscripts by VLAN, BONDING_OPTS, TEAM_CONFIG and the exact words of TYPE.
pub fn report_differences(file: &IfcfgFile<'_>, kind: &LinkKind, cx: &mut Context) {
    let Some(typed) = file.vars.text("TYPE") else { return };
    let vlan = said(file, "VLAN", true);
    let nm = file.reader == Reader::NetworkManager;
    let written = format!("`TYPE={}`", typed.value);
    let (message, help) = match (kind.word(), vlan) {
        ("vlan", Some(_)) if nm || typed.value.eq_ignore_ascii_case("Vlan") => return,
        ("vlan", Some(_)) => (
            format!(
                "{written} does not count for initscripts beside `VLAN=yes`; NetworkManager goes by TYPE"
            ),
            "write `TYPE=Vlan`, or remove TYPE",
        ),
        ("vlan", None) => (
            format!("{written} makes a VLAN for NetworkManager; initscripts make one only with `VLAN=yes`"),
            "add `VLAN=yes` for initscripts",
        ),
        (word, Some(_)) => (
            format!(
                "with {written} the link is of the kind {word} for NetworkManager; with `VLAN=yes` it is a VLAN for initscripts"
            ),
            "write `TYPE=Vlan` if it is a VLAN, else remove VLAN",
        ),
        ("bond", None) if nm && file.vars.text("BONDING_OPTS").is_none() => (
            format!(
                "{written} makes a bond in mode balance-rr for NetworkManager; initscripts make one only with BONDING_OPTS"
            ),
            "add BONDING_OPTS with the mode that the bond has",
        ),
        ("team", None) if nm && file.vars.text("TEAM_CONFIG").is_none() => (
            format!("{written} makes a team for NetworkManager; initscripts make one only with TEAM_CONFIG"),
            "add TEAM_CONFIG",
        ),
        (word, None) if misspelt(typed.value) => (
            format!(
                "{written} makes a link of the kind {word} for NetworkManager; initscripts do not know the word in this spelling"
            ),
            "write the word as ifcfg files have it (`Bridge`, `InfiniBand`, `Wireless`)",
        ),
        (_, None) => return,
    };
    let mut diagnostic = Diagnostic::new(&codes::KIND_DIFFERS, message).at(typed.span).help(help);
    diagnostic.labels.extend(vlan);
    cx.report(diagnostic);
}

/// True for a word of [`TYPES`] in other letters, where that makes a difference.
fn misspelt(word: &str) -> bool {
    let harmless = ["Ethernet", "Bond", "Vlan", "Team", "SIT", "infiniband"];
    !harmless
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word) && (*known != "infiniband" || *known == word))
        && !TYPES.iter().any(|(known, _)| *known == word)
        && TYPES.iter().any(|(known, _)| known.eq_ignore_ascii_case(word))
}

/// The words of TYPE that initscripts know, and the model's kind for each; an empty kind has no model. An Open
/// vSwitch bridge is its local interface here, which has the addresses; [`super::ovs`] makes the bridge itself.
const TYPES: [(&str, &str); 27] = [
    ("Ethernet", "ethernet"),
    ("Wireless", "wifi"),
    ("CTC", "ethernet"),
    ("Bridge", "bridge"),
    ("Bond", "bond"),
    ("Vlan", "vlan"),
    ("Team", "team"),
    ("InfiniBand", "infiniband"),
    ("GRE", "ip-tunnel"),
    ("GRE6", "ip-tunnel"),
    ("IPIP", "ip-tunnel"),
    ("IPIP6", "ip-tunnel"),
    ("sit", "ip-tunnel"),
    ("Tap", "tun"),
    ("Veth", "veth"),
    ("dummy", "dummy"),
    ("OVSBridge", "ovs-interface"),
    ("OVSUserBridge", "ovs-interface"),
    ("OVSPort", "ethernet"),
    ("OVSIntPort", "ovs-interface"),
    ("OVSPatchPort", "ovs-interface"),
    ("OVSTunnel", "ovs-interface"),
    ("OVSDPDKPort", "ovs-interface"),
    ("OVSBond", "ovs-port"),
    ("OVSDPDKBond", "ovs-port"),
    ("loopback", "loopback"),
    ("lo", "loopback"),
];

/// The kind that initscripts make of the file (`source_config`, `ifup`). A kind that the model has no words
/// for is `unsupported`, never another one.
///
/// # Errors
/// They make no link of it.
pub fn initscripts(file: &IfcfgFile<'_>, files: &Files) -> Result<At<LinkKind>, Rejected> {
    if let Err(Refusal::Nothing(rejected)) = firmware(file) {
        return Err(rejected);
    }
    let vars = &file.vars;
    let typed = vars.text("TYPE");
    if file.device().is_none() && vars.text("HWADDR").is_none() && typed.is_none() {
        return Err(Rejected { reason: "it has neither TYPE nor DEVICE".to_owned(), span: None });
    }
    let kind = by_keys(file, files);
    // A card is found by its address, too; the kinds without a model are kept whatever they say.
    let by_address =
        ["ethernet", "wifi", "infiniband"].contains(&kind.value.word()) && vars.text("HWADDR").is_some();
    if by_address || file.device().is_some() || matches!(kind.value, LinkKind::Unsupported(_)) {
        return Ok(kind);
    }
    Err(Rejected { reason: "it has no DEVICE".to_owned(), span: kind.origin.span() })
}

fn by_keys(file: &IfcfgFile<'_>, files: &Files) -> At<LinkKind> {
    let vars = &file.vars;
    let (typed, devicetype) = (vars.text("TYPE"), vars.text("DEVICETYPE"));
    let span_of = |var: Option<Var<'_>>| var.map(|var| var.span);
    let is = |word: &str| devicetype.filter(|var| var.value == word);
    if let Some(var) = is("Team").or_else(|| vars.text("TEAM_CONFIG")) {
        return kind("team", [Some(var.span), span_of(typed), span_of(devicetype)]);
    }
    let type_is = |word: &str| typed.is_some_and(|var| var.value.eq_ignore_ascii_case(word));
    if let Some(span) = said(file, "VLAN", true) {
        return kind("vlan", [Some(span), span_of(typed), span_of(is("TeamPort"))]);
    }
    let plain = typed.is_none() || type_is("Ethernet") || type_is("Bond");
    let bonded = vars.text("BONDING_OPTS").is_some() || said(file, "BONDING_MASTER", true).is_some();
    if plain && (bonded || type_is("Bond")) {
        return kind("bond", [span_of(typed), said(file, "BONDING_MASTER", true)]);
    }
    match typed {
        Some(var) => by_type(var, span_of(is("TeamPort"))),
        None => by_device(file, devicetype, files),
    }
}

fn by_type(var: Var<'_>, port: Option<Span>) -> At<LinkKind> {
    match TYPES.iter().find(|(word, _)| word.eq_ignore_ascii_case(var.value)) {
        Some((_, word)) => kind(word, [Some(var.span), port]),
        None => unsupported(var.value, var.span),
    }
}

/// The device kinds that initscripts start by a script of their own.
const SCRIPTED: [(&str, &str); 10] = [
    ("ppp", ""),
    ("ippp", ""),
    ("isdn", ""),
    ("ipsec", ""),
    ("cipcb", ""),
    ("plip", ""),
    ("sl", ""),
    ("bnep", ""),
    ("sit", "ip-tunnel"),
    ("ib", "infiniband"),
];

fn by_device(file: &IfcfgFile<'_>, devicetype: Option<Var<'_>>, files: &Files) -> At<LinkKind> {
    if let Some(var) = file.vars.text("IPV6TUNNELIPV4").filter(|_| devicetype.is_none()) {
        return kind("ip-tunnel", [Some(var.span)]);
    }
    let Some(device) = devicetype.or_else(|| file.device()) else {
        return kind("ethernet", []);
    };
    let word = if devicetype.is_some() { device.value } else { stem(device.value) };
    let span = devicetype.map(|var| var.span);
    if word == "lo" {
        return kind("loopback", [span]);
    }
    if word == "TeamPort" {
        return kind("ethernet", [span]);
    }
    match SCRIPTED.iter().find(|(name, _)| *name == word) {
        Some((_, "")) => unsupported(word, device.span),
        Some((_, known)) => kind(known, [span]),
        None if files.starts_kind(word) => unsupported(word, device.span),
        None => kind("ethernet", [span]),
    }
}

fn unsupported(word: &str, span: Span) -> At<LinkKind> {
    let mut at = kind("unsupported", [Some(span)]);
    if let LinkKind::Unsupported(unsupported) = &mut at.value {
        unsupported.source_type = Some(At::new(word.to_owned(), span));
    }
    at
}
