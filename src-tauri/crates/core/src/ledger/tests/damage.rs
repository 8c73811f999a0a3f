//! Bytes that were damaged or made up.

use proptest::prelude::*;

use super::samples::{contents, fork, record, voucher};
use super::*;

/// Checking a signature without optimisation takes a millisecond or two.
const STRIDE: usize = if cfg!(debug_assertions) { 61 } else { 1 };

#[test]
fn no_record_is_longer_than_430_bytes() {
    for (name, content) in contents() {
        let bytes = record(content).bytes().len();

        eprintln!("{name} {bytes} B");
        assert!(bytes <= 430, "{name}: {bytes} B");
    }
}

#[test]
fn every_flipped_bit_of_a_record_is_noticed() {
    for (name, content) in contents() {
        let signed = record(content);
        assert_eq!(Signed::read(signed.bytes()).as_ref(), Ok(&signed));

        for bit in (0..signed.bytes().len() * 8).step_by(STRIDE) {
            assert!(Signed::read(&flipped(signed.bytes(), bit)).is_err(), "{name}, bit {bit}");
        }
    }
}

#[test]
fn every_flipped_bit_of_a_fork_proof_is_noticed() {
    let fork = fork();
    assert_eq!(ForkProof::read(&fork.bytes()).as_ref(), Ok(&fork));

    for bit in (0..fork.bytes().len() * 8).step_by(STRIDE) {
        assert!(ForkProof::read(&flipped(&fork.bytes(), bit)).is_err(), "bit {bit}");
    }
}

#[test]
fn every_flipped_bit_of_a_voucher_is_noticed() {
    for (kind, giver) in [(VoucherKind::Payment, 1), (VoucherKind::Refund, 2)] {
        let voucher = voucher(kind);
        let signature = voucher.sign(&samples::key(giver));
        assert!(voucher.is_signed(&signature));

        let bytes = said(&voucher, &signature);
        for bit in (0..bytes.len() * 8).step_by(STRIDE) {
            let (voucher, signature) = heard(&flipped(&bytes, bit), kind);
            assert!(!voucher.is_signed(&signature), "{kind:?}, bit {bit}");
        }
    }
}

#[test]
fn a_payment_is_no_refund() {
    let payment = voucher(VoucherKind::Payment);
    let same_giver = Voucher { payer: payment.provider, provider: payment.payer, ..payment };
    let signature = payment.sign(&samples::key(1));

    for voucher in [payment, same_giver] {
        assert!(!Voucher { kind: VoucherKind::Refund, ..voucher }.is_signed(&signature));
    }
}

#[test]
fn nothing_follows_a_record() {
    let signed = record(contents()[2].1.clone());
    let longer = [signed.bytes(), &[0]].concat();
    let fork = [&fork().bytes()[..], &[0]].concat();

    assert_eq!(Signed::read_own(&longer), Err(RecordError::Malformed));
    assert_eq!(ForkProof::read(&fork), Err(RecordError::Malformed));
    assert_eq!(Signed::read_own(&[0; MAX_RECORD + 1]), Err(RecordError::Malformed));
}

proptest! {
    #[test]
    fn made_up_bytes_are_no_record(seed: u64) {
        let mut random = Random(seed);
        for _ in 0..400 {
            let bytes: Vec<u8> = (0..random.below(600)).map(|_| random.byte()).collect();
            prop_assert!(Signed::read(&bytes).is_err());
            prop_assert!(ForkProof::read(&bytes).is_err());
        }
    }

    #[test]
    fn damaged_records_are_refused_without_a_panic(kind in 0..8_usize, seed: u64) {
        let (signed, mut random) = (record(contents()[kind].1.clone()), Random(seed));
        for number in 0..400 {
            let mut bytes = signed.bytes().to_vec();
            (0..random.below(3) + 1).for_each(|_| damage(&mut bytes, &mut random));

            let totals = Signed::read_own(&bytes).map(|read| read.record.totals).unwrap_or_default();

            prop_assert!([totals.earned, totals.spent, totals.held].iter().all(|total| *total >= Credits::ZERO));
            prop_assert!(number > 0 || bytes == signed.bytes() || Signed::read(&bytes).is_err());
        }
    }
}

fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    let (at, byte) = (random.below(bytes.len()), random.byte());
    match random.below(8) {
        0..3 => bytes[at] = byte,
        3..5 => bytes.insert(at, byte),
        5..7 => drop(bytes.remove(at)),
        _ => bytes.truncate(at.max(64)),
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.number() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.number().to_be_bytes()[0]
    }
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

fn said(voucher: &Voucher, signature: &Signature) -> Vec<u8> {
    let Voucher { payer, provider, job, amount, .. } = voucher;
    [&payer.0[..], &provider.0, job, &amount.0.to_be_bytes(), &signature.0].concat()
}

fn heard(bytes: &[u8], kind: VoucherKind) -> (Voucher, Signature) {
    let (payer, bytes) = bytes.split_first_chunk().unwrap();
    let (provider, bytes) = bytes.split_first_chunk().unwrap();
    let (job, bytes) = bytes.split_first_chunk().unwrap();
    let (amount, signature) = bytes.split_first_chunk().unwrap();
    let (payer, provider, amount) = (NodeId(*payer), NodeId(*provider), Credits(i64::from_be_bytes(*amount)));
    (Voucher { kind, payer, provider, job: *job, amount }, Signature(signature.try_into().unwrap()))
}
