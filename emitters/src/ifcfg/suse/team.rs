//! Teams: teamd's configuration as keys (ifcfg-team(5)). What has no key cannot be said, and half a team would be another one.

use super::Job;
use super::profile::Profile;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::path::FieldPath;
use netpivot_model::team::Team;
use netpivot_model::vocabulary::ifcfg_suse::team::{Form, PORT, RUNNER, TEAM, WATCH};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Assignments, or none where something is left.
type Keys = Option<Vec<(String, String)>>;

/// Takes what stands at a dotted place.
fn take(object: &mut Map<String, Value>, place: &str) -> Option<Value> {
    let Some((group, name)) = place.split_once('.') else { return object.remove(place) };
    let inner = object.get_mut(group)?.as_object_mut()?;
    let value = inner.remove(name);
    if inner.is_empty() {
        object.remove(group);
    }
    value
}

fn text(value: &Value, form: Form) -> Option<String> {
    let found = match form {
        Form::Number => value.as_u64().filter(|n| u32::try_from(*n).is_ok())?.to_string(),
        Form::Flag => if value.as_bool()? { "yes" } else { "no" }.to_owned(),
        Form::Text => value.as_str()?.to_owned(),
        Form::List => {
            let words: Option<Vec<&str>> = value.as_array()?.iter().map(Value::as_str).collect();
            words?.join(" ")
        }
    };
    (!found.is_empty() && super::text::is_sayable("TEAM_LW_ARP_PING_VALIDATE_INACTIVE", &found))
        .then_some(found)
}

/// The keys of a team.
fn keys(config: &str) -> Keys {
    let Value::Object(mut all) = serde_json::from_str(config).ok()? else { return None };
    let Value::Object(mut runner) = all.remove("runner")? else { return None };
    let name = runner.remove("name")?.as_str()?.to_owned();
    let mut found = vec![("TEAM_RUNNER".to_owned(), name.clone())];
    for (key, place, form, _) in RUNNER.into_iter().filter(|(.., of)| *of == name) {
        if let Some(value) = take(&mut runner, place) {
            found.push((key.to_owned(), text(&value, form)?));
        }
    }
    for (key, place, form) in TEAM {
        if let Some(value) = take(&mut all, place) {
            found.push((key.to_owned(), text(&value, form)?));
        }
    }
    let watches = match all.remove("link_watch") {
        None => Vec::new(),
        Some(Value::Array(watches)) if watches.len() > 1 => watches,
        Some(watch @ Value::Object(_)) => vec![watch],
        Some(_) => return None,
    };
    for (n, watch) in watches.into_iter().enumerate() {
        let Value::Object(mut watch) = watch else { return None };
        let name = watch.remove("name")?.as_str()?.to_owned();
        found.push((format!("TEAM_LW_NAME_{n}"), name.clone()));
        for (stem, place, form, _) in WATCH.into_iter().filter(|(.., of)| *of == name) {
            if let Some(value) = take(&mut watch, place) {
                found.push((format!("{stem}_{n}"), text(&value, form)?));
            }
        }
        if !watch.is_empty() {
            return None;
        }
    }
    (runner.is_empty() && all.is_empty()).then_some(found)
}

/// The keys of a port.
fn port_keys(config: &str, n: usize) -> Keys {
    let Value::Object(mut all) = serde_json::from_str(config).ok()? else { return None };
    let mut found = Vec::new();
    for (stem, place, form) in PORT {
        if let Some(value) = take(&mut all, place) {
            found.push((format!("{stem}_{n}"), text(&value, form)?));
        }
    }
    all.is_empty().then_some(found)
}

/// Why a team cannot be written.
pub(super) fn refusal(team: &Team) -> Option<Cow<'static, str>> {
    let config = team.config.as_ref().map_or("", |at| at.value.as_str());
    let text = "its configuration says what the keys of ifcfg-team(5) do not, or names no runner";
    keys(config).is_none().then_some(Cow::Borrowed(text))
}

impl Job<'_> {
    /// Writes a team with the settings of its ports.
    pub(super) fn team(&mut self, p: &mut Profile<'_>, team: &Team) {
        let config = team.config.as_ref().map_or("", |at| at.value.as_str());
        keys(config).unwrap_or_default().into_iter().for_each(|(key, value)| p.sheet.set(key, value));
        self.otherwise(p, "team.config", "same-configuration-of-teamd");
        self.numbered_ports(p, "TEAM_PORT_DEVICE");
        for (n, id) in self.ports[p.id.0 as usize].iter().enumerate() {
            let port = self.network.link(*id).team_port.as_ref().and_then(|port| port.config.as_ref());
            let keys = port.and_then(|at| port_keys(&at.value, n)).unwrap_or_default();
            keys.into_iter().for_each(|(key, value)| p.sheet.set(key, value));
        }
    }

    /// True, with the reason, where the settings of a team's port have no keys.
    pub(super) fn lost_port_config(&mut self, p: &mut Profile<'_>) -> bool {
        let config = p.link.team_port.as_ref().and_then(|port| port.config.as_ref());
        let Some(at) = config else { return false };
        let lost = port_keys(&at.value, 0).is_none_or(|keys| keys.is_empty());
        if lost {
            let text = "the port's settings say what the keys of ifcfg-team(5) do not";
            self.cannot(p, FieldPath::parse("team_port.config"), &codes::SETTING, text);
        } else {
            self.otherwise(p, "team_port.config", "same-configuration-of-teamd");
        }
        lost
    }
}
