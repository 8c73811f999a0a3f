//! The packed table against a plain list, and against bytes that are no table.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

/// A table with one range.
pub(super) fn of_one(range: RangeInclusive<Ipv4Addr>, region: Region) -> Vec<u8> {
    encode(&Ranges { v4: vec![(range, region)], v6: Vec::new() })
}

proptest! {
    #[test]
    fn a_table_says_what_a_plain_list_says(ranges in ranges(), elsewhere in vec(any_public(), 0..20)) {
        let bytes = encode(&ranges);
        let table = Table::parse(&bytes).unwrap();

        for address in edges(&ranges).into_iter().chain(elsewhere) {
            prop_assert_eq!(table.lookup(address), plainly(&ranges, address), "{}", address);
        }
    }

    #[test]
    fn damaged_tables_are_refused_or_read_but_never_panic(
        ranges in ranges(),
        damage in vec((any::<Index>(), any::<u8>()), 1..8),
        kept in prop::option::of(any::<Index>()),
        address in any_public(),
    ) {
        let mut bytes = encode(&ranges);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(kept.map_or(bytes.len(), |kept| kept.index(bytes.len())));

        ask(&bytes, address);
    }

    #[test]
    fn junk_is_refused_or_read_but_never_panics(junk in vec(any::<u8>(), 0..200), address in any_public()) {
        ask(&junk, address);
        ask(&[b"OGR1", &junk[..]].concat(), address);
        ask(&[b"OGR1\0\0\0\x01\0\0\0\x04", &junk[..]].concat(), address);
    }
}

#[test]
fn a_table_of_nothing_knows_nothing() {
    let bytes = encode(&Ranges::default());
    let table = Table::parse(&bytes).unwrap();

    assert_eq!(table.lookup(IpAddr::from([8, 8, 8, 8])), None);
    assert_eq!(table.lookup("2600::1".parse().unwrap()), None);
}

#[test]
fn neighbours_of_one_region_are_one_range() {
    let one = of_one(Ipv4Addr::new(8, 0, 0, 0)..=Ipv4Addr::new(8, 0, 1, 255), Asia);
    let halves = [0, 1].map(|third| (Ipv4Addr::new(8, 0, third, 0)..=Ipv4Addr::new(8, 0, third, 255), Asia));

    assert_eq!(encode(&Ranges { v4: halves.into(), v6: Vec::new() }), one);
}

#[test]
fn the_last_address_of_all_can_be_in_a_range() {
    let v6 = vec![("2600::".parse().unwrap()..=Ipv6Addr::from_bits(u128::MAX), Asia)];
    let bytes = encode(&Ranges { v4: Vec::new(), v6 });

    assert_eq!(Table::parse(&bytes).unwrap().lookup("3ffe::1".parse().unwrap()), Some(Asia));
}

#[test]
fn whatever_is_not_exactly_a_table_is_refused() {
    let bytes = of_one(Ipv4Addr::new(8, 0, 0, 0)..=Ipv4Addr::new(8, 255, 255, 255), Asia);

    let longer = [&bytes[..], b"\0"].concat();
    let newer = [b"OGR2", &bytes[4..]].concat();
    for wrong in [&bytes[..bytes.len() - 1], &bytes[..4], &longer, &newer, b""] {
        assert_eq!(Table::parse(wrong).unwrap_err(), TableError);
    }
}

