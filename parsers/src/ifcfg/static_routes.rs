//! `/etc/sysconfig/static-routes` and `/etc/sysconfig/static-routes-ipv6`, which only initscripts reads
//! (`rc.d/init.d/network`, `ifup-ipv6`).
//!
//! Their routes belong to no file of a link, so they are given to links when all of those are known.

use super::routes::lines_of;
use super::vars::Reader;
use crate::text::iproute::{self, Tables, Word};
use crate::{Context, Tree};
use ipnet::IpNet;
use netpivot_model::codes::routes as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::{Network, Owned};
use netpivot_model::route::Route;
use netpivot_model::rule::Family;
use netpivot_model::source::{At, SourceId, Span};
use netpivot_model::value::Int;
use std::net::IpAddr;

/// The file of `any net …` lines.
const STATIC: &str = "/etc/sysconfig/static-routes";
/// The file of `DEVICE NET [GATEWAY]` lines.
const STATIC6: &str = "/etc/sysconfig/static-routes-ipv6";

/// Adds the routes of both files to the network's links.
pub fn read(network: &mut Network, tree: &dyn Tree, reader: Reader, cx: &mut Context) {
    for (path, add) in [(STATIC, ipv4 as Add), (STATIC6, ipv6)] {
        let Some(source) = cx.read(tree, path) else { continue };
        match reader {
            Reader::NetworkManager => unread(path, source, cx),
            Reader::Initscripts => {
                for span in lines_of(source, cx) {
                    let text = cx.sources.text(span).to_owned();
                    let words = iproute::words(&text, source, span.start as usize);
                    add(network, &words, span, cx);
                }
            }
        }
    }
}

