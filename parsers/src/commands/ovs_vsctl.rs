//! ovs-vsctl(8): bridges, ports and columns of Open vSwitch's database, several commands with `--` between.
//!
//! The database has three layers, and so has the model: a bridge brings a port and an internal interface of its
//! own name, a port an interface (the rule `ovs-layers`, as for ifcfg files).

use super::fault::{Done, Fault};
use super::kernel::{DeviceId, HOST, Made};
use super::program::{Call, Effect, Ran};
use super::words::{Words, in_range};
use crate::text::iproute::Word;
use crate::text::ovs::{assignment, path_of};
use netpivot_model::link::{Link, LinkKind, PortType};
use netpivot_model::ovs::{OvsBridge, OvsInterface, OvsInterfaceType, OvsPort};
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, LinkRef, Scalar, Value};
use uuid::Uuid;

const RULE: &str = "ovs-layers";

pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    let mut changed = false;
    let all: Vec<&[Word<'_>]> = words.rest().split(|word| word.text == "--").collect();
    // `-- set Interface NAME type=internal` tells what kind of interface an earlier `add-port` makes.
    for (n, command) in all.iter().enumerate() {
        changed |= one(call, program, command, &all[n + 1..])?;
    }
    Ok(if changed { Effect::Changed } else { Effect::Asked(true) })
}

