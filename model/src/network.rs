//! A network: flat lists of links, routes and rules, and what could not be modelled.

use crate::dialect::Dialect;
use crate::hook::Hook;
use crate::link::{Link, LinkId};
use crate::route::Route;
use crate::rule::Rule;
use crate::source::Origin;
use std::collections::BTreeMap;

/// A route or rule, with the link whose configuration holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned<T> {
    /// The owner; `None` for the host as a whole.
    pub owner: Option<LinkId>,
    /// The route or rule.
    pub item: T,
}

/// How much a leftover weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The source's own software acts on it: without it something is lost.
    Acts,
    /// No reader of the dialect acts on it.
    Idle,
}

/// An input item that the model has no place for. It goes back into its own
/// format verbatim, into others as a comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Leftover {
    /// The link whose configuration holds it.
    pub owner: Option<LinkId>,
    /// The section it stands in, where the format has sections.
    pub section: Option<String>,
    /// Key, option or the whole line.
    pub key: String,
    /// Value; empty for a whole line.
    pub value: String,
    /// True where the value must not be shown.
    pub secret: bool,
    /// Whether the source's own software acts on it.
    pub weight: Weight,
    /// What it does or would do, for the reports.
    pub meaning: String,
    /// Where it stands.
    pub origin: Origin,
}

/// All that one format says of a host's network.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Network {
    /// Whose defaults and meaning apply.
    pub dialect: Dialect,
    /// The links, in the order of the input.
    pub links: Vec<Link>,
    /// The routes, in the order of the input.
    pub routes: Vec<Owned<Route>>,
    /// The policy rules, in the order of the input.
    pub rules: Vec<Owned<Rule>>,
    /// Scripts that run beside the configuration.
    pub hooks: Vec<Hook>,
    /// What the model has no place for.
    pub leftovers: Vec<Leftover>,
    /// Links for which another reader's meaning applies than for the rest (an ifcfg file that
    /// NetworkManager skips has initscripts' meaning).
    pub own_dialects: BTreeMap<LinkId, Dialect>,
}

impl Network {
    /// Adds a link and gives its id.
    pub fn add_link(&mut self, link: Link) -> LinkId {
        let id = LinkId(u32::try_from(self.links.len()).expect("fewer than 2^32 links"));
        self.links.push(link);
        id
    }

    /// The link of that id.
    #[must_use]
    pub fn link(&self, id: LinkId) -> &Link {
        &self.links[id.0 as usize]
    }

    /// The link of that id, for writing.
    pub fn link_mut(&mut self, id: LinkId) -> &mut Link {
        &mut self.links[id.0 as usize]
    }

    /// The dialect whose defaults apply to a link.
    #[must_use]
    pub fn dialect_of(&self, id: LinkId) -> Dialect {
        self.own_dialects.get(&id).copied().unwrap_or(self.dialect)
    }

    /// All links with their ids.
    pub fn links(&self) -> impl Iterator<Item = (LinkId, &Link)> {
        (0u32..).map(LinkId).zip(&self.links)
    }

    /// The routes of one owner (`None`: the host as a whole) with their positions.
    pub fn routes_of(&self, owner: impl Into<Option<LinkId>>) -> impl Iterator<Item = (u32, &Route)> {
        owned(&self.routes, owner.into())
    }

    /// The rules of one owner (`None`: the host as a whole) with their positions.
    pub fn rules_of(&self, owner: impl Into<Option<LinkId>>) -> impl Iterator<Item = (u32, &Rule)> {
        owned(&self.rules, owner.into())
    }
}

fn owned<T>(list: &[Owned<T>], owner: Option<LinkId>) -> impl Iterator<Item = (u32, &T)> {
    (0u32..).zip(list).filter(move |(_, entry)| entry.owner == owner).map(|(n, entry)| (n, &entry.item))
}
