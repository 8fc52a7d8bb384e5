//! Methods and addresses (eni.md 4.1 to 4.3).

use super::build::Builder;
use super::codes;
use super::document::{Opt, Stanza};
use super::kind::canonical;
use ipnet::IpNet;
use netpivot_model::ip::{Address, IpConfig, IpMethod};
use netpivot_model::link::LinkId;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::vocabulary::interfaces::Reader;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address in the making: its option and those that belong to it.
#[derive(Default)]
struct Draft<'s> {
    address: Option<&'s Opt>,
    netmask: Option<&'s Opt>,
    broadcast: Option<&'s Opt>,
    peer: Option<&'s Opt>,
    scope: Option<&'s Opt>,
    preferred: Option<&'s Opt>,
}

impl<'s> Draft<'s> {
    fn slot(&mut self, name: &str) -> Option<&mut Option<&'s Opt>> {
        match name {
            "netmask" => Some(&mut self.netmask),
            "broadcast" => Some(&mut self.broadcast),
            "pointopoint" | "dstaddr" => Some(&mut self.peer),
            "scope" => Some(&mut self.scope),
            "preferred-lifetime" => Some(&mut self.preferred),
            _ => None,
        }
    }

    fn options(&self) -> impl Iterator<Item = &'s Opt> + use<'s> {
        [self.address, self.netmask, self.broadcast, self.peer, self.scope, self.preferred]
            .into_iter()
            .flatten()
    }

    fn spans(&self) -> Vec<Span> {
        self.options().map(|option| option.span).collect()
    }
}

