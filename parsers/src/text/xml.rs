//! XML documents (XML 1.0, Namespaces in XML 1.0) as trees of elements that know their places.
//!
//! quick-xml gives the events; here stands what its users would each have to do: namespaces, character references,
//! and the refusal of what can hurt – document types with their entities, and documents that are deep or large beyond any
//! configuration. Comments and processing instructions are no data.

use netpivot_model::codes::{Code, libvirt as codes};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::{SourceId, Span};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Deepest nesting that is read; libvirt's own schemas end at 12.
const MAX_DEPTH: usize = 64;
/// Most elements and attributes of a document; a host with a thousand networks keeps them in as many documents.
const MAX_ITEMS: usize = 200_000;

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name with the prefix, if it has one.
    pub name: String,
    /// Its value, references resolved.
    pub value: String,
    /// `name='value'`.
    pub span: Span,
    /// The value between the quotes.
    pub value_span: Span,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name without the prefix.
    pub name: String,
    /// The namespace that it is in.
    pub namespace: Option<String>,
    /// Its attributes in order, declarations of namespaces among them.
    pub attributes: Vec<Attribute>,
    /// The elements within, in order.
    pub children: Vec<Element>,
    /// All text that stands directly within, without the blanks around it.
    pub text: String,
    /// Where that text stands.
    pub text_span: Span,
    /// The start tag.
    pub tag: Span,
    /// From the start tag to the end tag.
    pub span: Span,
}

impl Element {
    /// The attribute of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The value of the attribute of that name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(|attribute| attribute.value.as_str())
    }

    /// The first child of that name in no namespace.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.is(name))
    }

    /// True for an element of that name in no namespace.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.namespace.is_none() && self.name == name
    }
}

/// The root element of a document.
///
/// # Errors
/// The document is not well-formed, has a document type, or is too deep or large; nothing of it counts then.
pub fn read(source: SourceId, text: &str) -> Result<Element, Box<Diagnostic>> {
    Building { source, text, open: Vec::new(), items: 0, root: None }.read()
}

struct Building<'t> {
    source: SourceId,
    text: &'t str,
    /// The elements that are not closed yet, the outermost first.
    open: Vec<Element>,
    items: usize,
    root: Option<Element>,
}

type Step = Result<(), Box<Diagnostic>>;

