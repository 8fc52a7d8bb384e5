//! Shell quoting as NetworkManager writes it (`shvar.c:svEscape`): a plain word as it stands, else double quotes
//! with backslashes, `$'…'` where control characters or bytes beyond ASCII stand in the value. bash and NetworkManager's
//! reader both read it back as it was.

use std::fmt::Write as _;

/// The value, quoted where it needs to be.
pub(super) fn quote(value: &str) -> String {
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    if value.bytes().any(|b| !(b' '..0x7f).contains(&b)) {
        return ansi_c(value);
    }
    let escaped = |c: char| matches!(c, '"' | '\\' | '$' | '`');
    let quoted =
        |c: char| matches!(c, ' ' | '\'' | '~' | '|' | '&' | ';' | '(' | ')' | '<' | '>' | '#' | '!');
    if !value.contains(escaped) && !value.contains(quoted) {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        if escaped(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// `$'…'` with octal bytes (`shvar.c:_escape_ansic`).
fn ansi_c(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 4);
    out.push_str("$'");
    for byte in value.bytes() {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            b'\\' | b'\'' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b' '..=b'~' => out.push(char::from(byte)),
            other => {
                let _ = write!(out, "\\{other:03o}");
            }
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn words_are_quoted_as_networkmanager_does() {
        assert_eq!(quote("eth0"), "eth0");
        assert_eq!(quote(""), "\"\"");
        assert_eq!(quote("System eth0"), "\"System eth0\"");
        assert_eq!(quote("it's"), "\"it's\"");
        assert_eq!(quote("a\"b\\c$d`e"), r#""a\"b\\c\$d\`e""#);
        assert_eq!(quote("$(reboot)"), "\"\\$(reboot)\"");
        assert_eq!(quote("two\nlines'"), r"$'two\nlines\''");
        assert_eq!(quote("ü"), r"$'\303\274'");
        assert_eq!(quote("mode=1 miimon=50"), "\"mode=1 miimon=50\"");
    }
}
