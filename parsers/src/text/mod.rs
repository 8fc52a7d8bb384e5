//! Lexers that several formats share.

pub mod shell;
