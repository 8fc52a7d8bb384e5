//! Settings of the model as the words of ip(8), bridge(8) and ethtool(8).
//!
//! Words are spelt out and names follow `dev` or `name`, so that no name is taken for a keyword (netlink-ip.md 3).

pub(crate) mod address;
pub mod entry;
pub mod kind;
mod nft;
pub mod route;
pub mod rule;
pub(crate) mod setting;
pub(crate) mod spoken;
