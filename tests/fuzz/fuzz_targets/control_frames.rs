//! The control socket.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| opengateway_tests::fuzz::control_frames(bytes));
