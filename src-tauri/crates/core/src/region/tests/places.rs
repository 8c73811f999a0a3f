//! The table that we ship, asked for addresses of which everyone can know where they are.

use core::net::IpAddr;

use super::*;

static SHIPPED: &[u8] = include_bytes!("../../../../../resources/regions.bin");
const PLACES: &str = include_str!("places.txt");

#[test]
fn well_known_addresses_are_where_they_are() {
    let table = Table::parse(SHIPPED).unwrap();

    let (mut asked, mut wrong) = (0, Vec::new());
    for (region, line) in sections(PLACES) {
        let (address, place) = line.split_once(' ').unwrap();
        let found = table.lookup(address.parse().unwrap());
        asked += 1;
        if found != region {
            wrong.push(format!("{address}, {}: {found:?} instead of {region:?}", place.trim()));
        }
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked >= 200, "{asked}");
}

#[test]
fn every_region_is_asked_for_in_both_families() {
    for (_, region) in NAMES {
        let of_region = || sections(PLACES).filter(|(of, _)| *of == Some(region));
        let v6 = of_region().filter(|(_, line)| line.contains(':')).count();
        assert!(of_region().count() - v6 >= 15 && v6 >= 6, "{region:?}");
    }
}

#[test]
fn addresses_that_nobody_has_do_not_pretend() {
    let nobodys = "\
        0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 169.254.1.1 172.16.0.1 172.31.255.255 \
        192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.251 \
        239.255.255.250 240.0.0.1 255.255.255.255 \
        :: ::1 ::7 fe80::1 fec0::1 fc00::1 fd12:3456:789a::1 ff02::1 100::1 2001:db8::1 2001:2::1 2001:10::1 2001:20::1 \
        3fff::1 4000::1 5f00::1 64:ff9b:1::808:808 \
        ::ffff:192.168.1.1 ::ffff:127.0.0.1 64:ff9b::10.0.0.1 2002:c0a8:101::1 2002:7f00:1:: 2001:0:4136:e378:8000:63bf:3f57:fefe";
    let table = Table::parse(SHIPPED).unwrap();

    for address in nobodys.split(' ') {
        assert_eq!(table.lookup(address.parse().unwrap()), None, "{address}");
    }
}

#[test]
fn addresses_beside_those_that_nobody_has_are_known() {
    let table = Table::parse(SHIPPED).unwrap();

    for address in ["9.255.255.255", "11.0.0.0", "100.63.255.255", "126.255.255.255", "172.15.255.255", "172.32.0.0"] {
        assert!(table.lookup(address.parse().unwrap()).is_some(), "{address}");
    }
}

#[test]
fn an_address_of_ipv6_that_stands_for_one_of_ipv4_is_where_that_one_is() {
    let kyoto_in_disguise =
        ["::ffff:130.54.0.1", "64:ff9b::130.54.0.1", "2002:8236:1::1", "2001:0:4136:e378:8000:63bf:7dc9:fffe"];
    let table = Table::parse(SHIPPED).unwrap();

    for address in kyoto_in_disguise {
        assert_eq!(table.lookup(address.parse::<IpAddr>().unwrap()), Some(Asia), "{address}");
    }
}

#[test]
fn the_table_is_small() {
    assert!(SHIPPED.len() <= 1_500_000, "{} bytes", SHIPPED.len());
}
