//! A standing as it is kept on disk.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::fading::left_after;
use super::{HALF_LIFE, LONGEST_BAN, MOST_REMEMBERED, MOST_STRIKES, STRIKE_HALF_LIFE, Standing};

/// What a [`Standing`] was when it was kept. All values hold for that moment; what was never measured is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Seconds there and back.
    pub rtt_s: Option<f32>,
    /// Seconds until the first text token.
    pub first_token_s: Option<f32>,
    /// Text tokens a second.
    pub text_per_second: Option<f32>,
    /// Answers, as far as they still count.
    pub successes: f32,
    /// Failures, as far as they still count.
    pub failures: f32,
    /// Strikes, as far as they still count.
    pub strikes: f32,
    /// Seconds of its ban that were left.
    pub ban_left_s: f32,
}

impl Standing {
    /// What to keep of it.
    pub fn keep(&self, now: Instant) -> Kept {
        let ban_left = self.banned_until(now).map(|until| until.saturating_duration_since(now));
        Kept {
            rtt_s: self.rtt_s,
            first_token_s: self.first_token_s,
            text_per_second: self.text_per_second,
            successes: self.successes.at(now),
            failures: self.failures.at(now),
            strikes: self.strikes.at(now),
            ban_left_s: ban_left.unwrap_or_default().as_secs_f32(),
        }
    }

    /// What became of it in the time since it was kept. A value that could never have been kept counts as if it were
    /// unknown or at its bound.
    pub fn from_kept(kept: Kept, passed: Duration, now: Instant) -> Self {
        let ban = Duration::try_from_secs_f32(kept.ban_left_s).unwrap_or_default().min(LONGEST_BAN);
        let banned_until = now.checked_add(ban.saturating_sub(passed)).filter(|until| *until > now);
        let faded = left_after(passed, HALF_LIFE);
        let strikes = within(kept.strikes, MOST_STRIKES);
        let mut standing = Self { banned_until, ..Self::new(now) };
        standing.rtt_s = measured(kept.rtt_s);
        standing.first_token_s = measured(kept.first_token_s);
        standing.text_per_second = measured(kept.text_per_second);
        standing.successes.set(within(kept.successes, MOST_REMEMBERED) * faded, now);
        standing.failures.set(within(kept.failures, MOST_REMEMBERED) * faded, now);
        standing
            .strikes
            .set(strikes * left_after(passed.saturating_sub(ban), STRIKE_HALF_LIFE), banned_until.unwrap_or(now));
        standing
    }
}

fn measured(value: Option<f32>) -> Option<f32> {
    value.filter(|value| value.is_finite() && *value >= 0.0)
}

fn within(value: f32, most: f32) -> f32 {
    // The larger of NaN and 0 is 0.
    value.max(0.0).min(most)
}
