//! A host as the facts look at it: its files, what they say, and which release it is.

use super::{BACKUPS, Of, Shown, Trigger};
use crate::audit::Place;
use crate::audit::ignore::matches;
use crate::pipeline::Loaded;
use netpivot_model::link::LinkId;
use netpivot_model::source::{Sources, Span};
use netpivot_parsers::keyfile::lex::lex as lex_keyfile;
use netpivot_parsers::text::shell::{Bash, lex as lex_shell};
use netpivot_parsers::{Context, EntryKind, MAX_FILE, Tree};
use std::collections::BTreeMap;

/// NetworkManager.conf(5), "FILE FORMAT": the main file and the folders beside it.
pub(super) const NM_CONF: &[&str] = &[
    "/etc/NetworkManager/NetworkManager.conf",
    "/etc/NetworkManager/conf.d/*.conf",
    "/run/NetworkManager/conf.d/*.conf",
    "/usr/lib/NetworkManager/conf.d/*.conf",
];
pub(super) const RESOLVED_CONF: &str = "/etc/systemd/resolved.conf";
/// Where a boot loader has the kernel's command line, and where the kernel shows it.
pub(super) const COMMAND_LINES: &[&str] =
    &["/etc/default/grub", "/etc/kernel/cmdline", "/boot/loader/entries/*.conf", "/proc/cmdline"];
/// Folders of the files that parsers read, for the paths of files that people call otherwise.
const PARSED: [&str; 2] = ["/etc/sysconfig/network-scripts/*", "/etc/sysconfig/network/*"];

/// Something that a file says.
struct Statement {
    format: &'static str,
    path: String,
    place: Place,
    section: String,
    key: String,
    value: String,
    /// The configuration that holds the link, and the link.
    owner: Option<(usize, LinkId)>,
}

/// A host.
pub(super) struct Host<'h> {
    pub tree: &'h dyn Tree,
    pub configs: &'h [Loaded],
    statements: Vec<Statement>,
    /// ID and ID_LIKE of os-release(5).
    os: Vec<String>,
    /// Where the first of them stands.
    os_place: Option<Place>,
    /// VERSION_ID: major and minor; nothing where the root does not say it.
    version: Option<(u32, u32)>,
    command_line: String,
}

impl<'h> Host<'h> {
    pub fn of(tree: &'h dyn Tree, configs: &'h [Loaded]) -> Self {
        let mut host = Host {
            tree,
            configs,
            statements: Vec::new(),
            os: Vec::new(),
            os_place: None,
            version: None,
            command_line: String::new(),
        };
        host.read_configs();
        host.read_beside();
        host.read_os();
        let lines = COMMAND_LINES.iter().flat_map(|path| host.paths(path));
        host.command_line = lines.flat_map(|path| host.lines(&path)).map(|(_, line)| line + "\n").collect();
        host
    }

    /// What the parsers have lexed.
    fn read_configs(&mut self) {
        let files = PARSED.iter().flat_map(|paths| self.paths(paths));
        let known: BTreeMap<String, String> = files.map(|path| (self.tree.display(&path), path)).collect();
        for (at, loaded) in self.configs.iter().enumerate() {
            for item in &loaded.items {
                let place = crate::audit::place_at(loaded, item.span);
                let path = known.get(&place.file).unwrap_or(&place.file).clone();
                let (key, value) = match (item.value.is_empty(), item.key.split_once([' ', '\t'])) {
                    // An item without a value is a line as a whole.
                    (true, Some((key, value))) => (key, value.trim()),
                    (true, None) | (false, _) => (item.key.as_str(), item.value.as_str()),
                };
                self.statements.push(Statement {
                    format: loaded.format,
                    path,
                    place,
                    section: item.section.clone().unwrap_or_default(),
                    key: key.to_owned(),
                    value: if item.secret { String::new() } else { value.trim().to_owned() },
                    owner: item.owner.map(|id| (at, id)),
                });
            }
        }
    }

