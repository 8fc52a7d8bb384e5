//! Network namespaces (ip-netns(8)).

use crate::node;
use crate::reflect::Said;

node! {
    /// A named network namespace that a configuration makes.
    pub struct Netns {
        /// Its name below /run/netns.
        name: Said<String>,
    }
}
