//! Whose files they are, and which program was in charge of them.

use super::{GLOBAL, SCRIPTS};
use crate::{Context, Fatal, Input, Tree};
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, IFCFG_INITSCRIPTS, IFCFG_NM};

/// The directory of SUSE's files, a file on RHEL.
const SUSE: &str = super::suse::DIRECTORY;

/// A file of SUSE's dialect: the directory of its files is a file on RHEL.
pub fn suse(tree: &dyn Tree) -> Option<String> {
    let entries = tree.list(SUSE).unwrap_or_default();
    let found = entries.iter().find(|entry| super::suse::is_file_of(&entry.name))?;
    Some(format!("{SUSE}/{}", found.name))
}

/// True where RHEL's directory has an ifcfg file of a link.
pub fn has_scripts(tree: &dyn Tree) -> bool {
    let entries = tree.list(SCRIPTS).unwrap_or_default();
    entries
        .iter()
        .any(|entry| entry.name.strip_prefix("ifcfg-").is_some_and(|rest| !rest.is_empty() && rest != "lo"))
}

/// What to say of SUSE's files in RHEL's place.
pub fn suse_fatal(path: &str) -> Fatal {
    Fatal {
        message: format!(
            "`{path}` is one of SUSE's ifcfg files (wicked) in RHEL's directory; read as RHEL's it would mean something else"
        ),
        help: "put it into /etc/sysconfig/network/ of a root, or give the file alone".to_owned(),
    }
}

/// True where a lone file is of SUSE's dialect: STARTMODE, and none of RHEL's own keys.
pub fn is_suse_text(text: &str) -> bool {
    let mut suse = false;
    for line in text.lines() {
        match line.trim_start().split_once('=').map(|(key, _)| key) {
            Some("DEVICE" | "ONBOOT" | "TYPE" | "NM_CONTROLLED") => return false,
            Some(
                "STARTMODE"
                | "LLADDR"
                | "BRIDGE_PORTS"
                | "BONDING_MODULE_OPTS"
                | "ETHERDEVICE"
                | "USERCONTROL",
            ) => suse = true,
            Some(_) | None => {}
        }
    }
    suse
}

/// The dialect asked for, else that of the program that the host starts at boot; where it starts both,
/// NetworkManager (trap 63).
pub fn choose(input: &Input<'_>, cx: &mut Context) -> Dialect {
    match input.dialect {
        Some("initscripts") => return IFCFG_INITSCRIPTS,
        Some(_) => return IFCFG_NM,
        None => {}
    }
    let networkmanager = starts_networkmanager(input.tree);
    let Some(initscripts) = starts_network(input.tree) else { return IFCFG_NM };
    let (dialect, message) = if networkmanager {
        (
            IFCFG_NM,
            format!(
                "the host starts NetworkManager and, by `{initscripts}`, initscripts; NetworkManager's reading applies"
            ),
        )
    } else {
        (
            IFCFG_INITSCRIPTS,
            format!("the host starts its network by initscripts (`{initscripts}`), so their reading applies"),
        )
    };
    cx.report(
        Diagnostic::new(&codes::STACK, message)
            .in_file(input.tree.display(&initscripts))
            .help("say `-f ifcfg:networkmanager` or `-f ifcfg:initscripts` if another program was in charge"),
    );
    dialect
}

fn starts_networkmanager(tree: &dyn Tree) -> bool {
    ["etc", "usr/lib", "lib"].iter().any(|base| {
        tree.exists(&format!("/{base}/systemd/system/multi-user.target.wants/NetworkManager.service"))
    })
}

/// The link that starts initscripts' service.
fn starts_network(tree: &dyn Tree) -> Option<String> {
    let unit = "/etc/systemd/system/multi-user.target.wants/network.service";
    if tree.exists(unit) {
        return Some(unit.to_owned());
    }
    ["/etc/rc.d/rc3.d", "/etc/rc3.d"].iter().find_map(|directory| {
        let entries = tree.list(directory).unwrap_or_default();
        let starts = |name: &str| {
            name.strip_prefix('S').is_some_and(|rest| {
                rest.len() > 2 && rest.bytes().take(2).all(|b| b.is_ascii_digit()) && &rest[2..] == "network"
            })
        };
        entries.iter().find(|entry| starts(&entry.name)).map(|entry| format!("{directory}/{}", entry.name))
    })
}

/// Where a lone file stands on a host.
pub fn place(file_name: &str) -> Option<String> {
    let companion = super::files::COMPANIONS.iter().any(|prefix| file_name.starts_with(prefix));
    if file_name.starts_with("ifcfg-") || companion {
        return Some(format!("{SCRIPTS}/{file_name}"));
    }
    let fixed = match file_name {
        "network" => GLOBAL,
        "static-routes" => "/etc/sysconfig/static-routes",
        "static-routes-ipv6" => "/etc/sysconfig/static-routes-ipv6",
        _ => return None,
    };
    Some(fixed.to_owned())
}

/// The name that a text from standard input would have as a file: that of its device.
pub fn name_of_stdin(text: &str) -> Option<String> {
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.trim_start().strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim().trim_matches(['"', '\'']))
    };
    let plain = |name: &&str| name.parse::<netpivot_model::value::IfName>().is_ok();
    if let Some(name) = value("DEVICE").filter(plain) {
        return Some(format!("ifcfg-{name}"));
    }
    let known = ["DEVICE", "TYPE", "ONBOOT", "BOOTPROTO", "IPADDR", "HWADDR"];
    known.iter().any(|key| value(key).is_some()).then(|| "ifcfg-stdin".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    fn chosen(paths: &[&str]) -> Dialect {
        let tree: MemoryTree = paths.iter().map(|path| (*path, "")).collect();
        let input = Input { tree: &tree, dialect: None, version: None, state: None };
        choose(&input, &mut Context::default())
    }

    #[test]
    fn the_boot_decides_who_was_in_charge() {
        let sysv = "/etc/rc.d/rc3.d/S10network";
        let nm = "/etc/systemd/system/multi-user.target.wants/NetworkManager.service";
        assert_eq!(chosen(&[]), IFCFG_NM);
        assert_eq!(chosen(&[sysv]), IFCFG_INITSCRIPTS);
        assert_eq!(chosen(&[sysv, nm]), IFCFG_NM);
    }

    #[test]
    fn suse_is_known_by_its_directory_and_by_its_keys() {
        let tree: MemoryTree =
            [("/etc/sysconfig/network/ifcfg-eth0", "STARTMODE=auto\n")].into_iter().collect();
        assert!(suse(&tree).is_some());
        let tree: MemoryTree = [("/etc/sysconfig/network", "NETWORKING=yes\n")].into_iter().collect();
        assert!(suse(&tree).is_none());
        assert!(is_suse_text("BOOTPROTO='static'\nSTARTMODE='auto'\n"));
        assert!(!is_suse_text("DEVICE=eth0\nSTARTMODE=auto\n"));
    }

    #[test]
    fn standard_input_is_named_by_its_device() {
        let name = |text| name_of_stdin(text);
        assert_eq!(name("# x\n DEVICE=\"br-ex\"\n").as_deref(), Some("ifcfg-br-ex"));
        assert_eq!(name("DEVICE=../../x\n").as_deref(), Some("ifcfg-stdin"));
        assert_eq!(name("[connection]\n"), None);
    }
}
