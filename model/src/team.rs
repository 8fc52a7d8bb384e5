//! Team devices, configured by teamd.conf(5) in JSON.

use crate::node;
use crate::reflect::Said;

node! {
    /// A team device.
    pub struct Team {
        /// teamd's configuration as one JSON text.
        config: Said<String>,
    }
}

node! {
    /// Settings of a team's port.
    pub struct TeamPort {
        /// teamd's configuration of the port as one JSON text.
        config: Said<String>,
    }
}
