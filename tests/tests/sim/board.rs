//! What nodes know of each other: one list of what each has announced, seen by the others as late as a sample of messages
//! took on a mesh of that size. A directory in each of 10,000 nodes would need 50 GB; `exact` compares this with some.

use std::time::Duration;

use opengateway_core::capability::Load;

use crate::assumed::{BRIDGED, LANDS, SIZES};
use crate::dice::{drawn, whole};
use crate::links::Links;
use crate::mesh::Sample;
use crate::moment::Moment;
use crate::population::Person;
use crate::rules::{HANDED, Rules};
use crate::world::Cut;

/// Records that are kept of a node. No message is as late as eight of them are apart.
const KEPT: usize = 8;
/// Who is new has its neighbours and what they hand it within this.
const MEETS: Duration = Duration::from_secs(2);

/// Where and when everything happens.
pub(crate) struct Scene {
    pub(crate) people: Vec<Person>,
    pub(crate) links: Links,
    pub(crate) rules: Rules,
    pub(crate) cut: Option<Cut>,
    pub(crate) now: Moment,
}

/// What of a record changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) accepts: bool,
    pub(crate) load: Load,
}

/// A node as another one knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) node: u32,
    pub(crate) said: Said,
    /// When it was last heard of.
    pub(crate) heard: Moment,
}

/// What everyone has announced.
pub(crate) struct Board {
    said: Vec<Announced>,
    /// Who lends and has, or claims, a model: by model and region.
    serving: Vec<Vec<Vec<u32>>>,
    pub(crate) online: [usize; LANDS.len()],
    /// How late records of each region are.
    pub(crate) samples: Vec<Sample>,
    /// When everyone of a region announced itself because somebody was new.
    greeted: [Moment; LANDS.len()],
}

#[derive(Debug, Default, Clone)]
struct Announced {
    /// Oldest first.
    versions: Vec<(Moment, Said)>,
    came: Moment,
    /// When it was last heard before it left; `None` while it is there.
    last: Option<Moment>,
}

impl Scene {
    pub(crate) fn person(&self, node: u32) -> &Person {
        &self.people[node as usize]
    }

    /// Whether two are in parts of the network that are cut off from each other.
    pub(crate) fn are_apart(&self, one: u32, other: u32) -> bool {
        let begun = self.now.since(Moment::START);
        let is_cut = |cut: &Cut| (cut.after..cut.after + cut.lasts).contains(&begun);
        self.cut.filter(is_cut).is_some_and(|cut| self.crosses(cut, one, other))
    }

    fn crosses(&self, cut: Cut, one: u32, other: u32) -> bool {
        let is_inside = |node: u32| self.person(node).region() == cut.region;
        is_inside(one) != is_inside(other)
    }
}

impl Board {
    pub(crate) fn new(people: &[Person]) -> Self {
        let claims = |one: &Person, model: usize| one.lends && (one.models.contains(&model) || one.cheat.is_some());
        let serves = |model: usize, land: usize| {
            let all = (0_u32..).zip(people).filter(|(_, one)| one.land == land && claims(one, model));
            all.map(|(number, _)| number).collect()
        };
        let by_land = |model: usize| (0..LANDS.len()).map(|land| serves(model, land)).collect();
        Self {
            said: vec![Announced { last: Some(Moment::START), ..Announced::default() }; people.len()],
            serving: (0..SIZES.len()).map(by_land).collect(),
            online: [0; LANDS.len()],
            samples: vec![Sample::default(); LANDS.len()],
            greeted: [Moment::START; LANDS.len()],
        }
    }

    pub(crate) fn come(&mut self, scene: &Scene, node: u32) {
        self.online[scene.person(node).land] += 1;
        let said = &mut self.said[node as usize];
        said.versions.clear();
        (said.came, said.last) = (scene.now, None);
    }

    pub(crate) fn leave(&mut self, scene: &Scene, node: u32) {
        let last = self.last(scene, node, scene.now);
        self.online[scene.person(node).land] -= 1;
        self.said[node as usize].last = last.or(Some(Moment::START));
    }

    pub(crate) fn announce(&mut self, node: u32, now: Moment, what: Said) {
        let versions = &mut self.said[node as usize].versions;
        if versions.len() == KEPT {
            versions.remove(0);
        }
        versions.push((now, what));
    }

