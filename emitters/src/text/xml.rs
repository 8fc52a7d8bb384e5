//! XML documents as virsh prints them: two blanks of indentation, attributes in single quotes.

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::Event;

/// An element that is being made.
#[derive(Debug, Clone, Default)]
pub struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    inside: Vec<Inside>,
}

#[derive(Debug, Clone)]
enum Inside {
    Tag(Tag),
    Text(String),
    /// A whole element as it stands.
    Raw(String),
}

impl Tag {
    /// An element without anything.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Tag { name: name.to_owned(), ..Tag::default() }
    }

    /// With an attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.set(name, value);
        self
    }

    /// With an attribute where there is a value.
    #[must_use]
    pub fn with_some<T: ToString>(self, name: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With a text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.inside.push(Inside::Text(text.to_owned()));
        self
    }

    /// Adds an attribute.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.attributes.push((name.to_owned(), value.to_string()));
    }

    /// Adds an element.
    pub fn push(&mut self, tag: Tag) {
        self.inside.push(Inside::Tag(tag));
    }

    /// Adds an element where there is one.
    pub fn push_some(&mut self, tag: Option<Tag>) {
        self.inside.extend(tag.map(Inside::Tag));
    }

    /// True where it holds no attribute and nothing else.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.inside.is_empty()
    }

    /// Puts back what was kept under a path that begins with this element: `network/ip[@family='ipv4'][2]/@localPtr`.
    /// Elements on the way that are not there are made, but for one of several. False where it finds no place, or is
    /// nothing that XML could hold.
    #[must_use]
    pub fn put_back(&mut self, path: &str, value: &str) -> bool {
        let (parents, last) = path.rsplit_once('/').unwrap_or(("", path));
        let steps: Option<Vec<Step<'_>>> = parents.split('/').skip(1).map(Step::parse).collect();
        let Some(steps) = steps else { return false };
        let is_whole = match last.strip_prefix('@') {
            Some(name) => is_name(name),
            None => is_element(value),
        };
        let Some(tag) = Some(self).filter(|_| is_whole).and_then(|tag| tag.descend(&steps)) else {
            return false;
        };
        match last.strip_prefix('@') {
            Some(name) => match tag.attributes.iter().find(|(known, _)| known == name) {
                Some((_, known)) => return known == value,
                None => tag.set(name, value),
            },
            None => tag.inside.push(Inside::Raw(value.to_owned())),
        }
        true
    }

    fn descend(&mut self, steps: &[Step<'_>]) -> Option<&mut Tag> {
        let Some((step, rest)) = steps.split_first() else { return Some(self) };
        let of_step = |inside: &Inside| matches!(inside, Inside::Tag(tag) if step.fits(tag));
        let nth = step.position.unwrap_or(1).checked_sub(1)?;
        let mut found = (0..self.inside.len()).filter(|at| of_step(&self.inside[*at]));
        let at = match found.nth(nth) {
            Some(at) => at,
            None if step.position.is_none() && step.family.is_none() => {
                self.push(Tag::new(step.name));
                self.inside.len() - 1
            }
            None => return None,
        };
        match &mut self.inside[at] {
            Inside::Tag(tag) => tag.descend(rest),
            Inside::Text(_) | Inside::Raw(_) => None,
        }
    }

    /// Puts the elements within into the order of `names`; others come last, each kind in its own order.
    pub fn sort(&mut self, names: &[&str]) {
        self.inside.sort_by_key(|inside| {
            let name = match inside {
                Inside::Tag(tag) => tag.name.as_str(),
                Inside::Text(_) => "",
                Inside::Raw(text) => {
                    let rest = text.trim_start_matches('<');
                    rest.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or("")
                }
            };
            names.iter().position(|known| *known == name).unwrap_or(names.len())
        });
    }

    /// The document.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        let mut out = pretty(&text);
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push_str(&format!(" {name}='{}'", attribute(value)));
        }
        if self.inside.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for inside in &self.inside {
            match inside {
                Inside::Tag(tag) => tag.write(out),
                Inside::Text(text) => out.push_str(&characters(text)),
                Inside::Raw(text) => out.push_str(text),
            }
        }
        out.push_str(&format!("</{}>", self.name));
    }
}

