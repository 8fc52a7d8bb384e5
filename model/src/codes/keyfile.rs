//! Findings about NetworkManager keyfiles (numbers 300 to 399).

crate::codes! {}
