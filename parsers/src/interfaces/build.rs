//! From stanzas to links: the stanzas of one interface become one link.

use super::document::{Document, Opt, Stanza};
use super::{class, codes, finding, relation};
use crate::Context;
use crate::interfaces::kind;
use indexmap::IndexMap;
use netpivot_model::codes::Code;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::IfName;
use netpivot_model::vocabulary::interfaces::Reader;

/// A stanza with its link.
#[derive(Debug)]
pub(super) struct Placed {
    pub stanza: Stanza,
    pub link: LinkId,
    /// The rest of an interface's configuration that ifupdown never reaches.
    pub unreached: bool,
}

/// The network, with what the hooks still need.
#[derive(Debug)]
pub(super) struct Built {
    pub network: Network,
    pub stanzas: Vec<Placed>,
    pub reader: Reader,
}

/// Makes links.
pub(super) struct Builder<'c> {
    pub network: Network,
    pub reader: Reader,
    pub cx: &'c mut Context,
    /// The links by their interface's name.
    pub by_name: IndexMap<String, LinkId>,
    /// Places of `dns-…` options, for one finding.
    pub dns: Vec<Span>,
    /// Options of bonds that stand in the stanza of a port, with the bond's name.
    pub for_bond: Vec<(String, Opt)>,
    /// `bond-primary` of bonds, read once their ports are known.
    pub primaries: Vec<(LinkId, Opt)>,
    /// Gateways with their places, to see a second one: family, metric.
    pub gateways: Vec<(LinkId, bool, i64)>,
    /// What makes ports of other links, done once all links are there.
    pub relations: Vec<relation::Relation>,
    /// What `requires` names, by the link that has it.
    pub required: Vec<(LinkId, String)>,
}

pub(super) fn build(document: Document, reader: Reader, cx: &mut Context) -> Built {
    let mut builder = Builder {
        network: Network { dialect: reader.dialect(), ..Network::default() },
        reader,
        cx,
        by_name: IndexMap::new(),
        dns: Vec::new(),
        for_bond: Vec::new(),
        primaries: Vec::new(),
        gateways: Vec::new(),
        relations: Vec::new(),
        required: Vec::new(),
    };
    let Document { stanzas, listed, renames, mappings } = document;
    let classes = class::Classes::new(&listed, reader);
    let (templates, stanzas): (Vec<_>, Vec<_>) =
        stanzas.into_iter().partition(|stanza| stanza.is_template && !classes.starts(stanza));
    let used: foldhash::HashSet<usize> =
        stanzas.iter().flat_map(|s| &s.options).filter(|o| o.inherited).map(|o| o.item).collect();
    builder.templates(&templates, &used);
    let placed = builder.links(stanzas);
    builder.renames(&renames);
    builder.mappings(&mappings);
    builder.classes(&classes, &listed, &placed, &mappings);
    let mut placed = placed;
    builder.stanzas(&mut placed);
    builder.relate();
    builder.logical(&placed, &classes, &mappings);
    builder.name_servers_note();
    Built { network: builder.network, stanzas: placed, reader }
}

impl Builder<'_> {
    pub fn report(&mut self, code: &'static Code, span: Span, message: String, help: &str) {
        self.cx.report(finding(code, span, message, help));
    }

    pub fn link(&mut self, id: LinkId) -> &mut Link {
        self.network.link_mut(id)
    }

    /// Stanzas that only serve others.
    fn templates(&mut self, templates: &[Stanza], used: &foldhash::HashSet<usize>) {
        for stanza in templates {
            let message = format!(
                "`{}` is inherited from and started by no line, so it is no interface",
                stanza.title()
            );
            let mut note =
                finding(&codes::INHERITED, stanza.span, message, "nothing; add `auto` if it is one");
            let unused = stanza.options.iter().filter(|option| !used.contains(&option.item));
            note.labels.extend(unused.map(|option| option.span));
            self.cx.report(note);
        }
    }

    /// A link for each interface that has stanzas.
    fn links(&mut self, stanzas: Vec<Stanza>) -> Vec<Placed> {
        let mut groups: IndexMap<String, Vec<Stanza>> = IndexMap::new();
        let mut order = Vec::new();
        for stanza in stanzas {
            let name = stanza.interface().to_owned();
            let group = groups.entry(name.clone()).or_default();
            order.push((name, group.len()));
            group.push(stanza);
        }
        for (name, group) in &groups {
            if !self.is_name(name, group) {
                continue;
            }
            let mut spans: Vec<Span> = group.iter().flat_map(Stanza::name_spans).collect();
            if self.reader == Reader::IfupdownNg {
                let options = group.iter().flat_map(|stanza| &stanza.options);
                spans.extend(options.filter(|option| option.name == "inherit").map(|option| option.span));
            }
            let origin = if let [span] = spans.as_slice() { Origin::at(*span) } else { Origin::said(spans) };
            let link = Link {
                name: Some(At::new(name.clone(), origin)),
                kind: kind::of(name, group, self.reader),
                ..Link::default()
            };
            let id = self.network.add_link(link);
            self.by_name.insert(name.clone(), id);
        }
        let mut placed: Vec<Placed> = Vec::with_capacity(order.len());
        let mut groups: IndexMap<String, std::vec::IntoIter<Stanza>> =
            groups.into_iter().map(|(name, group)| (name, group.into_iter())).collect();
        for (name, _) in order {
            let Some(stanza) = groups.get_mut(&name).and_then(Iterator::next) else { continue };
            let Some(link) = self.by_name.get(&name).copied() else { continue };
            for item in std::iter::once(stanza.item)
                .chain(stanza.more.iter().map(|head| head.item))
                .chain(stanza.options.iter().filter(|o| !o.inherited).map(|o| o.item))
            {
                self.cx.items[item].owner = Some(link);
            }
            placed.push(Placed { stanza, link, unreached: false });
        }
        placed
    }

    fn is_name(&mut self, name: &str, group: &[Stanza]) -> bool {
        let is_name = name.parse::<IfName>().is_ok();
        if !is_name {
            let mut error = finding(
                &codes::NAME,
                group[0].name.span,
                format!("no interface can be called `{name}`, so nothing of its stanzas is set up"),
                "give it a name of 1 to 15 bytes without `/` and blanks",
            );
            error.labels.extend(group.iter().flat_map(|s| {
                std::iter::once(s.span).chain(s.name_spans()).chain(s.options.iter().map(|o| o.span))
            }));
            self.cx.report(error);
        }
        is_name
    }

    /// Keeps what the model has no place for.
    pub fn keep(&mut self, link: LinkId, stanza: &Stanza, option: &Opt, weight: Weight, meaning: &str) {
        self.network.leftovers.push(Leftover {
            owner: Some(link),
            section: Some(stanza.title()),
            key: option.name.clone(),
            value: option.value.text.clone(),
            secret: self.cx.items[option.item].secret,
            weight,
            meaning: meaning.to_owned(),
            origin: Origin::at(option.span),
        });
    }
}
