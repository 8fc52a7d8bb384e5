//! What sysfs and /proc say beside netlink: which hardware addresses somebody set, and the settings of the namespace.

use crate::netlink::snapshot::{LinkState, Resolver};
use rustix::fs::{CWD, Mode, OFlags, openat};
use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};

/// Settings of a namespace that make a router of it.
const SETTINGS: [&str; 2] = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"];

/// The settings. /proc/sys/net shows the namespace of the thread that reads it.
pub(super) fn settings() -> BTreeMap<String, String> {
    let value = |key: &str| {
        let text = std::fs::read_to_string(format!("/proc/sys/{}", key.replace('.', "/"))).ok()?;
        Some(text.trim().to_owned())
    };
    SETTINGS.iter().filter_map(|key| Some(((*key).to_owned(), value(key)?))).collect()
}

/// The name servers of a namespace by its name, empty for the program's own, and the lines of their file that a capture has no
/// place for: `/etc/netns/NAME/resolv.conf` takes the place of the host's (ip-netns(8)), and where systemd-resolved asks them, it
/// says which ones.
///
/// # Errors
/// The file cannot be read.
pub fn resolver(netns: &str) -> std::io::Result<(Resolver, Vec<String>)> {
    const UPLINK: &str = "/run/systemd/resolve/resolv.conf";
    let read = |file: &str| {
        let text = std::fs::read_to_string(file)?;
        let (found, left) = Resolver::read(file, &text);
        Ok((found, left.into_iter().map(str::to_owned).collect()))
    };
    let own = format!("/etc/netns/{netns}/resolv.conf");
    if !netns.is_empty() && std::fs::exists(&own)? {
        return read(&own);
    }
    let found = read("/etc/resolv.conf")?;
    if found.0.is_stub() { read(UPLINK) } else { Ok(found) }
}

/// Where made-up links stand, without the symbolic links of /sys/class/net.
const MADE_UP: &str = "/sys/devices/virtual/net";
/// Links that one thread reads; each costs an open file.
const SHARE: usize = 512;

/// Notes of each made-up link how it came by its hardware address. Returns false where sysfs shows another namespace
/// than the thread's, as it does wherever it was mounted elsewhere.
pub(super) fn hardware_addresses(links: &mut [LinkState]) -> bool {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(folder) = openat(CWD, MADE_UP, flags, Mode::empty()) else { return false };
    let is_ours = |link: &LinkState| {
        number(&folder, &link.ifname, "ifindex") == link.ifindex
            && text(&folder, &link.ifname, "address") == link.address
    };
    let mut made_up: Vec<&mut LinkState> = links.iter_mut().filter(|link| is_made_up(link)).collect();
    // Both ends of the list: what has its number and its address there tells one namespace from another.
    if !made_up.iter().rev().take(4).chain(made_up.iter().take(2)).all(|link| is_ours(link)) {
        return false;
    }
    let (folder, share) = (&folder, made_up.len().div_ceil(threads()).max(SHARE));
    std::thread::scope(|scope| {
        for part in made_up.chunks_mut(share) {
            scope.spawn(move || {
                for link in part {
                    link.addr_assign_type = number(folder, &link.ifname, "addr_assign_type");
                }
            });
        }
    });
    true
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
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
