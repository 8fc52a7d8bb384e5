//! The programs that read interfaces files, and the sets of them that know an option.

use crate::dialect::{Dialect, IFUPDOWN, IFUPDOWN_NG, IFUPDOWN2};

/// A program that reads interfaces files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Debian's ifupdown with the scripts of its add-on packages.
    Ifupdown,
    /// ifupdown2 of Cumulus Linux and Proxmox VE.
    Ifupdown2,
    /// ifupdown-ng of Alpine Linux.
    IfupdownNg,
}

impl Reader {
    /// All readers, the default first.
    pub const ALL: [Reader; 3] = [Reader::Ifupdown, Reader::Ifupdown2, Reader::IfupdownNg];

    /// The reader of a dialect; ifupdown where it names none.
    #[must_use]
    pub fn of(dialect: Dialect) -> Self {
        let is = |other: &Reader| other.dialect().variant == dialect.variant;
        Reader::ALL.into_iter().find(is).unwrap_or(Reader::Ifupdown)
    }

    /// The dialect that it reads.
    #[must_use]
    pub const fn dialect(self) -> Dialect {
        match self {
            Reader::Ifupdown => IFUPDOWN,
            Reader::Ifupdown2 => IFUPDOWN2,
            Reader::IfupdownNg => IFUPDOWN_NG,
        }
    }

    /// Its name: `ifupdown2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.dialect().variant
    }

    const fn bit(self) -> u8 {
        match self {
            Reader::Ifupdown => 1,
            Reader::Ifupdown2 => 2,
            Reader::IfupdownNg => 4,
        }
    }
}

/// A set of readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readers(u8);

/// ifupdown only.
pub(super) const D: Readers = Readers(1);
/// ifupdown2 only.
pub(super) const C: Readers = Readers(2);
/// ifupdown-ng only.
pub(super) const N: Readers = Readers(4);
/// ifupdown and ifupdown2.
pub(super) const DC: Readers = Readers(3);
/// ifupdown and ifupdown-ng.
pub(super) const DN: Readers = Readers(5);
/// ifupdown2 and ifupdown-ng.
pub(super) const CN: Readers = Readers(6);
/// All three.
pub(super) const DCN: Readers = Readers(7);

impl Readers {
    /// True where the reader is one of them.
    #[must_use]
    pub const fn has(self, reader: Reader) -> bool {
        self.0 & reader.bit() != 0
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Reader::ALL.into_iter().filter(move |reader| self.has(*reader)).map(Reader::name)
    }
}
