//! What DHCP is told: DHCLIENT_* and DHCLIENT6_*, in the interface's file or for all of them in `dhcp`.

use super::keys::{Bad, Layered, Read, or_default, typed};
use crate::Context;
use netpivot_model::ip::IpConfig;
use netpivot_model::link::Link;
use netpivot_model::reflect::Said;
use netpivot_model::source::At;
use netpivot_model::value::Int;

pub(super) fn v4(keys: Layered<'_>, link: &mut Link, cx: &mut Context) {
    let config = link.ipv4.get_or_insert_default();
    common(keys, "DHCLIENT_", config, cx);
    let owned = |key: &str| keys.of(key).owned(key);
    config.dhcp_client_id = owned("DHCLIENT_CLIENT_ID");
    if config.dhcp_client_id.is_none() {
        config.dhcp_client_id = or_default(created_id(keys), cx);
    }
    config.dhcp_vendor_class_identifier = owned("DHCLIENT_VENDOR_CLASS_ID");
    let key = "DHCLIENT_SET_DEFAULT_ROUTE";
    if let Some(var) = keys.of(key).text(key).filter(|var| var.value == "no") {
        config.never_default = Some(At::new(true, var.span));
    }
    let key = "DHCLIENT_ROUTE_PRIORITY";
    let priority = or_default(keys.of(key).int(key, 0..=u32::MAX.into()), cx);
    config.route_metric = typed(priority.filter(|at| at.value != 0));
}

/// DHCLIENT_CREATE_CID in NetworkManager's words.
fn created_id(keys: Layered<'_>) -> Read<String> {
    const KEY: &str = "DHCLIENT_CREATE_CID";
    let Some(var) = keys.of(KEY).text(KEY) else { return Ok(None) };
    let word = match var.value {
        "rfc4361" | "auto" => "ipv6-duid",
        "rfc2132" => "mac",
        "disable" => "none",
        _ => return Err(Bad::new(KEY, var, "`rfc4361`, `rfc2132` or `disable`")),
    };
    Ok(Some(At::new(word.to_owned(), var.span)))
}

pub(super) fn v6(keys: Layered<'_>, link: &mut Link, cx: &mut Context) {
    let config = link.ipv6.get_or_insert_default();
    common(keys, "DHCLIENT6_", config, cx);
    config.dhcp_duid = keys.of("DHCLIENT6_CLIENT_ID").owned("DHCLIENT6_CLIENT_ID");
    config.dhcp_pd_hint = keys.of("DHCLIENT6_PREFIX_HINT").owned("DHCLIENT6_PREFIX_HINT");
}

/// What both families have.
fn common(keys: Layered<'_>, prefix: &str, config: &mut IpConfig, cx: &mut Context) {
    let key = format!("{prefix}HOSTNAME_OPTION");
    if let Some(var) = keys.of(&key).text(&key) {
        // AUTO and FQDN send the host's own name.
        let own = ["AUTO", "FQDN"].iter().any(|word| word.eq_ignore_ascii_case(var.value));
        config.dhcp_hostname = (!own).then(|| At::new(var.value.to_owned(), var.span));
        config.dhcp_send_hostname = Int::new(1).map(|one| At::new(one, var.span));
    }
    let key = format!("{prefix}RELEASE_BEFORE_QUIT");
    match keys.of(&key).text(&key) {
        Some(var) if var.value == "yes" => {
            config.dhcp_send_release = Int::new(1).map(|one| At::new(one, var.span));
        }
        Some(var) if var.value != "no" => Bad::new(&key, var, "`yes` or `no`").report(cx),
        Some(_) | None => {}
    }
    let key = format!("{prefix}TIMEOUT");
    let seconds: Said<i64> = or_default(keys.of(&key).int(&key, 0..=i32::MAX.into()), cx);
    config.dhcp_timeout = typed(seconds.filter(|at| at.value != 0));
}
