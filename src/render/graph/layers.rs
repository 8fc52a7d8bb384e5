//! Items in columns, each to the right of what it stands on, and the ways of the lines between them.
//!
//! The method is that of Sugiyama, Tagawa and Toda (1981): columns by the longest way, a place in each column that a line passes,
//! an order with few crossings by barycentres. Heights are those of least squares under the order (pool adjacent violators).
//! Lines of one bundle share their places, so that a hundred VLANs on a bond are one trunk with branches.

use super::fold::fold;
use super::routes::{Channel, Net};
use super::scene::Relation;
use std::collections::BTreeMap;

/// A point, in pixels from the upper left corner.
pub type Point = (i32, i32);

/// Something with a place.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    /// Stays in the first column if nothing is below it.
    pub is_first: bool,
}

/// Where a line begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The left border, for lines that come from elsewhere.
    Left,
    /// An item, that many pixels below its upper edge.
    Item(usize, i32),
    /// The right border.
    Right,
}

/// A line; it leads from left to right unless that made a circle.
#[derive(Debug, Clone, Copy)]
pub struct Wire {
    /// Its left end.
    pub from: End,
    /// Its right end.
    pub to: End,
    /// What it means; only lines of one meaning share their way.
    pub relation: Relation,
}

/// Where everything stands.
#[derive(Debug, Default)]
pub struct Layered {
    /// Of all of it.
    pub width: i32,
    /// Of all of it.
    pub height: i32,
    /// The upper left corner of each item.
    pub places: Vec<Point>,
    /// The corners of each wire, from its first end to its second.
    pub ways: Vec<Vec<Point>>,
}

/// Pixels between two items of a column.
const GAP: i32 = 16;
/// The height of the place where a line passes a column.
const LANE: i32 = 4;
/// Lines whose ends differ by no more pixels are made straight.
const NEARLY: f64 = 12.0;
/// How often the columns are put in order and the heights levelled.
const SWEEPS: usize = 10;

/// A place in a column: of an item, or where a bundle passes.
struct Cell {
    item: Option<usize>,
    height: i32,
    /// Its centre.
    y: f64,
    /// Cells beside it in the columns before and after, with the offset of the line from the centres: own, other.
    before: Vec<(usize, i32, i32)>,
    after: Vec<(usize, i32, i32)>,
}

/// What lines of one way have in common: where they come from, or where they all lead.
type Bundle = (Relation, bool, End);

/// Puts items into columns.
#[must_use]
pub fn layered(items: &[Item], wires: &[Wire]) -> Layered {
    let ranks = ranks(items.len(), wires);
    let directed: Vec<(Wire, bool)> = wires.iter().map(|wire| directed(*wire, &ranks)).collect();
    let mut layers = layers(items, &directed, &ranks);
    fold(items, &directed, &mut layers);
    let mut grid = Grid::of(items, &directed, &layers);
    grid.put_in_order();
    grid.level();
    grid.draw(items, &directed)
}

/// A linear order of the items in which lines lead forward as far as they can.
#[must_use]
pub fn ranks(count: usize, wires: &[Wire]) -> Vec<usize> {
    let mut after = vec![Vec::new(); count];
    let mut waits = vec![0usize; count];
    for wire in wires {
        if let (End::Item(from, _), End::Item(to, _)) = (wire.from, wire.to)
            && from != to
        {
            after[from].push(to);
            waits[to] += 1;
        }
    }
    let mut ranks = vec![usize::MAX; count];
    let mut ready: std::collections::BTreeSet<usize> = (0..count).filter(|n| waits[*n] == 0).collect();
    let mut first_left = 0;
    for rank in 0..count {
        // A circle is opened at its first item.
        let next = ready.pop_first().unwrap_or_else(|| {
            while ranks[first_left] != usize::MAX {
                first_left += 1;
            }
            first_left
        });
        ranks[next] = rank;
        for to in &after[next] {
            waits[*to] = waits[*to].saturating_sub(1);
            if waits[*to] == 0 && ranks[*to] == usize::MAX {
                ready.insert(*to);
            }
        }
    }
    ranks
}

