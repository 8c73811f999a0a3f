//! What is told to people.

use super::*;

#[test]
fn every_signal_is_explained_once_in_the_order_of_the_boundary() {
    let kinds: Vec<_> = Pc::left().idle.explain(&quiet(), &Rules::default()).iter().map(|signal| signal.kind).collect();

    assert!(kinds.is_sorted_by(|earlier, later| earlier < later), "{kinds:?}");
    assert_eq!((kinds.len(), kinds.last()), (13, Some(&SignalKind::Network)));
}

#[test]
fn readings_and_rules_are_said_as_people_say_them() {
    let sample = Sample {
        input_ago: Some(Duration::from_secs(61)),
        gamepad_ago: Some(Duration::from_secs(300)),
        apps: Some(vec!["quake".into(), "blender".into()]),
        other_cpu: Some(0.12),
        own_answers: 2,
        ..quiet()
    };

    assert_eq!(
        told(&sample),
        [
            "2 of your prompts being answered; your own prompts always come first",
            "quake, blender; no game and none of your listed programs",
            "none; no program covers the screen",
            "used 61 s ago; unused for 5 min",
            "used 5 min ago; unused for 5 min",
            "10.7 GB free, 1.0 GB needed; 1.0 GB stay free for others",
            "45 °C; below 75 °C",
            "mains; mains",
            "12 %; others below 25 % for 60 s",
            "1 %; others below 10 % for 60 s",
            "Friday 20:00; within your hours",
            "200.0 GB free; 20 GB stay free",
            "not metered; not metered",
        ]
    );
}

#[test]
fn what_cannot_be_told_is_said_so() {
    let readings = told(&Sample::default());

    let untold = readings.iter().filter(|reading| reading.starts_with("this system does not tell;"));

    assert_eq!(untold.count(), 12);
}

#[test]
fn the_finding_says_whether_a_missing_reading_matters() {
    let rules = Rules { on_battery: true, ..Rules::default() };

    let findings = Pc::left().idle.explain(&Sample::default(), &rules);

    let of = |kind| findings.iter().find(|signal| signal.kind == kind).map(|signal| signal.finding);
    assert_eq!(of(SignalKind::Input), Some(Finding::MissingForbids));
    assert_eq!(of(SignalKind::Heat), Some(Finding::Missing));
    assert_eq!(of(SignalKind::Power), Some(Finding::Ignored));
}

#[test]
fn a_pc_that_is_not_looked_at_is_explained_from_its_sample_alone() {
    let mut pc = Pc::left();
    pc.sees_for(10 * SECOND, |sample| sample.other_cpu = Some(0.9));
    pc.wish = Wish::Off;
    pc.looks();

    let findings = pc.idle.explain(&quiet(), &pc.rules);

    assert!(findings.iter().all(|signal| signal.finding == Finding::Allows), "{findings:?}");
}

fn told(sample: &Sample) -> Vec<String> {
    let signals = Pc::left().idle.explain(sample, &Rules::default());
    signals.into_iter().map(|signal| format!("{}; {}", signal.reading, signal.rule)).collect()
}
