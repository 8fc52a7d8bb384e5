//! Who owns which device, and what nobody owns.
//!
//! A device may have several profiles, of one format or of several. The one that fits the kernel best is taken as the one that
//! acted; that there are others is told.

use super::kernel::{Kernel, space};
use super::link::State;
use super::promise::{Config, Promise, Start};
use super::rule::{self, Rule};
use super::{Finding, Judged, Owner, Told, address, link};
use foldhash::{HashMap, HashSet};
use netpivot_model::codes::drift as codes;
use netpivot_model::link::{LinkId, LinkKind, PARENTS};
use netpivot_model::path::FieldPath;
use netpivot_model::value::LinkRef;
use netpivot_parsers::netlink::observed::Giver;

/// What is promised of one device, by whomever.
pub(super) struct Claim<'c> {
    promises: Vec<Promise<'c>>,
}

/// The promise that counts for a device, and how the device is.
pub(super) struct Settled<'c> {
    pub promise: Promise<'c>,
    pub state: State,
}

impl Settled<'_> {
    /// True where the configuration starts the device by itself.
    pub fn starts(&self) -> bool {
        matches!(self.promise.start, Start::Boot | Start::Hotplug)
    }
}

/// All promises by device, in the order of the configuration.
pub(super) fn claims<'c>(
    configs: &'c [Config<'c>],
    kernel: &Kernel<'_>,
    judged: &mut Vec<Judged>,
) -> Vec<Claim<'c>> {
    let mut claims: Vec<Claim<'c>> = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::default();
    let mut nameless = Vec::new();
    let mut claim = |config: &'c Config<'c>, id: LinkId, name: String| {
        let promise = Promise::of(config, id, name, kernel);
        let key = (promise.space().to_owned(), promise.name.clone());
        let at = *places.entry(key).or_insert(claims.len());
        if at == claims.len() {
            claims.push(Claim { promises: Vec::new() });
        }
        claims[at].promises.push(promise);
    };
    for config in configs {
        for (id, link) in config.loaded.network.links().filter(|(_, link)| is_device(&link.kind.value)) {
            match config.device(id, kernel) {
                Some(name) => claim(config, id, name),
                None => nameless.push((config, id, link.kind.value.word())),
            }
        }
    }
    let mut free: Vec<LinkId> = Vec::new();
    if !nameless.is_empty() {
        let is_free = |id: LinkId| {
            let link = kernel.link(id);
            let key = (space(&link.netns).to_owned(), link.label().to_owned());
            !places.contains_key(&key) && !kernel.makers.programs.contains_key(&id)
        };
        free.extend(kernel.network.links().map(|(id, _)| id).filter(|id| is_free(*id)));
    }
    for (config, id, kind) in nameless {
        let fits = |free: &&LinkId| kernel.link(**free).kind.value.word() == kind;
        let Some(at) = free.iter().position(|free| fits(&free)) else {
            let label = config.loaded.network.link(id).label().to_owned();
            let promise = Promise::of(config, id, label, kernel);
            let what = format!("the profile `{}` names no device, and no free one fits it", promise.name);
            let finding = Finding {
                source: promise.own_place(),
                ..promise.finding(&codes::LINK_MISSING, what, "name a device")
            };
            judged.push(Judged { finding, rule: Some(&rule::NO_DEVICE) });
            continue;
        };
        let device = free.remove(at);
        let promise = Promise::of(config, id, kernel.name(device).to_owned(), kernel);
        claims.push(Claim { promises: vec![promise] });
    }
    claims
}

/// False for the layers of Open vSwitch that are no devices of the kernel's.
fn is_device(kind: &LinkKind) -> bool {
    !matches!(kind, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_))
}

