//! Settings that are more than one option's value.

use super::inet6::OF_INET6;
use super::is;
use crate::dhcp;
use crate::interfaces::kind::first;
use crate::interfaces::stanza::refused;
use crate::interfaces::{Job, Sheet, codes, link_fact};
use crate::text::shell::quote;
use netpivot_model::ethtool::WOL_IGNORE;
use netpivot_model::ip::{AddrGenMode, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::value::{MAC_WORDS, Value};
use netpivot_model::vocabulary::interfaces::{Reader, option_for};

/// Words of NetworkManager's for identifiers that it makes; an option holds the identifier itself.
const CLIENT_ID_WORDS: [&str; 6] = ["mac", "perm-mac", "duid", "ipv6-duid", "stable", "none"];

/// True for a word that leaves the identifier to NetworkManager.
fn is_word_of_client(value: &Value) -> bool {
    CLIENT_ID_WORDS.contains(&value.to_string().as_str())
}

impl<'n> Job<'n> {
    /// Settings that are more than one option's value. True where nothing is left to do.
    pub(super) fn special(
        &mut self,
        id: LinkId,
        name: &str,
        path: FieldPath,
        value: &Value,
        sheet: &mut Sheet,
    ) -> bool {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        if is(path, "up") {
            if *value == Value::Bool(false) {
                if self.reader == Reader::Ifupdown2 {
                    first(sheet).option("link-down", "yes");
                } else {
                    first(sheet).up.push(format!("ip link set dev {} down", quote(name)).into());
                }
            }
            return true;
        }
        if is(path, "mtu") && *value == Value::Int(0) {
            self.cx.otherwise(link_fact(id, path), "says-the-default");
            return true;
        }
        if is(path, "wifi.ssid_hex") && self.reader == Reader::Ifupdown && !self.is_secured(id) {
            // wpa_supplicant looks for secured networks unless it is told otherwise (wpa_supplicant.conf(5), `key_mgmt`).
            first(sheet).option("wpa-key-mgmt", "NONE");
            return false;
        }
        if is(path, "wifi_security.key_mgmt") && self.says_key_management(id) {
            return true;
        }
        if is(path, "dot1x.eap")
            && matches!(link.kind.value, LinkKind::Ethernet(_))
            && self.reader == Reader::Ifupdown
        {
            // wpa_supplicant would take the port for a wireless one with a key of its own.
            first(sheet).option("wpa-driver", "wired");
            first(sheet).option("wpa-key-mgmt", "IEEE8021X");
            return false;
        }
        if is(path, "dot1x.phase2_auth") || is(path, "dot1x.phase2_autheap") {
            return self.inner_authentication(path, value, sheet);
        }
        if is(path, "vrf.table") {
            first(sheet).option("vrf-table", value.to_string());
            return true;
        }
        if is(path, "vxlan.remote") {
            return self.vxlan_remote(value, sheet);
        }
        if is(path, "eni.bridge_waitport") && self.reader == Reader::Ifupdown2 && value.to_string() == "0" {
            // It wants ports behind the seconds (addons/bridge.py), and none are waited for.
            self.cx.otherwise(link_fact(id, path), "waits-for-nothing");
            return true;
        }
        if is(path, "bridge.vlans") {
            return self.own_vlans(id, name, value, sheet);
        }
        if is(path, "bridge.no_default_vlan") {
            return self.no_own_vlan(name, value, sheet);
        }
        if is(path, "ethtool.wol") && *value == Value::Int(WOL_IGNORE) {
            self.cx.otherwise(link_fact(id, path), "wake-on-lan-left-alone");
            return true;
        }
        if is(path, "ethtool.wol_password") && self.reader == Reader::Ifupdown {
            // The package's script takes it for the second word.
            let wol = first(sheet).options.iter_mut().find(|(key, _)| key == "ethernet-wol");
            return wol.map(|(_, text)| text.push_str(&format!(" {value}"))).is_some();
        }
        if is(path, "veth.peer") && self.reader == Reader::Ifupdown {
            return true;
        }
        if is(path, "bridge.mac_address") {
            if link.mac.is_none() {
                first(sheet).option("hwaddress", value.to_string());
            }
            self.cx.otherwise(link_fact(id, path), "bridge-address-by-hwaddress");
            self.cx.otherwise(link_fact(id, FieldPath::parse("mac")), "bridge-address-by-hwaddress");
            return true;
        }
        if dhcp::is_habit(link, path)
            && option_for(path, self.reader).is_none_or(|_| is_word_of_client(value))
        {
            dhcp::leave(self.cx, link, link_fact(id, path), self.reader.name());
            return true;
        }
        if is(path, "ipv4.dhcp_client_id") && is_word_of_client(value) {
            let text =
                format!("no DHCP client of {} makes an identifier as `{value}` says", self.reader.name());
            let help = "the server may give another address; say the identifier itself (`client`)".to_owned();
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
            return true;
        }
        if is(path, "mac") && MAC_WORDS.contains(&value.to_string().as_str()) {
            return self.address_word(id, path, &value.to_string());
        }
        if is(path, "ipv6.token")
            && self.reader == Reader::Ifupdown
            && !matches!(link.kind.value, LinkKind::Bridge(_))
        {
            let text =
                format!("bridge-utils sets `ipv6.token={value}` of bridges only, and nothing else does");
            let help = "add `up ip token set …` by hand, and see that it comes before the address".to_owned();
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
            return true;
        }
        if self.is_ranked_so(id, path) {
            return true;
        }
        if is_without_gateway(link, path) {
            self.cx.otherwise(link_fact(id, path), "no-gateway-no-default-route");
            return true;
        }
        if is(path, "ipv6.addr_gen_mode") && value.to_string() == AddrGenMode::Eui64.as_str() {
            self.cx.otherwise(link_fact(id, path), "the-kernel-makes-eui64");
            return true;
        }
        if turns_down_a_lease(link, path) {
            self.cx.otherwise(link_fact(id, path), "no-lease-to-turn-down");
            return true;
        }
        if is(path, "eni.dad_attempts") && *value == Value::Int(0) && has_nodad(link) {
            self.cx.otherwise(link_fact(id, path), "nodad-of-the-addresses");
            return true;
        }
        if let Some(setting) = OF_INET6.iter().find(|setting| is(path, setting.path)) {
            return self.of_inet6(id, name, setting, value, sheet);
        }
        false
    }

    /// NetworkManager's words for a hardware address; false for `random`, which ifupdown knows as well.
    fn address_word(&mut self, id: LinkId, path: FieldPath, word: &str) -> bool {
        match word {
            // Nothing else sets the address of a device.
            "preserve" | "permanent" => {
                self.cx.otherwise(link_fact(id, path), "address-left-alone");
                true
            }
            "random" if self.reader == Reader::Ifupdown => false,
            _ => {
                let text = format!(
                    "{} makes no hardware address as `mac={word}` of NetworkManager does",
                    self.reader.name()
                );
                let help = "say the address itself (`hwaddress`)".to_owned();
                self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
                true
            }
        }
    }

    /// `wpa-phase2` holds both words of the inner authentication; false where the reader has none.
    fn inner_authentication(&mut self, path: FieldPath, value: &Value, sheet: &mut Sheet) -> bool {
        if self.reader != Reader::Ifupdown {
            return false;
        }
        let key = if is(path, "dot1x.phase2_auth") { "auth" } else { "autheap" };
        let word = format!("{key}={}", value.to_string().to_ascii_uppercase());
        if refused(&word, self.reader).is_some() || word.contains(' ') {
            return false;
        }
        self.needs("wpasupplicant");
        let stanza = first(sheet);
        match stanza.options.iter_mut().find(|(name, _)| name == "wpa-phase2") {
            Some((_, text)) => *text = format!("{text} {word}"),
            None => stanza.option("wpa-phase2", word),
        }
        true
    }
}

/// True where the link gets no default route anyway, so that it need not be kept from it.
fn is_without_gateway(link: &Link, path: FieldPath) -> bool {
    let config = match path {
        path if is(path, "ipv4.never_default") => &link.ipv4,
        path if is(path, "ipv6.never_default") => &link.ipv6,
        _ => return false,
    };
    config.as_ref().is_some_and(|config| {
        let is_manual = config.method.as_ref().is_some_and(|at| match at.value {
            IpMethod::Manual | IpMethod::Disabled | IpMethod::Ignore | IpMethod::LinkLocal => true,
            IpMethod::Auto | IpMethod::Dhcp | IpMethod::Shared => false,
        });
        is_manual && config.gateway.is_none()
    })
}

/// True where an address says by itself that nobody looks for a duplicate.
fn has_nodad(link: &Link) -> bool {
    link.ipv6.as_ref().is_some_and(|config| config.addresses.values().any(|address| address.flags.nodad))
}

/// What a lease gives is turned down, and the method asks for none.
fn turns_down_a_lease(link: &Link, path: FieldPath) -> bool {
    let is_turned_down = ["ipv4.ignore_auto_dns", "ipv4.ignore_auto_routes"].iter().any(|text| path.is(text));
    let method = link.ipv4.as_ref().and_then(|config| config.method.as_ref());
    is_turned_down && method.is_some_and(|at| at.value != IpMethod::Auto)
}
