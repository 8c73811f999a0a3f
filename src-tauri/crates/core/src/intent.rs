//! What the owner wants about lending, kept from order to order and across restarts.
//!
//! Callers pass the time of day, in milliseconds since 1970 UTC: a pause ends by the clock on the wall.

use opengateway_api::{Order, Pause};
use serde::{Deserialize, Serialize};

use crate::idle::Wish;

const MINUTE_MS: i64 = 60_000;

/// What the owner wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Intent {
    /// Whether this PC is lent when the rules allow it.
    pub on: bool,
    #[serde(default)]
    hold: Option<Hold>,
}

/// What stands before [`Intent::on`] for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Hold {
    Now,
    Finish,
    Paused { from_ms: i64, until_ms: Option<i64> },
}

impl Intent {
    /// After an order. `midnight_ms` is the coming midnight where the owner lives.
    #[must_use]
    pub fn obey(self, order: Order, now_ms: i64, midnight_ms: i64) -> Self {
        let paused = |until_ms| Some(Hold::Paused { from_ms: now_ms, until_ms });
        match order {
            Order::On => Self { on: true, hold: None },
            Order::Off => Self { on: false, hold: None },
            Order::Now => Self { hold: Some(Hold::Now), ..self },
            Order::Resume => Self { hold: None, ..self },
            Order::Finish => Self { hold: Some(Hold::Finish), ..self },
            Order::Pause(Pause::Forever) => Self { hold: paused(None), ..self },
            Order::Pause(Pause::Tomorrow) => Self { hold: paused(Some(midnight_ms)), ..self },
            Order::Pause(Pause::Minutes(count)) => {
                let length = i64::from(count).saturating_mul(MINUTE_MS);
                Self { hold: paused(Some(now_ms.saturating_add(length))), ..self }
            }
        }
    }

    /// As time goes by: a pause whose time has come is over. A clock that was set back before the pause began does not
    /// make it longer.
    #[must_use]
    pub fn at(self, now_ms: i64) -> Self {
        let Some(Hold::Paused { from_ms, until_ms: Some(until_ms) }) = self.hold else { return self };
        let length = until_ms.saturating_sub(from_ms);
        if now_ms >= until_ms {
            return Self { hold: None, ..self };
        }
        if now_ms < from_ms {
            let hold = Hold::Paused { from_ms: now_ms, until_ms: Some(now_ms.saturating_add(length)) };
            return Self { hold: Some(hold), ..self };
        }
        self
    }

    /// What it means for the rules.
    pub fn wish(self) -> Wish {
        match self.hold {
            Some(Hold::Now) => Wish::Now,
            Some(Hold::Finish) => Wish::Finish,
            Some(Hold::Paused { .. }) => Wish::Paused,
            None if self.on => Wish::Auto,
            None => Wish::Off,
        }
    }

    /// When a pause ends by itself.
    pub fn paused_until_ms(self) -> Option<i64> {
        match self.hold {
            Some(Hold::Paused { until_ms, .. }) => until_ms,
            _ => None,
        }
    }

    /// The last running answer has ended: [`Order::Finish`] becomes a pause until resumed.
    #[must_use]
    pub fn finished(self, now_ms: i64) -> Self {
        match self.hold {
            Some(Hold::Finish) => self.obey(Order::Pause(Pause::Forever), now_ms, now_ms),
            _ => self,
        }
    }

    /// Lending yielded to the owner: [`Order::Now`] is over.
    #[must_use]
    pub fn yielded(self) -> Self {
        match self.hold {
            Some(Hold::Now) => Self { hold: None, ..self },
            _ => self,
        }
    }

    /// What holds after a restart: nobody meant "now" to last beyond it, and what was to be finished is paused.
    #[must_use]
    pub fn restarted(self, now_ms: i64) -> Self {
        self.yielded().finished(now_ms).at(now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000_000;
    const MIDNIGHT: i64 = NOW + 5 * 60 * MINUTE_MS;

    fn on() -> Intent {
        Intent::default().obey(Order::On, NOW, MIDNIGHT)
    }

    fn paused(pause: Pause) -> Intent {
        on().obey(Order::Pause(pause), NOW, MIDNIGHT)
    }

    #[test]
    fn a_pause_ends_when_its_time_has_come_and_lending_goes_on() {
        for (pause, until) in [(Pause::Minutes(30), NOW + 30 * MINUTE_MS), (Pause::Tomorrow, MIDNIGHT)] {
            let paused = paused(pause);

            assert_eq!(paused.at(until - 1).wish(), Wish::Paused);
            assert_eq!(paused.at(until), on());
        }
    }

    #[test]
    fn until_i_resume_lasts_across_restarts_and_any_time() {
        let paused = paused(Pause::Forever);

        assert_eq!(paused.restarted(i64::MAX).wish(), Wish::Paused);
        assert_eq!(paused.obey(Order::Resume, NOW, MIDNIGHT), on());
    }

    #[test]
    fn a_clock_that_is_set_back_never_makes_a_pause_longer() {
        let a_year_back = NOW - 365 * 24 * 60 * MINUTE_MS;

        let paused = paused(Pause::Minutes(30)).at(a_year_back);

        assert_eq!(paused.at(a_year_back + 30 * MINUTE_MS), on());
    }

    #[test]
    fn now_ends_with_the_first_yield_and_with_the_program() {
        let now = on().obey(Order::Now, NOW, MIDNIGHT);

        assert_eq!(now.wish(), Wish::Now);
        assert_eq!(now.yielded(), on());
        assert_eq!(now.restarted(NOW), on());
    }

    #[test]
    fn what_was_to_be_finished_is_then_paused_until_resumed() {
        let finishing = on().obey(Order::Finish, NOW, MIDNIGHT);

        assert_eq!(finishing.wish(), Wish::Finish);
        assert_eq!(finishing.finished(NOW).at(i64::MAX).wish(), Wish::Paused);
        assert_eq!(on().finished(NOW), on());
    }

    #[test]
    fn switching_off_is_stronger_than_all_before() {
        for before in [on(), paused(Pause::Forever), on().obey(Order::Now, NOW, MIDNIGHT)] {
            assert_eq!(before.obey(Order::Off, NOW, MIDNIGHT).wish(), Wish::Off);
        }
    }

    #[test]
    fn extreme_times_do_no_harm() {
        for now in [i64::MIN, 0, i64::MAX] {
            for minutes in [0, u32::MAX] {
                let paused = Intent::default().obey(Order::Pause(Pause::Minutes(minutes)), now, now);
                let _no_panic = (paused.at(i64::MIN), paused.at(i64::MAX));
            }
        }
    }
}
