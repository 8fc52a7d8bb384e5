//! XML documents as virsh prints them: two blanks of indentation, attributes in single quotes.

use quick_xml::escape::escape;
use quick_xml::events::Event;
use quick_xml::{Reader, Writer};

/// An element that is being made.
#[derive(Debug, Clone, Default)]
pub struct Tag {
    /// What tells it from its like, in front of which its name stands: `ip{192.168.122.1}`.
    key: String,
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
        Tag { key: name.to_owned(), name: name.to_owned(), ..Tag::default() }
    }

    /// The same with what tells it from its like.
    #[must_use]
    pub fn keyed(name: &str, key: impl std::fmt::Display) -> Self {
        Tag { key: format!("{name}{{{key}}}"), name: name.to_owned(), ..Tag::default() }
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

    /// Puts back what was kept under a path that begins with this element: `network/ip{…}/@localPtr`. Elements on the way
    /// that are not there are made.
    pub fn put_back(&mut self, path: &str, value: &str) {
        let (parents, last) = path.rsplit_once('/').unwrap_or(("", path));
        let mut tag = self;
        for part in segments(parents).skip(1) {
            tag = tag.child(part);
        }
        match last.strip_prefix('@') {
            Some(name) if tag.attributes.iter().any(|(known, _)| known == name) => {}
            Some(name) => tag.set(name, value),
            None if value.starts_with('<') => tag.inside.push(Inside::Raw(value.to_owned())),
            None => tag.inside.push(Inside::Text(value.to_owned())),
        }
    }

    fn child(&mut self, key: &str) -> &mut Tag {
        let found =
            self.inside.iter().position(|inside| matches!(inside, Inside::Tag(tag) if tag.key == key));
        let at = found.unwrap_or_else(|| {
            let name = key.split('{').next().unwrap_or(key);
            self.inside.push(Inside::Tag(Tag {
                key: key.to_owned(),
                name: name.to_owned(),
                ..Tag::default()
            }));
            self.inside.len() - 1
        });
        match &mut self.inside[at] {
            Inside::Tag(tag) => tag,
            Inside::Text(_) | Inside::Raw(_) => unreachable!("the position is that of an element"),
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
                Inside::Text(text) => out.push_str(&escape(text.as_str())),
                Inside::Raw(text) => out.push_str(text),
            }
        }
        out.push_str(&format!("</{}>", self.name));
    }
}

/// The parts of a path; a `/` within braces parts nothing.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    path.split(move |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == '/' && depth == 0
    })
}

/// Line breaks within attributes would be read as blanks.
fn attribute(value: &str) -> String {
    escape(value).replace('\n', "&#10;").replace('\t', "&#9;").replace('\r', "&#13;")
}

/// Each element on a line of its own, but for text.
fn pretty(text: &str) -> String {
    let mut reader = Reader::from_str(text);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => {
                if writer.write_event(event).is_err() {
                    return text.to_owned();
                }
            }
            Err(_) => return text.to_owned(),
        }
    }
    String::from_utf8(writer.into_inner()).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_looks_as_virsh_prints_it() {
        let mut network = Tag::new("network");
        network.push(Tag::new("name").text("a<b"));
        let mut ip = Tag::keyed("ip", "10.0.0.1").with("address", "10.0.0.1");
        ip.push(Tag::new("dhcp"));
        network.push(ip);
        network.put_back("network/ip{10.0.0.1}/@localPtr", "yes");
        network.put_back("network/metadata", "<metadata><a:x xmlns:a='u'>t &amp; u</a:x></metadata>");
        network.put_back("network/forward/driver", "<driver name='vfio'/>");
        network.sort(&["name", "metadata", "forward", "ip"]);
        let expected = "<network>\n  <name>a&lt;b</name>\n  <metadata>\n    <a:x xmlns:a='u'>t &amp; u</a:x>\n  </metadata>\n  \
                        <forward>\n    <driver name='vfio'/>\n  </forward>\n  <ip address='10.0.0.1' localPtr='yes'>\n    \
                        <dhcp/>\n  </ip>\n</network>\n";
        assert_eq!(network.render(), expected);
    }
}
