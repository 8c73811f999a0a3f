//! The payer's side of a peer's answer: vouchers as text comes, a receipt at the end, and in any case an end.

use std::time::Duration;

use futures::StreamExt;
use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::JobId;
use opengateway_core::price::{self, VOUCHER_TOKENS};
use opengateway_net::Answering;
use opengateway_net::wire::{FromAsker, FromProvider};

use crate::accounts::{Accounts, Closed};
use crate::tasks::Tasks;

/// The provider says within this that it has the receipt; else it is told when it is met again.
const SETTLES: Duration = Duration::from_secs(5);

/// A job that is paid for. Dropping it closes the job with what was acknowledged.
pub(super) struct Bill {
    pub(super) accounts: Accounts,
    pub(super) tasks: Tasks,
    pub(super) provider: NodeId,
    pub(super) job: JobId,
    /// For 1000 text tokens.
    pub(super) price: Credits,
    pub(super) prompt_bytes: usize,
    pub(super) cap: Credits,
    /// Text tokens that are acknowledged; `None` before the first voucher, which pays for the prompt too.
    pub(super) acknowledged: Option<u32>,
    pub(super) closed: bool,
}

impl Bill {
    /// What so much of an answer comes to.
    pub(super) fn cost(&self, text_tokens: u32) -> Credits {
        price::due(self.price, self.prompt_bytes, text_tokens).min(self.cap)
    }

    /// Acknowledges what has come if that is due; gives what it comes to then.
    pub(super) async fn came(&mut self, text_tokens: u32, answering: &mut Answering) -> Option<Credits> {
        let due = self.acknowledged.is_none_or(|before| text_tokens.saturating_sub(before) >= VOUCHER_TOKENS);
        if !due {
            return None;
        }
        self.acknowledged = Some(text_tokens);
        let acknowledged = self.accounts.acknowledge(self.job, self.cost(text_tokens), text_tokens).await;
        match acknowledged {
            Ok(last) => {
                let voucher = FromAsker::Voucher { amount: last.amount, signature: last.signature };
                // The provider may have gone already: the next frame says so.
                let _gone = answering.pay(&voucher).await;
                Some(last.amount)
            }
            Err(error) => {
                tracing::error!(%error, "what a peer wrote is not acknowledged");
                None
            }
        }
    }

    /// Closes the job and tells the provider, beside everything else.
    pub(super) fn settle(mut self, text_tokens: u32, answering: Answering) {
        self.closed = true;
        let tasks = self.tasks.clone();
        tasks.spawn("settlement", async move {
            let cost = self.cost(text_tokens);
            let acknowledged = self.accounts.acknowledge(self.job, cost, text_tokens).await;
            let closed = match acknowledged {
                Ok(_) => self.accounts.close_job(self.job).await,
                Err(error) => Err(error),
            };
            match closed {
                Ok(closed) => self.tell(closed, answering).await,
                Err(error) => tracing::error!(%error, "a job is not closed"),
            }
        });
    }

    async fn tell(&self, closed: Closed, mut answering: Answering) {
        let Closed { receipt, last } = closed;
        let settle = FromAsker::Settle { amount: last.amount, signature: last.signature, receipt };
        if answering.pay(&settle).await.is_err() {
            return;
        }
        let settled = tokio::time::timeout(SETTLES, answering.next()).await;
        if let Ok(Some(Ok(FromProvider::Settled(record)))) = settled
            && let Err(error) = self.accounts.was_told(self.provider, record).await
        {
            tracing::warn!(%error, "a settlement is not noted");
        }
    }
}

impl Drop for Bill {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        let (accounts, job) = (self.accounts.clone(), self.job);
        self.tasks.spawn("closing", async move {
            if let Err(error) = accounts.close_job(job).await {
                tracing::error!(%error, "a job is not closed");
            }
        });
    }
}
