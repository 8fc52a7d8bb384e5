//! DHCP clients by hand: dhclient(8), `udhcpc` of BusyBox, dhcpcd(8). A link that one of them runs on gets its addresses
//! by DHCP.

use super::fault::Fault;
use super::kernel::DeviceId;
use super::program::{Call, Effect, Ran};
use super::words::{Words, text};
use crate::text::iproute::Word;
use netpivot_model::ip::IpConfig;

/// What an option means for the link.
#[derive(Clone, Copy)]
enum Meaning {
    /// How the program runs: in the foreground, how long it waits.
    Process,
    /// The same, with a value.
    ProcessValue,
    /// The name of the link.
    Link,
    V4,
    V6,
    /// The client ends.
    Stop,
    /// The program only looks or prints.
    Ask,
    Hostname,
    Fqdn,
    VendorClass,
    ClientId,
    /// Settings that only the client knows.
    Own,
}

use Meaning::{Ask, ClientId, Fqdn, Hostname, Link, Own, Process, ProcessValue, Stop, V4, V6, VendorClass};

type Row = (&'static str, Meaning);

/// dhclient(8).
const DHCLIENT: &[Row] = &[
    ("-4", V4),
    ("-6", V6),
    ("-r", Stop),
    ("-x", Stop),
    ("-n", Ask),
    ("--version", Ask),
    ("-H", Hostname),
    ("-F", Fqdn),
    ("-V", VendorClass),
    ("-C", ClientId),
    ("-lf", ProcessValue),
    ("-pf", ProcessValue),
    ("-df", ProcessValue),
    ("-timeout", ProcessValue),
    ("--timeout", ProcessValue),
    ("--dad-wait-time", ProcessValue),
    ("--decline-wait-time", ProcessValue),
    ("-1", Process),
    ("-B", Process),
    ("-d", Process),
    ("-i", Process),
    ("-nc", Process),
    ("-nw", Process),
    ("--no-pid", Process),
    ("-q", Process),
    ("-v", Process),
    ("-w", Process),
];

/// `udhcpc --help`.
const UDHCPC: &[Row] = &[
    ("-i", Link),
    ("--interface", Link),
    ("-F", Hostname),
    ("-H", Hostname),
    ("-h", Hostname),
    ("-V", VendorClass),
    ("-A", ProcessValue),
    ("-O", ProcessValue),
    ("-p", ProcessValue),
    ("-T", ProcessValue),
    ("-t", ProcessValue),
    ("--pidfile", ProcessValue),
    ("--retries", ProcessValue),
    ("--timeout", ProcessValue),
    ("--tryagain", ProcessValue),
    ("-B", Process),
    ("-b", Process),
    ("-f", Process),
    ("-n", Process),
    ("-q", Process),
    ("-R", Process),
    ("-S", Process),
    ("-v", Process),
    ("--background", Process),
    ("--foreground", Process),
    ("--now", Process),
    ("--quit", Process),
    ("--release", Process),
];

/// dhcpcd(8).
const DHCPCD: &[Row] = &[
    ("-4", V4),
    ("-6", V6),
    ("-k", Stop),
    ("-x", Stop),
    ("-T", Ask),
    ("-U", Ask),
    ("-h", Hostname),
    ("-I", ClientId),
    ("-i", VendorClass),
    ("-j", ProcessValue),
    ("-t", ProcessValue),
    ("-y", ProcessValue),
    ("-B", Process),
    ("-b", Process),
    ("-d", Process),
    ("-n", Process),
    ("-q", Process),
    ("-w", Process),
];

pub(super) fn dhclient(call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    run(call, program, words, DHCLIENT, None)
}

/// Without `-i` it asks on `eth0`.
pub(super) fn udhcpc(call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    run(call, program, words, UDHCPC, Some("eth0"))
}

/// Of IPv6 it takes advertisements, as the kernel does.
pub(super) fn dhcpcd(call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    run(call, program, words, DHCPCD, None)
}

fn run(
    call: &mut Call<'_>,
    program: Word<'_>,
    mut words: Words<'_>,
    options: &[Row],
    usual: Option<&'static str>,
) -> Ran {
    let mut names = Vec::new();
    let mut settings = IpConfig::default();
    let (mut v6, mut stops) = (false, false);
    while let Some(word) = words.next() {
        if !word.text.starts_with('-') {
            names.push(word);
            continue;
        }
        let meaning = options.iter().find(|(name, _)| *name == word.text).map_or(Own, |(_, what)| *what);
        match meaning {
            Process => {}
            ProcessValue => {
                words.value(word)?;
            }
            Link => names.push(words.value(word)?),
            V4 => v6 = false,
            V6 => v6 = true,
            Stop => stops = true,
            Ask => return Ok(Effect::Asked(true)),
            Hostname => settings.dhcp_hostname = text(words.value(word)?),
            Fqdn => settings.dhcp_fqdn = text(words.value(word)?),
            VendorClass => settings.dhcp_vendor_class_identifier = text(words.value(word)?),
            ClientId => settings.dhcp_client_id = text(words.value(word)?),
            Own => {
                let why = format!("`{}` is a setting of {} alone", word.text, program.text);
                return Err(Fault::beyond(word.span, why));
            }
        }
    }
    names.extend(usual.filter(|_| names.is_empty()).map(|name| Word { text: name, span: program.span }));
    if names.is_empty() {
        return Err(Fault::unknown(program.span, "it asks on every link that it finds")
            .intent(format!("name the link: `{} eth0`", program.text)));
    }
    let ids = names.iter().map(|name| call.kernel.named(call.space, *name));
    let ids: Vec<DeviceId> = ids.collect::<Result<_, _>>()?;
    for (id, name) in ids.into_iter().zip(&names) {
        if stops {
            call.kernel.stop_dhcp(id, v6, name.span);
        } else {
            call.kernel.start_dhcp(id, v6, &settings, name.span);
        }
    }
    Ok(Effect::Changed)
}
