//! Which region a time zone is in.

use opengateway_api::Region;

/// Zones that are not where the first half of their name says, and old names that say nothing.
const BY_NAME: [(Region, &str); 7] = [
    (Region::Asia, "Hongkong Indian/Maldives Japan PRC ROC ROK Singapore"),
    (
        Region::NorthAmerica,
        "Atlantic/Bermuda CST6CDT Cuba EST EST5EDT HST Jamaica MST MST7MDT Navajo PST8PDT Pacific/Honolulu",
    ),
    (
        Region::Europe,
        "Africa/Ceuta Asia/Baku Asia/Famagusta Asia/Nicosia Asia/Tbilisi Asia/Yerevan Atlantic/Azores Atlantic/Canary \
         Atlantic/Faeroe Atlantic/Faroe Atlantic/Jan_Mayen Atlantic/Madeira Atlantic/Reykjavik CET EET Eire GB GB-Eire \
         Iceland MET Poland Portugal W-SU WET",
    ),
    (Region::Africa, "Atlantic/Cape_Verde Atlantic/St_Helena Egypt Libya"),
    (
        Region::SouthAmerica,
        "America/Araguaina America/Asuncion America/Bahia America/Belem America/Boa_Vista America/Bogota \
         America/Buenos_Aires America/Campo_Grande America/Caracas America/Catamarca America/Cayenne America/Cordoba \
         America/Coyhaique America/Cuiaba America/Eirunepe America/Fortaleza America/Guayaquil America/Guyana \
         America/Jujuy America/La_Paz America/Lima America/Maceio America/Manaus America/Mendoza America/Montevideo \
         America/Noronha America/Paramaribo America/Porto_Acre America/Porto_Velho America/Punta_Arenas America/Recife \
         America/Rio_Branco America/Rosario America/Santarem America/Santiago America/Sao_Paulo Atlantic/South_Georgia \
         Atlantic/Stanley Pacific/Easter Pacific/Galapagos",
    ),
    (Region::Oceania, "Indian/Christmas Indian/Cocos Kwajalein NZ NZ-CHAT US/Samoa"),
    (
        Region::MiddleEast,
        "Asia/Aden Asia/Amman Asia/Baghdad Asia/Bahrain Asia/Beirut Asia/Damascus Asia/Dubai Asia/Gaza Asia/Hebron \
         Asia/Istanbul Asia/Jerusalem Asia/Kuwait Asia/Muscat Asia/Qatar Asia/Riyadh Asia/Tehran Asia/Tel_Aviv \
         Europe/Istanbul Iran Israel Turkey",
    ),
];

/// The region of a time zone by its name in the IANA database (`Europe/Berlin`), old names included.
///
/// It is finer than [`by_country`](super::by_country) where a country is wide: `Asia/Vladivostok` is Asia. Antarctica
/// and zones that are no place, such as `UTC`, have none.
pub fn by_time_zone(iana: &str) -> Option<Region> {
    let named = BY_NAME.iter().find(|(_, zones)| zones.split(' ').any(|zone| zone == iana));
    named.map(|(region, _)| *region).or_else(|| by_first_half(iana))
}

fn by_first_half(iana: &str) -> Option<Region> {
    let (area, _city) = iana.split_once('/').filter(|(_, city)| !city.is_empty())?;
    match area {
        "Africa" | "Indian" => Some(Region::Africa),
        "America" if iana.starts_with("America/Argentina/") => Some(Region::SouthAmerica),
        "America" | "Canada" | "Mexico" | "US" => Some(Region::NorthAmerica),
        "Arctic" | "Europe" => Some(Region::Europe),
        "Asia" => Some(Region::Asia),
        "Australia" | "Pacific" => Some(Region::Oceania),
        "Brazil" | "Chile" => Some(Region::SouthAmerica),
        _ => None,
    }
}
