//! Names of files: `ifcfg-NAME` after the device, as both programs expect them, else after the profile's id as
//! NetworkManager makes them (`nms-ifcfg-rh-writer.c:escape_id`). Never a path, never a name that a reader passes over.

use foldhash::HashSet;
use netpivot_model::link::{Link, LinkKind};

/// The suffixes of files that one of the programs passes over (ifcfg.md 1.1).
const IGNORED: [&str; 10] =
    ["~", ".bak", ".orig", ".rpmnew", ".old", ".rpmorig", ".rpmsave", ".rej", ".augnew", ".augtmp"];

/// The name of a link's files, which no other link has.
pub(super) fn of(link: &Link, taken: &mut HashSet<String>) -> String {
    let base = stem(&wanted(link));
    let mut name = base.clone();
    let mut n = 0;
    while !taken.insert(name.clone()) {
        n += 1;
        name = format!("{base}-{n}");
    }
    name
}

fn wanted(link: &Link) -> String {
    let of_id = link.id.as_ref().map(|at| at.value.as_str()).filter(|id| !id.is_empty());
    if matches!(link.kind.value, LinkKind::Unsupported(_))
        && let Some(suffix) = of_id.and_then(|id| id.strip_prefix("System "))
    {
        // Such a file's UUID hangs on its name.
        return suffix.to_owned();
    }
    let device = link.name.as_ref().map(|at| at.value.as_str()).filter(|name| !name.is_empty());
    device.or(of_id).or(link.uuid.as_ref().map(|at| at.value.as_str())).unwrap_or("link").to_owned()
}

/// A name that is safe for both programs.
fn stem(wanted: &str) -> String {
    let mut stem: String = wanted
        .chars()
        .map(|c| match c {
            ' ' => '_',
            '\\' | ']' | '[' | '|' | '/' | '=' | '(' | ')' | '!' | ':' | ';' => '-',
            c if c.is_control() => '-',
            c => c,
        })
        .collect();
    let mut end = stem.len().min(200);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    stem.truncate(end);
    let lower = stem.to_ascii_lowercase();
    if IGNORED.iter().any(|suffix| lower.ends_with(suffix)) || stem.ends_with(".route") {
        stem.push('_');
    }
    // `NAME-range…` is a file of addresses (ifcfg.md 1.2).
    stem = stem.replace("-range", "_range");
    if stem.is_empty() { "link".to_owned() } else { stem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::source::{At, Origin};

    fn name(device: Option<&str>, id: &str, taken: &mut HashSet<String>) -> String {
        let at = |text: &str| At::new(text.to_owned(), Origin::default_value());
        of(&Link { name: device.map(at), id: Some(at(id)), ..Link::default() }, taken)
    }

    #[test]
    fn names_are_safe_and_unique() {
        let mut taken = HashSet::default();
        assert_eq!(name(Some("eth0"), "System eth0", &mut taken), "eth0");
        assert_eq!(name(Some("eth0"), "other", &mut taken), "eth0-1");
        assert_eq!(name(None, "../../etc/passwd", &mut taken), "..-..-etc-passwd");
        assert_eq!(name(None, "My (home) net!", &mut taken), "My_-home-_net-");
        assert_eq!(name(None, "eth0~", &mut taken), "eth0~_");
        assert_eq!(name(None, "x.RPMSAVE", &mut taken), "x.RPMSAVE_");
        assert_eq!(name(None, "eth0:1", &mut taken), "eth0-1-1");
        assert_eq!(name(None, "eth0-range0", &mut taken), "eth0_range0");
        assert_eq!(name(None, "a\nb", &mut taken), "a-b");
        let long = "é".repeat(300);
        assert!(name(None, &long, &mut taken).len() <= 200);
    }
}
