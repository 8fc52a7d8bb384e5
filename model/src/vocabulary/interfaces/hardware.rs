//! Options for hardware, name service and wireless: ethtool, resolvconf, wpasupplicant, wireless-tools.

use super::row::Place::{Entry, Extra, Link, Own};
use super::row::rows;

rows! { pub(super) const ETHTOOL = "ethtool", "ethtool" {
    "link-speed" DC Link("ethtool.speed"), Int;
    "link-duplex" DC Link("ethtool.duplex"), Text;
    "ethernet-autoneg" D Link("ethtool.autoneg"), OnOff, "Autonegotiation: on, off, or a mask of the modes to advertise.";
    "link-autoneg" C Link("ethtool.autoneg"), OnOff;
    "link-fec" C Link("ethtool.fec"), Fec, "Forward error correction: auto, off, rs, baser.";
    "ethernet-port" D Link("ethtool.port"), Text;
    "ethernet-wol" D Link("ethtool.wol"), WakeOnLan, "Wake-on-LAN letters (`g` is the magic packet, `d` none); a SecureOn password may follow.";
    "driver-message-level" D Extra, Text, "Messages of the driver.";
    "ethernet-pause-*" D Entry("ethtool.pause", ""), OnOff;
    "hardware-irq-coalesce-adaptive-rx" D Entry("ethtool.coalesce", "adaptive-rx"), Number, "Adaptive interrupt coalescing of received frames.";
    "hardware-irq-coalesce-adaptive-tx" D Entry("ethtool.coalesce", "adaptive-tx"), Number, "Adaptive interrupt coalescing of sent frames.";
    "hardware-irq-coalesce-*" D Entry("ethtool.coalesce", ""), Int;
    "hardware-dma-ring-*" D Entry("ethtool.ring", ""), Int;
    "offload-*" D Entry("ethtool.features", ""), OnOff;
    "ring-rx" C Entry("ethtool.ring", "rx"), Int;
    "ring-tx" C Entry("ethtool.ring", "tx"), Int;
    "gro-offload" C Entry("ethtool.features", "gro"), OnOff;
    "gso-offload" C Entry("ethtool.features", "gso"), OnOff;
    "lro-offload" C Entry("ethtool.features", "lro"), OnOff;
    "tso-offload" C Entry("ethtool.features", "tso"), OnOff;
    "ufo-offload" C Entry("ethtool.features", "ufo"), OnOff;
    "tx-offload" C Entry("ethtool.features", "tx"), OnOff;
    "rx-offload" C Entry("ethtool.features", "rx"), OnOff;
    "ethtool-link-speed" | "link-speed" N Link("ethtool.speed"), Int;
    "ethtool-link-duplex" | "link-duplex" N Link("ethtool.duplex"), Text;
    "ethtool-link-fec" | "link-fec" N Link("ethtool.fec"), Fec;
    "ethtool-ethernet-autoneg" | "ethernet-autoneg" | "link-autoneg" N Link("ethtool.autoneg"), OnOff;
    "ethtool-ethernet-port" | "ethernet-port" N Link("ethtool.port"), Text;
    "ethtool-ethernet-wol" | "ethernet-wol" N Link("ethtool.wol"), WakeOnLan;
    "ethtool-msglvl" | "driver-message-level" N Extra, Text, "Messages of the driver.";
    "ethtool-pause-*" | "ethernet-pause-*" N Entry("ethtool.pause", ""), OnOff;
    "ethtool-coalesce-adaptive-rx" | "hardware-irq-coalesce-adaptive-rx" N Entry("ethtool.coalesce", "adaptive-rx"), Number;
    "ethtool-coalesce-adaptive-tx" | "hardware-irq-coalesce-adaptive-tx" N Entry("ethtool.coalesce", "adaptive-tx"), Number;
    "ethtool-coalesce-*" | "hardware-irq-coalesce-*" N Entry("ethtool.coalesce", ""), Int;
    "ethtool-dma-ring-*" | "hardware-dma-ring-*" N Entry("ethtool.ring", ""), Int;
    "ethtool-offload-*" | "offload-*" N Entry("ethtool.features", ""), OnOff;
    "gro-offload" N Entry("ethtool.features", "gro"), OnOff;
    "gso-offload" N Entry("ethtool.features", "gso"), OnOff;
    "lro-offload" N Entry("ethtool.features", "lro"), OnOff;
    "tso-offload" N Entry("ethtool.features", "tso"), OnOff;
    "ufo-offload" N Entry("ethtool.features", "ufo"), OnOff;
    "tx-offload" N Entry("ethtool.features", "tx"), OnOff;
    "rx-offload" N Entry("ethtool.features", "rx"), OnOff;
} }

rows! { pub(super) const DNS = "resolvconf", "resolvconf" {
    "dns-nameservers" DCN Own, Special, "Name servers, of either family. Without resolvconf, openresolv or the hook of systemd-resolved nothing reads it.";
    "dns-nameserver" DCN Own, Special, "One name server; may be repeated.";
    "dns-search" DCN Own, Special, "Search domains.";
    "dns-domain" DCN Own, Special, "The local domain, searched first.";
    "dns-options" DCN Own, Special, "Options of resolv.conf(5).";
    "dns-sortlist" DCN Extra, Text, "Networks whose addresses are preferred.";
    "dns-default-route" D Extra, YesNo, "Ask these servers for all names (systemd-resolved).";
} }

