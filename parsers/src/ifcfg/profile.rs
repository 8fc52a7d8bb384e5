//! One ifcfg file as one program reads it: kind, identity, controller, the kind's own keys, addresses.

use super::aliases;
use super::host::Host;
use super::ip::{self, HasRoutes, Reading};
use super::kind::{self, Refusal};
use super::vars::{IfcfgFile, Reader, Rejected, Vars, boolean};
use super::{
    Text, bond, bridge, controller, dcb, dot1x, ethtool, identity, infiniband, nm_only, ovs, qos, routes,
    rules, s390, team, tun, tunnels, vlan, wifi,
};
use crate::Context;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::network::Leftover;
use netpivot_model::route::Route;
use netpivot_model::rule::Rule;
use netpivot_model::source::{At, SourceId, Span};

/// What a file makes.
#[derive(Debug)]
pub struct Made {
    /// The link.
    pub link: Link,
    /// Its routes.
    pub routes: Vec<Route>,
    /// Its policy rules.
    pub rules: Vec<Rule>,
    /// The alias and range files that belong to it.
    pub aliases: Vec<SourceId>,
    /// What the model has no place for, without owner.
    pub leftovers: Vec<Leftover>,
    /// The layers of Open vSwitch around the link.
    pub layers: Vec<Link>,
}

/// The place of an `NM_CONTROLLED=no`.
pub fn not_controlled(text: &Text) -> Option<Span> {
    let vars = Vars::new(&text.lexed.assignments, Reader::Initscripts);
    let var = vars.text("NM_CONTROLLED")?;
    (boolean(var.value, Reader::Initscripts) == Some(false)).then_some(var.span)
}

fn file<'a>(text: &'a Text, host: &Host<'_>, reader: Reader) -> IfcfgFile<'a> {
    let mut vars = Vars::new(&text.lexed.assignments, reader);
    if reader == Reader::Initscripts {
        host.global.layer_below(&mut vars);
    }
    IfcfgFile {
        name: &text.name,
        path: &text.path,
        source: text.source,
        reader,
        vars,
        assignments: &text.lexed.assignments,
    }
}

/// The link that NetworkManager makes of the file.
///
/// # Errors
/// It makes none.
pub fn networkmanager(text: &Text, host: &Host<'_>, cx: &mut Context) -> Result<Made, Refusal> {
    let file = file(text, host, Reader::NetworkManager);
    let kind = kind::networkmanager(&file, &host.files)?;
    make(&file, kind, host, cx).map_err(Refusal::Refused)
}

/// The link that initscripts make of the file.
///
/// # Errors
/// They make none.
pub fn initscripts(text: &Text, host: &Host<'_>, cx: &mut Context) -> Result<Made, Rejected> {
    let file = file(text, host, Reader::Initscripts);
    let kind = kind::initscripts(&file, &host.files)?;
    make(&file, kind, host, cx)
}

fn make(
    file: &IfcfgFile<'_>,
    kind: At<LinkKind>,
    host: &Host<'_>,
    cx: &mut Context,
) -> Result<Made, Rejected> {
    let mut link = Link { kind, ..Link::default() };
    if matches!(link.kind.value, LinkKind::Unsupported(_)) {
        // Its keys have another meaning or none; all of them are left over.
        identity::read_bare(file, &mut link);
        return Ok(Made {
            link,
            routes: Vec::new(),
            rules: Vec::new(),
            aliases: Vec::new(),
            leftovers: Vec::new(),
            layers: Vec::new(),
        });
    }
    kind::report_differences(file, &link.kind.value, cx);
    identity::read(file, &mut link, cx)?;
    controller::read(file, &mut link, cx);
    read_kind(file, &mut link, host, cx)?;
    bridge::read_port(file, &mut link, cx);
    bond::read_port(file, &mut link, cx);
    team::read_port(file, &mut link, cx)?;
    let ovs::Layers { links: layers, mut leftovers } = ovs::read(file, &mut link, cx)?;
    read_features(file, &mut link, host, &mut leftovers, cx)?;
    link.id = Some(identity::id(file, &link.kind.value));
    let files = host.routes_of(file, cx);
    let reading =
        Reading { file, global: &host.global, rule_files: files.has_rules(), host_reader: host.reader };
    let mut routes = ip::read(reading, &mut link, cx)?;
    if !layers.is_empty() {
        ovs::read_bootproto(&file.vars, &mut link);
    }
    let aliases = add_aliases(file, &mut link, host, cx);
    let profile =
        routes::Profile { file, files: &files, tables: &host.tables, ipv4_disabled: is_ipv4_disabled(&link) };
    routes.extend(routes::read(&profile, cx)?);
    let rules = rules::read(&profile, cx);
    if file.reader == Reader::NetworkManager && !link.is_addressless_port() {
        let has = |v4: bool| {
            routes.iter().any(|r| r.dst.as_ref().is_some_and(|at| at.value.addr().is_ipv4() == v4))
        };
        ip::verify(&link, HasRoutes { v4: has(true), v6: has(false) })?;
    }
    Ok(Made { link, routes, rules, aliases, leftovers, layers })
}

