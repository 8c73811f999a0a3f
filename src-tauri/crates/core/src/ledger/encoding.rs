//! Records as bytes: a CBOR map with numbered keys. Keys are only ever added; unknown ones are skipped, unknown kinds of
//! content are refused. `docs/protocol.md` tells the same.

use minicbor::{Decode, Encode};
use opengateway_api::{Credits, ModelHash, NodeId};

use super::record::{Content, JobId, Record, RecordError, RecordId, Totals, Work};
use super::voucher::Signature;
use crate::tags::{Tag, Tags};

#[derive(Encode, Decode)]
#[cbor(map)]
struct RecordWire {
    #[cbor(n(0), with = "minicbor::bytes")]
    author: [u8; 32],
    #[n(1)]
    sequence: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    previous: [u8; 32],
    #[n(3)]
    at_ms: i64,
    #[n(4)]
    earned: i64,
    #[n(5)]
    spent: i64,
    #[n(6)]
    held: i64,
    #[n(7)]
    content: ContentWire,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct TagsWire {
    #[cbor(n(0), with = "minicbor::bytes")]
    board: Option<[u8; 32]>,
    #[cbor(n(1), with = "minicbor::bytes")]
    gpu: Option<[u8; 32]>,
    #[cbor(n(2), with = "minicbor::bytes")]
    disk: Option<[u8; 32]>,
}

#[derive(Encode, Decode)]
enum ContentWire {
    #[n(0)]
    Genesis(#[n(0)] TagsWire),
    #[n(1)]
    Hardware(#[n(0)] TagsWire),
    #[n(2)]
    #[cbor(map)]
    Reserve {
        #[cbor(n(0), with = "minicbor::bytes")]
        job: JobId,
        #[cbor(n(1), with = "minicbor::bytes")]
        provider: [u8; 32],
        #[n(2)]
        cap: i64,
        #[n(3)]
        until_ms: i64,
    },
    #[n(3)]
    #[cbor(map)]
    Receipt {
        #[cbor(n(0), with = "minicbor::bytes")]
        job: JobId,
        #[cbor(n(1), with = "minicbor::bytes")]
        provider: [u8; 32],
        #[n(2)]
        amount: i64,
        /// Left out when it is all of it.
        #[n(3)]
        more: Option<i64>,
        #[cbor(n(4), with = "minicbor::bytes")]
        model: [u8; 32],
        #[n(5)]
        text_tokens: u32,
        #[n(6)]
        price: i64,
    },
    #[n(4)]
    #[cbor(map)]
    Earned {
        #[cbor(n(0), with = "minicbor::bytes")]
        job: JobId,
        #[cbor(n(1), with = "minicbor::bytes")]
        payer: [u8; 32],
        #[n(2)]
        amount: i64,
        #[n(3)]
        more: Option<i64>,
        #[cbor(n(4), with = "minicbor::bytes")]
        signature: [u8; 64],
    },
    #[n(5)]
    #[cbor(map)]
    Refund {
        #[cbor(n(0), with = "minicbor::bytes")]
        job: JobId,
        #[cbor(n(1), with = "minicbor::bytes")]
        payer: [u8; 32],
        #[n(2)]
        amount: i64,
    },
    #[n(6)]
    #[cbor(map)]
    Refunded {
        #[cbor(n(0), with = "minicbor::bytes")]
        job: JobId,
        #[cbor(n(1), with = "minicbor::bytes")]
        provider: [u8; 32],
        #[n(2)]
        amount: i64,
        #[cbor(n(3), with = "minicbor::bytes")]
        signature: [u8; 64],
    },
    #[n(7)]
    #[cbor(map)]
    Recover {
        #[n(0)]
        lost: u64,
    },
}

pub(super) fn write(record: &Record) -> Vec<u8> {
    let Totals { earned, spent, held } = record.totals;
    let wire = RecordWire {
        author: record.author.0,
        sequence: record.sequence,
        previous: record.previous.0,
        at_ms: record.at_ms,
        earned: earned.0,
        spent: spent.0,
        held: held.0,
        content: content_out(&record.content),
    };
    // Writing into a vector cannot fail.
    minicbor::to_vec(wire).unwrap_or_default()
}

/// What is negative that cannot be is refused here, so that sums never need to ask.
pub(super) fn read(body: &[u8]) -> Result<Record, RecordError> {
    let mut decoder = minicbor::Decoder::new(body);
    let wire: RecordWire = decoder.decode().map_err(|_| RecordError::Malformed)?;
    let totals = [wire.earned, wire.spent, wire.held];
    if decoder.position() != body.len() || totals.iter().any(|total| *total < 0) {
        return Err(RecordError::Malformed);
    }
    let [earned, spent, held] = totals.map(Credits);
    Ok(Record {
        author: NodeId(wire.author),
        sequence: wire.sequence,
        previous: RecordId(wire.previous),
        at_ms: wire.at_ms,
        totals: Totals { earned, spent, held },
        content: content_in(wire.content).ok_or(RecordError::Malformed)?,
    })
}

fn content_out(content: &Content) -> ContentWire {
    match content {
        Content::Genesis(tags) => ContentWire::Genesis(tags_out(tags)),
        Content::Hardware(tags) => ContentWire::Hardware(tags_out(tags)),
        Content::Reserve { job, provider, cap, until_ms } => {
            ContentWire::Reserve { job: *job, provider: provider.0, cap: cap.0, until_ms: *until_ms }
        }
        Content::Receipt { job, provider, amount, more, work } => ContentWire::Receipt {
            job: *job,
            provider: provider.0,
            amount: amount.0,
            more: (more != amount).then_some(more.0),
            model: work.model.0,
            text_tokens: work.text_tokens,
            price: work.price.0,
        },
        Content::Earned { job, payer, amount, more, signature } => ContentWire::Earned {
            job: *job,
            payer: payer.0,
            amount: amount.0,
            more: (more != amount).then_some(more.0),
            signature: signature.0,
        },
        Content::Refund { job, payer, amount } => ContentWire::Refund { job: *job, payer: payer.0, amount: amount.0 },
        Content::Refunded { job, provider, amount, signature } => {
            ContentWire::Refunded { job: *job, provider: provider.0, amount: amount.0, signature: signature.0 }
        }
        Content::Recover { lost } => ContentWire::Recover { lost: *lost },
    }
}

fn content_in(wire: ContentWire) -> Option<Content> {
    Some(match wire {
        ContentWire::Genesis(tags) => Content::Genesis(tags_in(&tags)),
        ContentWire::Hardware(tags) => Content::Hardware(tags_in(&tags)),
        ContentWire::Reserve { job, provider, cap, until_ms } => {
            Content::Reserve { job, provider: NodeId(provider), cap: positive(cap)?, until_ms }
        }
        ContentWire::Receipt { job, provider, amount, more, model, text_tokens, price } => Content::Receipt {
            job,
            provider: NodeId(provider),
            amount: positive(amount)?,
            more: positive(more.unwrap_or(amount))?,
            work: Work { model: ModelHash(model), text_tokens, price: positive(price)? },
        },
        ContentWire::Earned { job, payer, amount, more, signature } => Content::Earned {
            job,
            payer: NodeId(payer),
            amount: positive(amount)?,
            more: positive(more.unwrap_or(amount))?,
            signature: Signature(signature),
        },
        ContentWire::Refund { job, payer, amount } => {
            Content::Refund { job, payer: NodeId(payer), amount: positive(amount)? }
        }
        ContentWire::Refunded { job, provider, amount, signature } => Content::Refunded {
            job,
            provider: NodeId(provider),
            amount: positive(amount)?,
            signature: Signature(signature),
        },
        ContentWire::Recover { lost } => Content::Recover { lost },
    })
}

/// Not negative.
fn positive(micro: i64) -> Option<Credits> {
    (micro >= 0).then_some(Credits(micro))
}

fn tags_out(tags: &Tags) -> TagsWire {
    let [board, gpu, disk] = [tags.board, tags.gpu, tags.disk].map(|tag| tag.map(|tag| tag.0));
    TagsWire { board, gpu, disk }
}

fn tags_in(wire: &TagsWire) -> Tags {
    let [board, gpu, disk] = [wire.board, wire.gpu, wire.disk].map(|tag| tag.map(Tag));
    Tags { board, gpu, disk }
}
