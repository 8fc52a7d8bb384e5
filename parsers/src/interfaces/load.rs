//! From files to stanzas, with each program's own idea of what closes a stanza and what is an error.
//!
//! ifupdown refuses a whole file for one bad line (a sourced file: its rest), ifupdown2 and ifupdown-ng pass over
//! the line (traps 34 and 35). So the severity is the same here, and what the program refuses is not
//! converted.

use super::document::{Document, Listed, Mapping, Opt, Stanza};
use super::lines::{Line, Part, lines};
use super::{INTERFACES, glob, merge, ranges};
use crate::{Context, Tree};
use foldhash::{HashMap, HashSet};
use netpivot_model::codes::interfaces as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::secret::sounds_secret;
use netpivot_model::source::Span;
use netpivot_model::vocabulary::interfaces::{Reader, lookup};

/// What a line's reading comes to.
pub(super) type Done = Result<(), Refused>;

/// The program refuses the file from this line on.
pub(super) struct Refused {
    pub span: Span,
    pub message: String,
    pub help: &'static str,
}

/// What stands open for options.
pub(super) enum Open {
    Nothing,
    Stanza,
    /// ifupdown-ng's `auto NAME`: options below it are that interface's.
    Auto(Box<Stanza>),
    /// A stanza that was refused: its lines are reported with it.
    Ignored(usize),
    /// A mapping: its lines are kept with it.
    Mapping(usize),
}

pub(super) struct Loader<'a> {
    pub tree: &'a dyn Tree,
    pub reader: Reader,
    pub cx: &'a mut Context,
    pub document: Document,
    /// Files that were read, or are being read.
    pub seen: HashSet<String>,
    /// Files whose names source-directory passes over.
    pub left_out: Vec<String>,
    /// The first stanza of each name and family, and of each name.
    pub first: HashMap<(String, String), usize>,
    /// All stanzas of each name.
    pub named: HashMap<String, Vec<usize>>,
    /// How many options may still be inherited.
    pub budget: usize,
    pub open: Open,
}

/// So many options may be inherited in all: stanzas that inherit from each other must not fill the memory.
const MOST_INHERITED: usize = 1_000_000;

impl<'a> Loader<'a> {
    pub fn new(tree: &'a dyn Tree, reader: Reader, cx: &'a mut Context) -> Self {
        Loader {
            tree,
            reader,
            cx,
            document: Document::default(),
            seen: HashSet::default(),
            left_out: Vec::new(),
            first: HashMap::default(),
            named: HashMap::default(),
            budget: MOST_INHERITED,
            open: Open::Nothing,
        }
    }

    /// Reads a file and those that it includes. What ifupdown refuses leaves nothing.
    pub fn top(&mut self, path: &str) -> bool {
        let first = self.cx.items.len();
        let Some(result) = self.file(path, 0) else { return false };
        if let Err(refused) = result {
            let all =
                self.cx.items[first..].iter().map(|item| item.span).filter(|span| *span != refused.span);
            let shown = self.tree.display(path);
            let mut finding = Diagnostic::new(
                &codes::REFUSED_FILE,
                format!(
                    "{}; ifup refuses {shown} as a whole, so none of its interfaces comes up",
                    refused.message
                ),
            )
            .at(refused.span)
            .help(refused.help);
            finding.labels.extend(all);
            self.cx.report(finding);
            self.document = Document::default();
        }
        true
    }

    /// `None` where the file cannot be read.
    pub(super) fn file(&mut self, path: &str, depth: usize) -> Option<Done> {
        let source = self.cx.read(self.tree, path)?;
        self.seen.insert(path.to_owned());
        self.open = Open::Nothing;
        let text = self.cx.sources.get(source).text.clone();
        let found = lines(&text, source, self.reader);
        let mut refused = None;
        for line in found {
            if refused.is_some() {
                // Registered all the same: the finding of the refusal names every line.
                self.item(&line);
            } else if let Err(error) = self.line(&line, path, depth) {
                refused = Some(error);
            }
        }
        Some(refused.map_or(Ok(()), Err))
    }

    fn item(&mut self, line: &Line) -> usize {
        let span = line.span();
        self.cx.items.push(Item {
            span,
            owner: None,
            section: None,
            key: line.text.clone(),
            value: String::new(),
            secret: false,
        });
        self.cx.items.len() - 1
    }