impl<'t> Building<'t> {
    fn read(mut self) -> Result<Element, Box<Diagnostic>> {
        let mut reader = Reader::from_str(self.text.trim_start_matches('\u{feff}'));
        let base = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
        loop {
            let start = base + position(reader.buffer_position());
            let event = reader.read_event().map_err(|error| {
                let at = base + position(reader.error_position());
                self.fault(&codes::XML_SYNTAX, at, format!("this is no well-formed XML: {error}"))
            })?;
            let end = base + position(reader.buffer_position());
            match event {
                Event::Start(tag) => self.start(&tag, start, end)?,
                Event::Empty(tag) => {
                    self.start(&tag, start, end)?;
                    self.end(end)?;
                }
                Event::End(_) => self.end(end)?,
                Event::Text(text) => self.characters(&text.xml10_content(), start, end)?,
                Event::CData(text) => self.characters(&text.xml10_content(), start, end)?,
                Event::GeneralRef(reference) => self.reference(&reference, start, end)?,
                Event::Decl(declaration) => self.declaration(&declaration, start)?,
                Event::Comment(_) | Event::PI(_) => {}
                Event::DocType(_) => {
                    let what = "the document has a document type, whose entities could stand for anything";
                    return Err(self.fault(&codes::XML_DOCTYPE, start, what));
                }
                Event::Eof => break,
            }
        }
        // What was no UTF-8 has become the replacement character; XML's own parsers refuse the whole document.
        if let Some(at) = self.text.find(char::REPLACEMENT_CHARACTER) {
            let what = "a character here is not in UTF-8, which the document says that it is in";
            return Err(self.fault(&codes::XML_SYNTAX, at, what));
        }
        if let Some(open) = self.open.last() {
            let what = format!("the element `{}` is not closed", open.name);
            return Err(self.fault(&codes::XML_SYNTAX, open.tag.start as usize, what));
        }
        match self.root.take() {
            Some(root) => Ok(root),
            None => Err(self.fault(&codes::XML_SYNTAX, 0, "there is no element in it")),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, start: usize, end: usize) -> Step {
        if self.open.len() == MAX_DEPTH {
            let what = format!("elements are nested more than {MAX_DEPTH} deep");
            return Err(self.fault(&codes::XML_TOO_LARGE, start, what));
        }
        if self.open.is_empty() && self.root.is_some() {
            let what = "a second element stands behind the document's end; one file holds one document";
            return Err(self.fault(&codes::XML_SYNTAX, start, what));
        }
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| {
                self.fault(&codes::XML_SYNTAX, start, format!("an attribute is malformed: {error}"))
            })?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| {
                let what = format!("the value of `{}` is malformed: {error}", attribute.key.as_ref());
                self.fault(&codes::XML_SYNTAX, start, what)
            })?;
            let name = attribute.key.as_ref();
            let (from, at) = (self.offset(name, start), self.offset(&attribute.value, end));
            attributes.push(Attribute {
                name: name.to_owned(),
                value: value.into_owned(),
                span: self.span(from, (at + attribute.value.len() + 1).min(end)),
                value_span: self.span(at, at + attribute.value.len()),
            });
        }
        self.items += 1 + attributes.len();
        if self.items > MAX_ITEMS {
            let what = format!("the document has more than {MAX_ITEMS} elements and attributes");
            return Err(self.fault(&codes::XML_TOO_LARGE, start, what));
        }
        let full = tag.name();
        let full = full.as_ref();
        let (prefix, name) = full.split_once(':').unwrap_or(("", full));
        let namespace = self.namespace(prefix, &attributes);
        if namespace.is_none() && !prefix.is_empty() && prefix != "xml" {
            let what = format!("the prefix `{prefix}` is declared nowhere");
            return Err(self.fault(&codes::XML_SYNTAX, start, what));
        }
        let span = self.span(start, end);
        self.open.push(Element {
            name: name.to_owned(),
            namespace,
            attributes,
            children: Vec::new(),
            text: String::new(),
            text_span: self.span(end, end),
            tag: span,
            span,
        });
        Ok(())
    }

    /// The namespace that a prefix stands for; the nearest declaration counts, an empty one is none.
    fn namespace(&self, prefix: &str, own: &[Attribute]) -> Option<String> {
        let declares = |attribute: &&Attribute| match attribute.name.strip_prefix("xmlns") {
            Some("") => prefix.is_empty(),
            Some(rest) => rest.strip_prefix(':').is_some_and(|name| name == prefix),
            None => false,
        };
        let outer = self.open.iter().rev().map(|element| element.attributes.as_slice());
        let found = std::iter::once(own).chain(outer).find_map(|list| list.iter().find(declares));
        found.map(|attribute| attribute.value.clone()).filter(|name| !name.is_empty())
    }

    fn end(&mut self, end: usize) -> Step {
        // The reader has seen to it that each end tag has its start tag.
        let Some(mut element) = self.open.pop() else { return Ok(()) };
        element.span = self.span(element.tag.start as usize, end);
        let trimmed = element.text.trim();
        if trimmed.len() != element.text.len() {
            element.text = trimmed.to_owned();
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn characters(&mut self, text: &str, start: usize, end: usize) -> Step {
        let source = self.source;
        match self.open.last_mut() {
            Some(element) => {
                if element.text.trim().is_empty() && !text.trim().is_empty() {
                    let blanks = text.len() - text.trim_start().len();
                    element.text_span = Span::new(source, (start + blanks).min(end), end);
                } else if !text.trim().is_empty() {
                    element.text_span.end = Span::new(source, end, end).end;
                }
                element.text.push_str(text);
                Ok(())
            }
            None if text.trim().is_empty() => Ok(()),
            None => {
                Err(self.fault(&codes::XML_SYNTAX, start, "text stands outside of the document's element"))
            }
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>, start: usize, end: usize) -> Step {
        let name: &str = reference;
        let resolved = match reference.resolve_char_ref() {
            Ok(Some(character)) => Some(character.to_string()),
            Ok(None) => resolve_xml_entity(name).map(str::to_owned),
            Err(_) => None,
        };
        match resolved {
            Some(text) => self.characters(&text, start, end),
            None => {
                let what = format!("the entity `&{name};` is none of XML's own, and no other is read");
                Err(self.fault(&codes::XML_DOCTYPE, start, what))
            }
        }
    }

    /// The text is UTF-8 by now; what says otherwise was damaged when it was read so.
    fn declaration(&self, declaration: &BytesDecl<'_>, start: usize) -> Step {
        let Some(Ok(encoding)) = declaration.encoding() else { return Ok(()) };
        if ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|name| encoding.eq_ignore_ascii_case(name))
            || self.text.is_ascii()
        {
            return Ok(());
        }
        let what = format!("the document says that its encoding is {encoding}; only UTF-8 is read");
        Err(self.fault(&codes::XML_SYNTAX, start, what))
    }

    /// Where a part of the text begins; `otherwise` where it is a copy.
    fn offset(&self, part: &str, otherwise: usize) -> usize {
        let at = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        if at <= self.text.len() { at } else { otherwise }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn fault(&self, code: &'static Code, at: usize, what: impl Into<String>) -> Box<Diagnostic> {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let rest = self.text.get(at..).unwrap_or("");
        let length = rest.find(['\n', '>']).unwrap_or(rest.len());
        let message = format!("{}; nothing of the document is converted", what.into());
        let help =
            "write the document again with `virsh net-dumpxml`, `virsh dumpxml` or `virsh iface-dumpxml`";
        Box::new(Diagnostic::new(code, message).at(self.span(at, at + length)).help(help))
    }
}

/// An element's text on one line: no comments, no blanks between elements, none but single ones between attributes. Beside
/// text, and where nothing else is, blanks are text themselves.
#[must_use]
pub fn compact(text: &str) -> String {
    let mut reader = Reader::from_str(text);
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<Open> = Vec::new();
    loop {
        let start = position(reader.buffer_position());
        let event = reader.read_event();
        let raw = text.get(start..position(reader.buffer_position())).unwrap_or("");
        match event {
            Ok(Event::Start(tag)) => {
                tag_text(&tag, ">", &mut out);
                open.last_mut().into_iter().for_each(|open| open.has_element = true);
                open.push(Open::default());
            }
            Ok(Event::Empty(tag)) => {
                tag_text(&tag, "/>", &mut out);
                open.last_mut().into_iter().for_each(|open| open.has_element = true);
            }
            Ok(Event::Text(characters)) if characters.trim().is_empty() => {
                if let Some(open) = open.last_mut() {
                    open.blanks.push(out.len()..out.len() + raw.len());
                    out.push_str(raw);
                }
            }
            Ok(Event::Text(_) | Event::CData(_) | Event::GeneralRef(_)) => {
                out.push_str(raw);
                open.last_mut().into_iter().for_each(|open| open.has_text = true);
            }
            Ok(Event::End(_)) => {
                let Open { blanks, has_text, has_element } = open.pop().unwrap_or_default();
                if has_element && !has_text {
                    blanks.into_iter().rev().for_each(|range| out.replace_range(range, ""));
                }
                out.push_str(raw);
            }
            Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_)) => {}
            Ok(Event::Eof) | Err(_) => return out,
        }
    }
}

