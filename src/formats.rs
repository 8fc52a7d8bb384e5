//! The formats of both directions, joined by name, and `NAME[:DIALECT][@VERSION]`.
//!
//! Parsers and emitters do not know each other; this is the one place that sees both.

use crate::failure::Failure;
use netpivot_emitters::Emitter;
use netpivot_model::dialect::{Dialect, Version};
use netpivot_model::format::FormatInfo;
use netpivot_parsers::Parser;

/// A format as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatSpec {
    /// The format's name.
    pub name: &'static str,
    /// The dialect asked for.
    pub dialect: Option<&'static str>,
    /// The release asked for.
    pub version: Option<Version>,
}

/// Which way a format is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// As input.
    From,
    /// As output.
    To,
}

/// What all formats tell about themselves, in the order of their registration.
#[must_use]
pub fn all() -> Vec<&'static FormatInfo> {
    let mut infos: Vec<&'static FormatInfo> = netpivot_parsers::ALL.iter().map(|p| p.info()).collect();
    for emitter in netpivot_emitters::ALL {
        if !infos.iter().any(|info| info.name == emitter.info().name) {
            infos.push(emitter.info());
        }
    }
    infos
}

/// The format of that name or alias, in any case.
#[must_use]
pub fn find(name: &str) -> Option<&'static FormatInfo> {
    let is = |word: &&str| word.eq_ignore_ascii_case(name);
    all().into_iter().find(|info| is(&info.name) || info.aliases.iter().any(&is))
}

/// The program's version, and the formats that it reads and writes, for bug reports and scripts.
#[must_use]
pub fn version() -> String {
    let names = |is: fn(&str) -> bool| {
        let names = all().into_iter().map(|info| info.name).filter(|name| is(name));
        names.collect::<Vec<_>>().join(", ")
    };
    let version = env!("CARGO_PKG_VERSION");
    let (read, written) = (names(|name| parser(name).is_some()), names(|name| emitter(name).is_some()));
    format!("{version}\nreads: {read}\nwrites: {written}")
}

/// The parser of that format.
#[must_use]
pub fn parser(name: &str) -> Option<&'static dyn Parser> {
    netpivot_parsers::ALL.iter().copied().find(|p| p.info().name == name)
}

/// The emitter of that format.
#[must_use]
pub fn emitter(name: &str) -> Option<&'static dyn Emitter> {
    netpivot_emitters::ALL.iter().copied().find(|e| e.info().name == name)
}

impl FormatSpec {
    /// The format in its default dialect and release.
    #[must_use]
    pub fn of(name: &'static str) -> Self {
        FormatSpec { name, dialect: None, version: None }
    }

    /// Reads `NAME[:DIALECT][@VERSION]`.
    ///
    /// # Errors
    /// No format, dialect or release of that name exists in that direction; the message suggests one.
    pub fn parse(text: &str, direction: Direction) -> Result<Self, Failure> {
        let (text, version) = match text.split_once('@') {
            Some((rest, version)) => (rest, Some(parse_version(version)?)),
            None => (text, None),
        };
        let (name, dialect) = match text.split_once(':') {
            Some((name, dialect)) => (name, Some(dialect)),
            None => (text, None),
        };
        let info = find(name).ok_or_else(|| unknown_format(name, direction))?;
        let there = match direction {
            Direction::From => parser(info.name).is_some(),
            Direction::To => emitter(info.name).is_some(),
        };
        if !there {
            let way = match direction {
                Direction::From => "read",
                Direction::To => "written",
            };
            return Err(Failure::usage(format!("the format `{}` cannot be {way}", info.name))
                .help("`netpivot formats` lists what can"));
        }
        let dialect = dialect.map(|word| find_dialect(info, word)).transpose()?;
        Ok(FormatSpec { name: info.name, dialect, version })
    }

    /// The dialect of an output in that format.
    #[must_use]
    pub fn target(&self) -> Dialect {
        Dialect { format: self.name, variant: self.dialect.unwrap_or(""), version: self.version }
    }
}

impl std::fmt::Display for FormatSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.target().fmt(f)
    }
}

fn parse_version(text: &str) -> Result<Version, Failure> {
    text.parse().map_err(|_| {
        Failure::usage(format!("`{text}` is not a release"))
            .help("write it as two numbers with a dot, as in `keyfile@1.46`")
    })
}

fn find_dialect(info: &'static FormatInfo, word: &str) -> Result<&'static str, Failure> {
    let names = info.dialects.iter().map(|(name, _)| *name);
    if let Some(found) = names.clone().find(|name| name.eq_ignore_ascii_case(word)) {
        return Ok(found);
    }
    let failure = Failure::usage(format!("the format `{}` has no dialect `{word}`", info.name));
    Err(match suggest(word, names.clone()) {
        Some(near) => failure.help(format!("did you mean `{}:{near}`?", info.name)),
        None if info.dialects.is_empty() => {
            failure.help(format!("it has one dialect only: write `{}`", info.name))
        }
        None => failure.help(format!("it has {}", list(names))),
    })
}

fn unknown_format(name: &str, direction: Direction) -> Failure {
    let there = |info: &&FormatInfo| match direction {
        Direction::From => parser(info.name).is_some(),
        Direction::To => emitter(info.name).is_some(),
    };
    let infos: Vec<_> = all().into_iter().filter(there).collect();
    let words = infos.iter().flat_map(|info| info.aliases.iter().copied().chain([info.name]));
    let failure = Failure::usage(format!("unknown format `{name}`"));
    match suggest(name, words) {
        Some(near) => failure.help(format!("did you mean `{near}`? `netpivot formats` lists all formats")),
        None => failure.help(format!(
            "use one of {}; `netpivot formats` says more",
            list(infos.iter().map(|info| info.name))
        )),
    }
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The word nearest to what was typed, when it is near enough to be meant.
pub fn suggest<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase();
    words
        .map(|word| (strsim::damerau_levenshtein(&typed, &word.to_ascii_lowercase()), word))
        .filter(|(distance, word)| *distance <= word.len().max(typed.len()) / 3)
        .min()
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_aliases_and_releases_are_read() {
        let spec = FormatSpec::parse("json", Direction::From).unwrap();
        assert_eq!(spec, FormatSpec::of("json"));
        assert_eq!(FormatSpec::parse("JSON@1.46", Direction::To).unwrap().to_string(), "json@1.46");
    }

    #[test]
    fn a_near_miss_is_suggested() {
        let failure = FormatSpec::parse("jsom", Direction::To).unwrap_err();
        assert_eq!(failure.kind.exit(), 2);
        assert!(failure.help.unwrap().contains("did you mean `json`"));
        assert!(
            FormatSpec::parse("json:x", Direction::To).unwrap_err().help.unwrap().contains("one dialect")
        );
        assert!(FormatSpec::parse("json@new", Direction::To).unwrap_err().message.contains("release"));
    }
}