/// The wire from left to right, and whether it was turned around for that.
fn directed(wire: Wire, ranks: &[usize]) -> (Wire, bool) {
    let key = |end: End| match end {
        End::Left => (0, 0),
        End::Item(n, _) => (1, ranks[n]),
        End::Right => (2, 0),
    };
    let is_turned = key(wire.from) > key(wire.to);
    if is_turned { (Wire { from: wire.to, to: wire.from, ..wire }, true) } else { (wire, false) }
}

/// The column of each item: behind all that is below it, and close to what is above.
fn layers(items: &[Item], wires: &[(Wire, bool)], ranks: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|n| ranks[*n]);
    let mut before = vec![Vec::new(); items.len()];
    let mut after = vec![Vec::new(); items.len()];
    for (wire, _) in wires {
        if let (End::Item(from, _), End::Item(to, _)) = (wire.from, wire.to)
            && from != to
        {
            before[to].push(from);
            after[from].push(to);
        }
    }
    let mut layers = vec![0usize; items.len()];
    for n in &order {
        layers[*n] = before[*n].iter().map(|below| layers[*below] + 1).max().unwrap_or(0);
    }
    for n in order.iter().rev() {
        if !(items[*n].is_first && before[*n].is_empty())
            && let Some(nearest) = after[*n].iter().map(|above| layers[*above]).min()
        {
            layers[*n] = nearest - 1;
        }
    }
    layers
}

/// The columns with their cells, and the lines between neighbouring columns.
struct Grid {
    cells: Vec<Cell>,
    columns: Vec<Vec<usize>>,
    /// The first cell of each item.
    of_item: Vec<usize>,
    /// The cells that each wire passes, with the offset of the line from their centres.
    chains: Vec<Vec<(usize, i32)>>,
    bundles: Vec<Bundle>,
    layer_of: Vec<usize>,
}

impl Grid {
    fn of(items: &[Item], wires: &[(Wire, bool)], layers: &[usize]) -> Self {
        let count = layers.iter().max().map_or(0, |last| last + 1);
        let mut grid = Grid {
            cells: Vec::with_capacity(items.len()),
            columns: vec![Vec::new(); count],
            of_item: Vec::with_capacity(items.len()),
            chains: Vec::with_capacity(wires.len()),
            bundles: bundles(wires),
            layer_of: Vec::with_capacity(items.len()),
        };
        for (n, item) in items.iter().enumerate() {
            let cell = grid.cell(Some(n), item.height, layers[n]);
            grid.of_item.push(cell);
        }
        let mut lanes: BTreeMap<(Bundle, usize), usize> = BTreeMap::new();
        for ((wire, _), bundle) in wires.iter().zip(grid.bundles.clone()) {
            let at = |end: End| match end {
                End::Left | End::Right => None,
                End::Item(n, dy) => Some((n, dy - items[n].height / 2)),
            };
            let (from, to) = (at(wire.from), at(wire.to));
            let first = from.map_or(0, |(n, _)| layers[n] + 1);
            let last = to.map_or(count, |(n, _)| layers[n]);
            let mut chain: Vec<(usize, i32)> = from.into_iter().collect();
            for layer in first..last {
                let lane = *lanes.entry((bundle, layer)).or_insert_with(|| grid.cell(None, LANE, layer));
                chain.push((lane, 0));
            }
            chain.extend(to);
            for pair in chain.windows(2) {
                let ((a, dy), (b, other)) = (pair[0], pair[1]);
                if !grid.cells[a].after.contains(&(b, dy, other)) {
                    grid.cells[a].after.push((b, dy, other));
                    grid.cells[b].before.push((a, other, dy));
                }
            }
            grid.chains.push(chain);
        }
        for column in &mut grid.columns {
            // Through the middle, so that what hangs on a long line stands on both sides of it.
            let (items, lanes): (Vec<usize>, Vec<usize>) =
                column.iter().partition(|cell| grid.cells[**cell].item.is_some());
            let (above, below) = items.split_at(items.len() / 2);
            *column = [above, &lanes, below].concat();
        }
        grid
    }

