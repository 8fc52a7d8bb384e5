//! netpivot: reads any Linux network configuration and writes it in any other format.
//!
//! The library behind the `netpivot` program. [`pipeline`] is the whole way of a host from its files to
//! the files of another format; the commands, the renderers and the writer stand around it. The
//! program itself only parses its command line (see [`cli`]) and calls [`commands::run`].

pub mod audit;
mod below;
pub mod cli;
pub mod commands;
pub mod failure;
pub mod formats;
pub mod input;
pub mod live;
pub mod migration;
pub mod pipeline;
pub mod render;
pub mod transaction;
pub mod tree;
pub mod write;

/// Configuration is read into very many small values, for which glibc's allocator takes half as long again and musl's several
/// times as long (docs/performance.md). It stands here and not in the program so that the benchmarks measure with it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
