//! Route lines as NetworkManager reads them (`nms-ifcfg-rh-reader.c:parse_route_line`): each option once, numbers
//! in base 10, no names; one word that it does not know drops the line.

use crate::ifcfg::vars::{Base, integer};
use crate::text::iproute::{Word, WordError, everything};
use ipnet::IpNet;
use netpivot_model::reflect::Said;
use netpivot_model::route::{Route, RouteType};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Int, Scalar, U32};
use std::net::IpAddr;

/// Reads a line. The keywords that are read and ignored come back with their values.
///
/// # Errors
/// NetworkManager drops the line.
pub(super) fn line<'a>(
    words: &[Word<'a>],
    family: Family,
) -> Result<(Route, Vec<(Word<'a>, Word<'a>)>), WordError> {
    let mut reader =
        Reader { route: Route::default(), family, whole: true, seen: Vec::new(), ignored: Vec::new() };
    reader.read(words)?;
    match (&reader.route.dst, words.first()) {
        (None, Some(first)) => Err(WordError::at(*first, "the route has no destination")),
        _ => Ok((reader.route, reader.ignored)),
    }
}

/// Adds the words of `OPTIONSn` to a route: all but `to`, `via`, `metric` and `dev`.
///
/// # Errors
/// NetworkManager refuses the whole profile.
pub(super) fn options(words: &[Word<'_>], route: Route) -> Result<Route, WordError> {
    let mut reader =
        Reader { route, family: Family::V4, whole: false, seen: Vec::new(), ignored: Vec::new() };
    reader.read(words)?;
    Ok(reader.route)
}

struct Reader<'a> {
    route: Route,
    family: Family,
    /// A whole line, not the options beside an address.
    whole: bool,
    seen: Vec<&'static str>,
    ignored: Vec<(Word<'a>, Word<'a>)>,
}

/// The types that it knows; `broadcast` and `multicast` are lost to a missing comma in its source.
const TYPES: [&str; 6] = ["local", "unicast", "throw", "unreachable", "prohibit", "blackhole"];