rows! { pub(super) const WPA = "wpasupplicant", "wifi" {
    "wpa-ssid" | "wpa-essid" D Link("wifi.ssid_hex"), Ssid, "Name of the network.";
    "wpa-psk" D Link("wifi_security.psk"), Secret, "Pre-shared key: 64 hexadecimal digits or a passphrase.";
    "wpa-key-mgmt" D Link("wifi_security.key_mgmt"), Upper, "Key management: WPA-PSK, WPA-EAP, SAE, IEEE8021X, NONE.";
    "wpa-proto" D Link("wifi_security.proto"), UpperWords;
    "wpa-pairwise" D Link("wifi_security.pairwise"), UpperWords;
    "wpa-group" D Link("wifi_security.group"), UpperWords;
    "wpa-auth-alg" D Link("wifi_security.auth_alg"), Upper;
    "wpa-bssid" D Link("wifi.bssid"), Mac;
    "wpa-scan-ssid" D Link("wifi.hidden"), Switch;
    "wpa-mode" D Link("wifi.mode"), WifiMode, "0 infrastructure, 1 ad hoc, 2 access point.";
    "wpa-wep-key0" D Link("wifi_security.wep_key0"), WepKey;
    "wpa-wep-key1" D Link("wifi_security.wep_key1"), WepKey;
    "wpa-wep-key2" D Link("wifi_security.wep_key2"), WepKey;
    "wpa-wep-key3" D Link("wifi_security.wep_key3"), WepKey;
    "wpa-wep-tx-keyidx" D Link("wifi_security.wep_tx_keyidx"), Int;
    "wpa-eap" D Link("dot1x.eap"), UpperWords;
    "wpa-identity" D Link("dot1x.identity"), Quoted;
    "wpa-anonymous-identity" D Link("dot1x.anonymous_identity"), Quoted;
    "wpa-password" D Link("dot1x.password"), Secret;
    "wpa-ca-cert" D Link("dot1x.ca_cert"), Quoted;
    "wpa-ca-path" D Link("dot1x.ca_path"), Quoted;
    "wpa-client-cert" D Link("dot1x.client_cert"), Quoted;
    "wpa-private-key" D Link("dot1x.private_key"), Quoted;
    "wpa-private-key-passwd" D Link("dot1x.private_key_password"), Secret;
    "wpa-phase2" D Own, Special, "Inner authentication: `auth=MSCHAPV2`, `autheap=TLS`.";
    "wpa-private-key-passwd2" | "wpa-pin" | "wpa-eappsk" D Extra, Secret, "A secret that is handed to wpa_supplicant.";
    "wpa-conf" D Extra, Text, "Configuration file of wpa_supplicant.";
    "wpa-roam" D Extra, Text, "Configuration file of wpa_supplicant, whose networks choose among logical interfaces.";
    "wpa-driver" D Extra, Text, "Driver of wpa_supplicant.";
    "wpa-*" D Extra, Text, "Handed to wpa_supplicant (wpa_supplicant.conf(5)).";
    "wifi-ssid" N Link("wifi.ssid_hex"), Ssid, "Name of the network.";
    "wifi-psk" N Link("wifi_security.psk"), Secret;
    "wifi-config-path" N Extra, Text, "Configuration file of wpa_supplicant.";
} }

rows! { pub(super) const WIRELESS = "wireless-tools", "wifi" {
    "wireless-essid" D Link("wifi.ssid_hex"), Ssid, "Name of the network.";
    "wireless-channel" D Link("wifi.channel"), Int;
    "wireless-mode" D Own, Special, "Managed, Ad-Hoc, Master …";
    "wireless-key" | "wireless-key1" D Link("wifi_security.wep_key0"), WepKey;
    "wireless-key2" D Link("wifi_security.wep_key1"), WepKey;
    "wireless-key3" D Link("wifi_security.wep_key2"), WepKey;
    "wireless-key4" D Link("wifi_security.wep_key3"), WepKey;
    "wireless-key*" D Extra, Secret, "How the key is used, or the key itself; handed to iwconfig(8).";
    "wireless-enc*" D Extra, Secret, "The same.";
    "wireless-*" D Extra, Text, "Handed to iwconfig(8).";
} }

rows! { pub(super) const HOSTAPD = "hostapd", "hostapd" {
    "hostapd" D Extra, Text, "Configuration file of hostapd, which makes an access point of the interface.";
} }

rows! { pub(super) const OPENVPN = "openvpn", "openvpn" {
    "openvpn" D Extra, Text, "Tunnels that openvpn starts with the interface.";
} }

rows! { pub(super) const UCARP = "ucarp", "ucarp" {
    "ucarp-password" D Extra, Secret, "The password by which ucarp knows its peers.";
    "ucarp-*" D Extra, Text, "Handed to ucarp(8), which shares an address with other hosts.";
} }

rows! { pub(super) const VDE = "vde2", "vde2" {
    "vde2-*" D Extra, Text, "Handed to vde_switch(1) or vde_plug2tap(1).";
} }
