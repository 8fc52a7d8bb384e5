//! 802.1X authentication (NetworkManager's `802-1x`).

use crate::node;
use crate::reflect::{List, Said};
use crate::secret::Secret;
use crate::value::{Count, I32, Int};

node! {
    /// 802.1X on a wired or wireless link. `*_flags` are bits of NMSettingSecretFlags.
    pub struct Dot1x {
        /// EAP methods.
        eap: List<String>,
        /// Identity.
        identity: Said<String>,
        /// Anonymous identity.
        anonymous_identity: Said<String>,
        /// Password.
        password: Said<Secret>,
        /// Who keeps it.
        password_flags: Said<Int<0, 7>>,
        /// Password as bytes in hexadecimal.
        password_raw: Said<Secret>,
        /// Who keeps it.
        password_raw_flags: Said<Int<0, 7>>,
        /// PAC file.
        pac_file: Said<String>,
        /// CA certificate: path, `pkcs11:` URI or `data:`.
        ca_cert: Said<String>,
        /// Its password.
        ca_cert_password: Said<Secret>,
        /// Who keeps it.
        ca_cert_password_flags: Said<Int<0, 7>>,
        /// Directory of CA certificates.
        ca_path: Said<String>,
        /// Use the system's CA certificates.
        system_ca_certs: Said<bool>,
        /// Client certificate.
        client_cert: Said<String>,
        /// Its password.
        client_cert_password: Said<Secret>,
        /// Who keeps it.
        client_cert_password_flags: Said<Int<0, 7>>,
        /// Private key.
        private_key: Said<String>,
        /// Its password.
        private_key_password: Said<Secret>,
        /// Who keeps it.
        private_key_password_flags: Said<Int<0, 7>>,
        /// Subject of the server's certificate.
        subject_match: Said<String>,
        /// Alternative subjects.
        altsubject_matches: List<String>,
        /// Domain of the server's certificate.
        domain_match: Said<String>,
        /// Domain suffix.
        domain_suffix_match: Said<String>,
        /// `0` or `1`.
        phase1_peapver: Said<String>,
        /// `0` or `1`.
        phase1_peaplabel: Said<String>,
        /// `0` to `3`.
        phase1_fast_provisioning: Said<String>,
        /// Bits of NMSetting8021xAuthFlags.
        phase1_auth_flags: Said<Count>,
        /// Inner authentication, not EAP.
        phase2_auth: Said<String>,
        /// Inner EAP method.
        phase2_autheap: Said<String>,
        /// Inner CA certificate.
        phase2_ca_cert: Said<String>,
        /// Its password.
        phase2_ca_cert_password: Said<Secret>,
        /// Who keeps it.
        phase2_ca_cert_password_flags: Said<Int<0, 7>>,
        /// Directory of inner CA certificates.
        phase2_ca_path: Said<String>,
        /// Inner client certificate.
        phase2_client_cert: Said<String>,
        /// Its password.
        phase2_client_cert_password: Said<Secret>,
        /// Who keeps it.
        phase2_client_cert_password_flags: Said<Int<0, 7>>,
        /// Inner private key.
        phase2_private_key: Said<String>,
        /// Its password.
        phase2_private_key_password: Said<Secret>,
        /// Who keeps it.
        phase2_private_key_password_flags: Said<Int<0, 7>>,
        /// Subject of the inner certificate.
        phase2_subject_match: Said<String>,
        /// Alternative subjects of it.
        phase2_altsubject_matches: List<String>,
        /// Domain of it.
        phase2_domain_match: Said<String>,
        /// Domain suffix of it.
        phase2_domain_suffix_match: Said<String>,
        /// PIN of a smart card.
        pin: Said<Secret>,
        /// Who keeps it.
        pin_flags: Said<Int<0, 7>>,
        /// Seconds, 0 default.
        auth_timeout: Said<I32>,
        /// Activation goes on when authentication fails.
        optional: Said<bool>,
        /// OpenSSL cipher string.
        openssl_ciphers: Said<String>,
    }
}
