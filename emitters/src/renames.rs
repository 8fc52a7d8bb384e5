//! Links whose name is another one than their device has.

use netpivot_model::link::Link;
use netpivot_model::path::FieldPath;

/// The cure: the name of the device, or udev gives the name (systemd.link(5)).
pub(crate) fn cure(link: &Link, path: FieldPath) -> Option<String> {
    if path.is("eni.devices") || path.is("eni.logical") {
        return Some(format!(
            "`{}` is the name of the stanza and of no device: put the device's own name in its place, in the output or \
             behind `iface` in the source",
            link.label()
        ));
    }
    let name = link.name.as_ref().filter(|_| path.is("eni.renamed_from"))?;
    Some(format!(
        "have udev give the name: `/etc/systemd/network/10-{0}.link` with `[Match]`, the device's `MACAddress=…`, `[Link]` and \
         `Name={0}`, as --with-link-files writes it where the source says the hardware address",
        name.value
    ))
}
