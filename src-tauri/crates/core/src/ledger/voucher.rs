//! What a payer acknowledges while it is answered, and what a provider gives back.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use opengateway_api::{Credits, NodeId};

use super::JobId;

/// An Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signature")
    }
}

/// Which way an amount goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoucherKind {
    /// The payer owes it to the provider.
    Payment,
    /// The provider gives it back.
    Refund,
}

/// So much in all for a job. The largest that was signed counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voucher {
    /// Which way.
    pub kind: VoucherKind,
    /// Who asked.
    pub payer: NodeId,
    /// Who answered.
    pub provider: NodeId,
    /// Which job.
    pub job: JobId,
    /// In all.
    pub amount: Credits,
}

impl Voucher {
    /// Signs it: a payment with the payer's key, a refund with the provider's.
    pub fn sign(&self, key: &SigningKey) -> Signature {
        Signature(key.sign(&self.bytes()).to_bytes())
    }

    /// Whether it was signed by whoever gives the amount.
    pub fn is_signed(&self, signature: &Signature) -> bool {
        let giver = match self.kind {
            VoucherKind::Payment => self.payer,
            VoucherKind::Refund => self.provider,
        };
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        VerifyingKey::from_bytes(&giver.0).is_ok_and(|key| key.verify_strict(&self.bytes(), &signature).is_ok())
    }

    /// What is signed: a name of the kind, both sides, the job, and the amount in millionths, big-endian.
    fn bytes(&self) -> Vec<u8> {
        let domain: &[u8] = match self.kind {
            VoucherKind::Payment => b"opengateway/voucher/1\0",
            VoucherKind::Refund => b"opengateway/refund/1\0",
        };
        [domain, &self.payer.0, &self.provider.0, &self.job, &self.amount.0.to_be_bytes()].concat()
    }
}
