//! The place of each tile: what belongs together in columns, namespaces as frames among them, the rest in a grid.

use super::layers::{self, End, Item, Layered, Point, Wire, layered};
use super::measure::{NAME_SIZE, dock, size, width};
use super::scene::{Look, Scene};
use std::collections::BTreeMap;

/// Where everything in a picture stands.
#[derive(Debug, Default)]
pub struct Plan {
    /// Width and height of the picture, in pixels.
    pub size: Point,
    /// The rectangle of each tile.
    pub tiles: Vec<Rect>,
    /// The rectangle of each namespace.
    pub frames: Vec<Rect>,
    /// The corners of each joint's line, from its lower end to its upper.
    pub ways: Vec<Vec<Point>>,
}

/// A rectangle, in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rect {
    /// The left edge.
    pub x: i32,
    /// The upper edge.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

/// From the upper edge of a frame to what is in it.
const FRAME_HEAD: i32 = 36;
/// From the other edges of a frame to what is in it.
const FRAME_PAD: i32 = 16;
/// Between tiles of a grid.
const GAP: i32 = 16;
/// Between what does not belong together.
const APART: i32 = 32;
/// Around the picture.
const MARGIN: i32 = 20;
/// A picture is made no narrower than that for the sake of its height.
const COMMON_WIDTH: i32 = 1000;

impl Plan {
    /// Gives everything in a scene its place.
    #[must_use]
    pub fn of(scene: &Scene) -> Self {
        let mut plan = Plan {
            tiles: scene.tiles.iter().map(|tile| sized(size(tile))).collect(),
            frames: vec![Rect::default(); scene.spaces.len()],
            ways: vec![Vec::new(); scene.joints.len()],
            ..Plan::default()
        };
        let outer = Outer::of(scene);
        let spaces: Vec<Space> = (0..scene.spaces.len()).map(|n| Space::of(scene, &outer, n)).collect();
        let (lone, groups): (Vec<_>, Vec<_>) =
            outer.groups().into_iter().partition(|group| match group[..] {
                [one] => matches!(outer.blocks[one], Block::Tile(_)),
                _ => false,
            });
        let groups: Vec<Group> = groups.iter().map(|group| outer.group(scene, &spaces, group)).collect();
        let (mut corners, mut bottom) = shelves(&groups);
        for (group, corner) in groups.iter().zip(&mut corners) {
            group.put(&outer, &spaces, *corner, &mut plan);
        }
        let lone: Vec<usize> = lone.into_iter().flatten().filter_map(|n| outer.tile(n)).collect();
        if bottom > 0 && !lone.is_empty() {
            bottom += APART;
        }
        let room = groups.iter().map(|group| group.layered.width).max().unwrap_or(0).max(COMMON_WIDTH);
        let sizes: Vec<Point> = lone.iter().map(|tile| size(&scene.tiles[*tile])).collect();
        let (places, _) = grid(&sizes, room);
        for (tile, (x, y)) in lone.iter().zip(places) {
            plan.tiles[*tile] = plan.tiles[*tile].at((x + MARGIN, y + bottom + MARGIN));
        }
        let all = || plan.tiles.iter().chain(&plan.frames);
        let right = all().map(|rect| rect.x + rect.width).max().unwrap_or(0);
        let right = plan.ways.iter().flatten().map(|(x, _)| *x).fold(right, i32::max);
        let bottom = all().map(|rect| rect.y + rect.height).max().unwrap_or(0);
        let bottom = plan.ways.iter().flatten().map(|(_, y)| *y).fold(bottom, i32::max);
        plan.size = (right + MARGIN, bottom + MARGIN);
        plan
    }
}

fn sized((width, height): Point) -> Rect {
    Rect { width, height, ..Rect::default() }
}

impl Rect {
    fn at(self, (x, y): Point) -> Self {
        Rect { x, y, ..self }
    }
}

/// What the host's columns are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Tile(usize),
    /// A namespace as a whole.
    Space(usize),
}

/// The host's own tiles and its namespaces, in an order in which lines lead forward.
struct Outer {
    blocks: Vec<Block>,
    /// The joints between blocks: the earlier block, the later one, the joint, and whether the earlier one is its upper end.
    between: Vec<(usize, usize, usize, bool)>,
}

