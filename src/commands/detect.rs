//! `netpivot detect`: which format an input has, and why.

use crate::cli::Detect;
use crate::failure::Failure;
use crate::input;
use crate::pipeline::detect;
use crate::render::{Console, printable};
use std::fmt::Write;

pub(super) fn run(args: &Detect, console: &mut Console) -> Result<u8, Failure> {
    input::named_once(&args.inputs)?;
    let hosts = input::hosts(&args.inputs, args.root.as_deref());
    let mut text = String::new();
    let mut statuses = Vec::new();
    for host in &hosts {
        let found = host.open(None).map(|opened| detect::formats(&*opened.tree)).and_then(|found| {
            let none = || Failure::input("there is no network configuration of a known format");
            if found.is_empty() { Err(none()) } else { Ok(found) }
        });
        match found {
            Ok(found) => {
                for one in found {
                    let label = printable(&host.label);
                    let doubt = if one.sure { "" } else { "perhaps " };
                    let reason = printable(&one.reason).into_owned();
                    let _ = writeln!(text, "{label}: {doubt}{}: {reason}", one.parser.info().name);
                }
                statuses.push(0);
            }
            Err(failure) => {
                statuses.push(failure.kind.exit());
                console.failure(Some(&host.label), &failure);
            }
        }
    }
    super::print(&text)?;
    Ok(super::gravest(statuses.into_iter()))
}
