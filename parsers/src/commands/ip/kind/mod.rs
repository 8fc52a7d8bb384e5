//! Kinds of links and their `type … args`.

use super::link::{Common, Part};
use super::near;
use super::options::{self, Row};
use crate::commands::fault::{Done, Fault};
use crate::commands::kernel::DeviceId;
use crate::commands::program::Call;
use crate::commands::words::{Words, begins};
use crate::text::iproute::Word;
use netpivot_model::bridge::Bridge;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::shell::quote;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{LinkRef, Value};

mod bond;
mod bridge;
mod stacked;
mod tunnel;
mod veth;

pub(in crate::commands) use bridge::{PORT_ROWS, settle as settle_bridge};
pub(super) use tunnel::command as tunnel_command;

/// A kind by its word in `ip link add … type WORD`: what it is in the model, its table, whether it needs `link`.
struct Kind {
    word: &'static str,
    new: fn() -> LinkKind,
    rows: &'static [Row],
    /// It stands on another link, which `link P` or `dev P` names.
    on: On,
}

/// Whether a kind stands on another link.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Nothing,
    /// `link P` before `type`, which must be there.
    Link,
    /// `dev P` behind `type`, which may be there.
    Dev,
}

macro_rules! kind {
    ($word:literal, $variant:ident, $rows:expr, $on:ident) => {
        Kind { word: $word, new: || LinkKind::$variant(Box::default()), rows: $rows, on: On::$on }
    };
}

static KINDS: [Kind; 27] = [
    kind!("bridge", Bridge, bridge::ROWS, Nothing),
    kind!("bond", Bond, bond::ROWS, Nothing),
    kind!("vlan", Vlan, stacked::VLAN, Link),
    kind!("dummy", Dummy, &[], Nothing),
    kind!("vxlan", Vxlan, stacked::VXLAN, Dev),
    kind!("vrf", Vrf, stacked::VRF, Nothing),
    Kind { word: "macvlan", new: || stacked::macvlan(false), rows: stacked::MACVLAN, on: On::Link },
    Kind { word: "macvtap", new: || stacked::macvlan(true), rows: stacked::MACVLAN, on: On::Link },
    kind!("ipvlan", Ipvlan, stacked::IPVLAN, Link),
    kind!("geneve", Geneve, stacked::GENEVE, Nothing),
    kind!("wireguard", Wireguard, &[], Nothing),
    kind!("team", Team, &[], Nothing),
    kind!("macsec", Macsec, stacked::MACSEC, Link),
    kind!("hsr", Hsr, stacked::HSR, Nothing),
    Kind { word: "gre", new: || tunnel::of("gre"), rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "gretap", new: || tunnel::of("gretap"), rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "ip6gre", new: || tunnel::of("ip6gre"), rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "ip6gretap", new: || tunnel::of("ip6gretap"), rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "ipip", new: || tunnel::of("ipip"), rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "sit", new: || tunnel::of("sit"), rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "vti", new: || tunnel::of("vti"), rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "vti6", new: || tunnel::of("vti6"), rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "ip6tnl", new: tunnel::ip6tnl, rows: tunnel::ROWS, on: On::Dev },
    Kind { word: "ifb", new: || unsupported("ifb"), rows: &[], on: On::Nothing },
    Kind { word: "vcan", new: || unsupported("vcan"), rows: &[], on: On::Nothing },
    Kind { word: "nlmon", new: || unsupported("nlmon"), rows: &[], on: On::Nothing },
    Kind { word: "netdevsim", new: || unsupported("netdevsim"), rows: &[], on: On::Nothing },
];

/// Kinds that ip-link(8) and the kernel know, and the model does not.
const FOREIGN: [&str; 22] = [
    "amt",
    "bareudp",
    "batadv",
    "can",
    "dsa",
    "erspan",
    "gtp",
    "ip6erspan",
    "ipoib",
    "ipvtap",
    "lowpan",
    "netkit",
    "openvswitch",
    "ovpn",
    "pfcp",
    "ppp",
    "rmnet",
    "virt_wifi",
    "vsockmon",
    "vxcan",
    "wwan",
    "xfrm",
];

