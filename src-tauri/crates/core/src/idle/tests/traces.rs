//! Evenings and nights, replayed. Written by hand from how such evenings go, not recorded on real
//! machines.
//!
//! A trace is a story, the moment at which it starts, the rules that differ from the default, and one line for each
//! moment at which something changes: `at` is the clock on the wall, going on beyond 24 hours; `says` is the verdict
//! from then on; everything else is what the machine says, or the owner wishes, from then on. Between two lines the
//! verdict must not change, to the second before a line and to a few seconds in longer stretches. `null` is what the machine cannot tell; a list is read round and round, a second each.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::*;

macro_rules! traces {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            replay(include_str!(concat!("../traces/", stringify!($name), ".json")));
        })*
    };
}

traces! {
    an_evening_of_gaming
    a_film_without_input
    a_game_with_a_gamepad_only
    a_backup_at_night
    a_laptop_unplugged_and_plugged_in
    sleep_and_resume
    a_compilation_that_flickers_around_the_limit
    graphics_memory_runs_short
    the_card_gets_hot
    hours_end_in_the_middle_of_a_job
    pause_and_resume
    own_prompts_while_away
    the_clock_changes_for_winter
    an_owner_who_comes_and_goes
    contribute_now
    sensors_that_fall_silent
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trace {
    #[serde(rename = "story")]
    _story: String,
    /// Monday is 0.
    weekday: u64,
    #[serde(default)]
    rules: Rules,
    moments: Vec<BTreeMap<String, Value>>,
}

/// In the last minutes before a line every second is replayed, and fewer before.
const QUICK: Duration = Duration::from_secs(90);
const SLOW: Duration = Duration::from_secs(20);

/// What goes on, as the last lines said it.
struct World {
    now: BTreeMap<String, Value>,
    /// When the mouse, and the gamepad, were last used.
    used: Moment,
    played: Moment,
}

fn replay(trace: &str) {
    let trace: Trace = serde_json::from_str(trace).unwrap();
    let (mut idle, mut said) = (Idle::default(), String::new());
    let mut world = World { now: BTreeMap::new(), used: Duration::ZERO, played: Duration::ZERO };
    let ends = trace.moments.iter().skip(1).map(|moment| clock(&moment["at"]));
    let ends: Vec<Moment> = ends.chain([clock(&trace.moments.last().unwrap()["at"]) + SECOND]).collect();
    for (moment, end) in trace.moments.iter().zip(ends) {
        let mut now = clock(&moment["at"]);
        assert!(now < end, "{moment:?} is not before the next");
        world.hear(moment, now);
        said = moment.get("says").map_or(said, |says| says.as_str().unwrap().into());
        while now < end && !world.sleeps() {
            let sample = world.sample(now, trace.weekday);
            let verdict = idle.step(&sample, world.wish(), &trace.rules, now);
            assert_eq!(say(&verdict), said, "at {} after {moment:?}", wall(now));
            if verdict.yielded && world.wish() == Wish::Now {
                world.now.insert("wish".into(), "auto".into());
            }
            now += if world.flickers() || end - now < QUICK { SECOND } else { SLOW };
        }
    }
}

impl World {
    fn hear(&mut self, moment: &BTreeMap<String, Value>, now: Moment) {
        for (what, value) in moment {
            match (what.as_str(), value.as_u64()) {
                ("at" | "says", _) => {}
                ("input", Some(ago)) => self.used = now.saturating_sub(Duration::from_secs(ago)),
                ("gamepad", Some(ago)) => self.played = now.saturating_sub(Duration::from_secs(ago)),
                (known, _) => {
                    assert!(KNOWN.split(' ').any(|word| word == known), "{known} is nothing that a trace tells")
                }
            }
            self.now.insert(what.clone(), value.clone());
        }
        if !moment.contains_key("asleep") {
            self.now.remove("asleep");
        }
    }

    fn sample(&self, now: Moment, weekday: u64) -> Sample {
        let quiet = quiet();
        Sample {
            input_ago: self.ago("input", now - self.used),
            gamepad_ago: self.ago("gamepad", now - self.played),
            full_screen: self.read("full_screen", quiet.full_screen, Value::as_bool),
            apps: self.read("apps", quiet.apps, |apps| serde_json::from_value(apps.clone()).ok()),
            own_answers: self.read("own_answers", Some(0), count).unwrap(),
            other_cpu: self.number("cpu", now).map_or(quiet.other_cpu, |percent| percent.map(|cpu| cpu / 100.0)),
            other_gpu: self.number("gpu", now).map_or(quiet.other_gpu, |percent| percent.map(|gpu| gpu / 100.0)),
            vram: self.read("free_vram_mib", Some(10 * 1024), Value::as_u64).map(|free| self.vram(free)),
            gpu_celsius: self.number("celsius", now).unwrap_or(quiet.gpu_celsius),
            power: self.read("mains", Some(true), Value::as_bool).map(power),
            local: self.read("clock_ahead", Some(0), Value::as_i64).map(|hours| local(now, weekday, hours)),
            free_disk_bytes: self.read("disk_gb", Some(200), Value::as_u64).map(|disk| disk * 1_000_000_000),
            metered: self.read("metered", quiet.metered, Value::as_bool),
        }
    }

    fn read<T>(&self, what: &str, otherwise: Option<T>, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        match self.now.get(what) {
            None => otherwise,
            Some(Value::Null) => None,
            Some(value) => Some(read(value).unwrap_or_else(|| panic!("{what} cannot be {value}"))),
        }
    }

    /// `"busy"` is in use all the time, `"never"` never was, a number of seconds goes on by itself.
    fn ago(&self, what: &str, counted: Duration) -> Option<Duration> {
        match self.now.get(what).map(|value| (value, value.as_str())) {
            None | Some((_, Some("never"))) => Some(Duration::MAX),
            Some((Value::Null, _)) => None,
            Some((_, Some("busy"))) => Some(Duration::ZERO),
            Some(_) => Some(counted),
        }
    }

    fn number(&self, what: &str, now: Moment) -> Option<Option<f32>> {
        let value = self.now.get(what)?;
        let place = now.as_secs() % value.as_array().map_or(1, |list| u64::try_from(list.len()).unwrap());
        let value = value.get(usize::try_from(place).unwrap()).unwrap_or(value);
        Some(value.as_u64().map(|whole| f32::from(u8::try_from(whole).unwrap())))
    }

    fn vram(&self, free_mib: u64) -> Vram {
        let needed = self.read("needed_vram_mib", Some(1024), Value::as_u64).unwrap_or_default();
        Vram { free: free_mib << 20, needed: needed << 20 }
    }

    fn wish(&self) -> Wish {
        match self.now.get("wish").and_then(Value::as_str) {
            None | Some("auto") => Wish::Auto,
            Some("off") => Wish::Off,
            Some("now") => Wish::Now,
            Some("finish") => Wish::Finish,
            Some("paused") => Wish::Paused,
            Some(other) => panic!("{other} is no wish"),
        }
    }

    fn flickers(&self) -> bool {
        self.now.values().any(|value| value.as_array().is_some_and(|list| list.iter().any(Value::is_number)))
    }

    fn sleeps(&self) -> bool {
        self.now.contains_key("asleep")
    }
}

const KNOWN: &str = "input gamepad full_screen apps own_answers cpu gpu free_vram_mib needed_vram_mib celsius mains \
                     clock_ahead disk_gb metered wish asleep";

fn count(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok()
}

fn power(mains: bool) -> Power {
    if mains { Power::Mains } else { Power::Battery }
}

fn local(now: Moment, weekday: u64, ahead: i64) -> LocalTime {
    let hours = (now.as_secs() / 3600).checked_add_signed(ahead).unwrap() + 24 * weekday;
    let (weekday, hour) = (hours / 24 % 7, hours % 24);
    LocalTime { weekday: u8::try_from(weekday).unwrap(), hour: u8::try_from(hour).unwrap() }
}

/// `"20:15"` or `"20:15:30"`.
fn clock(text: &Value) -> Moment {
    let parts = text.as_str().unwrap().split(':').map(|part| part.parse::<u64>().unwrap());
    let (seconds, parts) = parts.fold((0, 0), |(seconds, parts), part| (seconds * 60 + part, parts + 1));
    Duration::from_secs(if parts == 2 { seconds * 60 } else { seconds })
}

fn wall(now: Moment) -> String {
    let seconds = now.as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn say(verdict: &Verdict) -> String {
    let reason = match &verdict.reason {
        Reason::App(app) => app.clone(),
        Reason::Signal(kind) => serde_json::to_value(kind).unwrap().as_str().unwrap().into(),
        reason => serde_json::to_value(reason).unwrap().as_str().unwrap().into(),
    };
    format!("{:?}: {reason}", verdict.act).to_lowercase()
}
