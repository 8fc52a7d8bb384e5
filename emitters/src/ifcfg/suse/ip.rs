//! BOOTPROTO, addresses, and the kernel settings that decide about IPv6.

use super::Job;
use super::profile::Profile;
use crate::advertisements;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::dialect::{IFCFG_NM, IFCFG_SUSE, KEYFILE};
use netpivot_model::ip::{Address, IpMethod, LinkLocal4};
use netpivot_model::link::LinkKind;
use netpivot_model::network::EntryKind;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Said;
use netpivot_model::value::{Scalar, Value};
use std::net::IpAddr;

/// Whom wicked asks for addresses.
#[derive(Debug, Default, Clone, Copy)]
struct Asked {
    dhcp4: bool,
    auto4: bool,
    dhcp6: bool,
}

impl Asked {
    fn words(self) -> String {
        let dhcp = match (self.dhcp4, self.dhcp6) {
            (true, true) => Some("dhcp"),
            (true, false) => Some("dhcp4"),
            (false, true) => Some("dhcp6"),
            (false, false) => None,
        };
        let words = [dhcp, self.auto4.then_some("autoip")];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        if words.is_empty() { "static".to_owned() } else { words.join("+") }
    }
}

impl Job<'_> {
    /// Writes both families; a port has none.
    pub(super) fn ip(&mut self, p: &mut Profile<'_>) {
        if p.link.is_addressless_port() {
            p.sheet.set("BOOTPROTO", "none");
            for path in ["ipv4.method", "ipv6.method"] {
                self.added(p, path, "ports-have-no-addresses");
            }
            return;
        }
        let mut asked = Asked::default();
        let addresses = self.addresses(p);
        if p.is_loopback() {
            p.sheet.set("BOOTPROTO", "static");
            for path in ["ipv4.method", "ipv6.method"] {
                self.otherwise(p, path, "loopback-is-always-there");
            }
        } else {
            let v4 = self.method4(p, addresses[0], &mut asked);
            let v6 = self.method6(p, addresses[1], &mut asked);
            if matches!(p.link.kind.value, LinkKind::Dummy(_)) && asked.words() != "static" {
                let text = "wicked gives a dummy static addresses only";
                for path in ["ipv4.method", "ipv6.method"] {
                    self.unsaid(p, path, text);
                }
                asked = Asked::default();
            }
            // `none` is neither family; wicked then reads no kernel settings for them.
            let off = v4 == IpMethod::Disabled
                && v6 == IpMethod::Disabled
                && addresses == [false; 2]
                && p.said("ipv4.forwarding").is_none();
            if v6 == IpMethod::Disabled && !off {
                p.sysctl("ipv6", "disable_ipv6", 1);
            }
            p.sheet.set("BOOTPROTO", if off { "none".to_owned() } else { asked.words() });
            self.dhcp(p, v4 == IpMethod::Auto && asked.dhcp4, asked.dhcp6);
            self.kernel(p, v6);
            self.name_servers(p, v4, v6);
        }
        if p.link
            .ipv4
            .as_ref()
            .is_some_and(|ip| ip.dad_timeout.as_ref().is_some_and(|at| at.value.get() == 0))
        {
            p.sheet.set("CHECK_DUPLICATE_IP", "no");
            p.done("ipv4.dad_timeout");
        }
    }

    fn method(&self, p: &Profile<'_>, path: &'static str) -> Option<IpMethod> {
        self.meant(p.id, FieldPath::parse(path))
            .and_then(|value| IpMethod::from_text(&value.to_string()).ok())
    }

    /// What wicked takes for IPv4. BOOTPROTO always stands, so something is always said.
    fn method4(&mut self, p: &mut Profile<'_>, has_addresses: bool, asked: &mut Asked) -> IpMethod {
        let fixed = if has_addresses { IpMethod::Manual } else { IpMethod::Disabled };
        let local = p.link.ipv4.as_ref().and_then(|ip| ip.link_local.as_ref()).map(|at| at.value);
        let method = self.method(p, "ipv4.method");
        asked.dhcp4 = method == Some(IpMethod::Auto);
        asked.auto4 = method == Some(IpMethod::LinkLocal)
            || (asked.dhcp4 && local == Some(LinkLocal4::Fallback))
            || (method == Some(IpMethod::Manual) && has_addresses && local == Some(LinkLocal4::Enabled));
        let taken = match (asked.dhcp4, asked.auto4) {
            (true, _) => IpMethod::Auto,
            (false, true) if !has_addresses => IpMethod::LinkLocal,
            (false, true | false) => fixed,
        };
        match (method, local) {
            (_, Some(LinkLocal4::Fallback)) if asked.dhcp4 => p.done("ipv4.link_local"),
            (Some(IpMethod::Manual), Some(LinkLocal4::Enabled)) if has_addresses => p.done("ipv4.link_local"),
            (Some(IpMethod::LinkLocal), Some(LinkLocal4::Auto | LinkLocal4::Enabled))
            | (_, Some(LinkLocal4::Default | LinkLocal4::Disabled)) => {
                self.otherwise(p, "ipv4.link_local", "as-the-method-says")
            }
            (_, _) => {}
        }
        let path = FieldPath::parse("ipv4.method");
        if method == Some(taken) {
            p.done("ipv4.method");
        } else if method.is_none() {
            self.otherwise(p, "ipv4.method", "method-of-addresses");
        } else {
            let word = method.map_or("", IpMethod::as_str);
            let text = format!(
                "BOOTPROTO has no word for the IPv4 method {word} here; wicked takes it for {}",
                taken.as_str()
            );
            self.cannot(p, path, &codes::SETTING, text);
        }
        taken
    }

    /// What wicked takes for IPv6: where no word of BOOTPROTO speaks of it, the kernel's own settings decide.
    fn method6(&mut self, p: &mut Profile<'_>, has_addresses: bool, asked: &mut Asked) -> IpMethod {
        let path = FieldPath::parse("ipv6.method");
        let said = p.link.leaf(path).is_some_and(|leaf| leaf.is_said());
        let method = self.method(p, "ipv6.method");
        let dialect = self.network.dialect_of(p.id);
        // `kernel` says which advertisements are taken, and what is made of them.
        let takes_advertisements = advertisements::are_taken(self.network, p.id);
        let taken = match method {
            None | Some(IpMethod::Ignore) => IpMethod::Auto,
            Some(IpMethod::Auto) => {
                // NetworkManager asks a DHCP server where an advertisement says so, as wicked's dhcp6 does; the kernel,
                // which acts for the others, does not.
                asked.dhcp6 =
                    dialect.format == KEYFILE || (said && [IFCFG_NM, IFCFG_SUSE].contains(&dialect));
                IpMethod::Auto
            }
            Some(IpMethod::Dhcp) => {
                asked.dhcp6 = true;
                // wicked asks for an address whatever an advertisement says of it.
                p.sheet.set("DHCLIENT6_MODE", "managed");
                if !takes_advertisements {
                    p.sysctl("ipv6", "accept_ra", 0);
                }
                if takes_advertisements { IpMethod::Auto } else { IpMethod::Dhcp }
            }
            Some(IpMethod::Manual) if takes_advertisements => IpMethod::Auto,
            Some(IpMethod::Manual | IpMethod::LinkLocal) => {
                p.sysctl("ipv6", "accept_ra", 0);
                if has_addresses { IpMethod::Manual } else { IpMethod::LinkLocal }
            }
            Some(IpMethod::Disabled) => IpMethod::Disabled,
            Some(IpMethod::Shared) => IpMethod::Auto,
        };
        match method {
            Some(method) if method == taken => p.done("ipv6.method"),
            None | Some(IpMethod::Ignore) => self.otherwise(p, "ipv6.method", "ipv6-left-to-the-kernel"),
            Some(IpMethod::Manual | IpMethod::Dhcp) if takes_advertisements => {
                self.otherwise(p, "ipv6.method", "advertisements-by-the-kernel");
            }
            Some(method) => {
                let text = format!(
                    "BOOTPROTO has no word for the IPv6 method {} here; wicked takes it for {}",
                    method.as_str(),
                    taken.as_str()
                );
                self.cannot(p, path, &codes::SETTING, text);
            }
        }
        taken
    }

    /// `ifsysctl-` lines of settings that wicked itself reads.
    fn kernel(&mut self, p: &mut Profile<'_>, v6: IpMethod) {
        if let Some(Value::Int(n @ 0..)) = p.said("ipv4.forwarding") {
            p.sysctl("ipv4", "forwarding", n);
            p.done("ipv4.forwarding");
        }
        if v6 == IpMethod::Disabled {
            return;
        }
        if let Some(Value::Int(n @ 0..)) = p.said("ipv6.ip6_privacy") {
            p.sysctl("ipv6", "use_tempaddr", n);
            p.done("ipv6.ip6_privacy");
        }
        // Without advertisements the method is another one, which has written its own line.
        if let (Some(Value::Int(n @ 1..)), IpMethod::Auto) = (self.told(p, "ipv6.accept_ra"), v6) {
            p.sysctl("ipv6", "accept_ra", n);
            p.done("ipv6.accept_ra");
        }
        let is_static = self.method(p, "ipv6.method") == Some(IpMethod::Manual);
        let autoconf = if is_static && v6 == IpMethod::Auto {
            self.meant(p.id, FieldPath::parse("ipv6.autoconf"))
        } else {
            self.told(p, "ipv6.autoconf")
        };
        if let Some(Value::Bool(on)) = autoconf {
            p.sysctl("ipv6", "autoconf", i64::from(on));
            p.done("ipv6.autoconf");
        }
        let mode = p.said("ipv6.addr_gen_mode").map(|mode| mode.to_string());
        if let Some(n) = mode.and_then(|mode| {
            [("eui64", 0), ("stable-privacy", 2)].into_iter().find(|(word, _)| *word == mode)
        }) {
            p.sysctl("ipv6", "addr_gen_mode", n.1);
            p.done("ipv6.addr_gen_mode");
        }
    }

    /// IPADDR and the keys of its suffix; gives which families have addresses now.
    fn addresses(&mut self, p: &mut Profile<'_>) -> [bool; 2] {
        let link = p.link;
        let mut number = 0;
        let mut has = [false; 2];
        for (family, (config, path)) in
            [(&link.ipv4, "ipv4.addresses"), (&link.ipv6, "ipv6.addresses")].into_iter().enumerate()
        {
            let Some(config) = config else { continue };
            let off = self.method(p, if family == 0 { "ipv4.method" } else { "ipv6.method" })
                == Some(IpMethod::Disabled);
            let mut lost = Vec::new();
            for address in config.addresses.values() {
                let fits = address.net.addr().is_ipv4() == (family == 0);
                if off || !fits || address.net.prefix_len() == 0 || address.net.addr().is_unspecified() {
                    lost.push(format!("the address {}", address.net));
                    continue;
                }
                let suffix = if number == 0 { String::new() } else { format!("_{number}") };
                number += 1;
                has[family] = true;
                lost.extend(write(p, address, &suffix));
            }
            let usual =
                |address: &Address| is_usual_broadcast(address) || address.label.as_ref() == Some(&p.name);
            if lost.is_empty() && config.addresses.values().any(usual) {
                self.otherwise(p, path, "broadcast-and-label-as-they-are-anyway");
            } else if lost.is_empty() {
                p.done(path);
            } else {
                let text = format!("SUSE's files cannot say {}", lost.join(", nor "));
                self.cannot(p, FieldPath::parse(path), &codes::ADDRESS, text);
            }
        }
        has
    }

    /// The gateway of a family as a route, which has the metric of the link's routes.
    pub(super) fn gateway(&mut self, p: &mut Profile<'_>, v6: bool) -> Option<IpAddr> {
        let config = if v6 { &p.link.ipv6 } else { &p.link.ipv4 }.as_ref()?;
        let gateway: &Said<IpAddr> = &config.gateway;
        let address = gateway.as_ref()?.value;
        let (path, never) =
            if v6 { ("ipv6.gateway", "ipv6.never_default") } else { ("ipv4.gateway", "ipv4.never_default") };
        if p.said(never) == Some(Value::Bool(true)) {
            self.otherwise(p, path, "gateway-that-is-never-used");
            self.otherwise(p, never, "gateway-that-is-never-used");
            return None;
        }
        if address.is_ipv6() != v6 || address.is_unspecified() {
            self.unsaid(p, path, "a gateway is an address of its family");
            return None;
        }
        self.otherwise(p, path, "gateway-as-default-route");
        let all = if v6 { "::/0" } else { "0.0.0.0/0" };
        self.cx.added_entry(EntryKind::Route, Some(p.id), all, "gateway-as-default-route");
        Some(address)
    }
}

