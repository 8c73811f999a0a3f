//! One record of each kind, a voucher, a refund and a fork proof, each as long as it can be.

use super::*;
use crate::tags::{Tag, Tags};

pub(super) fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

pub(super) fn node(number: u8) -> NodeId {
    NodeId(key(number).verifying_key().to_bytes())
}

const MOST: Credits = Credits(i64::MAX);

pub(super) fn contents() -> [(&'static str, Content); 8] {
    let [board, gpu, disk] = [7, 8, 9].map(|byte| Some(Tag([byte; 32])));
    let (job, signature) = ([255; 16], Signature([255; 64]));
    let (provider, payer) = (node(2), node(2));
    let work = Work { model: ModelHash([9; 32]), text_tokens: u32::MAX, price: MOST };
    let more = Credits(i64::MAX - 1);
    [
        ("genesis", Content::Genesis(Tags { board, gpu, disk })),
        ("hardware", Content::Hardware(Tags { board, gpu, disk })),
        ("reserve", Content::Reserve { job, provider, cap: MOST, until_ms: i64::MAX }),
        ("receipt", Content::Receipt { job, provider, amount: MOST, more, work }),
        ("earned", Content::Earned { job, payer, amount: MOST, more, signature }),
        ("refund", Content::Refund { job, payer, amount: MOST }),
        ("refunded", Content::Refunded { job, provider, amount: MOST, signature }),
        ("recover", Content::Recover { lost: u64::MAX }),
    ]
}

pub(super) fn record(content: Content) -> Signed {
    let totals = Totals { earned: MOST, spent: MOST, held: MOST };
    let (author, previous) = (node(1), RecordId([255; 32]));
    let record = Record { author, sequence: u64::MAX, previous, at_ms: i64::MAX, totals, content };
    Signed::sign(record, &key(1))
}

pub(super) fn voucher(kind: VoucherKind) -> Voucher {
    Voucher { kind, payer: node(1), provider: node(2), job: [255; 16], amount: MOST }
}

pub(super) fn fork() -> ForkProof {
    let [_, _, (_, one), (_, other), ..] = contents();
    ForkProof::of(record(one), record(other)).unwrap()
}
