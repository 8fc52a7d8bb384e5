//! Links get another name, and what a configuration leaves open about a link comes to light by a command.

use super::device::{Made, adopt, refuse_reserved};
use super::{DeviceId, Kernel};
use crate::commands::fault::{Done, Fault};
use crate::names::looks_like_card;
use crate::text::iproute::Word;
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::IfName;

impl Kernel {
    /// Gives a link another name.
    pub fn rename(&mut self, id: DeviceId, name: Word<'_>) -> Done {
        if *self.device(id).name == *name.text {
            return Ok(());
        }
        if name.text.parse::<IfName>().is_err() {
            return Err(Fault::usage(name.span, format!("`{}` is no name of a link", name.text)));
        }
        refuse_reserved(name)?;
        let space = self.device(id).space;
        let renamed = match self.find(space, name.text) {
            None => id,
            Some(profile) if self.device(profile).made == Made::Profile => {
                self.fill_profile(id, profile, name)?;
                profile
            }
            Some(_) => {
                return Err(Fault::kernel(
                    "File exists",
                    name.span,
                    format!("a link `{}` is there already", name.text),
                ));
            }
        };
        let device = self.device_mut(id);
        let is_card = device.made != Made::Command && !device.is_software();
        let old = std::mem::replace(&mut device.name, name.text.into());
        if renamed == id {
            device.link.name = Some(At::new(name.text.to_owned(), name.span));
        } else {
            device.gone = true;
        }
        if is_card {
            let eni = self.device_mut(renamed).link.eni.get_or_insert_default();
            let first = eni.renamed_from.get_or_insert(At::new(old.to_string(), name.span));
            let is_back = first.value == name.text;
            eni.renamed_from.take_if(|_| is_back);
        }
        self.renamed = true;
        self.space_mut(space).names.remove(&old);
        self.space_mut(space).departed.insert(old);
        self.space_mut(space).names.insert(name.text.into(), renamed);
        Ok(())
    }

    /// A link takes the name of a configuration that waits for it, so that the two are one from now on. Where more than
    /// its own settings would have to go along, the command is left to the host.
    fn fill_profile(&mut self, id: DeviceId, profile: DeviceId, name: Word<'_>) -> Done {
        let device = self.device(id);
        let said = Link {
            name: device.link.name.clone(),
            kind: device.link.kind.clone(),
            mtu: device.link.mtu.clone(),
            mac: device.link.mac.clone(),
            up: device.link.up.clone(),
            ..Link::default()
        };
        let is_plain = device.base.is_none()
            && device.link == said
            && device.addresses.is_empty()
            && device.controller.is_none()
            && device.ports.is_empty()
            && device.above.is_empty()
            && device.routes.iter().all(|route| self.route(*route).gone);
        if !is_plain {
            let why =
                format!("`{}` has a configuration of its own, and `{}` another", device.name, name.text);
            return Err(Fault::unknown(name.span, why));
        }
        let (below, peer, made) = (device.below, device.peer, device.made);
        let link = std::mem::take(&mut self.device_mut(id).link);
        let device = self.device_mut(profile);
        device.made = if made == Made::Command { Made::Command } else { Made::Base };
        device.up = false;
        adopt(&mut device.link, link);
        if let Some(at) = &mut device.link.name {
            at.origin.merge(&Origin::at(name.span));
        }
        if let Some(below) = below {
            self.device_mut(below).above.swap_remove(&id);
            self.stack(profile, below);
        }
        if let Some(peer) = peer {
            self.pair(profile, peer);
        }
        self.vnis.values_mut().filter(|held| **held == id).for_each(|held| *held = profile);
        self.note_start(profile);
        Ok(())
    }

    /// True for a link of which a configuration has the name and perhaps addresses, but nothing says what it is.
    pub(super) fn is_of_any_kind(&self, id: DeviceId) -> bool {
        let device = self.device(id);
        self.space(device.space).unknown
            && matches!(device.made, Made::Base | Made::Profile | Made::Assumed)
            && device.link.kind == At::default()
            && device.link.kind.origin.spans().is_empty()
            && !looks_like_card(&device.name)
    }

    /// A command of a program that only serves links of one kind says what a link is of which nothing else does: a bond
    /// that the module made, for which a stanza has only addresses.
    pub fn take_for(&mut self, id: DeviceId, kind: LinkKind, by: Span) {
        if !self.is_of_any_kind(id) {
            return;
        }
        let device = self.device_mut(id);
        let message = format!(
            "`{}` is taken to be a {}, as the command asks for one, with the settings that the kernel gives it",
            device.name,
            kind.word()
        );
        device.link.kind = At::new(kind, Origin::derived("kind-by-command", [by]));
        self.notes.push(
            Diagnostic::new(&codes::ASSUMED, message)
                .at(by)
                .help("say in its stanza what else it has; options of kernel modules are not read"),
        );
    }
}
