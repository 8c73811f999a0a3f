//! Which part of the world this PC is in: what the owner says, else where its public address is, else its time zone.
//!
//! Nothing is looked up online. Where addresses are stands in a [`Table`] that `cargo xtask region` builds and that the
//! caller brings along. What nothing is known of has no region.

mod country;
mod encode;
mod public;
mod table;
#[cfg(test)]
mod tests;
mod zone;

use core::net::IpAddr;

use opengateway_api::{Region, RegionReport, RegionSource};

pub use country::by_country;
pub use encode::{Ranges, encode};
pub use table::{Table, TableError};
pub use zone::by_time_zone;

const NAMES: [(&str, Region); 7] = [
    ("asia", Region::Asia),
    ("north-america", Region::NorthAmerica),
    ("europe", Region::Europe),
    ("africa", Region::Africa),
    ("south-america", Region::SouthAmerica),
    ("oceania", Region::Oceania),
    ("middle-east", Region::MiddleEast),
];

/// Where this PC is, by the first of these that tells: the owner's setting, the address that peers see, the time zone.
///
/// A setting that names no region is passed over.
pub fn find(setting: &str, address: Option<IpAddr>, time_zone: Option<&str>, table: &Table) -> RegionReport {
    let set = parse(setting).map(|region| (region, RegionSource::Setting));
    let seen = || address.and_then(|address| table.lookup(address)).map(|region| (region, RegionSource::Address));
    let zoned = || time_zone.and_then(by_time_zone).map(|region| (region, RegionSource::TimeZone));
    let (region, source) = set.or_else(seen).or_else(zoned).unzip();
    RegionReport { region, source }
}

/// The region that an owner means by one of the seven names (`middle-east`, `Middle East`) or by the code of an AWS
/// region (`us-east-1`).
pub fn parse(text: &str) -> Option<Region> {
    let text = text.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    let named = NAMES.iter().find(|(name, _)| *name == text).map(|(_, region)| *region);
    named.or_else(|| by_aws_code(&text))
}

/// Goes by the first word, so that a region opened next year is known today. Only `ap` holds two parts of the world.
fn by_aws_code(code: &str) -> Option<Region> {
    match *code.split('-').collect::<Vec<_>>().as_slice() {
        ["ap", "southeast", "2" | "4" | "6"] => Some(Region::Oceania),
        [area, direction, number] if is_place(direction, number) => by_aws_area(area),
        ["us", "gov", direction, number] if is_place(direction, number) => Some(Region::NorthAmerica),
        [area @ ("us" | "eu"), "iso" | "isob" | "isoe" | "isof", direction, number] if is_place(direction, number) => {
            by_aws_area(area)
        }
        ["eusc", _country, direction, number] if is_place(direction, number) => Some(Region::Europe),
        _ => None,
    }
}

fn by_aws_area(area: &str) -> Option<Region> {
    match area {
        "ap" | "cn" => Some(Region::Asia),
        "us" | "ca" | "mx" => Some(Region::NorthAmerica),
        "eu" => Some(Region::Europe),
        "af" => Some(Region::Africa),
        "sa" => Some(Region::SouthAmerica),
        "me" | "il" => Some(Region::MiddleEast),
        _ => None,
    }
}

fn is_place(direction: &str, number: &str) -> bool {
    let directions = ["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "central"];
    directions.contains(&direction) && matches!(number.as_bytes(), [b'1'..=b'9'])
}