    /// Somebody is new. Whether everyone of the region announces itself because of that.
    pub(crate) fn greet(&mut self, scene: &Scene, land: usize) -> bool {
        let again = scene.now.since(self.greeted[land]) >= crate::rules::SOON;
        let greets = again && self.known(scene, land) < scene.rules.greets_below;
        if greets {
            self.greeted[land] = scene.now;
        }
        greets
    }

    /// How many a node of a region follows.
    pub(crate) fn known(&self, scene: &Scene, land: usize) -> usize {
        if self.is_alone(scene, land) { self.online[land] } else { self.online.iter().sum() }
    }

    /// Whether a region follows nobody else.
    pub(crate) fn is_alone(&self, scene: &Scene, land: usize) -> bool {
        let (all, own) = scene.rules.alone_from;
        self.online.iter().sum::<usize>() >= all && self.online[land] >= own
    }

    /// Everyone whom a node knows to serve a model.
    pub(crate) fn serving(&self, scene: &Scene, viewer: u32, model: usize) -> Vec<View> {
        let own = scene.person(viewer).land;
        let alone = self.is_alone(scene, own);
        let lands = self.serving[model].iter().enumerate().filter(|(land, _)| !alone || *land == own);
        lands.flat_map(|(_, nodes)| nodes).filter_map(|node| self.view(scene, viewer, *node)).collect()
    }

    /// What one node knows of another; `None` if nothing.
    pub(crate) fn view(&self, scene: &Scene, viewer: u32, node: u32) -> Option<View> {
        let (own, land) = (scene.person(viewer).land, scene.person(node).land);
        if viewer == node || (own != land && self.is_alone(scene, own)) {
            return None;
        }
        let delay = self.delay(land, viewer, node);
        let mut until = scene.now.before(delay);
        if let Some(cut) =
            scene.cut.filter(|cut| scene.crosses(*cut, viewer, node) && scene.now < found_again(*cut, viewer))
        {
            until = until.min(Moment::START + cut.after);
        }
        let last = self.last(scene, node, until)?;
        let heard = last + delay;
        if scene.now >= heard + scene.rules.valid(self.known(scene, land))
            || !self.has_heard(scene, (viewer, node), last)
        {
            return None;
        }
        let versions = &self.said[node as usize].versions;
        let (_, said) = versions.iter().rev().find(|(at, _)| *at <= until).or(versions.first())?;
        Some(View { node, said: *said, heard })
    }

    fn delay(&self, land: usize, viewer: u32, node: u32) -> Duration {
        let delays = &self.samples[land].delays;
        let place = drawn([viewer.into(), node.into(), 1]) * delays.len() as f64;
        delays.get(whole(place) as usize).copied().unwrap_or_default()
    }

    /// When a node had last announced itself at a moment; `None` if it had not.
    fn last(&self, scene: &Scene, node: u32, until: Moment) -> Option<Moment> {
        let said = &self.said[node as usize];
        if let Some(last) = said.last.filter(|last| until >= *last) {
            return Some(last);
        }
        let land = scene.person(node).land;
        let changed = said.versions.iter().rev().map(|(at, _)| *at).find(|at| *at <= until)?;
        let since = if self.greeted[land] <= until { changed.max(self.greeted[land]) } else { changed };
        let beat = scene.rules.beat(self.known(scene, land));
        let beats = u32::try_from(until.since(since).as_micros() / beat.as_micros().max(1)).unwrap_or(u32::MAX);
        Some(since + beat * beats)
    }

    /// Who is new knows whoever has announced itself since, its neighbours, and those whom they hand on.
    fn has_heard(&self, scene: &Scene, (viewer, node): (u32, u32), last: Moment) -> bool {
        let came = self.said[viewer as usize].came;
        let met = || scene.links.are_linked(viewer, node) || self.is_handed(scene, viewer, node);
        last >= came || scene.now.since(came) >= MEETS && met()
    }

    fn is_handed(&self, scene: &Scene, viewer: u32, node: u32) -> bool {
        let known = self.known(scene, scene.person(viewer).land).max(1) as f64;
        let answers = (scene.links.of(viewer).len() as f64).min(scene.rules.upkeep.exchanges);
        let left_out = (1.0 - HANDED as f64 / known).max(0.0).powf(answers);
        drawn([viewer.into(), node.into(), 4]) >= left_out
    }
}

/// When a node hears those again from whom it was cut off.
fn found_again(cut: Cut, node: u32) -> Moment {
    let healed = Moment::START + cut.after + cut.lasts;
    healed + BRIDGED.mul_f64(drawn([node.into(), 77, 0]))
}
