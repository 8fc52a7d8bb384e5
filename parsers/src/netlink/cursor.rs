//! A walk through JSON that reads each value once and knows where it stands.
//!
//! serde gives no places. With [`serde_json::value::RawValue`] it does, at the price of reading everything twice; an audit of many
//! captures spends most of its time there.

use super::snapshot::Seen;
use netpivot_model::source::{SourceId, Span};
use serde::Deserialize;
use serde_json::Deserializer;

/// A place in a JSON text. Each step gives `None` where the text is not as expected.
pub(super) struct Cursor<'t> {
    source: SourceId,
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(source: SourceId, text: &'t str) -> Self {
        Cursor { source, text, at: 0 }
    }

    /// True where nothing but blanks follows.
    pub fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// The next value with its place.
    pub fn value<T: Deserialize<'t>>(&mut self) -> Option<Seen<T>> {
        self.peek()?;
        let mut values = Deserializer::from_str(self.text.get(self.at..)?).into_iter::<T>();
        let item = values.next()?.ok()?;
        let start = self.at;
        self.at += values.byte_offset();
        Some(Seen { item, span: Span::new(self.source, start, self.at) })
    }

    /// Adds the values of an array to a list.
    pub fn list<T: Deserialize<'t>>(&mut self, list: &mut Vec<Seen<T>>) -> Option<()> {
        self.array(|cursor| cursor.value().map(|seen| list.push(seen)))
    }

    /// Goes over an array: `item` takes each of its values.
    pub fn array(&mut self, item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.each((b'[', b']'), item)
    }

    /// Goes over an object: `entry` takes each of its values, with the key.
    pub fn object(&mut self, mut entry: impl FnMut(&mut Self, &'t str) -> Option<()>) -> Option<()> {
        self.each((b'{', b'}'), |cursor| {
            let key = cursor.value::<&str>()?.item;
            cursor.take(b':')?;
            entry(cursor, key)
        })
    }

    fn each(&mut self, (open, close): (u8, u8), mut step: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(open)?;
        if self.peek()? == close {
            return self.take(close);
        }
        loop {
            step(self)?;
            if self.peek()? == close {
                return self.take(close);
            }
            self.take(b',')?;
        }
    }

    /// The byte behind blanks (RFC 8259, section 2).
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blanks = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += blanks.unwrap_or(rest.len());
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        let is_it = self.peek()? == byte;
        self.at += usize::from(is_it);
        is_it.then_some(())
    }
}
