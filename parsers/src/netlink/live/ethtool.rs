//! What ethtool(8) shows of links: generic netlink (include/uapi/linux/ethtool_netlink.h, Linux 5.6).
//!
//! What every device may have – features, queues – is listed by one request for all. What only cards have is asked of
//! cards, so that thousands of made-up links cost nothing. Links with the same answers share one entry: those of
//! a host's thousand veth pairs are alike, and are decoded once.

use super::attribute::{Codec, Names, attributes, number, number32, text};
use super::generic::{Generic, attribute, nest, payloads};
use super::{CaptureError, Replies};
use crate::netlink::snapshot::{EthtoolState, FeatureState, LinkState};
use foldhash::HashMap;
use std::collections::BTreeMap;
use std::io::ErrorKind;

/// What a failure names.
const WHAT: &str = "the settings of cards that ethtool shows";

/// ETHTOOL_MSG_*_GET.
const STRINGS: u8 = 1;
const LINKINFO: u8 = 2;
const LINKMODES: u8 = 4;
const WOL: u8 = 9;
const FEATURES: u8 = 11;
const RINGS: u8 = 15;
const CHANNELS: u8 = 17;
const COALESCE: u8 = 19;
const PAUSE: u8 = 21;
const EEE: u8 = 23;
const FEC: u8 = 29;

/// What every device may have.
const OF_ALL: [u8; 4] = [FEATURES, RINGS, CHANNELS, COALESCE];
/// What only cards have.
const OF_CARDS: [u8; 6] = [LINKINFO, LINKMODES, WOL, PAUSE, EEE, FEC];

/// The header of every message, ETHTOOL_A_HEADER_DEV_INDEX, ETHTOOL_A_HEADER_FLAGS and ETHTOOL_FLAG_COMPACT_BITSETS.
const HEADER: u16 = 1;
const DEVICE: u16 = 1;
const FLAGS: u16 = 3;
const COMPACT: u32 = 1;

/// ETH_SS_FEATURES, ETH_SS_LINK_MODES.
const FEATURE_NAMES: u32 = 4;
const MODE_NAMES: u32 = 9;

/// PORT_* (include/uapi/linux/ethtool.h).
const PORTS: &[&str] = &["tp", "aui", "mii", "fibre", "bnc", "da"];
const DUPLEXES: &[&str] = &["half", "full"];
/// ETH_SS_WOL_MODES (net/ethtool/common.c).
const WOL_MODES: [&str; 8] = ["phy", "ucast", "mcast", "bcast", "arp", "magic", "magicsecure", "filter"];
/// ETHTOOL_LINK_MODE_FEC_*_BIT by the words of `ethtool --set-fec`.
const FEC_MODES: [(usize, &str); 4] = [(49, "off"), (50, "rs"), (51, "baser"), (74, "llrs")];

/// ETHTOOL_A_RINGS_*, ETHTOOL_A_CHANNELS_*, ETHTOOL_A_COALESCE_*, ETHTOOL_A_PAUSE_* by the words of ethtool(8).
const RING_SIZES: [(u16, &str); 4] = [(6, "rx"), (7, "rx-mini"), (8, "rx-jumbo"), (9, "tx")];
const CHANNEL_COUNTS: [(u16, &str); 4] = [(6, "rx"), (7, "tx"), (8, "other"), (9, "combined")];
const COALESCING: [(u16, &str); 22] = [
    (2, "rx-usecs"),
    (3, "rx-frames"),
    (4, "rx-usecs-irq"),
    (5, "rx-frames-irq"),
    (6, "tx-usecs"),
    (7, "tx-frames"),
    (8, "tx-usecs-irq"),
    (9, "tx-frames-irq"),
    (10, "stats-block-usecs"),
    (11, "adaptive-rx"),
    (12, "adaptive-tx"),
    (13, "pkt-rate-low"),
    (14, "rx-usecs-low"),
    (15, "rx-frames-low"),
    (16, "tx-usecs-low"),
    (17, "tx-frames-low"),
    (18, "pkt-rate-high"),
    (19, "rx-usecs-high"),
    (20, "rx-frames-high"),
    (21, "tx-usecs-high"),
    (22, "tx-frames-high"),
    (23, "sample-interval"),
];
const PAUSES: [(u16, &str); 3] = [(2, "autoneg"), (3, "rx"), (4, "tx")];

