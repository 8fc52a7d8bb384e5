//! IPv4 and IPv6: the methods and what hangs on them (ifcfg.md 3.3 and 3.4).

use super::profile::{Profile, meant};
use super::{Job, Reader, valid};
use crate::advertisements;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::LinkKind;
use netpivot_model::path::FieldPath;
use netpivot_model::value::{Scalar, Value};
use netpivot_model::vocabulary::ifcfg::rows;

/// The methods that the reader takes from what is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Methods {
    pub v4: IpMethod,
    pub v6: IpMethod,
}

impl Job<'_> {
    /// Writes the addresses of both families; a port has none.
    pub(super) fn ip(&mut self, p: &mut Profile<'_>) {
        if p.link.is_addressless_port() {
            self.port_methods(p);
            if !p.has_controller {
                self.without_controller(p);
            }
            return;
        }
        let methods = Methods { v4: self.method4(p), v6: self.method6(p) };
        self.addresses4(p, methods.v4);
        self.addresses6(p, methods.v6);
        self.default_routes(p);
        self.dns(p, methods);
        self.dhcp4(p, methods.v4);
        self.checks6(p);
        self.specials(p, methods);
        if p.is_nm() {
            self.double_host_name(p, methods.v6);
        }
    }

    /// Methods that hold for every port; all else of a port's addresses is without effect.
    fn port_methods(&mut self, p: &mut Profile<'_>) {
        for (path, key, value) in [("ipv4.method", "BOOTPROTO", "none"), ("ipv6.method", "IPV6INIT", "no")] {
            if p.said(path) == Some(Value::text("disabled")) {
                p.file.set(key, value);
                p.done(path);
            }
        }
        for path in netpivot_model::facts::said_paths(p.link) {
            let address = path.is_under("ipv4") || path.is_under("ipv6");
            let method = path.names().last() == Some("method")
                && p.link.leaf(path).and_then(|l| l.value()) == Some(Value::text("disabled"));
            if address && !method {
                let text = format!("`{path}` has no place: a port has no addresses of its own");
                self.cannot(p, path, &codes::SETTING, text, Some("configure it on the controller"));
            }
        }
    }

    /// A port whose controller no key can name: the file must keep it from addresses by itself.
    fn without_controller(&mut self, p: &mut Profile<'_>) {
        p.file.set("BOOTPROTO", "none");
        if p.is_nm() {
            p.file.flag("IPV6_DISABLED", true);
            return p.done("ipv6.method");
        }
        p.file.flag("IPV6INIT", false);
        self.otherwise(p, "ipv6.method", "no-addresses-of-a-port");
        let text = "initscripts cannot switch IPv6 off, only leave it to the kernel (IPV6INIT=no)";
        self.cannot(p, FieldPath::parse("ipv6.method"), &codes::SETTING, text, None);
    }

    fn said_method(&self, p: &Profile<'_>, path: &'static str) -> Option<IpMethod> {
        meant(self, p.id, path).and_then(|value| IpMethod::from_text(&value.to_string()).ok())
    }

    /// BOOTPROTO; the method that the reader will take.
    fn method4(&mut self, p: &mut Profile<'_>) -> IpMethod {
        let has_addresses = p.link.ipv4.as_ref().is_some_and(|ip| !ip.addresses.items.is_empty());
        let by_addresses = if has_addresses { IpMethod::Manual } else { IpMethod::Disabled };
        let Some(method) = self.said_method(p, "ipv4.method") else {
            if has_addresses {
                self.otherwise(p, "ipv4.method", "method-of-addresses");
            }
            return by_addresses;
        };
        let (word, taken) = match (method, p.reader) {
            (IpMethod::Auto, _) => ("dhcp", IpMethod::Auto),
            (IpMethod::Manual | IpMethod::Disabled, _) => ("none", by_addresses),
            (IpMethod::LinkLocal, Reader::NetworkManager) => ("autoip", method),
            (IpMethod::Shared, Reader::NetworkManager) => ("shared", method),
            (IpMethod::LinkLocal | IpMethod::Shared | IpMethod::Dhcp | IpMethod::Ignore, _) => {
                ("none", by_addresses)
            }
        };
        if !self.ovs_dhcp(p, method) {
            p.file.set("BOOTPROTO", word);
        }
        if taken == method {
            p.done("ipv4.method");
        } else {
            let text = match method {
                IpMethod::Manual => {
                    "a file without an IPv4 address is not static but without IPv4".to_owned()
                }
                IpMethod::Disabled => "a file with an IPv4 address is static".to_owned(),
                IpMethod::Auto
                | IpMethod::Dhcp
                | IpMethod::LinkLocal
                | IpMethod::Shared
                | IpMethod::Ignore => {
                    format!("{} knows no BOOTPROTO for the IPv4 method {}", p.reader.name(), method.as_str())
                }
            };
            self.cannot(p, FieldPath::parse("ipv4.method"), &codes::SETTING, text, None);
        }
        taken
    }

    /// IPV6INIT, IPV6_DISABLED, IPV6_AUTOCONF, DHCPV6C; the method that the reader will take.
    fn method6(&mut self, p: &mut Profile<'_>) -> IpMethod {
        let has_addresses = p.link.ipv6.as_ref().is_some_and(|ip| !ip.addresses.items.is_empty());
        let forwards = !p.is_nm() && p.said("ipv6.forwarding") == Some(Value::Int(1));
        let mut method = self.said_method(p, "ipv6.method");
        if advertisements::are_the_kernels(self.network, p.id) {
            self.otherwise(p, "ipv6.method", "ipv6-of-the-kernel");
            method = Some(IpMethod::Auto);
        }
        if method.is_none() && (has_addresses || forwards) {
            self.otherwise(p, "ipv6.method", "method-of-addresses");
            method = Some(if has_addresses { IpMethod::Manual } else { IpMethod::Auto });
        }
        let silent = p.said("ipv6.method").is_none() && !has_addresses;
        if silent && matches!(p.link.kind.value, LinkKind::Loopback(_)) {
            self.otherwise(p, "ipv6.method", "loopback-of-the-kernel");
            return IpMethod::Auto;
        }
        let method = method.unwrap_or_else(|| {
            // The kernel configures itself where nobody speaks of IPv6 (trap 58); so does whoever reads this.
            self.added(p, "ipv6.method", "ipv6-of-the-kernel");
            IpMethod::Auto
        });
        let fixed = if has_addresses { IpMethod::Manual } else { IpMethod::LinkLocal };
        let nm = p.is_nm();
        let takes_advertisements = method == IpMethod::Dhcp && advertisements::are_taken(self.network, p.id);
        if takes_advertisements {
            self.lease_beside_advertisements(p);
        }
        // dhclient asks for name servers and the like only.
        let stateless = !nm && p.said("eni.stateless_dhcp6") == Some(Value::Bool(true));
        if stateless && method == IpMethod::Auto {
            p.done("eni.stateless_dhcp6");
        }
        let file = &mut p.file;
        let taken = match method {
            IpMethod::Disabled if nm => {
                file.flag("IPV6_DISABLED", true);
                method
            }
            IpMethod::Disabled | IpMethod::Ignore => {
                file.flag("IPV6INIT", false);
                IpMethod::Ignore
            }
            IpMethod::Auto => {
                file.flag("IPV6INIT", true);
                file.flag("IPV6_AUTOCONF", true);
                if stateless {
                    file.flag("DHCPV6C", true);
                    file.set("DHCPV6C_OPTIONS", "-S");
                }
                method
            }
            IpMethod::Dhcp if takes_advertisements && nm => {
                file.flag("IPV6INIT", true);
                file.flag("IPV6_AUTOCONF", true);
                IpMethod::Auto
            }
            IpMethod::Dhcp => {
                file.flag("IPV6INIT", true);
                file.flag("IPV6_AUTOCONF", takes_advertisements);
                file.flag("DHCPV6C", true);
                method
            }
            IpMethod::Shared if nm => {
                file.flag("IPV6INIT", true);
                file.set("IPV6_AUTOCONF", "shared");
                method
            }
            IpMethod::Manual | IpMethod::LinkLocal | IpMethod::Shared => {
                file.flag("IPV6INIT", true);
                file.flag("IPV6_AUTOCONF", false);
                fixed
            }
        };
        if forwards {
            file.flag("IPV6FORWARDING", true);
            p.done("ipv6.forwarding");
        }
        if taken == method || takes_advertisements {
            p.done("ipv6.method");
        } else {
            let text = match method {
                IpMethod::Disabled => {
                    "initscripts cannot switch IPv6 off, only leave it to the kernel (IPV6INIT=no)".to_owned()
                }
                IpMethod::Manual => "a file without an IPv6 address gives the link-local one only".to_owned(),
                IpMethod::LinkLocal => "a file with an IPv6 address is static".to_owned(),
                IpMethod::Auto | IpMethod::Dhcp | IpMethod::Shared | IpMethod::Ignore => {
                    format!("{} knows no words for the IPv6 method {}", p.reader.name(), method.as_str())
                }
            };
            self.cannot(p, FieldPath::parse("ipv6.method"), &codes::SETTING, text, None);
        }
        taken
    }

    /// DHCPv6 and router advertisements together: initscripts' dhclient asks in any case, NetworkManager where an
    /// advertisement says so (ifcfg.md 3.4).
    fn lease_beside_advertisements(&mut self, p: &mut Profile<'_>) {
        const RULE: &str = "lease-beside-advertisements";
        self.otherwise(p, "ipv6.accept_ra", RULE);
        p.done("ipv6.accept_ra");
        self.added(p, "ipv6.autoconf", RULE);
        if p.said("ipv6.autoconf") == Some(Value::Bool(true)) {
            p.done("ipv6.autoconf");
        }
        if p.is_nm() {
            self.otherwise(p, "ipv6.method", RULE);
            advertisements::report_lease(self.cx, p.id, p.link);
        }
    }

    /// DEFROUTE, IPV6_DEFROUTE, route metrics of initscripts.
    fn default_routes(&mut self, p: &mut Profile<'_>) {
        if let Some(Value::Bool(never)) = p.said("ipv4.never_default") {
            p.file.flag("DEFROUTE", !never);
            p.done("ipv4.never_default");
        }
        if let (true, Some(Value::Bool(never))) = (p.is_nm(), p.said("ipv6.never_default")) {
            p.file.flag("IPV6_DEFROUTE", !never);
            p.done("ipv6.never_default");
        }
        if let (false, Some(Value::Int(metric @ 0..))) = (p.is_nm(), p.said("ipv4.route_metric")) {
            p.file.set("METRIC", metric.to_string());
            p.done("ipv4.route_metric");
        }
    }

    /// Keys that are read with DHCP, or unless IPv4 is off, only.
    fn dhcp4(&mut self, p: &mut Profile<'_>, method: IpMethod) {
        let unread = match p.reader {
            Reader::NetworkManager => method == IpMethod::Disabled,
            Reader::Initscripts => method != IpMethod::Auto,
        };
        if unread {
            let why = match p.reader {
                Reader::NetworkManager => "NetworkManager's ifcfg reader does not read it while IPv4 is off",
                Reader::Initscripts => "initscripts read it with DHCP only",
            };
            for row in rows::IPV4_DHCP {
                self.unsaid(p, row.path, why);
            }
        } else {
            self.checks4(p);
        }
        if method == IpMethod::Disabled {
            for row in rows::IPV4_ACTIVE {
                self.unsaid(p, row.path, "it is not read while IPv4 is off");
            }
        }
        if let (false, Some(Value::Int(seconds))) = (p.is_nm(), p.said("ipv4.dhcp_timeout"))
            && !unread
        {
            self.persistence(p, "ipv4.dhcp_timeout", "PERSISTENT_DHCLIENT", seconds);
        }
    }

    fn persistence(&mut self, p: &mut Profile<'_>, path: &'static str, key: &str, seconds: i64) {
        if seconds == i64::from(i32::MAX) || seconds == 0 {
            p.file.flag(key, seconds != 0);
            p.done(path);
        } else {
            self.unsaid(p, path, "initscripts' DHCP client tries once or for ever");
        }
    }

    /// Values for which NetworkManager refuses the whole file (`nm-setting-ip4-config.c:verify`).
    fn checks4(&mut self, p: &mut Profile<'_>) {
        let text = |p: &Profile<'_>, path| p.said(path).map(|value| value.to_string());
        let fqdn = text(p, "ipv4.dhcp_fqdn").filter(|name| !name.is_empty());
        if fqdn.as_ref().is_some_and(|name| !name.trim_end_matches('.').contains('.')) && p.is_nm() {
            self.refused(p, "ipv4.dhcp_fqdn", "wants a fully qualified name");
        } else if fqdn.is_some() && text(p, "ipv4.dhcp_hostname").is_some() {
            self.unsaid(p, "ipv4.dhcp_hostname", "DHCP_FQDN is sent instead of DHCP_HOSTNAME");
        }
        if let Some(Value::Int(flags)) = p.said("ipv4.dhcp_hostname_flags")
            && (!valid::flags(flags) || flags & 7 != 0 && p.said("ipv4.dhcp_fqdn").is_none())
        {
            self.refused(
                p,
                "ipv4.dhcp_hostname_flags",
                "takes flags that go together, and some beside DHCP_FQDN only",
            );
        }
        if text(p, "ipv4.dhcp_iaid").is_some_and(|iaid| !valid::iaid(&iaid)) {
            self.refused(p, "ipv4.dhcp_iaid", "takes a number, `mac`, `perm-mac`, `stable` or `ifname`");
        }
        if let Some(Value::List(items)) = p.said("ipv4.dhcp_reject_servers")
            && !items.iter().all(|item| valid::server(&item.to_string()))
        {
            self.refused(p, "ipv4.dhcp_reject_servers", "takes IPv4 addresses and subnets");
        }
    }

    fn checks6(&mut self, p: &mut Profile<'_>) {
        if !p.is_nm() {
            return;
        }
        let text = |p: &Profile<'_>, path| p.said(path).map(|value| value.to_string());
        if let Some(Value::Int(flags)) = p.said("ipv6.dhcp_hostname_flags")
            && !valid::flags(flags)
        {
            self.refused(p, "ipv6.dhcp_hostname_flags", "takes flags that go together");
        }
        if text(p, "ipv6.dhcp_iaid").is_some_and(|iaid| !valid::iaid(&iaid)) {
            self.refused(p, "ipv6.dhcp_iaid", "takes a number, `mac`, `perm-mac`, `stable` or `ifname`");
        }
        if text(p, "ipv6.dhcp_duid").is_some_and(|duid| !valid::duid(&duid)) {
            self.refused(
                p,
                "ipv6.dhcp_duid",
                "takes the words of nm-settings(5) or hexadecimal pairs with colons",
            );
        }
        let mode = meant(self, p.id, "ipv6.addr_gen_mode").map(|mode| mode.to_string());
        if text(p, "ipv6.token")
            .is_some_and(|token| !valid::token(&token) || mode.as_deref().is_some_and(|mode| mode != "eui64"))
        {
            self.refused(
                p,
                "ipv6.token",
                "takes an identifier like `::1`, with the address generation mode eui64 only",
            );
        }
        if let Some(mode) = mode {
            let said = p.said("ipv6.addr_gen_mode").is_some();
            if said
                || !Self::is_default(p, "ipv6.addr_gen_mode", &Value::text(mode.clone()))
                || mode != "default-or-eui64"
            {
                p.file.set("IPV6_ADDR_GEN_MODE", mode);
                p.done("ipv6.addr_gen_mode");
            }
        } else if p.said("ipv6.token").is_some() {
            self.added(p, "ipv6.addr_gen_mode", "token-needs-eui64");
        }
    }

    /// Settings whose words the two readers do not share.
    fn specials(&mut self, p: &mut Profile<'_>, methods: Methods) {
        if let Some(Value::Int(value @ 0..)) = p.said("ipv6.ip6_privacy") {
            match (value, p.reader) {
                (0, Reader::NetworkManager) => p.file.flag("IPV6_PRIVACY", false),
                (1, Reader::NetworkManager) => {
                    p.file.set("IPV6_PRIVACY", "rfc3041");
                    p.file.flag("IPV6_PRIVACY_PREFER_PUBLIC_IP", true);
                }
                (2, _) => p.file.set("IPV6_PRIVACY", "rfc3041"),
                (_, _) => {
                    self.unsaid(
                        p,
                        "ipv6.ip6_privacy",
                        "initscripts can only prefer temporary addresses (rfc3041)",
                    );
                }
            }
            p.done("ipv6.ip6_privacy");
        }
        if !p.is_nm() {
            if let Some(Value::Int(mtu @ 1280..)) = p.said("ipv6.mtu") {
                p.file.set("IPV6_MTU", mtu.to_string());
                p.done("ipv6.mtu");
            }
            if let Some(Value::Int(seconds)) = p.said("ipv6.dhcp_timeout")
                && matches!(methods.v6, IpMethod::Auto | IpMethod::Dhcp)
            {
                self.persistence(p, "ipv6.dhcp_timeout", "PERSISTENT_DHCLIENT_IPV6", seconds);
            }
        }
        let Some(Value::Int(ms)) = p.said("ipv4.dad_timeout") else { return };
        match (methods.v4, p.reader, ms) {
            (IpMethod::Disabled, _, _) => {
                self.unsaid(p, "ipv4.dad_timeout", "it is not read while IPv4 is off");
            }
            (_, Reader::NetworkManager, _) => {
                p.file.set("ACD_TIMEOUT", ms.to_string());
                p.done("ipv4.dad_timeout");
            }
            (_, Reader::Initscripts, 0) => {
                p.file.flag("ARPCHECK", false);
                p.done("ipv4.dad_timeout");
            }
            (_, Reader::Initscripts, ms) if ms > 0 && ms % 1000 == 0 => {
                p.file.set("ARPING_WAIT", (ms / 1000).to_string());
                p.done("ipv4.dad_timeout");
            }
            (_, Reader::Initscripts, _) => {
                self.unsaid(p, "ipv4.dad_timeout", "initscripts check for duplicates in whole seconds");
            }
        }
    }

    /// A DHCP_HOSTNAME with a dot is sent by DHCPv6, too (`make_ip6_setting`).
    fn double_host_name(&mut self, p: &mut Profile<'_>, method: IpMethod) {
        let both = p.said("ipv4.dhcp_hostname").is_some_and(|name| name.to_string().contains('.'));
        if both && p.said("ipv6.dhcp_hostname").is_none() && matches!(method, IpMethod::Auto | IpMethod::Dhcp)
        {
            self.added(p, "ipv6.dhcp_hostname", "host-name-of-both-families");
        }
    }
}
