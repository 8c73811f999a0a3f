//! What other nodes send, and what a stranger gives to be pasted.

use futures::FutureExt;
use futures::io::Cursor;
use opengateway_api::NodeId;
use opengateway_net::wire::{
    self, FrameError, FromAsker, FromProvider, MAX_ASK, MAX_RECORD, MAX_REPLY, Receipt, Records, Wanted,
};
use opengateway_net::{Invite, receipt};
use sha2::{Digest, Sha256};

/// By the clock of these records.
const NOW_MS: i64 = 1_800_000_000_000;
const ENOUGH: usize = 1 << 24;

/// What a peer asks.
pub fn asker(bytes: &[u8]) {
    frames::<FromAsker>(bytes, MAX_ASK);
}

/// What a peer answers.
pub fn provider(bytes: &[u8]) {
    frames::<FromProvider>(bytes, MAX_REPLY);
}

/// What a node says of itself and signs, its receipts, and what stands in both.
pub fn record(bytes: &[u8]) {
    let node = NodeId([7; 32]);
    for capability in [wire::verify(bytes), wire::read_payload(node, bytes)].into_iter().flatten() {
        let _believed_or_not = capability.check(NOW_MS);
    }
    let _signed_or_not = receipt(bytes);
    again::<Receipt>(bytes);
}

/// The exchange of records.
pub fn exchange(bytes: &[u8]) {
    frames::<Wanted>(bytes, MAX_RECORD);
    frames::<Records>(bytes, ENOUGH);
}

/// A pasted invite: as text, and as what stands in one with a right checksum.
pub fn invite(bytes: &[u8]) {
    let sum = Sha256::digest(bytes);
    let code = bs58::encode([bytes, &sum[..4]].concat()).into_string();
    let texts = [std::str::from_utf8(bytes).unwrap_or_default().to_owned(), format!("opengateway:{code}")];
    for invite in texts.iter().filter_map(|text| Invite::from_text(text).ok()) {
        let _some_may_be_no_addresses = (invite.dialled(), invite.to_text());
    }
}

/// The bytes as one message, as they come off a stream, and behind their length.
fn frames<T>(bytes: &[u8], most: usize)
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + PartialEq,
{
    again::<T>(bytes);
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    for stream in [bytes, &[&length[..], bytes].concat()] {
        let _read_or_not: Option<Result<T, FrameError>> = wire::read(&mut Cursor::new(stream), most).now_or_never();
    }
}

/// What is understood must be the same when it is written and read again.
fn again<T>(bytes: &[u8])
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + PartialEq,
{
    let Ok(message) = wire::decode::<T>(bytes) else { return };
    let mut stream = Vec::new();
    let written = wire::write(&mut stream, &message, ENOUGH).now_or_never();
    assert!(matches!(written, Some(Ok(()))), "what was read can be written");
    assert!(wire::decode::<T>(&stream[4..]).is_ok_and(|read| read == message), "what was written reads as the same");
}
