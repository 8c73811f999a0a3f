//! Holds [`super::Idle`] to what its specification promises: in sentences, in random lives, and in traces of evenings.

mod explained;
mod life;
mod lives;
mod load;
mod oracle;
mod signals;
mod time;
mod traces;
mod wishes;
mod yields;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const GIB: u64 = 1 << 30;

/// Something happens to a PC.
type Change = fn(&mut Sample);

/// A gaming PC that was left an hour ago and on which nothing happens.
fn quiet() -> Sample {
    Sample {
        input_ago: Some(HOUR),
        gamepad_ago: Some(Duration::MAX),
        full_screen: Some(false),
        apps: Some(Vec::new()),
        own_answers: 0,
        other_cpu: Some(0.03),
        other_gpu: Some(0.01),
        vram: Some(Vram { free: 10 * GIB, needed: GIB }),
        gpu_celsius: Some(45.0),
        power: Some(Power::Mains),
        local: Some(LocalTime { weekday: 4, hour: 20 }),
        free_disk_bytes: Some(200_000_000_000),
        metered: Some(false),
    }
}

/// A PC that is looked at every second, unless told otherwise.
struct Pc {
    pace: Duration,
    idle: Idle,
    rules: Rules,
    wish: Wish,
    sample: Sample,
    now: Moment,
}

impl Pc {
    /// Nothing is known yet of a PC that was left an hour ago.
    fn left() -> Self {
        Self::with(Rules::default())
    }

    fn with(rules: Rules) -> Self {
        let (idle, wish, sample) = (Idle::default(), Wish::Auto, quiet());
        Self { pace: SECOND, idle, rules, wish, sample, now: 10 * HOUR }
    }

    /// It was left an hour ago and has begun to lend.
    fn lending() -> Self {
        Self::left().that_lends()
    }

    fn that_lends(mut self) -> Self {
        let verdict = self.passes(61 * SECOND);
        assert_eq!(verdict.act, Act::Contribute, "{verdict:?}");
        self
    }

    /// The next look, at which this has become different.
    fn sees(&mut self, change: impl Fn(&mut Sample)) -> Verdict {
        self.now += self.pace;
        for ago in [&mut self.sample.input_ago, &mut self.sample.gamepad_ago].into_iter().flatten() {
            *ago = ago.saturating_add(self.pace);
        }
        change(&mut self.sample);
        self.idle.step(&self.sample, self.wish, &self.rules, self.now)
    }

    /// So much time, at each look of which this is so.
    fn sees_for(&mut self, time: Duration, change: impl Fn(&mut Sample)) -> Verdict {
        let looks = time.as_millis() / self.pace.as_millis();
        (0..looks).map(|_| self.sees(&change)).last().expect("time for a look")
    }

    /// The next look, at which nothing has changed.
    fn looks(&mut self) -> Verdict {
        self.sees(|_| {})
    }

    fn passes(&mut self, time: Duration) -> Verdict {
        self.sees_for(time, |_| {})
    }

    /// How long it takes until this PC is lent, a day at most.
    fn lends_after(&mut self) -> Duration {
        let begin = self.now;
        while self.looks().act != Act::Contribute {
            assert!(self.now < begin + 24 * HOUR, "it is never lent again");
        }
        self.now - begin
    }
}

fn signal(kind: SignalKind) -> Reason {
    Reason::Signal(kind)
}
