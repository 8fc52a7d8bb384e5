//! Links that get their addresses from elsewhere.

use super::{DeviceId, Kernel};
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::Link;
use netpivot_model::reflect::Sub;
use netpivot_model::source::{At, Origin, Span};

/// True where a client asks others for addresses.
pub(super) fn asks(config: &Sub<IpConfig>) -> bool {
    config.as_ref().and_then(|config| config.method.as_ref()).is_some_and(|at| match at.value {
        IpMethod::Auto | IpMethod::Dhcp => true,
        IpMethod::Manual | IpMethod::LinkLocal | IpMethod::Shared | IpMethod::Disabled | IpMethod::Ignore => {
            false
        }
    })
}

fn family(link: &mut Link, v6: bool) -> &mut Sub<IpConfig> {
    if v6 { &mut link.ipv6 } else { &mut link.ipv4 }
}

impl Kernel {
    /// A DHCP client starts on the link, and sets it up (dhclient-script(8)).
    pub fn start_dhcp(&mut self, id: DeviceId, v6: bool, settings: &IpConfig, span: Span) {
        let space = self.device(id).space;
        self.space_mut(space).opaque = true;
        let device = self.device_mut(id);
        device.opaque = true;
        let config = family(&mut device.link, v6).get_or_insert_default();
        let method = if v6 { IpMethod::Dhcp } else { IpMethod::Auto };
        config.method = Some(At::new(method, span));
        let said = [
            (&mut config.dhcp_hostname, &settings.dhcp_hostname),
            (&mut config.dhcp_fqdn, &settings.dhcp_fqdn),
            (&mut config.dhcp_vendor_class_identifier, &settings.dhcp_vendor_class_identifier),
            (&mut config.dhcp_client_id, &settings.dhcp_client_id),
        ];
        for (slot, said) in said {
            if said.is_some() {
                slot.clone_from(said);
            }
        }
        if !self.device(id).up {
            self.raise(id, Origin::at(span));
        }
    }

    /// The DHCP client of the link ends, and its addresses go with it.
    pub fn stop_dhcp(&mut self, id: DeviceId, v6: bool, span: Span) {
        let device = self.device_mut(id);
        let has_addresses = device.addresses.keys().any(|(ip, ..)| ip.is_ipv6() == v6);
        let config = family(&mut device.link, v6);
        if !asks(config) {
            return;
        }
        if let Some(config) = config {
            let method = match (has_addresses, v6) {
                (true, _) => IpMethod::Manual,
                (false, true) => IpMethod::Ignore,
                (false, false) => IpMethod::Disabled,
            };
            config.method = Some(At::new(method, span));
        }
    }

    /// A port whose configuration asks for addresses: the frames go to the controller, so nobody answers to
    /// the address any more.
    pub(super) fn note_dhcp_of_port(&mut self, port: DeviceId, controller: DeviceId, origin: &Origin) {
        let (device, above) = (self.device(port), self.device(controller));
        let asked: Vec<(bool, &Sub<IpConfig>)> = [(false, &device.link.ipv4), (true, &device.link.ipv6)]
            .into_iter()
            .filter(|(_, config)| asks(config))
            .collect();
        if asked.is_empty() {
            return;
        }
        let follows = asked.iter().all(|(v6, _)| asks(if *v6 { &above.link.ipv6 } else { &above.link.ipv4 }));
        let (name, controller) = (&device.name, &above.name);
        let mut finding = Diagnostic::new(
            &codes::PORT_DHCP,
            format!(
                "`{name}` asks for its addresses by {}, and as a port of `{controller}` it has none: {}",
                asked
                    .iter()
                    .map(|(v6, _)| if *v6 { "IPv6 autoconfiguration" } else { "DHCP" })
                    .collect::<Vec<_>>()
                    .join(" and "),
                if follows {
                    format!("`{controller}` asks for them now")
                } else {
                    "nobody asks for them any more".to_owned()
                }
            ),
        );
        if follows {
            finding = finding.severity(Severity::Note).help("nothing");
        } else {
            finding = finding.help(format!("let `{controller}` ask for them: `dhclient {controller}`"));
        }
        finding.labels.extend(origin.span());
        let methods = asked.iter().filter_map(|(_, config)| config.as_ref()?.method.as_ref()?.origin.span());
        finding.labels.extend(methods);
        self.notes.push(finding);
    }
}