/// An element that is not closed yet.
#[derive(Default)]
struct Open {
    /// Where blanks stand in the output.
    blanks: Vec<std::ops::Range<usize>>,
    has_text: bool,
    has_element: bool,
}

fn tag_text(tag: &BytesStart<'_>, end: &str, out: &mut String) {
    out.push('<');
    out.push_str(tag.name().as_ref());
    for attribute in tag.attributes().flatten() {
        let quote = if attribute.value.contains('\'') { '"' } else { '\'' };
        out.push(' ');
        out.push_str(attribute.key.as_ref());
        out.push('=');
        out.push(quote);
        out.push_str(&attribute.value);
        out.push(quote);
    }
    out.push_str(end);
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: SourceId = SourceId(0);

    fn root(text: &str) -> Element {
        read(ID, text).unwrap_or_else(|fault| panic!("{}", fault.message))
    }

    fn refused(text: &str) -> (&'static str, String) {
        let fault = *read(ID, text).expect_err("the text is refused");
        (fault.code.id, fault.message)
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "\u{feff}<?xml version='1.0'?>\n<!-- a -->\n<n a='1' bb = \"x&amp;y\">\n <name> d&#x65;f<![CDATA[<]]> </name><e/></n>";
        let n = root(text);
        let of = |span: Span| &text[span.start as usize..span.end as usize];
        assert_eq!(of(n.tag), "<n a='1' bb = \"x&amp;y\">");
        assert_eq!((of(n.attributes[0].span), of(n.attributes[0].value_span)), ("a='1'", "1"));
        assert_eq!((n.value("bb"), of(n.attributes[1].span)), (Some("x&y"), "bb = \"x&amp;y\""));
        let name = n.child("name").unwrap();
        assert_eq!(name.text, "def<");
        assert!(of(name.text_span).starts_with("d&#x65;f<![CDATA[<]]>"));
        assert_eq!(of(n.child("e").unwrap().span), "<e/>");
    }

    #[test]
    fn an_element_goes_on_one_line() {
        let text = "<a b = \"x'y\"\n   c='1'>\n  <!-- no -->\n  <d/>\n  <e> t &amp; u </e>\n</a>";
        assert_eq!(compact(text), "<a b=\"x'y\" c='1'><d/><e> t &amp; u </e></a>");
        let text = "<p>\n <q> </q> <r>a <b/> <i> c</i></r>\n <s>&amp;<t/> </s></p>";
        assert_eq!(compact(text), "<p><q> </q><r>a <b/> <i> c</i></r><s>&amp;<t/> </s></p>");
    }

    #[test]
    fn namespaces_go_by_their_name_and_not_by_the_prefix() {
        let n = root("<n xmlns:x='urn:a'><x:o/><o/><m xmlns='urn:b'><o/><p xmlns=''/></m></n>");
        assert_eq!(n.children[0].namespace.as_deref(), Some("urn:a"));
        assert!(!n.children[0].is("o") && n.children[1].is("o"));
        let m = &n.children[2];
        assert_eq!(m.children[0].namespace.as_deref(), Some("urn:b"));
        assert!(m.children[1].is("p"));
        assert_eq!(refused("<n><x:o/></n>").0, "P700");
    }

    #[test]
    fn what_can_hurt_is_refused() {
        let laughs = "<!DOCTYPE n [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><n>&b;</n>";
        assert_eq!(refused(laughs).0, "P701");
        assert_eq!(refused("<n>&b;</n>").0, "P701");
        assert_eq!(refused("<n a='&b;'/>").0, "P700");
        assert_eq!(refused(&"<n>".repeat(10_000)).0, "P702");
        assert_eq!(refused(&format!("<n>{}</n>", "<e/>".repeat(MAX_ITEMS))).0, "P702");
    }

    #[test]
    fn what_is_not_well_formed_is_refused_with_its_place() {
        for text in [
            "",
            "text",
            "<n>",
            "<n></m>",
            "<n a=1/>",
            "<n a='1' a='2'/>",
            "<n/><m/>",
            "<n/>text",
            "<n>\u{1}&#0;</n>",
            "<n>\u{fffd}</n>",
        ] {
            let (code, message) = refused(text);
            assert!(code.starts_with("P70"), "{text}: {code} {message}");
        }
        assert!(refused("<?xml version='1.0' encoding='ISO-8859-1'?><n>ü</n>").1.contains("ISO-8859-1"));
    }
}
