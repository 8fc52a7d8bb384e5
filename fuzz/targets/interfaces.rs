//! Any host of the format interfaces.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netpivot_fuzz::parse("interfaces", data));