fn unsupported(word: &'static str) -> LinkKind {
    LinkKind::Unsupported(Box::new(netpivot_model::virtual_link::Unsupported {
        source_type: Some(At::new(word.to_owned(), netpivot_model::source::Origin::default_value())),
    }))
}

fn find(word: Word<'_>) -> Result<&'static Kind, Fault> {
    KINDS.iter().find(|kind| kind.word == word.text).ok_or_else(|| {
        let fault = Fault::kernel(
            "Operation not supported",
            word.span,
            format!("`{}` is no kind of link", word.text),
        );
        match near(word.text, KINDS.iter().map(|kind| kind.word)) {
            Some(near) => fault.intent(format!("did you mean `type {near}`?")),
            None => fault,
        }
    })
}

/// A kind that only the kernel knows: such a command is none of ours as a whole.
pub(super) fn refuse_foreign(word: Word<'_>) -> Done {
    if FOREIGN.contains(&word.text) {
        return Err(Fault::unknown(word.span, format!("nothing holds links of the type `{}`", word.text)));
    }
    Ok(())
}

/// `ip link add … type KIND args`.
pub(super) fn add(call: &mut Call<'_>, common: Common<'_>, word: Word<'_>, words: Words<'_>) -> Done {
    refuse_foreign(word)?;
    if word.text == "veth" {
        return veth::add(call, common, word, words);
    }
    let kind = find(word)?;
    let mut made = (kind.new)();
    let is_external = words.rest().iter().any(|word| word.text == "external");
    let Read { below, beyond } = read(call, kind, &mut made, words)?;
    if is_external {
        // Its packets say what other links are told: it has neither id nor ends.
        refuse_beyond(beyond.first().map(|(word, _)| *word))?;
    }
    let below = match (common.below, below) {
        (Some(link), _) | (None, Some(link)) => {
            Some(call.kernel.named(call.space, link).map(|id| (id, link))?)
        }
        (None, None) => None,
    };
    if kind.on == On::Link && below.is_none() {
        return Err(Fault::kernel(
            "Invalid argument",
            word.span,
            format!("a {} stands on a link, and none is named", kind.word),
        )
        .intent(format!("write `ip link add link PARENT name NAME type {} …`", kind.word)));
    }
    check(call, &mut made, below.map(|(id, _)| id), word.span)?;
    tunnel::check(&made, word)?;
    let name = match common.name {
        Some(name) => name,
        None => return Err(nameless(kind, word)),
    };
    let mut link = common.link()?;
    link.kind = At::new(made, word.span);
    if let Some((_, parent)) = below {
        set_parent(&mut link, parent);
    }
    let space = common.target(call)?;
    let is_ip_tunnel = matches!(link.kind.value, LinkKind::IpTunnel(_));
    let id = call.kernel.make(space, name, link)?;
    if !is_ip_tunnel {
        // Tunnels of IP send from where they are made (`ip_tunnel_newlink()`), others from where the command runs.
        call.kernel.device_mut(id).made_in = call.space;
    }
    if let Some((parent, _)) = below {
        call.kernel.stack(id, parent);
        inherit_mtu(call, id, parent);
    }
    common.settle(call, id)?;
    refuse_rest(call, id, &common.beyond, Some((word, &beyond)))
}

/// What only a new link takes: of all kinds (`rtnl_create_link()`), of VXLAN (`vxlan_nl2conf()`), of MACsec (`macsec_changelink()`), of
/// HSR, which has no change of it.
const OF_NEW_LINKS: [&str; 15] = [
    "index",
    "numtxqueues",
    "numrxqueues",
    "noudpcsum",
    "udp6zerocsumtx",
    "udp6zerocsumrx",
    "remcsumtx",
    "remcsumrx",
    "gbp",
    "gpe",
    "vnifilter",
    "sci",
    "cipher",
    "icvlen",
    "proto",
];

/// Refuses what the model has no place for of a command that makes or renames the link, which it now has: the rest of that command
/// is one that changes the link. `of_kind`: the kind, and what stands behind it.
pub(super) fn refuse_rest(
    call: &Call<'_>,
    id: DeviceId,
    beyond: &[Part<'_>],
    of_kind: Option<(Word<'_>, &[Part<'_>])>,
) -> Done {
    let behind = of_kind.map_or(&[][..], |(_, behind)| behind);
    let all = || beyond.iter().chain(behind).map(|(word, _)| word);
    let Some(first) = all().next() else { return Ok(()) };
    let is_of_new = |word: &&Word<'_>| OF_NEW_LINKS.iter().any(|known| begins(known, word.text));
    if let Some(of_new) = all().find(is_of_new) {
        let words: Vec<String> = all().map(|word| format!("`{}`", word.text)).collect();
        let why = format!(
            "nothing holds {}, and the kernel takes `{}` for a new link only",
            words.join(" and "),
            of_new.text
        );
        return Err(Fault::without(of_new.span, why));
    }
    let device = call.kernel.device(id);
    let text = |all: &[Part<'_>]| -> String {
        all.iter().flat_map(|(_, words)| words.iter()).map(|word| format!(" {}", quote(word.text))).collect()
    };
    let space = call.kernel.space(device.space).name.as_ref();
    let space = space.map_or_else(String::new, |at| format!("-n {} ", quote(&at.value)));
    let behind = match of_kind {
        Some((kind, behind)) if !behind.is_empty() => format!(" type {}{}", kind.text, text(behind)),
        Some(_) | None => String::new(),
    };
    let command = format!("ip {space}link set dev {}{}{behind}", quote(&device.name), text(beyond));
    Err(Fault::remainder(first.span, format!("nothing holds `{}`", first.text), command))
}

/// A VLAN begins with the MTU of its parent (`vlan_newlink()`); only a smaller one is worth telling.
fn inherit_mtu(call: &mut Call<'_>, id: DeviceId, parent: DeviceId) {
    let mtu = call.kernel.device(parent).link.mtu.clone();
    let device = call.kernel.device_mut(id);
    if device.link.mtu.is_none() && matches!(device.link.kind.value, LinkKind::Vlan(_)) {
        device.link.mtu = mtu.filter(|at| at.value.get() != 1500);
    }
}

fn nameless(kind: &Kind, word: Word<'_>) -> Fault {
    Fault::unknown(word.span, format!("the kernel chooses a name like `{}0` for the link", kind.word))
        .intent("give the link a name: `ip link add name NAME type …`")
}

pub(in crate::commands) fn refuse_beyond(beyond: Option<Word<'_>>) -> Done {
    match beyond {
        Some(word) => Err(Fault::beyond(word.span, format!("nothing holds `{}`", word.text))),
        None => Ok(()),
    }
}

fn set_parent(link: &mut Link, parent: Word<'_>) {
    let value = Value::text(parent.text.to_owned());
    let node = link.kind.value.node_mut();
    if node.field("parent").is_some() {
        // A name is always a reference; words that look like a MAC address are one, too.
        options::set(node, "parent", &value, parent).ok();
    }
}

struct Read<'a> {
    /// `dev P` behind the type.
    below: Option<Word<'a>>,
    /// What the model has no place for.
    beyond: Vec<Part<'a>>,
}

