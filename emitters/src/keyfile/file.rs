//! The text of a keyfile: groups and keys in NetworkManager's order.

use netpivot_model::vocabulary::keyfile::{self as vocabulary, Row, text};
use std::borrow::Cow;
use std::fmt::Write as _;

/// A keyfile in the making.
#[derive(Debug, Default)]
pub(super) struct File {
    groups: Vec<Group>,
    comments: Vec<String>,
    /// True where it holds a secret, or hides one.
    pub(super) has_secrets: bool,
}

#[derive(Debug)]
struct Group {
    /// Position among the groups, and among groups of one kind (peers).
    order: (u16, u16),
    name: Cow<'static, str>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Keys are sorted by it; keys of one list share theirs and keep their order.
    sort: Cow<'static, str>,
    key: Cow<'static, str>,
    value: String,
}

/// After all groups that the table knows.
const LAST: u16 = u16::MAX;

impl File {
    /// The group of that name, made where it is not there yet.
    pub(super) fn open(&mut self, name: &'static str) {
        let order = vocabulary::group(name).map_or(LAST, |g| g.order);
        self.at((order, 0), || Cow::Borrowed(name));
    }

    fn at(&mut self, order: (u16, u16), name: impl FnOnce() -> Cow<'static, str>) -> &mut Group {
        let n = match self.groups.binary_search_by_key(&order, |g| g.order) {
            Ok(n) => n,
            Err(n) => {
                self.groups.insert(n, Group { order, name: name(), entries: Vec::new() });
                n
            }
        };
        &mut self.groups[n]
    }

    /// Adds a key of the table's.
    pub(super) fn set(&mut self, row: &'static Row, key: &'static str, value: String) {
        self.push(row, Cow::Borrowed(key), Cow::Borrowed(key), value);
    }

    /// Adds a key with a free name; such keys stay in the order in which they come.
    pub(super) fn set_named(&mut self, row: &'static Row, key: String, value: String) {
        self.push(row, Cow::Borrowed(row.key), Cow::Owned(key), value);
    }

    /// Adds a key of a numbered list; such keys stay in the order in which they come.
    pub(super) fn set_numbered(
        &mut self,
        group: &'static str,
        list: &'static str,
        key: String,
        value: String,
    ) {
        let order = vocabulary::group(group).map_or(LAST, |g| g.order);
        let group = self.at((order, 0), || Cow::Borrowed(group));
        group.entries.push(Entry { sort: Cow::Borrowed(list), key: Cow::Owned(key), value });
    }

    fn push(&mut self, row: &'static Row, sort: Cow<'static, str>, key: Cow<'static, str>, value: String) {
        let group = self.at((row.group_order, 0), || Cow::Borrowed(row.group));
        group.entries.push(Entry { sort, key, value });
    }

    /// Adds a key to the group of the n-th peer.
    pub(super) fn set_peer(&mut self, row: &'static Row, n: u16, group: &str, value: Option<String>) {
        let group = self.at((row.group_order, n), || Cow::Owned(group.to_owned()));
        if let Some(value) = value {
            group.entries.push(Entry { sort: Cow::Borrowed(row.key), key: Cow::Borrowed(row.key), value });
        }
    }

    /// Puts a line back where it came from. A line that would not come back as it was becomes a comment.
    pub(super) fn put_back(&mut self, section: &str, key: &str, value: &str) {
        let safe = |t: &str| !t.contains(|c: char| c.is_control() && c != '\t');
        let header = key.strip_prefix('[').and_then(|k| k.strip_suffix(']')) == Some(section);
        if !safe(section) || section.contains(['[', ']']) || !safe(key) || !safe(value) {
            return self.comment(key, value, "");
        }
        let short = vocabulary::short_name(section);
        let known = vocabulary::group(short).filter(|g| g.name == short);
        let order = match known {
            Some(group) => (group.order, 0),
            None => {
                let other = self.groups.iter().find(|g| g.order.0 == LAST && g.name == section);
                let next =
                    self.groups.last().map_or(0, |g| if g.order.0 == LAST { g.order.1 + 1 } else { 0 });
                (LAST, other.map_or(next, |g| g.order.1))
            }
        };
        let group = self.at(order, || Cow::Owned(short.to_owned()));
        if !header {
            let key: Cow<'static, str> = Cow::Owned(key.to_owned());
            let there = group.entries.iter().any(|e| e.key == key);
            if !there {
                group.entries.push(Entry { sort: key.clone(), key, value: value.to_owned() });
            }
        }
    }

    /// Adds a comment about what has no place, and where it stood.
    pub(super) fn comment(&mut self, key: &str, value: &str, place: &str) {
        let sign = if value.is_empty() { "" } else { "=" };
        let place = if place.is_empty() { String::new() } else { format!(" ({})", text::escape(place)) };
        self.comments.push(format!(
            "# not converted: {}{sign}{}{place}",
            text::escape(key),
            text::escape(value)
        ));
    }

    /// The text.
    pub(super) fn render(mut self) -> String {
        let mut out = String::with_capacity(512);
        for comment in &self.comments {
            out.push_str(comment);
            out.push('\n');
        }
        for group in &mut self.groups {
            group.entries.sort_by(|a, b| (rank(&a.sort), &a.sort).cmp(&(rank(&b.sort), &b.sort)));
            let gap = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}[{}]", group.name);
            for entry in &group.entries {
                let _ = writeln!(out, "{}={}", entry.key, entry.value);
            }
        }
        out
    }
}

/// `[connection]` begins with these.
fn rank(key: &str) -> u8 {
    match key {
        "id" => 0,
        "uuid" => 1,
        "type" => 2,
        _ => 3,
    }
}
