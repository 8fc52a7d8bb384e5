//! Any host of the format netlink.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netpivot_fuzz::parse("netlink", data));
