//! Settings of the model as the words of ip(8), bridge(8) and ethtool(8).
//!
//! Words are spelt out and names follow `dev` or `name`, so that no name is taken for a keyword (netlink-ip.md 3).

use crate::text::shell::quote;

pub(crate) mod address;
pub mod entry;
pub(crate) mod ethtool;
pub mod kind;
mod nft;
pub mod route;
pub mod rule;
pub(crate) mod setting;
pub(crate) mod spoken;

/// A command of one of the forms here – `A || true`, `CHECK || ADD` –, run in a namespace.
pub(crate) fn within(space: &str, command: &str) -> String {
    let space = quote(space);
    let one = |command: &str| match command.split_once(' ') {
        None => command.to_owned(),
        Some((program @ ("ip" | "bridge"), rest)) => format!("{program} -n {space} {rest}"),
        Some(_) => format!("ip netns exec {space} {command}"),
    };
    command.split(" || ").map(one).collect::<Vec<_>>().join(" || ")
}
