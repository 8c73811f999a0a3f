//! What a node says of itself, and its receipts.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| opengateway_tests::fuzz::network::record(bytes));
