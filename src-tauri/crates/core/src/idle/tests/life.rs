//! Random lives of a PC: what its owner, its programs and its hardware do, episode by episode.

use opengateway_api::Hours;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::oracle::Oracle;
use super::*;

/// A PC's rules and what happens on it.
#[derive(Debug, Clone)]
pub(super) struct Life {
    rules: Rules,
    episodes: Vec<Episode>,
}

/// Some time in which the same goes on.
#[derive(Debug, Clone)]
struct Episode {
    wish: Wish,
    troubles: Vec<Trouble>,
    slept: Duration,
    pace: Duration,
    samples: u32,
}

/// What may stand against lending.
#[derive(Debug, Clone)]
enum Trouble {
    /// The mouse is touched once, at the beginning.
    Touch,
    Typing,
    Playing,
    InputUnknown,
    FullScreen(Option<bool>),
    Apps(Option<Vec<String>>),
    OwnAnswers(u32),
    Cpu(Option<f32>),
    Gpu(Option<f32>),
    /// High in every other sample.
    Flicker(f32),
    FreeVram(Option<u64>),
    Celsius(Option<f32>),
    Power(Option<Power>),
    Local(Option<LocalTime>),
    Disk(Option<u64>),
    Metered(Option<bool>),
}

/// One step of a life, as it was just taken.
pub(super) struct Scene<'a> {
    pub(super) before: Act,
    pub(super) sample: &'a Sample,
    pub(super) wish: Wish,
    pub(super) rules: &'a Rules,
    pub(super) now: Moment,
    pub(super) verdict: &'a Verdict,
    pub(super) idle: &'a Idle,
    /// What the specification makes of all that was seen, this sample included and its verdict not.
    pub(super) oracle: &'a Oracle,
}

impl Life {
    /// Lives it, and checks every step. The owner's wish to lend now ends with a yield, as it does in the product.
    pub(super) fn check(&self, holds: impl Fn(&Scene) -> Result<(), TestCaseError>) -> Result<(), TestCaseError> {
        let (mut idle, mut oracle, mut before) = (Idle::default(), Oracle::new(&self.rules), Act::Stop);
        let mut now = 100 * HOUR;
        let mut used = [now - HOUR, now - HOUR];
        for episode in &self.episodes {
            now += episode.slept;
            let mut wish = episode.wish;
            for count in 0..episode.samples {
                now += episode.pace;
                let sample = episode.sample(count, &mut used, now);
                oracle.look(&sample, wish, now);
                let verdict = idle.step(&sample, wish, &self.rules, now);
                let rules = &self.rules;
                let (idle, verdict, oracle_before) = (&idle, &verdict, &oracle);
                holds(&Scene { before, sample: &sample, wish, rules, now, verdict, idle, oracle: oracle_before })?;
                oracle.note(&sample, (wish, before), verdict, now);
                before = verdict.act;
                if verdict.yielded && wish == Wish::Now {
                    wish = Wish::Auto;
                }
            }
        }
        Ok(())
    }
}

impl Episode {
    fn sample(&self, count: u32, used: &mut [Moment; 2], now: Moment) -> Sample {
        let mut sample = quiet();
        for trouble in &self.troubles {
            match trouble {
                Trouble::Touch if count > 0 => {}
                Trouble::Touch | Trouble::Typing => used[0] = now,
                Trouble::Playing => used[1] = now,
                _ => {}
            }
        }
        (sample.input_ago, sample.gamepad_ago) = (Some(now - used[0]), Some(now - used[1]));
        for trouble in &self.troubles {
            trouble.change(&mut sample, count);
        }
        sample
    }
}

impl Trouble {
    fn change(&self, sample: &mut Sample, count: u32) {
        match self {
            Self::Touch | Self::Typing | Self::Playing => {}
            Self::InputUnknown => (sample.input_ago, sample.gamepad_ago) = (None, None),
            Self::FullScreen(full_screen) => sample.full_screen = *full_screen,
            Self::Apps(apps) => sample.apps = apps.clone(),
            Self::OwnAnswers(count) => sample.own_answers = *count,
            Self::Cpu(share) => sample.other_cpu = *share,
            Self::Gpu(share) => sample.other_gpu = *share,
            Self::Flicker(share) if count.is_multiple_of(2) => {
                (sample.other_cpu, sample.other_gpu) = (Some(*share), Some(*share));
            }
            Self::Flicker(_) => {}
            Self::FreeVram(free) => sample.vram = free.map(|free| Vram { free, needed: GIB }),
            Self::Celsius(celsius) => sample.gpu_celsius = *celsius,
            Self::Power(power) => sample.power = *power,
            Self::Local(local) => sample.local = *local,
            Self::Disk(free) => sample.free_disk_bytes = *free,
            Self::Metered(metered) => sample.metered = *metered,
        }
    }
}

