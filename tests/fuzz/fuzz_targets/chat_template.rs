//! A model's chat template.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| opengateway_tests::fuzz::chat_template(bytes));
