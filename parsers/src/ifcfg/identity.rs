//! Which device and which profile a file is for: names, UUID, hardware addresses, start at boot
//! (ifcfg.md 3.1).

use super::vars::{Base, IfcfgFile, Reader, Rejected, Var, bad_value, boolean, integer};
use crate::Context;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{IfName, Mac, MacSetting, Mtu, is_uuid};
use netpivot_model::vocabulary::ifcfg::derived;

/// Reads the identity into the link, whose kind is known.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    device(file, link, cx);
    link.uuid = Some(uuid(file, cx)?);
    link.autoconnect = file.vars.flag("ONBOOT", file.reader, cx);
    if file.reader == Reader::Initscripts {
        // `yes` is what happens anyway (net.hotplug).
        let no = |var: &Var<'_>| boolean(var.value, Reader::Initscripts) == Some(false);
        link.hotplug = file.vars.text("HOTPLUG").filter(no).map(|var| At::new(false, var.span));
    }
    let bare = matches!(link.kind.value, LinkKind::OvsPort(_) | LinkKind::OvsBridge(_));
    if !bare {
        hardware(file, link, cx)?;
        mtu(file, link, cx)?;
    }
    Ok(())
}

/// What is read of a link without a model: what it is known by. The UUID is that of the path, so that the
/// file's own stays with the other keys.
pub fn read_bare(file: &IfcfgFile<'_>, link: &mut Link) {
    link.name = file.vars.owned("DEVICE");
    link.uuid = Some(At::new(derived::uuid(file.path), Origin::derived("networkmanager-path-uuid", [])));
    let id = derived::id(file.name, &link.kind.value);
    link.id = Some(At::new(id, Origin::derived("networkmanager-id", [])));
}

/// The profile's name for people, as NetworkManager makes it: NAME, else a word for the kind and the
/// file's suffix (trap 61).
#[must_use]
pub fn id(file: &IfcfgFile<'_>, kind: &LinkKind) -> At<String> {
    if let Some(name) = file.vars.owned("NAME") {
        return name;
    }
    let text = derived::id(file.name, kind);
    At::new(text, Origin::derived("networkmanager-id", []))
}

fn uuid(file: &IfcfgFile<'_>, cx: &mut Context) -> Result<At<String>, Rejected> {
    let derived = || At::new(derived::uuid(file.path), Origin::derived("networkmanager-path-uuid", []));
    let Some(var) = file.vars.text("UUID").filter(|var| file.holds(var.span)) else {
        return Ok(derived());
    };
    if is_uuid(var.value) {
        return Ok(At::new(var.value.to_ascii_lowercase(), var.span));
    }
    match file.reader {
        Reader::NetworkManager => Err(Rejected::at(format!("`UUID={}` is no UUID", var.value), var.span)),
        Reader::Initscripts => {
            cx.report(bad_value("UUID", var, "a UUID", file.reader));
            Ok(derived())
        }
    }
}

fn device(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) {
    let Some(var) = file.device() else { return };
    let any_length =
        matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_) | LinkKind::OvsInterface(_));
    if any_length || var.value.parse::<IfName>().is_ok() {
        link.name = Some(At::new(var.value.to_owned(), var.span));
        return;
    }
    let effect = match file.reader {
        Reader::NetworkManager => "NetworkManager makes a profile for any device of the kind",
        Reader::Initscripts => "initscripts find no such device",
    };
    cx.report(
        Diagnostic::new(
            &codes::INVALID_DEVICE,
            format!("`DEVICE={}` is no name of a network device; {effect}", var.value),
        )
        .at(var.span)
        .help("name the device as the kernel does: 1 to 15 bytes without `/`, `:` and blanks"),
    );
}

/// The number of bytes of a hardware address.
fn address_length(kind: &LinkKind) -> usize {
    if matches!(kind, LinkKind::Infiniband(_)) { 20 } else { 6 }
}

fn mac_of(text: &str, kind: &LinkKind) -> Option<Mac> {
    text.trim_ascii().parse::<Mac>().ok().filter(|mac| mac.bytes().len() == address_length(kind))
}

fn hardware(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let (vars, reader) = (&file.vars, file.reader);
    if let Some(var) = vars.text("HWADDR") {
        match mac_of(var.value, &link.kind.value) {
            Some(mac) => link.matches.get_or_insert_default().mac = Some(At::new(mac, var.span)),
            None => refuse_or_report(file, "HWADDR", "a hardware address", cx)?,
        }
    }
    let clones = !matches!(link.kind.value, LinkKind::Infiniband(_) | LinkKind::Loopback(_));
    if let Some(var) = vars.text("MACADDR").filter(|_| clones) {
        let setting = var.value.trim_ascii().parse::<MacSetting>().ok().filter(|setting| match setting {
            MacSetting::Address(mac) => mac.bytes().len() == 6,
            MacSetting::Word(word) => {
                let wifi = matches!(link.kind.value, LinkKind::Wifi(_));
                reader == Reader::NetworkManager && (wifi || *word != "stable-ssid")
            }
        });
        match setting {
            Some(setting) => link.mac = Some(At::new(setting, var.span)),
            None => refuse_or_report(file, "MACADDR", "a hardware address", cx)?,
        }
    }
    Ok(())
}

/// What NetworkManager refuses the file for, initscripts only fail at.
fn refuse_or_report(
    file: &IfcfgFile<'_>,
    key: &str,
    expected: &str,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let Some(var) = file.vars.text(key) else { return Ok(()) };
    match file.reader {
        Reader::NetworkManager => {
            Err(Rejected::at(format!("`{key}={}` is not {expected}", var.value), var.span))
        }
        Reader::Initscripts => {
            cx.report(bad_value(key, var, expected, file.reader));
            Ok(())
        }
    }
}

fn mtu(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let Some(var) = file.vars.text("MTU") else { return Ok(()) };
    let wifi = matches!(link.kind.value, LinkKind::Wifi(_));
    let (base, max) = match (file.reader, wifi) {
        (Reader::NetworkManager, true) => (Base::Ten, 50_000),
        (Reader::NetworkManager, false) => (Base::Auto, 65_535),
        (Reader::Initscripts, _) => (Base::Auto, i64::from(u32::MAX)),
    };
    match integer(var.value, base).filter(|n| (0..=max).contains(n)).and_then(Mtu::new) {
        Some(mtu) => link.mtu = Some(At::new(mtu, var.span)),
        None if wifi => {
            return refuse_or_report(file, "MTU", "a whole number from 0 to 50000", cx);
        }
        None => {
            let expected = format!("a whole number from 0 to {max}");
            cx.report(bad_value("MTU", var, &expected, file.reader));
        }
    }
    Ok(())
}

/// Notes that nobody of NetworkManager manages the device.
pub fn set_unmanaged(link: &mut Link, span: Span) {
    link.managed = Some(At::new(false, span));
}
