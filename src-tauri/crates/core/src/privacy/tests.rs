use super::*;
use proptest::prelude::*;

const PEER: NodeId = NodeId([7; 32]);

#[test]
fn a_restricted_prompt_is_read_by_nobody() {
    for relation in every_relation() {
        assert_eq!(may_read(Privacy::Restricted, relation), Err(Forbidden::Restricted));
    }
}

#[test]
fn a_confidential_prompt_is_read_by_friends_alone() {
    for relation in every_relation() {
        assert_eq!(may_read(Privacy::Confidential, relation).is_ok(), relation.friend, "{relation:?}");
    }
}

#[test]
fn an_internal_prompt_is_also_read_by_good_peers_of_the_region() {
    let good = Relation { friend: false, same_region: true, good_standing: true };

    assert_eq!(may_read(Privacy::Internal, good), Ok(()));
    assert_eq!(may_read(Privacy::Internal, Relation { same_region: false, ..good }), Err(Forbidden::Internal));
    assert_eq!(may_read(Privacy::Internal, Relation { good_standing: false, ..good }), Err(Forbidden::Internal));
    assert_eq!(may_read(Privacy::Internal, Relation { friend: true, ..Relation::default() }), Ok(()));
}

#[test]
fn a_public_prompt_is_read_by_anybody() {
    assert_eq!(may_read(Privacy::Public, Relation::default()), Ok(()));
}

#[test]
fn a_more_guarded_class_never_lets_more_peers_read() {
    for relation in every_relation() {
        let allowed: Vec<bool> = Privacy::ALL.map(|class| may_read(class, relation).is_ok()).into();

        assert!(allowed.is_sorted_by(|less, more| less >= more), "{relation:?}: {allowed:?}");
    }
}

#[test]
fn a_prompt_cleared_for_a_friend_is_stopped_when_the_friendship_ends() {
    let friend = Relation { friend: true, ..Relation::default() };
    let cleared = Cleared::check("secret", Privacy::Confidential, PEER, friend).unwrap();

    assert_eq!(cleared.still(friend), Ok(()));
    assert_eq!(cleared.still(Relation::default()), Err(Forbidden::Confidential));
}

#[test]
fn a_cleared_prompt_keeps_its_text_out_of_logs() {
    let cleared = Cleared::check("secret", Privacy::Public, PEER, Relation::default()).unwrap();

    assert!(!format!("{cleared:?}").contains("secret"));
    assert_eq!((cleared.to(), cleared.class(), *cleared.get()), (PEER, Privacy::Public, "secret"));
    assert_eq!(cleared.into_inner(), "secret");
}

proptest! {
    #[test]
    fn nothing_is_cleared_that_may_not_be_read(class in 0..4_usize, bits in 0..8_u8) {
        let (class, relation) = (Privacy::ALL[class], relation(bits));

        let cleared = Cleared::check((), class, PEER, relation);

        prop_assert_eq!(cleared.map(|cleared| cleared.class()), may_read(class, relation).map(|()| class));
    }
}

fn every_relation() -> impl Iterator<Item = Relation> {
    (0..8).map(relation)
}

fn relation(bits: u8) -> Relation {
    Relation { friend: bits & 1 != 0, same_region: bits & 2 != 0, good_standing: bits & 4 != 0 }
}