#[test]
fn tables_out_of_order_are_refused() {
    let empty = [0; 8];
    // Blocks, bytes of steps; where the blocks start; where their steps are; the steps.
    let part = |blocks: u32, starts: &[u64], positions: &[u32], steps: &[u8]| {
        let mut part = [blocks, u32::try_from(steps.len()).unwrap()].map(u32::to_be_bytes).concat();
        part.extend(starts.iter().flat_map(|start| start.to_be_bytes()));
        part.extend(positions.iter().flat_map(|position| position.to_be_bytes()));
        part.extend(steps);
        [b"OGR1", &part[..], &empty].concat()
    };

    assert!(Table::parse(&part(2, &[5, 9], &[0, 1], &[1, 2])).is_ok());
    let wrong = [
        ("blocks descend", part(2, &[9, 5], &[0, 1], &[1, 2])),
        ("two blocks start at once", part(2, &[5, 5], &[0, 1], &[1, 2])),
        ("a step reaches the next block", part(2, &[5, 6], &[0, 2], &[1, 0x0a, 2])),
        ("a block has no step", part(2, &[5, 9], &[0, 0], &[1])),
        ("positions descend", part(2, &[5, 9], &[1, 0], &[1, 2])),
        ("a position is outside", part(2, &[5, 9], &[0, 7], &[1, 2])),
        ("the first step is not at the start", part(1, &[5], &[0], &[0x0a])),
        ("a step goes nowhere", part(1, &[5], &[0], &[1, 2])),
        ("the last step is cut off", part(1, &[5], &[0], &[1, 0x8a])),
        ("a step is too long", part(1, &[5], &[0], &[1, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x0a])),
        ("a step leaves the numbers", part(1, &[u64::MAX], &[0], &[1, 0x0a])),
        ("steps before the first block", part(1, &[5], &[1], &[1, 2])),
        ("steps without a block", part(0, &[], &[], &[1])),
    ];
    for (why, bytes) in wrong {
        assert_eq!(Table::parse(&bytes).unwrap_err(), TableError, "{why}");
    }
}

fn ask(bytes: &[u8], address: IpAddr) {
    if let Ok(table) = Table::parse(bytes) {
        let _ = table.lookup(address);
    }
}

/// The region of the first range, by where they start, that holds the address.
fn plainly(ranges: &Ranges, address: IpAddr) -> Option<Region> {
    match address {
        IpAddr::V4(address) => first_with(&ranges.v4, address, |address| address),
        IpAddr::V6(address) => first_with(&ranges.v6, address, |address| address.to_bits() >> 64),
    }
}

fn first_with<A: Copy, K: Ord>(
    ranges: &[(RangeInclusive<A>, Region)],
    address: A,
    key: impl Fn(A) -> K,
) -> Option<Region> {
    let holds = |range: &RangeInclusive<A>| (key(*range.start())..=key(*range.end())).contains(&key(address));
    let holding = ranges.iter().filter(|(range, _)| holds(range));
    holding.min_by_key(|(range, _)| key(*range.start())).map(|(_, region)| *region)
}

/// The ends of every range, and the addresses beside them.
fn edges(ranges: &Ranges) -> Vec<IpAddr> {
    let v4 = ranges.v4.iter().flat_map(|(range, _)| [range.start().to_bits(), range.end().to_bits()]);
    let v6 = ranges.v6.iter().flat_map(|(range, _)| [range.start().to_bits(), range.end().to_bits()]);
    let half = 1 << 64;
    let v4 = v4.flat_map(|at| [at - 1, at, at + 1]).map(|at| IpAddr::V4(Ipv4Addr::from_bits(at)));
    let v6 = v6.flat_map(|at| [at - half, at - 1, at, at + 1, at + half]).map(|at| IpAddr::V6(Ipv6Addr::from_bits(at)));
    v4.chain(v6).collect()
}

fn ranges() -> impl Strategy<Value = Ranges> {
    let v4 = vec((public_v4(), 0..1_u32 << 24, select(NAMES.map(|(_, region)| region).to_vec())), 0..100);
    let v6 = vec((public_v6(), 0..1_u128 << 108, select(NAMES.map(|(_, region)| region).to_vec())), 0..100);
    (v4, v6).prop_map(|(v4, v6)| {
        let v4 = v4
            .into_iter()
            .map(|(first, more, region)| (Ipv4Addr::from_bits(first)..=Ipv4Addr::from_bits(first + more), region));
        let v6 = v6
            .into_iter()
            .map(|(first, more, region)| (Ipv6Addr::from_bits(first)..=Ipv6Addr::from_bits(first + more), region));
        Ranges { v4: v4.collect(), v6: v6.collect() }
    })
}

fn any_public() -> impl Strategy<Value = IpAddr> {
    let v4 = public_v4().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)));
    prop_oneof![v4, public_v6().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))]
}

/// Between 10.0.0.0/8 and 100.64.0.0/10, far enough from both for a range to follow.
fn public_v4() -> impl Strategy<Value = u32> {
    (12_u32 << 24)..(98_u32 << 24)
}

/// Near both ends of what is public, so that some distances need a block of their own.
fn public_v6() -> impl Strategy<Value = u128> {
    prop_oneof![(0x2003_u128 << 112)..(0x2100_u128 << 112), (0x3e00_u128 << 112)..(0x3ffd_u128 << 112)]
}
