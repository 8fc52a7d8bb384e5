//! `/etc/sysconfig/network`: what each reader takes from it (ifcfg.md section 4).
//!
//! initscripts source the file before each ifcfg file, so every key there is a default of every
//! interface ([`Global::layer_below`]). NetworkManager reads six keys and no other
//! ([`Global::nm`]). A key that ends up nowhere is reported by [`Global::report_unused`].

use super::vars::{Reader, Var, Vars};
use crate::Context;
use crate::text::shell::Assignment;
use foldhash::HashSet;
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::facts;
use netpivot_model::network::Network;
use netpivot_model::source::Span;

/// The keys that NetworkManager reads from the file (`make_ip4_setting`, `make_ip6_setting`).
const NM_KEYS: [&str; 6] =
    ["GATEWAY", "GATEWAYDEV", "IPV6INIT", "IPV6_DEFAULTGW", "IPV6_DEFAULTDEV", "RES_OPTIONS"];

/// The file, lexed; empty where there is none.
#[derive(Debug, Default)]
pub struct Global {
    nm: Vars,
    initscripts: Vars,
}

impl Global {
    /// The file of these assignments.
    #[must_use]
    pub fn new(assignments: &[Assignment]) -> Self {
        Global {
            nm: Vars::new(assignments, Reader::NetworkManager),
            initscripts: Vars::new(assignments, Reader::Initscripts),
        }
    }

    /// All variables as `reader` sees them.
    #[must_use]
    pub fn vars(&self, reader: Reader) -> &Vars {
        match reader {
            Reader::NetworkManager => &self.nm,
            Reader::Initscripts => &self.initscripts,
        }
    }

    /// One of the six keys that NetworkManager reads; it may be empty.
    #[must_use]
    pub fn nm(&self, key: &str) -> Option<Var<'_>> {
        debug_assert!(NM_KEYS.contains(&key), "{key} is none of the six");
        self.nm.get(key)
    }

    /// Makes the file's variables the defaults of a profile under initscripts. A variable that the
    /// profile sets, even to nothing, keeps its value, as in the shell.
    pub fn layer_below(&self, profile: &mut Vars) {
        for name in self.initscripts.names() {
            if let (None, Some(var)) = (profile.get(name), self.initscripts.get(name)) {
                let (value, span) = (var.value.to_owned(), var.span);
                profile.set(name, &value, span);
            }
        }
    }

    /// Reports what no profile used. Call it when all profiles are read.
    ///
    /// `zeroconf` is the displayed path of the first profile that does not set NOZEROCONF itself.
    pub fn report_unused(&self, reader: Reader, zeroconf: Option<&str>, network: &Network, cx: &mut Context) {
        self.report_service(reader, zeroconf, cx);
        let vars = self.vars(reader);
        let spans: HashSet<Span> =
            vars.names().filter_map(|name| vars.get(name)).map(|var| var.span).collect();
        if spans.is_empty() {
            return;
        }
        self.report_carriers(reader, network, cx);
        let used = used_of(&spans, network, cx);
        for name in vars.names() {
            if let Some(var) = vars.get(name)
                && !used.contains(&var.span)
            {
                cx.report(unused(name, var, reader));
            }
        }
    }

    /// A device that is to carry the default route and that no profile names: none carries it then.
    fn report_carriers(&self, reader: Reader, network: &Network, cx: &mut Context) {
        let vars = self.vars(reader);
        let by_gateway = vars
            .text("IPV6_DEFAULTGW")
            .and_then(|var| var.value.split_once('%').map(|(_, dev)| ("IPV6_DEFAULTGW", dev, var)));
        let by_device = |key| vars.text(key).map(|var| (key, var.value, var));
        let carriers = [by_device("GATEWAYDEV"), by_gateway.or_else(|| by_device("IPV6_DEFAULTDEV"))];
        for (key, device, var) in carriers.into_iter().flatten() {
            let named = |name: &str| name == device;
            if network.links.iter().any(|link| link.name.as_ref().is_some_and(|at| named(&at.value))) {
                continue;
            }
            cx.report(
                Diagnostic::new(
                    &codes::GLOBAL_UNUSED,
                    format!(
                        "`{key}={}` gives the default route to {device}, which no profile names",
                        var.value
                    ),
                )
                .at(var.span)
                .help("name the device that is to carry the default route, or remove the line"),
            );
        }
    }

    /// What concerns the network service as a whole.
    fn report_service(&self, reader: Reader, zeroconf: Option<&str>, cx: &mut Context) {
        if reader == Reader::NetworkManager {
            return;
        }
        match self.initscripts.get("NETWORKING") {
            Some(var) if var.value.eq_ignore_ascii_case("no") => cx.report(
                Diagnostic::new(
                    &codes::NETWORKING_OFF,
                    "`NETWORKING=no` keeps the network service from starting any interface; the profiles are converted and will start",
                )
                .at(var.span)
                .help("set ONBOOT=no in each file, or do not install the output"),
            ),
            Some(_) | None => {}
        }
        match self.initscripts.text("NOZEROCONF") {
            Some(var) => cx.report(
                Diagnostic::new(
                    &codes::ZEROCONF,
                    format!("`NOZEROCONF={}` keeps initscripts from adding a route to 169.254.0.0/16; the output has none either", var.value),
                )
                .at(var.span),
            ),
            None => cx.diagnostics.extend(zeroconf.map(|path| {
                Diagnostic::new(
                    &codes::ZEROCONF,
                    "initscripts add a route to 169.254.0.0/16 on each interface whose file does not set NOZEROCONF, this one first; the output has none",
                )
                .in_file(path)
                .help("add a route to 169.254.0.0/16 where something on the host needs link-local addresses")
            })),
        }
    }
}