    fn cell(&mut self, item: Option<usize>, height: i32, layer: usize) -> usize {
        let id = self.cells.len();
        self.cells.push(Cell { item, height, y: 0.0, before: Vec::new(), after: Vec::new() });
        self.columns[layer].push(id);
        self.layer_of.push(layer);
        id
    }

    /// Sorts each column by the middle of its neighbours, to and fro.
    fn put_in_order(&mut self) {
        let mut position = vec![0.0; self.cells.len()];
        let place = |column: &[usize], position: &mut Vec<f64>| {
            (0u32..).zip(column).for_each(|(n, cell)| position[*cell] = f64::from(n));
        };
        self.columns.iter().for_each(|column| place(column, &mut position));
        let mut best = (self.crossings(), self.columns.clone());
        for sweep in 0..SWEEPS {
            let forward = sweep % 2 == 1;
            for n in 0..self.columns.len() {
                let n = if forward { n } else { self.columns.len() - 1 - n };
                let cells = &self.cells;
                let key = |cell: &usize| {
                    let beside = if forward { &cells[*cell].before } else { &cells[*cell].after };
                    mean(beside.iter().map(|(other, _, dy)| position[*other] + f64::from(*dy) / 1e5))
                        .unwrap_or(position[*cell])
                };
                let mut keyed: Vec<(f64, usize)> =
                    self.columns[n].iter().map(|cell| (key(cell), *cell)).collect();
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
                self.columns[n] = keyed.into_iter().map(|(_, cell)| cell).collect();
                place(&self.columns[n], &mut position);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
            }
        }
        self.columns = best.1;
    }

    /// How many lines cross each other between columns, by counting inversions.
    fn crossings(&self) -> usize {
        let mut row = vec![0usize; self.cells.len()];
        self.columns.iter().for_each(|column| column.iter().enumerate().for_each(|(n, cell)| row[*cell] = n));
        let between = |column: &Vec<usize>, next: &Vec<usize>| {
            let mut counts = vec![0usize; next.len() + 1];
            let (mut crossings, mut seen) = (0, 0);
            for cell in column {
                let ends: Vec<usize> = self.cells[*cell].after.iter().map(|(to, _, _)| row[*to]).collect();
                for end in &ends {
                    let mut n = end + 1;
                    let mut not_below = 0;
                    while n > 0 {
                        not_below += counts[n];
                        n &= n - 1;
                    }
                    crossings += seen - not_below;
                }
                for end in &ends {
                    let mut n = end + 1;
                    while n < counts.len() {
                        counts[n] += 1;
                        n += n & n.wrapping_neg();
                    }
                    seen += 1;
                }
            }
            crossings
        };
        self.columns.windows(2).map(|pair| between(&pair[0], &pair[1])).sum()
    }

    /// Gives each cell a height near those of its neighbours; the order stays, and nothing overlaps.
    fn level(&mut self) {
        for n in 0..self.columns.len() {
            self.settle(n, |_| None);
        }
        for sweep in 0..SWEEPS {
            for n in 0..self.columns.len() {
                let n = if sweep % 2 == 0 { n } else { self.columns.len() - 1 - n };
                // One of many at a hub stands where its other neighbours are.
                let middle = |cells: &[Cell], cell: &Cell| {
                    let before = cell.before.iter().map(|at| (at, cells[at.0].after.len()));
                    let after = cell.after.iter().map(|at| (at, cells[at.0].before.len()));
                    weighed(before.chain(after).map(|((other, own, dy), many)| {
                        (
                            cells[*other].y + f64::from(dy - own),
                            1.0 / f64::from(u32::try_from(many).unwrap_or(1)),
                        )
                    }))
                };
                let wanted: Vec<_> =
                    self.columns[n].iter().map(|cell| middle(&self.cells, &self.cells[*cell])).collect();
                self.settle(n, |n| wanted[n]);
            }
        }
        self.move_up();
        for column in &self.columns {
            // Whole pixels; rounding must not bring cells closer.
            let mut free = 0;
            for cell in column {
                let cell = &mut self.cells[*cell];
                #[allow(clippy::cast_possible_truncation, reason = "pictures are no 2³¹ pixels high")]
                let y = (cell.y.round() as i32).max(free + cell.height - cell.height / 2);
                cell.y = f64::from(y);
                free = y + cell.height - cell.height / 2 + GAP;
            }
        }
        self.snap();
        self.move_up();
    }

