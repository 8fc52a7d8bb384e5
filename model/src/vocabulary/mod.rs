//! The words of each format: key tables that parsers, emitters, `netpivot explain` and the
//! documentation share. They stand here because parsers and emitters never see each other.

pub mod ifcfg;
pub mod keyfile;
