//! What holds at every step of any life, against an oracle of its own.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::life::{self, Scene, lives, lives_by_the_rules};
use super::oracle::against;
use super::*;

impl Scene<'_> {
    fn lends(&self) -> bool {
        self.verdict.act == Act::Contribute
    }

    fn begins(&self) -> bool {
        self.lends() && self.before != Act::Contribute
    }

    fn is_looked_at(&self) -> bool {
        !matches!(self.wish, Wish::Off | Wish::Paused)
    }

    fn against(&self) -> std::collections::BTreeSet<SignalKind> {
        against(self.sample, self.wish, self.rules)
    }

    fn cpu_matters(&self) -> bool {
        self.rules.other_cpu_percent < 100
    }

    fn gpu_matters(&self) -> bool {
        self.rules.other_gpu_percent < 100 && self.sample.other_gpu.is_some()
    }

    /// Whether load of others has lasted for so long that it ends lending.
    fn is_busy(&self) -> bool {
        let (cpu, gpu) = (self.oracle.cpu.is_busy(self.now), self.oracle.gpu.is_busy(self.now));
        cpu && self.cpu_matters() || gpu && self.gpu_matters()
    }

    /// Whether others were quiet for as long as it takes to begin.
    fn is_calm(&self) -> bool {
        let (cpu, gpu) = (self.oracle.cpu.is_calm(self.rules, self.now), self.oracle.gpu.is_calm(self.rules, self.now));
        (cpu || !self.cpu_matters()) && (gpu || !self.gpu_matters())
    }
}

/// Guards the properties below against lives in which nothing ever happens.
#[test]
fn random_lives_see_lending_begin_end_and_resume() {
    let (mut runner, mut begun, mut drained, mut resumed) = (TestRunner::deterministic(), 0, 0, 0);
    for _ in 0..200 {
        let life = lives().new_tree(&mut runner).unwrap().current();
        let (begins, drains) = (Cell::new(0), Cell::new(0));
        life.check(|scene| {
            begins.set(begins.get() + u32::from(scene.begins()));
            drains.set(drains.get() + u32::from(scene.verdict.act == Act::Drain && scene.before == Act::Contribute));
            Ok(())
        })
        .unwrap();
        begun += u32::from(begins.get() > 0);
        resumed += u32::from(begins.get() > 1);
        drained += u32::from(drains.get() > 0);
    }

    assert!(begun > 80 && drained > 10 && resumed > 20, "{begun} {drained} {resumed}");
}

