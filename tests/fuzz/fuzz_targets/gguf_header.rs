//! A model's header.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| opengateway_tests::fuzz::gguf_header(bytes));
