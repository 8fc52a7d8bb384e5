//! What people do on the host when the files are in place. netpivot runs none of it.

use super::Plan;
use super::on_host::{OnHost, Start, fits};
use foldhash::HashMap;
use netpivot_model::link::{Link, references};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;

/// The steps, in order.
pub(super) fn of(plan: &Plan, source: &OnHost, target: &OnHost) -> Vec<String> {
    let sentences = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let is_moved = target.is_whole && source.own != target.own;
    let mut steps = if is_moved { sentences(source.release) } else { Vec::new() };
    steps.extend(sentences(target.begin));
    match &target.start {
        Start::Links(text) => {
            steps.extend(in_order(&plan.network).into_iter().map(|link| started(text, link)))
        }
        Start::Files(text) => {
            let own = target.own.first().copied().unwrap_or_default();
            let files = plan.conversion.outputs.iter().filter(|file| fits(own, &file.path, false));
            steps.extend(files.map(|file| {
                let name = file.path.rsplit('/').next().unwrap_or_default();
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                text.replace("{path}", &file.path).replace("{stem}", stem)
            }));
        }
    }
    if is_moved {
        steps.extend(sentences(source.retire));
    }
    steps
}

fn started(text: &str, link: &Link) -> String {
    let or_label = |said: Option<&String>| said.map_or_else(|| link.label().to_owned(), Clone::clone);
    text.replace("{name}", &or_label(link.name.as_ref().map(|at| &at.value)))
        .replace("{id}", &or_label(link.id.as_ref().map(|at| &at.value)))
        .replace("{uuid}", &or_label(link.uuid.as_ref().map(|at| &at.value)))
}

/// The longest stack of links that is put in order; a loop has no end.
const DEEPEST: usize = 32;

/// The links, each behind those that it stands on or belongs to. Links that nothing starts by itself are left out.
fn in_order(network: &Network) -> Vec<&Link> {
    let by_name: HashMap<&str, usize> = network
        .links
        .iter()
        .enumerate()
        .flat_map(|(n, link)| {
            [&link.name, &link.uuid].into_iter().flatten().map(move |at| (at.value.as_str(), n))
        })
        .collect();
    let needs: Vec<Vec<usize>> = network
        .links
        .iter()
        .map(|link| {
            let named = references().filter_map(|path| link.leaf(FieldPath::parse(path))?.value());
            named.filter_map(|name| by_name.get(name.to_string().as_str()).copied()).collect()
        })
        .collect();
    let mut depths = vec![0; network.links.len()];
    for _ in 0..DEEPEST {
        for (n, needs) in needs.iter().enumerate() {
            let deepest = needs.iter().map(|need| depths[*need] + 1).max().unwrap_or(0);
            depths[n] = deepest.min(DEEPEST);
        }
    }
    let mut links: Vec<(usize, &Link)> = depths
        .into_iter()
        .zip(&network.links)
        .filter(|(_, link)| link.autoconnect.as_ref().is_none_or(|at| at.value))
        .filter(|(_, link)| link.name.as_ref().is_none_or(|name| name.value != "lo"))
        .collect();
    links.sort_by_key(|(depth, _)| *depth);
    links.into_iter().map(|(_, link)| link).collect()
}
