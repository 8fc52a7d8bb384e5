//! Dialects: whose defaults and meaning apply to an input or an output.

use std::fmt;

/// A release of the software that reads a format: `1.46`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Before the dot.
    pub major: u16,
    /// After the dot.
    pub minor: u16,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl std::str::FromStr for Version {
    type Err = crate::value::NotThat;
    /// `1.46` or `1.46.2`; what follows the second number does not count.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('.');
        let mut number = || parts.next().and_then(|p| p.parse().ok()).ok_or(crate::value::NotThat);
        Ok(Version { major: number()?, minor: number()? })
    }
}

/// A format with its variant: `ifcfg:initscripts`, `keyfile@1.46`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dialect {
    /// The format's name.
    pub format: &'static str,
    /// Which of its readers' meaning applies; empty where there is one only.
    pub variant: &'static str,
    /// The target's release.
    pub version: Option<Version>,
}

impl Dialect {
    /// A format without variant and version.
    #[must_use]
    pub const fn of(format: &'static str) -> Self {
        Dialect { format, variant: "", version: None }
    }

    /// A format's variant.
    #[must_use]
    pub const fn with(format: &'static str, variant: &'static str) -> Self {
        Dialect { format, variant, version: None }
    }
}

/// NetworkManager's keyfiles.
pub const KEYFILE: &str = "keyfile";
/// Debian's interfaces files.
pub const INTERFACES: &str = "interfaces";
/// interfaces files as Debian's ifupdown and the scripts of its add-on packages read them.
pub const IFUPDOWN: Dialect = Dialect::with(INTERFACES, "ifupdown");
/// interfaces files as ifupdown2 (Cumulus Linux, Proxmox VE) reads them.
pub const IFUPDOWN2: Dialect = Dialect::with(INTERFACES, "ifupdown2");
/// interfaces files as ifupdown-ng (Alpine Linux) reads them.
pub const IFUPDOWN_NG: Dialect = Dialect::with(INTERFACES, "ifupdown-ng");
/// libvirt's XML; without a variant its virtual networks, whose bridges it makes itself.
pub const LIBVIRT: &str = "libvirt";
/// libvirt's XML of host interfaces, as netcf writes them into the distribution's own files.
pub const LIBVIRT_HOST: Dialect = Dialect::with(LIBVIRT, "host-interfaces");
/// Scripts of ip, bridge, brctl and other commands.
pub const IPROUTE: &str = "iproute";
/// The running kernel's state.
pub const NETLINK: &str = "netlink";
/// RHEL's ifcfg files.
pub const IFCFG: &str = "ifcfg";
/// ifcfg files as NetworkManager's ifcfg-rh plugin reads them.
pub const IFCFG_NM: Dialect = Dialect::with(IFCFG, "networkmanager");
/// ifcfg files as initscripts' network-scripts read them.
pub const IFCFG_INITSCRIPTS: Dialect = Dialect::with(IFCFG, "initscripts");
/// SUSE's ifcfg files as wicked reads them.
pub const IFCFG_SUSE: Dialect = Dialect::with(IFCFG, "suse");

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.format)?;
        if !self.variant.is_empty() {
            write!(f, ":{}", self.variant)?;
        }
        if let Some(version) = self.version {
            write!(f, "@{version}")?;
        }
        Ok(())
    }
}
