//! Small programs of the time before iproute2, each with few words: vconfig(8), tunctl(8), ifenslave(8).

use super::fault::{Done, Fault};
use super::program::{Call, Effect, Ran, changed};
use super::words::{Words, account, in_range};
use crate::text::iproute::Word;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{Int, LinkRef};
use netpivot_model::virtual_link::{Tun, TunMode};
use netpivot_model::vlan::Vlan;

/// vconfig(8): `add PARENT ID` makes PARENT.ID.
pub(super) fn vconfig(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let Some(verb) = words.next() else { return Ok(Effect::Idle("prints how it is used")) };
    match verb.text {
        "add" => changed(add_vlan(call, words)),
        "rem" => {
            let name = words.expect("the name of the VLAN")?;
            let id = call.kernel.named(call.space, name)?;
            changed(call.kernel.delete(id, name.span))
        }
        "set_flag" | "set_egress_map" | "set_ingress_map" => changed(set_vlan(call, verb, words)),
        "set_name_type" if words.peek().is_some_and(|word| word.text == "DEV_PLUS_VID_NO_PAD") => {
            Ok(Effect::Idle("asks for the names that VLANs have anyway"))
        }
        "set_name_type" => Err(Fault::beyond(verb.span, "it changes how VLANs are named from then on")),
        other => {
            Err(Fault::usage(verb.span, format!("`{other}` is none of the commands of {}", program.text)))
        }
    }
}

fn add_vlan(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let parent = words.expect("the name of the link below")?;
    let id = words.expect("the id of the VLAN")?;
    let number = in_range(id, 0, 4095)?;
    let below = call.kernel.named(call.space, parent)?;
    let name = format!("{}.{number}", parent.text);
    let vlan = Vlan {
        parent: Some(At::new(LinkRef::Name(parent.text.to_owned()), parent.span)),
        id: Int::new(number.into()).map(|n| At::new(n, id.span)),
        ..Vlan::default()
    };
    let origin = Origin::derived("vconfig-name", [parent.span, id.span]);
    let link = Link { kind: At::new(LinkKind::Vlan(Box::new(vlan)), origin.clone()), ..Link::default() };
    let made = call.kernel.make(call.space, Word { text: &name, span: id.span }, link)?;
    call.kernel.device_mut(made).link.name = Some(At { value: name, origin });
    call.kernel.stack(made, below);
    Ok(())
}

fn set_vlan(call: &mut Call<'_>, verb: Word<'_>, mut words: Words<'_>) -> Done {
    let name = words.expect("the name of the VLAN")?;
    let (first, second) = (words.expect("a number")?, words.expect("a number")?);
    let id = call.kernel.named(call.space, name)?;
    let LinkKind::Vlan(vlan) = &mut call.kernel.device_mut(id).link.kind.value else {
        return Err(Fault::kernel("Invalid argument", name.span, format!("`{}` is no VLAN", name.text)));
    };
    let span = super::kernel::across(first.span, second.span);
    let on = Some(At::new(second.text != "0", span));
    match (verb.text, first.text) {
        ("set_flag", "1" | "REORDER_HDR") => vlan.reorder_hdr = on,
        ("set_flag", "2" | "GVRP") => vlan.gvrp = on,
        ("set_flag", "4" | "LOOSE_BINDING") => vlan.loose_binding = on,
        ("set_flag", _) => {
            return Err(Fault::beyond(first.span, format!("nothing holds the flag `{}`", first.text)));
        }
        ("set_egress_map", from) => vlan.egress_qos_map.push(format!("{from}:{}", second.text), span),
        (_, from) => vlan.ingress_qos_map.push(format!("{}:{from}", second.text), span),
    }
    Ok(())
}

/// tunctl(8): `-t NAME [-u USER]`, `-d NAME`.
pub(super) fn tunctl(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let mut tun = Tun { mode: Some(At::new(TunMode::Tap, program.span)), ..Tun::default() };
    let mut name = None;
    let mut delete = None;
    while let Some(word) = words.next() {
        match word.text {
            "-t" => name = Some(words.value(word)?),
            "-d" => delete = Some(words.value(word)?),
            "-u" => tun.owner = account(words.value(word)?),
            "-g" => tun.group = account(words.value(word)?),
            "-n" => tun.mode = Some(At::new(TunMode::Tun, word.span)),
            "-p" => tun.mode = Some(At::new(TunMode::Tap, word.span)),
            "-f" => {
                words.value(word)?;
            }
            "-b" => {}
            other => return Err(Fault::usage(word.span, format!("`{other}` is no option of it"))),
        }
    }
    if let Some(name) = delete {
        let id = call.kernel.named(call.space, name)?;
        return changed(call.kernel.delete(id, name.span));
    }
    let Some(name) = name else {
        return Err(Fault::unknown(program.span, "the kernel chooses a name like `tap0` for the link")
            .intent("give the link a name: `tunctl -t NAME`"));
    };
    call.kernel.make(call.space, name, super::ip::tun_link(tun, name.span))?;
    Ok(Effect::Changed)
}

/// ifenslave(8): sets the ports down and plugs them in; `-d` releases them.
pub(super) fn ifenslave(call: &mut Call<'_>, _program: Word<'_>, mut words: Words<'_>) -> Ran {
    let mut detach = false;
    let mut active = None;
    let mut names = Vec::new();
    while let Some(word) = words.next() {
        match word.text {
            "-d" | "--detach" => detach = true,
            "-c" | "--change-active" => active = Some(word),
            "-f" | "--force" | "-v" | "--verbose" => {}
            "-a" | "-V" | "-h" => return Ok(Effect::Asked(true)),
            _ => names.push(word),
        }
    }
    let Some((bond, ports)) = names.split_first() else {
        return Err(Fault::usage(words.last(), "the name of the bond is missing"));
    };
    if let Some(option) = active {
        return Err(
            Fault::beyond(option.span, "which port is active is no configuration").intent("use `primary`")
        );
    }
    let controller = call.kernel.named(call.space, *bond)?;
    call.kernel.take_for(controller, LinkKind::Bond(Box::default()), bond.span);
    for port in ports {
        let id = call.kernel.named(call.space, *port)?;
        if detach {
            call.kernel.release(id);
        } else {
            call.kernel.set_down(id, *port);
            call.kernel.device_mut(id).opaque = false;
            call.kernel.enslave(id, controller, port.span)?;
        }
    }
    Ok(Effect::Changed)
}
