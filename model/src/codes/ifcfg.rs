//! Findings about RHEL's ifcfg files (numbers 100 to 299).

crate::codes! {}
