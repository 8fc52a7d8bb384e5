//! VLANs of bridge ports (ifupdown2's addons/bridge.py, ifupdown-ng's executor bridge; trap 42).
//!
//! `bridge-vids` and `bridge-pvid` on a bridge are what its ports have unless they say otherwise, never the bridge's
//! own. `bridge-access` overrides both. So each port gets the list that results.

use super::build::Builder;
use super::codes;
use super::document::Opt;
use super::relation::Ports;
use foldhash::HashMap;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::vocabulary::interfaces::codec::truth;

/// What the options of one link say of VLANs.
#[derive(Default, Clone)]
struct Said {
    vids: Option<(Vec<String>, Span)>,
    pvid: Option<(u16, Span)>,
    access: Option<(u16, Span)>,
    untagged: Option<(bool, Span)>,
}

impl Builder<'_> {
    pub(super) fn bridge_vlans(&mut self, options: Vec<(LinkId, &'static str, Opt)>, ports: &Ports) {
        let mut said: HashMap<LinkId, Said> = HashMap::default();
        let mut open: Vec<(LinkId, &Opt)> = Vec::new();
        for (link, name, option) in &options {
            if matches!(*name, "bridge-port-vids" | "bridge-port-pvids") {
                self.by_port(*link, name, option, ports, &mut said);
                continue;
            }
            let entry = said.entry(*link).or_default();
            let value = option.value.text.as_str();
            let good = match *name {
                "bridge-vids" => vids(value).map(|vids| entry.vids = Some((vids, option.span))),
                "bridge-pvid" => vid(value).map(|vid| entry.pvid = Some((vid, option.span))),
                "bridge-access" => vid(value).map(|vid| entry.access = Some((vid, option.span))),
                _ => truth(value).map(|on| entry.untagged = Some((on, option.span))),
            };
            match good {
                Some(()) => open.push((*link, option)),
                None => self.refuse(option, "VLAN numbers from 1 to 4094"),
            }
        }
        let mut used: Vec<Span> = Vec::new();
        let bridges: Vec<LinkId> = self
            .network
            .links()
            .filter(|(_, l)| matches!(l.kind.value, LinkKind::Bridge(_)))
            .map(|(id, _)| id)
            .collect();
        for bridge in bridges {
            let default = said.get(&bridge).cloned().unwrap_or_default();
            let all = ports.get(&bridge).cloned().unwrap_or_default();
            for port in all {
                let own = said.get(&port).cloned().unwrap_or_default();
                self.port_vlans(port, &own, &default, &mut used);
            }
        }
        for (link, option) in open.into_iter().filter(|(_, option)| !used.contains(&option.span)) {
            let label = self.network.link(link).label().to_owned();
            let message = format!(
                "`{}` of `{label}` counts for no port: it is a port of no bridge, or its ports have lists of their own",
                self.shown(option)
            );
            self.report(&codes::IDLE, option.span, message, "remove the line, or move it to the port");
        }
    }

    fn by_port(
        &mut self,
        link: LinkId,
        name: &str,
        option: &Opt,
        ports: &Ports,
        said: &mut HashMap<LinkId, Said>,
    ) {
        for (word, span) in option.value.words() {
            let Some((port, list)) = word.split_once('=') else {
                self.refuse(option, "`PORT=VLANS`");
                return;
            };
            let target = self.by_name.get(port).copied();
            let is_port = |id: &LinkId| ports.get(&link).is_some_and(|all| all.contains(id));
            let Some(target) = target.filter(is_port) else {
                self.report(
                    &codes::IDLE,
                    span,
                    format!("`{port}` is no port of this bridge"),
                    "correct the name of the port",
                );
                continue;
            };
            let entry = said.entry(target).or_default();
            let good = match name {
                "bridge-port-vids" => vids(list).map(|vids| entry.vids = Some((vids, option.span))),
                _ => vid(list).map(|vid| entry.pvid = Some((vid, option.span))),
            };
            if good.is_none() {
                self.refuse(option, "VLAN numbers from 1 to 4094");
            }
        }
    }

    fn port_vlans(&mut self, port: LinkId, own: &Said, default: &Said, used: &mut Vec<Span>) {
        let mut list: Vec<(String, Span)> = Vec::new();
        if let Some((vid, span)) = own.access {
            used.push(span);
            list.push((format!("{vid} pvid untagged"), span));
        } else {
            let vids = own.vids.as_ref().or(default.vids.as_ref());
            let pvid = own.pvid.or(default.pvid);
            let untagged = own.untagged.or(default.untagged);
            if vids.is_none() && pvid.is_none() && untagged.is_none() {
                return;
            }
            used.extend(vids.map(|(_, span)| *span));
            used.extend(pvid.map(|(_, span)| span));
            used.extend(untagged.map(|(_, span)| span));
            let spans = [vids.map(|(_, s)| *s), pvid.map(|(_, s)| s), untagged.map(|(_, s)| s)];
            let any = spans.into_iter().flatten().next();
            // Untagged frames go to VLAN 1 unless another number is said (addons/bridge.py).
            let native = untagged.is_none_or(|(on, _)| on).then(|| pvid.map_or(1, |(vid, _)| vid));
            if let (Some(native), Some(any)) = (native, pvid.map(|(_, s)| s).or(any)) {
                list.push((format!("{native} pvid untagged"), any));
            }
            let rest = vids.into_iter().flat_map(|(vids, span)| vids.iter().map(|vid| (vid.clone(), *span)));
            list.extend(rest.filter(|(vid, _)| native.is_none_or(|native| *vid != native.to_string())));
        }
        let spans: Vec<Span> = [own, default]
            .iter()
            .flat_map(|said| {
                [
                    said.vids.as_ref().map(|(_, s)| *s),
                    said.pvid.map(|(_, s)| s),
                    said.untagged.map(|(_, s)| s),
                ]
            })
            .flatten()
            .filter(|span| used.contains(span))
            .collect();
        let vlans = &mut self.link(port).bridge_port.get_or_insert_default().vlans;
        vlans.items = list.into_iter().map(|(text, span)| At::new(text, span)).collect();
        vlans.said = Some(Origin::derived("vlans-of-ports", spans));
    }
}

fn vid(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|n| (1..=4094).contains(n))
}

/// `2-4094`, `10 20-30`, `10,20`.
fn vids(text: &str) -> Option<Vec<String>> {
    let words = text.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let one = |word: &str| {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let (first, last) = (vid(first)?, vid(last)?);
        (first <= last).then(|| if first == last { first.to_string() } else { format!("{first}-{last}") })
    };
    words.map(one).collect()
}
