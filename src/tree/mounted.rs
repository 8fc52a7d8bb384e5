//! A tree whose root is a part of a host: a copy of `/etc`, of `/etc/sysconfig`.

use netpivot_parsers::{Access, Entry, EntryKind, ReadError, Tree};

/// A tree put at a path of an otherwise empty host. Files show the path they were given by.
pub struct Mounted<T> {
    inner: T,
    at: String,
    shown: String,
}

impl<T> Mounted<T> {
    /// Puts `inner` at the path `at` (without a slash at its end); its files are shown below `shown`.
    pub fn new(inner: T, at: impl Into<String>, shown: impl Into<String>) -> Self {
        Mounted { inner, at: at.into(), shown: shown.into() }
    }

    /// The tree without its mount point.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.inner
    }

    fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.at.as_str())?;
        if rest.is_empty() { Some("/") } else { rest.starts_with('/').then_some(rest) }
    }
}

impl<T: Tree> Tree for Mounted<T> {
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError> {
        self.below(path).map_or(Err(ReadError::NotFound), |rest| self.inner.read(rest, max))
    }

    fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
        if let Some(rest) = self.below(path) {
            return self.inner.list(rest);
        }
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let next = self.at.strip_prefix(&prefix).and_then(|rest| rest.split('/').next());
        Ok(next.map(|name| Entry { name: name.to_owned(), kind: EntryKind::Directory }).into_iter().collect())
    }

    fn exists(&self, path: &str) -> bool {
        match self.below(path) {
            Some(rest) => self.inner.exists(rest),
            None => format!("{}/", self.at).starts_with(&format!("{}/", path.trim_end_matches('/'))),
        }
    }

    fn access(&self, path: &str) -> Option<Access> {
        self.inner.access(self.below(path)?)
    }

    fn display(&self, path: &str) -> String {
        match self.below(path) {
            Some(rest) => format!("{}{rest}", self.shown),
            None => path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_parsers::tree::MemoryTree;

    #[test]
    fn a_copy_of_etc_stands_at_etc() {
        let inner: MemoryTree = [("/sysconfig/network", "A=1")].into_iter().collect();
        let tree = Mounted::new(inner, "/etc", "backup");
        assert_eq!(tree.read("/etc/sysconfig/network", 9).unwrap(), b"A=1");
        assert_eq!(tree.display("/etc/sysconfig/network"), "backup/sysconfig/network");
        assert_eq!(tree.list("/").unwrap()[0].name, "etc");
        assert!(tree.exists("/etc") && !tree.exists("/etcetera") && !tree.exists("/usr"));
    }
}
