//! Where the bytes come from: directories, archives, lone files.
//!
//! Everything here hands out a read-only [`netpivot_parsers::Tree`] and keeps one promise: nothing
//! outside the root is ever opened, whatever symbolic links the input holds.

mod archive;
mod disk;
mod lone;
mod mounted;
mod printed;
mod resolve;

pub use archive::{ArchiveTree, is_archive};
pub use disk::DirTree;
pub use lone::{LoneFile, Misplaced, PlacedTree, is_capture, limit, read_file};
pub use mounted::Mounted;
pub use printed::printed_files;
