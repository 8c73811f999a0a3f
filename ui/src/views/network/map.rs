//! A rough map of the seven regions in dots, drawn by us, with a circle for the nodes in each, and the same as a list.

use leptos::prelude::*;
use opengateway_api::Region;

use crate::state::State;
use crate::state::machine::region;
use crate::state::network::{Spot, map_words, spots};
use crate::text::network as words;

/// The world in letters: each is a dot of the region that begins with it, north up.
const WORLD: [&str; 21] = [
    "........nnn.nn.nnnnn............aa.aaaaaaaaa....",
    "..nnnnnnnnnnnn..nnn.....eee.eeeaaaaaaaaaaaaaaaaa",
    "..nn..nnnnnnn.nn......e.ee.eeeeeaaaaaaaaaaa..aa.",
    ".......nnnnnnnnn......eeeeeeeeeeaaaaaaaaaaa..a..",
    ".......nnnnnnnn........eeeeeeeeaaaaaaaaaaaaa....",
    ".......nnnnnnn........ee.ee.mmmmaaaaaaaaaa.a....",
    "........nnnnnn.........ffff.mmmmaaaaaaaaa.a.....",
    "........nnn.n........fffffff.mmmaaaaaaaaa.......",
    ".........nn.n........fffffffmmmm.aaaa.aa........",
    "..........nnn........fffffffff.m..aa..aa.a......",
    ".............sss......ffffffffff..a...a..a......",
    "............sssss.......ffffff.......aa.aa......",
    "............sssssss......fffff........a.aa.ooo..",
    ".............ssssss......ffff..........aa...oo..",
    ".............ssssss......ffff.f..........oooo...",
    "..............ssss.......fff..f.........oooooo..",
    "..............sss........fff............oooooo..",
    ".............sss.........ff.............oo.ooo..",
    ".............ss............................o...o",
    ".............ss...............................o.",
    ".............s..................................",
];
/// How far dots are apart.
const STEP: usize = 10;
/// Radius of the smallest and of the largest circle.
const CIRCLES: (f64, f64) = (6.0, 19.0);

/// The map and its list.
#[component]
pub(super) fn Map() -> impl IntoView {
    let state = State::get();
    let all = Memo::new(move |_| {
        let here = state.hardware.with(|hardware| hardware.region.region);
        state.network.with(|network| spots(network, here))
    });
    let spot = move |at: Region| Memo::new(move |_| all.with(|all| all.iter().find(|spot| spot.region == at).copied()));
    let most = Memo::new(move |_| all.with(|all| all.iter().map(|spot| spot.nodes).max().unwrap_or(0)));
    let size = (WORLD[0].len() * STEP, WORLD.len() * STEP);
    view! {
        <section aria-labelledby="map">
            <h2 class="section-title" id="map">{words::MAP}</h2>
            <div class="card pad map">
                <svg
                    class="map-world"
                    viewBox=format!("0 0 {} {}", size.0, size.1)
                    role="img"
                    aria-label=move || all.with(|all| map_words(all))
                >
                    {Region::ALL.map(|at| draw(at, spot(at), most)).into_iter().collect_view()}
                </svg>
                <ul class="map-list" data-test="regions">
                    {Region::ALL.map(|at| line(at, spot(at))).into_iter().collect_view()}
                </ul>
            </div>
        </section>
    }
}

/// A region: its dots, and the circle of its nodes.
fn draw(at: Region, spot: Memo<Option<Spot>>, most: Memo<u32>) -> impl IntoView {
    let (x, y) = centre(at);
    let is_own = move || spot.get().is_some_and(|spot| spot.is_own);
    let is_empty = move || spot.get().is_none_or(|spot| spot.nodes == 0);
    let size = move || format!("{:.1}", radius(spot.get().map_or(0, |spot| spot.nodes), most.get()));
    view! {
        <g class="map-region" class:own=is_own class:empty=is_empty>
            <path d=dots(letter(at))></path>
            <circle cx=x cy=y r=size></circle>
        </g>
    }
}

fn line(at: Region, spot: Memo<Option<Spot>>) -> impl IntoView {
    let is_own = move || spot.get().is_some_and(|spot| spot.is_own);
    let is_empty = move || spot.get().is_none_or(|spot| spot.nodes == 0);
    let nodes = move || spot.get().map(|spot| spot.words()).unwrap_or_default();
    view! {
        <li class:own=is_own class:empty=is_empty>
            <span class="map-name">
                {region(at)} {move || is_own().then(|| view! { <span class="tag">{words::HERE}</span> })}
            </span>
            <span class="soft">{nodes}</span>
        </li>
    }
}

/// The letter of a region in [`WORLD`].
fn letter(at: Region) -> char {
    match at {
        Region::Asia => 'a',
        Region::NorthAmerica => 'n',
        Region::Europe => 'e',
        Region::Africa => 'f',
        Region::SouthAmerica => 's',
        Region::Oceania => 'o',
        Region::MiddleEast => 'm',
    }
}

/// Where the circle of a region is.
fn centre(at: Region) -> (u32, u32) {
    match at {
        Region::Asia => (370, 58),
        Region::NorthAmerica => (105, 46),
        Region::Europe => (265, 36),
        Region::Africa => (262, 106),
        Region::SouthAmerica => (152, 136),
        Region::Oceania => (428, 156),
        Region::MiddleEast => (302, 72),
    }
}

/// The dots of one letter as strokes without length, which have round ends.
fn dots(letter: char) -> String {
    let dot = |row: usize, column: usize| format!("M{} {}h0", column * STEP + STEP / 2, row * STEP + STEP / 2);
    let rows = WORLD.iter().enumerate();
    rows.flat_map(|(row, line)| line.char_indices().map(move |(column, found)| (row, column, found)))
        .filter(|(.., found)| *found == letter)
        .map(|(row, column, _)| dot(row, column))
        .collect()
}

/// The area of a circle, not its radius, shows how many there are.
fn radius(nodes: u32, most: u32) -> f64 {
    let (least, greatest) = CIRCLES;
    match (nodes, most) {
        (0, _) | (_, 0) => 0.0,
        _ => least + (greatest - least) * (f64::from(nodes) / f64::from(most)).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_is_a_rectangle_and_every_region_has_its_dots() {
        assert!(WORLD.iter().all(|line| line.len() == WORLD[0].len()));
        for at in Region::ALL {
            assert!(dots(letter(at)).len() > 50, "{at:?}");
        }
        let drawn: usize = Region::ALL.map(|at| dots(letter(at)).matches('M').count()).iter().sum();
        assert_eq!(drawn, WORLD.concat().chars().filter(|dot| *dot != '.').count());
    }

    #[test]
    fn a_circle_shows_by_its_area_how_many_there_are() {
        assert!(radius(0, 40) < 0.1);
        assert!((radius(40, 40) - 19.0).abs() < 0.1);
        assert!((radius(10, 40) - 12.5).abs() < 0.1);
        assert!(radius(1, 1_000) > 6.0);
    }

    #[test]
    fn every_circle_lies_among_the_dots_of_its_region() {
        for at in Region::ALL {
            let (x, y) = centre(at);
            let (column, row) = (x as usize / STEP, y as usize / STEP);
            assert_eq!(WORLD[row].chars().nth(column), Some(letter(at)), "{at:?}");
        }
    }
}