    /// Moves all of it so that the uppermost cell begins at 0.
    fn move_up(&mut self) {
        let tops = self.cells.iter().map(|cell| cell.y - f64::from(cell.height / 2));
        let top = tops.fold(f64::INFINITY, f64::min);
        self.cells.iter_mut().for_each(|cell| cell.y -= top);
    }

    /// Straightens lines that are nearly straight, where there is room.
    fn snap(&mut self) {
        for column in &self.columns {
            for (n, id) in column.iter().enumerate() {
                let cell = &self.cells[*id];
                let [(other, own, dy)] = cell.before[..] else { continue };
                let delta = self.cells[other].y + f64::from(dy - own) - cell.y;
                let room = |beside: Option<&usize>| {
                    let Some(beside) = beside.map(|id| &self.cells[*id]) else { return f64::INFINITY };
                    let halves = cell.height - cell.height / 2 + beside.height - beside.height / 2;
                    (beside.y - cell.y).abs() - f64::from(halves + GAP)
                };
                let beside = if delta < 0.0 {
                    n.checked_sub(1).and_then(|n| column.get(n))
                } else {
                    column.get(n + 1)
                };
                if delta.abs() <= NEARLY && delta.abs() <= room(beside) {
                    self.cells[*id].y += delta;
                }
            }
        }
    }

    /// The heights of a column that are nearest to those wanted: pools of cells that touch, each at its mean.
    fn settle(&mut self, column: usize, wanted: impl Fn(usize) -> Option<f64>) {
        // (sum of weight × offset-free height, weight, cells)
        let mut pools: Vec<(f64, f64, usize)> = Vec::new();
        let column = &self.columns[column];
        let mut offsets = Vec::with_capacity(column.len());
        let mut below = 0.0;
        for (n, id) in column.iter().enumerate() {
            let cell = &self.cells[*id];
            let half = f64::from(cell.height) / 2.0;
            let offset = below + half;
            below = offset + half + f64::from(GAP);
            offsets.push(offset);
            let weight = match (wanted(n), cell.item) {
                (None, _) => 0.01,
                (Some(_), Some(_)) => 1.0,
                (Some(_), None) => 4.0,
            };
            let mut pool = ((wanted(n).unwrap_or(cell.y) - offset) * weight, weight, 1);
            while let Some(last) = pools.last()
                && last.0 / last.1 > pool.0 / pool.1
            {
                pool = (pool.0 + last.0, pool.1 + last.1, pool.2 + last.2);
                pools.pop();
            }
            pools.push(pool);
        }
        let mut cells = column.iter().zip(offsets);
        for (sum, weight, count) in pools {
            for (id, offset) in cells.by_ref().take(count) {
                self.cells[*id].y = sum / weight + offset;
            }
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "these are whole pixels already")]
    fn y(&self, (cell, dy): (usize, i32)) -> i32 {
        self.cells[cell].y as i32 + dy
    }

