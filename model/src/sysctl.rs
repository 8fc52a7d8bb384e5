//! Kernel settings by name (sysctl(8)).

use crate::node;
use crate::path::FieldPath;
use crate::reflect::Said;
use crate::value::Value;

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

    /// The setting of its interface that the model has in its own words, with the value: `ipv6.autoconf` for
    /// `net.ipv6.conf.NAME.autoconf`.
    #[must_use]
    pub fn of_link(&self) -> Option<(FieldPath, Value)> {
        let setting = self.key.as_ref()?.value.strip_prefix("net.ipv6.conf.")?.split('.').nth(1)?;
        let (_, path) = OF_LINKS.iter().find(|(name, _)| *name == setting)?;
        let number: i64 = self.value.as_ref()?.value.parse().ok()?;
        let value = if *path == "ipv6.autoconf" { Value::Bool(number != 0) } else { Value::Int(number) };
        Some((FieldPath::parse(path), value))
    }
}

/// Settings below `net.ipv6.conf.NAME` that are fields of a link.
const OF_LINKS: [(&str, &str); 4] = [
    ("accept_ra", "ipv6.accept_ra"),
    ("autoconf", "ipv6.autoconf"),
    ("mtu", "ipv6.mtu"),
    ("use_tempaddr", "ipv6.ip6_privacy"),
];

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