proptest! {
    #![proptest_config(life::config())]

    #[test]
    fn nothing_is_lent_while_anything_stands_against_it(life in lives()) {
        life.check(|scene| {
            if scene.lends() {
                prop_assert_eq!(scene.against(), [].into());
                prop_assert!(matches!(scene.wish, Wish::Auto | Wish::Now));
                prop_assert!(!scene.is_busy());
            }
            Ok(())
        })?;
    }

    #[test]
    fn lending_begins_only_after_calm(life in lives()) {
        life.check(|scene| {
            prop_assert!(!scene.begins() || scene.is_calm());
            Ok(())
        })?;
    }

    #[test]
    fn lending_begins_as_soon_as_nothing_stands_against_it_and_every_wait_is_over(life in lives()) {
        life.check(|scene| {
            if matches!(scene.wish, Wish::Auto | Wish::Now) && scene.before != Act::Contribute {
                let over = scene.wish == Wish::Now || scene.oracle.earliest <= scene.now;
                prop_assert_eq!(scene.lends(), over && scene.against().is_empty() && scene.is_calm());
            }
            Ok(())
        })?;
    }

    #[test]
    fn lending_ends_only_for_what_the_rules_name_and_never_for_a_burst(life in lives_by_the_rules()) {
        life.check(|scene| {
            if scene.before == Act::Contribute && !scene.lends() {
                prop_assert!(!scene.against().is_empty() || scene.is_busy() || scene.oracle.just_woke);
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_stops_lending_stops_it_at_once(life in lives()) {
        life.check(|scene| {
            let stopping = scene.oracle.stopping(scene.sample, scene.wish, scene.now);
            if !scene.is_looked_at() || !stopping.is_empty() || scene.sample.own_answers > 0 {
                prop_assert_eq!(scene.verdict.act, Act::Stop);
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_does_not_stop_lending_lets_running_jobs_finish(life in lives_by_the_rules()) {
        life.check(|scene| {
            let stopping = scene.oracle.stopping(scene.sample, scene.wish, scene.now);
            let undisturbed = stopping.is_empty() && scene.sample.own_answers == 0 && !scene.oracle.just_woke;
            let ended = scene.before != Act::Stop && scene.verdict.act == Act::Stop;
            prop_assert!(!(ended && undisturbed));
            Ok(())
        })?;
    }

    #[test]
    fn two_beginnings_are_as_far_apart_as_the_rules_say_when_a_yield_lies_between(life in lives_by_the_rules()) {
        let (begun, yielded) = (Cell::new(None), Cell::new(false));
        life.check(|scene| {
            let resume = MINUTE * scene.rules.resume_minutes;
            if scene.begins() {
                let apart = begun.replace(Some(scene.now)).map(|begun| scene.now - begun);
                prop_assert!(!yielded.take() || apart.is_some_and(|apart| apart >= resume));
            }
            let chat = scene.verdict.reason == Reason::Signal(SignalKind::OwnChat);
            yielded.set(yielded.get() || scene.verdict.yielded && !chat && !scene.oracle.just_woke);
            Ok(())
        })?;
    }

    #[test]
    fn every_verdict_has_a_reason_that_is_true(life in lives()) {
        life.check(|scene| {
            let lately = |then: Option<Moment>| then.is_some_and(|then| scene.now - then <= scene.oracle.longest_wait());
            let is_true = match &scene.verdict.reason {
                Reason::Clear => scene.lends(),
                Reason::Owner => !matches!(scene.wish, Wish::Auto | Wish::Now),
                Reason::App(app) => scene.sample.apps.as_ref().is_some_and(|apps| apps.contains(app)),
                Reason::Signal(SignalKind::Apps) => scene.sample.apps.is_none(),
                Reason::Signal(SignalKind::Cpu) => scene.oracle.cpu.is_high() || !scene.is_calm(),
                Reason::Signal(SignalKind::Gpu) => scene.oracle.gpu.is_high() || !scene.is_calm(),
                Reason::Signal(kind) => scene.against().contains(kind),
                Reason::Yielded => lately(scene.oracle.stopped) || lately(scene.oracle.chatted),
                Reason::Woke => lately(scene.oracle.woke),
                Reason::NoSensors => false,
            };
            prop_assert!(is_true, "{:?}", scene.verdict);
            prop_assert_eq!(scene.lends(), scene.verdict.reason == Reason::Clear);
            Ok(())
        })?;
    }

    #[test]
    fn off_and_pause_stop_and_finish_never_takes_a_job(life in lives()) {
        life.check(|scene| {
            match scene.wish {
                Wish::Off | Wish::Paused => prop_assert_eq!(scene.verdict, &stop(Reason::Owner)),
                Wish::Finish => prop_assert!(!scene.lends()),
                Wish::Auto | Wish::Now => prop_assert!(scene.verdict.reason != Reason::Owner),
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_explanation_agrees_with_the_verdict(life in lives()) {
        life.check(|scene| {
            let signals = scene.idle.explain(scene.sample, scene.rules);
            let forbids = signals.iter().any(|s| matches!(s.finding, Finding::Forbids | Finding::MissingForbids));
            if scene.wish == Wish::Auto {
                let waits = scene.verdict.not_before.is_some();
                prop_assert_eq!(scene.lends(), !forbids && !waits, "{:?} {:?}", scene.verdict, signals);
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_moment_of_resuming_lies_ahead_and_within_the_longest_wait(life in lives()) {
        life.check(|scene| {
            let ahead = scene.verdict.not_before.map(|moment| moment.saturating_sub(scene.now));
            prop_assert!(ahead.is_none_or(|ahead| ahead > Duration::ZERO && ahead <= scene.oracle.longest_wait()));
            Ok(())
        })?;
    }

    #[test]
    fn a_yield_is_said_once_and_only_when_something_was_lent(life in lives()) {
        life.check(|scene| {
            let stopping = scene.oracle.stopping(scene.sample, scene.wish, scene.now);
            let for_the_owner = !stopping.is_empty() || scene.sample.own_answers > 0 || scene.oracle.just_woke;
            let yielded = scene.before != Act::Stop && scene.is_looked_at() && for_the_owner;
            prop_assert_eq!(scene.verdict.yielded, yielded);
            Ok(())
        })?;
    }

    #[test]
    fn waits_double_from_the_third_yield_within_an_hour(
        lent in proptest::collection::vec(20..2400_u64, 1..9), resume in 1..8_u32, longest in 1..40_u32,
    ) {
        let rules = Rules { resume_minutes: resume, longest_resume_minutes: longest, ..Rules::default() };
        let (mut pc, mut yields) = (Pc::with(rules).that_lends(), Vec::new());
        pc.pace = 20 * SECOND;
        for lent in lent {
            pc.passes(Duration::from_secs(lent));
            pc.sees(|sample| sample.gpu_celsius = Some(90.0));
            pc.sample.gpu_celsius = Some(50.0);
            yields.push(pc.now);

            let lately = yields.iter().filter(|then| pc.now - **then <= HOUR).count();
            let doubled = resume << lately.saturating_sub(2).min(16);
            prop_assert_eq!(pc.lends_after().as_secs(), 60 * u64::from(doubled.min(longest.max(resume))));
        }
    }
}