impl Outer {
    fn of(scene: &Scene) -> Self {
        let own = scene.tiles.iter().enumerate().filter(|(_, tile)| tile.space.is_none());
        let mut blocks: Vec<Block> = own.map(|(n, _)| Block::Tile(n)).collect();
        let first_space = blocks.len();
        blocks.extend((0..scene.spaces.len()).map(Block::Space));
        let mut next = 0..first_space;
        let of_tile = scene.tiles.iter().map(|tile| match tile.space {
            Some(space) => first_space + space,
            None => next.next().unwrap_or(0),
        });
        let of_tile: Vec<usize> = of_tile.collect();
        let crossing =
            scene.joints.iter().enumerate().map(|(n, joint)| (n, of_tile[joint.from], of_tile[joint.to]));
        let crossing: Vec<_> = crossing.filter(|(_, from, to)| from != to).collect();
        let wire = |(n, from, to): &(usize, usize, usize)| {
            let relation = scene.joints[*n].relation;
            Wire { from: End::Item(*from, 0), to: End::Item(*to, 0), relation }
        };
        let wires: Vec<Wire> = crossing.iter().map(wire).collect();
        let ranks = layers::ranks(blocks.len(), &wires);
        let forward = |(n, from, to): (usize, usize, usize)| {
            if ranks[from] < ranks[to] { (from, to, n, false) } else { (to, from, n, true) }
        };
        Outer { blocks, between: crossing.into_iter().map(forward).collect() }
    }

    fn tile(&self, block: usize) -> Option<usize> {
        match self.blocks[block] {
            Block::Tile(tile) => Some(tile),
            Block::Space(_) => None,
        }
    }

    /// The blocks that lines join, directly or not.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut top: Vec<usize> = (0..self.blocks.len()).collect();
        let find = |top: &mut Vec<usize>, mut n: usize| {
            while top[n] != n {
                top[n] = top[top[n]];
                n = top[n];
            }
            n
        };
        for (a, b, _, _) in &self.between {
            let (a, b) = (find(&mut top, *a), find(&mut top, *b));
            top[a.max(b)] = a.min(b);
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for n in 0..self.blocks.len() {
            groups.entry(find(&mut top, n)).or_default().push(n);
        }
        groups.into_values().collect()
    }

    /// Puts blocks that belong together into columns.
    fn group(&self, scene: &Scene, spaces: &[Space], members: &[usize]) -> Group {
        let position: BTreeMap<usize, usize> =
            members.iter().enumerate().map(|(n, block)| (*block, n)).collect();
        let item = |block: &usize| match self.blocks[*block] {
            Block::Tile(tile) => tile_item(scene, tile),
            Block::Space(space) => {
                let (width, height) = spaces[space].size;
                Item { width, height, is_first: false }
            }
        };
        let items: Vec<Item> = members.iter().map(item).collect();
        let inside: Vec<_> = self.between.iter().filter(|(a, _, _, _)| position.contains_key(a)).collect();
        let end = |block: usize, joint: usize, is_upper: bool| {
            let of = scene.joints[joint];
            let tile = if is_upper { of.to } else { of.from };
            let dy = match self.blocks[block] {
                Block::Tile(_) => dock(&scene.tiles[tile], of.relation),
                Block::Space(space) => spaces[space].docks.get(&joint).copied().unwrap_or(0),
            };
            End::Item(position[&block], dy)
        };
        let wire = |(a, b, joint, is_turned): &&(usize, usize, usize, bool)| Wire {
            from: end(*a, *joint, *is_turned),
            to: end(*b, *joint, !*is_turned),
            relation: scene.joints[*joint].relation,
        };
        let wires: Vec<Wire> = inside.iter().map(wire).collect();
        let joints = inside.iter().map(|(a, b, joint, is_turned)| (*a, *b, *joint, *is_turned)).collect();
        Group { members: members.to_vec(), joints, layered: layered(&items, &wires) }
    }
}

fn tile_item(scene: &Scene, tile: usize) -> Item {
    let tile = &scene.tiles[tile];
    let (width, height) = size(tile);
    Item { width, height, is_first: tile.look == Look::Card }
}

