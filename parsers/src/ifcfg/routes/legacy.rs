//! `ADDRESSn`, `NETMASKn`, `GATEWAYn` (ifcfg.md 5.2).

use super::{CURE, Profile, Routes, networkmanager};
use crate::Context;
use crate::ifcfg::vars::{Base, Reader, Rejected, Var, Vars, integer};
use crate::text::iproute::Word;
use crate::text::shell::{self, Lexed};
use foldhash::HashSet;
use ipnet::{IpNet, Ipv4Net};
use netpivot_model::codes::routes as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin, SourceId, Span};
use netpivot_model::value::Int;
use std::net::{IpAddr, Ipv4Addr};

/// Reads a file of numbered keys.
///
/// # Errors
/// NetworkManager refuses the profile.
pub(super) fn read(
    profile: &Profile<'_>,
    source: SourceId,
    routes: &mut Routes,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let lexed = shell::lex(&cx.sources.get(source).text, source, &|_| None);
    register(&lexed, cx);
    let reader = profile.meaning();
    let vars = Vars::new(&lexed.assignments, reader);
    let mut file = File { vars: &vars, used: HashSet::default() };
    for number in 0_u32.. {
        let Some(address) = vars.text(&format!("ADDRESS{number}")) else { break };
        let numbered = Numbered { number, address };
        match reader {
            Reader::NetworkManager => {
                let route = file.networkmanager(&numbered)?;
                routes.add(route, address.span, cx);
            }
            Reader::Initscripts => {
                if let Some(route) = file.initscripts(&numbered, cx) {
                    let line = format!("ADDRESS{number}={}", address.value);
                    routes.kernel_of_device(route, &line, address.span, cx);
                }
            }
        }
    }
    report_rest(&lexed, &file.used, reader, cx);
    Ok(())
}

fn register(lexed: &Lexed, cx: &mut Context) {
    let item = |span, key, value| Item { span, owner: None, section: None, key, value, secret: false };
    for assignment in &lexed.assignments {
        let text = cx.sources.text(assignment.span);
        let value = text.split_once('=').map_or("", |(_, value)| value).to_owned();
        cx.items.push(item(assignment.span, assignment.name.clone(), value));
    }
    for line in &lexed.other {
        cx.items.push(item(line.span, line.text.clone(), String::new()));
    }
}

/// One `ADDRESSn`.
struct Numbered<'a> {
    number: u32,
    address: Var<'a>,
}

struct File<'a> {
    vars: &'a Vars,
    used: HashSet<Span>,
}

impl<'a> File<'a> {
    fn get(&mut self, key: &str, n: u32) -> Option<Var<'a>> {
        let var = self.vars.text(&format!("{key}{n}"))?;
        self.used.insert(var.span);
        Some(var)
    }

    /// `read_one_ip4_route()`: everything that is wrong rejects the profile.
    fn networkmanager(&mut self, numbered: &Numbered<'a>) -> Result<Route, Rejected> {
        let n = numbered.number;
        self.used.insert(numbered.address.span);
        let address = strict("ADDRESS", n, numbered.address)?;
        let gateway = self
            .get("GATEWAY", n)
            .map(|var| Ok::<_, Rejected>((strict("GATEWAY", n, var)?, var)))
            .transpose()?;
        let Some(mask) = self.get("NETMASK", n) else {
            return Err(Rejected::at(
                format!("`ADDRESS{n}={}` has no `NETMASK{n}`", numbered.address.value),
                numbered.address.span,
            ));
        };
        let length = ipnet::ipv4_mask_to_prefix(strict("NETMASK", n, mask)?)
            .map_err(|_| Rejected::at(format!("`NETMASK{n}={}` is no netmask", mask.value), mask.span))?;
        let mut route = route(address, length, [numbered.address.span, mask.span]);
        if let Some((gateway, var)) = gateway.filter(|(ip, _)| !ip.is_unspecified()) {
            route.gateway = Some(At::new(IpAddr::V4(gateway), var.span));
        }
        if let Some(var) = self.get("METRIC", n) {
            let metric = integer(var.value, Base::Ten).and_then(Int::new);
            let metric = metric
                .ok_or_else(|| Rejected::at(format!("`METRIC{n}={}` is no metric", var.value), var.span))?;
            route.metric = Some(At::new(metric, var.span));
        }
        match self.get("OPTIONS", n) {
            None => Ok(route),
            Some(var) => {
                let words: Vec<_> =
                    var.value.split_ascii_whitespace().map(|text| Word { text, span: var.span }).collect();
                networkmanager::options(&words, route).map_err(|error| {
                    Rejected::at(
                        format!("`OPTIONS{n}={}` is not understood: {}", var.value, error.message),
                        var.span,
                    )
                })
            }
        }
    }

    /// `ifup-routes:handle_file`: the missing netmask is guessed, METRICn and OPTIONSn are not read.
    fn initscripts(&mut self, numbered: &Numbered<'a>, cx: &mut Context) -> Option<Route> {
        let n = numbered.number;
        self.used.insert(numbered.address.span);
        let [mask, gateway, metric, options] =
            ["NETMASK", "GATEWAY", "METRIC", "OPTIONS"].map(|key| self.get(key, n));
        for (key, var) in [("METRIC", metric), ("OPTIONS", options)] {
            let Some(var) = var else { continue };
            let message =
                format!("initscripts do not read `{key}{n}={}`: they add the route without it", var.value);
            cx.report(
                Diagnostic::new(&codes::ROUTE_KEY_OF_NM, message)
                    .at(var.span)
                    .help("write the route as an `ip route add` line, which can say it"),
            );
        }
        let parts: Vec<_> =
            [Some(numbered.address), mask, gateway].into_iter().flatten().map(|var| var.span).collect();
        let made = lenient(n, numbered.address, mask, gateway, cx).map_err(|why| {
            let message = format!("`ADDRESS{n}={}` makes no route, because {why}", numbered.address.value);
            let diagnostic = Diagnostic::new(&codes::BAD_ROUTE, message);
            cx.report(parts.into_iter().fold(diagnostic, Diagnostic::at).help("correct the value"));
        });
        made.ok()
    }
}

