//! ip-link(8).

use super::{Options, addr, kind, near, verb};
use crate::commands::fault::{Done, Fault};
use crate::commands::kernel::{DeviceId, SpaceId};
use crate::commands::program::{Call, Ran, changed};
use crate::commands::words::{Words, begins, count, int, mac, on_off};
use crate::text::iproute::Word;
use netpivot_model::ethtool::LinkAttributes;
use netpivot_model::ip::AddrGenMode;
use netpivot_model::link::Link;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Int, MacSetting};

#[derive(Clone, Copy)]
enum Verb {
    Add,
    Set,
    Replace,
    Delete,
    Ask,
    Property,
}

/// In ip's order (`iplink.c:do_iplink`).
const VERBS: [(&str, Verb); 12] = [
    ("add", Verb::Add),
    ("set", Verb::Set),
    ("change", Verb::Set),
    ("replace", Verb::Replace),
    ("delete", Verb::Delete),
    ("show", Verb::Ask),
    ("lst", Verb::Ask),
    ("list", Verb::Ask),
    ("xstats", Verb::Ask),
    ("afstats", Verb::Ask),
    ("property", Verb::Property),
    ("help", Verb::Ask),
];

pub(super) fn run(call: &mut Call<'_>, _options: Options, mut words: Words<'_>) -> Ran {
    let (verb, span) = verb(&VERBS, &mut words, "link", Verb::Ask)?;
    let span = span.unwrap_or(words.last());
    match verb {
        Verb::Ask => addr::ask(call, words),
        Verb::Add => changed(add(call, words)),
        Verb::Set => changed(set(call, words, span)),
        Verb::Replace => {
            let mut common = Common::default();
            let mut probe = words;
            self::common(&mut common, &mut probe)?;
            let there = common.name.is_some_and(|name| {
                call.kernel.find(call.space, name.text).is_some_and(|id| call.kernel.device(id).is_present())
            });
            changed(if there { set(call, words, span) } else { add(call, words) })
        }
        Verb::Delete => changed(delete(call, words)),
        Verb::Property => Err(Fault::beyond(span, "nothing holds alternative names of links")),
    }
}

/// An option that the model has no place for: the word to blame, and all of it.
pub(super) type Part<'a> = (Word<'a>, &'a [Word<'a>]);