fn read<'a>(
    call: &mut Call<'_>,
    kind: &Kind,
    made: &mut LinkKind,
    mut words: Words<'a>,
) -> Result<Read<'a>, Fault> {
    let mut below = None;
    let mut beyond = Vec::new();
    loop {
        let from = words;
        let Some(word) = words.next() else { return Ok(Read { below, beyond }) };
        if kind.on == On::Dev && word.text == "dev" {
            below = Some(words.value(word)?);
            continue;
        }
        if stacked::special(made, word, &mut words)? || tunnel::special(made, word, &mut words)? {
            continue;
        }
        match options::read(made.node_mut(), kind.rows, word, &mut words)? {
            Some(missing) => beyond.extend(missing.map(|word| (word, words.since(from)))),
            None => {
                let fault =
                    Fault::usage(word.span, format!("`{}` is no option of a {}", word.text, kind.word));
                let known = kind.rows.iter().map(|(keyword, ..)| *keyword);
                return Err(match near(word.text, known) {
                    Some(near) => fault.intent(format!("did you mean `{near}`?")),
                    None => misplaced(call, fault, word),
                });
            }
        }
    }
}

/// A word of `ip link` behind `type`, where only the kind's own words may stand.
fn misplaced(_call: &mut Call<'_>, fault: Fault, word: Word<'_>) -> Fault {
    if matches!(word.text, "up" | "down" | "master" | "mtu" | "address" | "netns") {
        fault.intent(format!("put `{}` before `type`, or into an `ip link set` of its own", word.text))
    } else {
        fault
    }
}