/// Which of `spans` stand behind a fact or in a diagnostic.
fn used_of(spans: &HashSet<Span>, network: &Network, cx: &Context) -> HashSet<Span> {
    let mut used = HashSet::default();
    facts::visit(network, &mut |_, seen| {
        facts::origins_of(&seen, &mut |origin| {
            used.extend(origin.spans().iter().filter(|span| spans.contains(span)));
        });
    });
    let labels = cx.diagnostics.iter().flat_map(|d| &d.labels);
    used.extend(labels.filter(|span| spans.contains(span)));
    used
}

/// Why a key is without effect under NetworkManager, by key; any other is none of the six.
const WHY_NM: &[(&str, &str)] = &[
    ("GATEWAY", "no profile has a static IPv4 address without a gateway of its own"),
    ("GATEWAYDEV", "no profile names a DEVICE"),
    ("IPV6INIT", "each profile has an IPV6INIT of its own"),
    ("IPV6_DEFAULTGW", "no profile has a static IPv6 address without a gateway of its own"),
    ("IPV6_DEFAULTDEV", "IPV6_DEFAULTGW names the device, or no profile names one"),
    ("RES_OPTIONS", "no profile has IPv4"),
];

/// The same for initscripts.
const WHY_INITSCRIPTS: &[(&str, &str)] = &[
    ("GATEWAY", "it lies in the first subnet of no static interface"),
    ("GATEWAYDEV", "no interface has that name"),
    ("NETWORKING", "the network service starts"),
    ("VLAN", "VLAN support is loaded on demand today"),
    ("NETWORKDELAY", "the output has no network service that could wait"),
];

/// Keys that no program reads any more, with what to do.
const OBSOLETE: &[(&str, &str, &str)] = &[
    ("HOSTNAME", "the host name stands in /etc/hostname", "put the name into /etc/hostname"),
    ("NETWORKING_IPV6", "IPV6INIT took its place", "set IPV6INIT in the profiles"),
    ("FORWARD_IPV4", "net.ipv4.ip_forward took its place", "set net.ipv4.ip_forward in /etc/sysctl.d"),
];

