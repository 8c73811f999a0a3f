//! Messages of older, newer and other programs, written by hand.

use minicbor::Encoder;

use super::*;

type Plain<'a> = &'a mut Encoder<Vec<u8>>;

#[test]
fn a_question_written_by_hand_is_understood() {
    let written = question(&Variant::default());

    assert_eq!(decode::<FromAsker>(&written).unwrap(), FromAsker::Ask(Box::new(expected())));
}

#[test]
fn fields_that_only_a_newer_version_knows_are_skipped_wherever_they_are() {
    let places: [fn(&mut Variant); 6] = [
        |it| it.in_kind = true,
        |it| it.in_ask = true,
        |it| it.in_turn = true,
        |it| it.in_sampling = true,
        |it| it.in_written = true,
        |it| *it = Variant::everywhere(),
    ];
    for place in places {
        let mut variant = Variant::default();
        place(&mut variant);

        assert_eq!(decode::<FromAsker>(&question(&variant)).unwrap(), FromAsker::Ask(Box::new(expected())));
    }
}

#[test]
fn answers_with_fields_that_only_a_newer_version_knows_are_understood() {
    let accept = frame(0, |it| {
        it.map(4)?.u8(0)?.u32(3)?.u8(1)?.u32(500)?.u8(2)?.i64(-7)?;
        extra(it, 3)
    });
    let refuse = frame(1, |it| {
        it.map(3)?.u8(0)?.u8(2)?.u8(1)?.u32(60_000)?;
        extra(it, 9)
    });
    let cancel = frame(1, |it| {
        it.map(1)?;
        extra(it, 0)
    });

    let accepted = FromProvider::Accept { position: 3, expected_ms: 500, price: -7 };
    assert_eq!(decode::<FromProvider>(&accept).unwrap(), accepted);
    let refused = FromProvider::Refuse { refusal: Refusal::NoModel, retry_ms: 60_000 };
    assert_eq!(decode::<FromProvider>(&refuse).unwrap(), refused);
    assert_eq!(decode::<FromAsker>(&cancel).unwrap(), FromAsker::Cancel);
}

#[test]
fn a_question_without_a_beginning_has_none() {
    let variant = Variant { no_written: true, ..Variant::default() };

    let asked = decode::<FromAsker>(&question(&variant)).unwrap();

    assert_eq!(asked, FromAsker::Ask(Box::new(Ask { written: Written::default(), ..expected() })));
}

#[test]
fn kinds_that_only_a_newer_version_knows_are_refused() {
    for kind in [4_i64, 5, 24, 255, i64::MAX, -1] {
        assert!(decode::<FromAsker>(&frame(kind, |it| it.array(0).map(drop))).is_err(), "{kind}");
    }
    for kind in [8_i64, 9, 24, 255, i64::MAX, -1] {
        assert!(decode::<FromProvider>(&frame(kind, |it| it.array(0).map(drop))).is_err(), "{kind}");
    }
}

#[test]
fn a_class_that_only_a_newer_version_knows_is_guarded_as_the_most_guarded() {
    for (number, privacy) in [(0, Privacy::Public), (1, Privacy::Internal), (2, Privacy::Confidential)] {
        assert_eq!(asked(&Variant { privacy: number, ..Variant::default() }).privacy, privacy);
    }
    for privacy in 3..=u8::MAX {
        assert_eq!(asked(&Variant { privacy, ..Variant::default() }).privacy, Privacy::Restricted);
    }
}

#[test]
fn a_refusal_that_only_a_newer_version_knows_is_a_refusal() {
    for code in 8..=u8::MAX {
        let refused = frame(1, |it| it.map(2)?.u8(0)?.u8(code)?.u8(1)?.u8(0).map(drop));

        let refused = decode::<FromProvider>(&refused).unwrap();

        assert_eq!(refused, FromProvider::Refuse { refusal: Refusal::Other(code), retry_ms: 0 });
        assert_eq!(there_and_back(&refused), refused);
    }
}

#[test]
fn who_says_a_turn_must_be_known() {
    let variant = Variant { role: 3, ..Variant::default() };

    assert!(decode::<FromAsker>(&question(&variant)).is_err());
}