/// The settings of links, those that are alike as one, and what could not be read.
pub(super) fn settings(links: &[LinkState]) -> (Vec<EthtoolState>, Vec<String>) {
    let cards: Vec<&LinkState> = links.iter().filter(|link| is_card(link)).collect();
    match Taking::open() {
        Ok(mut taking) => {
            OF_ALL.into_iter().for_each(|command| taking.list(command, links));
            for card in cards {
                OF_CARDS.into_iter().for_each(|command| taking.ask(command, card));
            }
            (taking.states(links), taking.unseen)
        }
        // Only a card's settings are missed.
        Err(_) if cards.is_empty() => (Vec::new(), Vec::new()),
        Err(CaptureError::System { error, .. }) if error.kind() == ErrorKind::NotFound => {
            let unseen = format!("{WHAT}, which kernels since 5.6 tell over netlink");
            (Vec::new(), vec![unseen])
        }
        Err(error) => (Vec::new(), vec![error.to_string()]),
    }
}

/// True for a device that nobody made.
fn is_card(link: &LinkState) -> bool {
    let is_made = link.linkinfo.as_ref().is_some_and(|info| info.info_kind.is_some());
    !is_made && !is_loopback(link)
}

fn is_loopback(link: &LinkState) -> bool {
    link.link_type.as_deref() == Some("loopback")
}

struct Taking {
    family: Generic,
    words: Words,
    /// What the kernel said of each link: an attribute for each command, with all of its answer but the header.
    answers: HashMap<u32, Vec<u8>>,
    unseen: Vec<String>,
}

impl Taking {
    fn open() -> Result<Self, CaptureError> {
        let mut family = Generic::open("ethtool", WHAT)?;
        let set = |id: u32| nest(1, &attribute(1, &id.to_ne_bytes()));
        let sets = nest(2, &[set(FEATURE_NAMES), set(MODE_NAMES)].concat());
        let replies = family.ask(STRINGS, &[nest(HEADER, &[]), sets].concat())?;
        let words =
            Words { features: strings(&replies, FEATURE_NAMES), modes: strings(&replies, MODE_NAMES) };
        Ok(Taking { family, words, answers: HashMap::default(), unseen: Vec::new() })
    }

    /// Asks for all links at once. A driver that fails ends the list, so that each is asked by itself then
    /// (net/ethtool/netlink.c:ethnl_default_dumpit).
    fn list(&mut self, command: u8, links: &[LinkState]) {
        match self.family.dump(command, &header(None)) {
            Ok(replies) => self.keep(command, &replies),
            Err(CaptureError::System { error, .. }) if error.kind() == ErrorKind::Unsupported => {}
            Err(_) => links.iter().for_each(|link| self.ask(command, link)),
        }
    }

    /// Asks for one link. Most devices have little of all that there is.
    fn ask(&mut self, command: u8, link: &LinkState) {
        match self.family.ask(command, &header(link.ifindex)) {
            Ok(replies) => self.keep(command, &replies),
            Err(CaptureError::System { error, .. }) if error.kind() == ErrorKind::Unsupported => {}
            Err(CaptureError::Denied { .. }) if command == WOL => {
                let unseen = "Wake-on-LAN of cards, which the kernel tells those with CAP_NET_ADMIN";
                if !self.unseen.iter().any(|other| other == unseen) {
                    self.unseen.push(unseen.to_owned());
                }
            }
            Err(error) => self.unseen.push(format!("`{}`: {error}", link.ifname)),
        }
    }

    fn keep(&mut self, command: u8, replies: &Replies) {
        for (index, rest) in payloads(replies).filter_map(answer) {
            self.answers.entry(index).or_default().extend(attribute(command.into(), &rest));
        }
    }

