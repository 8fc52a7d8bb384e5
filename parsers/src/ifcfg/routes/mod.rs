//! Route files: `route-NAME`, `route6-NAME`, `NAME.route` (ifcfg.md section 5).
//!
//! The two readers look at other files, in another grammar, with another idea of whose route it is. What decides is
//! [`Profile::meaning`]: a profile with a rule file has initscripts' routes under NetworkManager
//! too, because NetworkManager then leaves routes and rules to a dispatcher script that applies them the
//! initscripts way (trap 24).

use super::vars::{IfcfgFile, Reader, Rejected};
use crate::Context;
use crate::text::iproute::{self, Tables, Word};
use foldhash::HashMap;
use netpivot_model::codes::routes as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::network::Network;
use netpivot_model::reflect::Node;
use netpivot_model::route::{Route, RouteType};
use netpivot_model::rule::Family;
use netpivot_model::source::{SourceId, Span};

mod legacy;
pub(super) use legacy::classful;
mod networkmanager;
#[cfg(test)]
mod tests;

/// The route and rule files of one profile.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// `route-NAME`.
    pub route: Vec<SourceId>,
    /// `route6-NAME`.
    pub route6: Vec<SourceId>,
    /// `NAME.route`.
    pub dotted: Vec<SourceId>,
    /// `rule-NAME`.
    pub rule: Vec<SourceId>,
    /// `rule6-NAME`.
    pub rule6: Vec<SourceId>,
    /// Files that initscripts would read for this profile and the profile's reader does not.
    pub unread: Vec<SourceId>,
}

impl Files {
    /// The files of a profile. `exists` tells which names are in its directory, `read` gives the text of one.
    ///
    /// initscripts takes the files named after the device, then those named after the ifcfg file;
    /// NetworkManager only the latter (trap 21).
    pub fn find(
        file: &IfcfgFile<'_>,
        exists: &dyn Fn(&str) -> bool,
        read: &mut dyn FnMut(&str) -> Option<SourceId>,
    ) -> Files {
        let device =
            file.device().map(|var| var.value).filter(|device| *device != file.name && !device.contains('/'));
        let mut files = Files::default();
        let mut take = |name: String, list: &mut Vec<SourceId>| {
            if exists(&name) {
                list.extend(read(&name));
            }
        };
        let both = file.reader == Reader::Initscripts;
        let names = device.filter(|_| both).into_iter().chain([file.name]);
        for name in names {
            take(format!("route-{name}"), &mut files.route);
            take(format!("route6-{name}"), &mut files.route6);
            take(format!("rule-{name}"), &mut files.rule);
            take(format!("rule6-{name}"), &mut files.rule6);
            if both {
                take(format!("{name}.route"), &mut files.dotted);
            }
        }
        if !both {
            // Where the device has an ifcfg file of that name, its files are that profile's.
            for name in device.filter(|device| !exists(&format!("ifcfg-{device}"))).into_iter() {
                for kind in ["route", "route6", "rule", "rule6"] {
                    take(format!("{kind}-{name}"), &mut files.unread);
                }
            }
            take(format!("{}.route", file.name), &mut files.unread);
        }
        files
    }

    /// True where a rule file is there, which switches NetworkManager's own routing off (ifcfg.md 5.4).
    #[must_use]
    pub fn has_rules(&self) -> bool {
        !(self.rule.is_empty() && self.rule6.is_empty())
    }
}

/// One ifcfg file with what belongs to its routing.
pub struct Profile<'a> {
    /// The ifcfg file.
    pub file: &'a IfcfgFile<'a>,
    /// Its route and rule files.
    pub files: &'a Files,
    /// The host's routing tables.
    pub tables: &'a Tables,
    /// True where its IPv4 method is `disabled`: NetworkManager then reads no IPv4 routes (ifcfg.md 3.3).
    pub ipv4_disabled: bool,
}

impl Profile<'_> {
    /// Whose meaning the routes have.
    #[must_use]
    pub fn meaning(&self) -> Reader {
        if self.files.has_rules() { Reader::Initscripts } else { self.file.reader }
    }

    /// True where `name` is the profile's own interface.
    fn is_own(&self, name: &str) -> bool {
        name == self.file.device().map_or(self.file.name, |var| var.value)
    }
}