    /// The settings of daemons, which are no configuration of links: files with groups and keys.
    fn read_beside(&mut self) {
        let paths = NM_CONF.iter().chain([&RESOLVED_CONF]).flat_map(|paths| self.paths(paths));
        for path in paths.collect::<Vec<_>>() {
            let mut cx = Context::default();
            let Some(source) = cx.read(self.tree, &path) else { continue };
            let text = cx.sources.get(source).text.clone();
            let Ok(file) = lex_keyfile(source, &text) else { continue };
            for group in &file.groups {
                for entry in &group.entries {
                    self.statements.push(Statement {
                        format: "",
                        path: path.clone(),
                        place: place(&cx.sources, entry.span),
                        section: group.name.to_owned(),
                        key: entry.key.to_owned(),
                        value: entry.raw.trim().to_owned(),
                        owner: None,
                    });
                }
            }
        }
    }

    fn read_os(&mut self) {
        let mut cx = Context::default();
        let places = ["/etc/os-release", "/usr/lib/os-release"];
        let Some(source) = places.iter().find_map(|path| cx.read(self.tree, path)) else { return };
        let lexed = lex_shell(&cx.sources.get(source).text, source, &|_| None);
        for assignment in lexed.assignments {
            let Bash::Value(value) = assignment.bash else { continue };
            match assignment.name.as_str() {
                "ID" | "ID_LIKE" => {
                    self.os_place.get_or_insert_with(|| place(&cx.sources, assignment.span));
                    self.os.extend(value.split_ascii_whitespace().map(str::to_owned));
                }
                "VERSION_ID" => {
                    let (major, minor) = value.split_once('.').unwrap_or((&value, "0"));
                    self.version = major.parse().ok().zip(minor.parse().ok());
                }
                _ => {}
            }
        }
    }

    /// What the host is, and where it says so, if that is none of the family.
    pub fn of_another_family(&self, family: &[&str]) -> Option<(&str, Place)> {
        let own = self.os.first()?;
        let is_kin = self.os.iter().any(|id| family.contains(&id.as_str()));
        Some((own.as_str(), self.os_place.clone()?)).filter(|_| !is_kin)
    }

    /// True where the root is of a release of that family before this one; false where it does not say.
    pub fn is_before(&self, family: &str, version: (u32, u32)) -> bool {
        self.os.iter().any(|id| id == family) && self.version.is_some_and(|own| own < version)
    }

    /// True where the kernel's command line has the word.
    pub fn boots_with(&self, word: &str) -> bool {
        self.command_line.contains(word)
    }

