//! The provider's side of a paid answer: how far it may be written ahead of what the payer has acknowledged.

use std::time::{Duration, Instant};

use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::{JobId, Signature};
use opengateway_core::price::{self, CHUNK};
use opengateway_net::wire::{FromAsker, Item, Statement};

use crate::accounts::Accounts;

/// Who acknowledges nothing for this long gets no more.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What is known of the payment of a job.
#[derive(Clone)]
pub(crate) struct Meter {
    pub(crate) accounts: Accounts,
    pub(crate) payer: NodeId,
    pub(crate) job: JobId,
    /// For 1000 text tokens.
    pub(crate) price: Credits,
    pub(crate) prompt_bytes: usize,
    /// At most; 0 is best effort.
    pub(crate) cap: Credits,
    pub(crate) vouched: Credits,
    pub(crate) text_tokens: u32,
    /// When more than is acknowledged was written first.
    pub(crate) since: Option<Instant>,
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meter").field("cap", &self.cap).field("vouched", &self.vouched).finish_non_exhaustive()
    }
}

impl Meter {
    pub(super) fn is_paid(&self) -> bool {
        self.cap > Credits::ZERO
    }

    /// What is paid for 1000 text tokens, as far as that decides who is next.
    pub(super) fn price(&self) -> i64 {
        if self.is_paid() { self.price.0 } else { 0 }
    }

    /// Counts text tokens that were sent.
    pub(super) fn wrote(&mut self, text_tokens: u32) {
        self.text_tokens = text_tokens;
        self.since = if self.may_write() { None } else { self.since.or(Some(Instant::now())) };
    }

    /// Whether no more than a chunk is ahead of what is acknowledged. The prompt was read before anything could be.
    pub(super) fn may_write(&self) -> bool {
        let ahead = price::due(self.price, 0, CHUNK);
        let read = if self.vouched == Credits::ZERO { self.prompt_bytes } else { 0 };
        let trusted = [price::due(self.price, read, 0), ahead]
            .iter()
            .fold(self.vouched, |sum, more| sum.plus(*more).unwrap_or(sum));
        !self.is_paid() || self.due() < trusted || self.vouched >= self.cap
    }

    /// How long the payer may stay silent still, when nothing more is written.
    pub(super) fn patience(&self) -> Duration {
        self.since.map_or(PATIENCE, |since| PATIENCE.saturating_sub(since.elapsed()))
    }

    fn due(&self) -> Credits {
        price::due(self.price, self.prompt_bytes, self.text_tokens).min(self.cap)
    }

    /// Takes what the payer acknowledges.
    pub(super) async fn vouched(&mut self, amount: Credits, signature: Signature) {
        match self.accounts.vouched(self.payer, self.job, amount, signature).await {
            Ok(vouched) => self.vouched = vouched,
            Err(error) => tracing::debug!(%error, peer = %self.payer, "a voucher is not taken"),
        }
        self.wrote(self.text_tokens);
    }

    /// Takes the payer's settlement; gives the record that says so.
    pub(super) async fn settled(&mut self, wish: FromAsker) -> Option<Vec<u8>> {
        let FromAsker::Settle { amount, signature, receipt } = wish else { return None };
        self.vouched(amount, signature).await;
        let earned = self.earn(true).await;
        let told = Statement { items: vec![Item::Record(receipt)], own_from: None };
        if let Err(error) = self.accounts.hear(self.payer, told).await {
            tracing::warn!(%error, "a receipt is not kept");
        }
        earned
    }

    /// Puts what was acknowledged into the account.
    pub(super) async fn earn(&self, told: bool) -> Option<Vec<u8>> {
        if !self.is_paid() {
            return None;
        }
        match self.accounts.earn(self.payer, self.job, self.text_tokens, told).await {
            Ok(signed) => signed.map(|signed| signed.bytes().to_vec()),
            Err(error) => {
                tracing::error!(%error, "what a job brought is not kept");
                None
            }
        }
    }
}
