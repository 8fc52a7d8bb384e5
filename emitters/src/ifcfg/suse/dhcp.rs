//! DHCLIENT_* and DHCLIENT6_*.

use super::Job;
use super::profile::Profile;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;

impl Job<'_> {
    /// Writes what DHCP is told, where it is asked.
    pub(super) fn dhcp(&mut self, p: &mut Profile<'_>, v4: bool, v6: bool) {
        self.metric(p, v4);
        if v4 {
            self.client_id(p);
            if p.said("ipv4.never_default") == Some(Value::Bool(true)) {
                p.sheet.set("DHCLIENT_SET_DEFAULT_ROUTE", "no");
                p.done("ipv4.never_default");
            }
        } else {
            self.useless(p, "ipv4.");
            if p.link.ipv4.as_ref().is_some_and(|ip| ip.gateway.is_none()) {
                self.otherwise(p, "ipv4.never_default", "nobody-gives-a-default-route");
            }
        }
        if v6 {
            self.duid(p);
        } else {
            self.useless(p, "ipv6.");
        }
        for (asked, key, paths) in [
            (v4, "DHCLIENT", ["ipv4.dhcp_send_hostname", "ipv4.dhcp_hostname", "ipv4.dhcp_send_release"]),
            (v6, "DHCLIENT6", ["ipv6.dhcp_send_hostname", "ipv6.dhcp_hostname", "ipv6.dhcp_send_release"]),
        ] {
            if asked {
                self.host_name(p, key, paths[0], paths[1]);
                self.release(p, key, paths[2]);
            }
        }
    }

    /// Nobody asks a DHCP server: what it would be told has no effect in the source either.
    fn useless(&mut self, p: &mut Profile<'_>, family: &str) {
        const PATHS: [&str; 20] = [
            "ipv4.dhcp_client_id",
            "ipv4.dhcp_iaid",
            "ipv4.dhcp_send_hostname",
            "ipv4.dhcp_hostname",
            "ipv4.dhcp_hostname_flags",
            "ipv4.dhcp_timeout",
            "ipv4.dhcp_send_release",
            "ipv4.dhcp_fqdn",
            "ipv4.dhcp_vendor_class_identifier",
            "ipv4.dhcp_reject_servers",
            "ipv6.dhcp_duid",
            "ipv6.dhcp_iaid",
            "ipv6.dhcp_send_hostname",
            "ipv6.dhcp_hostname",
            "ipv6.dhcp_hostname_flags",
            "ipv6.dhcp_timeout",
            "ipv6.dhcp_send_release",
            "ipv6.dhcp_pd_hint",
            "ipv4.dhcp_dscp",
            "ipv6.dhcp_dscp",
        ];
        for path in PATHS.into_iter().filter(|path| path.starts_with(family)) {
            self.otherwise(p, path, "nobody-asks-by-dhcp");
        }
    }

    /// The metric of the routes of a lease; static routes have it each by itself.
    fn metric(&mut self, p: &mut Profile<'_>, v4: bool) {
        if let Some(Value::Int(metric)) = p.said("ipv4.route_metric") {
            match metric {
                1.. if v4 => {
                    p.sheet.set("DHCLIENT_ROUTE_PRIORITY", metric.to_string());
                    p.done("ipv4.route_metric");
                }
                -1 => self.otherwise(p, "ipv4.route_metric", "metric-of-the-daemon"),
                _ => self.otherwise(p, "ipv4.route_metric", "metric-of-each-route"),
            }
        }
        match p.said("ipv6.route_metric") {
            Some(Value::Int(-1)) => self.otherwise(p, "ipv6.route_metric", "metric-of-the-daemon"),
            Some(_) => {
                let text =
                    "static routes have the metric each by itself; those of advertisements have the kernel's";
                self.cannot(p, FieldPath::parse("ipv6.route_metric"), &codes::SETTING, text);
            }
            None => {}
        }
    }

    fn client_id(&mut self, p: &mut Profile<'_>) {
        let path = FieldPath::parse("ipv4.dhcp_client_id");
        let Some(Value::Text(id)) = p.said("ipv4.dhcp_client_id") else { return };
        match id.as_ref() {
            "ipv6-duid" => self.set(p, path, "DHCLIENT_CREATE_CID", "rfc4361"),
            "mac" => self.set(p, path, "DHCLIENT_CREATE_CID", "rfc2132"),
            "none" => self.set(p, path, "DHCLIENT_CREATE_CID", "disable"),
            "" => {}
            "perm-mac" | "duid" | "stable" => {
                let text = format!("wicked makes no client identifier as `{id}` says");
                self.cannot(p, path, &codes::SETTING, text);
            }
            id => self.set(p, path, "DHCLIENT_CLIENT_ID", id.to_owned()),
        }
    }

    fn duid(&mut self, p: &mut Profile<'_>) {
        let path = FieldPath::parse("ipv6.dhcp_duid");
        let Some(Value::Text(id)) = p.said("ipv6.dhcp_duid") else { return };
        match id.as_ref() {
            "llt" => p.done("ipv6.dhcp_duid"),
            "" => {}
            word @ ("lease" | "ll" | "stable-llt" | "stable-ll" | "stable-uuid") => {
                let text = format!("wicked makes no DUID as `{word}` says");
                self.cannot(p, path, &codes::SETTING, text);
            }
            id => self.set(p, path, "DHCLIENT6_CLIENT_ID", id.to_owned()),
        }
    }

    /// DHCLIENT_HOSTNAME_OPTION: a name, AUTO for the host's own, nothing for none.
    fn host_name(&mut self, p: &mut Profile<'_>, key: &str, send: &'static str, name: &'static str) {
        let key = format!("{key}_HOSTNAME_OPTION");
        let sends = match self.meant(p.id, FieldPath::parse(send)) {
            Some(Value::Int(n)) => Some(n != 0),
            Some(_) | None => None,
        };
        let text = p.said(name).map(|name| name.to_string()).filter(|name| !name.is_empty());
        match (sends, text) {
            (Some(false), _) | (None, None) => {
                self.added(p, send, "no-host-name-is-sent");
                self.added(p, name, "no-host-name-is-sent");
            }
            (_, Some(text)) if ["AUTO", "FQDN"].iter().any(|word| word.eq_ignore_ascii_case(&text)) => {
                let why = format!("wicked takes the name `{text}` for a word");
                self.cannot(p, FieldPath::parse(name), &codes::REFUSED, why);
            }
            (_, Some(text)) => {
                self.otherwise(p, send, "host-name-is-sent");
                self.set(p, FieldPath::parse(name), &key, text);
            }
            (Some(true), None) => {
                self.otherwise(p, send, "host-name-is-sent");
                p.sheet.set(key, "AUTO");
            }
        }
    }

    fn release(&mut self, p: &mut Profile<'_>, key: &str, path: &'static str) {
        match p.said(path) {
            Some(Value::Int(1)) => {
                p.sheet.set(format!("{key}_RELEASE_BEFORE_QUIT"), "yes");
                p.done(path);
            }
            Some(_) => self.otherwise(p, path, "leases-are-kept"),
            None => {}
        }
    }
}
