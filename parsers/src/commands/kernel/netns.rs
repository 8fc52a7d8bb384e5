//! Network namespaces.

use super::{HOST, Kernel, Space, SpaceId};
use crate::commands::fault::{Done, Fault};
use crate::text::iproute::Word;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin};

impl Kernel {
    /// The namespace of that name.
    pub fn space_named(&mut self, name: Word<'_>) -> Result<SpaceId, Fault> {
        if let Some(id) = self.space_names.get(name.text) {
            return Ok(*id);
        }
        let near = self
            .space_names
            .keys()
            .map(|other| (strsim::damerau_levenshtein(name.text, other), other))
            .filter(|(distance, _)| *distance <= 2)
            .min();
        let fault = Fault::kernel(
            "No such file or directory",
            name.span,
            format!("there is no network namespace `{}`", name.text),
        )
        .unless_there(self.may_have_space(name.text));
        Err(match near {
            Some((_, near)) => fault.intent(format!("did you mean `{near}`?")),
            None => fault.intent(format!("make it first: `ip netns add {}`", name.text)),
        })
    }

    /// True where the host may have a namespace of that name which is not known here.
    fn may_have_space(&self, name: &str) -> bool {
        let deleted = |space: &Space| space.name.as_ref().is_some_and(|at| at.value == name);
        self.has_other_links() && !self.spaces.iter().any(deleted)
    }

    /// `ip netns add`.
    pub fn add_space(&mut self, name: Word<'_>) -> Result<SpaceId, Fault> {
        if name.text.is_empty()
            || name.text.contains('/')
            || matches!(name.text, "." | "..")
            || name.text.len() > 255
        {
            return Err(Fault::usage(name.span, format!("`{}` is no name of a namespace", name.text)));
        }
        if self.space_names.contains_key(name.text) {
            return Err(Fault::kernel(
                "File exists",
                name.span,
                format!("a network namespace `{}` is there already", name.text),
            ));
        }
        let id = self.push_space(Space {
            name: Some(At::new(name.text.to_owned(), name.span)),
            author: self.author,
            ..Space::default()
        });
        Ok(id)
    }

    /// Adds a namespace with its loopback link, which is down.
    pub(super) fn push_space(&mut self, space: Space) -> SpaceId {
        let id = SpaceId(u32::try_from(self.spaces.len()).expect("fewer than 2^32 namespaces"));
        if let Some(name) = &space.name {
            self.space_names.insert(name.value.clone(), id);
        }
        let netns = space.name.clone();
        self.spaces.push(space);
        let mut link = Link {
            name: Some(At::new("lo".to_owned(), Origin::kernel())),
            kind: At::new(LinkKind::Loopback(Box::default()), Origin::kernel()),
            ..Link::default()
        };
        link.netns = netns;
        self.insert(super::device::Device::new(link, id, "lo", super::device::Made::Kernel));
        id
    }

    /// `ip netns delete`: its software links go, network cards return to the host (`default_device_exit_net()`).
    pub fn delete_space(&mut self, name: Word<'_>) -> Done {
        let id = self.space_named(name)?;
        for device in self.devices_of(id) {
            let is_card =
                matches!(self.device(device).link.kind.value, LinkKind::Ethernet(_) | LinkKind::Wifi(_));
            if is_card {
                self.move_to(device, HOST, name.span).ok();
            } else if !matches!(self.device(device).link.kind.value, LinkKind::Loopback(_)) {
                self.delete(device, name.span).ok();
            }
        }
        self.space_names.remove(name.text);
        self.space_mut(id).gone = true;
        Ok(())
    }
}
