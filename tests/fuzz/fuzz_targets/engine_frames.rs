//! The pipes between the app and its engine.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| opengateway_tests::fuzz::engine_frames(bytes));
