//! What names, codes, countries and time zones mean, and in which order they are trusted.

mod places;
mod table;

use core::net::{IpAddr, Ipv4Addr};

use opengateway_api::{Region, RegionReport, RegionSource};

use super::*;
use Region::{Africa, Asia, Europe, MiddleEast, NorthAmerica, Oceania, SouthAmerica};

const ZONES: &str = include_str!("tests/zones.txt");
/// Every AWS region there is or has been announced.
const AWS: [(Region, &str); 7] = [
    (
        Asia,
        "ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 \
         ap-southeast-3 ap-southeast-5 ap-southeast-7 cn-north-1 cn-northwest-1",
    ),
    (
        NorthAmerica,
        "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 ca-west-1 mx-central-1 us-gov-east-1 us-gov-west-1 \
         us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 us-isof-east-1 us-isof-south-1",
    ),
    (
        Europe,
        "eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eu-isoe-west-1 \
         eusc-de-east-1",
    ),
    (Africa, "af-south-1"),
    (SouthAmerica, "sa-east-1 sa-west-1"),
    (Oceania, "ap-southeast-2 ap-southeast-4 ap-southeast-6"),
    (MiddleEast, "me-south-1 me-central-1 me-west-1 il-central-1"),
];
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD \
    CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE \
    GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI \
    KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX \
    MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD \
    SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ \
    VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[test]
fn the_seven_names_are_read_however_they_are_written() {
    for (name, region) in NAMES {
        assert_eq!(parse(name), Some(region));
        assert_eq!(parse(&name.to_uppercase()), Some(region));
        assert_eq!(parse(&name.replace('-', "_")), Some(region));
        assert_eq!(parse(&format!(" {} ", name.replace('-', " "))), Some(region));
    }
}

#[test]
fn a_name_is_what_the_api_calls_the_region() {
    for (name, region) in NAMES {
        assert_eq!(serde_json::to_value(region).unwrap(), name);
    }
}

#[test]
fn every_aws_code_has_its_region() {
    for (region, codes) in AWS {
        for code in codes.split(' ') {
            assert_eq!(parse(code), Some(region), "{code}");
            assert_eq!(parse(&code.to_uppercase()), Some(region), "{code}");
        }
    }
}

#[test]
fn what_is_no_region_is_refused() {
    let junk = "xx-east-1 us-east us-1 us east-1 -east-1 us--1 us-east-0 us-east-01 us-east-1a us-east-10 us-up-1 us-east-+1 \
                us-east-1-bos-1 ap-southeast ap-southeast-x eu-gov-west-1 us-isozone-east-1 af-iso-south-1 usc-de-east-1 \
                america australia antarctica middle north north-america-1 europe1 westeurope europe-west4 asia/b ☃-east-1";

    for word in junk.split(' ').chain(["", " ", "-", "\0"]) {
        assert_eq!(parse(word), None, "{word:?}");
    }
}

#[test]
fn every_country_is_in_one_region_and_antarctica_in_none() {
    for code in COUNTRIES.split(' ') {
        assert!(by_country(code).is_some(), "{code}");
    }
    let none = ["AQ", "AP", "??", "ZZ", "A", "", "AD AE", " ", "de"];
    assert!(none.iter().all(|code| by_country(code).is_none()));
}

#[test]
fn countries_between_regions_are_where_they_are_said_to_be() {
    let expected = [
        (MiddleEast, "TR SY LB IL PS JO IQ IR KW SA BH QA AE OM YE"),
        (Europe, "CY GE AM AZ RU UA EU UK XK MT GI IS FO SJ AX"),
        (Africa, "EG LY MA EH MU RE YT SC IO SH CV"),
        (Asia, "AF PK KZ UZ TL MV HK MO TW"),
        (NorthAmerica, "MX PA TT CW AW BM GL PR DO CU"),
        (SouthAmerica, "CO GY SR GF FK GS"),
        (Oceania, "PG GU NC PF CX CC NF"),
    ];

    for (region, codes) in expected {
        for code in codes.split(' ') {
            assert_eq!(by_country(code), Some(region), "{code}");
        }
    }
}

#[test]
fn every_time_zone_is_where_it_is() {
    let mut seen = 0;
    for (region, zone) in sections(ZONES).flat_map(|(region, line)| line.split(' ').map(move |zone| (region, zone))) {
        assert_eq!(by_time_zone(zone), region, "{zone}");
        seen += 1;
    }
    assert_eq!(seen, 598);
}

#[test]
fn what_is_no_time_zone_has_no_region() {
    for name in
        ["", "/", "Europe", "Europe/", "/Berlin", "europe/berlin", "Mars/Olympus_Mons", "UTC+1", "Local", "C.UTF-8"]
    {
        assert_eq!(by_time_zone(name), None, "{name:?}");
    }
}

#[test]
fn the_owner_is_trusted_before_the_address_and_the_address_before_the_time_zone() {
    let bytes = table::of_one(Ipv4Addr::new(8, 0, 0, 0)..=Ipv4Addr::new(8, 255, 255, 255), SouthAmerica);
    let table = Table::parse(&bytes).unwrap();
    let known = Some(IpAddr::from([8, 8, 8, 8]));
    let unknown = Some(IpAddr::from([9, 9, 9, 9]));
    let private = Some(IpAddr::from([192, 168, 0, 1]));
    let report = |region, source| RegionReport { region: Some(region), source: Some(source) };

    let asia = report(Asia, RegionSource::TimeZone);
    assert_eq!(find("eu-west-1", known, Some("Asia/Tokyo"), &table), report(Europe, RegionSource::Setting));
    assert_eq!(find("", known, Some("Asia/Tokyo"), &table), report(SouthAmerica, RegionSource::Address));
    assert_eq!(find("nonsense", known, None, &table), report(SouthAmerica, RegionSource::Address));
    assert_eq!(find("", unknown, Some("Asia/Tokyo"), &table), asia);
    assert_eq!(find("", private, Some("Asia/Tokyo"), &table), asia);
    assert_eq!(find("", None, Some("Asia/Tokyo"), &table), asia);
    assert_eq!(find("", unknown, Some("UTC"), &table), RegionReport::default());
    assert_eq!(find("", None, None, &table), RegionReport::default());
}

/// The lines of a list with the region that stands in brackets above them; `[nowhere]` is none.
fn sections(text: &'static str) -> impl Iterator<Item = (Option<Region>, &'static str)> {
    let mut region = None;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(move |line| match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
        Some(name) => {
            region = parse(name);
            assert!(region.is_some() || name == "nowhere", "{name}");
            None
        }
        None => Some((region, line)),
    })
}
