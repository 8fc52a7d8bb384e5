//! Settings of cards by ethtool(8).

use super::link::is_made;
use super::script::{Done, Step, What};
use super::{Job, ROOT, codes, link_fact, netns};
use crate::text::ip::ethtool::{Call, call, calls, leaves_wake};
use crate::text::shell::quote;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::path::{FieldPath, Seen, walk};
use netpivot_model::value::Value;

/// How to tell that a call has been made.
fn done(call: &Call, name: &str) -> Done {
    match &call.shown {
        Some((query, words)) => {
            let query = ["ethtool", query, &quote(name)].join(" ").replace("  ", " ");
            Done::Tuned(words.clone(), query)
        }
        None => Done::Unasked,
    }
}

/// The step of a link's settings without those that the other one has.
pub(super) fn without(step: &Step, setting: &str, link: &Link, other: &Link) -> Step {
    let of = |link: &Link| link.ethtool.as_ref().and_then(|said| call(said, setting));
    match (of(link), of(other), &step.link) {
        (Some(new), Some(old), Some(name)) => {
            let new = new.without(&old);
            Step { up: new.command(name), done: done(&new, name), ..step.clone() }
        }
        _ => step.clone(),
    }
}

impl Job<'_> {
    /// Before the link is up, since queues made anew would interrupt it.
    pub(super) fn ethtool(&mut self, id: LinkId, link: &Link, name: &str, out: &mut Vec<Step>) {
        let Some(said) = &link.ethtool else { return };
        let calls = calls(said);
        for call in &calls {
            let what = What::Ethtool(call.settings.first().copied().unwrap_or_default());
            let step = Step { is_asked: call.wants_a_change(), ..Step::new(what, call.command(name)) };
            let step = step.of(name).done(done(call, name)).within(netns(link));
            let first = call.settings.first().map_or(ROOT, |path| FieldPath::parse(path));
            out.push(self.of_fact(link_fact(id, first), step));
        }
        walk(link, ROOT, &mut |path, seen| {
            let Seen::Leaf(leaf) = seen else { return };
            if !path.is_under("ethtool") || !leaf.is_said() {
                return;
            }
            let made: Vec<&str> = calls
                .iter()
                .filter(|call| call.settings.iter().any(|setting| path.is(setting)))
                .flat_map(|call| call.pairs.iter().map(|(name, _)| name.as_str()))
                .collect();
            let unsaid: Vec<String> = match leaf.value() {
                Some(Value::Map(entries)) => {
                    let unsaid = entries.into_iter().map(|(name, _)| name);
                    unsaid.filter(|name| !made.contains(&name.as_str())).collect()
                }
                Some(_) | None => Vec::new(),
            };
            if !made.is_empty() && !is_made(link) {
                self.stays(id, name, path);
            } else if path.is("ethtool.wol") && leaves_wake(said) {
                self.cx.otherwise(link_fact(id, path), "wake-on-lan-as-it-is");
                return;
            }
            if made.is_empty() || !unsaid.is_empty() {
                let words = if unsaid.is_empty() { String::new() } else { format!(" {}", unsaid.join(", ")) };
                let text = format!("no call of ethtool says `{path}`{words} of `{name}`");
                self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
            }
        });
    }
}
