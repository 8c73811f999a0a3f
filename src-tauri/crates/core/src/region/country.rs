//! Which region a country is in.

use opengateway_api::Region;

/// All of ISO 3166 except Antarctica, and what databases of addresses write besides: `EU` for several countries of
/// Europe, `UK`, `XK` for Kosovo, and `AN` and `CS`, which are no more.
const COUNTRIES: [(Region, &str); 7] = [
    (Region::Asia, "AF BD BN BT CN HK ID IN JP KG KH KP KR KZ LA LK MM MN MO MV MY NP PH PK SG TH TJ TL TM TW UZ VN"),
    (
        Region::NorthAmerica,
        "AG AI AN AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX \
         TC TT US VC VG VI",
    ),
    (
        Region::Europe,
        "AD AL AM AT AX AZ BA BE BG BY CH CS CY CZ DE DK EE ES EU FI FO FR GB GE GG GI GR HR HU IE IM IS IT JE LI LT \
         LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA UK VA XK",
    ),
    (
        Region::Africa,
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU MW MZ \
         NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW",
    ),
    (Region::SouthAmerica, "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE"),
    (Region::Oceania, "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS"),
    (Region::MiddleEast, "AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE"),
];

/// The region of a country by its two capital letters.
///
/// A country is in one region only, also where its land is in two. Cyprus, Georgia, Armenia and Azerbaijan count as
/// Europe, because their lines to the rest of the world lead there; so does all of Russia, whose people and lines are
/// mostly west of the Urals.
pub fn by_country(code: &str) -> Option<Region> {
    COUNTRIES.iter().find(|(_, codes)| codes.split(' ').any(|known| known == code)).map(|(region, _)| *region)
}
