//! `routes` and `ifroute-IF` (routes(5), `__ni_suse_route_parse`): destination, gateway, netmask, interface, then the words
//! of ip-route(8); `-` stands for nothing.

use super::DIRECTORY;
use crate::text::iproute::{self, Tables, Word, WordError};
use crate::{Context, Tree};
use ipnet::IpNet;
use netpivot_model::codes::{routes as codes, suse};
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::LinkId;
use netpivot_model::network::{Network, Owned};
use netpivot_model::route::{Route, RouteType};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, SourceId, Span};
use netpivot_model::value::Scalar;
use std::net::IpAddr;

/// A line of a file, continuation lines joined.
pub(super) struct Line {
    pub(super) span: Span,
    /// Without comment; a joined line keeps the bytes of the first part in place.
    pub(super) text: String,
}

/// The lines that say something. A backslash at the end of a line joins the next one; a comment goes to the end.
pub(super) fn lines(source: SourceId, cx: &mut Context) -> Vec<Line> {
    let mut found = Vec::new();
    let text = cx.sources.get(source).text.clone();
    let mut joined: Option<Line> = None;
    let mut start = 0;
    for raw in text.split_inclusive('\n') {
        let body = raw.trim_end_matches(['\n', '\r']);
        let (part, more) = body.strip_suffix('\\').map_or((body, false), |part| (part, true));
        let end = start + body.trim_end().len();
        match &mut joined {
            Some(line) => {
                // Each byte stays where it is, so that the words have their places.
                let gap = start - line.span.start as usize - line.text.len();
                line.text.extend(std::iter::repeat_n(' ', gap));
                line.text.push_str(part);
                line.span = Span::new(source, line.span.start as usize, end);
            }
            None => joined = Some(Line { span: Span::new(source, start, end), text: part.to_owned() }),
        }
        start += raw.len();
        if !more {
            found.extend(joined.take());
        }
    }
    found.extend(joined);
    found.retain_mut(|line| {
        let content = line.text.find('#').map_or(line.text.len(), |at| at);
        line.text.truncate(content);
        let blank = line.text.len() - line.text.trim_start().len();
        line.text.drain(..blank);
        line.span.start += u32::try_from(blank).unwrap_or(0);
        line.text.truncate(line.text.trim_end().len());
        !line.text.is_empty()
    });
    for line in &found {
        let key = line.text.clone();
        cx.items.push(Item {
            span: line.span,
            owner: None,
            section: None,
            key,
            value: String::new(),
            secret: false,
        });
    }
    found
}

/// A route with what tells which link it belongs to.
struct Parsed {
    route: Route,
    dev: Option<String>,
}

/// The routes of a link's own file.
pub(super) fn of_link(network: &mut Network, id: LinkId, tree: &dyn Tree, tables: &Tables, cx: &mut Context) {
    let name = network.link(id).label().to_owned();
    let Some(source) = cx.read(tree, &format!("{DIRECTORY}/ifroute-{name}")) else { return };
    for line in lines(source, cx) {
        let Some(parsed) = parse(&line, source, tables, cx) else { continue };
        if parsed.dev.as_ref().is_some_and(|dev| *dev != name) {
            let message =
                format!("wicked ignores the interface in `{}`: the route goes to `{name}`", line.text);
            let report = Diagnostic::new(&codes::ROUTE_WORD_IGNORED, message).at(line.span);
            cx.report(report.help("move the line to the file of that interface, or to `routes`"));
        }
        add(network, Some(id), parsed.route, &line, cx);
    }
}

/// The routes of the host: each goes to the interface it names, else to every one that reaches its gateway
/// (`__ni_suse_addrconf_static`).
pub(super) fn of_host(network: &mut Network, tree: &dyn Tree, tables: &Tables, cx: &mut Context) {
    let Some(source) = cx.read(tree, &format!("{DIRECTORY}/routes")) else { return };
    for line in lines(source, cx) {
        let Some(Parsed { route, dev }) = parse(&line, source, tables, cx) else { continue };
        if is_reject(&route) {
            add(network, None, route, &line, cx);
            continue;
        }
        let owners: Vec<LinkId> = match &dev {
            Some(dev) => {
                network.links().filter(|(_, link)| own(link, dev)).map(|(id, _)| id).take(1).collect()
            }
            None => reaching(network, &route),
        };
        if owners.is_empty() {
            unmatched(dev.as_deref(), &line, cx);
        }
        for id in owners {
            add(network, Some(id), route.clone(), &line, cx);
        }
    }
}

