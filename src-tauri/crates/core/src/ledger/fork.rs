//! Two records of one author with one number: somebody spends twice, or a backup was restored.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use opengateway_api::NodeId;

use super::record::{Content, MAX_RECORD, Record, RecordError, Signed};

/// Proves itself: whoever reads it needs to believe nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkProof {
    one: Signed,
    other: Signed,
}

#[derive(Encode, Decode)]
struct Pair(#[n(0)] ByteVec, #[n(1)] ByteVec);

impl ForkProof {
    /// A proof, if these two records are one.
    pub fn of(one: Signed, other: Signed) -> Option<Self> {
        let key = |signed: &Signed| (signed.record.author, signed.record.sequence);
        (key(&one) == key(&other) && one.id != other.id).then_some(Self { one, other })
    }

    /// Reads a proof, and checks both signatures.
    ///
    /// # Errors
    /// As [`RecordError`] lists.
    pub fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > 2 * MAX_RECORD + 16 {
            return Err(RecordError::Malformed);
        }
        let mut decoder = minicbor::Decoder::new(bytes);
        let Pair(one, other) = decoder.decode().map_err(|_| RecordError::Malformed)?;
        if decoder.position() != bytes.len() {
            return Err(RecordError::Malformed);
        }
        Self::of(Signed::read(&one)?, Signed::read(&other)?).ok_or(RecordError::Malformed)
    }

    /// As it is sent and kept.
    pub fn bytes(&self) -> Vec<u8> {
        let pair = Pair(self.one.bytes().to_vec().into(), self.other.bytes().to_vec().into());
        // Writing into a vector cannot fail.
        minicbor::to_vec(pair).unwrap_or_default()
    }

    /// Whose.
    pub fn author(&self) -> NodeId {
        self.one.record.author
    }

    /// Whether it can only have been done to spend twice: both records promise credits, to different nodes. Everything
    /// else may come of a backup, and both count.
    pub fn spends_twice(&self) -> bool {
        let whom = |Record { content, .. }: &Record| match content {
            Content::Reserve { provider, .. } => Some(*provider),
            _ => None,
        };
        whom(&self.one.record).zip(whom(&self.other.record)).is_some_and(|(one, other)| one != other)
    }
}
