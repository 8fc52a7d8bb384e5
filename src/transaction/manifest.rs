//! What a transaction has to remember: each path, what stood there and what is to stand there.

use super::confirm::Confirm;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How far a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Its files may be in either state: what was before is to be brought back.
    Prepared,
    /// All of its files are in the new state.
    Done,
    /// What was before is being brought back.
    Undoing,
}

/// What stands at a path, as far as a program that reads it can see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Content {
    /// Nothing.
    Nothing,
    /// A regular file.
    File {
        /// Of its bytes, in hexadecimal digits.
        sha256: String,
        /// Permission bits.
        mode: u32,
    },
    /// A symbolic link.
    Link {
        /// Where it leads, as it is written.
        target: String,
    },
}

/// What else belongs to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// User and group.
    pub owner: (u32, u32),
    /// Time of the last change of its bytes: seconds of the epoch, nanoseconds.
    pub modified: (i64, u32),
    /// Extended attributes (SELinux label, ACL), the values in hexadecimal digits; of files only.
    pub attributes: BTreeMap<String, String>,
}

/// What stands at a path, with all that can be brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The bytes and the mode.
    pub content: Content,
    /// `None` where nothing stands there.
    pub meta: Option<Meta>,
}

impl Standing {
    /// The same to every program: times of links, which no program sees, do not count.
    #[must_use]
    pub fn is_same(&self, other: &Standing) -> bool {
        match (&self.content, &self.meta, &other.meta) {
            (Content::Link { .. }, Some(a), Some(b)) => self.content == other.content && a.owner == b.owner,
            (Content::Link { .. } | Content::File { .. } | Content::Nothing, _, _) => self == other,
        }
    }
}

/// A path of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Absolute, as on the host.
    pub path: String,
    /// What stood there.
    pub old: Standing,
    /// What is to stand there.
    pub new: Content,
}

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of this layout; 1.
    pub version: u32,
    /// Which transaction of the host; also the name of its folder.
    pub number: u32,
    /// Never that of another.
    pub id: String,
    /// How far it is.
    pub stage: Stage,
    /// The format that was.
    pub from: String,
    /// The format that is to be.
    pub to: String,
    /// When it began (RFC 3339).
    pub started: String,
    /// Its paths.
    pub items: Vec<Item>,
    /// Directories that were not there, the upper ones first.
    pub directories: Vec<String>,
    /// The confirmation that it waits for.
    pub confirm: Option<Confirm>,
}

impl Manifest {
    /// Where the bytes of an old file are kept below the state folder.
    #[must_use]
    pub fn backup(&self, index: usize) -> String {
        format!("{}/old/{index}", super::store::folder(self.number))
    }

    /// The name under which an item waits beside its target. No program that reads network configuration takes a name
    /// with a dot before it: NetworkManager (`nm_keyfile_utils_ignore_filename`, dispatcher's `check_filename`), initscripts
    /// and wicked (`ifcfg-`), interfaces(5) (`source-directory`, wordexp(3)); nor one that ends so: libvirt (`.xml`),
    /// systemd and NetworkManager.conf(5) (`.link`, `.conf`).
    #[must_use]
    pub fn staged(&self, index: usize, side: Side) -> String {
        let path = self.items.get(index).map_or("", |item| item.path.as_str());
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let side = match side {
            Side::Old => "old",
            Side::New => "new",
        };
        format!("{parent}/.netpivot-{:04}-{index}.{side}", self.number)
    }

    /// The directories of its paths, each once.
    #[must_use]
    pub fn parents(&self) -> Vec<String> {
        let mut parents: Vec<String> = self
            .items
            .iter()
            .filter_map(|item| item.path.rsplit_once('/').map(|(parent, _)| parent.to_owned()))
            .collect();
        parents.sort_unstable();
        parents.dedup();
        parents
    }
}

/// A side of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What was.
    Old,
    /// What is to be.
    New,
}

/// SHA-256 in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_lead_back_to_the_bytes() {
        assert_eq!(hex(&[0, 0xaf, 9]), "00af09");
        assert_eq!(unhex("00af09"), Some(vec![0, 0xaf, 9]));
        assert_eq!((unhex("0"), unhex("zz")), (None, None));
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b""), empty, "FIPS 180-4");
    }
}
