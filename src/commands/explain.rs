//! `netpivot explain WORD`: a code, a key or a format in words.

use crate::cli::Explain;
use crate::failure::Failure;
use crate::formats;
use netpivot_model::codes::{self, Code};
use netpivot_model::vocabulary::interfaces::{self, Place, Reader, Row};
use netpivot_model::vocabulary::{ifcfg, ifcfg_suse, keyfile, libvirt};
use std::borrow::Cow;
use std::fmt::Write;

pub(super) fn run(args: &Explain) -> Result<u8, Failure> {
    let word = args.word.trim();
    if word.is_empty() {
        return Err(Failure::usage("there is no word to explain").help(
            "name a code (S001), a key (BONDING_OPTS), a section (ipv4) or a format (ifcfg:initscripts)",
        ));
    }
    if let Some(code) = codes::find(word) {
        super::print(&about_code(code))?;
        return Ok(0);
    }
    if let Some(info) = formats::find(word) {
        super::print(&super::formats::describe(info))?;
        return Ok(0);
    }
    if let Some(text) = about_dialect(word) {
        super::print(&text)?;
        return Ok(0);
    }
    let keys = about_section(word).unwrap_or_default() + &about_keys(&numbered(word));
    if !keys.is_empty() {
        super::print(&keys)?;
        return Ok(0);
    }
    if let Some(text) = about_file(word) {
        super::print(&text)?;
        return Ok(0);
    }
    // `keyfile@1.46`: the release changes names of keys, not what the format is.
    match word.split_once('@') {
        Some((name, _)) if !name.is_empty() => run(&Explain { word: name.to_owned() }),
        Some(_) | None => Err(unknown(word)),
    }
}

fn about_code(code: &Code) -> String {
    format!(
        "{} {} ({})\n\n{}\n\nExample: {}\n",
        code.id,
        code.name,
        code.severity.as_str(),
        code.explanation,
        code.example
    )
}

/// `ADDRESSn`, `ADDRESSN`, `ADDRESS#` and `ADDRESS[n]` stand for `ADDRESS0`, `ADDRESS1` …
fn numbered(word: &str) -> Cow<'_, str> {
    let stem = word.strip_suffix("[n]").or_else(|| word.strip_suffix(['n', 'N', '#']));
    let is_key = |stem: &&str| {
        ifcfg::KEYS
            .iter()
            .any(|key| key.key.strip_suffix('#').is_some_and(|key| key.eq_ignore_ascii_case(stem)))
    };
    match stem.filter(is_key) {
        Some(stem) => Cow::Owned(format!("{stem}0")),
        None => Cow::Borrowed(word),
    }
}

/// `ifcfg-eth0`, `eth0.nmconnection`: the format that a file of that name has.
fn about_file(word: &str) -> Option<String> {
    let parser = netpivot_parsers::ALL.iter().find(|parser| parser.place(word, "").is_some())?;
    let info = parser.info();
    Some(format!("{word}: a file of the format {}\n\n{}", info.name, super::formats::describe(info)))
}

/// `ifcfg:initscripts`.
fn about_dialect(word: &str) -> Option<String> {
    let (name, dialect) = word.split_once(':')?;
    let info = formats::find(name)?;
    let (dialect, meaning) = info.dialects.iter().find(|(name, _)| name.eq_ignore_ascii_case(dialect))?;
    Some(format!("{}:{dialect}: {meaning}\n\n{}", info.name, super::formats::describe(info)))
}

/// `ipv4` or `[ipv4]`: a section of a keyfile with its keys.
fn about_section(word: &str) -> Option<String> {
    let name = keyfile::short_name(word.trim_start_matches('[').trim_end_matches(']'));
    let group = keyfile::group(name)?;
    let mut keys: Vec<&str> =
        keyfile::rows().iter().filter(|row| row.group == group.name).map(|row| row.key).collect();
    keys.dedup();
    keys.retain(|key| !key.is_empty());
    if keys.is_empty() {
        keys.push("names of your own");
    }
    Some(format!(
        "[{}] (keyfile): a section; `netpivot explain {}.KEY` says more of each of its keys\n  keys     {}\n",
        group.name,
        group.name,
        keys.join(", ")
    ))
}

