//! Several routes to one destination, of one metric: of IPv4 the first one counts, of IPv6 all of them.
//!
//! `ip route replace` changes whichever is first in the kernel, so where there are several, those that the network has, in its
//! order, stay; the others are deleted, and what is new is appended.

use super::super::script::{Section, Step, What};
use super::is_same_route;
use foldhash::HashMap;

/// Routes to one destination, by namespace: where their steps stand.
type Places = HashMap<(Option<String>, String), Vec<(usize, usize)>>;

/// The key of the first route to the destination; others have their number behind it.
fn destination(key: &str) -> String {
    key.split(' ').take(6).collect::<Vec<_>>().join(" ")
}

fn places(sections: &[Section]) -> Places {
    let mut places = Places::default();
    for (n, section) in sections.iter().enumerate() {
        for (m, step) in section.steps.iter().enumerate() {
            if let What::Route(key) = &step.what {
                places.entry((step.netns.clone(), destination(key))).or_default().push((n, m));
            }
        }
    }
    places
}

/// Gives the routes of the state the keys of those of the network that they are, and others keys of their own.
pub(super) fn settle(target: &mut [Section], all: &mut [Section], own: &mut [Section]) {
    let (wanted, there) = (places(target), places(all));
    let none = Vec::new();
    let mut moves: Vec<((usize, usize), Step)> = Vec::new();
    for (of, state) in &there {
        let network = wanted.get(of).unwrap_or(&none);
        if state.len() < 2 && network.len() < 2 {
            continue;
        }
        let mut left = network.iter();
        let mut next = left.next();
        for (n, at) in state.iter().enumerate() {
            let step = &all[at.0].steps[at.1];
            let here = |place: &&(usize, usize)| is_same_route(&target[place.0].steps[place.1], step);
            let what = match next.filter(here) {
                Some(place) => {
                    let what = target[place.0].steps[place.1].what.clone();
                    next = left.next();
                    what
                }
                None => What::Route(format!("{} gone {n}", of.1)),
            };
            all[at.0].steps[at.1].what = what;
        }
        // The rest is new, or has to come behind what stays.
        for place in next.into_iter().chain(left) {
            let step = &mut target[place.0].steps[place.1];
            step.up = step.up.replacen(" route replace ", " route append ", 1);
            let step = &target[place.0].steps[place.1];
            let old = state.iter().find(|at| {
                let old = &all[at.0].steps[at.1];
                matches!(&old.what, What::Route(key) if key.contains(" gone ")) && is_same_route(step, old)
            });
            if let Some(at) = old {
                let what = What::Route(format!("{} moves {}", of.1, moves.len()));
                all[at.0].steps[at.1].what = what.clone();
                let down = all[at.0].steps[at.1].down.clone().unwrap_or_default();
                moves.push((
                    *place,
                    Step { netns: step.netns.clone(), link: step.link.clone(), ..Step::new(what, down) },
                ));
            }
        }
    }
    let of_routes = |step: &&Step| matches!(step.what, What::Route(_));
    let keys: HashMap<(Option<String>, Option<String>), What> = super::steps(all)
        .filter(of_routes)
        .map(|step| ((step.netns.clone(), step.down.clone()), step.what.clone()))
        .collect();
    for step in own.iter_mut().flat_map(|section| &mut section.steps) {
        let of = (step.netns.clone(), step.down.clone());
        if let Some(what) = keys.get(&of).filter(|_| matches!(step.what, What::Route(_))) {
            step.what = what.clone();
        }
    }
    // From behind, so that the places before stay what they are.
    moves.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    for ((n, m), step) in moves {
        target[n].steps.insert(m, step);
    }
}