    /// The answers in the order of the links, those that are alike as one.
    fn states(&mut self, links: &[LinkState]) -> Vec<EthtoolState> {
        let mut places: HashMap<Vec<u8>, usize> = HashMap::default();
        let mut states: Vec<EthtoolState> = Vec::new();
        // Nobody sets the loopback device's, and every namespace has one.
        for link in links.iter().filter(|link| !is_loopback(link)) {
            let Some(answer) = link.ifindex.and_then(|index| self.answers.remove(&index)) else { continue };
            let place = *places.entry(answer).or_insert_with_key(|answer| {
                states.push(self.words.state(answer));
                states.len() - 1
            });
            states[place].links.push(link.ifname.clone());
        }
        states.retain(|state| !state.says_nothing());
        states
    }
}

/// The number of a link, and what is said of it.
fn answer(payload: &[u8]) -> Option<(u32, Vec<u8>)> {
    let device = of(of(payload, HEADER)?, DEVICE).and_then(number32)?;
    let rest = attributes(payload).filter(|(kind, _)| *kind != HEADER);
    Some((device, rest.flat_map(|(kind, value)| attribute(kind, value)).collect()))
}

/// The names of features and of link modes, by their numbers.
struct Words {
    features: Vec<String>,
    modes: Vec<String>,
}

impl Words {
    fn state(&self, answer: &[u8]) -> EthtoolState {
        let mut state = EthtoolState::default();
        for (command, attributes) in attributes(answer) {
            match u8::try_from(command) {
                Ok(LINKINFO) => state.port = word(attributes, 2, PORTS),
                Ok(LINKMODES) => self.modes(attributes, &mut state),
                Ok(WOL) => state.wol = bits(attributes, 2).map(|(on, _)| on.names(&WOL_MODES)),
                Ok(FEATURES) => state.features = self.features(attributes),
                Ok(RINGS) => state.rings = numbers(attributes, &RING_SIZES),
                Ok(CHANNELS) => state.channels = numbers(attributes, &CHANNEL_COUNTS),
                Ok(COALESCE) => state.coalesce = numbers(attributes, &COALESCING),
                Ok(PAUSE) => {
                    let pauses = numbers(attributes, &PAUSES).into_iter();
                    state.pause = pauses.map(|(name, n)| (name, n != 0)).collect();
                }
                Ok(EEE) => state.eee = of(attributes, 5).and_then(number).map(|on| on != 0),
                Ok(FEC) => state.fec = fec(attributes),
                Ok(_) | Err(_) => {}
            }
        }
        state
    }

    /// ETHTOOL_A_LINKMODES_*.
    fn modes(&self, bytes: &[u8], state: &mut EthtoolState) {
        state.autoneg = of(bytes, 2).and_then(number).map(|on| on != 0);
        if let Some((advertised, supported)) = bits(bytes, 3) {
            state.advertised = advertised.names(&self.modes);
            state.supported = supported.names(&self.modes);
        }
        // SPEED_UNKNOWN.
        state.speed = of(bytes, 5).and_then(number32).filter(|speed| *speed != u32::MAX && *speed != 0);
        state.duplex = word(bytes, 6, DUPLEXES);
    }

    /// ETHTOOL_A_FEATURES_*: those that the device can have switched, the wanted ones, the active ones, those that never change.
    fn features(&self, bytes: &[u8]) -> FeatureState {
        let set = |kind| bits(bytes, kind).map(|(set, _)| set).unwrap_or_default();
        let (hardware, wanted, active, never) = (set(2), set(3), set(4), set(5));
        let mut state = FeatureState::default();
        // What has no name is the kernel's own.
        let named = self.features.iter().enumerate().filter(|(_, name)| !name.is_empty());
        for (bit, name) in named {
            let is_free = hardware.has(bit) && !never.has(bit);
            let list = match (active.has(bit), is_free) {
                (true, true) => &mut state.on,
                (false, true) => &mut state.off,
                (true, false) => &mut state.fixed,
                (false, false) => continue,
            };
            list.push(name.clone());
            if is_free && wanted.has(bit) != active.has(bit) {
                state.requested.push(name.clone());
            }
        }
        state
    }
}

/// A message's header for one link or all.
fn header(index: Option<u32>) -> Vec<u8> {
    let device = index.map(|index| attribute(DEVICE, &index.to_ne_bytes())).unwrap_or_default();
    nest(HEADER, &[device, attribute(FLAGS, &COMPACT.to_ne_bytes())].concat())
}

