//! Names of routing tables: `/etc/iproute2/rt_tables`, `rt_tables.d/*.conf`, and the three that always are.

use super::Word;
use crate::{Context, Tree};
use foldhash::HashMap;
use netpivot_model::source::{At, Origin, Span};

/// Where the names stand; the first directory is the administrator's, the second the distribution's.
const DIRECTORIES: [&str; 2] = ["/etc/iproute2", "/usr/share/iproute2"];

/// Routing tables by name.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    names: HashMap<String, (u32, Option<Span>)>,
    /// True where the host's own files were read, so that it knows no other names.
    are_all: bool,
}

impl Tables {
    /// The tables that the kernel has (`RT_TABLE_*`).
    #[must_use]
    pub fn builtin() -> Self {
        let known = [("unspec", 0), ("default", 253), ("main", 254), ("local", 255)];
        let names = known.into_iter().map(|(name, n)| (name.to_owned(), (n, None))).collect();
        Tables { names, are_all: false }
    }

    /// Those, and the ones that the host's files name. A later line of a name wins.
    pub fn read(tree: &dyn Tree, cx: &mut Context) -> Self {
        let mut tables = Tables::builtin();
        for directory in DIRECTORIES {
            let main = format!("{directory}/rt_tables");
            let more = tree.list(&format!("{main}.d")).unwrap_or_default();
            let more = more.into_iter().filter(|entry| entry.name.ends_with(".conf"));
            let files: Vec<_> = std::iter::once(main.clone())
                .chain(more.map(|entry| format!("{main}.d/{}", entry.name)))
                .collect();
            let mut any = false;
            for path in files {
                if let Some(source) = cx.read(tree, &path) {
                    any = true;
                    tables.add(cx, source);
                }
            }
            if any {
                tables.are_all = true;
                break;
            }
        }
        tables
    }

    fn add(&mut self, cx: &Context, source: netpivot_model::source::SourceId) {
        let mut start = 0;
        for line in cx.sources.get(source).text.split_inclusive('\n') {
            let content = line.split('#').next().unwrap_or("");
            let words = super::words(content, source, start);
            start += line.len();
            self.define(&words);
        }
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
