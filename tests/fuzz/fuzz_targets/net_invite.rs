//! A pasted invite.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| opengateway_tests::fuzz::network::invite(bytes));