/// The routes of a profile.
///
/// # Errors
/// NetworkManager refuses the whole profile for a broken key of an `ADDRESSn` file.
pub fn read(profile: &Profile<'_>, cx: &mut Context) -> Result<Vec<Route>, Rejected> {
    let meaning = profile.meaning();
    let mut routes = Routes { list: Vec::new(), by_key: HashMap::default(), meaning };
    for source in &profile.files.unread {
        unread(profile, *source, cx);
    }
    for source in &profile.files.route {
        if meaning == Reader::NetworkManager && profile.ipv4_disabled {
            of_disabled(*source, cx);
        } else if is_legacy(&cx.sources.get(*source).text) {
            legacy::read(profile, *source, &mut routes, cx)?;
        } else {
            lines(profile, *source, Family::V4, &mut routes, cx);
        }
    }
    for source in &profile.files.dotted {
        legacy::read(profile, *source, &mut routes, cx)?;
    }
    for source in &profile.files.route6 {
        lines(profile, *source, Family::V6, &mut routes, cx);
    }
    Ok(routes.list)
}

/// True where a line matches `^[[:space:]]*ADDRESS[0-9]+=` (`utils_has_route_file_new_syntax`, `ifup-routes`).
fn is_legacy(text: &str) -> bool {
    text.lines().filter_map(|line| line.trim_start().strip_prefix("ADDRESS")).any(|rest| {
        let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        behind.len() < rest.len() && behind.starts_with('=')
    })
}

/// The lines of a text that say something: neither empty nor a comment.
pub(super) fn lines_of(source: SourceId, cx: &mut Context) -> Vec<Span> {
    let mut start = 0;
    let mut spans = Vec::new();
    for line in cx.sources.get(source).text.split_inclusive('\n') {
        let body = line.trim();
        if !body.is_empty() && !body.starts_with('#') {
            let from = start + (line.len() - line.trim_start().len());
            spans.push(Span::new(source, from, from + body.len()));
        }
        start += line.len();
    }
    for span in &spans {
        let key = cx.sources.text(*span).to_owned();
        cx.items.push(Item {
            span: *span,
            owner: None,
            section: None,
            key,
            value: String::new(),
            secret: false,
        });
    }
    spans
}

/// A file of raw `ip route add` lines.
fn lines(profile: &Profile<'_>, source: SourceId, family: Family, routes: &mut Routes, cx: &mut Context) {
    for span in lines_of(source, cx) {
        let text = cx.sources.text(span).to_owned();
        let words = iproute::words(&text, source, span.start as usize);
        match profile.meaning() {
            Reader::NetworkManager => networkmanager_line(profile, &words, family, span, routes, cx),
            Reader::Initscripts => initscripts_line(profile, &words, family, span, routes, cx),
        }
    }
}

const CURE: &str = "convert with `-f ifcfg:initscripts` if initscripts were in charge";

