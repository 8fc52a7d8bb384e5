//! Any script of commands, and any hook of an interfaces file.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netpivot_fuzz::commands(data));
