//! A job: `/opengateway/job/1`. One stream for each; closing it cancels.

mod encoding;
#[cfg(test)]
mod tests;

use minicbor::{Decode, Encode};
use opengateway_api::{Credits, Finish, Measured, ModelHash, Privacy, Sampling, Turn, Written};
use opengateway_core::ledger::Signature;

pub use opengateway_core::ledger::JobId;

/// A prompt for a peer.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Its name.
    pub job: JobId,
    /// What shall answer.
    pub model: ModelHash,
    /// The conversation so far, oldest first.
    pub turns: Vec<Turn>,
    /// How text tokens are chosen.
    pub sampling: Sampling,
    /// What of the answer is there already.
    pub written: Written,
    /// Who may read it: the peer passes it on to nobody else.
    pub privacy: Privacy,
    /// What is paid at most for 1000 text tokens, in millionths of a credit; 0 asks for best effort.
    pub price: i64,
    /// What it is paid with.
    pub payment: Option<Payment>,
}

/// Signed records of the asker's account: `opengateway_core::ledger`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// What its PC is.
    pub hardware: Vec<u8>,
    /// What it sets aside for this job.
    pub reserve: Vec<u8>,
}

/// What was done for whom: signed by who did it, kept unsettled by both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    /// Which job.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub job: JobId,
    /// Who asked: an Ed25519 public key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub asker: [u8; 32],
    /// What answered: the model file's SHA-256.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub model: [u8; 32],
    /// Text tokens of the prompt.
    #[n(3)]
    pub prompt_tokens: u32,
    /// Text tokens of the answer.
    #[n(4)]
    pub text_tokens: u32,
    /// For 1000 text tokens, in millionths of a credit.
    #[n(5)]
    pub price: i64,
    /// When it ended, in milliseconds since 1970 UTC by the clock of who answered.
    #[n(6)]
    pub ended_ms: i64,
}

/// From who asks.
#[derive(Debug, Clone, PartialEq)]
pub enum FromAsker {
    /// The first frame.
    Ask(Box<Ask>),
    /// No more is wanted.
    Cancel,
    /// So much in all is acknowledged.
    Voucher {
        /// In all, for this job.
        amount: Credits,
        /// Of a voucher over it.
        signature: Signature,
    },
    /// The answer has come whole, and this is what it cost.
    Settle {
        /// In all.
        amount: Credits,
        /// Of a voucher over it.
        signature: Signature,
        /// The record that closes the job in the asker's account.
        receipt: Vec<u8>,
    },
}

/// Why a job is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The peer is not lent now.
    NotLending,
    /// Too many wait.
    Full,
    /// It lacks the model.
    NoModel,
    /// The prompt is longer than its context.
    TooLong,
    /// Its owner's rules exclude it.
    Policy,
    /// It has nothing good of this asker on record.
    Standing,
    /// It cannot understand what was asked.
    Malformed,
    /// It does not take what it would be paid with, or is not paid any more.
    Payment,
    /// A reason that a newer version knows.
    Other(u8),
}

/// From who answers.
#[derive(Debug, Clone, PartialEq)]
pub enum FromProvider {
    /// The job is taken; it waits behind so many. Comes again as it moves up, and at least once a second as long as no
    /// text comes: who is silent for longer is lost.
    Accept {
        /// How many are before it.
        position: u32,
        /// Milliseconds until it begins, as expected.
        expected_ms: u32,
        /// For 1000 text tokens, in millionths of a credit.
        price: i64,
    },
    /// It is not taken, or not any more.
    Refuse {
        /// Why.
        refusal: Refusal,
        /// Milliseconds after which asking again makes sense.
        retry_ms: u32,
    },
    /// The model is being loaded, from 0 to 1.
    Loading(f32),
    /// More text.
    Text(Written),
    /// The answer is whole.
    Done {
        /// Why it ended.
        finish: Finish,
        /// What was counted and timed.
        measured: Measured,
        /// A signed [`Receipt`].
        receipt: Vec<u8>,
    },
    /// The peer must stop now: its owner is back, or it shuts down. Ask elsewhere with what has come.
    Bye,
    /// It failed; the same prompt may work elsewhere.
    Failed(String),
    /// What was settled is in the provider's account, by this record: comes after [`Self::Done`] of a paid job.
    Settled(Vec<u8>),
}