    fn line(&mut self, line: &Line, path: &str, depth: usize) -> Done {
        let (key, value) = line.split();
        let item = self.item(line);
        let class = key.text.strip_prefix("allow-").filter(|class| !class.is_empty());
        match (key.text.as_str(), self.reader) {
            ("iface", _) | ("interface" | "template", Reader::IfupdownNg) | ("vlan", Reader::Ifupdown2) => {
                self.stanza(line, &key, &value, item)
            }
            // fgetline.c and interface-file.c look at words only.
            (word, Reader::IfupdownNg) if !word.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let help = "remove it, or write `#` before it";
                self.passed_over(line.span(), &format!("`{}` begins with no word", line.text), help);
                Ok(())
            }
            ("auto", _) => self.class("auto", line, &value, item),
            (_, Reader::Ifupdown | Reader::Ifupdown2) if class.is_some() => {
                self.class(class.unwrap_or_default(), line, &value, item)
            }
            ("no-auto-down" | "no-scripts", Reader::Ifupdown) => self.class(&key.text, line, &value, item),
            ("source", _) => {
                self.include_line();
                self.source(line, &value, path, depth);
                Ok(())
            }
            ("source-directory", _) => {
                self.include_line();
                self.source_directory(line, &value, path, depth);
                Ok(())
            }
            (word, Reader::Ifupdown) if word.starts_with("source-dir") => {
                self.include_line();
                self.source_directory(line, &value, path, depth);
                Ok(())
            }
            ("mapping", Reader::Ifupdown) => {
                self.mapping(line, value);
                Ok(())
            }
            ("rename", Reader::Ifupdown) => {
                self.open = Open::Nothing;
                let words = value.words().into_iter().map(|(text, span)| (Part::new(text, span), item));
                self.document.renames.extend(words);
                Ok(())
            }
            _ => self.option(line, &key, value, item),
        }
    }

    /// The files are the account of a line that includes them.
    fn include_line(&mut self) {
        self.open = Open::Nothing;
        self.cx.items.pop();
    }

    pub(super) fn report(
        &mut self,
        code: &'static netpivot_model::codes::Code,
        span: Span,
        message: String,
        help: &'static str,
    ) {
        self.cx.report(Diagnostic::new(code, message).at(span).help(help));
    }

    /// A line that the program passes over with an error message.
    pub(super) fn passed_over(&mut self, span: Span, why: &str, help: &'static str) {
        let program = self.reader.name();
        self.report(&codes::BAD_LINE, span, format!("{why}; {program} passes over the line"), help);
    }

    fn class(&mut self, class: &str, line: &Line, value: &Part, item: usize) -> Done {
        let words = value.words();
        if words.is_empty() {
            return self.bare_class(class, line, item);
        }
        self.open = Open::Nothing;
        match self.reader {
            // Only the first name counts; the interface is there from here on (interface-file.c:handle_auto).
            Reader::IfupdownNg => {
                if let Some((_, span)) = words.get(1) {
                    self.report(
                        &codes::BAD_LINE,
                        *span,
                        "ifupdown-ng takes only the first name of an `auto` line".to_owned(),
                        "write one `auto` line an interface",
                    );
                }
                let (name, span) = words[0];
                self.listed(class, name, span, item);
                self.open = Open::Auto(Box::new(Stanza::new(Part::new(name, span), line.span(), item)));
            }
            Reader::Ifupdown | Reader::Ifupdown2 => {
                for (name, span) in &words {
                    let expanded = match self.reader {
                        Reader::Ifupdown2 => ranges::expand(name),
                        Reader::Ifupdown | Reader::IfupdownNg => None,
                    };
                    match expanded {
                        Some(names) => names.iter().for_each(|name| self.listed(class, name, *span, item)),
                        None => self.listed(class, name, *span, item),
                    }
                }
            }
        }
        Ok(())
    }

    fn listed(&mut self, class: &str, name: &str, span: Span, item: usize) {
        let before = self.document.stanzas.len();
        self.document.listed.push(Listed {
            class: class.to_owned(),
            name: name.to_owned(),
            span,
            item,
            before,
        });
    }

    /// `auto` without a name, within a stanza, is for the stanza's interface (config.c, ifupdown 0.8.36).
    fn bare_class(&mut self, class: &str, line: &Line, item: usize) -> Done {
        match (self.reader, &self.open, self.document.stanzas.last()) {
            (Reader::Ifupdown, Open::Stanza, Some(stanza)) => {
                let name = stanza.name.text.clone();
                self.listed(class, &name, line.span(), item);
                Ok(())
            }
            (Reader::Ifupdown, _, _) => {
                self.report(
                    &codes::BAD_LINE,
                    line.span(),
                    format!("`{}` names no interface and stands in no stanza", line.text),
                    "name the interfaces behind it",
                );
                Ok(())
            }
            (Reader::Ifupdown2 | Reader::IfupdownNg, _, _) => {
                self.passed_over(
                    line.span(),
                    &format!("`{}` names no interface", line.text),
                    "name the interfaces behind it",
                );
                Ok(())
            }
        }
    }

    pub(super) fn option(&mut self, line: &Line, key: &Part, value: Part, item: usize) -> Done {
        if let Open::Auto(stanza) = &self.open {
            let stanza = stanza.as_ref().clone();
            self.push(stanza);
            self.open = Open::Stanza;
        }
        match self.open {
            Open::Stanza | Open::Auto(_) => {}
            Open::Ignored(finding) => {
                if let Some(finding) = self.cx.diagnostics.get_mut(finding) {
                    finding.labels.push(line.span());
                }
                return Ok(());
            }
            Open::Mapping(finding) => {
                if let Some(finding) = self.cx.diagnostics.get_mut(finding) {
                    finding.labels.push(line.span());
                }
                if let Some(mapping) = self.document.mappings.last_mut() {
                    mapping.lines.push((key.clone(), value, line.span()));
                }
                return Ok(());
            }
            Open::Nothing => {
                let message = format!("the option `{}` stands in no stanza", key.text);
                let help = "put it below its `iface` line; `auto` and its like close a stanza";
                if self.reader == Reader::Ifupdown {
                    return Err(Refused { span: line.span(), message, help });
                }
                self.passed_over(line.span(), &message, help);
                return Ok(());
            }
        }
        if value.text.is_empty() {
            let message = format!("the option `{}` has no value", key.text);
            if self.reader == Reader::Ifupdown {
                return Err(Refused {
                    span: line.span(),
                    message,
                    help: "give it a value or remove the line",
                });
            }
            self.passed_over(line.span(), &message, "give it a value or remove the line");
            return Ok(());
        }
        let secret = lookup(&key.text, self.reader)
            .map_or_else(|| sounds_secret(&key.text), |(row, _)| row.codec.is_secret());
        let entry = &mut self.cx.items[item];
        entry.key.clone_from(&key.text);
        entry.value.clone_from(&value.text);
        entry.secret = secret;
        let option = Opt { name: key.text.clone(), value, span: line.span(), item, inherited: false };
        self.attach(option, item);
        Ok(())
    }

    /// Adds an option to the open stanza, or to all of a range.
    fn attach(&mut self, option: Opt, item: usize) {
        if self.reader == Reader::IfupdownNg
            && option.name == "inherit"
            && let Some(mut stanza) = self.document.stanzas.pop()
        {
            let name = Part::new(&option.value.text, option.value.span);
            self.take_over(&mut stanza, &name);
            self.document.stanzas.push(stanza);
        }
        if self.reader == Reader::IfupdownNg
            && option.name == "use"
            && matches!(option.value.text.as_str(), "dhcp" | "ppp")
            && let Some(stanza) = self.document.stanzas.last_mut()
        {
            // The word on the `iface` line is short for this executor.
            stanza.method.get_or_insert(option.value.clone());
        }
        let Some(last) = self.document.stanzas.last() else { return };
        let head = last.item;
        self.cx.items[item].section = Some(last.title());
        for stanza in self.document.stanzas.iter_mut().rev().take_while(|stanza| stanza.item == head) {
            let mut option = option.clone();
            if self.reader == Reader::Ifupdown2 && option.value.text.contains("$IFACE") {
                option.value = option.value.with_text(option.value.text.replace("$IFACE", &stanza.name.text));
            }
            stanza.options.push(option);
        }
    }

    fn mapping(&mut self, line: &Line, value: Part) {
        self.report(
            &codes::MAPPING,
            line.span(),
            format!("a script decides at ifup time which stanza `{}` gets", value.text),
            "choose the stanza yourself and name it after the interface",
        );
        self.open = Open::Mapping(self.cx.diagnostics.len() - 1);
        self.document.mappings.push(Mapping { names: value, span: line.span(), lines: Vec::new() });
    }
}

/// Reads the host's file and what it includes; where only the directory beside it is there, its files.
pub(super) fn load(tree: &dyn Tree, reader: Reader, cx: &mut Context) -> Option<Document> {
    let mut loader = Loader::new(tree, reader, cx);
    let mut found = loader.top(INTERFACES);
    if !found && !tree.exists(INTERFACES) {
        for file in glob::files(tree, super::DIRECTORY_FILES) {
            found |= loader.top(&file);
        }
    }
    loader.passed_over_files();
    let document = loader.document;
    found.then(|| match reader {
        Reader::Ifupdown2 => merge::merge(document, cx),
        Reader::Ifupdown => document,
        Reader::IfupdownNg => merge::started(document),
    })
}
