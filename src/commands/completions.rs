//! `netpivot completions`: a completion script, made from the command line's own types.

use crate::cli::{Cli, Completions};
use crate::failure::Failure;
use clap::CommandFactory;

pub(super) fn run(args: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "netpivot", &mut script);
    super::print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