fn lenient(
    n: u32,
    address: Var<'_>,
    mask: Option<Var<'_>>,
    gateway: Option<Var<'_>>,
    cx: &mut Context,
) -> Result<Route, String> {
    let parse = |key: &str, var: Var<'_>| {
        var.value.parse::<Ipv4Addr>().map_err(|_| format!("`{key}{n}={}` is no IPv4 address", var.value))
    };
    let ip = parse("ADDRESS", address)?;
    let gateway = gateway.map(|var| Ok::<_, String>((parse("GATEWAY", var)?, var))).transpose()?;
    let length = match mask {
        Some(var) => ipnet::ipv4_mask_to_prefix(parse("NETMASK", var)?)
            .map_err(|_| format!("`NETMASK{n}={}` is no netmask", var.value))?,
        None => {
            let length = classful(ip);
            let message = format!(
                "`ADDRESS{n}={ip}` has no `NETMASK{n}`: initscripts take /{length}, the length of its old address class"
            );
            let diagnostic = Diagnostic::new(&codes::ROUTE_CLASSFUL, message).at(address.span);
            cx.report(diagnostic.help(format!("write `NETMASK{n}`")));
            length
        }
    };
    let mut route = route(ip, length, std::iter::once(address.span).chain(mask.map(|var| var.span)));
    route.gateway = gateway.map(|(ip, var)| At::new(IpAddr::V4(ip), var.span));
    Ok(route)
}

fn route(address: Ipv4Addr, length: u8, spans: impl IntoIterator<Item = Span>) -> Route {
    let net = Ipv4Net::new(address, length).unwrap_or_else(|_| Ipv4Net::from(address));
    Route { dst: Some(At { value: IpNet::V4(net), origin: Origin::said(spans) }), ..Route::default() }
}

fn strict(key: &str, n: u32, var: Var<'_>) -> Result<Ipv4Addr, Rejected> {
    var.value
        .parse()
        .map_err(|_| Rejected::at(format!("`{key}{n}={}` is no IPv4 address", var.value), var.span))
}

/// The length of the address's old class, which is what `ipcalc -p` gives.
pub(in crate::ifcfg) fn classful(ip: Ipv4Addr) -> u8 {
    match ip.octets()[0] {
        0..128 => 8,
        128..192 => 16,
        192..=255 => 24,
    }
}

/// Keys after a gap, repeated keys, and lines that are no keys.
fn report_rest(lexed: &Lexed, used: &HashSet<Span>, reader: Reader, cx: &mut Context) {
    let numbered = |name: &str| {
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() < name.len()
            && ["ADDRESS", "NETMASK", "GATEWAY", "METRIC", "OPTIONS"].contains(&letters)
    };
    for assignment in lexed.assignments.iter().filter(|a| !used.contains(&a.span)) {
        let text = cx.sources.text(assignment.span).to_owned();
        let (code, message) = if numbered(&assignment.name) {
            (
                &codes::ROUTE_GAP,
                format!(
                    "`{text}` is not read: {} ADDRESSn from 0 up to the first gap, and the last line of a key wins",
                    match reader {
                        Reader::NetworkManager => "NetworkManager counts",
                        Reader::Initscripts => "initscripts count",
                    }
                ),
            )
        } else {
            (&codes::BAD_ROUTE, format!("`{text}` is no key of a route file and has no effect"))
        };
        cx.report(
            Diagnostic::new(code, message)
                .at(assignment.span)
                .help("number the routes without gaps, or remove the line"),
        );
    }
    for line in &lexed.other {
        let message = format!(
            "`{}` makes no route: beside ADDRESSn keys NetworkManager ignores it, and for bash the line {}",
            line.text, line.why
        );
        cx.report(
            Diagnostic::new(&codes::BAD_ROUTE, message)
                .at(line.span)
                .help(format!("write all routes as `ip route add` lines; {CURE}")),
        );
    }
}