/// What the kernel checks when a link is made.
fn check(call: &Call<'_>, made: &mut LinkKind, below: Option<DeviceId>, span: Span) -> Done {
    if let LinkKind::Bridge(bridge) = made {
        bridge::settle(&Bridge::default(), bridge, span)?;
    }
    if let LinkKind::Bond(bond) = made {
        bond::check(None, bond, span)?;
    }
    stacked::check(call, made, below, span)
}

/// `ip link set NAME type KIND args`, and `type bridge_slave args`.
pub(super) fn change(call: &mut Call<'_>, id: DeviceId, word: Word<'_>, mut words: Words<'_>) -> Done {
    if let Some(of) = word.text.strip_suffix("_slave") {
        return change_port(call, id, of, word, words);
    }
    let kind = find(word)?;
    let mut made = call.kernel.device(id).link.kind.clone();
    let device = call.kernel.device(id);
    let same = (kind.new)().word() == made.value.word();
    if !same {
        return Err(Fault::kernel(
            "Operation not supported",
            word.span,
            format!("`{}` is no {} but of the kind {}", device.name, kind.word, made.value.word()),
        ));
    }
    let ports = !device.ports.is_empty();
    let up = device.up;
    let before = made.value.clone();
    let first = words.peek();
    let Read { below: _, beyond } = read(call, kind, &mut made.value, words)?;
    while words.next().is_some() {}
    let span = first.map_or(word.span, |w| w.span);
    match (&before, &mut made.value) {
        (LinkKind::Bridge(old), LinkKind::Bridge(new)) => bridge::settle(old, new, span)?,
        (LinkKind::Bond(old), LinkKind::Bond(new)) => {
            bond::check(Some(old), new, span)?;
            bond::check_change(old, new, up, ports, span)?;
        }
        _ => {}
    }
    call.kernel.device_mut(id).link.kind.value = made.value;
    refuse_beyond(beyond.first().map(|(word, _)| *word))
}

fn change_port(call: &mut Call<'_>, id: DeviceId, of: &str, word: Word<'_>, mut words: Words<'_>) -> Done {
    let device = call.kernel.device_mut(id);
    let has_controller = device.controller.is_some();
    let name = device.name.clone();
    let rows: &[Row] = match of {
        "bridge" => bridge::PORT_ROWS,
        "bond" => bond::PORT_ROWS,
        _ => {
            return Err(Fault::usage(word.span, format!("`{}` is no kind of port", word.text)));
        }
    };
    if !has_controller && device.is_present() {
        return Err(Fault::kernel(
            "Operation not supported",
            word.span,
            format!("`{name}` is a port of nothing"),
        )
        .intent(format!("plug it in first: `ip link set {name} master BRIDGE`")));
    }
    let mut beyond = None;
    while let Some(option) = words.next() {
        let node: &mut dyn netpivot_model::reflect::Node = match of {
            "bridge" => &mut **device.link.bridge_port.get_or_insert_default(),
            _ => &mut **device.link.bond_port.get_or_insert_default(),
        };
        match options::read(node, rows, option, &mut words)? {
            Some(missing) => beyond = beyond.or(missing),
            None => {
                return Err(Fault::usage(option.span, format!("`{}` is no option of a port", option.text)));
            }
        }
    }
    refuse_beyond(beyond)
}

/// The link of a tun or tap device.
pub(in crate::commands) fn tun_link(tun: netpivot_model::virtual_link::Tun, span: Span) -> Link {
    Link { kind: At::new(LinkKind::Tun(Box::new(tun)), span), ..Link::default() }
}

/// A reference to a link by its name.
pub(super) fn by_name(word: Word<'_>) -> At<LinkRef> {
    At::new(LinkRef::Name(word.text.to_owned()), word.span)
}