/// Blocks that belong together, in columns.
struct Group {
    members: Vec<usize>,
    joints: Vec<(usize, usize, usize, bool)>,
    layered: Layered,
}

impl Group {
    fn put(&self, outer: &Outer, spaces: &[Space], corner: Point, plan: &mut Plan) {
        let corner = (corner.0 + MARGIN, corner.1 + MARGIN);
        for (block, place) in self.members.iter().zip(&self.layered.places) {
            let at = (corner.0 + place.0, corner.1 + place.1);
            match outer.blocks[*block] {
                Block::Tile(tile) => plan.tiles[tile] = plan.tiles[tile].at(at),
                Block::Space(space) => {
                    plan.frames[space] = sized(spaces[space].size).at(at);
                    spaces[space].put((at.0 + FRAME_PAD, at.1 + FRAME_HEAD), plan);
                }
            }
        }
        let part = |block: usize, joint: usize, plan: &Plan| match outer.blocks[block] {
            Block::Tile(_) => Vec::new(),
            Block::Space(space) => {
                let frame = plan.frames[space];
                let way = spaces[space].crossing.get(&joint);
                moved(way.map_or(&[][..], Vec::as_slice), (frame.x + FRAME_PAD, frame.y + FRAME_HEAD))
            }
        };
        for ((a, b, joint, is_turned), way) in self.joints.iter().zip(&self.layered.ways) {
            let mut whole = part(*a, *joint, plan);
            whole.extend(moved(way, corner));
            whole.extend(part(*b, *joint, plan));
            if *is_turned {
                whole.reverse();
            }
            plan.ways[*joint] = layers::straightened(&whole);
        }
    }
}

fn moved(way: &[Point], by: Point) -> Vec<Point> {
    way.iter().map(|(x, y)| (x + by.0, y + by.1)).collect()
}

/// A namespace: its joined tiles in columns, and the others in a grid below them.
struct Space {
    /// Of the frame.
    size: Point,
    tiles: Vec<(usize, Point)>,
    /// The ways within.
    ways: Vec<(usize, Vec<Point>)>,
    /// The parts within of ways that lead out or in, by joint.
    crossing: BTreeMap<usize, Vec<Point>>,
    /// Where these meet the frame, below its upper edge.
    docks: BTreeMap<usize, i32>,
}

impl Space {
    fn of(scene: &Scene, outer: &Outer, space: usize) -> Self {
        let is_in = |tile: usize| scene.tiles[tile].space == Some(space);
        let of_space = |joint: &usize| is_in(scene.joints[*joint].from) || is_in(scene.joints[*joint].to);
        let joints: Vec<usize> = (0..scene.joints.len()).filter(of_space).collect();
        let ends = joints.iter().flat_map(|n| [scene.joints[*n].from, scene.joints[*n].to]);
        let joined: std::collections::BTreeSet<usize> = ends.filter(|tile| is_in(*tile)).collect();
        let tiles: Vec<usize> = joined.iter().copied().collect();
        let lone: Vec<usize> =
            (0..scene.tiles.len()).filter(|tile| is_in(*tile) && !joined.contains(tile)).collect();
        let items: Vec<Item> = tiles.iter().map(|tile| tile_item(scene, *tile)).collect();
        let comes_in: BTreeMap<usize, bool> = outer
            .between
            .iter()
            .map(|(_, b, joint, _)| (*joint, outer.blocks[*b] == Block::Space(space)))
            .collect();
        let wire = |n: &usize| {
            let joint = scene.joints[*n];
            let end = |tile: usize| {
                let at = tiles.binary_search(&tile).ok()?;
                Some(End::Item(at, dock(&scene.tiles[tile], joint.relation)))
            };
            let (from, to) = match (end(joint.from), end(joint.to), comes_in.get(n)) {
                (Some(from), Some(to), _) => (from, to),
                (from, to, Some(true)) => (End::Left, from.or(to).unwrap_or(End::Right)),
                (from, to, Some(false) | None) => (from.or(to).unwrap_or(End::Left), End::Right),
            };
            Wire { from, to, relation: joint.relation }
        };
        let wires: Vec<Wire> = joints.iter().map(wire).collect();
        let columns = layered(&items, &wires);
        let mut found = Space {
            size: (0, 0),
            tiles: tiles.iter().copied().zip(columns.places).collect(),
            ways: Vec::new(),
            crossing: BTreeMap::new(),
            docks: BTreeMap::new(),
        };
        for (joint, way) in joints.into_iter().zip(columns.ways) {
            match comes_in.get(&joint) {
                None => found.ways.push((joint, way)),
                Some(comes_in) => {
                    let border = if *comes_in { way.first() } else { way.last() };
                    found.docks.insert(joint, border.map_or(0, |(_, y)| *y) + FRAME_HEAD);
                    found.crossing.insert(joint, way);
                }
            }
        }
        let sizes: Vec<Point> = lone.iter().map(|tile| size(&scene.tiles[*tile])).collect();
        let room = columns.width.max(near_square(&sizes));
        let (places, below) = grid(&sizes, room);
        let top = if columns.height > 0 && below.1 > 0 { columns.height + GAP } else { columns.height };
        found.tiles.extend(lone.into_iter().zip(moved(&places, (0, top))));
        let title = width(&frame_title(&scene.spaces[space]), NAME_SIZE);
        found.size = (
            columns.width.max(below.0).max(title) + FRAME_PAD * 2,
            (top + below.1).max(GAP) + FRAME_HEAD + FRAME_PAD,
        );
        found
    }

