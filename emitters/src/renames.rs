//! Links that get a name where the target gives none.

use netpivot_model::link::Link;
use netpivot_model::path::FieldPath;

/// The cure: udev gives the name (systemd.link(5)).
pub(crate) fn cure(link: &Link, path: FieldPath) -> Option<String> {
    let name = link.name.as_ref().filter(|_| path.is("eni.renamed_from"))?;
    Some(format!(
        "have udev give the name: `/etc/systemd/network/10-{0}.link` with `[Match]`, the device's `MACAddress=…`, `[Link]` and \
         `Name={0}`, as --with-link-files writes it where the source says the hardware address",
        name.value
    ))
}
