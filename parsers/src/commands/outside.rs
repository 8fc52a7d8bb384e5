//! Programs that work on something else than the configuration, by what they are told.

use super::fault::Fault;
use super::program::{Call, Effect, Ran};
use super::words::Words;
use crate::text::iproute::Word;

/// Modules that the kernel loads by itself when a link, a tunnel or a rule of theirs is made
/// (`MODULE_ALIAS_RTNL_LINK`, `MODULE_ALIAS_NETDEV` and the aliases of nf_tables).
const LOADED_BY_THE_KERNEL: [&str; 34] = [
    "8021q",
    "bonding",
    "bridge",
    "dummy",
    "geneve",
    "gre",
    "hsr",
    "ifb",
    "ip6_gre",
    "ip6_tunnel",
    "ip6_vti",
    "ip_gre",
    "ip_tables",
    "ip_tunnel",
    "ip_vti",
    "ipip",
    "iptable_filter",
    "iptable_nat",
    "ip6_tables",
    "ip6table_filter",
    "ip6table_nat",
    "ipvlan",
    "ipv6",
    "macsec",
    "macvlan",
    "macvtap",
    "openvswitch",
    "sit",
    "team",
    "tun",
    "veth",
    "vrf",
    "vxlan",
    "wireguard",
];

/// modprobe(8): a module that the kernel loads by itself needs nobody to do it; options and other modules do.
pub(super) fn modprobe(_call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    let quiet = |word: &&Word<'_>| {
        matches!(word.text, "-q" | "--quiet" | "-a" | "--all" | "-v" | "--verbose" | "-b" | "-s")
    };
    let mut modules = words.rest().iter().filter(|word| !quiet(word)).peekable();
    let is_own = |word: &Word<'_>| LOADED_BY_THE_KERNEL.contains(&word.text.replace('-', "_").as_str());
    if modules.peek().is_some() && modules.all(is_own) {
        return Ok(Effect::Prepares("loads a module, which the kernel does by itself where it is needed"));
    }
    Err(Fault::unknown(
        program.span,
        "it loads a module that nothing else may load, or with options of its own",
    ))
}

/// arping(8): a question, but for `-U` and `-A`, which tell the neighbours where an address is.
pub(super) fn arping(_call: &mut Call<'_>, program: Word<'_>, words: Words<'_>) -> Ran {
    let tells = |word: &Word<'_>| {
        word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains(['U', 'A', 'P'])
    };
    if words.rest().iter().any(tells) {
        return Err(Fault::unknown(program.span, "it tells the neighbours where an address is"));
    }
    Ok(Effect::Outside("sends packets"))
}