/// What a word means as a key, in each format that has such a key.
fn about_keys(word: &str) -> String {
    let mut text = String::new();
    for key in ifcfg::lookup(word) {
        let name = key.key.replace('#', "[n]");
        let _ = writeln!(text, "{name} (ifcfg): {}", key.doc);
        let _ = writeln!(text, "  read by  {}", key.read_by.as_str());
        if !key.keyfile.is_empty() {
            let _ = writeln!(text, "  keyfile  {}", key.keyfile);
        }
        if let Some(path) = model_of(key) {
            let _ = writeln!(text, "  model    {path}");
        }
    }
    if let Some(key) = ifcfg_suse::lookup(word).next() {
        let name = key.key.replace('*', "[suffix]");
        let _ = writeln!(text, "{name} (ifcfg:suse): {}", key.doc);
        if !key.keyfile.is_empty() {
            let _ = writeln!(text, "  keyfile  {}", key.keyfile);
        }
    }
    let (group, key) = match word.split_once('.') {
        Some((group, key)) => (Some(group), key),
        None => (None, word),
    };
    for row in keyfile::lookup(group, key) {
        let doc = keyfile::doc(row).unwrap_or("see nm-settings-keyfile(5)");
        let _ = writeln!(text, "{} in [{}] (keyfile): {doc}", row.key, row.group);
        if let Some(value) = row.preset.value() {
            let _ = writeln!(text, "  default  {value}");
        }
        if let Some(minor) = row.since {
            let _ = writeln!(text, "  since    NetworkManager 1.{minor}");
        }
        let _ = writeln!(text, "  model    {}", row.path);
    }
    interfaces::explain(word).into_iter().for_each(|row| about_option(row, &mut text));
    about_xml(word, &mut text);
    text
}

/// What an element or attribute of libvirt's XML means, by the end of its path.
fn about_xml(word: &str, text: &mut String) {
    for known in libvirt::WORDS.iter().filter(|known| libvirt::is_asked(known.path, word)) {
        let _ = writeln!(text, "{} (libvirt): {}", known.path, known.doc);
        let _ = writeln!(text, "  model    {}", known.model);
    }
    for kept in libvirt::KEPT.iter().filter(|kept| libvirt::is_asked(kept.path, word)) {
        let _ = writeln!(text, "{} (libvirt): {}", kept.path, kept.meaning);
        let _ = writeln!(text, "  model    none; kept in libvirt's XML, told in every other format");
    }
}

/// The place of an ifcfg key in the model: its own row's, else that of the keyfile's key.
fn model_of(key: &ifcfg::Key) -> Option<String> {
    let by_keyfile = || {
        let (group, name) = key.keyfile.split_once('.')?;
        keyfile::lookup(Some(group), name).first().map(|row| row.path.to_string())
    };
    ifcfg::rows::row(key.key)
        .map(|row| row.path.to_owned())
        .or_else(by_keyfile)
        .filter(|path| !path.is_empty())
}

/// What an option of interfaces files means, for each program that reads it.
fn about_option(row: &Row, text: &mut String) {
    let open = if row.is_prefix { "NAME" } else { "" };
    let _ = writeln!(text, "{}{open} (interfaces): {}", row.name, row.doc());
    for reader in Reader::ALL.into_iter().filter(|reader| row.readers.has(*reader)) {
        let _ = writeln!(text, "  {:<11} {}", reader.name(), row.source(reader));
    }
    if !row.aliases.is_empty() {
        let _ = writeln!(text, "  also        {}", row.aliases.join(", "));
    }
    match row.place {
        Place::Ip(field) => {
            let _ = writeln!(text, "  model       ipv4.{field}, ipv6.{field}");
        }
        Place::Entry(path, name) => {
            let _ = writeln!(text, "  model       {path}.{}", if name.is_empty() { "NAME" } else { name });
        }
        Place::Link(path) | Place::Port(path) => {
            let _ = writeln!(text, "  model       {path}");
        }
        Place::Sysctl(key) => {
            let _ = writeln!(text, "  sysctl      {key}");
        }
        Place::Own | Place::Extra | Place::Idle => {}
    }
}

