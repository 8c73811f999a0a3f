//! A machine whose sensors say what a test wants.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opengateway_api::{Facts, Rules};
use opengateway_core::idle::{LocalTime, Power, Sample};
use opengateway_machine::{Look, Machine, Parts};

/// An owner who left so long ago is away by any rule.
pub const AWAY: Duration = Duration::from_secs(3600);

/// Sensors in memory. Clones share what they say.
#[derive(Debug, Clone)]
pub struct FakeMachine(Arc<Sensors>);

#[derive(Debug)]
struct Sensors {
    sample: Mutex<Sample>,
    parts: Mutex<Parts>,
    hanging: Mutex<bool>,
    answers: Condvar,
}

impl FakeMachine {
    /// The owner left an hour ago, and nothing else happens.
    pub fn away() -> Self {
        let sample = Sample {
            input_ago: Some(AWAY),
            gamepad_ago: Some(Duration::MAX),
            full_screen: Some(false),
            apps: Some(Vec::new()),
            own_answers: 0,
            other_cpu: Some(0.0),
            other_gpu: Some(0.0),
            vram: None,
            gpu_celsius: None,
            power: Some(Power::Mains),
            local: Some(LocalTime { weekday: 0, hour: 12 }),
            free_disk_bytes: Some(1_000_000_000_000),
            metered: Some(false),
        };
        let (sample, parts, hanging) = (Mutex::new(sample), Mutex::default(), Mutex::new(false));
        Self(Arc::new(Sensors { sample, parts, hanging, answers: Condvar::new() }))
    }

    /// From now on the sensors say so.
    pub fn say(&self, change: impl FnOnce(&mut Sample)) {
        change(&mut self.sample());
    }

    /// From now on it is made of these parts. Until then, none tells anything.
    pub fn is_made_of(&self, parts: Parts) {
        *self.0.parts.lock().unwrap_or_else(PoisonError::into_inner) = parts;
    }

    /// From now on the sensors do not answer, or do again.
    pub fn hang(&self, hanging: bool) {
        *self.0.hanging.lock().unwrap_or_else(PoisonError::into_inner) = hanging;
        self.0.answers.notify_all();
    }

    fn sample(&self) -> MutexGuard<'_, Sample> {
        self.0.sample.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Machine for FakeMachine {
    fn facts(&mut self, _: &Path) -> Facts {
        Facts {
            system: "Test 1".into(),
            cpu: "Test processor".into(),
            cores: 4,
            architecture: "x86_64".into(),
            memory_bytes: 16_000_000_000,
            free_memory_bytes: 12_000_000_000,
            free_disk_bytes: 1_000_000_000_000,
            ..Facts::default()
        }
    }

    fn activity(&mut self, _: &Look<'_>) -> Sample {
        let hanging = self.0.hanging.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.0.answers.wait_while(hanging, |hanging| *hanging));
        self.sample().clone()
    }

    fn parts(&mut self) -> Parts {
        self.0.parts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Rules without waiting: lending begins with the sample that allows it.
pub fn eager() -> Rules {
    Rules { calm_seconds: 0, resume_minutes: 0, longest_resume_minutes: 0, ..Rules::default() }
}
