//! What experience says of one peer: how far it is, how fast it answers, how often it fails, and what it did wrong.
//!
//! All of it is measured here, nothing is what the peer says. Experience fades, so that a peer can change; what is kept
//! on disk is relative to its moment, so that it means the same after a restart.

mod fading;
mod kept;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use fading::Fading;

pub use kept::Kept;

/// After this an answer or a failure counts half. A home PC is lent on some evenings of a week: what was three days ago
/// still tells something, what was a month ago (a thousandth) does not.
pub const HALF_LIFE: Duration = Duration::from_secs(3 * 24 * 3600);
/// After this a strike counts half, bans not included: time spent banned proves nothing.
pub const STRIKE_HALF_LIFE: Duration = Duration::from_secs(6 * 3600);
/// Answers and failures that are remembered at most, together. Who answered ten thousand times well and then turns bad
/// is noticed as soon as who did so fifty times.
pub const MOST_REMEMBERED: f32 = 50.0;
/// How long the first whole strike bans; each further one bans twice as long.
pub const FIRST_BAN: Duration = Duration::from_secs(30);
/// The longest ban. Later the address may be somebody else's, and the program another version.
pub const LONGEST_BAN: Duration = Duration::from_secs(24 * 3600);
/// Of [`Standing::score`], for [`Standing::is_good`].
pub const GOOD_SCORE: f32 = 0.8;
/// The score of who was never met.
pub const STRANGER: f32 = 0.5;
/// Answers that [`Standing::is_good`] asks for, after fading: a stranger earns them over a while.
pub const GOOD_ANSWERS: f32 = 5.0;
/// A first text token is never called late before this.
pub const SHORTEST_DEADLINE: Duration = Duration::from_secs(2);

/// Weight of a new round-trip time: RFC 6298, section 2 (alpha).
const RTT_WEIGHT: f32 = 1.0 / 8.0;
/// Weight of a shorter one: the first ping is slow, for the connection is still being set up.
const SHORTER_WEIGHT: f32 = 3.0 / 4.0;
/// Weight of a new speed. Jobs are rarer than pings: after four of them, two thirds of the figure are theirs.
const SPEED_WEIGHT: f32 = 1.0 / 4.0;
/// Bans double up to the longest: 30 s times 2 to the 11.5th is a day.
const MOST_STRIKES: f32 = 12.5;
/// Deadlines go by this many times the usual.
const LATE: f32 = 3.0;

/// What a peer did against the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offence {
    /// Bytes that are no message.
    Garbage,
    /// A message over its bound.
    TooLarge,
    /// More messages, jobs or streams than it may open.
    TooMany,
    /// A record or message that its author did not sign.
    BadSignature,
    /// It said that it has a model, and has not.
    Lied,
    /// It took a job and then said nothing.
    Stalled,
    /// It did not end its answer where it had to.
    Endless,
}

impl Offence {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Garbage, Self::TooLarge, Self::TooMany, Self::BadSignature, Self::Lied, Self::Stalled, Self::Endless];

    /// A whole strike is what no honest program does. What a slow, sleeping or busy PC may do counts less.
    fn strikes(self) -> f32 {
        match self {
            Self::Garbage | Self::TooLarge | Self::BadSignature | Self::Lied => 1.0,
            Self::TooMany | Self::Endless => 0.5,
            Self::Stalled => 0.25,
        }
    }
}

/// What is known of one peer by experience.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    rtt_s: Option<f32>,
    first_token_s: Option<f32>,
    text_per_second: Option<f32>,
    successes: Fading,
    failures: Fading,
    strikes: Fading,
    banned_until: Option<Instant>,
}

impl Standing {
    /// Of a stranger.
    pub fn new(now: Instant) -> Self {
        Self {
            rtt_s: None,
            first_token_s: None,
            text_per_second: None,
            successes: Fading::new(HALF_LIFE, now),
            failures: Fading::new(HALF_LIFE, now),
            strikes: Fading::new(STRIKE_HALF_LIFE, now),
            banned_until: None,
        }
    }

    /// It answered a ping after this time. What is shorter than usual counts at once: delays only ever add to the way.
    pub fn heard_after(&mut self, rtt: Duration) {
        let rtt_s = rtt.as_secs_f32();
        let weight = if self.rtt_s.is_some_and(|usual| rtt_s < usual) { SHORTER_WEIGHT } else { RTT_WEIGHT };
        smooth(&mut self.rtt_s, rtt_s, weight);
    }

