//! What a profile is – its kind, its UUID, what it is a port of – and what NetworkManager refuses it for.

use super::lex::{Entry, File, Group};
use super::profile::Profile;
use crate::Context;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{LinkKind, PortType};
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::vocabulary::keyfile as vocabulary;
use netpivot_model::vocabulary::keyfile::text;

/// The group of that short name.
pub(super) fn group<'f, 'a>(file: &'f File<'a>, name: &str) -> Option<&'f Group<'a>> {
    file.groups.iter().find(|g| vocabulary::short_name(g.name) == name)
}

/// The key of that name.
pub(super) fn entry<'a>(group: &Group<'a>, key: &str) -> Option<Entry<'a>> {
    group.entries.iter().find(|e| e.key == key).copied()
}

/// The uuid that a file says.
pub(super) fn said_uuid(file: &File<'_>) -> Option<String> {
    let entry = entry(group(file, "connection")?, "uuid")?;
    let uuid = text::unescape(entry.raw).ok()?.trim().to_ascii_lowercase();
    (!uuid.is_empty()).then_some(uuid)
}

/// The profile's kind: `connection.type`, else the group that only one type has
/// (`nm-connection.c:_normalize_connection_type`).
pub(super) fn kind_of(file: &File<'_>, cx: &mut Context) -> At<LinkKind> {
    let said = group(file, "connection").and_then(|g| entry(g, "type"));
    let word = said.and_then(|e| text::unescape(e.raw).ok().map(|w| (w.trim().to_owned(), e.span)));
    if let Some((word, span)) = word {
        let short = vocabulary::short_name(&word);
        if let Some(kind) = LinkKind::of(short).filter(|_| short != "unsupported") {
            return At::new(kind, span);
        }
        return unsupported(&word, span, cx);
    }
    let present = |word: &&&str| group(file, word).is_some();
    let mut kinds = LinkKind::WORDS.iter().filter(|w| **w != "ethernet" && **w != "ovs-interface");
    let inferred = kinds.find(present).or_else(|| ["ovs-interface", "ethernet"].iter().find(present));
    match inferred.and_then(|word| LinkKind::of(word).zip(group(file, word))) {
        Some((kind, group)) => At::new(kind, Origin::derived("type-from-group", [group.span])),
        None => {
            let at = group(file, "connection").map(|g| g.span).or(file.groups.first().map(|g| g.span));
            let mut finding = Diagnostic::new(
                &codes::REFUSED,
                "the profile has neither a type nor a group that tells it; NetworkManager refuses it",
            )
            .help("add `type=ethernet` (or another type) to [connection]");
            finding.labels.extend(at);
            cx.report(finding);
            At::new(LinkKind::Ethernet(Box::default()), Origin::default_value())
        }
    }
}

fn unsupported(word: &str, span: Span, cx: &mut Context) -> At<LinkKind> {
    let known = vocabulary::UNSUPPORTED.contains(&word);
    let what =
        if known { "is of a type that only keyfiles have" } else { "has a type that is not known here" };
    cx.report(
        Diagnostic::new(&codes::UNSUPPORTED_TYPE, format!("the profile {what}, `{word}`"))
            .at(span)
            .help("keep it as a keyfile, or configure it anew in the target"),
    );
    let mut kind = LinkKind::of("unsupported").expect("a kind of that word");
    if let LinkKind::Unsupported(node) = &mut kind {
        node.source_type = Some(At::new(word.to_owned(), span));
    }
    At::new(kind, span)
}

