//! A SUSE host's files, put together: a link for each file and each port that a file lists, routes, rules, name servers.

use super::account::{self, Fate};
use super::files::{self, Files};
use super::keys::{Keys, Layered, or_default, typed};
use super::kind::{self, Made};
use super::ports::{self, Port};
use super::{DIRECTORY, ethtool, hooks, ip, netconfig, ovs, routes, rules, sysctl};
use crate::ifcfg::vars::Rejected;
use crate::text::iproute::Tables;
use crate::text::shell::sysconfig::{self, Skipped};
use crate::{Context, Fatal, Input, Tree, names};
use netpivot_model::codes::{ifcfg as codes, suse};
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::IFCFG_SUSE;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{Leftover, Network};
use netpivot_model::source::{At, SourceId};
use netpivot_model::value::{LinkRef, MacSetting};
use std::collections::HashMap;

/// What stands around every file.
struct Host<'a> {
    tree: &'a dyn Tree,
    /// `config`, where it is there.
    config: Option<Keys>,
    /// `dhcp`.
    dhcp: Keys,
    sysctl: sysctl::Settings,
}

/// The links whose ports and layers wait for all files.
#[derive(Default)]
struct Waiting {
    ports: Vec<(LinkId, Vec<Port>)>,
    layers: Vec<(LinkId, Vec<Link>, Vec<Port>)>,
    sysctls: Vec<(Option<LinkId>, sysctl::Settings)>,
}

/// Reads a host.
///
/// # Errors
/// There are no files.
pub(in crate::ifcfg) fn parse(input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
    let files = files::discover(input.tree, cx);
    if files.links.is_empty() && files.others.is_empty() {
        return Err(nothing());
    }
    let mut network = Network { dialect: IFCFG_SUSE, ..Network::default() };
    let mut fates = HashMap::new();
    let config = host_file(input.tree, "config", &mut fates, cx);
    let dhcp = host_file(input.tree, "dhcp", &mut fates, cx).unwrap_or_default();
    let sysctl = sysctl::host(input.tree, files.has("ifsysctl"), cx);
    let host = Host { tree: input.tree, config, dhcp, sysctl };
    let mut waiting = Waiting::default();
    for name in &files.links {
        add_file(name, &host, &mut network, &mut fates, &mut waiting, cx);
    }
    for (id, ports) in waiting.ports {
        ports::attach(&mut network, id, ports, cx);
    }
    for (id, layers, ports) in waiting.layers {
        ovs::add(&mut network, id, layers, ports, cx);
    }
    ports::by_own_file(&mut network, cx);
    let tables = Tables::read(input.tree, cx);
    for id in (0..network.links.len()).filter_map(|n| u32::try_from(n).ok()).map(LinkId) {
        if is_device(network.link(id)) {
            routes::of_link(&mut network, id, input.tree, &tables, cx);
            rules::of_link(&mut network, id, input.tree, &tables, cx);
        }
    }
    routes::of_host(&mut network, input.tree, &tables, cx);
    netconfig::apply(&mut network, host.config.as_ref());
    kernel_settings(&host.sysctl, waiting.sysctls, &mut network, cx);
    orphans(&files, &network, input.tree, cx);
    let device_names = names::read(input.tree, cx);
    names::check(&device_names, &mut network, cx);
    account::report(&mut network, &fates, cx);
    Ok(network)
}

fn nothing() -> Fatal {
    Fatal {
        message: format!("there is no ifcfg file in {DIRECTORY}"),
        help: "give the root of a SUSE host with `--root`, or the files themselves".to_owned(),
    }
}

/// Not a layer of Open vSwitch, which shares its name with the interface.
fn is_device(link: &Link) -> bool {
    !matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_))
}

/// The settings of a file, registered; `None` where it is not there.
fn read(tree: &dyn Tree, name: &str, cx: &mut Context) -> Option<(Keys, SourceId, usize)> {
    let source = cx.read(tree, &format!("{DIRECTORY}/{name}"))?;
    let (settings, skipped) = sysconfig::read(&cx.sources.get(source).text, source);
    let first = cx.items.len();
    for setting in &settings {
        cx.items.push(Item {
            span: setting.span,
            owner: None,
            section: None,
            key: setting.name.clone(),
            value: setting.value.clone(),
            secret: account::is_secret(&setting.name),
        });
        if let Some(span) = setting.trailing {
            let message = format!("wicked ignores what stands behind the value of `{}`", setting.name);
            let help = "put a value with blanks into quotes, or the rest behind `#`";
            cx.report(Diagnostic::new(&suse::LINE_SKIPPED, message).at(span).help(help));
        }
    }
    skipped.iter().for_each(|line| report_skipped(line, cx));
    Some((Keys::new(&settings), source, first))
}