    fn put(&self, corner: Point, plan: &mut Plan) {
        for (tile, (x, y)) in &self.tiles {
            plan.tiles[*tile] = plan.tiles[*tile].at((corner.0 + x, corner.1 + y));
        }
        for (joint, way) in &self.ways {
            plan.ways[*joint] = moved(way, corner);
        }
    }
}

/// What stands at a frame.
#[must_use]
pub fn frame_title(space: &str) -> String {
    format!("namespace {}", super::measure::drawn(space))
}

/// The width that makes a grid of these somewhat wider than high.
fn near_square(sizes: &[Point]) -> i32 {
    let area: i64 = sizes.iter().map(|(w, h)| i64::from(w + GAP) * i64::from(h + GAP)).sum();
    i32::try_from((area * 3).isqrt()).unwrap_or(COMMON_WIDTH)
}

/// Rows of cells of one width, no wider together than `room` unless one is; with the size of it all.
fn grid(sizes: &[Point], room: i32) -> (Vec<Point>, Point) {
    let cell = sizes.iter().map(|(width, _)| *width).max().unwrap_or(0);
    let columns = usize::try_from((room + GAP) / (cell + GAP)).unwrap_or(1).max(1);
    let mut places = Vec::with_capacity(sizes.len());
    let (mut y, mut right) = (0, 0);
    for row in sizes.chunks(columns) {
        let mut x = 0;
        for (width, _) in row {
            places.push((x, y));
            right = right.max(x + width);
            x += cell + GAP;
        }
        y += row.iter().map(|(_, height)| *height).max().unwrap_or(0) + GAP;
    }
    (places, (right, (y - GAP).max(0)))
}

/// Groups side by side, in rows about as wide as all of it is high; the corner of each, and the height of it all.
fn shelves(groups: &[Group]) -> (Vec<Point>, i32) {
    let size = |n: usize| (groups[n].layered.width, groups[n].layered.height);
    let area: i64 =
        (0..groups.len()).map(|n| i64::from(size(n).0 + APART) * i64::from(size(n).1 + APART)).sum();
    let widest = (0..groups.len()).map(|n| size(n).0).max().unwrap_or(0);
    let room = i32::try_from((area * 2).isqrt()).unwrap_or(COMMON_WIDTH).max(widest).max(COMMON_WIDTH);
    // Those of about one height in one row.
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse(size(*n).1));
    let mut corners = vec![(0, 0); groups.len()];
    let (mut x, mut y, mut row) = (0, 0, 0);
    for n in order {
        let (width, height) = size(n);
        if x > 0 && x + width > room {
            (x, y, row) = (0, y + row + APART, 0);
        }
        corners[n] = (x, y);
        x += width + APART;
        row = row.max(height);
    }
    (corners, y + row)
}
