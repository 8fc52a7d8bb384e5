//! Any host of the format keyfile.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netpivot_fuzz::parse("keyfile", data));
