//! Symbolic links as if the tree were the root (chroot).

use std::collections::VecDeque;

/// Links that may follow each other before it counts as a loop; the kernel's own limit.
const MAX_LINKS: usize = 40;

/// The path without symbolic links, `.` and `..`: each component that `link` gives a target for is
/// replaced by it, absolute targets from the root of the tree. `..` never leaves the root. The last
/// component is followed only with `follow_last`. `None` for a loop of links.
pub(super) fn resolve(
    path: &str,
    follow_last: bool,
    link: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<String> {
    let mut pending: VecDeque<String> = components(path).map(str::to_owned).collect();
    let mut current = String::new();
    let mut links = 0;
    while let Some(name) = pending.pop_front() {
        if name == ".." {
            current.truncate(current.rfind('/').unwrap_or(0));
            continue;
        }
        let length = current.len();
        current.push('/');
        current.push_str(&name);
        if pending.is_empty() && !follow_last {
            break;
        }
        let Some(target) = link(&current) else { continue };
        links += 1;
        if links > MAX_LINKS {
            return None;
        }
        current.truncate(if target.starts_with('/') { 0 } else { length });
        for part in components(&target).collect::<Vec<_>>().into_iter().rev() {
            pending.push_front(part.to_owned());
        }
    }
    if current.is_empty() {
        current.push('/');
    }
    Some(current)
}

fn components(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_links(path: &str) -> Option<String> {
        resolve(path, true, &mut |at| {
            let target = match at {
                "/etc/up" => "../../../../root/x",
                "/etc/abs" => "/usr/lib/y",
                "/etc/loop" => "loop",
                "/a" => "etc",
                _ => return None,
            };
            Some(target.to_owned())
        })
    }

    #[test]
    fn links_stay_within_the_root() {
        assert_eq!(with_links("/etc/up").as_deref(), Some("/root/x"));
        assert_eq!(with_links("/a/abs/z").as_deref(), Some("/usr/lib/y/z"));
        assert_eq!(with_links("/../../etc/./f").as_deref(), Some("/etc/f"));
        assert_eq!(with_links("/etc/loop"), None);
        assert_eq!(with_links("/").as_deref(), Some("/"));
    }

    #[test]
    fn the_last_link_is_followed_on_demand_only() {
        assert_eq!(resolve("/l", false, &mut |_| Some("x".into())).as_deref(), Some("/l"));
    }
}