type Add = fn(&mut Network, &[Word<'_>], Span, &mut Context);

fn unread(path: &str, source: SourceId, cx: &mut Context) {
    let spans = lines_of(source, cx);
    let message = format!(
        "NetworkManager does not read `{path}`; the network service of initscripts would add its routes"
    );
    let diagnostic = Diagnostic::new(&codes::ROUTE_FILE_UNREAD, message)
        .in_file(path)
        .help("write the routes into a route- file, or convert with `-f ifcfg:initscripts` if initscripts were in charge");
    cx.report(spans.into_iter().fold(diagnostic, Diagnostic::at));
}

/// `any …`: the rest are words of route(8).
fn ipv4(network: &mut Network, words: &[Word<'_>], span: Span, cx: &mut Context) {
    let line = cx.sources.text(span).to_owned();
    let parsed = match words.split_first() {
        Some((first, rest)) if first.text == "any" => route8(rest),
        _ => Err("only lines that begin with `any` are read".to_owned()),
    };
    let route = match parsed {
        Ok(route) => route,
        Err(why) => {
            cx.report(bad(&line, &why, span));
            return;
        }
    };
    let owner = match &route.dev {
        Some(dev) => by_name(network, &dev.value),
        None => route.gateway.as_ref().and_then(|gateway| by_subnet(network, gateway.value)),
    };
    match owner {
        Some(owner) => network.routes.push(Owned { owner: Some(owner), item: Route { dev: None, ..route } }),
        None => {
            let message = format!(
                "the route `{line}` belongs to no link: no file configures its device or the subnet of its gateway"
            );
            cx.report(
                Diagnostic::new(&codes::ROUTE_ELSEWHERE, message)
                    .at(span)
                    .help("write the route into the route- file of its interface"),
            );
            network.routes.push(Owned { owner: None, item: route });
        }
    }
}

/// `net 10.0.0.0 netmask 255.0.0.0 gw 192.0.2.1 metric 1 dev eth0`, as route(8) has it.
fn route8(words: &[Word<'_>]) -> Result<Route, String> {
    let mut words = words.iter().copied();
    let kind = words.next().map_or("", |word| word.text.trim_start_matches('-'));
    let host = match kind {
        "net" => false,
        "host" => true,
        other => return Err(format!("`{other}` is neither `net` nor `host`")),
    };
    let target = words.next().ok_or("the destination is missing")?;
    let mut route = Route::default();
    let mut mask = None;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{}` needs a value", word.text));
        let span = |value: Word<'_>| Span { end: value.span.end, ..word.span };
        match word.text {
            "netmask" => mask = Some(value()?),
            "gw" => {
                let value = value()?;
                let ip = value.text.parse().map_err(|_| format!("`{}` is no IPv4 address", value.text))?;
                route.gateway = Some(At::new(IpAddr::V4(ip), span(value)));
            }
            "metric" => {
                let value = value()?;
                route.metric = Some(At::new(number(value)?, span(value)));
            }
            "mss" => {
                let value = value()?;
                route.advmss = Some(At::new(number(value)?, span(value)));
            }
            "window" => {
                let value = value()?;
                route.window = Some(At::new(number(value)?, span(value)));
            }
            "dev" => {
                let value = value()?;
                route.dev = Some(At::new(value.text.to_owned(), span(value)));
            }
            other => return Err(format!("`{other}` is no word of route(8) that is understood")),
        }
    }
    route.dst = Some(At::new(destination(target, mask, host)?, target.span));
    Ok(route)
}

fn number(word: Word<'_>) -> Result<Int<0, 4_294_967_295>, String> {
    word.text.parse().ok().and_then(Int::new).ok_or_else(|| format!("`{}` is no number", word.text))
}

/// ADDRESS[/LENGTH], with the mask beside it, or the length of the old address class.
fn destination(target: Word<'_>, mask: Option<Word<'_>>, host: bool) -> Result<IpNet, String> {
    let wrong = || format!("`{}` is no destination", target.text);
    if target.text == "default" {
        return Ok(iproute::everything(Family::V4));
    }
    if let Ok(net) = target.text.parse::<ipnet::Ipv4Net>() {
        return Ok(IpNet::V4(net));
    }
    let ip: std::net::Ipv4Addr = target.text.parse().map_err(|_| wrong())?;
    let length = match mask {
        Some(mask) => {
            let bits = mask.text.parse().map_err(|_| format!("`{}` is no netmask", mask.text))?;
            ipnet::ipv4_mask_to_prefix(bits).map_err(|_| format!("`{}` is no netmask", mask.text))?
        }
        None if host => 32,
        None => super::routes::classful(ip),
    };
    IpNet::new(IpAddr::V4(ip), length).map_err(|_| wrong())
}

/// `DEVICE NET [GATEWAY]`. initscripts looks for lines with `grep -w "^DEVICE"`, which takes a dot for the end of a
/// word: the line of `eth0.5` counts for `eth0` too.
fn ipv6(network: &mut Network, words: &[Word<'_>], span: Span, cx: &mut Context) {
    let line = cx.sources.text(span).to_owned();
    let [device, target, rest @ ..] = words else {
        cx.report(bad(&line, "a line is DEVICE NET [GATEWAY]", span));
        return;
    };
    let mut route = match iproute::route(&[*target], Some(Family::V6), &Tables::builtin()) {
        Ok(route) => route,
        Err(error) => {
            cx.report(bad(&line, &error.message, span));
            return;
        }
    };
    if let Some(gateway) = rest.first().filter(|gateway| gateway.text != device.text) {
        let Ok(ip) = gateway.text.split('%').next().unwrap_or("").parse() else {
            cx.report(bad(&line, &format!("`{}` is no IPv6 address", gateway.text), span));
            return;
        };
        route.gateway = Some(At::new(IpAddr::V6(ip), gateway.span));
    }
    let owners: Vec<_> = network
        .links()
        .filter_map(|(id, link)| Some((id, link.name.as_ref()?.value.clone())))
        .filter(|(_, name)| is_word_at_start(device.text, name))
        .collect();
    for (owner, name) in &owners {
        if *name != device.text {
            let message = format!(
                "initscripts give the route `{line}` to `{name}` too, because they look for `{name}` as a word"
            );
            cx.report(
                Diagnostic::new(&codes::ROUTE_ELSEWHERE, message)
                    .at(span)
                    .help(format!("write the route into `route6-{}`", device.text)),
            );
        }
        network.routes.push(Owned { owner: Some(*owner), item: route.clone() });
    }
    if owners.is_empty() {
        let message = format!("the route `{line}` belongs to no link: no file configures `{}`", device.text);
        cx.report(
            Diagnostic::new(&codes::ROUTE_ELSEWHERE, message)
                .at(span)
                .help("remove the line, or configure the interface"),
        );
    }
}

fn is_word_at_start(text: &str, name: &str) -> bool {
    text.strip_prefix(name)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

fn bad(line: &str, why: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&codes::BAD_ROUTE, format!("`{line}` makes no route, because {why}"))
        .at(span)
        .help("correct the line, or remove it")
}

fn by_name(network: &Network, name: &str) -> Option<LinkId> {
    network.links().find(|(_, link)| link.name.as_ref().is_some_and(|at| at.value == name)).map(|(id, _)| id)
}

/// The link that has the gateway in the subnet of one of its addresses.
fn by_subnet(network: &Network, gateway: IpAddr) -> Option<LinkId> {
    let reaches = |link: &Link| {
        [&link.ipv4, &link.ipv6]
            .into_iter()
            .flatten()
            .any(|ip| ip.addresses.values().any(|address| address.net.contains(&gateway)))
    };
    network.links().find(|(_, link)| reaches(link)).map(|(id, _)| id)
}
