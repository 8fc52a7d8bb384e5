//! Tap and tun devices and veth pairs, which only initscripts make (ifcfg.md 3.9).

use super::rows;
use super::vars::{Rejected, Vars};
use crate::Context;
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin};
use netpivot_model::value::LinkRef;
use netpivot_model::virtual_link::TunMode;

/// Reads a file with `TYPE=Tap`: the mode hangs on the device's name, OWNER is a user's name or number.
/// `uid_of` looks a name up in /etc/passwd.
pub fn read(vars: &Vars, uid_of: &dyn Fn(&str) -> Option<u32>, link: &mut Link, cx: &mut Context) {
    let is_tun = link.name.as_ref().is_some_and(|at| at.value.starts_with("tun"));
    let named = link.name.as_ref().and_then(|at| at.origin.span());
    let LinkKind::Tun(tun) = &mut link.kind.value else { return };
    let spans = [vars.get("TYPE").map(|var| var.span), named];
    let mode = if is_tun { TunMode::Tun } else { TunMode::Tap };
    tun.mode = Some(At::new(mode, Origin::said(spans.into_iter().flatten())));
    let Some(var) = vars.text("OWNER") else { return };
    let uid = var.value.parse().ok().or_else(|| uid_of(var.value));
    if uid.is_none() {
        cx.report(
            Diagnostic::new(
                &codes::OWNER_UNKNOWN,
                format!(
                    "`OWNER={}` is no user of /etc/passwd, so the device's owner has no number",
                    var.value
                ),
            )
            .at(var.span)
            .help("give the user's number, or convert a root that holds /etc/passwd"),
        );
    }
    tun.owner = uid.map(|uid: u32| At::new(uid.to_string(), var.span));
}

/// Reads a file with `TYPE=Veth`: PEER is the other end.
///
/// # Errors
/// There is no other end, so ip(8) makes no pair.
pub fn read_veth(vars: &Vars, link: &mut Link) -> Result<(), Rejected> {
    let LinkKind::Veth(veth) = &mut link.kind.value else { return Ok(()) };
    let Some(var) = vars.text("PEER") else {
        return Err(rows::lacking("PEER", "a veth pair has two ends", vars));
    };
    veth.peer = Some(At::new(LinkRef::Name(var.value.to_owned()), var.span));
    Ok(())
}

/// The number of a user in the text of /etc/passwd.
#[must_use]
pub fn uid_in(passwd: &str, name: &str) -> Option<u32> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then(|| fields.nth(1)?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{said, vars};
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nqemu:x:107:107:qemu user:/:/sbin/nologin\n";

    fn run(name: &str, kind: LinkKind, text: &str) -> (Vec<String>, Vec<String>) {
        let mut link = Link {
            name: Some(At::new(name.to_owned(), Origin::default_value())),
            kind: At::new(kind, Origin::default_value()),
            ..Link::default()
        };
        let mut cx = Context::default();
        read(&vars(text), &|user| uid_in(PASSWD, user), &mut link, &mut cx);
        let made = read_veth(&vars(text), &mut link);
        cx.diagnostics.extend(made.err().map(|r| Diagnostic::new(&codes::INCOMPLETE, r.reason)));
        link.name = None;
        (said(&link), cx.diagnostics.into_iter().map(|d| d.message).collect())
    }

    #[test]
    fn the_name_says_tun_or_tap_and_owners_get_numbers() {
        let tun = || LinkKind::Tun(Box::default());
        assert_eq!(run("tun3", tun(), "TYPE=Tap\nOWNER=qemu").0, ["tun.mode=tun", "tun.owner=107"]);
        assert_eq!(run("tap3", tun(), "TYPE=Tap\nOWNER=1000").0, ["tun.mode=tap", "tun.owner=1000"]);
        let (facts, messages) = run("tap3", tun(), "TYPE=Tap\nOWNER=nobody");
        assert_eq!(facts, ["tun.mode=tap"]);
        assert!(messages[0].contains("OWNER=nobody"));
    }

    #[test]
    fn a_veth_pair_has_two_ends() {
        let veth = || LinkKind::Veth(Box::default());
        assert_eq!(run("v0", veth(), "PEER=v1").0, ["veth.peer=v1"]);
        assert!(run("v0", veth(), "TYPE=Veth").1[0].contains("PEER"));
    }
}
