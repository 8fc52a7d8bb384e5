//! What sysfs and /proc say beside netlink: which hardware addresses somebody set, and the settings of the namespace.

use crate::netlink::snapshot::LinkState;
use rustix::fs::{CWD, Mode, OFlags, openat};
use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};

/// Settings of a namespace that make a router of it; the kernel's own value is 0.
const SETTINGS: [&str; 2] = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"];

/// The settings that differ from the kernel's own. /proc/sys/net shows the namespace of the thread that reads it.
pub(super) fn settings() -> BTreeMap<String, String> {
    let value = |key: &str| {
        let text = std::fs::read_to_string(format!("/proc/sys/{}", key.replace('.', "/"))).ok()?;
        Some(text.trim().to_owned()).filter(|text| text != "0")
    };
    SETTINGS.iter().filter_map(|key| Some(((*key).to_owned(), value(key)?))).collect()
}

/// Notes of each made-up link how it came by its hardware address. Returns false where sysfs shows another namespace
/// than the thread's, as it does wherever it was mounted elsewhere.
pub(super) fn hardware_addresses(links: &mut [LinkState]) -> bool {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(folder) = openat(CWD, "/sys/class/net", flags, Mode::empty()) else { return false };
    let is_ours = |link: &LinkState| {
        number(&folder, &link.ifname, "ifindex") == link.ifindex
            // The addresses of tunnels are written otherwise.
            && (link.link_type.as_deref() != Some("ether")
                || text(&folder, &link.ifname, "address") == link.address)
    };
    // Both ends of the list and what has an address of its own tell one namespace from another.
    let mut known = links.iter().rev().take(4).chain(links.iter().take(2));
    if !known.all(is_ours) || std::fs::read_dir("/sys/class/net").map_or(0, Iterator::count) < links.len() {
        return false;
    }
    for link in links.iter_mut().filter(|link| is_made_up(link)) {
        link.addr_assign_type = number(&folder, &link.ifname, "addr_assign_type");
    }
    true
}

/// A card's address tells which card is meant, whoever set it; `permaddr` tells whether it was changed.
fn is_made_up(link: &LinkState) -> bool {
    let is_ether = link.link_type.as_deref() == Some("ether");
    is_ether && link.linkinfo.as_ref().is_some_and(|info| info.info_kind.is_some())
}

fn number(folder: &OwnedFd, name: &str, file: &str) -> Option<u32> {
    text(folder, name, file)?.parse().ok()
}

fn text(folder: &OwnedFd, name: &str, file: &str) -> Option<String> {
    let file =
        openat(folder.as_fd(), format!("{name}/{file}"), OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    let mut buffer = [0; 128];
    let length = rustix::io::read(file.ok()?, &mut buffer).ok()?;
    Some(String::from_utf8_lossy(buffer.get(..length)?).trim().to_owned())
}
