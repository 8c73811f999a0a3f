use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Hear { number: u32, sequence: u64, late_s: u8, models: Vec<(u8, &'static str)>, valued: bool },
    Wait(u16),
    Expire,
}

proptest! {
    #[test]
    fn sequences_only_grow_and_nobody_outlives_their_time(steps in prop::collection::vec(step(), 1..80)) {
        let (mut directory, mut now, mut now_ms) = (Directory::new(OWN, 1), Instant::now(), NOW_MS);
        let mut last: BTreeMap<NodeId, (u64, Instant)> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Wait(seconds) => {
                    now += SECOND * seconds.into();
                    now_ms += i64::from(seconds) * 1000;
                }
                Step::Expire => {
                    let gone = directory.expire(now);
                    prop_assert!(gone.iter().all(|node| last[node].1 <= now));
                    prop_assert!(directory.iter().all(|kept| last[&kept.node].1 > now));
                }
                Step::Hear { number, sequence, late_s, models, valued } => {
                    let issued_ms = now_ms - i64::from(late_s) * 1000;
                    let record = Capability { sequence, issued_ms, ..serving(number, &models) };
                    let before = last.get(&record.node).copied();
                    let news = directory.insert(record.clone(), valued, now_ms, now);
                    if news.is_ok() {
                        let forgotten = |until: Instant| now >= until + 2 * SKEW;
                        prop_assert!(before.is_none_or(|(last, until)| sequence > last || forgotten(until)));
                        prop_assert_eq!(directory.get(&record.node), Some(&record));
                        last.insert(record.node, (sequence, now + 60 * SECOND));
                    } else {
                        prop_assert_eq!(news, Err(Refused::Replayed));
                        prop_assert!(before.is_some_and(|(last, _)| sequence <= last));
                    }
                }
            }
            is_consistent(&directory)?;
        }
    }
}

fn is_consistent(directory: &Directory) -> Result<(), TestCaseError> {
    prop_assert_eq!(directory.order.len(), directory.live.len());
    prop_assert!(directory.live.values().all(|live| directory.order.contains(&live.rank)));
    prop_assert_eq!(directory.served, directory.iter().map(|node| node.models.len()).sum::<usize>());
    for model in (0..5).map(hash) {
        let found: Vec<&Capability> = directory.with_model(&model).collect();
        let has = |node: &&Capability| node.models.iter().any(|served| served.hash == model);
        prop_assert_eq!(found, directory.iter().filter(has).collect::<Vec<_>>());
    }
    let names: BTreeSet<String> = directory.models().into_iter().map(|model| model.name).collect();
    prop_assert_eq!(names.len(), directory.serving.len());
    Ok(())
}

fn step() -> impl Strategy<Value = Step> {
    let names = prop::sample::select(vec!["a", "b", "a@01010101"]);
    let models = prop::collection::btree_map(0..5_u8, names, 0..4).prop_map(|models| models.into_iter().collect());
    let hear = (0..6_u32, 0..12_u64, 0..30_u8, models, any::<bool>());
    prop_oneof![
        6 => hear.prop_map(|(number, sequence, late_s, models, valued)| {
            Step::Hear { number, sequence, late_s, models, valued }
        }),
        2 => (0..100_u16).prop_map(Step::Wait),
        1 => (0..3000_u16).prop_map(Step::Wait),
        2 => Just(Step::Expire),
    ]
}
