//! The model itself as JSON (`netpivot show --json`, `-t json`).
//!
//! [`jsonc_parser`] gives the syntax with positions, kept strict; the model's own declaration says what may
//! stand where. A key or value that the model does not have is an error with its place, never skipped.

use crate::{Confidence, Context, Fatal, Input, Parser, Tree};
use jsonc_parser::ast::{Object, ObjectProp, Value as Json};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use netpivot_model::codes::core as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{self, Dialect, LIBVIRT_HOST};
use netpivot_model::format::{FormatInfo, JSON};
use netpivot_model::json;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{EntryKind, Leftover, Network, Weight};
use netpivot_model::reflect::{FieldMut, Leaf, Node};
use netpivot_model::secret::HIDDEN;
use netpivot_model::source::{Origin, SourceId, Span};
use netpivot_model::value::Value;

/// Where the model stands in a file set.
pub const PATH: &str = json::PATH;

/// The parser.
pub struct JsonModel;

impl Parser for JsonModel {
    fn info(&self) -> &'static FormatInfo {
        &JSON
    }

    fn detect(&self, tree: &dyn Tree) -> Confidence {
        if tree.exists(PATH) { Confidence::Sure(format!("{PATH} is a model")) } else { Confidence::No }
    }

    fn place(&self, file_name: &str, text: &str) -> Option<String> {
        let looks = text.trim_start().starts_with('{') && !crate::netlink::document::looks_like(text);
        (looks && (file_name == "-" || text.contains("\"netpivot\""))).then(|| PATH.to_owned())
    }

    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
        let Some(source) = cx.read(input.tree, PATH) else {
            return Err(fatal(format!("there is no model at `{}`", input.tree.display(PATH))));
        };
        let text = cx.sources.get(source).text.clone();
        let shown = cx.sources.get(source).path.clone();
        let parsed = parse_to_ast(&text, &CollectOptions::default(), &strict());
        let value = match parsed {
            Ok(parsed) => parsed.value,
            Err(error) => {
                let (line, column) = (error.line_display(), error.column_display());
                return Err(fatal(format!("`{shown}`: line {line}, column {column}: {}", error.kind())));
            }
        };
        let Some(Json::Object(top)) = value else {
            return Err(fatal(format!("`{shown}` is no JSON object")));
        };
        let version = top.get_number("netpivot").and_then(|n| n.value.parse::<i64>().ok());
        if version != Some(json::VERSION) {
            return Err(fatal(format!(
                "`{shown}` is no model of netpivot: the key `netpivot` is not {}",
                json::VERSION
            )));
        }
        let mut reader = Reader { source, cx };
        Ok(reader.network(&top))
    }
}

fn fatal(message: String) -> Fatal {
    Fatal {
        message,
        help: "make the file with `netpivot show --json` or `netpivot convert -t json`".to_owned(),
    }
}

fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// The dialect of a format in [`crate::ALL`], its variant being one of that format's.
fn known_dialect(format: &str, variant: &str) -> Option<Dialect> {
    if [format, variant] == ["", ""] {
        return Some(Dialect::default());
    }
    if [format, variant] == [LIBVIRT_HOST.format, LIBVIRT_HOST.variant] {
        // The links of one kind of libvirt's documents; nobody asks for it by name.
        return Some(LIBVIRT_HOST);
    }
    let info = crate::ALL.iter().map(|parser| parser.info()).find(|info| info.name == format)?;
    let variant = match variant {
        "" => "",
        word => info.dialects.iter().map(|(name, _)| *name).find(|name| *name == word)?,
    };
    Some(dialect::Dialect::with(info.name, variant))
}

struct Reader<'a> {
    source: SourceId,
    cx: &'a mut Context,
}

