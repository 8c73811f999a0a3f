//! Builds the table of regions from a database of countries: `regions <geoip> <geoip6> <table>`.
//!
//! `cargo xtask region` fetches the database and runs this. It is no part of xtask, which depends on none of our
//! packages, so that it need not be built again whenever one of them changes.

use std::error::Error;
use std::fs;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use opengateway_api::Region;
use opengateway_core::region::{self, Ranges, Table};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [geoip, geoip6, table] = arguments.as_slice() else {
        return Err("usage: regions <geoip> <geoip6> <table>".into());
    };
    let ranges = Ranges {
        v4: read(&fs::read_to_string(geoip)?, |number| Ok(Ipv4Addr::from_bits(number.parse()?)))?,
        v6: read(&fs::read_to_string(geoip6)?, |address| Ok(address.parse()?))?,
    };
    let bytes = region::encode(&ranges);
    Table::parse(&bytes)?;
    fs::write(table, bytes)?;
    Ok(())
}

/// Lines of `first,last,country`; those that begin with `#` are for people. Where a country is none that we know, the
/// database says that it does not know either, or something as wide as Asia and the Pacific.
fn read<A>(text: &str, address: impl Fn(&str) -> Result<A>) -> Result<Vec<(RangeInclusive<A>, Region)>> {
    let mut ranges = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [first, last, country] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("cannot read the line {line:?}").into());
        };
        if let Some(region) = region::by_country(country) {
            ranges.push((address(first)?..=address(last)?, region));
        }
    }
    Ok(ranges)
}
