//! The `netpivot` program: its command line, and the exit status of the library's work.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = netpivot::cli::Cli::parse();
    ExitCode::from(netpivot::commands::run(&cli.command))
}
