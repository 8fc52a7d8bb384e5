//! What hangs on one hub in great number – VLANs of a bond, ports of a bridge – is put into several strips of columns side by
//! side, or the picture would be a tower whose hub is nowhere to be seen.

use super::layers::{End, Item, Wire};
use std::collections::{BTreeMap, BTreeSet};

/// As many branches as that stand in one strip, however high they are.
const FEW: usize = 12;
/// Pixels between tiles, roughly, in either direction.
const ACROSS: i32 = 60;
const DOWN: i32 = 16;

/// Moves branches of the greatest hub to further columns, away from it. Lines lead forward as before.
pub fn fold(items: &[Item], wires: &[(Wire, bool)], layers: &mut [usize]) {
    let edges: BTreeSet<(usize, usize)> = wires
        .iter()
        .filter_map(|(wire, _)| match (wire.from, wire.to) {
            (End::Item(from, _), End::Item(to, _)) if from != to => Some((from, to)),
            (End::Item(..) | End::Left | End::Right, _) => None,
        })
        .collect();
    let (mut leaving, mut coming) = (vec![0usize; items.len()], vec![0usize; items.len()]);
    for (from, to) in &edges {
        leaving[*from] += 1;
        coming[*to] += 1;
    }
    let hub = |fan: &[usize]| (0..fan.len()).max_by_key(|n| (fan[*n], std::cmp::Reverse(*n)));
    let (Some(source), Some(target)) = (hub(&leaving), hub(&coming)) else { return };
    let is_source = leaving[source] >= coming[target];
    let hub = if is_source { source } else { target };
    let joins_hub = |(from, to): &(usize, usize)| if is_source { *from == hub } else { *to == hub };
    let branches = branches(items.len(), hub, edges.iter().filter(|edge| !joins_hub(edge)));
    if branches.len() <= FEW {
        return;
    }
    let span = |members: &[usize]| {
        let of = || members.iter().map(|n| layers[*n]);
        (of().min().unwrap_or(0), of().max().unwrap_or(0))
    };
    let first = branches.iter().map(|members| span(members).0).min().unwrap_or(0);
    let last = branches.iter().map(|members| span(members).1).max().unwrap_or(0);
    let depth = last - first + 1;
    let heights: Vec<i32> = branches.iter().map(|members| height(items, members, layers)).collect();
    let widest = |layer: usize| {
        let of_layer = branches.iter().flatten().filter(|n| layers[**n] == layer);
        of_layer.map(|n| items[*n].width).max().unwrap_or(0) + ACROSS
    };
    let width: i32 = (first..=last).map(widest).sum();
    let total: i32 = heights.iter().sum();
    // Somewhat higher than wide, as pages are.
    let strips = (total * 7 / 10 / width.max(1)).isqrt().max(1);
    let strip_height = total / strips;
    let (mut strip, mut filled) = (0, 0);
    let mut strip_of = Vec::with_capacity(branches.len());
    for height in &heights {
        strip_of.push(strip);
        filled += height;
        if filled > strip_height * (i32::try_from(strip).unwrap_or(0) + 1) {
            strip += 1;
        }
    }
    let most = strip_of.iter().max().copied().unwrap_or(0);
    for layer in layers.iter_mut().filter(|_| !is_source) {
        *layer += most * depth;
    }
    for (members, strip) in branches.iter().zip(strip_of) {
        for n in members {
            if is_source {
                layers[*n] += strip * depth;
            } else {
                layers[*n] -= strip * depth;
            }
        }
    }
}

/// What falls apart into pieces when the hub lets go; each by its first item.
fn branches<'e>(
    count: usize,
    hub: usize,
    edges: impl Iterator<Item = &'e (usize, usize)>,
) -> Vec<Vec<usize>> {
    let mut beside = vec![Vec::new(); count];
    for (a, b) in edges {
        beside[*a].push(*b);
        beside[*b].push(*a);
    }
    let mut piece: Vec<Option<usize>> = vec![None; count];
    let mut pieces: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for start in 0..count {
        let mut left = vec![start];
        while let Some(n) = left.pop() {
            if piece[n].is_none() {
                piece[n] = Some(start);
                pieces.entry(start).or_default().push(n);
                left.extend(&beside[n]);
            }
        }
    }
    pieces.into_values().filter(|members| !members.contains(&hub)).collect()
}

/// The height of the highest column of a branch.
fn height(items: &[Item], members: &[usize], layers: &[usize]) -> i32 {
    let mut heights: BTreeMap<usize, i32> = BTreeMap::new();
    for n in members {
        *heights.entry(layers[*n]).or_default() += items[*n].height + DOWN;
    }
    heights.into_values().max().unwrap_or(0)
}