    /// True where a file of one of the paths is there.
    pub fn has(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| !self.paths(path).is_empty())
    }

    /// True where a file of NetworkManager's says so.
    pub fn nm_says(&self, section: &str, key: &str, value: &str) -> bool {
        let is = |said: &Statement| said.section == section && said.key == key && said.value == value;
        let mut conf = self.statements.iter().filter(|said| said.format.is_empty());
        conf.any(is)
    }

    /// True where a line of a file, comments aside, has the text.
    pub fn file_says(&self, path: &str, text: &str) -> bool {
        self.lines(path).any(|(_, line)| line.contains(text))
    }

    /// The paths that fit a pattern, in order. `*` stands for any text within a name, `?` for a character.
    fn paths(&self, pattern: &str) -> Vec<String> {
        let mut found = vec![String::new()];
        let names: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
        for (n, name) in names.iter().enumerate() {
            if !name.contains(['*', '?']) {
                found.iter_mut().for_each(|path| *path = format!("{path}/{name}"));
                continue;
            }
            let is_last = n + 1 == names.len();
            found = found
                .into_iter()
                .flat_map(|folder| {
                    let entries = self.tree.list(&folder).unwrap_or_default().into_iter();
                    let fits = entries.filter(move |entry| {
                        matches(name, &entry.name) && (entry.kind != EntryKind::Directory || !is_last)
                    });
                    fits.map(move |entry| format!("{folder}/{}", entry.name))
                })
                .collect();
        }
        found.retain(|path| self.tree.exists(path));
        found
    }

    /// The lines of a file that are no comments, with their numbers.
    fn lines(&self, path: &str) -> impl Iterator<Item = (usize, String)> + use<> {
        let bytes = self.tree.read(path, MAX_FILE).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines: Vec<(usize, String)> = (1..)
            .zip(text.lines().map(|line| line.trim().to_owned()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with(['#', ';']))
            .collect();
        lines.into_iter()
    }

    /// Everything that shows a fact in one way.
    pub fn shown(&self, trigger: &Trigger) -> Vec<Shown> {
        match trigger {
            Trigger::File { paths, except, when } => {
                let paths = paths.iter().flat_map(|path| self.paths(path));
                let own = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
                let paths =
                    paths.filter(|path| !except.iter().chain(&BACKUPS).any(|name| matches(name, &own(path))));
                paths.filter(|path| when(self, path)).map(|path| self.file(path, 0, None)).collect()
            }
            Trigger::Key { of, section, keys, value } => {
                let is = |said: &&Statement| {
                    let is_there = || match of {
                        Of::Files(paths) => paths.iter().any(|path| fits(path, &said.path)),
                        Of::Format(format) => said.format == *format,
                    };
                    keys.iter().any(|key| fits(key, &said.key))
                        && fits(section, &said.section)
                        && value(&said.value)
                        && is_there()
                };
                self.statements.iter().filter(is).map(|said| self.key(said)).collect()
            }
            Trigger::Line { paths, is } => {
                let of_file = |path: String| {
                    let lines: Vec<_> = self.lines(&path).filter(|(_, line)| is(line)).collect();
                    lines
                        .into_iter()
                        .map(|(n, line)| self.file(path.clone(), n, Some((line, String::new()))))
                        .collect::<Vec<_>>()
                };
                paths.iter().flat_map(|path| self.paths(path)).flat_map(of_file).collect()
            }
            Trigger::Model(look) => {
                let mut found = Vec::new();
                for (at, loaded) in self.configs.iter().enumerate() {
                    look(loaded, &mut |id, origin| {
                        let Some(place) = crate::audit::place_of(loaded, origin) else { return };
                        let said = origin.span().and_then(|span| line(loaded, span));
                        found.push(Shown {
                            path: place.file.clone(),
                            place,
                            said,
                            ..self.about(id.map(|id| (at, id)))
                        });
                    });
                }
                found
            }
        }
    }

    fn file(&self, path: String, line: usize, said: Option<(String, String)>) -> Shown {
        let place = Place { file: self.tree.display(&path), line, column: line.min(1) };
        let owner = self.statements.iter().filter(|said| said.path == path).find_map(|said| said.owner);
        Shown { place, path, said, ..self.about(owner) }
    }

    fn key(&self, said: &Statement) -> Shown {
        Shown {
            place: said.place.clone(),
            path: said.path.clone(),
            said: Some((said.key.clone(), said.value.clone())),
            ..self.about(said.owner)
        }
    }

    /// The names of a link.
    fn about(&self, owner: Option<(usize, LinkId)>) -> Shown {
        let link = owner.and_then(|(at, id)| Some(self.configs.get(at)?.network.link(id)));
        Shown {
            place: Place { file: String::new(), line: 0, column: 0 },
            path: String::new(),
            link: link.map(|link| link.label().to_owned()),
            profile: link.and_then(|link| link.id.as_ref()).map(|id| id.value.clone()),
            said: None,
        }
    }
}

fn place(sources: &Sources, span: Span) -> Place {
    let at = sources.line_column(span);
    Place { file: sources.get(span.source).path.clone(), line: at.line, column: at.column }
}

/// The line that a span is in, unless something secret stands there.
fn line(loaded: &Loaded, span: Span) -> Option<(String, String)> {
    let text = &loaded.sources.get(span.source).text;
    let (before, after) = text.split_at_checked(span.start as usize)?;
    let from = before.rfind('\n').map_or(0, |at| at + 1);
    let to = after.find('\n').map_or(text.len(), |at| before.len() + at);
    let is_here = |secret: &Span| {
        secret.source == span.source && (secret.start as usize) < to && (secret.end as usize) > from
    };
    let line = text.get(from..to).filter(|_| !loaded.secrets.iter().any(is_here))?;
    Some((line.trim().to_owned(), String::new()))
}

/// As [`matches`]; most patterns are plain words.
fn fits(pattern: &str, text: &str) -> bool {
    if pattern.contains(['*', '?']) { matches(pattern, text) } else { pattern == text }
}
