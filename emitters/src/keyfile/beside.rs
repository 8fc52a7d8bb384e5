//! Files beside the profiles: names by hardware address (systemd.link(5)) and devices that
//! NetworkManager leaves alone (NetworkManager.conf(5)).

use super::Job;
use super::profile::link_fact;
use crate::{Accounted, OutputFile};
use netpivot_model::codes::keyfile as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::IFCFG;
use netpivot_model::facts::said_paths;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::value::IfName;

const NAMES: &str = "/etc/systemd/network";
const UNMANAGED: &str = "/etc/NetworkManager/conf.d/90-netpivot-unmanaged.conf";

/// The entry of `unmanaged-devices` for a link that stays unmanaged; `None` where it gets a profile.
pub(super) fn unmanaged_spec(link: &Link, keep: bool) -> Option<String> {
    if !keep || link.managed.as_ref().is_none_or(|at| at.value) {
        return None;
    }
    device_spec(link)
}

/// The device as `unmanaged-devices` names it (NetworkManager.conf(5), Device List Format).
pub(super) fn device_spec(link: &Link) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@:+".contains(c);
    let name = link.name.as_ref().map(|at| at.value.as_str()).filter(|n| n.chars().all(plain));
    let mac = link.matches.as_ref().and_then(|m| m.mac.as_ref());
    name.map(|n| format!("interface-name:{n}")).or_else(|| mac.map(|at| format!("mac:{}", at.value)))
}

/// The drop-in that lists the unmanaged devices.
pub(super) fn unmanaged_file(specs: &[String]) -> Option<OutputFile> {
    (!specs.is_empty()).then(|| OutputFile {
        path: UNMANAGED.to_owned(),
        mode: 0o644,
        text: format!("[keyfile]\nunmanaged-devices={}\n", specs.join(";")),
        has_secrets: false,
        link_to: None,
        reads_as: None,
    })
}

impl Job<'_> {
    /// Says what an unmanaged device's entry leaves out.
    pub(super) fn leave_unmanaged(&mut self, id: LinkId) {
        let link = self.network.link(id);
        if !matches!(link.kind.value, LinkKind::Ethernet(_)) {
            // The entry tells no kind, so it reads back as another link.
            self.cx.account(Accounted::AddedLink, "unmanaged-device");
        }
        let kept = [FieldPath::parse("name"), FieldPath::parse("managed")];
        let lost: Vec<FieldPath> = said_paths(link).into_iter().filter(|path| !kept.contains(path)).collect();
        for path in lost {
            let text = format!("`{path}` has no place, for `{}` stays unmanaged", link.label());
            let help = "leave out --unmanaged to get a profile".to_owned();
            self.cx.cannot(link_fact(id, path), &codes::KEPT_UNMANAGED, text, help);
        }
    }

    /// Writes or mentions what a link needs beside its profile.
    pub(super) fn beside(&mut self, id: LinkId, stays_unmanaged: bool) {
        let link = self.network.link(id);
        if !stays_unmanaged && link.managed.as_ref().is_some_and(|at| !at.value) {
            let text = format!(
                "NetworkManager was kept from `{}`; it becomes a managed profile, so that something starts it",
                link.label()
            );
            let help = "use --unmanaged where other software configures the device".to_owned();
            self.cx.cannot(link_fact(id, FieldPath::parse("managed")), &codes::MADE_MANAGED, text, help);
        }
        if self.network.dialect_of(id).format == IFCFG {
            self.rename(id);
        }
    }

    /// HWADDR with DEVICE names the device in ifcfg; a keyfile only matches (trap 31).
    fn rename(&mut self, id: LinkId) {
        let link = self.network.link(id);
        let hardware = link.kind.value.is_hardware();
        let mac = link.matches.as_ref().and_then(|m| m.mac.as_ref());
        let (Some(mac), Some(name), true) = (mac, &link.name, hardware) else { return };
        let is_name = name.value.parse::<IfName>().is_ok();
        if self.cx.with_link_files && is_name {
            let path = format!("{NAMES}/10-{}.link", name.value);
            if self.names.insert(path.clone()) {
                // Type=ether leaves VLANs and bonds alone, which carry the address of their parent.
                let ether = matches!(link.kind.value, LinkKind::Ethernet(_));
                let kind = if ether { "Type=ether\n" } else { "" };
                let text =
                    format!("[Match]\nMACAddress={}\n{kind}\n[Link]\nName={}\n", mac.value, name.value);
                self.files.push(OutputFile {
                    path,
                    mode: 0o644,
                    text,
                    has_secrets: false,
                    link_to: None,
                    reads_as: None,
                });
            }
            return;
        }
        if self.network.named_by_host.contains(&id) {
            // The file of the host goes on giving the name, which N220 has told.
            return;
        }
        self.cx.diagnostics.push(
            Diagnostic::new(
                &codes::RENAME,
                format!(
                    "the source names the device with address {} `{}`; the profile only applies if the kernel names it so too",
                    mac.value, name.value
                ),
            )
            .from(&mac.origin)
            .from(&name.origin)
            .help("use --with-link-files, which writes a .link file that names it"),
        );
    }
}
