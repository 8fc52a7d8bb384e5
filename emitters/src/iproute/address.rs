//! Addresses, and what becomes of the ways to get them.

use super::script::{Step, What};
use super::{Job, codes, link_fact, netns, shown};
use crate::text::ip::address;
use crate::text::shell::quote;
use netpivot_model::defaults::{Silence, usual_broadcast};
use netpivot_model::facts::effective;
use netpivot_model::ip::{Address, IpMethod};
use netpivot_model::link::{Link, LinkId};
use netpivot_model::path::FieldPath;
use netpivot_model::value::Scalar;

impl Job<'_> {
    pub(super) fn addresses(
        &mut self,
        id: LinkId,
        link: &Link,
        name: &str,
        is_made: bool,
        out: &mut Vec<Step>,
    ) {
        let dialect = self.network.dialect_of(id);
        for (config, method, field) in
            [(&link.ipv4, "ipv4.method", "ipv4.addresses"), (&link.ipv6, "ipv6.method", "ipv6.addresses")]
        {
            let path = FieldPath::parse(method);
            if let Silence::Value(value) = effective(self.network, id, path)
                && let Ok(value) = IpMethod::from_value(&value)
            {
                self.method(id, name, method, value);
            }
            let Some(config) = config else { continue };
            for at in &config.addresses.items {
                let address = &at.value;
                if crate::loopback::is_kernels(address) && name == "lo" {
                    self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "loopback-of-the-kernel");
                    continue;
                }
                let v6 = address.net.addr().is_ipv6();
                let family = if v6 { "-6" } else { "-4" };
                let dev = quote(name);
                let turn = self.ran.at(&at.origin);
                let implied = usual_broadcast(dialect, address).filter(|_| name != "lo" && turn <= Some(0));
                let whole = Address { broadcast: address.broadcast.or(implied), ..address.clone() };
                let up = address::command(&whole, name, v6);
                let step =
                    Step::new(What::Address(address.net), up).of(name).done(shown::address(address, name));
                // `inet_rtm_deladdr()` looks for the other end, too.
                let net = match address.peer {
                    Some(peer) => format!("{} peer {peer}/{}", address.net.addr(), address.net.prefix_len()),
                    None => address.net.to_string(),
                };
                let del = format!("ip {family} address del {net} dev {dev}");
                let step = step.down(del).goes_with_link(is_made).within(netns(link));
                let step = Step { address: Some(Box::new(whole)), ..step };
                out.push(self.of_turn(turn, step));
            }
        }
    }

    /// What a method means that no command does.
    fn method(&mut self, id: LinkId, name: &str, field: &'static str, method: IpMethod) {
        let path = FieldPath::parse(field);
        match method {
            IpMethod::Auto if field == "ipv4.method" => self.lease(id, name, path),
            IpMethod::Dhcp | IpMethod::Shared => self.lease(id, name, path),
            IpMethod::LinkLocal if field == "ipv4.method" => self.lease(id, name, path),
            // `method=shared`, spelled out but for its servers.
            IpMethod::Manual if field == "ipv4.method" && self.shared.contains(&id) => {}
            IpMethod::Auto
            | IpMethod::LinkLocal
            | IpMethod::Manual
            | IpMethod::Disabled
            | IpMethod::Ignore => self.cx.otherwise(link_fact(id, path), "addresses-by-commands"),
        }
    }

    fn lease(&mut self, id: LinkId, name: &str, path: FieldPath) {
        let text = format!("no command of ip(8) gets `{name}` the addresses that `{path}` asks for");
        let help = "start a DHCP client behind the script".to_owned();
        self.cx.cannot(link_fact(id, path), &codes::LEASE, text, help);
    }
}