/// Compares each device with what is promised of it, and gives the promises that count.
pub(super) fn settle<'c>(
    claims: Vec<Claim<'c>>,
    kernel: &Kernel<'_>,
    judged: &mut Vec<Judged>,
) -> (Vec<Settled<'c>>, Vec<Owner>) {
    let (mut settled, mut owners) = (Vec::with_capacity(claims.len()), Vec::with_capacity(claims.len()));
    for Claim { promises } in claims {
        conflict(&promises, judged);
        let mut tried: Vec<(Promise<'c>, State, Vec<Judged>)> = Vec::with_capacity(promises.len());
        for promise in promises {
            let mut found = Vec::new();
            let state = evaluate(&promise, kernel, &mut found);
            tried.push((promise, state, found));
        }
        let best = (0..tried.len()).min_by_key(|n| {
            let (promise, _, found) = &tried[*n];
            (promise.start as u8, found.iter().filter(|judged| judged.rule.is_none()).count(), *n)
        });
        let Some(best) = best else { continue };
        let (promise, state, found) = tried.swap_remove(best);
        tried.sort_by_key(|(other, ..)| other.id);
        judged.extend(found);
        for (other, _, found) in &mut tried {
            let is_same = other.dialect().format == promise.dialect().format;
            let rule = if is_same { &rule::OTHER_PROFILE } else { &rule::ANOTHER_OWNER };
            // What is nobody's change has been said by the promise that counts.
            let open = found.drain(..).filter(|one| one.rule.is_none());
            judged.extend(open.map(|one| Judged { rule: Some(rule), ..one }));
        }
        let file = |promise: &Promise<'_>| promise.own_place().map(|place| place.file);
        if promise.name != "lo" {
            owners.push(Owner {
                link: promise.name.clone(),
                netns: Some(promise.space().to_owned()).filter(|space| !space.is_empty()),
                format: promise.dialect().to_string(),
                file: file(&promise),
                others: tried.iter().map(|(other, ..)| (other.dialect().to_string(), file(other))).collect(),
            });
        }
        settled.push(Settled { promise, state });
    }
    follow(&settled, kernel, judged);
    (settled, owners)
}

/// Several formats that start one device.
fn conflict(promises: &[Promise<'_>], judged: &mut Vec<Judged>) {
    let mut starting =
        promises.iter().filter(|promise| matches!(promise.start, Start::Boot | Start::Hotplug));
    let Some(first) = starting.next().filter(|first| first.name != "lo") else { return };
    let mut others: Vec<&Promise<'_>> = Vec::new();
    for other in starting {
        let is_known = |known: &&Promise<'_>| known.dialect().format == other.dialect().format;
        if !is_known(&first) && !others.iter().any(is_known) {
            others.push(other);
        }
    }
    let Some((last, before)) = others.split_last() else { return };
    let one = first.dialect();
    let told = |other: &Promise<'_>| {
        let place = other.own_place().map(|place| format!(" ({}:{})", place.file, place.line));
        format!("by {}{}", other.dialect(), place.unwrap_or_default())
    };
    let before: String = before.iter().map(|other| format!(", {}", told(other))).collect();
    let what = format!("`{}` is started by {one}{before} and {}", first.name, told(last));
    let help =
        "leave the link to one of them: take it out of the others' files, or keep it from starting there";
    let formats: Vec<String> = others.iter().map(|other| other.dialect().to_string()).collect();
    let finding = Finding {
        source: first.own_place(),
        promised: Some(Told::words(one.to_string())),
        actual: Some(Told::words(formats.join(", "))),
        ..first.finding(&codes::TWO_OWNERS, what, help)
    };
    judged.push(Judged { finding, rule: None });
}

/// All that is to be said of one device by one promise.
fn evaluate(promise: &Promise<'_>, kernel: &Kernel<'_>, judged: &mut Vec<Judged>) -> State {
    match promise.start {
        Start::Unmanaged => {
            if let Some(device) = promise.device {
                compare(promise, device, kernel, judged);
            }
            excuse(judged, |_| true, &rule::UNMANAGED);
            State::Up
        }
        Start::ByHand => {
            let Some(device) = promise.device.filter(|device| is_in_use(*device, kernel)) else {
                return State::Missing;
            };
            let what = format!("`{}` is up, and its configuration does not start it", promise.name);
            let help = "set it down, or let the configuration start it";
            let finding = Finding {
                source: promise.own_place(),
                ..promise.finding(&codes::STARTED_BY_HAND, what, help)
            };
            judged.push(Judged { finding, rule: None });
            compare(promise, device, kernel, judged);
            excuse(judged, |finding| finding.code != &codes::STARTED_BY_HAND, &rule::BY_HAND);
            State::Up
        }
        Start::Boot | Start::Hotplug => {
            let state = link::presence(promise, kernel, judged);
            if let Some(device) = promise.device {
                compare(promise, device, kernel, judged);
            }
            if state == State::Idle {
                // The kernel takes IPv6 addresses of a link that goes down, and NetworkManager the others (`addrconf_ifdown()`).
                let takes_all = promise.is_by_networkmanager();
                let is_lost = |finding: &Finding| {
                    let is_v6 = finding.field.as_deref() == Some("ipv6.addresses");
                    finding.code == &codes::NO_LEASE
                        || finding.code == &codes::ADDRESS_MISSING && (takes_all || is_v6)
                };
                excuse(judged, is_lost, &rule::FOLLOWS);
            }
            if judged.iter().any(|one| one.finding.code == &codes::NO_CARRIER) {
                excuse(judged, |finding| finding.code == &codes::NO_LEASE, &rule::FOLLOWS);
            }
            state
        }
    }
}

fn compare(promise: &Promise<'_>, device: LinkId, kernel: &Kernel<'_>, judged: &mut Vec<Judged>) {
    if promise.name != "lo" {
        link::settings(promise, device, kernel, judged);
        link::controller(promise, device, kernel, judged);
    }
    address::check(promise, device, kernel, judged);
}

fn excuse(judged: &mut [Judged], is: impl Fn(&Finding) -> bool, rule: &'static Rule) {
    for one in judged.iter_mut().filter(|one| one.rule.is_none() && is(&one.finding)) {
        one.rule = Some(rule);
    }
}

/// A device goes down, and away, with the one that it stands on.
fn follow(settled: &[Settled<'_>], kernel: &Kernel<'_>, judged: &mut [Judged]) {
    let broken = [&codes::LINK_MISSING, &codes::LINK_DOWN, &codes::NO_CARRIER];
    let names: HashSet<(Option<String>, Option<String>)> = judged
        .iter()
        .filter(|one| broken.contains(&one.finding.code) && one.rule != Some(&rule::HOTPLUG))
        .map(|one| (one.finding.netns.clone(), one.finding.link.clone()))
        .collect();
    if names.is_empty() {
        return;
    }
    for Settled { promise, .. } in settled {
        let below = PARENTS.iter().filter_map(|parent| {
            let value = promise.link().leaf(FieldPath::parse(parent))?.value()?;
            let reference: LinkRef = value.to_string().parse().ok()?;
            promise.config.target(&reference, kernel)
        });
        let netns = Some(promise.space().to_owned()).filter(|space| !space.is_empty());
        if below.into_iter().any(|below| names.contains(&(netns.clone(), Some(below)))) {
            let is =
                |finding: &Finding| finding.link.as_ref() == Some(&promise.name) && finding.netns == netns;
            excuse(judged, |finding| broken.contains(&finding.code) && is(finding), &rule::FOLLOWS);
        }
    }
}

/// True for a device with an address of somebody's, a controller, or one that somebody made and set up.
fn is_in_use(id: LinkId, kernel: &Kernel<'_>) -> bool {
    let link = kernel.link(id);
    let is_configured =
        [&link.ipv4, &link.ipv6].into_iter().flatten().any(|config| !config.addresses.items.is_empty());
    let is_given = kernel.given(id).iter().any(|given| !matches!(given.giver, Giver::Itself(_)));
    let is_made = match &link.kind.value {
        LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Vlan(_)
        | LinkKind::Macvlan(_)
        | LinkKind::Ipvlan(_)
        | LinkKind::Vxlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Wireguard(_)
        | LinkKind::IpTunnel(_)
        | LinkKind::Macsec(_)
        | LinkKind::Hsr(_) => true,
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Tun(_)
        | LinkKind::Dummy(_)
        | LinkKind::Veth(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => false,
    };
    let is_up = kernel.is_up(id) != Some(false);
    is_up && (is_configured || is_given || is_made || link.controller.is_some())
}

/// Devices that no configuration speaks of.
pub(super) fn unowned(settled: &[Settled<'_>], kernel: &Kernel<'_>, judged: &mut Vec<Judged>) {
    let spoken: HashSet<(&str, &str)> =
        settled.iter().map(|one| (one.promise.space(), one.promise.name.as_str())).collect();
    for (id, link) in kernel.network.links() {
        let (place, name) = (space(&link.netns), link.label());
        if spoken.contains(&(place, name)) {
            continue;
        }
        let netns = Some(place).filter(|place| !place.is_empty()).map(str::to_owned);
        if matches!(link.kind.value, LinkKind::Loopback(_)) {
            let items = [&link.ipv4, &link.ipv6].into_iter().flatten().flat_map(|ip| &ip.addresses.items);
            for at in items {
                let what =
                    format!("`{name}` has the address {}, which no configuration gives it", at.value.net);
                let help = format!("`ip address del {} dev {name}`, or write it down", at.value.net);
                let finding = Finding {
                    link: Some(name.to_owned()),
                    netns: netns.clone(),
                    entry: Some(format!("address {}", at.value.net)),
                    actual: Some(Told::words(at.value.net.to_string())),
                    ..Finding::new(&codes::ADDRESS_UNKNOWN, what, help)
                };
                judged.push(Judged { finding, rule: None });
            }
            continue;
        }
        if !is_in_use(id, kernel) {
            continue;
        }
        let program = kernel.makers.programs.get(&id).copied();
        let controller = kernel.controller(id).filter(|above| spoken.contains(&(place, above.as_str())));
        let rule = program.map(|_| &rule::PROGRAM);
        let own = |code, what: String, help: &str| Finding {
            link: Some(name.to_owned()),
            netns: netns.clone(),
            ..Finding::new(code, what, help)
        };
        let finding = match controller {
            Some(above) => Finding {
                field: Some("controller".to_owned()),
                name: Some("port of".to_owned()),
                actual: Some(Told::words(above.clone())),
                ..own(
                    &codes::PORT_ELSEWHERE,
                    format!("`{name}` is a port of `{above}`, and no configuration speaks of it"),
                    "take it out of there (`ip link set … nomaster`), or write it down",
                )
            },
            None => Finding {
                actual: program.map(Told::words),
                ..own(
                    &codes::UNOWNED_LINK,
                    format!("`{name}` is in use, and no configuration speaks of it"),
                    "write it down, or take it away",
                )
            },
        };
        judged.push(Judged { finding, rule });
    }
}
