//! How large a tile is, by its texts: letters of one width, so that no font need be asked.

use super::scene::{Relation, Tile};
use unicode_width::UnicodeWidthChar;

/// The size of the letters of a kind, in pixels.
pub const KIND_SIZE: i32 = 11;
/// Of a name.
pub const NAME_SIZE: i32 = 14;
/// Of the lines below.
pub const LINE_SIZE: i32 = 12;
/// From one line to the next.
pub const LINE_STEP: i32 = 16;
/// From the upper edge of a tile to the base line of its kind.
pub const KIND_BASE: i32 = 18;
/// From the upper edge of a tile to the base line of its name.
pub const NAME_BASE: i32 = 36;
/// From the left edge of a tile to its texts.
pub const TEXT_LEFT: i32 = 14;
/// From the kind to the mark behind it.
const MARK_GAP: i32 = 16;
/// The narrowest tile.
const NARROWEST: i32 = 118;
/// The most columns of a line; a tile's title has the whole. An IPv6 address with its prefix takes 43.
const MOST_COLUMNS: usize = 46;
/// The most lines below a name.
const MOST_LINES: usize = 8;

/// The lines below the name as far as they are drawn.
#[must_use]
pub fn drawn_lines(tile: &Tile) -> Vec<String> {
    let all = tile.lines.len();
    let count = if all <= MOST_LINES { all } else { MOST_LINES - 1 };
    let mut lines: Vec<String> = tile.lines[..count].iter().map(|line| drawn(line)).collect();
    if count < all {
        lines.push(format!("… and {} more", all - count));
    }
    lines
}

/// The text as far as it is drawn.
#[must_use]
pub fn drawn(text: &str) -> String {
    let mut columns = 0;
    let mut out = String::new();
    for c in text.chars() {
        columns += c.width().unwrap_or(0);
        if columns > MOST_COLUMNS {
            out.push('…');
            break;
        }
        out.push(c);
    }
    out
}

/// The width of a text in pixels: letters of such fonts take 0.6 of their size, and a little is left.
#[must_use]
pub fn width(text: &str, size: i32) -> i32 {
    let columns: usize = text.chars().map(|c| c.width().unwrap_or(0)).sum();
    i32::try_from(columns).unwrap_or(0) * size * 62 / 100
}

/// Width and height of a tile.
#[must_use]
pub fn size(tile: &Tile) -> (i32, i32) {
    let lines = drawn_lines(tile);
    let widths = lines.iter().map(|line| width(line, LINE_SIZE));
    let mark = tile.mark.map_or(0, |mark| MARK_GAP + width(mark.word(), KIND_SIZE));
    let head = [width(&drawn(&tile.kind), KIND_SIZE) + mark, width(&drawn(&tile.name), NAME_SIZE)];
    let widest = widths.chain(head).max().unwrap_or(0);
    let count = i32::try_from(lines.len()).unwrap_or(0);
    ((widest + TEXT_LEFT * 2).max(NARROWEST), NAME_BASE + 12 + count * LINE_STEP)
}

/// Where a line meets a tile, below its upper edge; those of pairs keep away from the others.
#[must_use]
pub fn dock(tile: &Tile, relation: Relation) -> i32 {
    let (_, height) = size(tile);
    match relation {
        Relation::Port | Relation::Below => height / 2,
        Relation::Peer => height / 2 + 10,
    }
}
