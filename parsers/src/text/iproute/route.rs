//! ip-route(8).

use super::{
    Cursor, Keyword, Tables, Word, WordError, address, everything, family_of, is, is_name, number, number_in,
    number_word, prefix, protocol, realms, route_type, through, tos,
};
use ipnet::IpNet;
use netpivot_model::reflect::Said;
use netpivot_model::route::{NextHop, Route, RouteType};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, SourceId, Span};
use netpivot_model::value::{Int, U8, U32};

/// What follows a keyword, and where it goes.
enum Takes {
    /// One value.
    Value(for<'a, 'b> fn(&'a mut Reader<'b>, Word<'_>, Span) -> Result<(), WordError>),
    /// A metric of the route, which may be locked.
    Number(fn(&mut Route) -> &mut Said<U32>, fn(&mut Route) -> &mut Said<bool>),
    /// One value that stands for itself, after an optional `lock`, and what it has to be.
    Attribute(fn(Word<'_>) -> Result<(), WordError>),
    Via,
    As,
    Onlink,
    NextHop,
    Encapsulation,
}

/// In iproute2's order, which decides what an abbreviation means (`iproute.c:iproute_modify`).
const KEYWORDS: [(Keyword, Takes); 40] = [
    (("src", false), Takes::Value(|r, v, s| r.source(v, s))),
    (("as", false), Takes::As),
    (("via", false), Takes::Via),
    (("from", false), Takes::Value(|r, v, s| r.from(v, s))),
    (("tos", false), Takes::Value(|r, v, s| set(&mut r.route.tos, said(tos(v)?, s)))),
    (("dsfield", true), Takes::Value(|r, v, s| set(&mut r.route.tos, said(tos(v)?, s)))),
    (("expires", false), Takes::Attribute(a_number)),
    (("metric", true), Takes::Value(|r, v, s| set(&mut r.route.metric, said(number_word(v)?.into(), s)))),
    (("priority", true), Takes::Value(|r, v, s| set(&mut r.route.metric, said(number_word(v)?.into(), s)))),
    (
        ("preference", false),
        Takes::Value(|r, v, s| set(&mut r.route.metric, said(number_word(v)?.into(), s))),
    ),
    (("scope", false), Takes::Value(|r, v, s| set(&mut r.route.scope, said(scope(v)?.into(), s)))),
    (("mtu", false), Takes::Number(|r| &mut r.mtu, |r| &mut r.lock_mtu)),
    (("hoplimit", false), Takes::Attribute(a_byte)),
    (("advmss", false), Takes::Number(|r| &mut r.advmss, |r| &mut r.lock_advmss)),
    (("reordering", true), Takes::Attribute(a_number)),
    (("rtt", false), Takes::Attribute(a_time)),
    (("rto_min", false), Takes::Value(|r, v, s| set(&mut r.route.rto_min, said(milliseconds(v)?.into(), s)))),
    (("window", true), Takes::Number(|r| &mut r.window, |r| &mut r.lock_window)),
    (("cwnd", true), Takes::Number(|r| &mut r.cwnd, |r| &mut r.lock_cwnd)),
    (("initcwnd", true), Takes::Number(|r| &mut r.initcwnd, |r| &mut r.lock_initcwnd)),
    (("initrwnd", true), Takes::Number(|r| &mut r.initrwnd, |r| &mut r.lock_initrwnd)),
    (("features", true), Takes::Attribute(a_feature)),
    (
        ("quickack", true),
        Takes::Value(|r, v, s| set(&mut r.route.quickack, Some(At::new(number_in(v, 0, 1)? == 1, s)))),
    ),
    (("congctl", true), Takes::Attribute(any)),
    (("rttvar", true), Takes::Attribute(a_time)),
    (("ssthresh", true), Takes::Attribute(a_number)),
    (("realms", true), Takes::Value(|r, v, s| set(&mut r.route.realms, Some(At::new(realms(v)?, s))))),
    (("onlink", false), Takes::Onlink),
    (("nexthop", false), Takes::NextHop),
    (("nhid", false), Takes::Attribute(a_number)),
    (
        ("protocol", true),
        Takes::Value(|r, v, s| set(&mut r.route.protocol, Some(At::new(protocol(v, r.tables)?, s)))),
    ),
    (("table", true), Takes::Value(|r, v, s| set(&mut r.route.table, Some(table(v, s, r.tables)?)))),
    (("vrf", true), Takes::Value(|r, v, s| set(&mut r.vrf, Some((r.vrfs)(v, s)?)))),
    (("dev", false), Takes::Value(|r, v, s| set(&mut r.route.dev, Some(At::new(v.text.to_owned(), s))))),
    (("oif", false), Takes::Value(|r, v, s| set(&mut r.route.dev, Some(At::new(v.text.to_owned(), s))))),
    (("pref", true), Takes::Value(|r, v, s| set(&mut r.route.pref, Some(At::new(preference(v)?, s))))),
    (("encap", false), Takes::Encapsulation),
    (("ttl-propagate", false), Takes::Attribute(any)),
    (("fastopen_no_cookie", true), Takes::Attribute(a_number)),
    (("rto_max", false), Takes::Attribute(a_time)),
];

/// Reads the words behind `ip route add`. `family` is that of `ip -4` and `ip -6`; without it, the
/// first address decides.
///
/// # Errors
/// A word that ip-route(8) does not take, or no destination.
pub fn route(words: &[Word<'_>], family: Option<Family>, tables: &Tables) -> Result<Route, WordError> {
    let unknown = |word: Word<'_>, _: Span| {
        let message = format!("nothing that was given says which table the VRF `{}` has", word.text);
        Err(WordError { is_open: true, ..WordError::at(word, message) })
    };
    route_among(words, family, tables, &unknown)
}

/// Gives the table of a VRF by its name; the second argument is the place of the keyword with it.
pub(crate) type Vrfs<'v> = dyn Fn(Word<'_>, Span) -> Result<At<U32>, WordError> + 'v;

/// The same where the VRFs of the host are known.
///
/// # Errors
/// Those of [`route`].
pub(crate) fn route_among(
    words: &[Word<'_>],
    family: Option<Family>,
    tables: &Tables,
    vrfs: &Vrfs<'_>,
) -> Result<Route, WordError> {
    let mut reader =
        Reader { route: Route::default(), family, tables, vrfs, vrf: None, destination: None, all: words };
    let mut cursor = Cursor { rest: words };
    while let Some(word) = cursor.next() {
        match KEYWORDS.iter().find(|(keyword, _)| is(word.text, *keyword)) {
            Some((_, takes)) => reader.keyword(takes, word, &mut cursor)?,
            None => reader.destination(word, &mut cursor)?,
        }
    }
    reader.finish()
}

struct Reader<'a> {
    route: Route,
    family: Option<Family>,
    tables: &'a Tables,
    vrfs: &'a Vrfs<'a>,
    /// The table of the VRF, which goes before `table`, whatever the order (measured with iproute2 6.1).
    vrf: Said<U32>,
    /// `None` in it is `default`, whose family may follow later.
    destination: Option<(Option<IpNet>, Span)>,
    all: &'a [Word<'a>],
}

impl Reader<'_> {
    fn keyword(&mut self, takes: &Takes, word: Word<'_>, cursor: &mut Cursor<'_>) -> Result<(), WordError> {
        match takes {
            Takes::Onlink => self.route.onlink = Some(At::new(true, word.span)),
            Takes::NextHop => self.next_hop(word, cursor)?,
            Takes::Encapsulation => self.encapsulation(word, cursor)?,
            Takes::Via => self.route.gateway = Some(self.via(word, cursor)?),
            Takes::Attribute(check) => self.attribute(word, cursor, *check)?,
            Takes::As => self.new_destination(word, cursor)?,
            Takes::Number(field, lock) => self.number(word, cursor, *field, *lock)?,
            Takes::Value(store) => {
                let value = cursor.value(word)?;
                store(self, value, through(word, value))?;
            }
        }
        Ok(())
    }

    /// `src ADDRESS`.
    fn source(&mut self, value: Word<'_>, span: Span) -> Result<(), WordError> {
        let ip = address(value, self.family)?;
        self.family.get_or_insert(family_of(ip));
        self.route.src = Some(At::new(ip, span));
        Ok(())
    }

    /// `from PREFIX`.
    fn from(&mut self, value: Word<'_>, span: Span) -> Result<(), WordError> {
        match prefix(value, self.family)? {
            Some(IpNet::V6(net)) => self.route.from = Some(At::new(net, span)),
            // The kernel has source prefixes of routes for IPv6 only, and passes over this one.
            Some(IpNet::V4(_)) | None => {}
        }
        Ok(())
    }

    /// `as [to] ADDRESS`.
    fn new_destination(&mut self, word: Word<'_>, cursor: &mut Cursor<'_>) -> Result<(), WordError> {
        let value = cursor.value(word)?;
        let value = if value.text == "to" { cursor.value(value)? } else { value };
        let ip = address(value, self.family)?;
        self.route.attributes.push(format!("as to {ip}"), through(word, value));
        Ok(())
    }

    /// `[to] [TYPE] PREFIX`, once.
    fn destination(&mut self, word: Word<'_>, cursor: &mut Cursor<'_>) -> Result<(), WordError> {
        let mut word = if word.text == "to" { cursor.value(word)? } else { word };
        if let Some(number) = route_type(word.text) {
            let kind = route_kind(number).ok_or_else(|| {
                WordError::at(word, format!("the kernel has no routes of the type `{}`", word.text))
            })?;
            self.route.route_type = Some(At::new(kind, word.span));
            word = cursor.value(word)?;
        }
        if self.destination.is_some() {
            return Err(WordError::at(word, format!("`{}` is no word of ip-route(8) here", word.text)));
        }
        let net = prefix(word, self.family).map_err(|error| {
            let known = word.text.starts_with(|c: char| c.is_ascii_digit() || c == ':');
            if known {
                error
            } else {
                WordError::at(word, format!("`{}` is no word of ip-route(8)", word.text))
            }
        })?;
        if let Some(net) = net {
            self.family.get_or_insert(family_of(net.addr()));
        }
        self.destination = Some((net, word.span));
        Ok(())
    }

    /// `via [FAMILY] ADDRESS`.
    fn via(&mut self, word: Word<'_>, cursor: &mut Cursor<'_>) -> Result<At<std::net::IpAddr>, WordError> {
        let value = cursor.value(word)?;
        let (family, value) = match value.text {
            "inet" => (Some(Family::V4), cursor.value(value)?),
            "inet6" => (Some(Family::V6), cursor.value(value)?),
            _ => (self.family, value),
        };
        let ip = address(value, family)?;
        self.family.get_or_insert(family_of(ip));
        Ok(At::new(ip, through(word, value)))
    }

    fn number(
        &mut self,
        word: Word<'_>,
        cursor: &mut Cursor<'_>,
        field: fn(&mut Route) -> &mut Said<U32>,
        lock: fn(&mut Route) -> &mut Said<bool>,
    ) -> Result<(), WordError> {
        let mut value = cursor.value(word)?;
        if value.text == "lock" {
            *lock(&mut self.route) = Some(At::new(true, through(word, value)));
            value = cursor.value(value)?;
        }
        *field(&mut self.route) = said(number_word(value)?.into(), through(word, value));
        Ok(())
    }

    fn attribute(
        &mut self,
        word: Word<'_>,
        cursor: &mut Cursor<'_>,
        check: fn(Word<'_>) -> Result<(), WordError>,
    ) -> Result<(), WordError> {
        let mut value = cursor.value(word)?;
        let keyword = KEYWORDS.iter().find(|(k, _)| is(word.text, *k)).map_or(word.text, |((k, _), _)| *k);
        let mut text = keyword.to_owned();
        if value.text == "lock" {
            text.push_str(" lock");
            value = cursor.value(value)?;
        }
        check(value)?;
        text.push(' ');
        text.push_str(value.text);
        self.route.attributes.push(text, through(word, value));
        Ok(())
    }

    /// `encap TYPE …`: everything up to a keyword that is the route's own.
    fn encapsulation(&mut self, word: Word<'_>, cursor: &mut Cursor<'_>) -> Result<(), WordError> {
        const OWN: [&str; 13] = [
            "via", "dev", "nexthop", "onlink", "table", "metric", "proto", "protocol", "src", "scope", "mtu",
            "advmss", "pref",
        ];
        let mut last = cursor.value(word)?;
        let mut text = format!("encap {}", last.text);
        while let Some(next) = cursor.peek().filter(|next| !OWN.contains(&next.text)) {
            text.push(' ');
            text.push_str(next.text);
            last = next;
            cursor.next();
        }
        self.route.attributes.push(text, through(word, last));
        Ok(())
    }

    /// `nexthop via ADDRESS dev NAME weight N onlink`, up to the next one.
    fn next_hop(&mut self, nexthop: Word<'_>, cursor: &mut Cursor<'_>) -> Result<(), WordError> {
        let mut hop = NextHop::default();
        let mut any = false;
        while let Some(word) = cursor.peek().filter(|word| word.text != "nexthop") {
            cursor.next();
            any = true;
            match word.text {
                "via" => hop.gateway = Some(self.via(word, cursor)?),
                "dev" => {
                    let value = cursor.value(word)?;
                    hop.dev = Some(At::new(value.text.to_owned(), through(word, value)));
                }
                "weight" => {
                    let value = cursor.value(word)?;
                    hop.weight = said(number_in(value, 1, 256)?.into(), through(word, value));
                }
                "onlink" => hop.onlink = Some(At::new(true, word.span)),
                other => {
                    return Err(WordError::at(word, format!("`{other}` of a next hop is not understood")));
                }
            }
        }
        if !any {
            return Err(WordError::at(nexthop, "`nexthop` needs a gateway or a device"));
        }
        self.route.nexthops.push(hop);
        Ok(())
    }

    fn finish(mut self) -> Result<Route, WordError> {
        let Some((net, span)) = self.destination else {
            return Err(match self.all.first() {
                Some(word) => WordError::at(*word, "the route has no destination"),
                None => WordError {
                    span: Span::new(SourceId(0), 0, 0),
                    message: "the route is empty".to_owned(),
                    is_open: false,
                },
            });
        };
        let net = net.unwrap_or_else(|| everything(self.family.unwrap_or(Family::V4)));
        if net.addr().is_ipv4() {
            // The kernel passes over it (RTA_PREF, IPv6).
            self.route.pref = None;
        }
        self.route.dst = Some(At::new(net, span));
        self.route.table = self.vrf.or(self.route.table);
        Ok(self.route)
    }
}

/// `RTN_*`.
fn route_kind(number: u32) -> Option<RouteType> {
    Some(match number {
        1 => RouteType::Unicast,
        2 => RouteType::Local,
        3 => RouteType::Broadcast,
        4 => RouteType::Anycast,
        5 => RouteType::Multicast,
        6 => RouteType::Blackhole,
        7 => RouteType::Unreachable,
        8 => RouteType::Prohibit,
        9 => RouteType::Throw,
        10 => RouteType::Nat,
        _ => return None,
    })
}

fn any(_: Word<'_>) -> Result<(), WordError> {
    Ok(())
}

fn a_number(word: Word<'_>) -> Result<(), WordError> {
    number_word(word).map(drop)
}

fn a_byte(word: Word<'_>) -> Result<(), WordError> {
    number_in(word, 0, 255).map(drop)
}

fn a_time(word: Word<'_>) -> Result<(), WordError> {
    milliseconds(word).map(drop)
}

fn a_feature(word: Word<'_>) -> Result<(), WordError> {
    let known = word.text == "ecn";
    known
        .then_some(())
        .ok_or_else(|| WordError::at(word, format!("`{}` is no feature of a route (ecn)", word.text)))
}

fn set<T>(field: &mut T, value: T) -> Result<(), WordError> {
    *field = value;
    Ok(())
}

fn said<const MIN: i64, const MAX: i64>(n: i64, span: Span) -> Said<Int<MIN, MAX>> {
    Int::new(n).map(|n| At::new(n, span))
}

/// Name or number of a scope (`rt_scopes`).
pub(crate) fn scope(word: Word<'_>) -> Result<u32, WordError> {
    Ok(match word.text {
        "global" | "universe" => 0,
        "site" => 200,
        "link" => 253,
        "host" => 254,
        "nowhere" => 255,
        _ => number_in(word, 0, 255)
            .map_err(|_| WordError::at(word, format!("`{}` is no scope of a route", word.text)))?,
    })
}

pub(super) fn table(word: Word<'_>, span: Span, tables: &Tables) -> Result<At<U32>, WordError> {
    let found = tables.number(word.text, span).ok_or_else(|| {
        let is_open = !tables.are_all() && is_name(word.text);
        let message = if is_open {
            format!("nothing that was given says which number the routing table `{}` has", word.text)
        } else {
            format!("the routing table `{}` is in no rt_tables file and is no number", word.text)
        };
        WordError { is_open, ..WordError::at(word, message) }
    })?;
    U32::new(found.value.into())
        .map(|n| At { value: n, origin: found.origin })
        .ok_or_else(|| WordError::at(word, format!("`{}` is no routing table", word.text)))
}

/// Milliseconds, `ms` or `s` (`get_time_rtt()`).
fn milliseconds(word: Word<'_>) -> Result<u32, WordError> {
    let wrong = || WordError::at(word, format!("`{}` is no time", word.text));
    let split = word.text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.text.len());
    let (digits, unit) = word.text.split_at(split);
    let factor = match unit {
        "" | "ms" | "msec" | "msecs" => 1.0,
        "s" | "sec" | "secs" => 1000.0,
        _ => return Err(wrong()),
    };
    let time = digits.parse::<f64>().map_err(|_| wrong())? * factor;
    // The text of a whole number of milliseconds; rounding up as iproute2 does.
    format!("{:.0}", time.ceil()).parse().map_err(|_| wrong())
}

fn preference(word: Word<'_>) -> Result<String, WordError> {
    match word.text {
        "low" | "medium" | "high" => Ok(word.text.to_owned()),
        "0" => Ok("medium".to_owned()),
        "1" => Ok("high".to_owned()),
        "3" => Ok("low".to_owned()),
        // The kernel takes every other number for the default (ip6_route_info_create).
        other if number(other).is_some_and(|n| n <= 255) => Ok("medium".to_owned()),
        other => Err(WordError::at(word, format!("`{other}` is no router preference (low, medium, high)"))),
    }
}

/// The type of service, for rules too.
pub(super) fn tos_field(word: Word<'_>, span: Span) -> Result<Said<U8>, WordError> {
    Ok(said(tos(word)?, span))
}

pub(super) fn said_number<const MIN: i64, const MAX: i64>(n: u32, span: Span) -> Said<Int<MIN, MAX>> {
    said(n.into(), span)
}
