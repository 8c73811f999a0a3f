//! The rules of paying, each of which can be switched off.

use opengateway_api::Credits;
use opengateway_core::ledger::{self, EXPOSURE, LEAST, LINE, Totals};

/// By which rules a market goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rules {
    /// What newcomers may owe.
    pub(crate) line: Credits,
    /// Whether earning adds to it.
    pub(crate) earned_line: bool,
    /// What has to be left for a question.
    pub(crate) least: Credits,
    pub(crate) router: Router,
    /// What strangers are given on credit a day.
    pub(crate) exposure: Option<Credits>,
    /// Whether a question may cost only so much.
    pub(crate) caps: bool,
    /// Whether who cannot pay is answered from what nobody needs.
    pub(crate) best_effort: bool,
    /// Whether faster PCs are asked first.
    pub(crate) by_speed: bool,
}

/// Who of those who are as good as each other is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Router {
    /// As `core::route` says.
    Core,
    /// Of so many that are drawn the one with the lowest balance: the rule of `core::route` with another number.
    Drawn(usize),
}

impl Rules {
    pub(crate) fn as_built() -> Self {
        Self {
            line: LINE,
            earned_line: true,
            least: LEAST,
            router: Router::Core,
            exposure: Some(EXPOSURE),
            caps: true,
            best_effort: true,
            by_speed: true,
        }
    }

    /// Whether this account may ask.
    pub(crate) fn may_ask(&self, totals: &Totals) -> bool {
        let spendable = ledger::spendable(totals, self.line(totals.earned));
        let shifted = Credits(spendable.0 + LEAST.0 - self.least.0);
        ledger::unpayable(shifted).is_none()
    }

    fn line(&self, earned: Credits) -> Credits {
        let by_earning = ledger::line(true, earned).0 - LINE.0;
        Credits(self.line.0 + if self.earned_line { by_earning } else { 0 })
    }

    /// What a question may cost at most.
    pub(crate) fn cap(&self, dearest: Credits, earned: Credits) -> Credits {
        if self.caps { dearest.min(ledger::most_cap(earned)) } else { dearest }
    }
}