impl Profile<'_> {
    /// A port's type follows from its settings group (`nm-connection.c:_normalize_connection_slave_type`).
    pub(super) fn infer_port_type(&mut self, file: &File<'_>) {
        if self.link().port_type.is_some() || self.link().controller.is_none() {
            return;
        }
        let groups =
            [("bridge-port", PortType::Bridge), ("bond-port", PortType::Bond), ("team-port", PortType::Team)];
        let found = groups.iter().find_map(|(name, port)| group(file, name).map(|g| (*port, g.span)));
        if let Some((port, span)) = found {
            self.link().port_type = Some(At::new(port, Origin::derived("port-type-from-group", [span])));
        }
    }

    /// What NetworkManager refuses the whole profile for.
    pub(super) fn check(&mut self, file: &File<'_>) {
        self.check_methods(file);
        self.check_name();
        self.check_group(file);
        self.check_controller();
    }

    pub(super) fn refuse(&mut self, why: &str, origin: &Origin, help: &str) {
        let text = format!("{why}; NetworkManager refuses the whole profile");
        self.cx.report(Diagnostic::new(&codes::REFUSED, text).from(origin).help(help));
    }

    fn check_methods(&mut self, file: &File<'_>) {
        if self.link().is_addressless_port() {
            return;
        }
        for name in ["ipv4", "ipv6"] {
            let Some(found) = group(file, name) else { continue };
            if entry(found, "method").is_none() {
                let origin = Origin::from(found.span);
                self.refuse(
                    &format!("[{name}] has no method"),
                    &origin,
                    "add `method=auto` or another method",
                );
            }
        }
    }

    fn check_name(&mut self) {
        let named = FieldPath::parse("name");
        let link = self.link();
        let needs_name = matches!(
            link.kind.value,
            LinkKind::Bond(_)
                | LinkKind::Bridge(_)
                | LinkKind::Team(_)
                | LinkKind::Dummy(_)
                | LinkKind::Vrf(_)
                | LinkKind::Veth(_)
                | LinkKind::Wireguard(_)
                | LinkKind::Ipvlan(_)
                | LinkKind::OvsBridge(_)
                | LinkKind::OvsPort(_)
        );
        if needs_name && link.leaf(named).is_none_or(|leaf| !leaf.is_said()) {
            let why = format!("a profile of type {} needs an interface-name", link.kind.value.word());
            let origin = link.kind.origin.clone();
            self.refuse(&why, &origin, "add `interface-name=` to [connection]");
        }
    }

    /// Types whose group libnm does not add by itself (`nm-connection.c:_nm_connection_verify`: "setting required for
    /// connection of type"; measured with 1.42).
    fn check_group(&mut self, file: &File<'_>) {
        const NEEDED: [&str; 10] = [
            "vlan",
            "vrf",
            "veth",
            "macvlan",
            "macsec",
            "ip-tunnel",
            "infiniband",
            "wifi",
            "ovs-port",
            "ovs-interface",
        ];
        let link = self.link();
        let (word, origin) = (link.kind.value.word(), link.kind.origin.clone());
        if NEEDED.contains(&word) && group(file, word).is_none() {
            let why = format!("a profile of type {word} needs a group [{word}]");
            self.refuse(&why, &origin, &format!("add [{word}] with its settings"));
        }
    }

    /// A port has a controller and its type (`nm-setting-connection.c:verify`), and the layers of Open vSwitch have that above
    /// them (`nm-setting-ovs-interface.c`, `nm-setting-ovs-port.c`).
    fn check_controller(&mut self) {
        let link = self.link();
        let controller = link.controller.as_ref().map(|at| at.origin.clone());
        let port = link.port_type.as_ref().map(|at| (at.value, at.origin.clone()));
        let (word, kind) = (link.kind.value.word(), link.kind.origin.clone());
        let above = if matches!(link.kind.value, LinkKind::OvsInterface(_)) {
            Some(PortType::OvsPort)
        } else {
            matches!(link.kind.value, LinkKind::OvsPort(_)).then_some(PortType::OvsBridge)
        };
        match (above, port, controller) {
            (Some(above), None, None) => {
                let why = format!("a profile of type {word} needs a master");
                let help = format!("add `master=` and `slave-type={}` to [connection]", above.as_str());
                self.refuse(&why, &kind, &help);
            }
            (Some(above), Some((port, origin)), Some(_)) if port != above => {
                let why = format!("a profile of type {word} has the slave-type {}", above.as_str());
                self.refuse(&why, &origin, &format!("say `slave-type={}`", above.as_str()));
            }
            (_, Some((_, origin)), None) => {
                self.refuse("a port needs a master", &origin, "add `master=` to [connection]");
            }
            (_, None, Some(origin)) => {
                self.refuse("a port needs a slave-type", &origin, "add `slave-type=` to [connection]");
            }
            (_, Some(_), Some(_)) | (None, None, None) => {}
        }
    }
}