    /// Its first text token came after this time.
    pub fn began_after(&mut self, first_token: Duration) {
        smooth(&mut self.first_token_s, first_token.as_secs_f32(), SPEED_WEIGHT);
    }

    /// It wrote this many text tokens a second. What is no speed is passed over.
    pub fn wrote(&mut self, text_per_second: f32) {
        smooth(&mut self.text_per_second, text_per_second, SPEED_WEIGHT);
    }

    /// It answered to the end.
    pub fn succeeded(&mut self, now: Instant) {
        self.successes.add(1.0, now);
        self.forget_beyond_most(now);
    }

    /// It took a job and did not end it, whatever the reason.
    pub fn failed(&mut self, now: Instant) {
        self.failures.add(1.0, now);
        self.forget_beyond_most(now);
    }

    /// It broke a rule. Says how long it is banned from now on, if it is.
    pub fn strike(&mut self, offence: Offence, now: Instant) -> Option<Duration> {
        self.strikes.add(offence.strikes(), now);
        let strikes = self.strikes.at(now).min(MOST_STRIKES);
        self.strikes.set(strikes, now);
        if strikes >= 1.0 {
            let ban = FIRST_BAN.as_secs_f32() * (strikes - 1.0).exp2();
            let ban = Duration::try_from_secs_f32(ban).unwrap_or(LONGEST_BAN).min(LONGEST_BAN);
            self.banned_until = self.banned_until.max(now.checked_add(ban));
        }
        let until = self.banned_until(now)?;
        self.strikes.set(strikes, until);
        Some(until.saturating_duration_since(now))
    }

    /// The usual time there and back; `None` until it was measured.
    pub fn rtt(&self) -> Option<Duration> {
        self.rtt_s.map(seconds)
    }

    /// The usual time until its first text token; `None` until it was measured.
    pub fn first_token(&self) -> Option<Duration> {
        self.first_token_s.map(seconds)
    }

    /// The usual speed; `None` until it was measured.
    pub fn text_per_second(&self) -> Option<f32> {
        self.text_per_second
    }

    /// When its first text token is late and somebody else is asked too.
    pub fn deadline(&self) -> Duration {
        seconds(self.first_token_s.unwrap_or(0.0) * LATE).max(SHORTEST_DEADLINE)
    }

    /// How likely it answers to the end, from 0 to 1: the mean of a Beta distribution that knew one success and one
    /// failure before anything happened (Laplace's rule of succession), halved by each strike. 0.5 is unknown.
    pub fn score(&self, now: Instant) -> f32 {
        let (successes, failures) = (self.successes.at(now), self.failures.at(now));
        let likely = (successes + 1.0) / (successes + failures + 2.0);
        likely * (-self.strikes.at(now)).exp2()
    }

    /// Whether it has proved itself, lately and often enough to be shown what is [internal](opengateway_api::Privacy).
    pub fn is_good(&self, now: Instant) -> bool {
        let proved = self.successes.at(now) >= GOOD_ANSWERS && self.score(now) >= GOOD_SCORE;
        proved && self.banned_until(now).is_none()
    }

    /// Until when nothing is asked of it and nothing taken from it.
    pub fn banned_until(&self, now: Instant) -> Option<Instant> {
        self.banned_until.filter(|until| *until > now)
    }

    fn forget_beyond_most(&mut self, now: Instant) {
        let (successes, failures) = (self.successes.at(now), self.failures.at(now));
        let share = MOST_REMEMBERED / (successes + failures).max(MOST_REMEMBERED);
        self.successes.set(successes * share, now);
        self.failures.set(failures * share, now);
    }
}

/// Moves a mean towards a sample; the first one is the mean.
fn smooth(mean: &mut Option<f32>, sample: f32, weight: f32) {
    if sample.is_finite() && sample >= 0.0 {
        *mean = Some(mean.map_or(sample, |mean| mean + weight * (sample - mean)));
    }
}

fn seconds(seconds: f32) -> Duration {
    Duration::try_from_secs_f32(seconds).unwrap_or(Duration::MAX)
}