fn is_ipv4_disabled(link: &Link) -> bool {
    let method = link.ipv4.as_ref().and_then(|ipv4| ipv4.method.as_ref());
    method.is_none_or(|at| at.value == IpMethod::Disabled)
}

/// The keys that do not hang on the kind.
fn read_features(
    file: &IfcfgFile<'_>,
    link: &mut Link,
    host: &Host<'_>,
    leftovers: &mut Vec<Leftover>,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let (vars, reader) = (&file.vars, file.reader);
    nm_only::read(vars, reader, link, cx)?;
    dcb::read(vars, reader, link, cx)?;
    qos::read(vars, reader, link, cx)?;
    ethtool::read(vars, reader, link, leftovers, cx)?;
    if matches!(link.kind.value, LinkKind::Wifi(_)) {
        let keys = host.keys_of(file, cx);
        wifi::read(vars, keys.as_ref(), reader, link, cx)?;
    }
    if is_wired(&link.kind.value) {
        s390::read(vars, reader, link, cx)?;
        let keys = host.keys_of(file, cx);
        dot1x::read(vars, keys.as_ref(), reader, link, cx)?;
    }
    Ok(())
}

/// The kinds that have NetworkManager's settings of a network card (`make_wired_setting`).
fn is_wired(kind: &LinkKind) -> bool {
    matches!(
        kind,
        LinkKind::Ethernet(_)
            | LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Vlan(_)
    )
}

fn read_kind(
    file: &IfcfgFile<'_>,
    link: &mut Link,
    host: &Host<'_>,
    cx: &mut Context,
) -> Result<(), Rejected> {
    match link.kind.value {
        LinkKind::Bridge(_) => bridge::read(file, link, cx),
        LinkKind::Bond(_) => bond::read(file, link, cx),
        LinkKind::Team(_) => team::read(file, link, cx),
        LinkKind::Vlan(_) => vlan::read(file, link, cx),
        LinkKind::Infiniband(_) => infiniband::read(file, link, cx),
        LinkKind::IpTunnel(_) => tunnels::read(&file.vars, link, cx),
        LinkKind::Tun(_) => {
            tun::read(&file.vars, &|user| host.uid_of(user), link, cx);
            Ok(())
        }
        LinkKind::Veth(_) => tun::read_veth(&file.vars, link),
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Dummy(_)
        | LinkKind::Macvlan(_)
        | LinkKind::Ipvlan(_)
        | LinkKind::Vxlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Wireguard(_)
        | LinkKind::Macsec(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => Ok(()),
    }
}

/// Adds the addresses of the file's alias and range files; gives those files.
fn add_aliases(file: &IfcfgFile<'_>, link: &mut Link, host: &Host<'_>, cx: &mut Context) -> Vec<SourceId> {
    let own: Vec<&Text> = host.aliases.iter().filter(|text| aliases::belongs(file, &text.name)).collect();
    if own.is_empty() {
        return Vec::new();
    }
    let files: Vec<IfcfgFile<'_>> = own
        .iter()
        .map(|text| {
            let range = matches!(aliases::kind_of(&text.name), Some((aliases::AliasKind::Range, _)));
            let reader = if range { Reader::Initscripts } else { file.reader };
            IfcfgFile {
                name: &text.name,
                path: &text.path,
                source: text.source,
                reader,
                vars: Vars::new(&text.lexed.assignments, reader),
                assignments: &text.lexed.assignments,
            }
        })
        .collect();
    aliases::add(file, &files, &host.global, link, cx);
    own.iter().map(|text| text.source).collect()
}
