//! What follows from a change of the book: the wallet that is shown, and the vault's word for how far was signed.

use std::sync::Arc;
use std::time::Duration;

use jiff::{Span, Zoned};
use opengateway_api::{Unpayable, Wallet};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::shown::Bars;
use super::{AccountError, Accounts};
use crate::now_ms;
use crate::topics::Topics;
use crate::vault::Vault;

/// The wallet is shown anew at most this often.
const PACE: Duration = Duration::from_millis(250);
/// And at least this often: days begin, and who is asked for lost records may be gone.
const SELDOM: Duration = Duration::from_secs(20);
/// The vault is written at most this often: on some systems each time costs 40 ms.
const VAULT_PACE: Duration = Duration::from_secs(1);
const DAYS: i32 = 7;
const HOURS: i32 = 24;

/// A place in a vault.
pub(crate) type Place = (Arc<dyn Vault>, String);

/// Keeps the topic true for as long as the node runs.
pub(super) async fn show(accounts: Accounts, topics: Arc<Topics>, signed: watch::Sender<Option<u64>>) {
    loop {
        let (wallet, sequence) = match accounts.look().await {
            Ok(both) => both,
            Err(error) => {
                tracing::warn!(%error, "the wallet cannot be shown");
                (broken(), None)
            }
        };
        topics.wallet.send_if_modified(|shown| {
            let differs = *shown != wallet;
            *shown = wallet;
            differs
        });
        signed.send_if_modified(|last| {
            let differs = *last < sequence;
            *last = (*last).max(sequence);
            differs
        });
        tokio::time::sleep(PACE).await;
        let _either_way = tokio::time::timeout(SELDOM, accounts.changed.notified()).await;
    }
}

impl Accounts {
    /// The wallet as it is now.
    pub(crate) async fn wallet(&self) -> Wallet {
        self.look().await.map_or_else(|_| broken(), |(wallet, _)| wallet)
    }

    /// The wallet, and how far was signed.
    async fn look(&self) -> Result<(Wallet, Option<u64>), AccountError> {
        let bars = bars(&Zoned::now());
        self.run(move |book| {
            book.go_on(now_ms())?;
            Ok((book.wallet(&bars)?, book.chain.sequence.filter(|_| book.recovery.is_none())))
        })
        .await
    }
}

/// Tells the vault how far was signed, and at the end once more.
pub(super) async fn keep(accounts: Accounts, place: Place, stop: CancellationToken) {
    let mut signed = accounts.signed.subscribe();
    loop {
        let sequence = *signed.borrow_and_update();
        write(&place, sequence).await;
        let more = async {
            tokio::time::sleep(VAULT_PACE).await;
            signed.changed().await.is_ok()
        };
        tokio::select! {
            () = stop.cancelled() => break,
            more = more => if !more { break },
        }
    }
    if let Ok((_, sequence)) = accounts.look().await {
        write(&place, sequence).await;
    }
}

async fn write((vault, name): &Place, sequence: Option<u64>) {
    let Some(sequence) = sequence else { return };
    let (vault, name) = (vault.clone(), name.clone());
    let kept = tokio::task::spawn_blocking(move || vault.set(&name, sequence.to_string().as_bytes())).await;
    if !matches!(kept, Ok(Ok(()))) {
        tracing::warn!(?kept, "how far was signed is not kept in the vault");
    }
}

/// How far was signed as the vault knows. One that cannot be read now knows nothing: other nodes still do.
pub(super) async fn mark((vault, name): Place) -> Option<u64> {
    let read = tokio::task::spawn_blocking(move || vault.get(&name)).await;
    let bytes = read.ok()?.ok()??;
    std::str::from_utf8(&bytes).ok()?.parse().ok()
}

fn broken() -> Wallet {
    Wallet { unpayable: Some(Unpayable::Broken), ..Wallet::default() }
}

/// The last seven days and 24 hours where the owner lives.
fn bars(now: &Zoned) -> Bars {
    let days = (0..DAYS).rev().filter_map(|ago| now.checked_sub(Span::new().days(ago)).ok()?.start_of_day().ok());
    let hour = now.round(jiff::ZonedRound::new().smallest(jiff::Unit::Hour).mode(jiff::RoundMode::Trunc)).ok();
    let hours = (0..HOURS).rev().filter_map(|ago| hour.as_ref()?.checked_sub(Span::new().hours(ago)).ok());
    let ms = |zoned: Zoned| zoned.timestamp().as_millisecond();
    Bars { days: days.map(ms).collect(), hours: hours.map(ms).collect() }
}