/// One command; true where it changes something.
fn one(
    call: &mut Call<'_>,
    program: Word<'_>,
    command: &[Word<'_>],
    later: &[&[Word<'_>]],
) -> Result<bool, Fault> {
    let mut words = Words::new(program, command);
    let (mut may_exist, mut if_exists) = (false, false);
    while let Some(option) =
        words.peek().filter(|word| word.text.starts_with("--") || word.text.starts_with('-'))
    {
        words.next();
        match option.text {
            "--may-exist" => may_exist = true,
            "--if-exists" => if_exists = true,
            text if text.starts_with("--id=") => {
                return Err(Fault::beyond(option.span, "it makes rows that nothing holds"));
            }
            "-t" | "--timeout" => {
                words.next();
            }
            _ => {}
        }
    }
    let Some(verb) = words.next() else { return Ok(false) };
    match verb.text {
        "add-br" => add_bridge(call, words, may_exist)?,
        "del-br" => delete(call, words, if_exists, true)?,
        "add-port" => add_port(call, words, may_exist, later)?,
        "del-port" => delete(call, words, if_exists, false)?,
        "add-bond" => add_bond(call, words, may_exist)?,
        "set" => set(call, words)?,
        "set-fail-mode" => {
            let (name, value) = (words.expect("the bridge")?, words.expect("the mode")?);
            let id = row(call, OvsTable::Bridge, name)?;
            column(call, id, OvsTable::Bridge, "fail_mode", value.text, value)?;
        }
        "init" => return Ok(false),
        "show" | "list-br" | "list-ports" | "list-ifaces" | "br-exists" | "list" | "get" | "find"
        | "port-to-br" | "iface-to-br" => {
            return Ok(false);
        }
        other => {
            return Err(Fault::beyond(
                verb.span,
                format!("nothing holds what `{} {other}` does", program.text),
            ));
        }
    }
    Ok(true)
}

/// A row's link outside of any namespace: bridges and ports are no links of the kernel.
fn layer(name: Word<'_>, kind: LinkKind, what: &str) -> Link {
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{what} {}", name.text).as_bytes()).to_string();
    let origin = Origin::derived(RULE, [name.span]);
    Link {
        name: Some(At::new(name.text.to_owned(), name.span)),
        id: Some(At::new(format!("{} ({})", name.text, kind.word()), origin.clone())),
        uuid: Some(At::new(uuid, origin)),
        kind: At::new(kind, name.span),
        up: Some(At::new(true, Origin::derived(RULE, [name.span]))),
        ..Link::default()
    }
}

fn join(call: &mut Call<'_>, port: DeviceId, controller: DeviceId, kind: PortType, span: Span) {
    let uuid = call.kernel.device(controller).link.uuid.as_ref().map(|at| at.value.clone());
    let origin = Origin::derived(RULE, [span]);
    let link = &mut call.kernel.device_mut(port).link;
    link.controller = uuid.map(|uuid| At::new(LinkRef::Uuid(uuid), origin.clone()));
    link.port_type = Some(At::new(kind, origin.clone()));
    call.kernel.plug(port, controller, origin);
}

fn interface(kind: OvsInterfaceType, origin: Origin) -> LinkKind {
    LinkKind::OvsInterface(Box::new(OvsInterface {
        interface_type: Some(At::new(kind, origin)),
        ..OvsInterface::default()
    }))
}

fn exists(name: Word<'_>, what: &str) -> Fault {
    Fault::kernel("constraint violation", name.span, format!("there is a {what} `{}` already", name.text))
        .intent("remove the line, or write `--may-exist`")
}

fn add_bridge(call: &mut Call<'_>, mut words: Words<'_>, may_exist: bool) -> Done {
    let name = words.expect("the name of the bridge")?;
    if let Some(parent) = words.next() {
        return Err(Fault::beyond(parent.span, "nothing holds bridges on top of bridges (fake bridges)"));
    }
    if call.kernel.ovs.bridges.contains_key(name.text) {
        return if may_exist { Ok(()) } else { Err(exists(name, "bridge")) };
    }
    let origin = Origin::derived(RULE, [name.span]);
    let mut local = layer(name, interface(OvsInterfaceType::Internal, origin), "interface");
    local.up = None;
    let local = call.kernel.make(HOST, name, local)?;
    let bridge =
        call.kernel.add_hidden(layer(name, LinkKind::OvsBridge(Box::<OvsBridge>::default()), "bridge"));
    let port = call.kernel.add_hidden(layer(name, LinkKind::OvsPort(Box::<OvsPort>::default()), "port"));
    join(call, port, bridge, PortType::OvsBridge, name.span);
    join(call, local, port, PortType::OvsPort, name.span);
    call.kernel.ovs.bridges.insert(name.text.to_owned(), bridge);
    call.kernel.ovs.ports.insert(name.text.to_owned(), (bridge, port, vec![local]));
    Ok(())
}

fn bridge(call: &Call<'_>, name: Word<'_>) -> Result<DeviceId, Fault> {
    call.kernel.ovs.bridges.get(name.text).copied().ok_or_else(|| {
        Fault::kernel(
            "no bridge of that name",
            name.span,
            format!("Open vSwitch has no bridge `{}`", name.text),
        )
        .intent(format!("make it first: `ovs-vsctl add-br {}`", name.text))
        .unless_there(call.kernel.has_other_links())
    })
}

/// What a later `-- set Interface NAME type=…` says the interface is.
fn later_type(name: &str, later: &[&[Word<'_>]]) -> Option<(OvsInterfaceType, Span)> {
    later.iter().find_map(|command| {
        let [set, table, row, columns @ ..] = command else { return None };
        if set.text != "set" || !"interface".starts_with(&table.text.to_ascii_lowercase()) || row.text != name
        {
            return None;
        }
        columns.iter().find_map(|word| {
            let kind = word.text.strip_prefix("type=")?;
            Some((OvsInterfaceType::from_text(kind).ok()?, word.span))
        })
    })
}

/// True for a name that the configuration speaks of and that no command has made yet.
fn is_profile(call: &Call<'_>, name: Word<'_>) -> bool {
    call.kernel.find(HOST, name.text).is_some_and(|id| call.kernel.device(id).made == Made::Profile)
}

fn add_port(call: &mut Call<'_>, mut words: Words<'_>, may_exist: bool, later: &[&[Word<'_>]]) -> Done {
    let bridge_name = words.expect("the name of the bridge")?;
    let name = words.expect("the name of the port")?;
    let bridge = bridge(call, bridge_name)?;
    if let Some((other, ..)) = call.kernel.ovs.ports.get(name.text) {
        return if may_exist && *other == bridge { Ok(()) } else { Err(exists(name, "port")) };
    }
    let port = call.kernel.add_hidden(layer(name, LinkKind::OvsPort(Box::<OvsPort>::default()), "port"));
    join(call, port, bridge, PortType::OvsBridge, bridge_name.span);
    let member = match later_type(name.text, later) {
        Some((OvsInterfaceType::System, _)) | None => call.kernel.named(HOST, name)?,
        Some((kind, span)) => {
            let mut link = layer(name, interface(kind, Origin::at(span)), "interface");
            link.up = None;
            // No link of the kernel's but an internal one; a stanza may speak of any.
            if kind == OvsInterfaceType::Internal || is_profile(call, name) {
                call.kernel.make(HOST, name, link)?
            } else {
                call.kernel.add_hidden(link)
            }
        }
    };
    join(call, member, port, PortType::OvsPort, name.span);
    call.kernel.ovs.ports.insert(name.text.to_owned(), (bridge, port, vec![member]));
    while let Some(word) = words.next() {
        assign(call, port, OvsTable::Port, word)?;
    }
    Ok(())
}

fn add_bond(call: &mut Call<'_>, mut words: Words<'_>, may_exist: bool) -> Done {
    let bridge_name = words.expect("the name of the bridge")?;
    let name = words.expect("the name of the bond")?;
    let bridge = bridge(call, bridge_name)?;
    if let Some((other, ..)) = call.kernel.ovs.ports.get(name.text) {
        return if may_exist && *other == bridge { Ok(()) } else { Err(exists(name, "port")) };
    }
    let port = call.kernel.add_hidden(layer(name, LinkKind::OvsPort(Box::<OvsPort>::default()), "port"));
    join(call, port, bridge, PortType::OvsBridge, bridge_name.span);
    let mut members = Vec::new();
    while let Some(word) = words.next() {
        if word.text.contains('=') {
            assign(call, port, OvsTable::Port, word)?;
        } else {
            let member = call.kernel.named(HOST, word)?;
            join(call, member, port, PortType::OvsPort, word.span);
            members.push(member);
        }
    }
    if members.len() < 2 {
        return Err(Fault::usage(name.span, "a bond has two interfaces or more"));
    }
    call.kernel.ovs.ports.insert(name.text.to_owned(), (bridge, port, members));
    Ok(())
}

/// `del-br BRIDGE`, `del-port [BRIDGE] PORT`: the rows go, and the interfaces that Open vSwitch made.
fn delete(call: &mut Call<'_>, mut words: Words<'_>, if_exists: bool, whole: bool) -> Done {
    let mut name = words.expect("the name")?;
    if let Some(port) = words.next() {
        name = port;
    }
    if whole {
        let Some(bridge) = call.kernel.ovs.bridges.remove(name.text) else {
            return if if_exists { Ok(()) } else { self::bridge(call, name).map(|_| ()) };
        };
        let ports: Vec<String> = call
            .kernel
            .ovs
            .ports
            .iter()
            .filter(|(_, (of, ..))| *of == bridge)
            .map(|(name, _)| name.clone())
            .collect();
        for port in ports {
            delete_port(call, &port, name.span)?;
        }
        return call.kernel.delete(bridge, name.span);
    }
    if !call.kernel.ovs.ports.contains_key(name.text) {
        if if_exists {
            return Ok(());
        }
        return Err(Fault::kernel(
            "no port of that name",
            name.span,
            format!("Open vSwitch has no port `{}`", name.text),
        )
        .unless_there(call.kernel.has_other_links()));
    }
    let owned = name.text.to_owned();
    delete_port(call, &owned, name.span)
}

fn delete_port(call: &mut Call<'_>, name: &str, span: Span) -> Done {
    let Some((_, port, members)) = call.kernel.ovs.ports.remove(name) else { return Ok(()) };
    for member in members {
        call.kernel.release(member);
        if matches!(call.kernel.device(member).link.kind.value, LinkKind::OvsInterface(_)) {
            call.kernel.delete(member, span)?;
        }
    }
    call.kernel.delete(port, span)
}

/// The tables whose columns the model has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OvsTable {
    Bridge,
    Port,
    Interface,
}

/// `set TABLE ROW COLUMN[:KEY]=VALUE …`.
fn set(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let table_word = words.expect("the table")?;
    let table = match table_word.text.to_ascii_lowercase().as_str() {
        "bridge" | "br" => OvsTable::Bridge,
        "port" => OvsTable::Port,
        "interface" | "iface" => OvsTable::Interface,
        _ => {
            return Err(Fault::beyond(
                table_word.span,
                format!("nothing holds the table `{}`", table_word.text),
            ));
        }
    };
    let row_word = words.expect("the row")?;
    let id = row(call, table, row_word)?;
    while let Some(word) = words.next() {
        assign(call, id, table, word)?;
    }
    Ok(())
}

fn row(call: &Call<'_>, table: OvsTable, name: Word<'_>) -> Result<DeviceId, Fault> {
    let missing = |what: &str| {
        Fault::kernel("no row of that name", name.span, format!("Open vSwitch has no {what} `{}`", name.text))
            .unless_there(call.kernel.has_other_links())
    };
    match table {
        OvsTable::Bridge => bridge(call, name),
        OvsTable::Port => {
            call.kernel.ovs.ports.get(name.text).map(|(_, port, _)| *port).ok_or_else(|| missing("port"))
        }
        OvsTable::Interface => {
            let own =
                call.kernel.ovs.ports.get(name.text).and_then(|(_, _, members)| members.first().copied());
            own.or_else(|| call.kernel.find(HOST, name.text)).ok_or_else(|| missing("interface"))
        }
    }
}

/// `COLUMN=VALUE`, `COLUMN:KEY=VALUE`.
fn assign(call: &mut Call<'_>, id: DeviceId, table: OvsTable, word: Word<'_>) -> Done {
    let Some((name, key, value)) = assignment(word.text) else {
        return Err(Fault::usage(word.span, format!("`{}` is no COLUMN=VALUE", word.text)));
    };
    if let Some(key) = key {
        return pair(call, id, table, (name, &key), &value, word);
    }
    column(call, id, table, name, &value, word)
}

/// `COLUMN:KEY=VALUE`.
fn pair(
    call: &mut Call<'_>,
    id: DeviceId,
    table: OvsTable,
    (name, key): (&str, &str),
    value: &str,
    word: Word<'_>,
) -> Done {
    let link = &mut call.kernel.device_mut(id).link;
    let map = match name.replace('-', "_").as_str() {
        "external_ids" => &mut link.ovs_external_ids,
        "other_config" => &mut link.ovs_other_config,
        _ => return column(call, id, table, &format!("{name}:{key}"), value, word),
    };
    map.insert(key.to_owned(), At::new(value.to_owned(), word.span));
    Ok(())
}

fn wrong(word: Word<'_>) -> Fault {
    Fault::kernel("constraint violation", word.span, format!("`{}` is no value of that column", word.text))
}

fn column(
    call: &mut Call<'_>,
    id: DeviceId,
    table: OvsTable,
    name: &str,
    value: &str,
    word: Word<'_>,
) -> Done {
    let link = &mut call.kernel.device_mut(id).link;
    let plain = name.replace('-', "_");
    let known = match table {
        OvsTable::Bridge => bridge_column(link, &plain, value, word)?,
        OvsTable::Port => port_column(link, &plain, value, word)?,
        OvsTable::Interface => interface_column(link, name, value, word)?,
    };
    if known { Ok(()) } else { Err(Fault::beyond(word.span, format!("nothing holds the column `{name}`"))) }
}

fn boolean(value: &str, word: Word<'_>) -> Result<At<bool>, Fault> {
    bool::from_text(value).map(|value| At::new(value, word.span)).map_err(|_| wrong(word))
}

fn parsed<T: Scalar>(value: &str, word: Word<'_>) -> Result<At<T>, Fault> {
    T::from_text(value).map(|value| At::new(value, word.span)).map_err(|_| wrong(word))
}

fn bridge_column(link: &mut Link, name: &str, value: &str, word: Word<'_>) -> Result<bool, Fault> {
    let LinkKind::OvsBridge(bridge) = &mut link.kind.value else { return Ok(false) };
    match name {
        "fail_mode" => bridge.fail_mode = Some(parsed(value, word)?),
        "stp_enable" => bridge.stp_enable = Some(boolean(value, word)?),
        "rstp_enable" => bridge.rstp_enable = Some(boolean(value, word)?),
        "mcast_snooping_enable" => bridge.mcast_snooping_enable = Some(boolean(value, word)?),
        "datapath_type" => bridge.datapath_type = Some(At::new(value.to_owned(), word.span)),
        _ => return Ok(false),
    }
    Ok(true)
}

fn port_column(link: &mut Link, name: &str, value: &str, word: Word<'_>) -> Result<bool, Fault> {
    let LinkKind::OvsPort(port) = &mut link.kind.value else { return Ok(false) };
    match name {
        "tag" => {
            let number = in_range(Word { text: value, ..word }, 0, 4095)?;
            port.tag = Int::new(number.into()).map(|n| At::new(n, word.span));
        }
        "vlan_mode" => port.vlan_mode = Some(parsed(value, word)?),
        "trunks" => {
            for item in
                value.trim_matches(['[', ']']).split(',').map(str::trim).filter(|item| !item.is_empty())
            {
                port.trunks.push(item.to_owned(), word.span);
            }
        }
        "lacp" => port.lacp = Some(parsed(value, word)?),
        "bond_mode" => port.bond_mode = Some(parsed(value, word)?),
        "bond_updelay" => port.bond_updelay = Some(parsed(value, word)?),
        "bond_downdelay" => port.bond_downdelay = Some(parsed(value, word)?),
        _ => return Ok(false),
    }
    Ok(true)
}

fn interface_column(link: &mut Link, name: &str, value: &str, word: Word<'_>) -> Result<bool, Fault> {
    match name.replace('-', "_").as_str() {
        "type" => return interface_type(link, value, word).map(|()| true),
        "mtu_request" => {
            link.mtu = Some(parsed(value, word)?);
            return Ok(true);
        }
        "mac" => {
            link.mac = Some(parsed(value, word)?);
            return Ok(true);
        }
        _ => {}
    }
    let LinkKind::OvsInterface(interface) = &mut link.kind.value else { return Ok(false) };
    let text = At::new(value.to_owned(), word.span);
    match name.strip_prefix("options:") {
        Some("peer") => interface.patch_peer = Some(text),
        Some(option) if is_tunnel(interface) => {
            interface.tunnel_options.insert(option.to_owned(), text);
        }
        _ => {
            let path = path_of(name).filter(|path| path.starts_with("ovs_interface."));
            let Some(leaf) = path.and_then(|path| link.leaf_mut(FieldPath::parse(path))) else {
                return Ok(false);
            };
            let value = Value::text(value.to_owned());
            return leaf.set(&value, word.span.into()).map(|()| true).map_err(|_| wrong(word));
        }
    }
    Ok(true)
}

fn is_tunnel(interface: &OvsInterface) -> bool {
    interface.interface_type.as_ref().is_some_and(|at| at.value.is_tunnel())
}

fn interface_type(link: &mut Link, value: &str, word: Word<'_>) -> Done {
    let Ok(kind) = OvsInterfaceType::from_text(value) else {
        return Err(Fault::beyond(word.span, format!("nothing holds interfaces of the type `{value}`")));
    };
    let kind = Some(At::new(kind, word.span));
    if let LinkKind::OvsInterface(interface) = &mut link.kind.value {
        interface.interface_type = kind;
    } else if value != "system" {
        let settings = OvsInterface { interface_type: kind, ..OvsInterface::default() };
        link.kind = At::new(LinkKind::OvsInterface(Box::new(settings)), word.span);
    }
    Ok(())
}