/// The names in a set of strings, each at its number.
fn strings(replies: &Replies, id: u32) -> Vec<String> {
    let nested = |bytes, kind| attributes(bytes).filter(move |(k, _)| *k == kind).map(|(_, value)| value);
    let sets = payloads(replies).flat_map(|payload| nested(payload, 2)).flat_map(|sets| nested(sets, 1));
    let mut own = sets.filter(|set| of(set, 1).and_then(number32) == Some(id));
    let strings = own.next().and_then(|set| of(set, 3)).unwrap_or_default();
    let mut names = Vec::new();
    for string in nested(strings, 1) {
        let place = of(string, 1).and_then(number32).and_then(|n| usize::try_from(n).ok());
        // They come in order; a gap would be a name that the kernel does not use.
        if let (Some(place), Some(name)) = (place.filter(|place| *place <= 4096), of(string, 2)) {
            names.resize(names.len().max(place + 1), String::new());
            names[place] = text(name);
        }
    }
    names
}

fn of(bytes: &[u8], kind: u16) -> Option<&[u8]> {
    attributes(bytes).find(|(other, _)| *other == kind).map(|(_, value)| value)
}

/// A number as its word; none where it has none, as for a port that is no socket.
fn word(bytes: &[u8], kind: u16, words: &'static [&'static str]) -> Option<String> {
    let json = Codec::Words(words).read(of(bytes, kind)?, &Names::default())?;
    json.as_str().map(str::to_owned)
}

fn numbers(bytes: &[u8], rows: &[(u16, &str)]) -> BTreeMap<String, u32> {
    let found =
        rows.iter().filter_map(|(kind, name)| Some(((*name).to_owned(), number32(of(bytes, *kind)?)?)));
    found.collect()
}

/// ETHTOOL_A_FEC_MODES and ETHTOOL_A_FEC_AUTO.
fn fec(bytes: &[u8]) -> Vec<String> {
    let set = bits(bytes, 2).map(|(set, _)| set).unwrap_or_default();
    let is_auto = of(bytes, 3).and_then(number).is_some_and(|on| on != 0);
    let modes = FEC_MODES.iter().filter(|(bit, _)| set.has(*bit)).map(|(_, word)| *word);
    is_auto.then_some("auto").into_iter().chain(modes).map(str::to_owned).collect()
}

/// A set of bits, in words of 32.
#[derive(Default)]
struct Bits(Vec<u32>);

impl Bits {
    fn of(bytes: &[u8]) -> Self {
        Bits(bytes.chunks_exact(4).filter_map(number32).collect())
    }

    fn has(&self, bit: usize) -> bool {
        self.0.get(bit / 32).is_some_and(|word| word >> (bit % 32) & 1 == 1)
    }

    fn names(&self, names: &[impl AsRef<str>]) -> Vec<String> {
        let set = names.iter().enumerate().filter(|(bit, _)| self.has(*bit));
        set.map(|(_, name)| name.as_ref().to_owned()).collect()
    }
}