/// One step of a path, as XPath has it: `ip`, `range[2]`, `ip[@family='ipv6'][1]`.
struct Step<'p> {
    name: &'p str,
    family: Option<&'p str>,
    /// From 1.
    position: Option<usize>,
}

impl<'p> Step<'p> {
    fn parse(text: &'p str) -> Option<Self> {
        let (name, mut rest) = text.split_at(text.find('[').unwrap_or(text.len()));
        let mut step = Step { name, family: None, position: None };
        while let Some((predicate, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            match predicate.strip_prefix("@family='").and_then(|family| family.strip_suffix('\'')) {
                Some(family) => step.family = Some(family),
                None => step.position = Some(predicate.parse().ok()?),
            }
            rest = after;
        }
        (rest.is_empty() && is_name(name)).then_some(step)
    }

    fn fits(&self, tag: &Tag) -> bool {
        let family =
            || tag.attributes.iter().find(|(name, _)| name == "family").map(|(_, value)| value.as_str());
        // "family: ipv4 where nothing is said."
        tag.name == self.name && self.family.is_none_or(|wanted| family().unwrap_or("ipv4") == wanted)
    }
}

/// True for a name of XML; of other characters than ASCII all are taken for letters.
fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | ':') || !c.is_ascii();
    text.starts_with(is_letter)
        && text.chars().all(|c| is_letter(c) || c.is_ascii_digit() || matches!(c, '-' | '.'))
}

/// True for one well-formed element, with nothing beside it.
fn is_element(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut count) = (0_usize, 0);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.attributes().all(|attribute| attribute.is_ok()) => {
                count += usize::from(depth == 0);
                depth += 1;
            }
            Ok(Event::Empty(tag)) if tag.attributes().all(|attribute| attribute.is_ok()) => {
                count += usize::from(depth == 0);
            }
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(_) | Event::CData(_) | Event::GeneralRef(_)) if depth > 0 => {}
            Ok(Event::Eof) => return depth == 0 && count == 1,
            Ok(_) | Err(_) => return false,
        }
    }
}

/// What XML 1.0 can hold (its production `Char`); no reference says the rest either.
fn holdable(text: &str) -> String {
    let is_char = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(is_char).collect()
}

fn characters(value: &str) -> String {
    escape(holdable(value)).replace('\r', "&#13;")
}

/// Line breaks within attributes would be read as blanks.
fn attribute(value: &str) -> String {
    characters(value).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// A part of a document as it stands, and what it does to the lines around.
struct Piece<'t> {
    text: &'t str,
    is_start: bool,
    is_end: bool,
    /// Of a start: text stands directly within, so that further blanks would be text, too.
    has_text: bool,
}

