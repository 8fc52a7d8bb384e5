//! Kernel settings by name (sysctl(8)).

use crate::node;
use crate::reflect::Said;

impl Sysctl {
    /// The interface whose setting it is: `net.ipv4.conf.NAME.…`, `net.ipv6.neigh.NAME.…`, `net.mpls.conf.NAME.…`
    /// (ip-sysctl, mpls-sysctl). `all` and `default` are no interfaces.
    #[must_use]
    pub fn interface(&self) -> Option<String> {
        let mut parts = self.key.as_ref()?.value.split('.');
        let is_own = parts.next() == Some("net")
            && matches!(parts.next(), Some("ipv4" | "ipv6" | "mpls"))
            && matches!(parts.next(), Some("conf" | "neigh"));
        let name = parts.next().filter(|name| is_own && !matches!(*name, "all" | "default"))?;
        parts.next()?;
        Some(name.replace('/', "."))
    }
}

node! {
    /// A kernel setting that a configuration sets.
    pub struct Sysctl {
        /// Network namespace, where it is not the host's own.
        netns: Said<String>,
        /// The path below /proc/sys with dots between (`net.ipv4.ip_forward`); a dot within an
        /// interface's name is written `/`, as sysctl.d(5) has it.
        key: Said<String>,
        /// The value.
        value: Said<String>,
    }
}
