//! The channel between two columns: each bundle of lines that changes its height there has a track of its own.

use std::collections::{BTreeMap, BTreeSet};

/// A line through the channel, by the heights of its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    /// At the left side.
    pub left: i32,
    /// At the right side.
    pub right: i32,
}

/// Pixels before the first track and behind the last.
const MARGIN: i32 = 22;
/// Pixels between tracks.
const STEP: i32 = 9;
/// Pixels between lines on one track.
const APART: i32 = 24;
/// Lines that are closer than that look like one.
const NEAR: i32 = 4;

/// The lines between two columns.
#[derive(Debug)]
pub struct Channel<B> {
    bundles: BTreeMap<B, Bundle>,
    tracks: usize,
}

#[derive(Debug, Default)]
struct Bundle {
    nets: Vec<Net>,
    track: Option<usize>,
}

impl<B> Default for Channel<B> {
    fn default() -> Self {
        Channel { bundles: BTreeMap::new(), tracks: 0 }
    }
}

impl Bundle {
    fn range(&self) -> (i32, i32) {
        let ends = || self.nets.iter().flat_map(|net| [net.left, net.right]);
        (ends().min().unwrap_or(0), ends().max().unwrap_or(0))
    }

    fn is_bent(&self) -> bool {
        self.nets.iter().any(|net| net.left != net.right)
    }
}

impl<B: Ord> Channel<B> {
    /// Adds a line of a bundle.
    pub fn add(&mut self, name: B, net: Net) {
        self.bundles.entry(name).or_default().nets.push(net);
    }

    /// Gives each bundle its track.
    pub fn arrange(&mut self) {
        let mut bent: Vec<&mut Bundle> =
            self.bundles.values_mut().filter(|bundle| bundle.is_bent()).collect();
        bent.sort_by_key(|bundle| bundle.range());
        let follow = followers(&bent);
        let mut waits = vec![0usize; bent.len()];
        follow.iter().flatten().for_each(|n| waits[*n] += 1);
        let mut left: BTreeSet<usize> = (0..bent.len()).collect();
        let mut ready: BTreeSet<usize> = left.iter().copied().filter(|n| waits[*n] == 0).collect();
        let mut first = vec![0usize; bent.len()];
        let mut taken: Vec<Vec<(i32, i32)>> = Vec::new();
        // Of a circle the first.
        while let Some(next) = ready.pop_first().or_else(|| left.first().copied()) {
            left.remove(&next);
            let (top, bottom) = bent[next].range();
            let fits = |track: &Vec<(i32, i32)>| {
                track.iter().all(|(from, to)| bottom + APART < *from || *to + APART < top)
            };
            let track = (first[next]..).find(|n| taken.get(*n).is_none_or(fits)).unwrap_or(first[next]);
            if taken.len() <= track {
                taken.resize(track + 1, Vec::new());
            }
            taken[track].push((top, bottom));
            bent[next].track = Some(track);
            for n in &follow[next] {
                first[*n] = first[*n].max(track + 1);
                waits[*n] = waits[*n].saturating_sub(1);
                if waits[*n] == 0 && left.contains(n) {
                    ready.insert(*n);
                }
            }
        }
        self.tracks = taken.len();
    }

    /// Its width in pixels.
    pub fn width(&self) -> i32 {
        MARGIN * 2 + STEP * i32::try_from(self.tracks.saturating_sub(1)).unwrap_or(0)
    }

    /// Where the line of a bundle changes its height, in pixels from the left; `None` where it need not.
    pub fn track(&self, name: &B, left: i32, right: i32) -> Option<i32> {
        let bundle = self.bundles.get(name).filter(|_| left != right)?;
        Some(MARGIN + STEP * i32::try_from(bundle.track?).unwrap_or(0))
    }
}

/// The bundles whose tracks have to stand right of each one's, lest a line of both seem to be one: those that end at the right
/// where it begins at the left.
fn followers(bundles: &[&mut Bundle]) -> Vec<Vec<usize>> {
    let mut ends: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (n, bundle) in bundles.iter().enumerate() {
        bundle.nets.iter().for_each(|net| ends.entry(net.right).or_default().push(n));
    }
    let of = |(n, bundle): (usize, &&mut Bundle)| {
        let near = |net: &Net| ends.range(net.left - NEAR + 1..net.left + NEAR);
        let found: BTreeSet<usize> =
            bundle.nets.iter().flat_map(near).flat_map(|(_, at)| at).copied().collect();
        found.into_iter().filter(|other| *other != n).collect()
    };
    bundles.iter().enumerate().map(of).collect()
}
