use super::*;
use proptest::prelude::*;

const NOW: i64 = 1_800_000_000_000;

type Change = fn(&mut Capability);

#[test]
fn an_honest_record_is_believed() {
    assert_eq!(honest().check(NOW), Ok(()));
}

#[test]
fn a_record_at_every_bound_is_believed_and_one_step_further_refused() {
    let bounds: [(&str, Change, Change); 10] = [
        ("validity", |it| it.valid_s = MOST_VALID_S, |it| it.valid_s = MOST_VALID_S + 1),
        ("validity", |it| it.valid_s = 1, |it| it.valid_s = 0),
        ("list of models", |it| it.models = models(MOST_MODELS), |it| it.models = models(MOST_MODELS + 1)),
        ("hardware", |it| it.hardware = "x".repeat(MOST_TEXT), |it| it.hardware = "x".repeat(MOST_TEXT + 1)),
        ("version", |it| it.version = String::new(), |it| it.version = "1.0\n".into()),
        ("load", |it| it.load.slots = MOST_JOBS, |it| it.load.slots = MOST_JOBS + 1),
        ("load", |it| it.load.waiting = MOST_JOBS, |it| it.load.waiting = u32::MAX),
        ("price", |it| it.price = MOST_PRICE, |it| it.price = MOST_PRICE + 1),
        ("price", |it| it.price = 0, |it| it.price = -1),
        ("uptime", |it| it.uptime_s = MOST_UPTIME_S, |it| it.uptime_s = MOST_UPTIME_S + 1),
    ];
    for (what, to_the_bound, beyond) in bounds {
        assert_eq!(changed(to_the_bound).check(NOW), Ok(()), "{what}");
        assert_eq!(changed(beyond).check(NOW), Err(Invalid::Bounds(what)));
    }
}

#[test]
fn a_model_has_a_name_that_people_can_read_and_numbers_that_can_be_true() {
    let lies: [fn(&mut Served); 9] = [
        |model| model.name = " ".into(),
        |model| model.name = "Llama\u{202e}3".into(),
        |model| model.name = "Llama\u{200b}".into(),
        |model| model.name = "é".repeat(MOST_TEXT / 2 + 1),
        |model| model.quantisation = "\0".into(),
        |model| model.context = 0,
        |model| model.context = MOST_CONTEXT + 1,
        |model| model.text_per_second = f32::NAN,
        |model| model.text_per_second = -0.1,
    ];
    for lie in lies {
        let mut record = honest();
        record.models.iter_mut().for_each(lie);
        assert_eq!(record.check(NOW), Err(Invalid::Bounds("model")), "{record:?}");
    }
}

#[test]
fn a_tier_or_a_model_said_twice_does_not_count_twice() {
    let twice = changed(|it| it.tiers = vec![Tier::A, Tier::A]);
    assert_eq!(twice.check(NOW), Err(Invalid::Bounds("list of tiers")));

    let twice = changed(|it| it.models = [models(1), models(1)].concat());
    assert_eq!(twice.check(NOW), Err(Invalid::Bounds("list of models")));
}

#[test]
fn clocks_ten_minutes_apart_are_put_up_with_and_no_more() {
    let skew = i64::try_from(SKEW.as_millis()).unwrap();
    let valid = i64::from(honest().valid_s) * 1000;

    assert_eq!(honest().check(NOW - skew), Ok(()));
    assert_eq!(honest().check(NOW - skew - 1), Err(Invalid::Future));
    assert_eq!(honest().check(NOW + valid + skew), Ok(()));
    assert_eq!(honest().check(NOW + valid + skew + 1), Err(Invalid::Old));
}

#[test]
fn a_place_is_where_the_time_there_and_back_says() {
    let place = |ms| place_of(Duration::from_millis(ms));

    assert_eq!([place(0), place(49)], [Place::Nearby; 2]);
    assert_eq!([place(50), place(149)], [Place::Region; 2]);
    assert_eq!([place(150), place(u64::MAX)], [Place::Global; 2]);
}

#[test]
fn a_full_node_has_nothing_free_and_somebody_ahead() {
    let load = |running, waiting| Load { running, waiting, slots: 2 };

    assert_eq!((load(1, 0).free(), load(1, 0).ahead()), (1, 0));
    assert_eq!((load(2, 0).free(), load(2, 0).ahead()), (0, 1));
    assert_eq!((load(2, 3).free(), load(2, 3).ahead()), (0, 4));
}

proptest! {
    #[test]
    fn no_record_breaks_the_check(
        (issued_ms, now_ms, valid_s) in any::<(i64, i64, u32)>(),
        (price, jobs, speed) in any::<(i64, u32, f32)>(),
        text in any::<String>(),
    ) {
        let mut record = Capability { issued_ms, valid_s, price, hardware: text.clone(), ..honest() };
        record.load = Load { running: jobs, waiting: jobs, slots: jobs };
        record.models = vec![Served { name: text, text_per_second: speed, ..model(0) }];

        if record.check(now_ms) == Ok(()) {
            prop_assert!(record.hardware.len() <= MOST_TEXT && !record.hardware.chars().any(char::is_control));
            prop_assert!(speed.is_finite() && speed >= 0.0 && jobs <= MOST_JOBS && price >= 0);
            prop_assert!((i128::from(issued_ms) - i128::from(now_ms)).unsigned_abs() <= 1_200_000);
        }
    }
}

fn changed(change: Change) -> Capability {
    let mut record = honest();
    change(&mut record);
    record
}

#[test]
fn a_heartbeat_is_longer_the_more_nodes_there_are_and_a_record_outlives_two_lost_ones() {
    let beats = [0, 66, 67, 1_000, 4_000, usize::MAX].map(|known| heartbeat(known).as_millis());

    assert_eq!(beats, [20_000, 20_000, 20_100, 300_000, 1_200_000, 1_200_000]);
    for known in [0, 67, 1_000, 100_000] {
        let valid = Duration::from_secs(valid_s(heartbeat(known)).into());
        assert!(valid >= heartbeat(known) * 3 && valid_s(heartbeat(known)) <= MOST_VALID_S, "{known}");
    }
}

#[test]
fn who_boasts_is_believed_as_far_as_what_is_usual_and_who_is_slow_as_it_says() {
    let usual = usual_speed([0.0, 30.0, 40.0, 1e6, 0.0]);

    assert_eq!(usual.to_bits(), 40.0_f32.to_bits());
    assert_eq!([1e6, 0.0, 12.0].map(|speed| believed_speed(speed, usual)), [40.0, 40.0, 12.0]);
    assert_eq!([5.0, 0.0].map(|speed| believed_speed(speed, usual_speed([]))), [0.0, 0.0]);
}

fn honest() -> Capability {
    Capability {
        node: NodeId([1; 32]),
        sequence: 1,
        issued_ms: NOW,
        valid_s: 60,
        region: Some(Region::Europe),
        tiers: vec![Tier::A, Tier::B],
        models: models(2),
        hardware: "RTX 4070, 32 GB".into(),
        load: Load { running: 0, waiting: 0, slots: 4 },
        uptime_s: 3600,
        version: "0.1.0".into(),
        accepts: true,
        price: 1_000_000,
        relay: false,
        addresses: Vec::new(),
        balance: None,
    }
}

fn models(count: usize) -> Vec<Served> {
    (0..count).map(|index| model(u8::try_from(index).unwrap())).collect()
}

fn model(index: u8) -> Served {
    Served {
        hash: ModelHash([index; 32]),
        name: "Llama 3.1 8B".into(),
        context: 8192,
        quantisation: "Q4_K_M".into(),
        text_per_second: 40.0,
        price: None,
    }
}