type Lockable = (&'static str, fn(&mut Route) -> &mut Said<U32>, fn(&mut Route) -> &mut Said<bool>);

const LOCKABLE: [Lockable; 6] = [
    ("window", |r| &mut r.window, |r| &mut r.lock_window),
    ("cwnd", |r| &mut r.cwnd, |r| &mut r.lock_cwnd),
    ("initcwnd", |r| &mut r.initcwnd, |r| &mut r.lock_initcwnd),
    ("initrwnd", |r| &mut r.initrwnd, |r| &mut r.lock_initrwnd),
    ("mtu", |r| &mut r.mtu, |r| &mut r.lock_mtu),
    ("advmss", |r| &mut r.advmss, |r| &mut r.lock_advmss),
];

impl<'a> Reader<'a> {
    fn read(&mut self, words: &[Word<'a>]) -> Result<(), WordError> {
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            self.word(word, &mut words)?;
        }
        Ok(())
    }

    fn word(&mut self, word: Word<'a>, words: &mut impl Iterator<Item = Word<'a>>) -> Result<(), WordError> {
        if let Some((name, field, lock)) = LOCKABLE.into_iter().find(|(name, ..)| *name == word.text) {
            self.once(name, word)?;
            let mut value = next(words, word)?;
            if value.text == "lock" {
                *lock(&mut self.route) = Some(At::new(true, through(word, value)));
                value = next(words, word)?;
            }
            *field(&mut self.route) = number(word, value)?;
            return Ok(());
        }
        match word.text {
            "onlink" => {
                self.once("onlink", word)?;
                self.route.onlink = Some(At::new(true, word.span));
                return Ok(());
            }
            "from" if self.family == Family::V6 => {}
            "weight" if self.family == Family::V4 => {}
            "table" | "src" | "tos" | "scope" | "quickack" | "rto_min" => {}
            "to" | "via" | "metric" | "dev" if self.whole => {}
            kind if TYPES.contains(&kind) && !self.seen.contains(&"type") => {
                self.seen.push("type");
                self.route.route_type = RouteType::from_text(kind).ok().map(|kind| At::new(kind, word.span));
                return Ok(());
            }
            _ if self.whole && !self.seen.contains(&"to") => {
                self.seen.push("to");
                return self.destination(word);
            }
            other => return Err(WordError::at(word, format!("it does not know the word `{other}`"))),
        }
        let value = next(words, word)?;
        self.option(word, value)
    }

    fn option(&mut self, word: Word<'a>, value: Word<'a>) -> Result<(), WordError> {
        let span = through(word, value);
        let v4 = self.family == Family::V4;
        match word.text {
            "to" => {
                self.once("to", word)?;
                self.destination(value)?;
            }
            "via" => {
                self.once("via", word)?;
                // Old releases wrote `(null)` for no gateway.
                if value.text != "(null)" {
                    let ip = self.address(value)?;
                    self.route.gateway = (!ip.is_unspecified()).then(|| At::new(ip, span));
                }
            }
            "dev" => {
                self.once("dev", word)?;
                self.ignored.push((word, value));
            }
            "metric" => {
                self.once("metric", word)?;
                self.route.metric = number(word, value)?;
            }
            "table" => {
                self.once("table", word)?;
                self.route.table = number(word, value)?;
            }
            "rto_min" => {
                self.once("rto_min", word)?;
                self.route.rto_min = number(word, value)?;
            }
            "weight" => {
                self.once("weight", word)?;
                let weight = in_range(word, value, Base::Ten, 256)?;
                self.route.weight = said(weight, span);
            }
            "quickack" => {
                self.once("quickack", word)?;
                let on = in_range(word, value, Base::Ten, 1)? == 1;
                self.route.quickack = Some(At::new(on, span));
            }
            "src" => {
                self.once("src", word)?;
                self.route.src = Some(At::new(self.address(value)?, span));
            }
            "from" => {
                self.once("from", word)?;
                if let IpNet::V6(net) = self.prefix(value)? {
                    self.route.from = Some(At::new(net, span));
                }
            }
            "tos" => {
                self.once("tos", word)?;
                let digits = value.text.strip_prefix("0x").unwrap_or(value.text);
                let tos = u8::from_str_radix(digits, 16).map_err(|_| not_a_number(word, value))?;
                if v4 {
                    self.route.tos = said(tos.into(), span);
                } else {
                    self.ignored.push((word, value));
                }
            }
            _ => {
                self.once("scope", word)?;
                let scope = scope(word, value)?;
                if v4 {
                    self.route.scope = said(scope, span);
                } else {
                    self.ignored.push((word, value));
                }
            }
        }
        Ok(())
    }

    /// Each option may stand once.
    fn once(&mut self, name: &'static str, word: Word<'_>) -> Result<(), WordError> {
        if self.seen.contains(&name) {
            return Err(WordError::at(word, format!("`{name}` stands twice")));
        }
        self.seen.push(name);
        Ok(())
    }

    fn destination(&mut self, word: Word<'_>) -> Result<(), WordError> {
        let net = if word.text == "default" { everything(self.family) } else { self.prefix(word)? };
        self.route.dst = Some(At::new(net, word.span));
        Ok(())
    }

    /// ADDRESS or ADDRESS/LENGTH; no netmask, no short forms.
    fn prefix(&self, word: Word<'_>) -> Result<IpNet, WordError> {
        let (host, length) = word.text.split_once('/').map_or((word.text, None), |(a, b)| (a, Some(b)));
        let ip = host.parse().ok().filter(|ip: &IpAddr| ip.is_ipv4() == (self.family == Family::V4));
        let most = if self.family == Family::V4 { 32 } else { 128 };
        let length = match length {
            None => Some(most),
            Some(text) => integer(text, Base::Ten).and_then(|n| u8::try_from(n).ok()),
        };
        ip.zip(length)
            .and_then(|(ip, length)| IpNet::new(ip, length).ok())
            .ok_or_else(|| WordError::at(word, format!("`{}` is not of the form ADDRESS/PREFIX", word.text)))
    }

    fn address(&self, word: Word<'_>) -> Result<IpAddr, WordError> {
        let family = self.family;
        word.text.parse().ok().filter(|ip: &IpAddr| ip.is_ipv4() == (family == Family::V4)).ok_or_else(|| {
            let name = if family == Family::V4 { "IPv4" } else { "IPv6" };
            WordError::at(word, format!("`{}` is no {name} address", word.text))
        })
    }
}

fn next<'a>(words: &mut impl Iterator<Item = Word<'a>>, keyword: Word<'_>) -> Result<Word<'a>, WordError> {
    words.next().ok_or_else(|| WordError::at(keyword, format!("`{}` needs a value", keyword.text)))
}

fn through(keyword: Word<'_>, value: Word<'_>) -> Span {
    Span { end: value.span.end, ..keyword.span }
}

fn not_a_number(keyword: Word<'_>, value: Word<'_>) -> WordError {
    WordError::at(value, format!("it takes numbers only for `{}`, not `{}`", keyword.text, value.text))
}

fn in_range(keyword: Word<'_>, value: Word<'_>, base: Base, most: i64) -> Result<i64, WordError> {
    integer(value.text, base).filter(|n| (0..=most).contains(n)).ok_or_else(|| not_a_number(keyword, value))
}

fn number(keyword: Word<'_>, value: Word<'_>) -> Result<Said<U32>, WordError> {
    Ok(said(in_range(keyword, value, Base::Ten, u32::MAX.into())?, through(keyword, value)))
}

fn said<const MIN: i64, const MAX: i64>(n: i64, span: Span) -> Said<Int<MIN, MAX>> {
    Int::new(n).map(|n| At::new(n, span))
}

fn scope(keyword: Word<'_>, value: Word<'_>) -> Result<i64, WordError> {
    Ok(match value.text {
        "global" => 0,
        "site" => 200,
        "link" => 253,
        "host" => 254,
        "nowhere" => 255,
        _ => in_range(keyword, value, Base::Auto, 255)?,
    })
}
