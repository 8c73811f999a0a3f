//! What a node signs about its account.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use opengateway_api::{Credits, ModelHash, NodeId};
use sha2::{Digest, Sha256};

use super::{Signature, encoding};
use crate::tags::Tags;

/// The longest signed record, in bytes; the longest of today has 329.
pub const MAX_RECORD: usize = 512;
/// What a signature of a record is over begins so, and so it is of nothing else.
const DOMAIN: &[u8] = b"opengateway/ledger/1\0";
const SIGNATURE: usize = 64;

/// Names a job on both sides; drawn by who asks.
pub type JobId = [u8; 16];

/// Names a record: SHA-256 of what was signed. The signature is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RecordId(pub [u8; 32]);

/// A step of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose.
    pub author: NodeId,
    /// 0 is the first one; each next is one more, but for [`Content::Recover`].
    pub sequence: u64,
    /// The one before; of the first one, zeros.
    pub previous: RecordId,
    /// When it was signed, in milliseconds since 1970 UTC by its author's clock. Decides nothing.
    pub at_ms: i64,
    /// What all records up to this one come to.
    pub totals: Totals,
    /// What happened.
    pub content: Content,
}

/// What the records of an account come to. Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// By answering, less what was given back.
    pub earned: Credits,
    /// By asking, less what came back.
    pub spent: Credits,
    /// Set aside for questions that are not closed.
    pub held: Credits,
}

impl Totals {
    /// What others owe the account, less what it owes.
    pub fn net(&self) -> Credits {
        // Both are not negative, so that this is in range.
        Credits(self.earned.0.saturating_sub(self.spent.0))
    }
}

/// What was done in a job, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// What answered.
    pub model: ModelHash,
    /// Text tokens of the answer.
    pub text_tokens: u32,
    /// For 1000 text tokens.
    pub price: Credits,
}

/// What happened to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// It begins.
    Genesis(Tags),
    /// Its PC has changed.
    Hardware(Tags),
    /// A question is asked that costs no more than `cap`.
    Reserve {
        /// Which.
        job: JobId,
        /// Whom.
        provider: NodeId,
        /// At most.
        cap: Credits,
        /// Nobody takes it later than this, in milliseconds since 1970 UTC.
        until_ms: i64,
    },
    /// A question is closed, or turned out to have cost more than when it was closed.
    Receipt {
        /// Which.
        job: JobId,
        /// Who answered.
        provider: NodeId,
        /// What it cost in all.
        amount: Credits,
        /// How much of that no earlier receipt said.
        more: Credits,
        /// For people.
        work: Work,
    },
    /// A job was paid for, or more was paid for it than before.
    Earned {
        /// Which.
        job: JobId,
        /// Who asked.
        payer: NodeId,
        /// What it brought in all.
        amount: Credits,
        /// How much of that no earlier record said.
        more: Credits,
        /// The payer's, of a voucher over `amount`.
        signature: Signature,
    },
    /// What was earned with a job is given back.
    Refund {
        /// Which.
        job: JobId,
        /// Who gets it.
        payer: NodeId,
        /// All of it.
        amount: Credits,
    },
    /// What was paid for a job came back.
    Refunded {
        /// Which.
        job: JobId,
        /// Who gave it.
        provider: NodeId,
        /// All of it.
        amount: Credits,
        /// The provider's, of a refund over `amount`.
        signature: Signature,
    },
    /// Records from `lost` up to this one may be lost: nobody who was asked has them. Earned and spent are those of the
    /// last that was found; what is held begins anew.
    Recover {
        /// The sequence of the first one.
        lost: u64,
    },
}

/// A record and its author's signature, as it was received or made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What it says.
    pub record: Record,
    /// Its name.
    pub id: RecordId,
    bytes: Vec<u8>,
}

/// Why bytes are no record of anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It cannot be understood, or is out of bounds.
    #[error("this is no record of an account")]
    Malformed,
    /// Its author did not sign it.
    #[error("its signature is wrong")]
    Forged,
}

impl Signed {
    /// Signs a record. The key must be its author's.
    pub fn sign(record: Record, key: &SigningKey) -> Self {
        let body = encoding::write(&record);
        let signature = key.sign(&signed_bytes(&body));
        let id = id_of(&body);
        let bytes = [&signature.to_bytes()[..], &body].concat();
        Self { record, id, bytes }
    }

    /// Reads a record and checks its signature: some 40 µs. Whether it follows from those before is for
    /// [`super::Account::take`] to say.
    ///
    /// # Errors
    /// As [`RecordError`] lists.
    pub fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        let signed = Self::read_own(bytes)?;
        let body = bytes.get(SIGNATURE..).unwrap_or_default();
        let signature: [u8; SIGNATURE] =
            bytes.get(..SIGNATURE).and_then(|part| part.try_into().ok()).ok_or(RecordError::Malformed)?;
        let key = VerifyingKey::from_bytes(&signed.record.author.0).map_err(|_| RecordError::Forged)?;
        let signature = ed25519_dalek::Signature::from_bytes(&signature);
        key.verify_strict(&signed_bytes(body), &signature).map_err(|_| RecordError::Forged)?;
        Ok(signed)
    }

    /// Reads a record that was checked before it was kept.
    ///
    /// # Errors
    /// [`RecordError::Malformed`].
    pub fn read_own(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MAX_RECORD {
            return Err(RecordError::Malformed);
        }
        let body = bytes.get(SIGNATURE..).ok_or(RecordError::Malformed)?;
        let record = encoding::read(body)?;
        Ok(Self { record, id: id_of(body), bytes: bytes.to_vec() })
    }

    /// The tags of its author's PC, if it says them.
    pub fn tags(&self) -> Option<&Tags> {
        match &self.record.content {
            Content::Genesis(tags) | Content::Hardware(tags) => Some(tags),
            _ => None,
        }
    }

    /// Signature and record, to be sent or kept.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn signed_bytes(body: &[u8]) -> Vec<u8> {
    [DOMAIN, body].concat()
}

fn id_of(body: &[u8]) -> RecordId {
    RecordId(Sha256::new().chain_update(DOMAIN).chain_update(body).finalize().into())
}
