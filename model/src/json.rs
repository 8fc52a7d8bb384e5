//! The model as JSON, written and read.
