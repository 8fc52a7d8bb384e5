//! Kernel settings by name (sysctl(8)).

use crate::node;
use crate::reflect::Said;

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
