//! Names of keyfiles: which ones NetworkManager reads, and which one a profile gets (keyfile.md section 1).

/// The directories of profiles, the highest priority first. Names in `/etc` need no extension.
pub const DIRECTORIES: [&str; 3] = [
    "/run/NetworkManager/system-connections",
    "/etc/NetworkManager/system-connections",
    "/usr/lib/NetworkManager/system-connections",
];

/// The extension of profiles.
pub const EXTENSION: &str = ".nmconnection";

/// Why NetworkManager does not read a file of that name as a profile (`nm_keyfile_utils_ignore_filename`).
#[must_use]
pub fn ignored(name: &str, need_extension: bool) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let temporary = |stem_and_suffix: (&str, &str)| {
        let (stem, suffix) = stem_and_suffix;
        !stem.is_empty() && suffix.len() == 6 && suffix.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if name.starts_with('.') {
        Some("its name begins with a dot")
    } else if need_extension {
        let stem = name.strip_suffix(EXTENSION).is_some_and(|stem| !stem.is_empty());
        (!stem).then_some("its name does not end in .nmconnection")
    } else if name.ends_with('~') {
        Some("its name ends in `~`, as backups do")
    } else if name.rsplit_once('.').is_some_and(temporary) {
        Some("its name ends in a dot and six letters or digits, as temporary files do")
    } else if lower.ends_with(".pem") || lower.ends_with(".der") {
        Some("it is a certificate by its name")
    } else {
        None
    }
}

/// The name of a profile's file without extension, made of its id (`nm_keyfile_utils_create_filename`):
/// never a path, never a name that is ignored, no control characters, and short enough for any file system.
#[must_use]
pub fn stem(id: &str) -> String {
    let mut stem: String = id.chars().map(|c| if c == '/' || c.is_control() { '_' } else { c }).collect();
    let mut end = stem.len().min(200);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    stem.truncate(end);
    if stem.starts_with('.') {
        stem.replace_range(..1, "_");
    }
    if stem.ends_with('~') {
        stem.pop();
        stem.push('_');
    }
    if stem.is_empty() || ignored(&stem, false).is_some() {
        stem.push('_');
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_temporary_are_ignored() {
        for name in [".x", "eth0~", "eth0.backup", "foo.config", "uuid.nmmeta", "ca.PEM"] {
            assert!(ignored(name, false).is_some(), "{name}");
        }
        for name in ["eth0", "eth0.bak", "eth0.rpmsave", "eth0.nmconnection", "a.b-d_fg"] {
            assert_eq!(ignored(name, false), None, "{name}");
        }
        assert!(ignored("eth0", true).is_some() && ignored(".nmconnection", true).is_some());
    }

    #[test]
    fn made_names_are_safe() {
        let bad = "é".repeat(300);
        for id in ["../../etc/passwd", ".hidden", "x~", "eth0.backup", "a\nb", "", "..", bad.as_str()] {
            let name = stem(id);
            assert!(ignored(&name, false).is_none() && !name.contains(['/', '\n']), "{name}");
            assert!(!name.is_empty() && name.len() <= 201, "{name}");
        }
        assert_eq!(stem("System eth0"), "System eth0");
    }
}
