//! What nodes say to each other: CBOR maps with numbered keys. Fields are only ever added; unknown ones are skipped,
//! unknown kinds are refused, and every length is checked against a bound before anything is kept.
//!
//! `docs/protocol.md` tells the same for those who write another implementation.

pub(crate) mod bounded;
mod frame;
mod job;
mod record;
mod statement;

pub use frame::{FrameError, MAX_ASK, MAX_REPLY, decode, read, write};
pub use job::{Ask, FromAsker, FromProvider, JobId, Payment, Receipt, Refusal};
pub(crate) use record::Codec;
pub use record::{MAX_RECORD, MAX_RECORDS, RecordError, Records, Wanted, read_payload, sign, verify};
pub(crate) use statement::StatementCodec;
pub use statement::{Item, MAX_ITEMS, MAX_STATEMENT, Promise, Statement};
