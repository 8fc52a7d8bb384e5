//! A link's DHCP and name server as a file of an instance of dnsmasq(8) of its own, in the words in which libvirt writes its own
//! (`networkDnsmasqConfContents`).

use ipnet::IpNet;
use netpivot_model::reflect::Said;
use netpivot_model::rule::Family;
use netpivot_model::value::U32;
use netpivot_model::virtual_network::{
    DhcpHost, DhcpRange, DhcpServer, DnsForwarder, DnsServer, DnsSrv, INFINITE,
};
use netpivot_model::vocabulary::dnsmasq::{FURTHER, MARK, lease_file, pid_file};
use std::fmt::Write as _;
use std::net::IpAddr;

/// What one link's servers need.
pub struct Servers<'n> {
    /// The link.
    pub name: &'n str,
    /// Its addresses.
    pub addresses: Vec<IpNet>,
    /// Its MTU, which its hosts are told.
    pub mtu: Option<i64>,
    /// Its DHCP servers.
    pub dhcp: Vec<&'n DhcpServer>,
    /// Its name server.
    pub dns: Option<&'n DnsServer>,
}

impl Servers<'_> {
    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{MARK} {}\n", self.name);
        let mut line = |key: &str, value: &str| {
            let equals = if value.is_empty() { "" } else { "=" };
            let _ = writeln!(out, "{key}{equals}{value}");
        };
        line("pid-file", &pid_file(self.name));
        line("dhcp-leasefile", &lease_file(self.name));
        line("interface", self.name);
        line("except-interface", "lo");
        line("bind-dynamic", "");
        let answers = self.dns.is_some_and(|dns| dns.enabled.as_ref().is_none_or(|at| at.value));
        if !answers {
            line("port", "0");
        }
        if let Some(dns) = self.dns {
            names(dns, &mut line);
        }
        if let Some(mtu) = self.mtu.filter(|_| !self.dhcp.is_empty()) {
            line("dhcp-option", &format!("option:mtu,{mtu}"));
        }
        for server in &self.dhcp {
            self.leases(server, &mut line);
        }
        if let Some(dns) = self.dns.filter(|dns| !dns.options.items.is_empty()) {
            line(FURTHER, "");
            dns.options.values().for_each(|option| line(option, ""));
        }
        out
    }

    fn leases(&self, server: &DhcpServer, line: &mut dyn FnMut(&str, &str)) {
        let is_v6 = server.family.as_ref().is_some_and(|at| at.value == Family::V6);
        if server.offers_router.as_ref().is_some_and(|at| !at.value) {
            // Router of DHCPv4 with nothing behind, and a router's lifetime of 0.
            if is_v6 { line("ra-param", "*,0,0") } else { line("dhcp-option", "3") }
        }
        for range in &server.ranges {
            line("dhcp-range", &self.range(range));
        }
        for host in &server.hosts {
            line("dhcp-host", &host_text(host));
        }
        let advertises = server.router_advertisements.as_ref().is_some_and(|at| at.value);
        if server.ranges.is_empty() {
            // Hosts with addresses of their own, and advertisements, need a range that gives out nothing.
            for net in self.addresses.iter().filter(|net| net.addr().is_ipv6() == is_v6) {
                match (server.hosts.is_empty(), net) {
                    (false, IpNet::V4(net)) => line("dhcp-range", &format!("{},static", net.addr())),
                    (false, IpNet::V6(net)) => {
                        line("dhcp-range", &format!("{},static,{}", net.addr(), net.prefix_len()));
                    }
                    (true, net) if advertises => line("dhcp-range", &format!("{},ra-only", net.addr())),
                    (true, _) => {}
                }
            }
        }
        if advertises && !(server.ranges.is_empty() && server.hosts.is_empty()) {
            line("enable-ra", "");
        }
        if let Some(root) = &server.tftp_root {
            line("enable-tftp", "");
            line("tftp-root", &root.value);
        }
        if let Some(file) = &server.boot_file {
            let from = server.boot_server.as_ref().map_or_else(String::new, |at| format!(",,{}", at.value));
            line("dhcp-boot", &format!("{}{from}", file.value));
        }
    }

    /// `FIRST,LAST,MASK|LENGTH[,LEASE]`.
    fn range(&self, range: &DhcpRange) -> String {
        let text = |said: &Said<IpAddr>| said.as_ref().map_or_else(String::new, |at| at.value.to_string());
        let of = |net: &&IpNet| range.start.as_ref().is_some_and(|at| net.contains(&at.value));
        let length = match self.addresses.iter().find(of) {
            Some(IpNet::V4(net)) => format!(",{}", net.netmask()),
            Some(IpNet::V6(net)) => format!(",{}", net.prefix_len()),
            None => String::new(),
        };
        format!("{},{}{length}{}", text(&range.start), text(&range.end), lease(&range.lease_time))
    }
}