impl Builder<'_> {
    pub(super) fn config(&mut self, link: LinkId, v6: bool) -> &mut IpConfig {
        let link = self.network.link_mut(link);
        if v6 { link.ipv6.get_or_insert_default() } else { link.ipv4.get_or_insert_default() }
    }

    /// What the method does besides the stanza's addresses.
    pub(super) fn method(&mut self, link: LinkId, stanza: &Stanza) {
        let Some(part) = &stanza.method else { return };
        let (v6, span) = (stanza.family() == "inet6", part.span);
        let is_ppp = matches!(part.text.as_str(), "ppp" | "wvdial");
        if matches!(stanza.family(), "can" | "ipx") || is_ppp || part.text == "bootp" {
            let message = match part.text.as_str() {
                "bootp" => "BOOTP is a part of DHCP, which is configured instead".to_owned(),
                _ => format!(
                    "only {} does what `{}` says: no other format here has the like",
                    self.reader.name(),
                    stanza.title()
                ),
            };
            self.report(
                &codes::METHOD,
                span,
                message,
                "where the target is another program, configure it anew",
            );
        }
        if self.reader == Reader::Ifupdown2 && part.text.contains("dhcp") {
            // addons/dhcp.py looks at the families alone.
            for family in stanza.families().filter(|family| !family.is_empty()) {
                let (v6, method) =
                    if family == "inet6" { (true, IpMethod::Dhcp) } else { (false, IpMethod::Auto) };
                self.config(link, v6).method = Some(At::new(method, span));
            }
            return;
        }
        let method = match (v6, part.text.as_str()) {
            // The executor does not look at the family (executor-scripts/linux/dhcp).
            (_, "dhcp") if self.reader == Reader::IfupdownNg => Some((false, IpMethod::Auto)),
            (false, "dhcp" | "bootp") => Some((false, IpMethod::Auto)),
            (true, "dhcp") | (false, "dhcp6") => Some((true, IpMethod::Dhcp)),
            (true, "auto") => Some((true, IpMethod::Auto)),
            (false, "ipv4ll") => Some((false, IpMethod::LinkLocal)),
            (false, "manual") if stanza.family() == "inet" => Some((false, IpMethod::Disabled)),
            (true, "manual") => Some((true, IpMethod::Ignore)),
            _ => None,
        };
        let Some((v6, method)) = method else { return };
        if method == IpMethod::Auto && v6 && self.reader != Reader::Ifupdown {
            return;
        }
        let is_weak =
            |method: IpMethod| matches!(method, IpMethod::Disabled | IpMethod::Ignore | IpMethod::Manual);
        let config = self.config(link, v6);
        let has_addresses = config.addresses.is_said();
        match &mut config.method {
            // What another stanza configures is not taken back by `manual`.
            Some(said) if is_weak(method) => said.origin.merge(&Origin::at(span)),
            slot if is_weak(method) && has_addresses => {
                *slot = Some(At::new(IpMethod::Manual, Origin::derived("method-by-addresses", [span])));
            }
            slot => *slot = Some(At::new(method, span)),
        }
    }

    /// The addresses of a stanza.
    pub(super) fn addresses(&mut self, link: LinkId, stanza: &Stanza) {
        let mut drafts: Vec<Draft<'_>> = Vec::new();
        let mut loose = Draft::default();
        let several = self.reader != Reader::Ifupdown;
        for option in &stanza.options {
            let name = canonical(option, self.reader);
            if name == "address" {
                if several || drafts.is_empty() {
                    drafts.push(Draft { address: Some(option), ..Draft::default() });
                }
                continue;
            }
            let last = if self.reader == Reader::Ifupdown2 { drafts.last_mut() } else { None };
            if let Some(slot) = last.unwrap_or(&mut loose).slot(name)
                && slot.is_none()
            {
                *slot = Some(option);
            }
        }
        if stanza.method() == "6to4" && self.reader == Reader::Ifupdown {
            self.six_to_four(link, stanza);
        }
        let takes = self.takes_addresses(stanza);
        if !takes {
            for option in drafts.iter().chain([&loose]).flat_map(Draft::options) {
                let message = format!(
                    "`{}` has no effect: the method `{}` does not read it",
                    self.shown(option),
                    stanza.method()
                );
                self.report(
                    &codes::IDLE,
                    option.span,
                    message,
                    "use the method `static`, or remove the line",
                );
            }
            return;
        }
        if drafts.is_empty() {
            self.without_address(&loose);
            return;
        }
        for draft in &mut drafts {
            for (slot, other) in [
                (&mut draft.netmask, loose.netmask),
                (&mut draft.broadcast, loose.broadcast),
                (&mut draft.peer, loose.peer),
                (&mut draft.scope, loose.scope),
                (&mut draft.preferred, loose.preferred),
            ] {
                *slot = slot.or(other);
            }
            self.address(link, stanza, draft);
        }
    }

    /// True where the method configures the addresses of the stanza; ifupdown-ng always does.
    fn takes_addresses(&self, stanza: &Stanza) -> bool {
        match self.reader {
            Reader::Ifupdown => {
                matches!(stanza.method(), "static" | "tunnel" | "v4tunnel")
                    && matches!(stanza.family(), "inet" | "inet6")
            }
            // addons/address.py:_pre_up.
            Reader::Ifupdown2 => !matches!(stanza.method(), "dhcp" | "ppp"),
            Reader::IfupdownNg => true,
        }
    }

    /// True for a stanza that ifup refuses before it runs a command of it (execute.c:check). A v4tunnel may go without.
    pub(super) fn lacks_address(&self, stanza: &Stanza) -> bool {
        self.reader == Reader::Ifupdown
            && self.takes_addresses(stanza)
            && stanza.method() != "v4tunnel"
            && !stanza.options.iter().any(|option| canonical(option, self.reader) == "address")
    }

    pub(super) fn no_address(&mut self, stanza: &Stanza) {
        let message = format!(
            "`{}` has no address; ifup refuses it: missing required variable: address",
            stanza.title()
        );
        let help = "add an `address` line, or use the method `manual`";
        let mut error = super::finding(&codes::MISSING, stanza.span, message, help);
        error.labels.extend(stanza.options.iter().map(|option| option.span));
        self.cx.report(error);
    }

    fn without_address(&mut self, loose: &Draft<'_>) {
        // A v4tunnel may go without.
        if self.reader == Reader::Ifupdown {
            return;
        }
        for option in loose.options() {
            let message = format!("`{}` belongs to no address", self.shown(option));
            self.report(&codes::IDLE, option.span, message, "put it below its `address` line");
        }
    }

    fn address(&mut self, link: LinkId, stanza: &Stanza, draft: &Draft<'_>) {
        let Some(option) = draft.address else { return };
        let words = option.value.words();
        let Some((word, _)) = words.first() else { return };
        // ip(8) is handed `ADDRESS/MASK` of which only IPv4 loses what stands behind it (`address 192.0.2.1/24 # x`).
        let (text, prefix) =
            word.split_once('/').map_or((*word, None), |(text, prefix)| (text, Some(prefix)));
        let family = stanza.family();
        let Some(ip) = text.parse::<IpAddr>().ok().filter(|ip| self.fits(*ip, family)) else {
            self.refuse(option, if family == "inet6" { "an IPv6 address" } else { "an IP address" });
            self.drop_parts(draft);
            return;
        };
        if !self.ends_there(option, &words, ip) {
            self.drop_parts(draft);
            return;
        }
        let Some(length) = self.length(ip, prefix, draft) else { return };
        let Ok(net) = IpNet::new(ip, length) else {
            self.refuse(option, "an address whose prefix length fits its family");
            return;
        };
        let mut address = Address::new(net);
        self.attributes(&mut address, draft);
        if stanza.name.text.contains(':') && self.reader == Reader::Ifupdown {
            if ip.is_ipv4() {
                address.label = Some(stanza.name.text.clone());
            } else {
                address.preferred_lft = Some(0);
            }
        }
        if address.net.addr().is_ipv6()
            && stanza.options.iter().any(|o| o.name == "dad-attempts" && o.value.text == "0")
        {
            address.flags.nodad = true;
        }
        let v6 = ip.is_ipv6();
        let origin = Origin::said(draft.spans());
        let method = stanza.method.as_ref().map(|part| part.span);
        let is_loopback = stanza.method() == "loopback";
        let config = self.config(link, v6);
        let same = |other: &Address| other.net == address.net && other.peer == address.peer;
        match config.addresses.items.iter_mut().find(|at| same(&at.value)) {
            Some(at) if at.value == address => at.origin.merge(&origin),
            Some(_) => {
                let message = format!(
                    "`{}` is there already with other attributes, so the kernel refuses it (File exists)",
                    address.net
                );
                let mut error = super::finding(&codes::REPEATED, option.span, message, "keep one of the two");
                error.labels.extend(draft.spans());
                self.cx.report(error);
                return;
            }
            None => config.addresses.push(address, origin),
        }
        let weak = config
            .method
            .as_ref()
            .is_none_or(|at| matches!(at.value, IpMethod::Disabled | IpMethod::Ignore | IpMethod::Manual));
        if weak && !is_loopback {
            let spans = method.into_iter().chain(std::iter::once(option.span));
            let mut origin = Origin::derived("method-by-addresses", spans);
            if let Some(old) = &config.method {
                origin.merge(&old.origin);
            }
            config.method = Some(At { value: IpMethod::Manual, origin });
        }
    }

    /// Words behind an address. ifupdown cuts them off an IPv4 address; an IPv6 address goes to ip(8) with them, which a
    /// `#` leaves without device.
    fn ends_there(&mut self, option: &Opt, words: &[(&str, Span)], ip: IpAddr) -> bool {
        let Some((_, span)) = words.get(1) else { return true };
        if ip.is_ipv6() && self.reader == Reader::Ifupdown {
            self.refuse(option, "an IPv6 address and nothing behind it");
            return false;
        }
        let rest: Vec<&str> = words[1..].iter().map(|(word, _)| *word).collect();
        let message = format!(
            "`{}` behind the address is read by nothing; interfaces(5) knows comments as lines of their own only",
            rest.join(" ")
        );
        self.report(&codes::IDLE, *span, message, "move it to a line of its own that begins with `#`");
        true
    }

    fn fits(&self, ip: IpAddr, family: &str) -> bool {
        match (self.reader, family) {
            (Reader::Ifupdown, "inet") => ip.is_ipv4(),
            (Reader::Ifupdown, "inet6") => ip.is_ipv6(),
            _ => true,
        }
    }

    fn drop_parts(&mut self, draft: &Draft<'_>) {
        let address = draft.address.map(|option| option.span);
        for option in draft.options().filter(|option| Some(option.span) != address) {
            let message = format!("`{}` belongs to an address that is none", self.shown(option));
            self.report(&codes::IDLE, option.span, message, "correct the address");
        }
    }

    /// The prefix length: of the netmask, of the address, or as the program guesses it (trap 37). With a peer it is the
    /// peer's, which is a host without one (ip-address(8): the prefix of `peer` is that of the address).
    fn length(&mut self, ip: IpAddr, prefix: Option<&str>, draft: &Draft<'_>) -> Option<u8> {
        let option = draft.address?;
        let own = match prefix {
            Some(text) => match mask(text, ip) {
                Some(length) => Some(length),
                None => {
                    self.refuse(option, "an address with a prefix length or netmask");
                    self.drop_parts(draft);
                    return None;
                }
            },
            None => None,
        };
        if let Some(length) = draft.peer.and_then(|peer| peer_length(&peer.value.text, ip)) {
            let netmask =
                draft.netmask.and_then(|netmask| netmask.value.text.split_ascii_whitespace().next());
            let said = netmask.and_then(|text| mask(text, ip)).or(own);
            if let Some(said) = said.filter(|said| *said != length) {
                let message = format!(
                    "the prefix length of an address with a peer is the peer's: {length}, not {said}"
                );
                let help = "write the length behind the peer if its network is meant";
                self.report(&codes::NETMASK, draft.netmask.unwrap_or(option).span, message, help);
            }
            return Some(length);
        }
        let masked = match draft.netmask {
            Some(netmask) => {
                match mask(netmask.value.text.split_ascii_whitespace().next().unwrap_or_default(), ip) {
                    Some(length) => Some((length, netmask)),
                    None if own.is_some() && self.reader != Reader::Ifupdown => None,
                    None => {
                        self.refuse(netmask, "a netmask or prefix length");
                        None
                    }
                }
            }
            None => None,
        };
        if let (Some(own), Some((length, netmask))) = (own, masked)
            && own != length
        {
            let (wins, loses) = if self.reader == Reader::Ifupdown { (length, own) } else { (own, length) };
            let message = format!("{} takes the prefix length {wins}, not {loses}", self.reader.name());
            self.report(&codes::NETMASK, netmask.span, message, "keep one of the two");
        }
        match (self.reader, own, masked) {
            (Reader::Ifupdown, _, Some((length, _))) => Some(length),
            (_, Some(own), _) => Some(own),
            (_, None, Some((length, _))) => Some(length),
            (_, None, None) => Some(self.guess(ip, option)),
        }
    }

    fn guess(&mut self, ip: IpAddr, option: &Opt) -> u8 {
        let length = match (self.reader, ip) {
            (Reader::Ifupdown, IpAddr::V4(v4)) => match v4.octets()[0] {
                0..=127 => 8,
                128..=191 => 16,
                _ => 24,
            },
            (Reader::Ifupdown2, IpAddr::V4(_)) => 32,
            (Reader::IfupdownNg, IpAddr::V4(_)) => 24,
            (Reader::IfupdownNg, IpAddr::V6(_)) => 64,
            (Reader::Ifupdown | Reader::Ifupdown2, IpAddr::V6(_)) => 128,
        };
        let message = format!("`{ip}` has no prefix length; {} takes {length}", self.reader.name());
        self.report(&codes::PREFIX, option.span, message, "write `ADDRESS/LENGTH`");
        length
    }

    fn attributes(&mut self, address: &mut Address, draft: &Draft<'_>) {
        if let Some(option) = draft.broadcast
            && let IpNet::V4(net) = address.net
        {
            let usual = if net.prefix_len() >= 31 { Ipv4Addr::BROADCAST } else { net.broadcast() };
            match option.value.text.as_str() {
                "+" => {}
                "-" => address.broadcast = Some(IpAddr::V4(net.network())),
                text => match text.parse::<Ipv4Addr>() {
                    Ok(broadcast) if broadcast == usual => {}
                    Ok(broadcast) => address.broadcast = Some(IpAddr::V4(broadcast)),
                    Err(_) => self.refuse(option, "an IPv4 address, `+` or `-`"),
                },
            }
        }
        if let Some(option) = draft.peer {
            // A length behind it has become that of the address.
            let text = option.value.text.split('/').next().unwrap_or_default();
            match text.parse::<IpAddr>() {
                Ok(peer) => address.peer = Some(peer),
                Err(_) => self.refuse(option, "an IP address"),
            }
        }
        if let Some(option) = draft.scope {
            match option.value.text.as_str() {
                "global" => {}
                scope @ ("link" | "host" | "site") => address.scope = Some(scope.to_owned()),
                _ => self.refuse(option, "`global`, `link`, `host` or `site`"),
            }
        }
        if let Some(option) = draft.preferred {
            match option.value.text.as_str() {
                "forever" => {}
                text => match text.parse() {
                    Ok(seconds) => address.preferred_lft = Some(seconds),
                    Err(_) => self.refuse(option, "a number of seconds"),
                },
            }
        }
    }
}

/// The prefix length that a peer gives to its address.
fn peer_length(text: &str, ip: IpAddr) -> Option<u8> {
    let (peer, length) = text.split_once('/').map_or((text, None), |(peer, length)| (peer, Some(length)));
    let peer: IpAddr = peer.parse().ok()?;
    match length {
        _ if peer.is_ipv4() != ip.is_ipv4() => None,
        Some(length) => mask(length, ip),
        None => Some(if ip.is_ipv4() { 32 } else { 128 }),
    }
}

/// The length of a netmask, dotted or a number; that with holes is none.
fn mask(text: &str, ip: IpAddr) -> Option<u8> {
    let most = if ip.is_ipv4() { 32 } else { 128 };
    if let Ok(length) = text.parse::<u8>() {
        return (length <= most).then_some(length);
    }
    match ip {
        IpAddr::V4(_) => ipnet::ip_mask_to_prefix(IpAddr::V4(text.parse::<Ipv4Addr>().ok()?)).ok(),
        IpAddr::V6(_) => ipnet::ip_mask_to_prefix(IpAddr::V6(text.parse::<Ipv6Addr>().ok()?)).ok(),
    }
}
