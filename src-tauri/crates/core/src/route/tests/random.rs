use super::estimate::estimate;
use super::*;
use crate::privacy::may_read;
use proptest::prelude::*;

proptest! {
    /// For long: `PROPTEST_CASES=100000 cargo test --release -p opengateway-core never_asked`.
    #[test]
    fn whoever_may_not_read_the_prompt_is_never_asked(case in case()) {
        let plan = plan(&case.request, &case.candidates, case.seed);

        for choice in &plan.choices {
            let chosen = case.of(choice.node);
            prop_assert!(choice.node.is_none() || may_read(case.request.privacy, chosen.relation).is_ok());
            prop_assert!(choice.node.is_none() || (!chosen.banned && chosen.accepts && chosen.allowance > 0));
            prop_assert!(chosen.context >= case.request.context);
            prop_assert!(case.request.model.is_none() || chosen.model == case.request.model);
            prop_assert!(case.request.place.is_none_or(|place| place == choice.place));
        }
    }

    #[test]
    fn everyone_is_either_asked_or_told_why_not(case in case()) {
        let plan = plan(&case.request, &case.candidates, case.seed);

        let asked = plan.choices.iter().map(|choice| choice.node);
        let mut named: Vec<_> = asked.chain(plan.refusals.iter().map(|(node, _)| *node)).collect();
        let mut all: Vec<_> = case.candidates.iter().map(|candidate| candidate.node).collect();
        named.sort_unstable();
        all.sort_unstable();
        prop_assert_eq!(named, all);
        prop_assert!(plan.choices.len() <= (case.request.answers.max(1) + SPARE).min(MOST_CHOICES));
    }

    #[test]
    fn the_search_is_as_wide_as_needed_and_no_wider(case in case()) {
        let plan = plan(&case.request, &case.candidates, case.seed);

        let not_reached = plan.refusals.iter().filter(|(_, refusal)| *refusal == Refusal::NotReached);
        let nearest_beyond = not_reached.map(|(node, _)| ring(case.of(*node).place())).min();
        let farthest = plan.choices.iter().map(|choice| ring(choice.place)).max().unwrap_or(0);
        let wanted = u64::try_from(case.request.answers.max(1)).unwrap();
        prop_assert!(nearest_beyond.is_none_or(|beyond| farthest < beyond && case.free_within(beyond) >= wanted));
        prop_assert!(plan.choices.is_empty() || case.free_within(farthest) < wanted);
    }

    #[test]
    fn the_best_come_first(case in case()) {
        let plan = plan(&case.request, &case.candidates, case.seed);

        let time = |node| estimate(&case.request, case.of(node)).whole_s;
        let times: Vec<_> = plan.choices.iter().map(|choice| (choice.relayed, time(choice.node))).collect();
        let best = times.iter().copied().reduce(|one, other| if other < one { other } else { one });
        let as_good = |(relayed, time): &(bool, f32)| {
            best.is_some_and(|best| *relayed == best.0 && *time <= best.1 * 1.2)
        };
        let drawn = times.iter().take_while(|time| as_good(time)).count().min(12);
        prop_assert!(times.is_empty() || drawn > 0);
        prop_assert!(times[drawn..].is_sorted(), "{times:?}");
        prop_assert!(times.iter().all(|(relayed, time)| !relayed || *time >= 0.0));
        let key = |choice: &Choice| (choice.node.is_some(), case.of(choice.node).balance);
        prop_assert!(plan.choices[..drawn].is_sorted_by_key(key));
        let left = plan.refusals.iter().filter(|(_, refusal)| *refusal == Refusal::NotNeeded);
        for (node, _) in left {
            let left = (case.of(*node).relayed, time(*node));
            prop_assert!(times[drawn..].iter().all(|taken| *taken <= left));
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer_in_whatever_order_it_is_asked(case in case(), turn: prop::sample::Index) {
        let one = plan(&case.request, &case.candidates, case.seed);
        let mut turned = case.candidates.clone();
        turned.rotate_left(turn.index(case.candidates.len()));
        turned.reverse();

        prop_assert_eq!(&plan(&case.request, &case.candidates, case.seed), &one);
        prop_assert_eq!(plan(&case.request, &turned, case.seed).choices, one.choices);
    }

    #[test]
    fn no_share_is_below_what_capacity_says(case in case(), answers in 0..300_usize) {
        let plan = plan(&case.request, &case.candidates, case.seed);

        let spread = spread(answers, &plan);

        prop_assert_eq!(spread.len(), if plan.choices.is_empty() { 0 } else { answers });
        let free = plan.choices.iter().any(|choice| choice.free > 0);
        let slots = |choice: &Choice| if free { choice.free } else { 1 };
        let capacity = |choice: &Choice| f64::from(slots(choice)) * f64::from(choice.text_per_second);
        let all: f64 = plan.choices.iter().map(capacity).sum();
        for choice in &plan.choices {
            let due = capacity(choice) / all * answers as f64;
            let has = spread.iter().filter(|node| **node == choice.node).count() as f64;
            prop_assert!(has + 0.001 >= (due * 0.9999).floor(), "{has} of {due}");
            prop_assert!(has == 0.0 || capacity(choice) > 0.0);
        }
    }
}

#[derive(Debug, Clone)]
struct Case {
    request: Request,
    candidates: Vec<Candidate>,
    seed: u64,
}

impl Case {
    fn of(&self, node: Option<NodeId>) -> &Candidate {
        self.candidates.iter().find(|candidate| candidate.node == node).unwrap()
    }

    /// Answers that can begin at once with direct candidates nearer than a ring that were no worse than a stranger.
    fn free_within(&self, beyond: u8) -> u64 {
        let able = |candidate: &&Candidate| {
            refusal::of(&self.request, candidate).is_none() && !candidate.relayed && candidate.standing >= 0.5
        };
        let near = self.candidates.iter().filter(able).filter(|candidate| ring(candidate.place()) < beyond);
        near.map(|candidate| u64::from(candidate.free())).sum()
    }
}

fn case() -> impl Strategy<Value = Case> {
    (request(), prop::collection::vec(candidate(), 1..60), any::<u64>()).prop_map(|(request, mut candidates, seed)| {
        for (candidate, number) in candidates.iter_mut().zip(0..) {
            candidate.node = peer(number, 0).node.filter(|_| number > 0);
        }
        Case { request, candidates, seed }
    })
}

fn request() -> impl Strategy<Value = Request> {
    let places =
        vec![None, None, None, Some(Place::ThisPc), Some(Place::Nearby), Some(Place::Region), Some(Place::Global)];
    let models = prop::sample::select(vec![Some(MODEL), Some(MODEL), None]);
    let wanted = (prop_oneof![0..3_usize, 0..400_usize], 0..9000_u32, 0..5_i64);
    (models, prop::sample::select(places), prop::sample::select(Privacy::ALL.to_vec()), wanted).prop_map(
        |(model, place, privacy, (answers, context, most_price))| Request {
            model,
            place,
            privacy,
            answers,
            context,
            most_price,
            prompt_tokens: context / 2,
        },
    )
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let bits = prop::array::uniform6(any::<bool>());
    let speed = || prop_oneof![4 => 1.0..100.0_f32, 2 => Just(40.0), 1 => any::<f32>()];
    let numbers = (prop::option::weighted(0.9, 0..300_u64), 0..12_u32, 0..6_u32, 0..6_i64, -3..3_i64);
    (bits, numbers, speed(), speed(), speed()).prop_map(|(bits, numbers, text, prompt, standing)| {
        let (rtt_ms, jobs, allowance, price, balance) = numbers;
        let [friend, same_region, good_standing, relayed, banned, rare] = bits;
        Candidate {
            rtt: rtt_ms.map(Duration::from_millis),
            relation: Relation { friend, same_region, good_standing },
            relayed,
            banned: banned && rare,
            accepts: rtt_ms != Some(7),
            standing: standing / 100.0,
            model: (!rare || banned).then_some(MODEL),
            context: if rare && friend { 2048 } else { 16_384 },
            text_per_second: text,
            prompt_per_second: prompt,
            load: Load { running: jobs / 2, waiting: jobs / 4, slots: 4 },
            allowance,
            price,
            balance,
            ..peer(0, 0)
        }
    })
}