/// A set in its short form, and its mask: ETHTOOL_A_BITSET_VALUE and ETHTOOL_A_BITSET_MASK.
fn bits(bytes: &[u8], kind: u16) -> Option<(Bits, Bits)> {
    let set = of(bytes, kind)?;
    Some((Bits::of(of(set, 4)?), Bits::of(of(set, 5).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits = hex.as_bytes().chunks(2);
        digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    /// Names that tell their number, but for those that a test looks for.
    fn words() -> Words {
        let named = |of: &str, known: &[(usize, &str)]| {
            let name = |bit| known.iter().find(|(n, _)| *n == bit).map(|(_, name)| (*name).to_owned());
            (0..92).map(|bit| name(bit).unwrap_or_else(|| format!("{of}{bit}"))).collect()
        };
        let features = [(0, "tx-scatter-gather"), (14, "rx-gro"), (18, ""), (50, "highdma")];
        Words {
            features: named("feature", &features),
            modes: named("mode", &[(5, "1000baseT/Full"), (6, "Autoneg")]),
        }
    }

    /// What a kernel answered (behind `struct genlmsghdr`), as the state of its link.
    fn state(answers: &[(u8, &str)]) -> (u32, EthtoolState) {
        let (mut device, mut all) = (0, Vec::new());
        for (command, hex) in answers {
            let (index, rest) = answer(&bytes(hex)).expect("it names its link");
            device = index;
            all.extend(attribute((*command).into(), &rest));
        }
        (device, words().state(&all))
    }

    /// Linux 6.18 of virtio_net.
    #[test]
    fn a_card_of_a_virtual_machine() {
        let header = "180001800800010004000000090002006574683000000000";
        let (index, state) = state(&[
            (LINKINFO, &format!("{header}05000200ff000000050003000000000005000400000000000500050000000000")),
            (
                LINKMODES,
                &format!(
                    "{header}05000200000000003400038008000200790000001400040000000000000000000000000000000000140005\
                     000000000000000000000000000000000008000500ffffffff05000600ff00000005000a0000000000"
                ),
            ),
            (
                FEATURES,
                &format!(
                    "{header}2400028008000200400000000c000400094819000002000a0c000500ffffffffffffffff1c00038004000100\
                     08000200400000000c00040009481100000000001c0004800400010008000200400000000c00040029481300000180\
                     001c0005800400010008000200400000000c0004000004000000000000"
                ),
            ),
            (
                RINGS,
                &format!(
                    "{header}08000200000100000800060000010000080005000001000008000900000100000500\
                     0d000000000005000e0000000000"
                ),
            ),
            (CHANNELS, &format!("{header}08000500010000000800090001000000")),
            (
                COALESCE,
                &format!(
                    "{header}08000200000000000800030001000000080006000000000008000700010000000500\
                     0b0000000000"
                ),
            ),
        ]);
        assert_eq!(index, 4);
        let expected = r#"{"links":[],"autoneg":false,"features":{"on":["tx-scatter-gather","feature3","feature11","rx-gro","feature16","feature20"],"off":["feature19","feature41","feature57","feature59"],"fixed":["feature5","feature17","feature40","feature55"]},"rings":{"rx":256,"tx":256},"channels":{"combined":1},"coalesce":{"adaptive-rx":0,"rx-frames":1,"rx-usecs":0,"tx-frames":1,"tx-usecs":0}}"#;
        assert_eq!(serde_json::to_string(&state).unwrap(), expected);
    }

    /// A set of bits with its mask, as the kernel sends them.
    fn set(kind: u16, bits: [u32; 3], mask: [u32; 3]) -> Vec<u8> {
        let words = |words: [u32; 3]| words.into_iter().flat_map(u32::to_ne_bytes).collect::<Vec<u8>>();
        nest(
            kind,
            &[attribute(2, &92_u32.to_ne_bytes()), attribute(4, &words(bits)), attribute(5, &words(mask))]
                .concat(),
        )
    }

    #[test]
    fn a_card_with_a_wire() {
        let none = [0; 3];
        let modes = [attribute(2, &[1]), set(3, [1 << 6, 0, 0], [1 << 5 | 1 << 6, 0, 0]), attribute(6, &[1])];
        let fec = [set(2, [0, 1 << (50 - 32), 1 << (74 - 64)], none), attribute(3, &[1])];
        let answers = [
            (LINKINFO, attribute(2, &[3])),
            (LINKMODES, modes.concat()),
            (WOL, set(2, [1 << 5 | 1 << 6, 0, 0], [0xff, 0, 0])),
            (PAUSE, [attribute(2, &[0]), attribute(3, &[1])].concat()),
            (EEE, attribute(5, &[1])),
            (FEC, fec.concat()),
        ];
        let all: Vec<u8> =
            answers.iter().flat_map(|(command, rest)| attribute((*command).into(), rest)).collect();
        let expected = r#"{"links":[],"port":"fibre","autoneg":true,"duplex":"full","supported":["1000baseT/Full","Autoneg"],"advertised":["Autoneg"],"wol":["magic","magicsecure"],"pause":{"autoneg":false,"rx":true},"eee":true,"fec":["auto","rs","llrs"]}"#;
        assert_eq!(serde_json::to_string(&words().state(&all)).unwrap(), expected);
    }
}
