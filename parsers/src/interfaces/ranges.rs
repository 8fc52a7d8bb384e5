//! ifupdown2's ranges of names: `swp[1-4]`, `eth0.[10-20]`, `swp[1-2]s0` (utils.py:parse_iface_range).

/// So many names a range may stand for; a file cannot blow up the run.
const MOST: u32 = 10_000;

/// The names of a range; `None` where the name is none.
pub(super) fn expand(name: &str) -> Option<Vec<String>> {
    let (prefix, rest) = name.split_once('[')?;
    let (range, suffix) = rest.split_once(']')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    if suffix.contains('[') || first > last || last - first >= MOST {
        return None;
    }
    Some((first..=last).map(|n| format!("{prefix}{n}{suffix}")).collect())
}

/// The names of a `glob`: `swp1-3`, `swp1-3.100` (utils.py:expand_iface_range); the word itself where it is none.
pub(super) fn expand_glob(word: &str) -> Vec<String> {
    if let Some(names) = expand(word) {
        return names;
    }
    let digits_at = |at: usize| word[at..].bytes().take_while(u8::is_ascii_digit).count();
    for (dash, _) in word.match_indices('-') {
        let start = word[..dash]
            .rfind(|c: char| !c.is_ascii_digit())
            .map_or(0, |at| at + word[at..].chars().next().map_or(1, char::len_utf8));
        let length = digits_at(dash + 1);
        let range = format!(
            "{}[{}-{}]{}",
            &word[..start],
            &word[start..dash],
            &word[dash + 1..dash + 1 + length],
            &word[dash + 1 + length..]
        );
        if let Some(names) = expand(&range) {
            return names;
        }
    }
    vec![word.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_expand() {
        assert_eq!(expand("swp[1-3]").unwrap(), ["swp1", "swp2", "swp3"]);
        assert_eq!(expand("swp[1-2]s0").unwrap(), ["swp1s0", "swp2s0"]);
        assert_eq!(expand("eth0"), None);
        assert_eq!(expand("x[0-4000000000]"), None);
        assert_eq!(expand_glob("swp1-2.100"), ["swp1.100", "swp2.100"]);
        assert_eq!(expand_glob("br-ex"), ["br-ex"]);
    }
}
