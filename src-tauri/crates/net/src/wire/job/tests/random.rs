//! Random messages.

use opengateway_api::{Finish, Measured, ModelHash, Privacy, Role, Sampling, Turn, Written};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::wire::{Ask, FromAsker, FromProvider, Receipt, Refusal};

pub(super) fn from_asker() -> impl Strategy<Value = FromAsker> {
    prop_oneof![8 => ask().prop_map(|ask| FromAsker::Ask(Box::new(ask))), 1 => Just(FromAsker::Cancel)]
}

pub(super) fn from_provider() -> impl Strategy<Value = FromProvider> {
    let finish = prop_oneof![Just(Finish::Stop), Just(Finish::Length)];
    prop_oneof![
        any::<(u32, u32, i64)>().prop_map(|(position, expected_ms, price)| FromProvider::Accept {
            position,
            expected_ms,
            price
        }),
        (refusal(), any::<u32>()).prop_map(|(refusal, retry_ms)| FromProvider::Refuse { refusal, retry_ms }),
        (0.0_f32..=1.0).prop_map(FromProvider::Loading),
        written().prop_map(FromProvider::Text),
        (finish, measured(), vec(any::<u8>(), 0..300)).prop_map(|(finish, measured, receipt)| FromProvider::Done {
            finish,
            measured,
            receipt
        }),
        Just(FromProvider::Bye),
        any::<String>().prop_map(FromProvider::Failed),
    ]
}

pub(super) fn receipt() -> impl Strategy<Value = Receipt> {
    let names = (any::<[u8; 16]>(), any::<[u8; 32]>(), any::<[u8; 32]>());
    let numbers = (any::<u32>(), any::<u32>(), any::<i64>(), any::<i64>());
    (names, numbers).prop_map(|((job, asker, model), (prompt_tokens, text_tokens, price, ended_ms))| Receipt {
        job,
        asker,
        model,
        prompt_tokens,
        text_tokens,
        price,
        ended_ms,
    })
}

fn ask() -> impl Strategy<Value = Ask> {
    let names = (any::<[u8; 16]>(), any::<[u8; 32]>());
    (names, vec(turn(), 0..6), sampling(), written(), privacy(), any::<i64>()).prop_map(
        |((job, model), turns, sampling, written, privacy, price)| Ask {
            job,
            model: ModelHash(model),
            turns,
            sampling,
            written,
            privacy,
            price,
            payment: None,
        },
    )
}

fn turn() -> impl Strategy<Value = Turn> {
    let role = prop_oneof![Just(Role::System), Just(Role::User), Just(Role::Assistant)];
    (role, any::<String>()).prop_map(|(role, text)| Turn { role, text })
}

fn sampling() -> impl Strategy<Value = Sampling> {
    let number = proptest::num::f32::NORMAL | proptest::num::f32::ZERO | proptest::num::f32::SUBNORMAL;
    let limits = (any::<u32>(), option::of(any::<u64>()), option::of(any::<u32>()), vec(any::<String>(), 0..=16));
    ([number; 6], limits).prop_map(|(numbers, (top_k, seed, max_text_tokens, stop))| {
        let [temperature, top_p, min_p, repeat_penalty, presence_penalty, frequency_penalty] = numbers;
        Sampling {
            temperature,
            top_k,
            top_p,
            min_p,
            repeat_penalty,
            presence_penalty,
            frequency_penalty,
            seed,
            max_text_tokens,
            stop,
        }
    })
}

fn written() -> impl Strategy<Value = Written> {
    (any::<String>(), vec(any::<i32>(), 0..20)).prop_map(|(text, tokens)| Written { text, tokens })
}

fn privacy() -> impl Strategy<Value = Privacy> {
    prop_oneof![Just(Privacy::Public), Just(Privacy::Internal), Just(Privacy::Confidential), Just(Privacy::Restricted)]
}

fn refusal() -> impl Strategy<Value = Refusal> {
    prop_oneof![
        Just(Refusal::NotLending),
        Just(Refusal::Full),
        Just(Refusal::NoModel),
        Just(Refusal::TooLong),
        Just(Refusal::Policy),
        Just(Refusal::Standing),
        Just(Refusal::Malformed),
        Just(Refusal::Payment),
        (8..=u8::MAX).prop_map(Refusal::Other),
    ]
}

fn measured() -> impl Strategy<Value = Measured> {
    let number = proptest::num::f64::POSITIVE | proptest::num::f64::ZERO;
    (any::<[u32; 3]>(), [number; 3])
        .prop_filter("finite", |(_, numbers)| numbers.iter().all(|it| it.is_finite()))
        .prop_map(
            |([prompt_tokens, cached_tokens, text_tokens], [first_token_ms, prompt_per_second, text_per_second])| {
                Measured {
                    prompt_tokens,
                    cached_tokens,
                    text_tokens,
                    first_token_ms,
                    prompt_per_second,
                    text_per_second,
                }
            },
        )
}
