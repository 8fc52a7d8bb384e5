//! Any host of the format ifcfg.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netpivot_fuzz::parse("ifcfg", data));
