//! Shell patterns over a tree (glob(7)): `source /etc/network/interfaces.d/*`.

use crate::{EntryKind, Tree};

/// True where the text holds characters that make it a pattern.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// The files that a pattern matches, sorted. Names that begin with a dot need one in the pattern.
pub(super) fn files(tree: &dyn Tree, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for (n, part) in parts.iter().enumerate() {
        let is_last = n + 1 == parts.len();
        let mut next = Vec::new();
        for base in &found {
            if is_pattern(part) {
                let entries = tree.list(if base.is_empty() { "/" } else { base }).unwrap_or_default();
                let fits =
                    |name: &str| (!name.starts_with('.') || part.starts_with('.')) && matches(part, name);
                let wanted = entries.into_iter().filter(|e| is_last || e.kind == EntryKind::Directory);
                next.extend(wanted.filter(|e| fits(&e.name)).map(|e| format!("{base}/{}", e.name)));
            } else if *part == ".." {
                next.push(base.rsplit_once('/').map_or_else(String::new, |(above, _)| above.to_owned()));
            } else {
                next.push(format!("{base}/{part}"));
            }
        }
        found = next;
    }
    found
}

/// True where the name fits the pattern: `*`, `?`, `[…]`, `\`. Linear but for one step back to the last `*`.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p + 1, n));
            p += 1;
            continue;
        }
        match one(&pattern, p, name[n]) {
            Some(next) => (p, n) = (next, n + 1),
            None => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    (p, n) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The position behind the part of the pattern that takes the character.
fn one(pattern: &[char], at: usize, c: char) -> Option<usize> {
    match *pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => {
            let negated = matches!(pattern.get(at + 1), Some('!' | '^'));
            let first = at + 1 + usize::from(negated);
            let length = pattern.get(first + 1..)?.iter().position(|c| *c == ']')? + 1;
            let set = &pattern[first..first + length];
            let mut hit = false;
            let mut n = 0;
            while n < set.len() {
                if let (Some('-'), Some(end)) = (set.get(n + 1), set.get(n + 2)) {
                    hit |= (set[n]..=*end).contains(&c);
                    n += 3;
                } else {
                    hit |= set[n] == c;
                    n += 1;
                }
            }
            (hit != negated).then_some(first + length + 1)
        }
        '\\' => (*pattern.get(at + 1)? == c).then_some(at + 2),
        other => (other == c).then_some(at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    #[test]
    fn patterns_match_as_glob_does() {
        assert!(matches("eth[0-2]", "eth1") && !matches("eth[!0-2]", "eth1"));
        assert!(matches("*.cfg", "50-cloud-init.cfg") && !matches("*.cfg", "cfg"));
        assert!(matches("a*b*c", "aXbYbZc") && !matches("a?c", "ac"));
        assert!(!matches("[", "x") && !matches("[a", "a"));
    }

    #[test]
    fn files_are_sorted_and_hidden_ones_left_out() {
        let tree: MemoryTree = [
            ("/etc/network/interfaces.d/b", ""),
            ("/etc/network/interfaces.d/a", ""),
            ("/etc/network/interfaces.d/.x", ""),
        ]
        .into_iter()
        .collect();
        assert_eq!(
            files(&tree, "/etc/network/interfaces.d/*"),
            ["/etc/network/interfaces.d/a", "/etc/network/interfaces.d/b"]
        );
        assert_eq!(files(&tree, "/etc/*/interfaces.d/a"), ["/etc/network/interfaces.d/a"]);
    }
}