    /// Places for all, with room for the lines between the columns.
    fn draw(&self, items: &[Item], wires: &[(Wire, bool)]) -> Layered {
        let count = self.columns.len();
        let mut channels: Vec<Channel<Bundle>> = (0..=count).map(|_| Channel::default()).collect();
        for ((chain, bundle), (wire, _)) in self.chains.iter().zip(&self.bundles).zip(wires) {
            let mut net = |layer: usize, left, right| channels[layer].add(*bundle, Net { left, right });
            if let (End::Left, Some(first)) = (wire.from, chain.first()) {
                net(0, self.y(*first), self.y(*first));
            }
            for pair in chain.windows(2) {
                net(self.layer_of[pair[1].0], self.y(pair[0]), self.y(pair[1]));
            }
        }
        channels.iter_mut().for_each(Channel::arrange);
        let has = |end: End| wires.iter().any(|(wire, _)| wire.from == end || wire.to == end);
        let mut x = if has(End::Left) { channels[0].width() } else { 0 };
        let mut starts = Vec::with_capacity(count + 1);
        for (n, column) in self.columns.iter().enumerate() {
            if n > 0 {
                x += channels[n].width();
            }
            starts.push(x);
            let widths =
                column.iter().filter_map(|cell| self.cells[*cell].item).map(|item| items[item].width);
            x += widths.max().unwrap_or(0);
        }
        let width = if has(End::Right) { x + channels[count].width() } else { x };
        let place = |n: usize| {
            let cell = self.of_item[n];
            (starts[self.layer_of[cell]], self.y((cell, 0)) - items[n].height / 2)
        };
        let places: Vec<Point> = (0..items.len()).map(place).collect();
        let bottoms = self.cells.iter().map(|cell| f64::from(cell.height - cell.height / 2) + cell.y);
        #[allow(clippy::cast_possible_truncation, reason = "these are whole pixels already")]
        let height = bottoms.fold(0.0, f64::max) as i32;
        let ways =
            self.chains.iter().zip(&self.bundles).zip(wires).map(|((chain, bundle), (wire, is_turned))| {
                let mut way = Vec::with_capacity(chain.len() * 2 + 2);
                if let (End::Left, Some(first)) = (wire.from, chain.first()) {
                    way.push((0, self.y(*first)));
                }
                for (n, at) in chain.iter().enumerate() {
                    let layer = self.layer_of[at.0];
                    let y = self.y(*at);
                    if n > 0 {
                        let before = self.y(chain[n - 1]);
                        if let Some(track) = channels[layer].track(bundle, before, y) {
                            let x = starts[layer] - channels[layer].width() + track;
                            way.extend([(x, before), (x, y)]);
                        }
                    }
                    if n > 0 || wire.from == End::Left {
                        way.push((starts[layer], y));
                    }
                    match self.cells[at.0].item {
                        Some(item) if n + 1 < chain.len() || wire.to == End::Right => {
                            way.push((starts[layer] + items[item].width, y));
                        }
                        Some(_) | None => {}
                    }
                }
                if let (End::Right, Some(last)) = (wire.to, chain.last()) {
                    way.push((width, self.y(*last)));
                }
                let mut way = straightened(&way);
                if *is_turned {
                    way.reverse();
                }
                way
            });
        Layered { width, height, ways: ways.collect(), places }
    }
}

/// Lines that part share the way from where they begin; others that meet share the way to where they end.
fn bundles(wires: &[(Wire, bool)]) -> Vec<Bundle> {
    let mut leaving: BTreeMap<(Relation, End), usize> = BTreeMap::new();
    for (wire, _) in wires {
        *leaving.entry((wire.relation, wire.from)).or_default() += 1;
    }
    let is_border = |end: End| matches!(end, End::Left | End::Right);
    let bundle = |(wire, _): &(Wire, bool)| {
        let parts = leaving[&(wire.relation, wire.from)] > 1 && !is_border(wire.from);
        if parts || is_border(wire.to) {
            (wire.relation, true, wire.from)
        } else {
            (wire.relation, false, wire.to)
        }
    };
    wires.iter().map(bundle).collect()
}

/// Without points that are no corners.
#[must_use]
pub fn straightened(way: &[Point]) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::with_capacity(way.len());
    for point in way {
        if out.last() == Some(point) {
            continue;
        }
        if let [.., a, b] = out[..]
            && (a.0 == b.0 && b.0 == point.0 || a.1 == b.1 && b.1 == point.1)
        {
            out.pop();
        }
        out.push(*point);
    }
    out
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    weighed(values.map(|value| (value, 1.0)))
}

/// The mean of values with their weights.
fn weighed(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weight) =
        values.fold((0.0, 0.0), |(sum, all), (value, weight)| (sum + value * weight, all + weight));
    (weight > 0.0).then(|| sum / weight)
}
