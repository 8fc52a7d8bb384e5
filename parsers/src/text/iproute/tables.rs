//! Names of routing tables: `/etc/iproute2/rt_tables`, `rt_tables.d/*.conf`, and the three that always are; and those of
//! what sets routes up: `rt_protos` and `rt_protos.d/*.conf` beside them.

use super::Word;
use crate::{Context, Tree};
use foldhash::HashMap;
use netpivot_model::route::MAIN_TABLE;
use netpivot_model::source::{At, Origin, SourceId, Span};

/// Where the names stand; the first directory is the administrator's, the second the distribution's.
const DIRECTORIES: [&str; 2] = ["/etc/iproute2", "/usr/share/iproute2"];

/// Routing tables by name.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    names: HashMap<String, (u32, Option<Span>)>,
    /// True where the host's own files were read, so that it knows no other names.
    are_all: bool,
    /// The host's own names of routing protocols; `None` where its files were not given.
    pub(super) protocols: Option<HashMap<String, u32>>,
}

impl Tables {
    /// The tables that the kernel has (`RT_TABLE_*`).
    #[must_use]
    pub fn builtin() -> Self {
        let known = [("unspec", 0), ("default", 253), ("main", MAIN_TABLE), ("local", 255)];
        let names = known.into_iter().map(|(name, n)| (name.to_owned(), (n, None))).collect();
        Tables { names, are_all: false, protocols: None }
    }

    /// Those, and the ones that the host's files name. A later line of a name wins.
    pub fn read(tree: &dyn Tree, cx: &mut Context) -> Self {
        let mut tables = Tables::builtin();
        for source in files(tree, cx, "rt_tables") {
            tables.are_all = true;
            for_each_line(cx, source, |words| {
                tables.define(words);
            });
        }
        for source in files(tree, cx, "rt_protos") {
            let protocols = tables.protocols.get_or_insert_default();
            for_each_line(cx, source, |words| {
                if let [id, name, ..] = words
                    && let Some(number) = super::number(id.text)
                {
                    protocols.insert(name.text.to_owned(), number);
                }
            });
        }
        tables
    }

    /// Takes a line of rt_tables, `NUMBER NAME`; false where it is none.
    pub fn define(&mut self, words: &[Word<'_>]) -> bool {
        let [id, name, ..] = words else { return false };
        let Some(number) = super::number(id.text) else { return false };
        self.names.insert(name.text.to_owned(), (number, Some(super::through(*id, *name))));
        true
    }

    /// True for a file that names routing tables.
    #[must_use]
    pub fn are_in(path: &str) -> bool {
        DIRECTORIES
            .iter()
            .filter_map(|directory| path.strip_prefix(directory))
            .any(|rest| rest == "/rt_tables" || rest.starts_with("/rt_tables.d/") && rest.ends_with(".conf"))
    }

    /// True where a table has the name.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// True where the host is known to have no other names.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.are_all
    }

    /// The number of a table: as it stands, or by its name. The origin names the line of
    /// rt_tables too.
    #[must_use]
    pub fn number(&self, text: &str, span: Span) -> Option<At<u32>> {
        let (number, line) = self.names.get(text).copied().or_else(|| Some((super::number(text)?, None)))?;
        let origin = line.map_or(Origin::at(span), |line| Origin::said([span, line]));
        Some(At { value: number, origin })
    }
}

/// A file of names and those beside it; the distribution's where the administrator has none.
fn files(tree: &dyn Tree, cx: &mut Context, name: &str) -> Vec<SourceId> {
    let read = |directory: &&str| {
        let main = format!("{directory}/{name}");
        let more = tree.list(&format!("{main}.d")).unwrap_or_default();
        let more = more.into_iter().filter(|entry| entry.name.ends_with(".conf"));
        let more = more.map(|entry| format!("{main}.d/{}", entry.name));
        std::iter::once(main.clone()).chain(more).filter_map(|path| cx.read(tree, &path)).collect()
    };
    DIRECTORIES.iter().map(read).find(|found: &Vec<SourceId>| !found.is_empty()).unwrap_or_default()
}

fn for_each_line(cx: &Context, source: SourceId, mut take: impl FnMut(&[Word<'_>])) {
    let mut start = 0;
    for line in cx.sources.get(source).text.split_inclusive('\n') {
        take(&super::words(line.split('#').next().unwrap_or(""), source, start));
        start += line.len();
    }
}