fn unused(name: &str, var: Var<'_>, reader: Reader) -> Diagnostic {
    let shown = format!("`{name}={}` in /etc/sysconfig/network has no effect", var.value);
    let base = |why: &str| Diagnostic::new(&codes::GLOBAL_UNUSED, format!("{shown}: {why}")).at(var.span);
    if let Some((_, why, help)) = OBSOLETE.iter().find(|(key, ..)| *key == name) {
        return base(why).help(*help);
    }
    let table = match reader {
        Reader::NetworkManager => WHY_NM,
        Reader::Initscripts => WHY_INITSCRIPTS,
    };
    match (table.iter().find(|(key, _)| *key == name), reader) {
        // Stands in nearly every file, for the network service of initscripts.
        (None, Reader::NetworkManager) if name == "NETWORKING" => {
            let on = !var.value.eq_ignore_ascii_case("no");
            base("NetworkManager starts whatever it says; the network service of initscripts does unless it is `no`")
                .severity(if on { Severity::Note } else { Severity::Warning })
                .help(if on { "remove the line" } else { "set ONBOOT=no in the profiles that are not to start" })
        }
        (Some((_, why)), _) => base(why),
        (None, Reader::NetworkManager) => base("NetworkManager reads six other keys there and not this one")
            .help("set it in the profiles that need it, or convert with `-f ifcfg:initscripts` where initscripts were in charge"),
        // IPV6_AUTOTUNNEL is the one that makes something: the sit0 device.
        (None, Reader::Initscripts) if name == "IPV6_AUTOTUNNEL" && !var.value.eq_ignore_ascii_case("no") => {
            base("the output makes no automatic IPv6 tunnel").severity(Severity::Loss)
        }
        (None, Reader::Initscripts) => base("no profile uses it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ifcfg::ip::tests::lex;
    use netpivot_model::link::Link;

    fn messages(reader: Reader, text: &str) -> Vec<String> {
        let mut cx = Context::default();
        let global = Global::new(&lex(&mut cx, "/etc/sysconfig/network", text));
        global.report_unused(
            reader,
            Some("/etc/sysconfig/network-scripts/ifcfg-eth0"),
            &Network::default(),
            &mut cx,
        );
        cx.diagnostics.iter().map(|d| format!("{} {}", d.code.id, d.message)).collect()
    }

    #[test]
    fn a_profile_keeps_its_own_value_even_an_empty_one() {
        let mut cx = Context::default();
        let global = Global::new(&lex(&mut cx, "network", "GATEWAY=192.0.2.1\nDNS1=192.0.2.53\nMTU=1400"));
        let mut vars = Vars::new(&lex(&mut cx, "ifcfg-a", "DNS1=\nMTU=9000"), Reader::Initscripts);
        global.layer_below(&mut vars);
        let value = |key| vars.get(key).map(|var| var.value);
        assert_eq!(
            (value("GATEWAY"), value("DNS1"), value("MTU")),
            (Some("192.0.2.1"), Some(""), Some("9000"))
        );
    }

    #[test]
    fn keys_that_nobody_reads_are_reported() {
        let nm = messages(Reader::NetworkManager, "HOSTNAME=h\nNOZEROCONF=yes\nDHCPV6_DUID=ll");
        assert_eq!(nm.len(), 3);
        assert!(nm.iter().all(|m| m.starts_with("S198")), "{nm:?}");
        assert!(nm[0].contains("/etc/hostname") && nm[1].contains("six other keys"), "{nm:?}");
        let severity = |text: &str| {
            let mut cx = Context::default();
            let vars = Vars::new(&lex(&mut cx, "network", text), Reader::NetworkManager);
            unused("NETWORKING", vars.get("NETWORKING").unwrap(), Reader::NetworkManager).severity
        };
        assert_eq!(severity("NETWORKING=yes"), Severity::Note);
        assert_eq!(severity("NETWORKING=no"), Severity::Warning);
        let initscripts = messages(Reader::Initscripts, "NETWORKING=no\nNOZEROCONF=no\nIPV6_AUTOTUNNEL=yes");
        assert!(initscripts[0].starts_with("S199") && initscripts[1].starts_with("S200"), "{initscripts:?}");
        assert!(messages(Reader::Initscripts, "")[0].contains("does not set NOZEROCONF"));
    }

    #[test]
    fn a_default_device_without_a_profile_is_reported() {
        let nm = messages(Reader::NetworkManager, "GATEWAYDEV=eth1\nIPV6_DEFAULTGW=2001:db8::1%eth2");
        assert!(nm[0].contains("GATEWAYDEV=eth1") && nm[1].contains("to eth2"), "{nm:?}");
    }

    #[test]
    fn a_key_behind_a_fact_is_not_reported() {
        let mut cx = Context::default();
        let global = Global::new(&lex(&mut cx, "network", "IPV6INIT=yes"));
        let mut link = Link::default();
        let var = global.nm("IPV6INIT").unwrap();
        link.ipv6.get_or_insert_default().method =
            Some(netpivot_model::source::At::new(netpivot_model::ip::IpMethod::Auto, var.span));
        let network = Network { links: vec![link], ..Network::default() };
        global.report_unused(Reader::NetworkManager, None, &network, &mut cx);
        assert!(cx.diagnostics.is_empty());
    }
}
