//! ifconfig(8): one IPv4 address a label, netmask and broadcast address beside it; up is implied by an address.

use super::fault::{Done, Fault};
use super::kernel::DeviceId;
use super::program::{Call, Effect, Ran};
use super::words::{Words, count, mac, resolved};
use crate::text::iproute::{Word, prefix};
use ipnet::{IpNet, Ipv4Net, ipv4_mask_to_prefix};
use netpivot_model::ip::Address;
use netpivot_model::link::LinkKind;
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{Int, MacSetting};
use std::net::Ipv4Addr;

/// What one call says.
#[derive(Default)]
struct Said<'a> {
    address: Option<(Ipv4Addr, Option<u8>, Word<'a>)>,
    netmask: Option<(u8, Word<'a>)>,
    broadcast: Option<(Ipv4Addr, Word<'a>)>,
    peer: Option<(Ipv4Addr, Word<'a>)>,
    up: Option<(bool, Word<'a>)>,
    v6: Vec<(IpNet, bool, Word<'a>)>,
    mtu: Option<Word<'a>>,
    hardware: Option<Word<'a>>,
    promiscuous: Option<(bool, Word<'a>)>,
    queue: Option<Word<'a>>,
    beyond: Option<Word<'a>>,
}

pub(super) fn run(call: &mut Call<'_>, _program: Word<'_>, mut words: Words<'_>) -> Ran {
    while words.peek().is_some_and(|word| matches!(word.text, "-a" | "-s" | "-v")) {
        words.next();
    }
    let Some(name) = words.next() else { return Ok(Effect::Asked(true)) };
    let (device, label) = match name.text.split_once(':') {
        Some((device, _)) => (device, Some(name.text)),
        None => (name.text, None),
    };
    if words.peek().is_none() {
        return Ok(call.looks_for(device));
    }
    let id = call.kernel.named(call.space, Word { text: device, span: name.span })?;
    let said = read(words)?;
    apply(call, id, label, name, &said)?;
    match said.beyond {
        Some(word) => Err(Fault::beyond(word.span, format!("nothing holds `{}`", word.text))),
        None => Ok(Effect::Changed),
    }
}

fn ipv4(word: Word<'_>) -> Result<Ipv4Addr, Fault> {
    match word.text {
        "default" => Ok(Ipv4Addr::UNSPECIFIED),
        text => text.parse().map_err(|_| {
            let usage = || Fault::usage(word.span, format!("`{text}` is no address"));
            resolved(word).unwrap_or_else(usage)
        }),
    }
}

fn mask(word: Word<'_>) -> Result<u8, Fault> {
    let wrong = || Fault::usage(word.span, format!("`{}` is no netmask", word.text));
    let mask = match word.text.strip_prefix("0x") {
        Some(hex) => Ipv4Addr::from(u32::from_str_radix(hex, 16).map_err(|_| wrong())?),
        None => word.text.parse().map_err(|_| wrong())?,
    };
    ipv4_mask_to_prefix(mask).map_err(|_| wrong())
}

fn read<'a>(mut words: Words<'a>) -> Result<Said<'a>, Fault> {
    let mut said = Said::default();
    while let Some(word) = words.next() {
        match word.text {
            "up" => said.up = Some((true, word)),
            "down" => said.up = Some((false, word)),
            "netmask" => {
                let value = words.value(word)?;
                said.netmask = Some((mask(value)?, value));
            }
            "broadcast" => {
                let value = words.value(word)?;
                said.broadcast = Some((ipv4(value)?, value));
            }
            "pointopoint" | "dstaddr" => {
                let value = words.value(word)?;
                said.peer = Some((ipv4(value)?, value));
            }
            "mtu" => said.mtu = Some(words.value(word)?),
            "txqueuelen" => said.queue = Some(words.value(word)?),
            "hw" => {
                words.value(word)?;
                said.hardware = Some(words.value(word)?);
            }
            "promisc" => said.promiscuous = Some((true, word)),
            "-promisc" => said.promiscuous = Some((false, word)),
            "arp" | "multicast" | "-allmulti" | "-broadcast" | "-pointopoint" | "inet" => {}
            "-arp" | "allmulti" | "-multicast" | "metric" | "media" | "mem_start" | "io_addr" | "irq"
            | "tunnel" => {
                if !word.text.starts_with('-') && word.text != "allmulti" {
                    words.value(word)?;
                }
                said.beyond = Some(word);
            }
            "add" | "del" | "inet6" => {
                let value = match words.value(word)? {
                    next if matches!(next.text, "add" | "del") => words.value(next)?,
                    next => next,
                };
                let net = prefix(value, Some(Family::V6))?
                    .ok_or_else(|| Fault::usage(value.span, format!("`{}` is no address", value.text)))?;
                said.v6.push((net, word.text != "del", value));
            }
            text => {
                let (ip, length) = match text.split_once('/') {
                    Some((ip, length)) => (ip, Some(length)),
                    None => (text, None),
                };
                let length = length
                    .map(|length| length.parse::<u8>().ok().filter(|n| *n <= 32))
                    .map(|length| {
                        length.ok_or_else(|| Fault::usage(word.span, format!("`{text}` is no prefix")))
                    })
                    .transpose()?;
                said.address = Some((ipv4(Word { text: ip, ..word })?, length, word));
            }
        }
    }
    Ok(said)
}

/// The length of the old address classes, which the kernel takes (`inet_abc_len()`).
fn classful(ip: Ipv4Addr) -> u8 {
    match ip.octets()[0] {
        0..=127 => 8,
        128..=191 => 16,
        192..=223 => 24,
        _ => 32,
    }
}

fn apply(call: &mut Call<'_>, id: DeviceId, label: Option<&str>, name: Word<'_>, said: &Said<'_>) -> Done {
    if let Some(word) = said.hardware {
        let mac = mac(word)?;
        call.kernel.device_mut(id).link.mac = Some(At::new(MacSetting::Address(mac), word.span));
    }
    if let Some(word) = said.mtu {
        call.kernel.set_mtu(id, count(word)?, word.span)?;
    }
    let link = &mut call.kernel.device_mut(id).link;
    if let Some((on, word)) = said.promiscuous {
        link.promiscuous = Int::new(i64::from(on)).map(|n| At::new(n, word.span));
    }
    if let Some(word) = said.queue {
        link.attributes.get_or_insert_default().tx_queue_length = super::words::int(word)?;
    }
    address(call, id, label, name, said)?;
    for (net, add, word) in &said.v6 {
        let address = Address::new(*net);
        if *add {
            call.kernel.add_address(id, At::new(address, word.span), false, word.span)?;
        } else {
            call.kernel.delete_address(id, &address, true, word.span)?;
        }
    }
    match said.up {
        Some((true, word)) => call.kernel.set_up(id, word),
        Some((false, _)) if label.is_some() => flush(call, id, label, name),
        Some((false, word)) => {
            call.kernel.set_down(id, word);
            Ok(())
        }
        // "up: implicitly specified if an address is assigned to the interface".
        None => match &said.address {
            Some((ip, _, word)) if !ip.is_unspecified() => call.kernel.set_up(id, *word),
            Some(_) | None => Ok(()),
        },
    }
}

fn flush(call: &mut Call<'_>, id: DeviceId, label: Option<&str>, name: Word<'_>) -> Done {
    let matches = |address: &Address| address.net.addr().is_ipv4() && address.label.as_deref() == label;
    call.kernel.flush_addresses(id, &matches, name.span)
}

/// SIOCSIFADDR: the label's address is replaced; a netmask alone changes it (`devinet_ioctl()`).
fn address(call: &mut Call<'_>, id: DeviceId, label: Option<&str>, name: Word<'_>, said: &Said<'_>) -> Done {
    if said.address.is_none() && said.netmask.is_none() && said.broadcast.is_none() && said.peer.is_none() {
        return Ok(());
    }
    let before = call.kernel.labelled(id, label);
    let (ip, length, span) = match (&said.address, &before) {
        (Some((ip, length, word)), _) => (*ip, *length, word.span),
        (None, Some(at)) => match at.value.net {
            IpNet::V4(net) => (net.addr(), Some(net.prefix_len()), at.origin.span().unwrap_or(name.span)),
            IpNet::V6(_) => return Ok(()),
        },
        (None, None) => {
            return Err(Fault::kernel(
                "Cannot assign requested address",
                name.span,
                format!("`{}` has no address to change", name.text),
            ));
        }
    };
    if before.is_some() {
        flush(call, id, label, name)?;
    }
    if ip.is_unspecified() {
        return Ok(());
    }
    let length = said.netmask.map(|(length, _)| length).or(length).unwrap_or_else(|| classful(ip));
    let Ok(net) = Ipv4Net::new(ip, length) else { return Ok(()) };
    let mut address = Address::new(IpNet::V4(net));
    address.label = label.map(str::to_owned);
    address.peer = said.peer.map(|(peer, _)| peer.into());
    let loopback = matches!(call.kernel.device(id).link.kind.value, LinkKind::Loopback(_));
    address.broadcast = match said.broadcast {
        Some((broadcast, _)) => Some(broadcast.into()),
        None => (length < 31 && !loopback && address.peer.is_none()).then(|| net.broadcast().into()),
    };
    let mut spans = vec![span];
    spans.extend(
        [
            said.netmask.map(|(_, w)| w.span),
            said.broadcast.map(|(_, w)| w.span),
            said.peer.map(|(_, w)| w.span),
        ]
        .into_iter()
        .flatten(),
    );
    let origin = if spans.len() == 1 { Origin::at(span) } else { Origin::said(spans) };
    call.kernel.add_address(id, At { value: address, origin }, false, span)
}
