//! The wallet as the window keeps it: the topic, the list of movements, and what was asked of the books.

use leptos::prelude::*;
use opengateway_api::{Movement, Wallet, WalletProof};

use super::wallet::history::{PAGE, with_news, with_page};

/// The signals about tokens.
#[derive(Clone, Copy)]
pub(crate) struct Books {
    pub(crate) wallet: RwSignal<Option<Wallet>>,
    /// Movements, the latest first, as far back as was asked.
    pub(crate) movements: RwSignal<Vec<Movement>>,
    /// Whether there are no earlier ones.
    pub(crate) is_whole: RwSignal<bool>,
    /// What the last check came to.
    pub(crate) proof: RwSignal<Option<WalletProof>>,
    /// All signed records as JSON; known once they were asked for.
    pub(crate) export: RwSignal<Option<String>>,
}

impl Books {
    pub(super) fn new() -> Self {
        Self {
            wallet: RwSignal::new(None),
            movements: RwSignal::new(Vec::new()),
            is_whole: RwSignal::new(false),
            proof: RwSignal::new(None),
            export: RwSignal::new(None),
        }
    }

    /// Takes the topic's new value.
    pub(super) fn take(self, wallet: Wallet) {
        self.movements.update(|movements| {
            let news = with_news(movements, &wallet.recent);
            if news.len() < movements.len() {
                self.is_whole.set(false);
            }
            *movements = news;
        });
        self.wallet.set(Some(wallet));
    }

    /// Takes an earlier page; one that is not full is the last.
    pub(super) fn take_page(self, page: &[Movement]) {
        self.is_whole.set(page.len() < PAGE as usize);
        self.movements.update(|movements| *movements = with_page(movements, page));
    }
}
