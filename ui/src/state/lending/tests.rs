use opengateway_api::{Day, Job, JobKind, ModelId};

use super::*;

const MINUTE_MS: i64 = 60_000;
/// 14:00, local time being that of Greenwich.
const CLOCK: Clock = Clock { now_ms: 14 * 60 * MINUTE_MS, offset_ms: 0 };

fn lent(mode: Mode, reason: Reason, until_ms: Option<i64>) -> Contribution {
    Contribution {
        on: mode != Mode::Off,
        mode,
        reason,
        since_ms: CLOCK.now_ms - 10 * MINUTE_MS,
        until_ms,
        jobs: Vec::new(),
        waiting: 0,
        timeline: Vec::new(),
        days: Vec::new(),
    }
}

fn job(id: i64) -> Job {
    Job { id, kind: JobKind::Batch, peer: None, model: ModelId::starter(), text_tokens: 0, started_ms: 0 }
}

fn said(lent: &Contribution) -> (String, String) {
    let headline = headline(lent, &Rules::default(), CLOCK);
    (headline.what, headline.then)
}

#[test]
fn a_game_is_named_and_the_way_back_too() {
    let (what, then) = said(&lent(Mode::Waiting, Reason::App("Hades".to_owned()), None));

    assert_eq!(what, "Waiting: Hades is running.");
    assert_eq!(then, "Resumes 5 min after.");
}

#[test]
fn a_known_end_is_counted_down() {
    let (what, then) = said(&lent(Mode::Paused, Reason::Owner, Some(CLOCK.now_ms + 30 * MINUTE_MS)));

    assert_eq!(what, "Paused by you.");
    assert_eq!(then, "Resumes in 30:00, at 14:30.");
}

#[test]
fn an_end_that_has_passed_is_not_counted() {
    let (_, then) = said(&lent(Mode::Waiting, Reason::Yielded, Some(CLOCK.now_ms)));

    assert_eq!(then, words::THEN_MOMENT);
}

#[test]
fn a_pause_without_end_says_whose_turn_it_is() {
    assert_eq!(said(&lent(Mode::Paused, Reason::Owner, None)).1, "Until you resume.");
}

#[test]
fn finishing_tells_how_much_is_left() {
    let mut lent = lent(Mode::Finishing, Reason::Signal(SignalKind::Hours), None);
    lent.jobs = vec![job(1), job(2)];

    assert_eq!(said(&lent), ("Finishing: this is not one of your hours.".into(), "2 jobs end first.".into()));
}

#[test]
fn every_reason_to_wait_says_what_happens_next() {
    for kind in SignalKind::ALL {
        let (what, then) = said(&lent(Mode::Waiting, Reason::Signal(kind), None));
        assert!(what.starts_with("Waiting: ") && what.ends_with('.') && then.ends_with('.'), "{what} {then}");
    }
}

#[test]
fn the_strip_is_silent_while_lending_is_off() {
    assert_eq!(strip_line(&lent(Mode::Off, Reason::Owner, None), CLOCK), None);
}

#[test]
fn the_strip_says_what_and_until_when() {
    let mut working = lent(Mode::Contributing, Reason::Clear, None);
    assert_eq!(strip_line(&working, CLOCK), Some((Tone::Alive, "Contributing".to_owned())));
    working.jobs = vec![job(1), job(2)];
    assert_eq!(strip_line(&working, CLOCK), Some((Tone::Alive, "Contributing · 2 jobs".to_owned())));

    let paused = lent(Mode::Paused, Reason::Owner, Some(CLOCK.now_ms + 270 * MINUTE_MS));
    assert_eq!(strip_line(&paused, CLOCK), Some((Tone::Waiting, "Paused until 18:30".to_owned())));

    let waiting = lent(Mode::Waiting, Reason::Signal(SignalKind::Input), None);
    assert_eq!(strip_line(&waiting, CLOCK), Some((Tone::Waiting, "Waiting: you are using this PC".to_owned())));
}

#[test]
fn a_stretch_explains_itself() {
    let game = Span {
        from_ms: 850 * MINUTE_MS,
        until_ms: Some(940 * MINUTE_MS),
        mode: Mode::Waiting,
        reason: Reason::App("Hades".to_owned()),
    };
    assert_eq!(stretch_words(&game, CLOCK), "14:10 to 15:40, waiting: Hades is running");

    let open = Span { until_ms: None, mode: Mode::Contributing, reason: Reason::Clear, ..game };
    assert_eq!(stretch_words(&open, CLOCK), "14:10 to now, contributing");
}

#[test]
fn only_orders_that_change_something_are_offered() {
    let orders = |mode, reason| acts(&lent(mode, reason, None)).iter().map(|act| act.order).collect::<Vec<_>>();

    assert_eq!(orders(Mode::Off, Reason::Owner), []);
    assert_eq!(orders(Mode::Waiting, Reason::Yielded), [Order::Now]);
    assert_eq!(orders(Mode::Contributing, Reason::Clear), [Order::Finish]);
    assert_eq!(orders(Mode::Contributing, Reason::Owner), [Order::Resume, Order::Finish]);
    assert_eq!(orders(Mode::Paused, Reason::Owner), [Order::Resume]);
}

#[test]
fn what_was_lent_once_is_no_longer_untried() {
    let mut lent = lent(Mode::Off, Reason::Owner, None);
    assert!(is_untried(&lent));

    lent.days = vec![Day { seconds: 60, ..Day::default() }];

    assert!(!is_untried(&lent));
}

#[test]
fn a_signal_that_is_not_told_is_named_as_such() {
    assert_eq!(finding(Finding::MissingForbids).0, Tone::Waiting);
    assert!(finding(Finding::Missing).1.contains("not told"));
}

#[test]
fn a_job_says_how_far_it_has_come_but_not_what_it_asks() {
    assert_eq!(job_facts("Qwen 4B", 1_204, "14:10"), "Qwen 4B · 1,204 text tokens · since 14:10");
}
