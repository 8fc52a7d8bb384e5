//! Files as `convert` prints them, each under a heading, read back: `netpivot convert … | netpivot show -`.

/// The heading of a file on standard output: `# ==> /etc/network/interfaces (0644)`.
const HEADING: &str = "# ==> ";

/// A printed file: its path and its text.
type Printed<'t> = (&'t str, &'t str);

/// The files of a text that begins with such a heading; `None` for any other text. A path that is not absolute stands
/// below the name of its host.
#[must_use]
pub fn printed_files(text: &str) -> Option<Vec<Printed<'_>>> {
    path_of(text.lines().next()?)?;
    let mut files = Vec::new();
    let mut rest = text;
    while let Some((path, after)) =
        rest.split_once('\n').and_then(|(line, after)| Some((path_of(line)?, after)))
    {
        let end = next_heading(after).unwrap_or(after.len());
        // An empty line stands between two files.
        let body = &after[..end];
        files.push((path, body.strip_suffix('\n').filter(|body| body.ends_with('\n')).unwrap_or(body)));
        rest = &after[end..];
    }
    Some(files)
}

fn next_heading(text: &str) -> Option<usize> {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(n, _)| n + 1));
    starts.into_iter().find(|start| {
        text[*start..].starts_with(HEADING)
            && text[*start..].lines().next().is_some_and(|line| path_of(line).is_some())
    })
}

/// The path of a heading.
fn path_of(line: &str) -> Option<&str> {
    let (path, mode) = line.strip_prefix(HEADING)?.strip_suffix(')')?.rsplit_once(" (")?;
    (path.contains('/') && mode.len() == 4 && mode.bytes().all(|b| (b'0'..=b'7').contains(&b)))
        .then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_files_are_told_apart() {
        let text = "# ==> /etc/a (0600)\n# ==> b\nA=1\n\n# ==> /etc/b c (1) (0644)\nB=2\n\n";
        assert_eq!(printed_files(text), Some(vec![("/etc/a", "# ==> b\nA=1\n"), ("/etc/b c (1)", "B=2\n")]));
        assert_eq!(printed_files("# ==> /etc/a (0600)\n"), Some(vec![("/etc/a", "")]));
        for other in ["", "A=1\n", "# ==> etc (0600)\n", "# ==> /etc/a (rw)\n", "A=1\n# ==> /etc/a (0600)\n"]
        {
            assert_eq!(printed_files(other), None);
        }
    }
}
