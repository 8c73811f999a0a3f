//! Holds records to their form, and finds whoever changed one.

mod random;

use minicbor::Encoder;
use opengateway_api::{Region, Tier};
use proptest::prelude::*;

use super::*;
use crate::wire::decode;

#[test]
fn a_record_reads_as_it_was_signed() {
    let (capability, signed) = signed();

    assert_eq!(verify(&signed), Ok(capability));
}

#[test]
fn a_record_with_a_single_changed_bit_is_nobodys() {
    let (_, signed) = signed();
    for place in 0..signed.len() {
        for bit in [0, 6] {
            let mut changed = signed.clone();
            changed[place] ^= 1 << bit;

            assert!(verify(&changed).is_err(), "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn a_record_that_is_cut_or_followed_by_something_is_nobodys() {
    let (_, signed) = signed();

    assert!((0..signed.len()).all(|length| verify(&signed[..length]).is_err()));
    // A field that protobuf allows and nobody signed: else one record could come in any number of shapes.
    let padded = [&signed[..], &[0x3a, 4, 1, 2, 3, 4]].concat();
    assert!(matches!(verify(&padded), Err(RecordError::Malformed(_))));
}

#[test]
fn a_payload_under_somebody_elses_name_is_forged() {
    let (key, other) = (key(1), key(2));
    let envelope = SignedEnvelope::new(&key, DOMAIN.into(), TYPE.into(), payload(15, |_| Ok(()))).unwrap();
    let theirs = SignedEnvelope::new(&other, DOMAIN.into(), TYPE.into(), vec![0xa0]).unwrap();
    let (mine, theirs) = (envelope.into_protobuf_encoding(), theirs.into_protobuf_encoding());

    let stolen = [&theirs[..38], &mine[38..]].concat();

    assert!(verify(&mine).is_ok());
    assert_eq!(verify(&stolen), Err(RecordError::Forged));
}

#[test]
fn what_was_signed_for_another_purpose_is_no_record() {
    let payload = || payload(15, |_| Ok(()));
    let as_receipt = SignedEnvelope::new(&key(1), DOMAIN.into(), b"/opengateway/receipt/1".into(), payload()).unwrap();
    let elsewhere = SignedEnvelope::new(&key(1), "libp2p-peer-record".into(), TYPE.into(), payload()).unwrap();

    assert_eq!(verify(&as_receipt.into_protobuf_encoding()), Err(RecordError::Forged));
    assert_eq!(verify(&elsewhere.into_protobuf_encoding()), Err(RecordError::Forged));
}

#[test]
fn a_record_at_its_bound_is_read_and_one_byte_more_is_refused() {
    let of = |extra: usize| {
        let payload = payload(16, |it| it.u8(200)?.bytes(&vec![7; extra]).map(drop));
        SignedEnvelope::new(&key(1), DOMAIN.into(), TYPE.into(), payload).unwrap().into_protobuf_encoding()
    };
    let extra = MAX_RECORD - of(4000).len() + 4000;

    assert_eq!((of(extra).len(), verify(&of(extra)).is_ok()), (MAX_RECORD, true));
    assert_eq!(verify(&of(extra + 1)), Err(RecordError::TooLong(MAX_RECORD + 1)));
}

#[test]
fn a_record_that_would_be_too_long_is_not_signed() {
    let served = Served {
        hash: ModelHash([1; 32]),
        name: "n".repeat(200),
        context: 1,
        quantisation: "q".repeat(200),
        text_per_second: 1.0,
        price: None,
    };
    let long = Capability { models: vec![served; 20], ..verify(&signed().1).unwrap() };

    assert!(matches!(sign(&long, &key(1)), Err(RecordError::TooLong(_))));
}

#[test]
fn regions_tiers_and_fields_that_only_a_newer_version_knows_are_left_out() {
    let newer = Plain { region: 7, tiers: &[0, 4, 3, 255], extra: true };

    let capability = verify(&newer.signed()).unwrap();

    assert_eq!((capability.region, capability.tiers), (None, vec![Tier::A, Tier::D]));
    assert_eq!(verify(&Plain { region: 6, ..newer }.signed()).unwrap().region, Some(Region::MiddleEast));
}

#[test]
fn a_record_without_a_field_of_the_first_version_is_refused() {
    assert!(matches!(verify(&envelope(vec![0xa0])), Err(RecordError::Malformed(_))));
    assert!(matches!(verify(&envelope(vec![0xa1, 0x00, 0x01])), Err(RecordError::Malformed(_))));
}

#[test]
fn more_tiers_or_models_than_there_can_be_are_refused() {
    let tiers = |count| Plain { region: 0, tiers: &[0; 9][..count], extra: false }.signed();

    assert!(verify(&tiers(8)).is_ok());
    assert!(matches!(verify(&tiers(9)), Err(RecordError::Malformed(_))));
    let served = ServedWire {
        hash: [1; 32],
        name: "a".into(),
        context: 1,
        quantisation: String::new(),
        text_per_second: 0.0,
        price: None,
    };
    let many = |count| {
        let models =
            (0..count).map(|_| ServedWire { name: served.name.clone(), quantisation: String::new(), ..served });
        envelope(minicbor::to_vec(CapabilityWire { models: models.collect(), ..wire(&signed().0) }).unwrap())
    };
    assert!(verify(&many(64)).is_ok());
    assert!(matches!(verify(&many(65)), Err(RecordError::Malformed(_))));
}

#[test]
fn an_exchange_holds_as_many_records_as_are_allowed_and_no_more() {
    let records = |count| Records { records: vec![vec![1, 2, 3].into(); count] };
    let bytes = |count| minicbor::to_vec(records(count)).unwrap();

    assert_eq!(decode::<Records>(&bytes(MAX_RECORDS)).unwrap(), records(MAX_RECORDS));
    assert!(decode::<Records>(&bytes(MAX_RECORDS + 1)).is_err());
}

#[test]
fn the_longest_records_fit_into_one_reply() {
    let longest = Records { records: vec![vec![0xff; MAX_RECORD].into(); MAX_RECORDS] };

    assert!(minicbor::to_vec(longest).unwrap().len() <= MAX_RECORDS_BYTES);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_record_reads_as_it_was_signed(capability in random::capability()) {
        let signed = sign(&capability, &key(1)).unwrap();

        prop_assert_eq!(verify(&signed), Ok(capability));
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(verify(&bytes).is_err());
    }

    #[test]
    fn no_payload_breaks_the_reader(payload in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _read_or_not = verify(&envelope(payload));
    }

    #[test]
    fn an_exchange_reads_as_it_was_written(most: u32, records in proptest::collection::vec(any::<Vec<u8>>(), 0..64)) {
        let (wanted, records) = (Wanted { most }, Records { records: records.into_iter().map(Into::into).collect() });

        prop_assert_eq!(decode::<Wanted>(&minicbor::to_vec(wanted).unwrap()).unwrap(), wanted);
        prop_assert_eq!(decode::<Records>(&minicbor::to_vec(&records).unwrap()).unwrap(), records);
    }
}

fn signed() -> (Capability, Vec<u8>) {
    let capability = verify(&Plain { region: 2, tiers: &[0, 1], extra: false }.signed()).unwrap();
    let signed = sign(&capability, &key(1)).unwrap();
    (capability, signed)
}

fn key(seed: u8) -> Keypair {
    Keypair::ed25519_from_bytes([seed; 32]).unwrap()
}

fn envelope(payload: Vec<u8>) -> Vec<u8> {
    SignedEnvelope::new(&key(1), DOMAIN.into(), TYPE.into(), payload).unwrap().into_protobuf_encoding()
}

/// A record as another program may write it.
#[derive(Clone, Copy)]
struct Plain<'a> {
    region: u8,
    tiers: &'a [u8],
    extra: bool,
}

impl Plain<'_> {
    fn signed(&self) -> Vec<u8> {
        envelope(written(15 + u64::from(self.extra), self.region, self.tiers, |it| {
            if self.extra {
                it.u8(200)?.array(2)?.str("price list")?.f64(0.5)?;
            }
            Ok(())
        }))
    }
}

type Impossible = minicbor::encode::Error<std::convert::Infallible>;

fn payload(fields: u64, more: impl Fn(&mut Encoder<Vec<u8>>) -> Result<(), Impossible>) -> Vec<u8> {
    written(fields, 0, &[0], more)
}

fn written(
    fields: u64,
    region: u8,
    tiers: &[u8],
    more: impl Fn(&mut Encoder<Vec<u8>>) -> Result<(), Impossible>,
) -> Vec<u8> {
    let mut it = Encoder::new(Vec::new());
    let encoded = (|| {
        it.map(fields)?.u8(0)?.u64(7)?.u8(1)?.i64(1_800_000_000_000)?.u8(2)?.u32(60)?.u8(3)?.u8(region)?.u8(4)?;
        it.encode(tiers.iter().map(|tier| u16::from(*tier)).collect::<Vec<_>>())?;
        it.u8(5)?.array(1)?.map(5)?.u8(0)?.bytes(&[3; 32])?.u8(1)?.str("tiny")?.u8(2)?.u32(4096)?;
        it.u8(3)?.str("Q4_K_M")?.u8(4)?.f32(12.5)?;
        it.u8(6)?.str("RTX 4070, 32 GB")?.u8(7)?.u8(1)?.u8(8)?.u8(0)?.u8(9)?.u8(2)?.u8(10)?.u32(3600)?;
        it.u8(11)?.str("0.1.0")?.u8(12)?.bool(true)?.u8(13)?.u8(0)?.u8(14)?.bool(false)?;
        more(&mut it)
    })();
    encoded.unwrap();
    it.into_writer()
}