/// Each element on a line of its own, but within and beside text, which stays as it is.
fn pretty(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    // For each open element: whether text is in it or around it, and whether an element is.
    let mut open: Vec<(bool, bool)> = Vec::new();
    for piece in pieces(text) {
        let within_text = open.last().is_some_and(|(has_text, _)| *has_text);
        let is_alone = if piece.is_end {
            let (has_text, has_element) = open.pop().unwrap_or_default();
            has_element && !has_text
        } else {
            piece.is_start && !within_text
        };
        if is_alone && !out.is_empty() {
            out.push('\n');
            out.push_str(&"  ".repeat(open.len()));
        }
        out.push_str(piece.text);
        if piece.is_start {
            if let Some((_, has_element)) = open.last_mut() {
                *has_element = true;
            }
            if !piece.text.ends_with("/>") {
                open.push((within_text || piece.has_text, false));
            }
        }
    }
    out
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut reader = Reader::from_str(text);
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = text;
    loop {
        let event = reader.read_event();
        let end = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        let (raw, after) = rest.split_at_checked(end + rest.len() - text.len()).unwrap_or((rest, ""));
        rest = after;
        let mut piece = Piece { text: raw, is_start: false, is_end: false, has_text: false };
        match event {
            Ok(Event::Eof) | Err(_) => return pieces,
            Ok(Event::Start(_)) => {
                piece.is_start = true;
                open.push(pieces.len());
            }
            Ok(Event::Empty(_)) => piece.is_start = true,
            Ok(Event::End(_)) => {
                piece.is_end = true;
                open.pop();
            }
            Ok(_) => {
                if let Some(start) = open.last() {
                    pieces[*start].has_text = true;
                }
            }
        }
        pieces.push(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_looks_as_virsh_prints_it() {
        let mut network = Tag::new("network");
        network.push(Tag::new("name").text("a<b"));
        let mut ip = Tag::new("ip").with("address", "10.0.0.1");
        ip.push(Tag::new("dhcp"));
        network.push(ip);
        assert!(network.put_back("network/ip[@family='ipv4'][1]/@localPtr", "yes"));
        assert!(
            network.put_back("network/metadata", "<metadata><a:x xmlns:a='u'>t &amp; u</a:x></metadata>")
        );
        assert!(network.put_back("network/forward/driver", "<driver name='vfio'/>"));
        network.sort(&["name", "metadata", "forward", "ip"]);
        let expected = "<network>\n  <name>a&lt;b</name>\n  <metadata>\n    <a:x xmlns:a='u'>t &amp; u</a:x>\n  </metadata>\n  \
                        <forward>\n    <driver name='vfio'/>\n  </forward>\n  <ip address='10.0.0.1' localPtr='yes'>\n    \
                        <dhcp/>\n  </ip>\n</network>\n";
        assert_eq!(network.render(), expected);
    }

    #[test]
    fn lines_are_broken_where_no_text_is() {
        for text in ["dev&", "&lead", "<", " a ", "a<b>c", "  ", "line\nline", "\"'"] {
            let mut network = Tag::new("network");
            network.push(Tag::new("name").text(text));
            let name = format!("<network>\n  <name>{}</name>\n</network>\n", escape(text));
            assert_eq!(network.render(), name);
        }
        // Text beside elements keeps the blanks around them.
        for raw in ["<p>a&lt;</p>", "<p>a <b/> <i> c</i></p>", "<p><![CDATA[x]]><b/></p>", "<p>&#10;</p>"] {
            let mut network = Tag::new("network");
            assert!(network.put_back("network/p", raw));
            assert_eq!(network.render(), format!("<network>\n  {raw}\n</network>\n"));
        }
    }

    #[test]
    fn what_was_kept_goes_to_its_own_place() {
        let mut root = Tag::new("network");
        for dev in ["eth0", "eth1"] {
            root.push(Tag::new("interface").with("dev", dev));
        }
        assert!(root.put_back("network/interface[2]/@connections", "2"));
        assert!(root.put_back("network/interface[1]/@connections", "1"));
        let lines = "<network>\n  <interface dev='eth0' connections='1'/>\n  <interface dev='eth1' connections='2'/>\n</network>\n";
        assert_eq!(root.render(), lines);
        // One that is not there is not made up, and nothing is said twice.
        for (path, value) in [
            ("network/interface[3]/@connections", "3"),
            ("network/interface[0]/@connections", "3"),
            ("network/interface[@family='ipv6'][1]/@connections", "3"),
            ("network/interface[1]/@connections", "3"),
        ] {
            assert!(!root.put_back(path, value), "{path}");
        }
        assert_eq!(root.render(), lines);
    }

    #[test]
    fn nothing_makes_a_malformed_document() {
        let hostile = [
            "x}/@y",
            "{",
            "}",
            "w}/x' k='v",
            "<",
            ">",
            "</network>",
            "<a>",
            "<a/><b/>",
            "<a b=c/>",
            "&",
            "&amp",
            "]]>",
            "\0\u{1}",
            "\u{fffe}",
            "a b",
            "1a",
            "'",
            "\"",
            "<!--",
            "--",
            "<?x",
            "<!DOCTYPE a>",
            "[",
            "]",
            "[1",
            "a[1]b",
            "@",
            "",
            "/",
            "\r\n\t",
            "<a>&b</a></a>",
            "<a x='1' x='2'/>",
            "text<a/>",
        ];
        for one in hostile {
            for other in hostile {
                let mut root = Tag::new("network").with("name", one);
                root.push(Tag::new("name").text(other));
                for path in [
                    format!("network/{one}/@{other}"),
                    format!("network/name/{one}"),
                    one.to_owned(),
                    format!("network/@{one}"),
                ] {
                    let _ = root.put_back(&path, other);
                }
                let text = root.render();
                assert!(is_element(text.trim_end()), "{one:?} {other:?}: {text}");
            }
        }
    }
}
