//! Every kind of finding, with its explanation: one table for the program, `netpivot explain`
//! and the documentation.
//!
//! A code is a letter for the stage and three digits and is never reused: **P** syntax, **U**
//! understood by nobody, **S** semantics, **L** loss in the target, **H** hooks, **N** naming and
//! hardware match, **D** drift, **W** writing.

use crate::diagnostic::Severity;

pub mod commands;
pub mod core;
pub mod drift;
pub mod ifcfg;
pub mod ifcfg_output;
pub mod interfaces;
pub mod interfaces_output;
pub mod ip;
pub mod iproute_output;
pub mod keyfile;
pub mod kinds;
pub mod libvirt;
pub mod netlink;
pub mod routes;
pub mod suse;

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `S101`.
    pub id: &'static str,
    /// Kebab-case name of the problem: `gateway-outside-subnet`.
    pub name: &'static str,
    /// Severity where the dialect does not say otherwise.
    pub severity: Severity,
    /// What it means for the host and why it matters, in a few sentences.
    pub explanation: &'static str,
    /// A small input that raises it.
    pub example: &'static str,
}

/// Declares the codes of a module and their list.
#[macro_export]
macro_rules! codes {
    ($( $ident:ident $id:literal $severity:ident $name:literal: $explanation:literal; example: $example:literal; )*) => {
        $(
            #[doc = concat!($id, ": ", $explanation)]
            pub static $ident: $crate::codes::Code = $crate::codes::Code {
                id: $id,
                name: $name,
                severity: $crate::diagnostic::Severity::$severity,
                explanation: $explanation,
                example: $example,
            };
        )*
        /// The codes of this module.
        pub static CODES: &[&$crate::codes::Code] = &[$( &$ident ),*];
    };
}

/// All codes, sorted by id.
#[must_use]
pub fn all() -> Vec<&'static Code> {
    let mut all: Vec<_> = [
        commands::CODES,
        core::CODES,
        drift::CODES,
        ifcfg::CODES,
        ifcfg_output::CODES,
        interfaces::CODES,
        interfaces_output::CODES,
        iproute_output::CODES,
        ip::CODES,
        keyfile::CODES,
        kinds::CODES,
        libvirt::CODES,
        netlink::CODES,
        routes::CODES,
        suse::CODES,
    ]
    .concat();
    all.sort_by_key(|code| code.id);
    all
}

/// The code of that id or name, in any case.
#[must_use]
pub fn find(word: &str) -> Option<&'static Code> {
    all().into_iter().find(|code| code.id.eq_ignore_ascii_case(word) || code.name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_well_formed() {
        let all = all();
        for pair in all.windows(2) {
            assert_ne!(pair[0].id, pair[1].id);
        }
        let mut names: Vec<_> = all.iter().map(|c| c.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len(), "a name stands twice");
        for code in all {
            assert!("PUSLHNDW".contains(&code.id[..1]) && code.id.len() == 4, "{}", code.id);
            assert!(code.id[1..].bytes().all(|b| b.is_ascii_digit()), "{}", code.id);
            assert!(
                code.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                code.name
            );
            assert!(!code.explanation.is_empty() && !code.example.is_empty(), "{}", code.id);
        }
    }
}