/// What stands before `type`: for the link itself, and for the peer of a veth.
#[derive(Default)]
pub(super) struct Common<'a> {
    /// `dev NAME`, or the bare name.
    pub dev: Option<Word<'a>>,
    /// `name NAME`; in `add` the bare name, too.
    pub name: Option<Word<'a>>,
    /// `link PARENT`.
    pub below: Option<Word<'a>>,
    up: Option<(bool, Word<'a>)>,
    mtu: Option<(u32, Word<'a>)>,
    mac: Option<(netpivot_model::value::Mac, Word<'a>)>,
    netns: Option<Word<'a>>,
    /// `master M` (the name) or `nomaster` (`None`).
    master: Option<(Option<Word<'a>>, Word<'a>)>,
    queue: Option<Word<'a>>,
    promiscuous: Option<(bool, Word<'a>)>,
    gen_mode: Option<(AddrGenMode, Word<'a>)>,
    /// `alias TEXT`.
    alias: Option<Word<'a>>,
    functions: Vec<super::vf::Function>,
    /// What the model has no place for.
    pub beyond: Vec<Part<'a>>,
    /// `type KIND`.
    kind: Option<Word<'a>>,
}

/// Attributes that the model has no place for, with how many values follow.
const BEYOND: [(&str, usize); 17] = [
    ("index", 1),
    ("brd", 1),
    ("broadcast", 1),
    ("multicast", 1),
    ("allmulticast", 1),
    ("arp", 1),
    ("group", 1),
    ("numtxqueues", 1),
    ("numrxqueues", 1),
    ("gso_max_size", 1),
    ("gso_max_segs", 1),
    ("gro_max_size", 1),
    ("gro_ipv4_max_size", 1),
    ("gso_ipv4_max_size", 1),
    ("dynamic", 1),
    ("protodown", 1),
    ("protodown_reason", 2),
];
/// Those of them that ip takes abbreviated, so that no device can be called `br` or `d` (iproute2 6.1).
const SHORT: [&str; 4] = ["broadcast", "dynamic", "numtxqueues", "numrxqueues"];
/// Attributes that are state and no configuration.
const STATE: [(&str, usize); 6] =
    [("carrier", 1), ("trailers", 1), ("mode", 1), ("state", 1), ("link-netnsid", 1), ("link-netns", 1)];

/// Reads words up to `type` or the end, in ip's order (`iplink_parse()`).
pub(super) fn common<'a>(common: &mut Common<'a>, words: &mut Words<'a>) -> Result<(), Fault> {
    loop {
        let from = *words;
        let Some(word) = words.next() else { return Ok(()) };
        let mut blamed = None;
        match word.text {
            "up" => common.up = Some((true, word)),
            "down" => common.up = Some((false, word)),
            "name" => common.name = Some(words.value(word)?),
            "mtu" => {
                let value = words.value(word)?;
                common.mtu = Some((count(value)?, value));
            }
            "netns" => common.netns = Some(words.value(word)?),
            "promisc" => {
                let value = words.value(word)?;
                common.promiscuous = Some((on_off(value)?, value));
            }
            "vrf" => common.master = Some((Some(words.value(word)?), word)),
            "vf" => {
                let (function, beyond) = super::vf::read(word, words)?;
                common.functions.push(function);
                blamed = beyond;
            }
            "xdp" | "xdpgeneric" | "xdpdrv" | "xdpoffload" => {
                while words.next().is_some() {}
                blamed = Some(word);
            }
            _ if begins("link", word.text) => common.below = Some(words.value(word)?),
            _ if begins("address", word.text) => {
                let value = words.value(word)?;
                common.mac = Some((mac(value)?, value));
            }
            _ if begins("txqueuelen", word.text) || word.text == "qlen" || begins("txqlen", word.text) => {
                common.queue = Some(words.value(word)?);
            }
            _ if begins("master", word.text) => common.master = Some((Some(words.value(word)?), word)),
            _ if begins("nomaster", word.text) => common.master = Some((None, word)),
            _ if begins("type", word.text) => {
                common.kind = Some(words.value(word)?);
                return Ok(());
            }
            _ if begins("alias", word.text) => {
                common.alias = Some(words.value(word)?);
            }
            _ if begins("addrgenmode", word.text) => {
                let value = words.value(word)?;
                common.gen_mode = match value.text {
                    "eui64" => Some((AddrGenMode::Eui64, value)),
                    "stable_secret" | "random" => Some((AddrGenMode::StablePrivacy, value)),
                    "none" => None,
                    other => {
                        return Err(Fault::usage(
                            value.span,
                            format!("`{other}` is no way to make addresses"),
                        ));
                    }
                };
                blamed = (value.text == "none").then_some(word);
            }
            _ => blamed = self::other(common, word, words)?.then_some(word),
        }
        common.beyond.extend(blamed.map(|word| (word, words.since(from))));
    }
}

/// True where the model has no place for it.
fn other<'a>(common: &mut Common<'a>, word: Word<'a>, words: &mut Words<'a>) -> Result<bool, Fault> {
    let full = |(known, _): &&(&str, usize)| *known == word.text;
    let short = |(known, _): &&(&str, usize)| SHORT.contains(known) && begins(known, word.text);
    if let Some((known, values)) = BEYOND.iter().find(full).or_else(|| BEYOND.iter().find(short)) {
        for _ in 0..*values {
            let value = words.value(word)?;
            let fits = match *known {
                "dynamic" => on_off(value).map(drop),
                "broadcast" | "brd" => mac(value).map(drop),
                _ => Ok(()),
            };
            let hint = || {
                format!("`{0}` is short for `{known}`; write `dev {0}` for a link of that name", word.text)
            };
            fits.map_err(|fault| if word.text == *known { fault } else { fault.intent(hint()) })?;
        }
        return Ok(true);
    }
    if let Some((_, values)) = STATE.iter().find(full) {
        for _ in 0..*values {
            words.value(word)?;
        }
        return Ok(false);
    }
    let name = if word.text == "dev" { words.value(word)? } else { word };
    if common.dev.is_some() {
        return Err(garbage(name));
    }
    common.dev = Some(name);
    Ok(false)
}

fn garbage(word: Word<'_>) -> Fault {
    const KNOWN: [&str; 12] = [
        "up",
        "down",
        "name",
        "mtu",
        "netns",
        "promisc",
        "address",
        "txqueuelen",
        "master",
        "nomaster",
        "type",
        "arp",
    ];
    let fault = Fault::usage(
        word.span,
        format!("`{}` is no word of ip-link(8), and a link is named already", word.text),
    );
    match near(word.text, KNOWN.into_iter()) {
        Some(near) => fault.intent(format!("did you mean `{near}`?")),
        None => fault,
    }
}

impl Common<'_> {
    /// The name of a new link is that behind `name` or the bare one, not two.
    pub fn settle_name(&mut self) -> Done {
        match (self.name, self.dev) {
            (Some(name), Some(dev)) if name.text != dev.text => Err(Fault::usage(
                dev.span,
                format!("the new link is to be called `{}` and `{}`", name.text, dev.text),
            )),
            (name, dev) => {
                self.name = name.or(dev);
                Ok(())
            }
        }
    }

    /// A new link's own attributes.
    pub fn link(&self) -> Result<Link, Fault> {
        let mut link = Link::default();
        if let Some((mac, word)) = &self.mac {
            link.mac = Some(At::new(MacSetting::Address(*mac), word.span));
        }
        if let Some((mtu, word)) = &self.mtu {
            link.mtu = Int::new(i64::from(*mtu)).map(|n| At::new(n, word.span));
        }
        Ok(link)
    }

    /// The namespace that a new link is made in.
    pub fn target(&self, call: &mut Call<'_>) -> Result<SpaceId, Fault> {
        match self.netns {
            Some(name) => named_space(call, name),
            None => Ok(call.space),
        }
    }

    /// The rest of a new link's attributes, in the kernel's order (`rtnl_newlink_create()`).
    pub fn settle(&self, call: &mut Call<'_>, id: DeviceId) -> Done {
        if let (Some(word), Some(netns)) = (self.netns, &mut call.kernel.device_mut(id).link.netns) {
            netns.origin = word.span.into();
        }
        self.attributes(call, id)?;
        self.apply_state(call, id)
    }

    /// Attributes that are settings of the link alone.
    fn attributes(&self, call: &mut Call<'_>, id: DeviceId) -> Done {
        if let Some(word) = self.queue {
            let queue = int(word)?;
            let link = &mut call.kernel.device_mut(id).link;
            let attributes: &mut LinkAttributes = link.attributes.get_or_insert_default();
            attributes.tx_queue_length = queue;
        }
        let link = &mut call.kernel.device_mut(id).link;
        for function in &self.functions {
            function.store(link.sriov.get_or_insert_default());
        }
        if let Some((on, word)) = self.promiscuous {
            link.promiscuous = Int::new(i64::from(on)).map(|n| At::new(n, word.span));
        }
        if let Some(word) = self.alias {
            // An empty one takes it away (`dev_set_alias()`).
            link.alias = Some(At::new(word.text.to_owned(), word.span)).filter(|at| !at.value.is_empty());
        }
        if let Some((mode, word)) = self.gen_mode {
            link.ipv6.get_or_insert_default().addr_gen_mode = Some(At::new(mode, word.span));
        }
        Ok(())
    }

    fn apply_state(&self, call: &mut Call<'_>, id: DeviceId) -> Done {
        match self.master {
            Some((Some(master), _)) => {
                let space = call.kernel.device(id).space;
                let controller = call.kernel.named(space, master)?;
                call.kernel.enslave(id, controller, master.span)?;
            }
            Some((None, _)) => call.kernel.release(id),
            None => {}
        }
        match self.up {
            Some((true, word)) => call.kernel.set_up(id, word),
            Some((false, word)) => {
                call.kernel.set_down(id, word);
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// `netns NAME` or `netns PID`; 1 is the host's own.
fn named_space(call: &mut Call<'_>, name: Word<'_>) -> Result<SpaceId, Fault> {
    match call.kernel.space_named(name) {
        Ok(id) => Ok(id),
        Err(_) if name.text == "1" => Ok(crate::commands::kernel::HOST),
        Err(_) if name.text.bytes().all(|b| b.is_ascii_digit()) => {
            Err(Fault::unknown(name.span, "it names the namespace of a running process"))
        }
        Err(fault) => Err(fault),
    }
}

fn add(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let mut common = Common::default();
    self::common(&mut common, &mut words)?;
    common.settle_name()?;
    match common.kind {
        Some(kind) => kind::add(call, common, kind, words),
        None => {
            let span = common.name.map_or(words.last(), |word| word.span);
            Err(Fault::usage(span, "`type` is missing").intent("add `type` and the kind of link"))
        }
    }
}

fn delete(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let mut common = Common::default();
    self::common(&mut common, &mut words)?;
    let Some(name) = common.dev.or(common.name) else {
        return Err(Fault::usage(words.last(), "the link's name is missing"));
    };
    let id = call.kernel.named_to_delete(call.space, name)?;
    call.kernel.delete(id, name.span)
}

/// The kernel's order is not that of the words (`do_setlink()`): namespace, address, MTU, name, flags,
/// controller, settings of the kind – and the controller before the flags.
fn set(call: &mut Call<'_>, mut words: Words<'_>, span: Span) -> Done {
    let mut common = Common::default();
    self::common(&mut common, &mut words)?;
    let Some(dev) = common.dev else {
        return Err(Fault::usage(span, "the link's name is missing")
            .intent("name the link: `ip link set dev NAME …`"));
    };
    common.kind.map_or(Ok(()), kind::refuse_foreign)?;
    let id = call.kernel.named(call.space, dev)?;
    if let Some(name) = common.netns {
        let space = named_space(call, name)?;
        call.kernel.move_to(id, space, name.span)?;
    }
    if let Some((mac, word)) = common.mac {
        if mac.bytes()[0] & 1 != 0 {
            return Err(Fault::kernel(
                "Cannot assign requested address",
                word.span,
                format!("`{}` is a group address, and a link has one of its own", word.text),
            ));
        }
        call.kernel.device_mut(id).link.mac = Some(At::new(MacSetting::Address(mac), word.span));
    }
    if let Some((mtu, word)) = common.mtu {
        call.kernel.set_mtu(id, mtu, word.span)?;
    }
    if let Some(name) = common.name {
        call.kernel.rename(id, name)?;
    }
    common.attributes(call, id)?;
    common.apply_state(call, id)?;
    if let Some(kind) = common.kind {
        kind::change(call, id, kind, words)?;
    }
    match common.name.or(common.netns) {
        // The command as it stands would look for it under its old name.
        Some(_) => kind::refuse_rest(call, id, &common.beyond, None),
        None => kind::refuse_beyond(common.beyond.first().map(|(word, _)| *word)),
    }
}