fn report_skipped(line: &Skipped, cx: &mut Context) {
    let what = line.name.as_ref().map_or("the line".to_owned(), |name| format!("`{name}=…`"));
    cx.report(
        Diagnostic::new(&suse::LINE_SKIPPED, format!("wicked skips {what}, because {}", line.why))
            .at(line.span)
            .help("write one `NAME='VALUE'` a line"),
    );
}

fn host_file(
    tree: &dyn Tree,
    name: &str,
    fates: &mut HashMap<SourceId, Fate>,
    cx: &mut Context,
) -> Option<Keys> {
    let (keys, source, _) = read(tree, name, cx)?;
    fates.insert(source, Fate::Host);
    Some(keys)
}

fn add_file(
    name: &str,
    host: &Host<'_>,
    network: &mut Network,
    fates: &mut HashMap<SourceId, Fate>,
    waiting: &mut Waiting,
    cx: &mut Context,
) {
    let Some((keys, source, first)) = read(host.tree, &format!("ifcfg-{name}"), cx) else { return };
    fates.insert(source, Fate::Nothing);
    let made = match kind::make(name, &keys) {
        Ok(made) => made,
        Err(rejected) => return refused(name, source, &rejected, cx),
    };
    let Made { mut links, ports, layers, leftovers } = made;
    links.iter_mut().for_each(|link| owners(link, host.tree, cx));
    let sysctl = host.sysctl.of_link(host.tree, name, cx);
    let mut leftovers = leftovers;
    let mut owner = None;
    for (n, mut link) in links.into_iter().enumerate() {
        let mut more = Vec::new();
        if let Err(rejected) = read_link(&keys, host, &sysctl, &mut link, &mut more, cx) {
            return refused(name, source, &rejected, cx);
        }
        if is_plain_loopback(&link) && !hooks::any(&keys) {
            report_loopback(&keys, name, cx);
            continue;
        }
        let id = network.add_link(link);
        owner.get_or_insert(id);
        if n == 0 {
            leftovers.append(&mut more);
        }
    }
    let Some(id) = owner else { return };
    fates.insert(source, Fate::Link(id));
    cx.items[first..].iter_mut().for_each(|item| item.owner = Some(id));
    network.leftovers.extend(leftovers.into_iter().map(|l| Leftover { owner: Some(id), ..l }));
    hooks::read(&keys, name, id, host.tree, network, cx);
    waiting.sysctls.push((Some(id), sysctl));
    if layers.is_empty() {
        waiting.ports.push((id, ports));
    } else {
        waiting.layers.push((id, layers, ports));
    }
}

/// A tun or tap device belongs to numbers; a name is looked up as getpwnam(3) and getgrnam(3) do it.
fn owners(link: &mut Link, tree: &dyn Tree, cx: &mut Context) {
    let LinkKind::Tun(tun) = &mut link.kind.value else { return };
    let fields = [(&mut tun.owner, "/etc/passwd"), (&mut tun.group, "/etc/group")];
    for (field, path) in fields {
        let Some(at) = field.as_mut().filter(|at| at.value.parse::<u32>().is_err()) else { continue };
        let text = tree.read(path, crate::MAX_FILE).unwrap_or_default();
        let root = (at.value == "root").then_some(0);
        let number = crate::ifcfg::tun::uid_in(&String::from_utf8_lossy(&text), &at.value).or(root);
        match number {
            Some(number) => at.value = number.to_string(),
            None => {
                let message =
                    format!("`{}` is not in `{path}`, so the device's owner has no number", at.value);
                let report = Diagnostic::new(&netpivot_model::codes::kinds::OWNER_UNKNOWN, message);
                cx.report(
                    report.from(&at.origin).help("give the number, or convert a root that holds the file"),
                );
                *field = None;
            }
        }
    }
}

/// The keys that do not hang on the kind.
fn read_link(
    keys: &Keys,
    host: &Host<'_>,
    sysctl: &sysctl::Settings,
    link: &mut Link,
    leftovers: &mut Vec<Leftover>,
    cx: &mut Context,
) -> Result<(), Rejected> {
    if !matches!(link.kind.value, LinkKind::Loopback(_)) {
        start(keys, link, cx);
    }
    link.mtu = typed(or_default(keys.int("MTU", 0..=u32::MAX.into()), cx).filter(|at| at.value != 0));
    if let Some(at) = keys.scalar::<MacSetting>("LLADDR")? {
        link.mac = Some(at);
    }
    if let Some(var) = keys.text("MASTER_DEVICE") {
        link.controller = Some(At::new(LinkRef::Name(var.value.to_owned()), var.span));
    }
    if matches!(link.kind.value, LinkKind::Unsupported(_)) {
        return Ok(());
    }
    let empty = Keys::default();
    zone(keys, host.config.as_ref().unwrap_or(&empty), host.config.is_some(), link, cx);
    ethtool::read(keys, link, leftovers, cx);
    ip::read(Layered { file: keys, defaults: &host.dhcp }, sysctl, link, cx);
    Ok(())
}