#[test]
fn token_ids_that_are_cut_are_refused() {
    for tokens in [&[1, 0, 0][..], &[1, 0, 0, 0, 2]] {
        let said = frame(3, |it| it.array(1)?.map(2)?.u8(0)?.str("4")?.u8(1)?.bytes(tokens).map(drop));

        assert!(decode::<FromProvider>(&said).is_err());
    }
}

#[test]
fn text_that_is_no_text_is_refused() {
    let mut said = frame(6, |it| it.array(1)?.str("abc").map(drop));
    let last = said.len() - 1;
    said[last] = 0xff;

    assert!(decode::<FromProvider>(&said).is_err());
}

/// Where a question differs from what this version writes.
#[derive(Default)]
struct Variant {
    privacy: u8,
    role: u8,
    no_written: bool,
    in_kind: bool,
    in_ask: bool,
    in_turn: bool,
    in_sampling: bool,
    in_written: bool,
}

impl Variant {
    fn everywhere() -> Self {
        let [in_kind, in_ask, in_turn, in_sampling, in_written] = [true; 5];
        Self { in_kind, in_ask, in_turn, in_sampling, in_written, ..Self::default() }
    }
}

fn asked(variant: &Variant) -> Ask {
    match decode(&question(variant)).unwrap() {
        FromAsker::Ask(ask) => *ask,
        other => unreachable!("it asks: {other:?}"),
    }
}

/// What [`question`] says.
fn expected() -> Ask {
    Ask {
        job: [1; 16],
        model: ModelHash([2; 32]),
        turns: vec![Turn { role: Role::System, text: "Hi".into() }],
        sampling: Sampling { temperature: 0.5, top_k: 3, max_text_tokens: Some(9), ..Sampling::greedy() },
        written: Written { text: "4".into(), tokens: vec![-2] },
        privacy: Privacy::Public,
        price: -1,
        payment: None,
    }
}

fn question(variant: &Variant) -> Vec<u8> {
    frame(0, |it| {
        it.array(1 + u64::from(variant.in_kind))?.map(7 + u64::from(variant.in_ask) - u64::from(variant.no_written))?;
        it.u8(0)?.bytes(&[1; 16])?.u8(1)?.bytes(&[2; 32])?;
        it.u8(2)?.array(1)?.map(2 + u64::from(variant.in_turn))?.u8(0)?.u8(variant.role)?.u8(1)?.str("Hi")?;
        more(it, variant.in_turn, 2)?;
        it.u8(3)?;
        sampling(it, variant)?;
        if !variant.no_written {
            it.u8(4)?.map(2 + u64::from(variant.in_written))?.u8(0)?.str("4")?.u8(1)?.bytes(&(-2_i32).to_le_bytes())?;
            more(it, variant.in_written, 2)?;
        }
        it.u8(5)?.u8(variant.privacy)?.u8(6)?.i8(-1)?;
        more(it, variant.in_ask, 200)?;
        if variant.in_kind {
            it.array(2)?.null()?.bool(true)?;
        }
        Ok(())
    })
}

fn sampling(it: Plain, variant: &Variant) -> Result<(), Impossible> {
    it.map(9 + u64::from(variant.in_sampling))?.u8(0)?.f32(0.5)?.u8(1)?.u8(3)?.u8(2)?.f32(0.95)?.u8(3)?.f32(0.05)?;
    it.u8(4)?.f32(1.0)?.u8(5)?.f32(0.0)?.u8(6)?.f32(0.0)?.u8(8)?.u8(9)?.u8(9)?.array(0)?;
    more(it, variant.in_sampling, 10)
}

type Impossible = minicbor::encode::Error<std::convert::Infallible>;

fn frame(kind: i64, content: impl Fn(Plain) -> Result<(), Impossible>) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.array(2).unwrap().i64(kind).unwrap();
    content(&mut encoder).unwrap();
    encoder.into_writer()
}

fn more(it: Plain, wanted: bool, key: u8) -> Result<(), Impossible> {
    if wanted { extra(it, key) } else { Ok(()) }
}

/// A field with all that CBOR has.
fn extra(it: Plain, key: u8) -> Result<(), Impossible> {
    it.u8(key)?.map(2)?.str("a")?.array(4)?.f64(0.1)?.null()?.i64(i64::MIN)?.bytes(&[1, 2])?;
    it.u64(u64::MAX)?.tag(minicbor::data::Tag::new(1))?.array(0).map(drop)
}