/// Lives are long: fewer of them, unless more are asked for.
pub(super) fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig::default();
    ProptestConfig { cases: if asked { default.cases } else { 128 }, ..default }
}

pub(super) fn lives() -> impl Strategy<Value = Life> {
    (rules(), proptest::collection::vec(episode(), 1..10)).prop_map(|(rules, episodes)| Life { rules, episodes })
}

/// Lives in which the owner leaves everything to the rules.
pub(super) fn lives_by_the_rules() -> impl Strategy<Value = Life> {
    lives().prop_map(|mut life| {
        life.episodes.iter_mut().for_each(|episode| episode.wish = Wish::Auto);
        life
    })
}

fn episode() -> impl Strategy<Value = Episode> {
    let wish = prop_oneof![
        12 => Just(Wish::Auto),
        2 => Just(Wish::Now),
        1 => Just(Wish::Finish),
        1 => Just(Wish::Paused),
        1 => Just(Wish::Off),
    ];
    let troubles = prop_oneof![
        2 => Just(Vec::new()),
        2 => trouble().prop_map(|trouble| vec![trouble]),
        1 => proptest::collection::vec(trouble(), 2..4),
    ];
    let slept = prop_oneof![9 => Just(0), 1 => 20..200_000_u64].prop_map(Duration::from_secs);
    let pace = proptest::sample::select(vec![0, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000]);
    (wish, troubles, slept, pace.prop_map(Duration::from_millis), 1..20_u32)
        .prop_map(|(wish, troubles, slept, pace, samples)| Episode { wish, troubles, slept, pace, samples })
}

fn trouble() -> impl Strategy<Value = Trouble> {
    prop_oneof![
        2 => Just(Trouble::Touch),
        1 => Just(Trouble::Typing),
        1 => Just(Trouble::Playing),
        1 => Just(Trouble::InputUnknown),
        1 => any::<Option<bool>>().prop_map(Trouble::FullScreen),
        1 => proptest::option::of(proptest::sample::subsequence(vec!["quake".into(), "blender".into()], 0..=2)).prop_map(Trouble::Apps),
        1 => (0..3_u32).prop_map(Trouble::OwnAnswers),
        2 => proptest::option::weighted(0.9, share()).prop_map(Trouble::Cpu),
        2 => proptest::option::weighted(0.9, share()).prop_map(Trouble::Gpu),
        1 => share().prop_map(Trouble::Flicker),
        1 => proptest::option::of(0..4 * GIB).prop_map(Trouble::FreeVram),
        1 => proptest::option::of(60.0..90.0_f32).prop_map(Trouble::Celsius),
        1 => proptest::sample::select(vec![None, Some(Power::Battery), Some(Power::Mains)]).prop_map(Trouble::Power),
        1 => proptest::option::of((0..8_u8, 0..25_u8)).prop_map(|local| {
            Trouble::Local(local.map(|(weekday, hour)| LocalTime { weekday, hour }))
        }),
        1 => proptest::option::of(0..40_000_000_000_u64).prop_map(Trouble::Disk),
        1 => any::<Option<bool>>().prop_map(Trouble::Metered),
    ]
}

/// A whole percentage, now and then no number.
fn share() -> impl Strategy<Value = f32> {
    prop_oneof![20 => (0..=100_u8).prop_map(|percent| f32::from(percent) / 100.0), 1 => Just(f32::NAN)]
}

fn rules() -> impl Strategy<Value = Rules> {
    let times = (0..7_u32, proptest::sample::select(vec![0, 3, 30, 60]), 0..8_u32, 0..40_u32);
    let percents = proptest::sample::select(vec![(25, 10), (50, 50), (100, 10), (25, 100), (0, 10)]);
    let mostly = proptest::bool::weighted(0.85);
    let switches = (mostly, mostly, any::<u8>());
    (times, percents, switches, mostly).prop_map(|(times, percents, switches, always)| {
        let mut hours = Hours::default();
        (8..24).filter(|_| !always).for_each(|hour| hours.set(4, hour, false));
        Rules {
            idle_minutes: times.0,
            calm_seconds: times.1,
            resume_minutes: times.2,
            longest_resume_minutes: times.3,
            other_cpu_percent: percents.0,
            other_gpu_percent: percents.1,
            yield_to_full_screen: switches.0,
            yield_to_games: switches.1,
            on_battery: switches.2 < 32,
            on_metered: switches.2.is_multiple_of(8),
            apps: if switches.2.is_multiple_of(2) { Vec::new() } else { vec!["listed".into()] },
            hours,
            ..Rules::default()
        }
    })
}
