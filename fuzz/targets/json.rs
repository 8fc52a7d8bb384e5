//! Any host of the format json.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netpivot_fuzz::parse("json", data));