fn networkmanager_line(
    profile: &Profile<'_>,
    words: &[Word<'_>],
    family: Family,
    span: Span,
    routes: &mut Routes,
    cx: &mut Context,
) {
    let line = cx.sources.text(span).to_owned();
    match networkmanager::line(words, family) {
        Ok((route, ignored)) => {
            for (keyword, value) in ignored {
                report_ignored(profile, keyword, value, cx);
            }
            routes.add(route, span, cx);
        }
        Err(error) => {
            let diagnostic = match iproute::route(words, Some(family), profile.tables) {
                // The host may know the name.
                Ok(_) | Err(iproute::WordError { is_open: true, .. }) => Diagnostic::new(
                    &codes::ROUTE_DROPPED,
                    format!("NetworkManager drops the route `{line}` because {}; initscripts would add it", error.message),
                )
                .help(format!("write it in words that NetworkManager knows, or {CURE}")),
                Err(_) => Diagnostic::new(
                    &codes::BAD_ROUTE,
                    format!("`{line}` makes no route: NetworkManager drops it because {}, and `ip route` refuses it too", error.message),
                )
                .help("correct the line, or remove it"),
            };
            cx.report(diagnostic.at(error.span).at(span));
        }
    }
}

/// `dev` of another interface, and what NetworkManager ignores in IPv6 routes.
fn report_ignored(profile: &Profile<'_>, keyword: Word<'_>, value: Word<'_>, cx: &mut Context) {
    let span = Span { end: value.span.end, ..keyword.span };
    let said = format!("`{} {}`", keyword.text, value.text);
    let (message, help) = if keyword.text == "dev" {
        if profile.is_own(value.text) {
            return;
        }
        (
            format!(
                "NetworkManager ignores {said}: the route goes to the interface of `ifcfg-{}`",
                profile.file.name
            ),
            format!("move the line to the route file of `{}`, or {CURE}", value.text),
        )
    } else {
        (format!("NetworkManager ignores {said} of an IPv6 route"), "remove the word".to_owned())
    };
    cx.report(Diagnostic::new(&codes::ROUTE_WORD_IGNORED, message).at(span).help(help));
}

fn initscripts_line(
    profile: &Profile<'_>,
    words: &[Word<'_>],
    family: Family,
    span: Span,
    routes: &mut Routes,
    cx: &mut Context,
) {
    let line = cx.sources.text(span).to_owned();
    match iproute::route(words, Some(family), profile.tables) {
        Ok(mut route) => match route.dev.take_if(|dev| profile.is_own(&dev.value)) {
            Some(dev) => {
                merge(&mut route, &dev.origin);
                routes.kernel_of_device(route, &line, span, cx);
            }
            None => routes.kernel(route, &line, span, cx),
        },
        Err(error) => cx.report(error.unnamed(&line, span).unwrap_or_else(|| {
            Diagnostic::new(
                &codes::BAD_ROUTE,
                format!("`{line}` makes no route: `ip route add` refuses it because {}", error.message),
            )
            .at(error.span)
            .at(span)
            .help("correct the line, or remove it")
        })),
    }
}

/// Adds places to the route's destination, which is always said.
fn merge(route: &mut Route, origin: &netpivot_model::source::Origin) {
    if let Some(dst) = &mut route.dst {
        dst.origin.merge(origin);
    }
}

fn of_disabled(source: SourceId, cx: &mut Context) {
    let spans = lines_of(source, cx);
    if spans.is_empty() {
        return;
    }
    let path = cx.sources.get(source).path.clone();
    let message = format!(
        "NetworkManager does not read `{path}`: IPv4 is disabled in its profile, which has no address"
    );
    let diagnostic = Diagnostic::new(&codes::ROUTES_OF_DISABLED, message)
        .help(format!("give the profile an address or BOOTPROTO=dhcp, or {CURE}"));
    cx.report(spans.into_iter().fold(diagnostic, Diagnostic::at));
}

fn unread(profile: &Profile<'_>, source: SourceId, cx: &mut Context) {
    let spans = lines_of(source, cx);
    let path = cx.sources.get(source).path.clone();
    let name = profile.file.name;
    let message = format!(
        "NetworkManager does not read `{path}` for the profile `ifcfg-{name}`; initscripts would apply it"
    );
    let diagnostic = Diagnostic::new(&codes::ROUTE_FILE_UNREAD, message)
        .in_file(&path)
        .help(format!("rename it after the ifcfg file (`route-{name}`, `rule-{name}`), or {CURE}"));
    cx.report(spans.into_iter().fold(diagnostic, Diagnostic::at));
}

/// The routes found so far.
struct Routes {
    list: Vec<Route>,
    /// By what tells them apart for the reader.
    by_key: HashMap<String, usize>,
    meaning: Reader,
}

impl Routes {
    /// Adds a route of a raw line, to which initscripts adds no `dev`.
    fn kernel(&mut self, route: Route, line: &str, span: Span, cx: &mut Context) {
        let reaches = route.gateway.is_some() || route.dev.is_some() || !route.nexthops.is_empty();
        let needs = route.route_type.as_ref().is_none_or(|at| !is_reject(at.value));
        if needs && !reaches {
            let message = format!(
                "`ip route add {line}` fails, because it names neither a gateway nor a device; the output gives the route to the profile's interface"
            );
            let diagnostic = Diagnostic::new(&codes::ROUTE_WITHOUT_DEVICE, message).at(span);
            cx.report(diagnostic.help("add `dev` and the interface's name"));
        }
        self.kernel_of_device(route, line, span, cx);
    }

    /// Adds a route for which `ip route add` was told the device, where the kernel takes it.
    fn kernel_of_device(&mut self, route: Route, line: &str, span: Span, cx: &mut Context) {
        let dst = route.dst.as_ref().map(|at| at.value);
        if let Some(net) = dst.filter(|net| net.addr().is_ipv4() && net.addr() != net.network()) {
            let message = format!(
                "the kernel refuses the route to {net} (`{line}`), which has bits set behind its prefix length"
            );
            let diagnostic = Diagnostic::new(&codes::ROUTE_HOST_BITS, message).at(span);
            let diagnostic = spans_of(&route).into_iter().fold(diagnostic, Diagnostic::at);
            cx.report(diagnostic.help(format!("write `{}`", net.trunc())));
            return;
        }
        self.add(route, span, cx);
    }

    /// Adds a route. NetworkManager drops an exact repetition (`nm_setting_ip_config_add_route`); for initscripts a
    /// line of equal destination, metric and table replaces the earlier one (`ip route replace`).
    fn add(&mut self, route: Route, span: Span, cx: &mut Context) {
        let Some(index) = self.by_key.get(&self.key(&route)).copied() else {
            self.by_key.insert(self.key(&route), self.list.len());
            self.list.push(route);
            return;
        };
        let earlier = &mut self.list[index];
        if *earlier == route {
            merge(earlier, &span.into());
            return;
        }
        let old = std::mem::replace(earlier, route);
        let spans = spans_of(&old);
        let line = cx.sources.text(span);
        let message =
            format!("`{line}` takes the place of an earlier route of equal destination, metric and table");
        let diagnostic = Diagnostic::new(&codes::ROUTE_REPLACED, message).at(span);
        let diagnostic = spans.into_iter().fold(diagnostic, Diagnostic::at);
        cx.report(diagnostic.help("give each of the two a `metric`, or remove the first"));
    }

    /// For NetworkManager everything that a route says (origins do not print), for the kernel destination,
    /// metric, table and type of service.
    fn key(&self, route: &Route) -> String {
        match self.meaning {
            Reader::NetworkManager => format!("{route:?}"),
            Reader::Initscripts => format!("{:?}", (&route.dst, &route.metric, &route.table, &route.tos)),
        }
    }
}

/// All places that a route comes from.
fn spans_of(route: &Route) -> Vec<Span> {
    let mut spans = Vec::new();
    route.visit(&mut |_, field| collect(&field, &mut spans));
    spans
}

fn collect(field: &netpivot_model::reflect::FieldRef<'_>, spans: &mut Vec<Span>) {
    use netpivot_model::reflect::FieldRef;
    match field {
        FieldRef::Leaf(leaf) => leaf.origins(&mut |origin| spans.extend(origin.spans())),
        FieldRef::Node(node) => {
            node.iter().for_each(|node| node.visit(&mut |_, field| collect(&field, spans)))
        }
        FieldRef::Nodes(nodes) => {
            nodes.iter().for_each(|node| node.visit(&mut |_, field| collect(&field, spans)))
        }
        FieldRef::Variant(variant) => variant.node().visit(&mut |_, field| collect(&field, spans)),
    }
}

/// Types that need no way out.
fn is_reject(kind: RouteType) -> bool {
    match kind {
        RouteType::Blackhole | RouteType::Unreachable | RouteType::Prohibit | RouteType::Throw => true,
        RouteType::Unicast
        | RouteType::Local
        | RouteType::Broadcast
        | RouteType::Multicast
        | RouteType::Anycast
        | RouteType::Nat => false,
    }
}

/// Gives each route that names another interface to that interface's link. To be called when all links are there.
pub fn attach(network: &mut Network, cx: &mut Context) {
    let mut owners = HashMap::default();
    for (id, link) in network.links() {
        if let Some(name) = &link.name {
            owners.entry(name.value.clone()).or_insert(id);
        }
    }
    for index in 0..network.routes.len() {
        let owned = &network.routes[index];
        let Some(dev) = owned.item.dev.clone() else { continue };
        let own = owned.owner.and_then(|id| network.link(id).name.as_ref()).map(|at| at.value.clone());
        let owned = &mut network.routes[index];
        let message = if own.as_ref() == Some(&dev.value) {
            owned.item.dev = None;
            merge(&mut owned.item, &dev.origin);
            continue;
        } else if let Some(owner) = owners.get(&dev.value) {
            owned.owner = Some(*owner);
            owned.item.dev = None;
            merge(&mut owned.item, &dev.origin);
            format!(
                "the route goes to `{}`, which its line names, not to the interface of its file",
                dev.value
            )
        } else {
            format!("the route names `{}`, which no file configures", dev.value)
        };
        cx.report(
            Diagnostic::new(&codes::ROUTE_ELSEWHERE, message)
                .from(&dev.origin)
                .help(format!("put the line into the route file of `{}`", dev.value)),
        );
    }
}
