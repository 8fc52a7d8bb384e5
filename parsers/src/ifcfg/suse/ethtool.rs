//! ETHTOOL_OPTIONS and its suffixes: `-X IFACE words`, else words of `-s IFACE` (`try_add_ethtool_vars`).

use super::keys::{Keys, words};
use crate::Context;
use crate::ifcfg::ethtool::{SaidWords, call};
use netpivot_model::link::Link;
use netpivot_model::network::Leftover;

pub(super) fn read(keys: &Keys, link: &mut Link, leftovers: &mut Vec<Leftover>, cx: &mut Context) {
    for (suffix, var) in keys.indexed("ETHTOOL_OPTIONS") {
        let key = format!("ETHTOOL_OPTIONS{suffix}");
        let all: Vec<&str> = words(var.value).collect();
        let (option, rest) = match all.as_slice() {
            // The second word is the interface's place, whatever stands there.
            [option, _, rest @ ..] if option.starts_with('-') => (*option, rest),
            [_] | [] => continue,
            rest => ("-s", rest),
        };
        let said = SaidWords { key: &key, part: var.value, var, program: "wicked" };
        call(said, (option, rest), link, leftovers, cx);
    }
}
