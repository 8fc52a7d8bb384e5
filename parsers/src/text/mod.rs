//! Lexers that several formats share.

pub mod iproute;
pub mod shell;
