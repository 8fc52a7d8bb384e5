//! Wireless links and their security (NetworkManager's `wifi` and `wifi-security`).

use crate::node;
use crate::reflect::{List, Said};
use crate::secret::Secret;
use crate::value::{Count, Int, Mac};

node! {
    /// A wireless link.
    pub struct Wifi {
        /// SSID as bytes in lower-case hexadecimal; not always text.
        ssid_hex: Said<String>,
        /// `infrastructure`, `adhoc`, `ap` or `mesh`.
        mode: Said<String>,
        /// `a`, `bg` or `6GHz`.
        band: Said<String>,
        /// Channel, 0 is any.
        channel: Said<Count>,
        /// Only this access point.
        bssid: Said<Mac>,
        /// The network does not announce itself.
        hidden: Said<bool>,
        /// 0 default, 1 ignore, 2 disable, 3 enable.
        powersave: Said<Int<0, 3>>,
        /// 0 default, 1 never, 2 always.
        mac_address_randomization: Said<Int<0, 2>>,
        /// Wake on WLAN bits.
        wake_on_wlan: Said<Count>,
        /// Clients of an access point do not see each other: -1, 0, 1.
        ap_isolation: Said<Int<-1, 1>>,
        /// Channel width: 0 auto, 20, 40, 80.
        channel_width: Said<Count>,
        /// Transmission rate, deprecated and without effect.
        rate: Said<Count>,
        /// Transmission power, deprecated and without effect.
        tx_power: Said<Count>,
    }
}

node! {
    /// Security of a wireless link.
    pub struct WifiSecurity {
        /// `none`, `ieee8021x`, `owe`, `wpa-psk`, `sae`, `wpa-eap`, `wpa-eap-suite-b-192`.
        key_mgmt: Said<String>,
        /// Pre-shared key.
        psk: Said<Secret>,
        /// Who keeps the key; bits of NMSettingSecretFlags.
        psk_flags: Said<Int<0, 7>>,
        /// `wpa`, `rsn`.
        proto: List<String>,
        /// `tkip`, `ccmp`.
        pairwise: List<String>,
        /// `wep40`, `wep104`, `tkip`, `ccmp`.
        group: List<String>,
        /// `open`, `shared`, `leap`.
        auth_alg: Said<String>,
        /// Protected management frames: 0 default to 3 required.
        pmf: Said<Int<0, 3>>,
        /// Fast initial link setup: 0 default to 3 required.
        fils: Said<Int<0, 3>>,
        /// WPS methods, bits.
        wps_method: Said<Count>,
        /// WEP key 1.
        wep_key0: Said<Secret>,
        /// WEP key 2.
        wep_key1: Said<Secret>,
        /// WEP key 3.
        wep_key2: Said<Secret>,
        /// WEP key 4.
        wep_key3: Said<Secret>,
        /// Who keeps the keys; bits of NMSettingSecretFlags.
        wep_key_flags: Said<Int<0, 7>>,
        /// 1 hexadecimal or ASCII key, 2 passphrase.
        wep_key_type: Said<Int<0, 2>>,
        /// Index of the key to send with.
        wep_tx_keyidx: Said<Int<0, 3>>,
        /// LEAP user.
        leap_username: Said<String>,
        /// LEAP password.
        leap_password: Said<Secret>,
        /// Who keeps the password; bits of NMSettingSecretFlags.
        leap_password_flags: Said<Int<0, 7>>,
    }
}
