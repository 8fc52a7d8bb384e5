//! What a file of glibc's resolver can hold of a link's name service (resolv.conf(5)).

use crate::EmitContext;
use netpivot_model::codes::Code;
use netpivot_model::ip::{IpMethod, is_routing_domain};
use netpivot_model::link::Link;
use netpivot_model::network::Network;
use netpivot_model::path::FactPath;
use netpivot_model::reflect::List;

/// The search domains that `reader` takes; what it does instead of the others is told.
pub(crate) fn search_domains<'l>(
    cx: &mut EmitContext,
    fact: FactPath,
    list: &'l List<String>,
    code: &'static Code,
    reader: &str,
) -> Vec<&'l String> {
    let (routing, search): (Vec<_>, Vec<_>) = list.items.iter().partition(|at| is_routing_domain(&at.value));
    for at in routing {
        let text = format!(
            "`{}` says for which names the link's servers are asked; {reader} knows search domains only, and the servers \
             are asked for every name",
            at.value
        );
        let help = "let a local resolver choose the servers (dnsmasq: `server=/DOMAIN/ADDRESS`)".to_owned();
        cx.cannot_item(fact, &at.origin, code, text, help);
    }
    search.into_iter().map(|at| &at.value).collect()
}

/// True where at most one link has name servers, said or from a lease, so that their order among links means nothing.
pub(crate) fn has_one_source(network: &Network) -> bool {
    let has_servers = |link: &&Link| {
        [&link.ipv4, &link.ipv6].into_iter().flatten().any(|config| {
            let method = config.method.as_ref().map(|at| at.value);
            let is_turned_down = config.ignore_auto_dns.as_ref().is_some_and(|at| at.value);
            let asks = matches!(method, Some(IpMethod::Auto | IpMethod::Dhcp)) && !is_turned_down;
            asks || config.dns.is_said()
        })
    };
    network.links.iter().filter(|link| !link.is_addressless_port()).filter(has_servers).count() <= 1
}