impl Reader<'_> {
    fn span(&self, ranged: &impl Ranged) -> Span {
        Span::new(self.source, ranged.start(), ranged.end())
    }

    fn wrong(&mut self, at: &impl Ranged, message: impl Into<String>) {
        let diagnostic = Diagnostic::new(&codes::INVALID_JSON, message)
            .at(self.span(at))
            .help("it is left out; compare with what `netpivot show --json` prints");
        self.cx.report(diagnostic);
    }

    fn unknown(&mut self, prop: &ObjectProp<'_>) {
        let message = format!("the model has no key `{}` here", prop.name.as_str());
        self.wrong(prop, message);
    }

    fn network(&mut self, top: &Object<'_>) -> Network {
        let mut network = Network::default();
        for prop in self.properties(top) {
            match prop.name.as_str() {
                "netpivot" => {}
                "dialect" => network.dialect = self.dialect(&prop.value).unwrap_or_default(),
                "links" => self.links(&prop.value, &mut network),
                "leftovers" => network.leftovers = self.each(&prop.value, Self::leftover),
                name => match EntryKind::ALL.iter().find(|kind| kind.list_name() == name) {
                    Some(kind) => self.entries(*kind, &prop.value, &mut network),
                    None => self.unknown(prop),
                },
            }
        }
        self.check_owners(&mut network);
        network
    }

    /// The properties of an object; a key that stands there twice counts once.
    fn properties<'o, 't>(&mut self, object: &'o Object<'t>) -> Vec<&'o ObjectProp<'t>> {
        let mut seen = foldhash::HashSet::default();
        let mut properties = Vec::with_capacity(object.properties.len());
        for prop in &object.properties {
            if seen.insert(prop.name.as_str().to_owned()) {
                properties.push(prop);
            } else {
                self.wrong(prop, format!("the key `{}` stands here twice", prop.name.as_str()));
            }
        }
        properties
    }

    fn dialect(&mut self, value: &Json<'_>) -> Option<Dialect> {
        let text = value.as_string_lit().map(|lit| lit.value.as_ref());
        let found = text.and_then(|text| json::dialect(text, &known_dialect));
        if found.is_none() {
            self.wrong(value, "this is no dialect of a known format (`ifcfg:networkmanager`)");
        }
        found
    }

    fn each<T>(&mut self, value: &Json<'_>, read: fn(&mut Self, &Object<'_>, Option<LinkId>) -> T) -> Vec<T> {
        let Some(list) = value.as_array() else {
            self.wrong(value, "a list is expected here");
            return Vec::new();
        };
        let mut out = Vec::with_capacity(list.elements.len());
        for element in &list.elements {
            match element.as_object() {
                Some(object) => {
                    let owner = self.owner(object);
                    out.push(read(self, object, owner));
                }
                None => self.wrong(element, "an object is expected here"),
            }
        }
        out
    }

    fn owner(&mut self, object: &Object<'_>) -> Option<LinkId> {
        let value = &object.get("owner")?.value;
        let number = value.as_number_lit().and_then(|lit| lit.value.parse().ok());
        if number.is_none() {
            self.wrong(value, "the position of a link in `links` is expected here");
        }
        number.map(LinkId)
    }

    fn check_owners(&mut self, network: &mut Network) {
        let count = network.links.len();
        let mut lost = 0;
        let mut check = |owner: &mut Option<LinkId>| {
            if owner.is_some_and(|id| id.0 as usize >= count) {
                *owner = None;
                lost += 1;
            }
        };
        network.visit_owners(&mut check);
        if lost > 0 {
            let path = self.cx.sources.get(self.source).path.clone();
            let message =
                format!("{lost} entries name an owner that is not in `links`; they count for the host");
            self.cx.report(Diagnostic::new(&codes::INVALID_JSON, message).in_file(path));
        }
    }

    fn links(&mut self, value: &Json<'_>, network: &mut Network) {
        let read = self.each(value, |reader, object, _| {
            let mut link = Link::default();
            reader.node(&mut link, object, &["dialect"]);
            let own = object.get("dialect").and_then(|prop| reader.dialect(&prop.value));
            (link, own)
        });
        for (link, own) in read {
            let id = network.add_link(link);
            network.own_dialects.extend(own.map(|dialect| (id, dialect)));
        }
    }

    fn entries(&mut self, kind: EntryKind, value: &Json<'_>, network: &mut Network) {
        let Some(list) = value.as_array() else {
            return self.wrong(value, "a list is expected here");
        };
        for element in &list.elements {
            match element.as_object() {
                Some(object) => {
                    let owner = self.owner(object);
                    self.node(network.grow(kind, owner), object, &["owner"]);
                }
                None => self.wrong(element, "an object is expected here"),
            }
        }
    }

    fn text(&mut self, object: &Object<'_>, key: &str) -> String {
        match object.get(key).map(|prop| &prop.value) {
            Some(Json::StringLit(lit)) => lit.value.clone().into_owned(),
            Some(other) => {
                self.wrong(other, "text is expected here");
                String::new()
            }
            None => String::new(),
        }
    }

    fn only(&mut self, object: &Object<'_>, known: &[&str]) {
        for prop in self.properties(object) {
            if !known.contains(&prop.name.as_str()) {
                self.unknown(prop);
            }
        }
    }

    fn leftover(&mut self, object: &Object<'_>, owner: Option<LinkId>) -> Leftover {
        self.only(object, &["owner", "section", "key", "value", "secret", "weight", "meaning"]);
        let weight = self.text(object, "weight");
        let known = [Weight::Acts, Weight::Idle].into_iter().find(|w| json::word_of(*w) == weight);
        if known.is_none() {
            self.wrong(object, "`weight` is `acts` or `idle`");
        }
        Leftover {
            owner,
            section: object.get("section").map(|_| self.text(object, "section")),
            key: self.text(object, "key"),
            value: self.text(object, "value"),
            secret: object.get_boolean("secret").is_some_and(|lit| lit.value),
            weight: known.unwrap_or(Weight::Acts),
            meaning: self.text(object, "meaning"),
            origin: Origin::at(self.span(object)),
        }
    }

    /// Fills a struct of the model. The choice of kind comes first, since it decides which settings there are.
    fn node(&mut self, node: &mut dyn Node, object: &Object<'_>, aside: &[&str]) {
        let properties = self.properties(object);
        let mut kind = "";
        for prop in &properties {
            if let Some(FieldMut::Variant(variant)) = node.field_mut(prop.name.as_str()) {
                let word = prop.value.as_string_lit().map_or("", |lit| lit.value.as_ref());
                match variant.choose(word, Origin::at(self.span(*prop))) {
                    Ok(()) => kind = LinkKind::of(word).map_or("", |kind| kind.field_name()),
                    Err(error) => self.wrong(&prop.value, error.to_string()),
                }
            }
        }
        for prop in properties {
            let name = prop.name.as_str();
            if aside.contains(&name) {
                continue;
            }
            if !kind.is_empty() && name == kind && node.field(name).is_none() {
                if let Some(FieldMut::Variant(variant)) = node.field_mut("kind") {
                    self.group(variant.node_mut(), prop);
                }
                continue;
            }
            match node.field_mut(name) {
                Some(FieldMut::Leaf(leaf)) => self.leaf(leaf, prop),
                Some(FieldMut::Node(inner)) => self.group(inner, prop),
                Some(FieldMut::Nodes(list)) => match prop.value.as_array() {
                    Some(array) => array.elements.iter().for_each(|element| match element.as_object() {
                        Some(object) => self.node(list.grow(), object, &[]),
                        None => self.wrong(element, "an object is expected here"),
                    }),
                    None => self.wrong(&prop.value, "a list is expected here"),
                },
                Some(FieldMut::Variant(_)) => {}
                None => self.unknown(prop),
            }
        }
    }

    fn group(&mut self, node: &mut dyn Node, prop: &ObjectProp<'_>) {
        match prop.value.as_object() {
            Some(object) => self.node(node, object, &[]),
            None => self.wrong(&prop.value, "an object is expected here"),
        }
    }

    fn leaf(&mut self, leaf: &mut dyn Leaf, prop: &ObjectProp<'_>) {
        let span = self.span(prop);
        let Some(value) = value_of(&prop.value) else {
            self.wrong(
                &prop.value,
                "this is no value of the model: whole numbers, text, truth values and lists are",
            );
            return;
        };
        if let Err(error) = leaf.set(&value, Origin::at(span)) {
            self.wrong(&prop.value, error.to_string());
            return;
        }
        if leaf.is_secret() && value.as_text() == Some(HIDDEN) {
            let message = format!(
                "the secret `{}` is hidden in this file; the output is not usable with it",
                prop.name.as_str()
            );
            let help = "make the file again with `--show-secrets`";
            self.cx.report(Diagnostic::new(&codes::SECRET_HIDDEN, message).at(span).help(help));
        }
    }
}

fn value_of(json: &Json<'_>) -> Option<Value> {
    match json {
        Json::StringLit(lit) => Some(Value::text(lit.value.clone().into_owned())),
        Json::NumberLit(lit) => lit.value.parse().ok().map(Value::Int),
        Json::BooleanLit(lit) => Some(Value::Bool(lit.value)),
        Json::Array(list) => list.elements.iter().map(value_of).collect::<Option<_>>().map(Value::List),
        Json::Object(object) => object
            .properties
            .iter()
            .map(|prop| Some((prop.name.as_str().to_owned(), value_of(&prop.value)?)))
            .collect::<Option<_>>()
            .map(Value::Map),
        Json::NullKeyword(_) => None,
    }
}

#[cfg(test)]
mod tests;
