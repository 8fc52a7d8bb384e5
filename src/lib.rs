//! netpivot: reads any Linux network configuration and writes it in any other format.
//!
//! The library behind the `netpivot` program. [`pipeline`] is the whole way of a host from its files to
//! the files of another format; the commands, the renderers and the writer stand around it. The
//! program itself only parses its command line (see [`cli`]) and calls [`commands::run`].

pub mod audit;
pub mod cli;
pub mod commands;
pub mod failure;
pub mod formats;
pub mod input;
pub mod live;
pub mod pipeline;
pub mod render;
pub mod tree;
pub mod write;
