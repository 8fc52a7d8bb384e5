//! `netpivot man`: the manual pages, made from the command line's own types.

use crate::cli::{Cli, Man};
use crate::failure::{Failure, FailureKind};
use crate::formats::suggest;
use clap::{Command, CommandFactory};

pub(super) fn run(args: &Man) -> Result<u8, Failure> {
    // Its own `help` command has nothing to say that the pages do not.
    let mut main = Cli::command().disable_help_subcommand(true);
    main.build();
    let command = match &args.command {
        None => main,
        Some(name) => main.find_subcommand(name).cloned().ok_or_else(|| unknown(&main, name))?,
    };
    let mut page = Vec::new();
    let broken = |error| Failure::new(FailureKind::Bug, format!("the manual page cannot be made: {error}"));
    let source = concat!("netpivot ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(command).source(source).render(&mut page).map_err(broken)?;
    super::print(&String::from_utf8_lossy(&page))?;
    Ok(0)
}

fn unknown(main: &Command, name: &str) -> Failure {
    let names = || main.get_subcommands().map(Command::get_name);
    Failure::usage(format!("netpivot has no command `{name}`")).help(match suggest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
    })
}