fn own(link: &netpivot_model::link::Link, name: &str) -> bool {
    use netpivot_model::link::LinkKind;
    let layer = matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_));
    !layer && link.name.as_ref().is_some_and(|at| at.value == name)
}

/// The links with an address in the gateway's network, or a route to it.
fn reaching(network: &Network, route: &Route) -> Vec<LinkId> {
    let gateways: Vec<IpAddr> = route
        .gateway
        .iter()
        .map(|at| at.value)
        .chain(route.nexthops.iter().filter_map(|hop| hop.gateway.as_ref()).map(|at| at.value))
        .collect();
    let fits = |net: &IpNet| gateways.iter().any(|gateway| net.contains(gateway));
    let by_address = |link: &netpivot_model::link::Link| {
        [&link.ipv4, &link.ipv6].into_iter().flatten().any(|config| {
            config
                .addresses
                .values()
                .any(|a| fits(&a.net) || a.peer.is_some_and(|peer| gateways.contains(&peer)))
        })
    };
    let by_route = |id: LinkId| {
        network.routes_of(id).any(|(_, r)| {
            r.gateway.is_none()
                && r.dst.as_ref().is_some_and(|dst| dst.value.prefix_len() > 0 && fits(&dst.value))
        })
    };
    network.links().filter(|(id, link)| by_address(link) || by_route(*id)).map(|(id, _)| id).collect()
}

/// A route that belongs to no link of the files. DHCP may give the address that it needs later; wicked has discarded
/// it by then.
fn unmatched(dev: Option<&str>, line: &Line, cx: &mut Context) {
    let (message, help) = match dev {
        Some(dev) => (
            format!(
                "`{}` belongs to `{dev}`, which no file configures; wicked discards the route",
                line.text
            ),
            "add a file for the interface, or remove the line",
        ),
        None => (
            format!(
                "no interface has an address that reaches the gateway of `{}`; wicked discards the route",
                line.text
            ),
            "name the interface in the fourth column",
        ),
    };
    cx.report(Diagnostic::new(&suse::ROUTE_UNMATCHED, message).at(line.span).help(help));
}

fn add(network: &mut Network, owner: Option<LinkId>, route: Route, line: &Line, cx: &mut Context) {
    let same = |other: &Owned<Route>| {
        other.owner == owner
            && other.item.dst == route.dst
            && other.item.metric == route.metric
            && other.item.table == route.table
    };
    if let Some(earlier) = network.routes.iter().find(|other| same(other)) {
        let message =
            format!("wicked skips `{}`, because an earlier line has the same destination", line.text);
        let report = Diagnostic::new(&suse::LATER_ROUTE, message).at(line.span);
        let report = earlier.item.dst.iter().fold(report, |report, at| report.from(&at.origin));
        cx.report(report.help("give each of the two a `metric`, or remove one"));
        return;
    }
    network.routes.push(Owned { owner, item: route });
}

fn is_reject(route: &Route) -> bool {
    route.route_type.as_ref().is_some_and(|at| {
        [RouteType::Blackhole, RouteType::Unreachable, RouteType::Prohibit, RouteType::Throw]
            .contains(&at.value)
    })
}

fn parse(line: &Line, source: SourceId, tables: &Tables, cx: &mut Context) -> Option<Parsed> {
    let words = iproute::words(&line.text, source, line.span.start as usize);
    match read(&words, tables) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            let message =
                format!("`{}` makes no route: wicked refuses it because {}", line.text, error.message);
            let report = Diagnostic::new(&codes::BAD_ROUTE, message).at(error.span).at(line.span);
            let report = report.help("correct the line, or remove it");
            cx.report(error.unnamed(&line.text, line.span).unwrap_or(report));
            None
        }
    }
}

