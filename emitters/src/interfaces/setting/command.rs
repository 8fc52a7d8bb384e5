//! Links that a command makes with all their settings.

use crate::interfaces::Job;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::value::LinkRef;
use netpivot_model::vocabulary::interfaces::Reader;

/// True where a command made the link with all its settings.
pub(super) fn is_kind_by_command(job: &Job<'_>, link: &Link, id: LinkId) -> bool {
    match &link.kind.value {
        LinkKind::Vxlan(_) | LinkKind::Vrf(_) | LinkKind::IpTunnel(_) | LinkKind::Dummy(_) => {
            !job.has_options(link)
        }
        LinkKind::Veth(_) => {
            crate::order::makes_pair(job.network, &job.by_name, id) && job.makes_pair_by_command(id)
        }
        LinkKind::Tun(_)
        | LinkKind::Macvlan(_)
        | LinkKind::Ipvlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Hsr(_)
        | LinkKind::Wireguard(_) => true,
        LinkKind::Vlan(vlan) => {
            let name = link.name.as_ref().map_or("", |at| at.value.as_str());
            let number = vlan.id.as_ref().map_or(-1, |at| at.value.get());
            let parent = match vlan.parent.as_ref().map(|at| &at.value) {
                Some(LinkRef::Name(parent)) => parent.as_str(),
                Some(LinkRef::Mac(_) | LinkRef::Uuid(_)) | None => "",
            };
            let by_name = crate::interfaces::kind::vlan_of_name(name, job.reader) == Some((parent, number));
            let plain = vlan.protocol.as_ref().is_none_or(|at| at.value.as_str() == "802.1Q");
            job.reader == Reader::Ifupdown && !by_name && !(plain && name == format!("vlan{number}"))
        }
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Macsec(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => false,
    }
}
