//! IP over InfiniBand (ifcfg.md 3.12).

use super::vars::{Base, IfcfgFile, Reader, Rejected, integer};
use crate::Context;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, LinkRef};
use netpivot_model::virtual_link::TransportMode;

/// Reads the keys of InfiniBand.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let mode = file.vars.flag("CONNECTED_MODE", file.reader, cx);
    let partition = file.vars.flag("PKEY", file.reader, cx);
    if let LinkKind::Infiniband(infiniband) = &mut link.kind.value {
        infiniband.transport_mode = mode.map(|at| At {
            value: if at.value { TransportMode::Connected } else { TransportMode::Datagram },
            origin: at.origin,
        });
    }
    match partition {
        Some(at) if at.value => read_partition(file, link, at.origin, cx),
        // PKEY=no: the keys of a partition are not looked at.
        Some(_) | None => Ok(()),
    }
}

fn read_partition(
    file: &IfcfgFile<'_>,
    link: &mut Link,
    partition: Origin,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let refuse = |reason: &str| Rejected { reason: reason.to_owned(), span: partition.span() };
    let Some(parent) = file.vars.text("PHYSDEV") else {
        return Err(refuse("`PKEY=yes` needs PHYSDEV"));
    };
    let (key, exact) = key(file).ok_or_else(|| refuse("`PKEY=yes` needs PKEY_ID"))?;
    // The membership bit is always set, but for PKEY_ID_NM, which is the key as it is.
    let value = if exact { key.value } else { key.value | 0x8000 };
    if value == 0 || value == 0x8000 {
        return Err(Rejected {
            reason: format!("the partition key {value:#x} is reserved"),
            span: key.origin.span(),
        });
    }
    if let LinkKind::Infiniband(infiniband) = &mut link.kind.value {
        let mut origin = key.origin;
        origin.merge(&partition);
        infiniband.p_key = Int::new(value).map(|value| At { value, origin });
        infiniband.parent = Some(At::new(LinkRef::Name(parent.value.to_owned()), parent.span));
    }
    rename(link, &format!("{}.{value:04x}", parent.value), parent.span, cx);
    Ok(())
}

/// The key and whether it is taken as it is.
fn key(file: &IfcfgFile<'_>) -> Option<(At<i64>, bool)> {
    let number = |name: &str| {
        let var = file.vars.text(name)?;
        integer(var.value, Base::Auto).filter(|n| (0..=0xffff).contains(n)).map(|n| At::new(n, var.span))
    };
    let exact = number("PKEY_ID_NM").filter(|_| file.reader == Reader::NetworkManager);
    exact.map(|at| (at, true)).or_else(|| number("PKEY_ID").map(|at| (at, false)))
}

/// The device's name follows from parent and key, whatever DEVICE says.
fn rename(link: &mut Link, name: &str, parent: Span, cx: &mut Context) {
    let Some(device) = &mut link.name else { return };
    if device.value == name {
        return;
    }
    cx.report(
        Diagnostic::new(
            &codes::PKEY_NAME,
            format!(
                "the device `{}` gets the name `{name}`, made of its parent and its partition key",
                device.value
            ),
        )
        .from(&device.origin)
        .help("use the new name wherever the old one stands"),
    );
    let mut spans = device.origin.spans().to_vec();
    spans.push(parent);
    *device = At::new(name.to_owned(), Origin::derived("infiniband-partition-name", spans));
}