fn read(words: &[Word<'_>], tables: &Tables) -> Result<Parsed, WordError> {
    let column = |n: usize| words.get(n).copied().filter(|word| word.text != "-");
    let Some(destination) = column(0) else {
        let first = words.first().copied();
        let span = first.map_or_else(|| Span::new(SourceId(0), 0, 0), |word| word.span);
        return Err(WordError { span, message: "it has no destination".to_owned(), is_open: false });
    };
    let (gateway, mask) = (column(1), column(2));
    let gateway = match gateway {
        Some(word) => Some((word, iproute::address(word, None)?)),
        None => None,
    };
    let options = words.get(4..).unwrap_or(&[]);
    if let Some(word) =
        options.iter().find(|word| ["dev", "via"].contains(&word.text)).filter(|_| !multipath(options))
    {
        return Err(WordError::at(*word, format!("`{}` has a column of its own", word.text)));
    }
    let family = gateway.map(|(_, ip)| iproute::family_of(ip)).or_else(|| family_of_hops(options));
    let net = net(destination, mask, family)?;
    // The words of ip-route(8) behind a destination of the right family, which stands behind its type.
    let text = net.to_string();
    let at = options.iter().position(|word| word.text == "type").unwrap_or(options.len());
    let (before, rest) = options.split_at(at);
    let (kind, after) = match rest {
        [] => (None, rest),
        [word] => return Err(WordError::at(*word, "`type` wants a value")),
        [_, value, after @ ..] if RouteType::from_text(value.text).is_ok() => (Some(*value), after),
        [_, value, ..] => {
            return Err(WordError::at(*value, format!("`{}` is no type of routes", value.text)));
        }
    };
    let mut all: Vec<Word<'_>> = kind.into_iter().collect();
    all.push(Word { text: &text, span: destination.span });
    all.extend_from_slice(before);
    all.extend_from_slice(after);
    let mut route = iproute::route(&all, Some(iproute::family_of(net.addr())), tables)?;
    if let (Some(dst), Some(mask)) = (&mut route.dst, mask) {
        dst.origin.merge(&Origin::at(mask.span));
    }
    if let Some((word, ip)) = gateway {
        if family_differs(ip, &net) {
            return Err(WordError::at(
                word,
                format!("`{}` is of another family than the destination", word.text),
            ));
        }
        route.gateway = Some(At::new(ip, word.span));
    }
    if is_reject(&route) {
        route.gateway = None;
    }
    let dev = column(3);
    if let (Some(dst), Some(dev)) = (&mut route.dst, dev) {
        dst.origin.merge(&Origin::at(dev.span));
    }
    Ok(Parsed { route, dev: dev.map(|word| word.text.to_owned()) })
}

fn multipath(options: &[Word<'_>]) -> bool {
    options.iter().any(|word| word.text == "nexthop")
}

fn family_of_hops(options: &[Word<'_>]) -> Option<Family> {
    let via = options.windows(2).find(|pair| pair[0].text == "via" || pair[0].text == "src")?;
    via[1].text.parse().ok().map(iproute::family_of)
}

fn family_differs(gateway: IpAddr, net: &IpNet) -> bool {
    gateway.is_ipv4() != net.addr().is_ipv4()
}

/// The destination: `default` has the gateway's family; without a length and a mask it is a host.
fn net(word: Word<'_>, mask: Option<Word<'_>>, family: Option<Family>) -> Result<IpNet, WordError> {
    if word.text == "default" {
        return match family {
            Some(family) => Ok(iproute::everything(family)),
            None => Err(WordError::at(word, "nothing tells its address family")),
        };
    }
    let (host, length) = word.text.split_once('/').map_or((word.text, None), |(a, b)| (a, Some(b)));
    let ip = iproute::address(Word { text: host, ..word }, None)?;
    let most: u8 = if ip.is_ipv4() { 32 } else { 128 };
    let wrong = |word: Word<'_>| WordError::at(word, format!("`{}` is no prefix length", word.text));
    let length = match (length, mask) {
        (Some(text), _) => text.parse().map_err(|_| wrong(word))?,
        (None, None) => most,
        (None, Some(mask)) => match mask.text.parse::<std::net::Ipv4Addr>() {
            Ok(address) => ipnet::ipv4_mask_to_prefix(address).map_err(|_| wrong(mask))?,
            Err(_) => mask.text.parse().map_err(|_| wrong(mask))?,
        },
    };
    IpNet::new(ip, length).map(|net| net.trunc()).map_err(|_| wrong(word))
}
