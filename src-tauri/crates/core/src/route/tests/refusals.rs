use super::*;

#[test]
fn every_refusal_says_why() {
    let relation = Relation::default();
    let full = Load { waiting: crate::queue::MOST_WAITING, ..peer(1, 0).load };
    let none = Load { slots: 0, ..peer(1, 0).load };
    let refused = [
        (Candidate { banned: true, ..peer(1, 0) }, Refusal::Banned, "banned"),
        (Candidate { model: None, ..peer(1, 0) }, Refusal::LacksModel, "does not have the model"),
        (Candidate { model: Some(ModelHash([2; 32])), ..peer(1, 0) }, Refusal::LacksModel, "model"),
        (Candidate { context: 999, ..peer(1, 0) }, Refusal::TooShort { context: 999, needed: 1000 }, "holds 999"),
        (Candidate { accepts: false, ..peer(1, 0) }, Refusal::NotLent, "not lent"),
        (Candidate { load: full, ..peer(1, 0) }, Refusal::Full, "no room"),
        (Candidate { load: none, ..peer(1, 0) }, Refusal::Full, "no room"),
        (Candidate { allowance: 0, ..peer(1, 0) }, Refusal::Full, "no room"),
        (Candidate { price: 3 * CREDIT, ..peer(1, 0) }, Refusal::TooDear, "expensive"),
    ];
    for (candidate, refusal, words) in refused {
        assert_eq!(candidate.relation, relation);
        let plan = plan(&Request { most_price: 2 * CREDIT, ..one_answer() }, &[candidate], 1);

        assert_eq!(plan.refusals, [(peer(1, 0).node, refusal)]);
        assert!(refusal.to_string().contains(words), "{refusal}");
    }
}

#[test]
fn what_just_fits_or_can_just_be_paid_is_not_refused() {
    let candidate = Candidate { context: 1000, price: 2 * CREDIT, allowance: 1, ..peer(1, 0) };

    let plan = plan(&Request { most_price: 2 * CREDIT, ..one_answer() }, &[candidate], 1);

    assert_eq!(asked(&plan), [1]);
}

#[test]
fn privacy_is_said_before_anything_else() {
    let request = Request { privacy: Privacy::Confidential, place: Some(Place::Region), ..one_answer() };
    let bad = Candidate { banned: true, model: None, ..peer(1, 0) };

    let plan = plan(&request, &[bad], 1);

    assert_eq!(why_not(&plan, 1), Some(Refusal::Forbidden(Forbidden::Confidential)));
    assert!(plan.refusals[0].1.to_string().contains("only friends"));
}

#[test]
fn each_class_goes_as_far_as_it_may() {
    let friend = Candidate { relation: Relation { friend: true, ..Relation::default() }, ..busy(peer(1, 0)) };
    let good = Relation { same_region: true, good_standing: true, friend: false };
    let all = [busy(this_pc()), friend, Candidate { relation: good, ..busy(peer(2, 0)) }, busy(peer(3, 0))];

    let reached = Privacy::ALL.map(|privacy| {
        let mut asked = asked(&plan(&Request { privacy, ..one_answer() }, &all, 1));
        asked.sort_unstable();
        asked
    });

    assert_eq!(reached, [vec![0, 1, 2, 3], vec![0, 1, 2], vec![0, 1], vec![0]]);
}

#[test]
fn the_owner_is_never_kept_from_this_pc() {
    let load = Load { running: 1, waiting: 500, slots: 0 };
    let worn_out = Candidate { load, banned: true, accepts: false, allowance: 0, price: i64::MAX, ..this_pc() };
    let request = Request { privacy: Privacy::Restricted, most_price: 0, ..one_answer() };

    assert_eq!(asked(&plan(&request, &[worn_out, peer(1, 0)], 1)), [0]);
}

#[test]
fn this_pc_does_not_answer_what_it_cannot() {
    let other_model = Candidate { model: None, ..this_pc() };
    let short = Candidate { context: 10, ..this_pc() };

    let plan = plan(&one_answer(), &[other_model, short], 1);

    let too_short = Refusal::TooShort { context: 10, needed: 1000 };
    assert_eq!(plan.refusals, [(None, Refusal::LacksModel), (None, too_short)]);
}

#[test]
fn whatever_answers_is_taken_where_the_owner_allows_it() {
    let any = Request { model: None, ..one_answer() };
    let other = Candidate { model: Some(ModelHash([2; 32])), ..peer(1, 0) };

    let plan = plan(&any, &[other], 1);

    assert_eq!(plan.choices[0].model, Some(ModelHash([2; 32])));
}

#[test]
fn who_is_not_needed_is_told_so() {
    let many: Vec<Candidate> = (1..=30).map(|number| peer(number, 10)).collect();

    let plan = plan(&one_answer(), &many, 1);

    assert_eq!(plan.choices.len(), 1 + SPARE);
    assert_eq!(plan.refusals.len(), 30 - 1 - SPARE);
    assert!(plan.refusals.iter().all(|(_, refusal)| *refusal == Refusal::NotNeeded));
}
