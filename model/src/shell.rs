//! Quoting for sh(1).

use std::borrow::Cow;

/// A word as a shell takes it for itself: in single quotes where a character means something to the shell, or where it
/// would pass for an option.
#[must_use]
pub fn quote(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) && !word.starts_with('-') {
        return Cow::Borrowed(word);
    }
    Cow::Owned(in_quotes(word))
}

/// A word in single quotes, whatever it is.
#[must_use]
pub fn in_quotes(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_quoted() {
        assert_eq!(quote("eth0.5"), "eth0.5");
        assert_eq!(quote("a b"), "'a b'");
        assert_eq!(quote("it's"), "'it'\\''s'");
        assert_eq!(quote("$(reboot)"), "'$(reboot)'");
        assert_eq!((quote(""), quote("-x"), quote("a;b")), ("''".into(), "'-x'".into(), "'a;b'".into()));
        assert_eq!(in_quotes("eth0"), "'eth0'");
    }
}
