//! `netpivot man`: the manual page, made from the command line's own types.

use crate::cli::Cli;
use crate::failure::{Failure, FailureKind};
use clap::CommandFactory;

pub(super) fn run() -> Result<u8, Failure> {
    let mut page = Vec::new();
    let broken = |error| Failure::new(FailureKind::Bug, format!("the manual page cannot be made: {error}"));
    let main = Cli::command();
    clap_mangen::Man::new(main.clone()).render(&mut page).map_err(broken)?;
    for command in main.get_subcommands().filter(|c| c.get_name() != "help") {
        let man = clap_mangen::Man::new(command.clone()).title(format!("netpivot-{}", command.get_name()));
        man.render_name_section(&mut page).map_err(broken)?;
        man.render_synopsis_section(&mut page).map_err(broken)?;
        man.render_options_section(&mut page).map_err(broken)?;
        man.render_extra_section(&mut page).map_err(broken)?;
    }
    super::print(&String::from_utf8_lossy(&page))?;
    Ok(0)
}
