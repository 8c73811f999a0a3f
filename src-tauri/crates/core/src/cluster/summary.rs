//! What each cluster can do: all nodes of one region that serve one tier.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use opengateway_api::{Cluster, ModelHash, Region, Tier};

use super::Directory;
use crate::capability::{Capability, MOST_MODELS};
use crate::route::wait_s;

#[derive(Default)]
struct Sum<'a> {
    nodes: u32,
    own: bool,
    models: BTreeMap<&'a str, u32>,
    text_per_second: f64,
    /// Of the node that would begin first.
    wait_s: Option<f32>,
}

impl Directory {
    /// All clusters that somebody is in. `own` is what this node says of itself: it counts like everyone else. Takes
    /// 57 ms when the directory is full.
    pub fn clusters(&self, own: &Capability) -> Vec<Cluster> {
        let names: BTreeMap<ModelHash, String> =
            self.models().into_iter().map(|model| (model.hash, model.name)).collect();
        let mut sums: BTreeMap<(Region, Tier), Sum<'_>> = BTreeMap::new();
        for capability in self.iter().chain([own]) {
            let Some(region) = capability.region else { continue };
            for tier in &capability.tiers {
                let sum = sums.entry((region, *tier)).or_default();
                sum.add(capability, &names);
                sum.own |= capability.node == own.node;
            }
        }
        sums.into_iter().map(|((region, tier), sum)| sum.cluster(region, tier)).collect()
    }
}

impl<'a> Sum<'a> {
    fn add(&mut self, capability: &'a Capability, names: &'a BTreeMap<ModelHash, String>) {
        self.nodes = self.nodes.saturating_add(1);
        for model in &capability.models {
            // What nobody else has is called what its node calls it.
            let name = names.get(&model.hash).unwrap_or(&model.name);
            let count = self.models.entry(name).or_default();
            *count = count.saturating_add(1);
        }
        let speed = capability.models.iter().map(|model| model.text_per_second).fold(0.0, f32::max);
        if capability.accepts && capability.load.slots > 0 && speed > 0.0 {
            let wait_s = wait_s(capability.load, speed);
            self.wait_s = Some(self.wait_s.map_or(wait_s, |least| least.min(wait_s)));
            self.text_per_second += f64::from(speed);
        }
    }

    fn cluster(self, region: Region, tier: Tier) -> Cluster {
        let Self { nodes, own, text_per_second, wait_s, .. } = self;
        let mut models: Vec<(&str, u32)> = self.models.into_iter().collect();
        models.sort_by_key(|(_, nodes)| Reverse(*nodes));
        // As many as one node can announce are enough to show.
        let models = models.into_iter().take(MOST_MODELS).map(|(name, _)| name.to_owned()).collect();
        let wait = wait_s.and_then(|wait_s| Duration::try_from_secs_f32(wait_s).ok());
        let wait_ms = wait.map(|wait| u32::try_from(wait.as_millis()).unwrap_or(u32::MAX));
        Cluster { region, tier, nodes, own, models, text_per_second, wait_ms }
    }
}
