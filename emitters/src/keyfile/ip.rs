//! `[ipv4]` and `[ipv6]`: the method, addresses and the gateway; the rest stands in the key table.

use super::Job;
use super::file::File;
use super::profile::link_fact;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::ip::{Address, IpConfig};
use netpivot_model::link::LinkId;
use netpivot_model::path::FieldPath;
use netpivot_model::source::At;

impl Job<'_> {
    /// Writes what the key table has no row for.
    pub(super) fn ip(&mut self, id: LinkId, v6: bool, file: &mut File) {
        let (group, method) = if v6 { ("ipv6", "ipv6.method") } else { ("ipv4", "ipv4.method") };
        self.always(id, FieldPath::parse(method), file);
        let link = self.network.link(id);
        let config = if v6 { &link.ipv6 } else { &link.ipv4 };
        if let Some(config) = config {
            self.addresses(id, config, group, file);
            if let Some(at) = &config.gateway {
                file.set_numbered(group, "gateway", "gateway".to_owned(), at.value.to_string());
            }
        }
        self.routes(id, v6, file);
        self.rules(id, v6, file);
    }

    fn addresses(&mut self, id: LinkId, config: &IpConfig, group: &'static str, file: &mut File) {
        // The addresses are one fact, so what they lose is told in one reason, all of it.
        let mut lost = Vec::new();
        for (n, address) in config.addresses.items.iter().enumerate() {
            let value = address.value.net.to_string();
            lost.extend(details(address).map(|details| format!("{details} of {value}")));
            file.set_numbered(group, "address", format!("address{}", n + 1), value);
        }
        if !lost.is_empty() {
            let field = if group == "ipv6" { "ipv6.addresses" } else { "ipv4.addresses" };
            let text = format!("keyfiles cannot say {}", lost.join(", nor "));
            let help = "a dispatcher script can set it".to_owned();
            self.cx.cannot(link_fact(id, FieldPath::parse(field)), &codes::ADDRESS, text, help);
        }
    }
}

/// What an address has besides itself, in words.
fn details(address: &At<Address>) -> Option<String> {
    let Address { net: _, peer, broadcast, label, scope } = &address.value;
    let mut words = Vec::new();
    words.extend(peer.map(|peer| format!("the peer {peer}")));
    words.extend(broadcast.map(|broadcast| format!("the broadcast address {broadcast}")));
    words.extend(label.as_ref().map(|label| format!("the label `{label}`")));
    words.extend(scope.as_ref().map(|scope| format!("the scope {scope}")));
    (!words.is_empty()).then(|| words.join(", "))
}
