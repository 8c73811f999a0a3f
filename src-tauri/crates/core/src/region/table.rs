//! Where addresses are: the packed table, read in place.
//!
//! It lists where the region changes, in order, for IPv4 and then for the upper halves of IPv6. Changes stand in blocks:
//! the address at which a block starts is found by binary search, the change in its block by reading from its start.
//!
//! All numbers are big-endian. After [`MAGIC`], twice:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | number of blocks *n* |
//! | 4 | number of bytes of steps *m* |
//! | 8 *n* | where each block starts, an address |
//! | 4 *n* | where its first step is, among the steps |
//! | *m* | steps: distance from the step before (0 for a block's first) × 8 + code of the region from there on |
//!
//! A step is a number in bytes of seven bits, the highest first; all but the last byte have the top bit set.

use core::net::IpAddr;

use opengateway_api::Region;

use super::public::{Public, public};

pub(super) const MAGIC: &[u8] = b"OGR1";
/// How many bits of a step are the code of the region.
pub(super) const CODE_BITS: u32 = 3;
/// A step is read from this many bytes of seven bits at most, so that it fits 64 bits.
const STEP_BYTES: usize = 9;

/// Where public addresses are.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    v4: Part<'a>,
    v6: Part<'a>,
}

/// The bytes are no table of regions that we can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a table of regions")]
pub struct TableError;

impl<'a> Table<'a> {
    /// Reads all of it once, a few milliseconds.
    ///
    /// # Errors
    /// When it is not what [`encode`](super::encode) writes.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, TableError> {
        Self::read(bytes).filter(|table| table.v4.is_sound() && table.v6.is_sound()).ok_or(TableError)
    }

    /// The region of an address, in well under a microsecond. Addresses that are not public have none, nor have those
    /// of which nothing is known. An address of IPv6 that stands for one of IPv4 is where that one is.
    pub fn lookup(&self, address: IpAddr) -> Option<Region> {
        match public(address)? {
            Public::V4(address) => self.v4.lookup(address.into()),
            Public::V6(address) => self.v6.lookup(address),
        }
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (v4, rest) = Part::read(rest)?;
        let (v6, rest) = Part::read(rest)?;
        rest.is_empty().then_some(Self { v4, v6 })
    }
}

/// The changes of one family of addresses.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    starts: &'a [[u8; 8]],
    /// As many as `starts`.
    positions: &'a [[u8; 4]],
    steps: &'a [u8],
}

impl<'a> Part<'a> {
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (blocks, bytes) = length(bytes)?;
        let (steps, bytes) = length(bytes)?;
        let (starts, bytes) = bytes.split_at_checked(blocks.checked_mul(8)?)?;
        let (positions, bytes) = bytes.split_at_checked(blocks.checked_mul(4)?)?;
        let (steps, bytes) = bytes.split_at_checked(steps)?;
        Some((Self { starts: starts.as_chunks().0, positions: positions.as_chunks().0, steps }, bytes))
    }

    /// Whether every byte of the steps is in a block, can be read, and leads to a higher address.
    fn is_sound(&self) -> bool {
        let mut before = None;
        let mut follows = |block| {
            let steps = self.block(block)?;
            let start = steps.address;
            let last = steps.last_if_sound()?;
            (before.replace(last) < Some(start)).then_some(())
        };
        let unclaimed = self.position(0).unwrap_or(self.steps.len());
        unclaimed == 0 && (0..self.starts.len()).all(|block| follows(block).is_some())
    }

    fn lookup(&self, address: u64) -> Option<Region> {
        let following = self.starts.partition_point(|start| u64::from_be_bytes(*start) <= address);
        let steps = self.block(following.checked_sub(1)?)?;
        steps.take_while(|(from, _)| *from <= address).last()?.1
    }

    fn block(&self, block: usize) -> Option<Steps<'a>> {
        let from = self.position(block)?;
        let to = self.position(block.checked_add(1)?).unwrap_or(self.steps.len());
        Some(Steps { address: u64::from_be_bytes(*self.starts.get(block)?), rest: self.steps.get(from..to)? })
    }

    fn position(&self, block: usize) -> Option<usize> {
        usize::try_from(u32::from_be_bytes(*self.positions.get(block)?)).ok()
    }
}

/// The addresses at which the region changes, and to what. Ends early at a step that cannot be read, and leaves it.
struct Steps<'a> {
    address: u64,
    rest: &'a [u8],
}

impl Steps<'_> {
    fn last_if_sound(mut self) -> Option<u64> {
        let start = self.address;
        let (mut last, _) = self.next().filter(|(first, _)| *first == start)?;
        for (address, _) in self.by_ref() {
            if address <= last {
                return None;
            }
            last = address;
        }
        self.rest.is_empty().then_some(last)
    }
}

impl Iterator for Steps<'_> {
    type Item = (u64, Option<Region>);

    fn next(&mut self) -> Option<Self::Item> {
        let (step, rest) = number(self.rest)?;
        self.address = self.address.checked_add(step >> CODE_BITS)?;
        self.rest = rest;
        Some((self.address, region(step)))
    }
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    let mut rest = bytes;
    for _ in 0..STEP_BYTES {
        let (byte, following) = rest.split_first()?;
        value = value << 7 | u64::from(byte & 0x7f);
        rest = following;
        if byte & 0x80 == 0 {
            return Some((value, rest));
        }
    }
    None
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, rest))
}

fn region(step: u64) -> Option<Region> {
    match step & 7 {
        1 => Some(Region::Asia),
        2 => Some(Region::NorthAmerica),
        3 => Some(Region::Europe),
        4 => Some(Region::Africa),
        5 => Some(Region::SouthAmerica),
        6 => Some(Region::Oceania),
        7 => Some(Region::MiddleEast),
        _ => None,
    }
}

pub(super) fn code(region: Option<Region>) -> u64 {
    match region {
        None => 0,
        Some(Region::Asia) => 1,
        Some(Region::NorthAmerica) => 2,
        Some(Region::Europe) => 3,
        Some(Region::Africa) => 4,
        Some(Region::SouthAmerica) => 5,
        Some(Region::Oceania) => 6,
        Some(Region::MiddleEast) => 7,
    }
}
