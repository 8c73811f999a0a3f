//! Holds the frames of a job to their form, by random values and by bytes that another version may send.

mod other;
mod random;

use minicbor::{Decode, Encode};
use opengateway_api::{Role, Written};
use proptest::prelude::*;

use super::*;
use crate::wire::decode;

#[test]
fn every_cut_of_a_message_is_refused() {
    let asked = bytes(&FromAsker::Ask(Box::new(ask())));
    let said = bytes(&FromProvider::Text(Written { text: "4 €".into(), tokens: vec![1, -1, i32::MAX] }));

    assert!((0..asked.len()).all(|length| decode::<FromAsker>(&asked[..length]).is_err()));
    assert!((0..said.len()).all(|length| decode::<FromProvider>(&said[..length]).is_err()));
}

#[test]
fn a_conversation_and_stops_at_their_bounds_are_read_and_one_more_is_refused() {
    let turn = Turn { role: Role::User, text: String::new() };
    let with_turns = |turns| FromAsker::Ask(Box::new(Ask { turns: vec![turn.clone(); turns], ..ask() }));
    let with_stops = |stops| {
        let sampling = Sampling { stop: vec!["x".into(); stops], ..Sampling::default() };
        FromAsker::Ask(Box::new(Ask { sampling, ..ask() }))
    };

    for (at_most, beyond) in [(with_turns(4096), with_turns(4097)), (with_stops(16), with_stops(17))] {
        assert_eq!(there_and_back(&at_most), at_most);
        assert!(decode::<FromAsker>(&bytes(&beyond)).is_err());
    }
}

#[test]
fn numbers_that_are_none_are_refused() {
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let samplings = [
            Sampling { temperature: number, ..Sampling::default() },
            Sampling { top_p: number, ..Sampling::default() },
            Sampling { min_p: number, ..Sampling::default() },
            Sampling { repeat_penalty: number, ..Sampling::default() },
            Sampling { presence_penalty: number, ..Sampling::default() },
            Sampling { frequency_penalty: number, ..Sampling::default() },
        ];
        for sampling in samplings {
            assert!(decode::<FromAsker>(&bytes(&FromAsker::Ask(Box::new(Ask { sampling, ..ask() })))).is_err());
        }
        assert!(decode::<FromProvider>(&bytes(&FromProvider::Loading(number))).is_err());
    }
    for number in [f64::NAN, f64::INFINITY, -0.5] {
        let measured = [
            Measured { first_token_ms: number, ..Measured::default() },
            Measured { prompt_per_second: number, ..Measured::default() },
            Measured { text_per_second: number, ..Measured::default() },
        ];
        for measured in measured {
            let done = FromProvider::Done { finish: Finish::Stop, measured, receipt: Vec::new() };
            assert!(decode::<FromProvider>(&bytes(&done)).is_err());
        }
    }
}

#[test]
fn progress_beyond_its_ends_is_taken_for_its_ends() {
    assert_eq!(there_and_back(&FromProvider::Loading(-3.0)), FromProvider::Loading(0.0));
    assert_eq!(there_and_back(&FromProvider::Loading(7.0)), FromProvider::Loading(1.0));
}

proptest! {
    #[test]
    fn what_an_asker_says_reads_as_it_was_written(said in random::from_asker()) {
        prop_assert_eq!(there_and_back(&said), said);
    }

    #[test]
    fn what_a_provider_says_reads_as_it_was_written(said in random::from_provider()) {
        prop_assert_eq!(there_and_back(&said), said);
    }

    #[test]
    fn a_receipt_reads_as_it_was_written(receipt in random::receipt()) {
        prop_assert_eq!(there_and_back(&receipt), receipt);
    }

    #[test]
    fn no_bytes_break_the_decoder(body in proptest::collection::vec(any::<u8>(), 0..128), kind in 0_u8..9) {
        let body = [&[0x82, kind][..], &body].concat();

        let _asked_or_not = decode::<FromAsker>(&body);
        let _said_or_not = decode::<FromProvider>(&body);
        let _signed_or_not = crate::receipt(&body);
    }
}

fn there_and_back<T: Encode<()> + for<'b> Decode<'b, ()>>(message: &T) -> T {
    decode(&bytes(message)).unwrap()
}

fn bytes(message: &impl Encode<()>) -> Vec<u8> {
    minicbor::to_vec(message).unwrap()
}

fn ask() -> Ask {
    Ask {
        job: [1; 16],
        model: ModelHash([2; 32]),
        turns: vec![Turn::user("What is 2 + 2?")],
        sampling: Sampling::default(),
        written: Written { text: "It is ".into(), tokens: vec![5, 6] },
        privacy: Privacy::Internal,
        price: 12,
        payment: None,
    }
}