/// STARTMODE; `hotplug` and `ifplugd` wait for the device or its carrier.
fn start(keys: &Keys, link: &mut Link, cx: &mut Context) {
    let Some(var) = keys.text("STARTMODE") else { return };
    let (starts, hotplug) = match var.value {
        "auto" | "boot" | "onboot" | "on" | "nfsroot" | "ifplugd" => (true, false),
        "hotplug" => (true, true),
        "manual" | "off" => (false, false),
        _ => {
            let expected = "auto, hotplug, nfsroot, ifplugd, manual or off";
            super::keys::Bad::new("STARTMODE", var, expected).report(cx);
            return;
        }
    };
    link.autoconnect = Some(At::new(starts, var.span));
    link.hotplug = hotplug.then(|| At::new(true, var.span));
}

/// ZONE, where FIREWALL is on (`ni_suse_ifcfg_get_firewall`). SUSE's `config` says yes; without that file the file is
/// taken to be as it is shipped.
fn zone(keys: &Keys, config: &Keys, has_config: bool, link: &mut Link, cx: &mut Context) {
    let Some(zone) = keys.text("ZONE") else { return };
    let layered = Layered { file: keys, defaults: config };
    let firewall = layered.of("FIREWALL");
    let on = firewall.yes("FIREWALL").is_some() || (firewall.get("FIREWALL").is_none() && !has_config);
    if on {
        link.zone = Some(At::new(zone.value.to_owned(), zone.span));
        return;
    }
    let message = format!("`ZONE={}` has no effect without `FIREWALL=yes`", zone.value);
    let report = Diagnostic::new(&suse::FIREWALL_OFF, message).at(zone.span);
    let report = firewall.get("FIREWALL").into_iter().fold(report, |report, var| report.at(var.span));
    cx.report(report.help("add `FIREWALL=yes` where firewalld runs"));
}

fn refused(name: &str, source: SourceId, rejected: &Rejected, cx: &mut Context) {
    let message = format!("wicked refuses `ifcfg-{name}`, because {}", rejected.reason);
    let mut report = Diagnostic::new(&suse::REFUSED, message);
    report.labels.extend(rejected.span);
    report.file = Some(cx.sources.get(source).path.clone());
    cx.report(report.help("correct the file; wicked set up nothing for it"));
}

/// A loopback device with its own two addresses and nothing more.
fn is_plain_loopback(link: &Link) -> bool {
    if !matches!(link.kind.value, LinkKind::Loopback(_)) {
        return false;
    }
    let usual = |text: String| ["127.0.0.1/8", "::1/128"].contains(&text.as_str());
    let families = [&link.ipv4, &link.ipv6].into_iter().flatten();
    families.into_iter().all(|config| config.addresses.values().all(|address| usual(address.to_string())))
        && link.mtu.is_none()
}

fn report_loopback(keys: &Keys, name: &str, cx: &mut Context) {
    let all = || keys.names().filter_map(|name| Some((name, keys.get(name)?)));
    let shown: Vec<String> = all().map(|(name, var)| account::shown(name, var.value)).collect();
    let said = if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") };
    let message = format!("`ifcfg-{name}` says of the loopback device what every host has: {said}");
    let report = Diagnostic::new(&suse::LOOPBACK, message);
    cx.report(all().fold(report, |report, (_, var)| report.at(var.span)));
}

/// What the `ifsysctl` files set beside the settings of links.
fn kernel_settings(
    host: &sysctl::Settings,
    links: Vec<(Option<LinkId>, sysctl::Settings)>,
    network: &mut Network,
    cx: &Context,
) {
    let mut used = Vec::new();
    netpivot_model::facts::visit(network, &mut |_, seen| {
        netpivot_model::facts::origins_of(&seen, &mut |origin| used.extend_from_slice(origin.spans()));
    });
    host.rest(None, network, cx, &used);
    used.extend(host.spans());
    for (owner, settings) in links {
        settings.rest(owner, network, cx, &used);
    }
}

/// Files beside ifcfg files that are not there.
fn orphans(files: &Files, network: &Network, tree: &dyn Tree, cx: &mut Context) {
    for other in &files.others {
        let Some((_, name)) = ["ifroute-", "ifrule-", "ifsysctl-"]
            .into_iter()
            .find_map(|prefix| Some((prefix, other.strip_prefix(prefix)?)))
        else {
            continue;
        };
        let known = network.links.iter().any(|link| link.name.as_ref().is_some_and(|at| at.value == name));
        let path = tree.display(&format!("{DIRECTORY}/{other}"));
        if !known && !cx.files.iter().any(|(listed, _)| *listed == path) {
            let message = format!("`{other}` belongs to no ifcfg file, so wicked does not read it");
            cx.report(
                Diagnostic::new(&codes::ORPHAN, message)
                    .in_file(&path)
                    .help("add the ifcfg file, or remove it"),
            );
            cx.files.push((path, crate::FileStatus::Ignored("it belongs to no ifcfg file".to_owned())));
        }
    }
}