/// `ifcfg:initscript`.
fn unknown_dialect(word: &str) -> Option<Failure> {
    let (name, dialect) = word.split_once(':')?;
    let info = formats::find(name)?;
    let names = || info.dialects.iter().map(|(name, _)| *name);
    let failure = Failure::usage(format!("the format `{}` has no dialect `{dialect}`", info.name));
    Some(match formats::suggest(dialect, names()).or(names().next()) {
        Some(near) => failure.help(format!("did you mean `{}:{near}`?", info.name)),
        None => failure.help(format!("name the format alone: `{}`", info.name)),
    })
}

/// `ipv4.metod`.
fn unknown_in_section(word: &str) -> Option<Failure> {
    let (section, key) = word.split_once('.')?;
    let name = keyfile::group(keyfile::short_name(section))?.name;
    let keys = keyfile::rows().iter().filter(|row| row.group == name).map(|row| row.key);
    let failure = Failure::usage(format!("the section `{name}` has no key `{key}`"));
    Some(match formats::suggest(key, keys) {
        Some(near) => failure.help(format!("did you mean `{name}.{near}`?")),
        None => failure.help(format!("`netpivot explain {name}` lists its keys")),
    })
}

fn unknown(word: &str) -> Failure {
    let codes = codes::all();
    let infos = formats::all();
    let words = codes
        .iter()
        .flat_map(|code| [code.id, code.name])
        .chain(infos.iter().flat_map(|info| info.aliases.iter().copied().chain([info.name])))
        .chain(ifcfg::KEYS.iter().map(|key| key.key.trim_end_matches(['#', '*'])))
        .chain(keyfile::rows().iter().flat_map(|row| [row.group, row.key]))
        .chain(interfaces::rows().map(|row| row.name));
    if let Some(failure) = unknown_dialect(word).or_else(|| unknown_in_section(word)) {
        return failure;
    }
    let failure = Failure::usage(format!("`{word}` is no code, key, section or format"));
    match formats::suggest(word, words) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => {
            failure.help("`netpivot formats` lists the formats; codes stand in brackets in the diagnostics")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_both_formats_are_explained() {
        let text = about_keys("BRIDGE");
        assert!(text.contains("BRIDGE (ifcfg)") && text.contains("connection.controller"), "{text}");
        assert!(about_keys("PEERDNS").contains("  model    ipv4.ignore_auto_dns"), "by its own row");
        assert!(about_keys("VID").contains("  model    vlan.id"), "by the keyfile's key");
        let text = about_keys("bridge.stp");
        assert!(text.contains("stp in [bridge] (keyfile)") && text.contains("default  true"), "{text}");
        let text = about_keys("bridge_fd");
        assert!(
            text.contains("bridge-fd (interfaces)") && text.contains("bridge-utils-interfaces(5)"),
            "{text}"
        );
        assert!(text.contains("model       bridge.forward_delay"), "{text}");
        assert!(about_keys("accept_ra").contains("also        accept_ra"), "ifupdown-ng's name for it, too");
        assert_eq!(about_keys("BONDING_OPT"), "");
        assert!(about_keys("ADDRESS0").contains("route-NAME"));
        assert!(about_section("[ipv4]").is_some_and(|text| text.contains("never-default")));
        assert!(
            about_dialect("ifcfg:initscripts").is_some_and(|text| text.starts_with("ifcfg:initscripts: "))
        );
        assert_eq!(about_dialect("ifcfg:initscript"), None);
        let help = |word| unknown(word).help.unwrap_or_default();
        assert!(help("ifcfg:initscript").contains("`ifcfg:initscripts`"));
        assert!(help("ipv4.metod").contains("`ipv4.method`") && help("ipv4.x").contains("explain ipv4"));
        assert_eq!((numbered("ADDRESSn"), numbered("PREFIX[n]")), ("ADDRESS0".into(), "PREFIX0".into()));
        assert_eq!(numbered("BRIDGEN"), "BRIDGEN");
        assert!(about_file("route-eth0").is_some_and(|text| text.contains("format ifcfg")));
        assert_eq!(about_file("S999"), None);
        assert!(unknown("BONDING_OPT").help.is_some_and(|help| help.contains("`BONDING_OPTS`")));
    }
}
