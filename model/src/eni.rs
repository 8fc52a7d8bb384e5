//! What only interfaces files have (interfaces(5), bridge-utils-interfaces(5)): classes of interfaces, how long
//! ifup waits, and what it asks a DHCPv6 client for.

use crate::node;
use crate::reflect::{List, Map, Said};
use crate::value::Count;

node! {
    /// Settings of ifupdown without a counterpart in the kernel.
    pub struct EniOnly {
        /// Classes of `allow-CLASS` lines beside `auto`; `hotplug` only where the interface is `auto` as well.
        classes: List<String>,
        /// Aliases (`eth0:1`) that start otherwise than their interface: `auto`, `hotplug`, or `manual` for by hand.
        alias_starts: Map<String>,
        /// Devices that get the interface's stanzas: a name, a pattern or `/mac/ADDRESS`, as in `auto DEVICE=NAME`. The
        /// interface's own name is one where it starts as well.
        devices: List<String>,
        /// The stanzas are for a device of another name, which a mapping or whoever calls ifup tells (`ifup DEVICE=NAME`).
        logical: Said<bool>,
        /// What the device is called before it gets its name: `rename OLD=NAME`, or `ip link set OLD name NAME`.
        renamed_from: Said<String>,
        /// How a bridge takes ports among the host's interfaces: `all`, `regex EXPRESSION …`.
        bridge_ports: Said<String>,
        /// `ifdown -a` leaves the interface up.
        no_auto_down: Said<bool>,
        /// ifdown sets the interface down, where its method would leave it up.
        goes_down: Said<bool>,
        /// Scripts of add-on packages are left out for the interface.
        no_scripts: Said<bool>,
        /// Seconds that ifup waits at most for a bridge's ports to forward; 0 does not wait.
        bridge_maxwait: Said<Count>,
        /// Seconds that ifup waits for ports to appear, and the ports; all where none are named.
        bridge_waitport: Said<String>,
        /// How often ifup looks whether duplicate address detection has ended.
        dad_attempts: Said<Count>,
        /// Seconds between the looks.
        dad_interval: Said<String>,
        /// How often ifup looks for a link-local address.
        ll_attempts: Said<Count>,
        /// Seconds between the looks.
        ll_interval: Said<String>,
        /// Ask a DHCPv6 server for what is no address (stateless).
        stateless_dhcp6: Said<bool>,
        /// Ask a DHCPv6 server for a prefix.
        request_prefix: Said<bool>,
        /// Lease time that is asked of a DHCP server, in s.
        leasetime: Said<Count>,
    }
}
