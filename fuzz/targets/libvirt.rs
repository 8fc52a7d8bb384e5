//! Any host of the format libvirt.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netpivot_fuzz::parse("libvirt", data));