/// True for the broadcast address that wicked computes by itself.
fn is_usual_broadcast(address: &Address) -> bool {
    address.net.addr().is_ipv4() && address.broadcast == Some(address.net.broadcast())
}

/// Writes one address; gives what it loses.
fn write(p: &mut Profile<'_>, address: &Address, suffix: &str) -> Option<String> {
    let v4 = address.net.addr().is_ipv4();
    let whole = address.net.prefix_len() == address.net.max_prefix_len();
    p.sheet.set(format!("IPADDR{suffix}"), address.net.to_string());
    let mut rest = address.clone();
    if is_usual_broadcast(address) {
        rest.broadcast = None;
    }
    if rest.label.as_ref() == Some(&p.name) {
        rest.label = None;
    }
    if let Some(IpAddr::V4(broadcast)) = rest.broadcast.filter(|ip| v4 && *ip != address.net.addr()) {
        p.sheet.set(format!("BROADCAST{suffix}"), broadcast.to_string());
        rest.broadcast = None;
    }
    if let Some(peer) = address.peer.filter(|peer| whole && !peer.is_unspecified()) {
        p.sheet.set(format!("REMOTE_IPADDR{suffix}"), peer.to_string());
        rest.peer = None;
    }
    let own = |label: &str| {
        label.strip_prefix(p.name.as_str()).is_some_and(|rest| rest.starts_with(':') && rest.len() > 1)
    };
    if let Some(label) = address
        .label
        .as_ref()
        .filter(|label| v4 && own(label) && label.len() < 16 && !label.contains(['\'', '"']))
    {
        p.sheet.set(format!("LABEL{suffix}"), label.clone());
        rest.label = None;
    }
    let known = ["global", "universe", "site", "link", "host", "nowhere"];
    if let Some(scope) = address.scope.as_ref().filter(|scope| known.contains(&scope.as_str())) {
        p.sheet.set(format!("SCOPE{suffix}"), scope.clone());
        rest.scope = None;
    }
    if !v4 {
        let words = options(&mut rest);
        if !words.is_empty() {
            p.sheet.set(format!("IP_OPTIONS{suffix}"), words.join(" "));
        }
    }
    (rest != Address::new(rest.net)).then(|| format!("the attributes of `{rest}`"))
}

/// The words of IP_OPTIONS, taken from the address.
fn options(rest: &mut Address) -> Vec<String> {
    let lifetimes = [("valid_lft", rest.valid_lft.take()), ("preferred_lft", rest.preferred_lft.take())];
    let lifetimes = lifetimes.into_iter().filter_map(|(word, n)| Some(format!("{word} {}", n?)));
    let known = ["nodad", "noprefixroute", "autojoin", "home"];
    let (taken, left): (Vec<&str>, Vec<&str>) = rest.flags.words().partition(|word| known.contains(word));
    let words = lifetimes.chain(taken.into_iter().map(str::to_owned)).collect();
    rest.flags = Address::new(rest.net).flags;
    for word in left {
        rest.flags.set(word);
    }
    words
}