fn lease(time: &Said<U32>) -> String {
    match time.as_ref().map(|at| at.value.get()) {
        None => String::new(),
        Some(INFINITE) => ",infinite".to_owned(),
        Some(seconds) if seconds % 3600 == 0 => format!(",{}h", seconds / 3600),
        Some(seconds) if seconds % 60 == 0 => format!(",{}m", seconds / 60),
        Some(seconds) => format!(",{seconds}"),
    }
}

/// `MAC,ADDRESS,NAME[,LEASE]`, `id:DUID,NAME,[ADDRESS][,LEASE]`.
fn host_text(host: &DhcpHost) -> String {
    let mac = host.mac.as_ref().map(|at| at.value.to_string());
    let id = host.id.as_ref().map(|at| format!("id:{}", at.value));
    let name = host.name.as_ref().map(|at| at.value.clone());
    let parts = match host.address.as_ref().map(|at| at.value) {
        Some(IpAddr::V6(address)) => [mac, id, name, Some(format!("[{address}]"))],
        Some(IpAddr::V4(address)) => [mac, id, Some(address.to_string()), name],
        None => [mac, id, name, None],
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(",") + &lease(&host.lease_time)
}

fn names(dns: &DnsServer, line: &mut dyn FnMut(&str, &str)) {
    if dns.forward_plain_names.as_ref().is_some_and(|at| !at.value) {
        line("domain-needed", "");
        line("local", "//");
    }
    if let Some(domain) = &dns.domain {
        if dns.local_only.as_ref().is_some_and(|at| at.value) {
            line("local", &format!("/{}/", domain.value));
        }
        line("domain", &domain.value);
        line("expand-hosts", "");
    }
    if dns.forwards.as_ref().is_some_and(|at| !at.value) {
        line("no-resolv", "");
    }
    dns.forwarders.iter().for_each(|forwarder| line("server", &forwarder_text(forwarder)));
    for host in &dns.hosts {
        let names: Vec<&str> = host.names.values().map(String::as_str).collect();
        let address = host.address.as_ref().map_or_else(String::new, |at| at.value.to_string());
        line("host-record", &format!("{},{address}", names.join(",")));
    }
    for record in &dns.txt {
        let text = |said: &Said<String>| said.as_ref().map_or_else(String::new, |at| at.value.clone());
        line("txt-record", &format!("{},{}", text(&record.name), text(&record.value)));
    }
    dns.srv.iter().for_each(|record| line("srv-host", &srv_text(record)));
}

/// `/DOMAIN/ADDRESS`; `#` leads where the host's own questions go.
fn forwarder_text(forwarder: &DnsForwarder) -> String {
    let address = forwarder.address.as_ref().map(|at| at.value.to_string());
    match &forwarder.domain {
        Some(domain) => format!("/{}/{}", domain.value, address.as_deref().unwrap_or("#")),
        None => address.unwrap_or_default(),
    }
}

/// `_SERVICE._PROTOCOL[.DOMAIN],TARGET,PORT,PRIORITY,WEIGHT`, without what is not said at the end.
fn srv_text(record: &DnsSrv) -> String {
    let text = |said: &Said<String>| said.as_ref().map_or_else(String::new, |at| at.value.clone());
    let domain = record.domain.as_ref().map_or_else(String::new, |at| format!(".{}", at.value));
    let mut parts = vec![format!("_{}._{}{domain}", text(&record.service), text(&record.protocol))];
    let numbers =
        [&record.port, &record.priority, &record.weight].map(|said| said.as_ref().map(|at| at.value.get()));
    let last = numbers.iter().rposition(Option::is_some);
    if last.is_some() || record.target.is_some() {
        parts.push(text(&record.target));
    }
    // What stands before a number that is said is said, too: 1 for a port, else 0 (`networkDnsmasqConfContents`).
    let presets = [1, 0, 0];
    let upto = last.map_or(0, |last| last + 1);
    parts.extend(
        numbers.iter().zip(presets).take(upto).map(|(number, preset)| number.unwrap_or(preset).to_string()),
    );
    parts.join(",")
}
