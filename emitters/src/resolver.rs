//! What a file of glibc's resolver can hold of a link's name service (resolv.conf(5)).

use crate::EmitContext;
use netpivot_model::codes::Code;
use netpivot_model::ip::is_routing_domain;
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
