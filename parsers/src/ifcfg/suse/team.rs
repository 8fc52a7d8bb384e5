//! Teams (ifcfg-team(5)): the keys become teamd's configuration (teamd.conf(5)), as wicked writes it (`src/teamd.c`).

use super::keys::{Bad, Keys, boolean, integer, interface};
use super::kind::Made;
use super::ports::Port;
use crate::ifcfg::vars::{Rejected, Var};
use netpivot_model::link::{LinkKind, PortType};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::team::Team;
use netpivot_model::vocabulary::ifcfg_suse::team::{Form, PORT, RUNNER, RUNNERS, TEAM, WATCH, WATCHES};
use serde_json::{Map, Value, json};

/// An object that grows by dotted places, and the spans it comes from.
#[derive(Default)]
struct Object {
    map: Map<String, Value>,
    spans: Vec<Span>,
}

impl Object {
    fn put(&mut self, place: &str, value: Value, span: Span) {
        self.spans.push(span);
        match place.split_once('.') {
            None => drop(self.map.insert(place.to_owned(), value)),
            Some((group, name)) => {
                let group = self.map.entry(group).or_insert_with(|| json!({}));
                if let Some(group) = group.as_object_mut() {
                    group.insert(name.to_owned(), value);
                }
            }
        }
    }

    fn take(&mut self, keys: &Keys, key: &str, place: &str, form: Form) -> Result<(), Bad> {
        if let Some(var) = keys.text(key) {
            self.put(place, value_of(key, var, form)?, var.span);
        }
        Ok(())
    }
}

fn value_of(key: &str, var: Var<'_>, form: Form) -> Result<Value, Bad> {
    match form {
        Form::Text => Ok(json!(var.value)),
        Form::Number => integer(var.value).map(|n| json!(n)).ok_or_else(|| Bad::new(key, var, "a number")),
        Form::Flag => boolean(var.value).map(|b| json!(b)).ok_or_else(|| Bad::new(key, var, "`yes` or `no`")),
        Form::List => {
            let words = var.value.split([' ', '\t', ',']).filter(|word| !word.is_empty());
            Ok(json!(words.collect::<Vec<_>>()))
        }
    }
}

pub(super) fn read(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let Some(runner) = keys.text("TEAM_RUNNER") else { return Ok(()) };
    if !RUNNERS.contains(&runner.value) {
        return Err(Bad::new("TEAM_RUNNER", runner, format!("one of {}", RUNNERS.join(", "))).into());
    }
    let mut own = Object::default();
    own.put("name", json!(runner.value), runner.span);
    for (key, place, form, of) in RUNNER {
        if of == runner.value {
            own.take(keys, key, place, form)?;
        }
    }
    let mut team = Object::default();
    team.spans.append(&mut own.spans);
    team.map.insert("runner".to_owned(), Value::Object(own.map));
    for (key, place, form) in TEAM {
        team.take(keys, key, place, form)?;
    }
    let mut watches = Vec::new();
    for (suffix, var) in keys.indexed("TEAM_LW_NAME") {
        let watch = watch(keys, suffix, var)?;
        team.spans.extend(&watch.spans);
        watches.push(Value::Object(watch.map));
    }
    if watches.len() == 1 {
        team.map.extend(watches.pop().map(|watch| ("link_watch".to_owned(), watch)));
    } else if !watches.is_empty() {
        team.map.insert("link_watch".to_owned(), Value::Array(watches));
    }
    let config = Some(At::new(Value::Object(team.map).to_string(), Origin::said(team.spans)));
    made.links[0].kind = At::new(LinkKind::Team(Box::new(Team { config })), span);
    for (suffix, var) in keys.indexed("TEAM_PORT_DEVICE") {
        made.ports.push(port(keys, suffix, var)?);
    }
    Ok(())
}

fn watch(keys: &Keys, suffix: &str, name: Var<'_>) -> Result<Object, Rejected> {
    if !WATCHES.contains(&name.value) {
        let key = format!("TEAM_LW_NAME{suffix}");
        return Err(Bad::new(&key, name, format!("one of {}", WATCHES.join(", "))).into());
    }
    let mut watch = Object::default();
    watch.put("name", json!(name.value), name.span);
    for (stem, place, form, of) in WATCH {
        if of == name.value {
            watch.take(keys, &format!("{stem}{suffix}"), place, form)?;
        }
    }
    Ok(watch)
}

fn port(keys: &Keys, suffix: &str, var: Var<'_>) -> Result<Port, Rejected> {
    let name = interface(&format!("TEAM_PORT_DEVICE{suffix}"), var)?;
    let mut port = Port::new(name, PortType::Team, var.span);
    let mut config = Object::default();
    for (stem, place, form) in PORT {
        config.take(keys, &format!("{stem}{suffix}"), place, form)?;
    }
    if !config.map.is_empty() {
        port.team = Some(At::new(Value::Object(config.map).to_string(), Origin::said(config.spans)));
    }
    Ok(port)
}
