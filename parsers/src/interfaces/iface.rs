//! The first line of a stanza, as each program takes it apart.

use super::document::{Opt, Stanza};
use super::lines::{Line, Part};
use super::load::{Done, Loader, Open, Refused};
use super::ranges;
use netpivot_model::codes::interfaces as codes;
use netpivot_model::source::Span;
use netpivot_model::vocabulary::interfaces::{Reader, method};

impl Loader<'_> {
    pub(super) fn stanza(&mut self, line: &Line, key: &Part, value: &Part, item: usize) -> Done {
        self.open = Open::Nothing;
        let part = |text: &str, span: Span| Part::new(text, span);
        let words: Vec<Part> = value.words().into_iter().map(|(text, span)| part(text, span)).collect();
        let Some(name) = words.first().cloned() else {
            let message = "the `iface` line names no interface".to_owned();
            if self.reader == Reader::Ifupdown {
                return Err(Refused {
                    span: line.span(),
                    message,
                    help: "name the interface, its family and its method",
                });
            }
            self.passed_over(line.span(), &message, "name the interface");
            self.open = Open::Ignored(self.cx.diagnostics.len() - 1);
            return Ok(());
        };
        let mut stanza = Stanza::new(name, line.span(), item);
        stanza.is_template = key.text == "template";
        self.open = Open::Stanza;
        match self.reader {
            Reader::Ifupdown => self.ifupdown(line, stanza, &words[1..]),
            Reader::Ifupdown2 => {
                self.ifupdown2(stanza, &words[1..]);
                Ok(())
            }
            Reader::IfupdownNg => {
                self.ifupdown_ng(stanza, &words[1..]);
                Ok(())
            }
        }
    }

    /// `iface NAME [FAMILY [METHOD]] [inherits NAME]` (config.c:read_interfaces_defn).
    fn ifupdown(&mut self, line: &Line, mut stanza: Stanza, words: &[Part]) -> Done {
        let refuse = |span: Span, message: String, help: &'static str| Err(Refused { span, message, help });
        let mut rest = words;
        let mut take = |wanted: bool| match rest.split_first() {
            Some((first, after)) if wanted && first.text != "inherits" => {
                rest = after;
                Some(first.clone())
            }
            _ => None,
        };
        stanza.family = take(true);
        stanza.method = take(stanza.family.is_some());
        if let Some(family) = &stanza.family
            && !["inet", "inet6", "can", "ipx"].contains(&family.text.as_str())
        {
            let message = format!("`{}` is no address family", family.text);
            return refuse(family.span, message, "write inet or inet6");
        }
        let mut template = None;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            if first.text == "inherits" {
                let Some((name, after)) = rest.split_first() else {
                    return refuse(
                        first.span,
                        "`inherits` names no stanza".to_owned(),
                        "name the stanza to inherit from",
                    );
                };
                rest = after;
                template = Some(name);
            } else {
                self.report(
                    &codes::BAD_LINE,
                    first.span,
                    format!("`{}` behind the method is not understood and ignored", first.text),
                    "remove it",
                );
            }
        }
        if let Some(template) = template {
            let family = stanza.family().to_owned();
            let found = self.first.get(&(template.text.clone(), family)).copied();
            let Some(found) = found.filter(|n| self.afford(*n)) else {
                let message =
                    format!("there is no stanza `{}` before this one to inherit from", template.text);
                return refuse(template.span, message, "put the stanza it inherits from before it");
            };
            let found = &mut self.document.stanzas[found];
            found.is_template = true;
            if stanza.family.is_none() {
                stanza.family.clone_from(&found.family);
            }
            if stanza.method.is_none() {
                stanza.method.clone_from(&found.method);
            }
            let inherited = |option: &Opt| Opt { inherited: true, ..option.clone() };
            stanza.options = found.options.iter().map(inherited).collect();
        }
        if stanza.family.is_none() || stanza.method.is_none() {
            let message = format!("the `iface` line of `{}` has no family and method", stanza.name.text);
            return refuse(
                line.span(),
                message,
                "write `inet static` or another family and method, or choose the dialect ifupdown2",
            );
        }
        if method::find(stanza.family(), stanza.method(), Reader::Ifupdown).is_none() {
            let message = format!("the family {} has no method `{}`", stanza.family(), stanza.method());
            let span = stanza.method.as_ref().map_or(line.span(), |part| part.span);
            return refuse(span, message, "write a method of interfaces(5)");
        }
        self.push(stanza);
        Ok(())
    }

    pub(super) fn push(&mut self, stanza: Stanza) {
        let position = self.document.stanzas.len();
        for family in [stanza.family(), ""] {
            self.first.entry((stanza.name.text.clone(), family.to_owned())).or_insert(position);
        }
        self.named.entry(stanza.name.text.clone()).or_default().push(position);
        self.document.stanzas.push(stanza);
    }

    /// True while the options of that stanza can still be inherited.
    pub(super) fn afford(&mut self, stanza: usize) -> bool {
        let cost = self.document.stanzas[stanza].options.len();
        let left = self.budget.checked_sub(cost);
        self.budget = left.unwrap_or(0);
        left.is_some()
    }

    /// networkinterfaces.py:parse_iface.
    fn ifupdown2(&mut self, mut stanza: Stanza, words: &[Part]) {
        stanza.family = words.first().cloned();
        stanza.method = words.get(1).cloned();
        if let Some(family) =
            stanza.family.take_if(|family| !["inet", "inet6"].contains(&family.text.as_str()))
        {
            self.passed_over_word(
                &family,
                "is no address family that ifupdown2 knows",
                "write inet or inet6",
            );
            stanza.method = None;
        }
        if let Some(method) = stanza.method.clone()
            && method::find(stanza.family(), &method.text, Reader::Ifupdown2).is_none()
        {
            self.passed_over_word(
                &method,
                "is no method that ifupdown2 knows",
                "write static, dhcp or manual",
            );
        }
        for word in words.iter().skip(2) {
            self.passed_over_word(word, "behind the method is not read", "remove it");
        }
        match ranges::expand(&stanza.name.text) {
            Some(names) => {
                for name in names {
                    let clone = Stanza { name: Part::new(&name, stanza.name.span), ..stanza.clone() };
                    self.push(clone);
                }
            }
            None => self.push(stanza),
        }
    }

    fn passed_over_word(&mut self, word: &Part, why: &str, help: &'static str) {
        self.report(&codes::BAD_LINE, word.span, format!("`{}` {why}", word.text), help);
    }

    /// interface-file.c:handle_iface: `dhcp`, `ppp`, `inherits NAME`; all other words are passed over.
    fn ifupdown_ng(&mut self, mut stanza: Stanza, words: &[Part]) {
        let is_family = |word: &&Part| ["inet", "inet6", "can"].contains(&word.text.as_str());
        stanza.family = words.first().filter(is_family).cloned();
        let mut rest = words;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match first.text.as_str() {
                "inherits" => {
                    if let Some((name, after)) = rest.split_first() {
                        rest = after;
                        self.take_over(&mut stanza, name);
                    }
                }
                "inet" | "inet6" | "can" | "no-defaults" => {}
                _ if stanza.method.is_none() => stanza.method = Some(first.clone()),
                _ => self.passed_over_word(first, "is passed over", "remove it"),
            }
        }
        self.push(stanza);
    }

    /// Copies the options of another interface (ifupdown-ng's interface.c:lif_interface_collection_inherit).
    pub(super) fn take_over(&mut self, stanza: &mut Stanza, name: &Part) {
        let end = self.document.stanzas.len();
        let found = self.named.get(&name.text).into_iter().flatten().copied().filter(|n| *n < end);
        let found: Vec<usize> = found.collect();
        if found.is_empty() || !found.iter().all(|n| self.afford(*n)) {
            let help = "put the stanza it inherits from before it";
            self.passed_over_word(name, "is no stanza before this one", help);
            return;
        }
        for n in found {
            let found = &mut self.document.stanzas[n];
            found.is_template = true;
            let inherited = |option: &Opt| Opt { inherited: true, ..option.clone() };
            stanza.options.extend(found.options.iter().map(inherited));
        }
    }
}
