//! The network in words and numbers, as plain functions: what its view, the rail and the strip say.

use opengateway_api::{Cluster, Link, Network, Privacy, Reachability, Region, Scope};

use super::describe::Tone;
use super::machine::region;
use crate::format;
use crate::text::network as words;

/// What the strip and the rail say of the network; nothing while it is off.
pub(crate) fn line(network: &Network) -> Option<(Tone, String)> {
    match &network.link {
        Link::Off => None,
        Link::Alone => Some((Tone::Waiting, words::STRIP_ALONE.to_owned())),
        Link::Joined => Some((Tone::Alive, words::peers(network.peers.len()))),
        Link::Failed(_) => Some((Tone::Loss, words::STRIP_FAILED.to_owned())),
    }
}

/// What a scope is called.
pub(crate) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Off => words::SCOPE_OFF,
        Scope::Loopback => words::SCOPE_LOOPBACK,
        Scope::Lan => words::SCOPE_LAN,
        Scope::World => words::SCOPE_WORLD,
    }
}

/// What is said of a search that has found nobody yet.
pub(crate) fn alone(scope: Scope) -> &'static str {
    match scope {
        Scope::Off | Scope::Loopback => words::ALONE_LOOPBACK,
        Scope::Lan => words::ALONE_LAN,
        Scope::World => words::ALONE_WORLD,
    }
}

/// The scopes to choose from. That of tests is offered only to those who have set it.
pub(crate) fn scopes(set: Scope) -> Vec<(Scope, &'static str)> {
    let all = [Scope::Off, Scope::Loopback, Scope::Lan, Scope::World];
    let offered = all.into_iter().filter(|one| *one != Scope::Loopback || set == Scope::Loopback);
    offered.map(|one| (one, scope(one))).collect()
}

/// What a privacy class is called, and what it means.
pub(crate) fn privacy(class: Privacy) -> (&'static str, &'static str) {
    match class {
        Privacy::Public => words::PUBLIC,
        Privacy::Internal => words::INTERNAL,
        Privacy::Confidential => words::CONFIDENTIAL,
        Privacy::Restricted => words::RESTRICTED,
    }
}

/// A number of the summary, with its name and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// How the network stands, in four figures.
pub(crate) fn summary(network: &Network) -> [Figure; 4] {
    let (reached, why) = match network.reachability {
        Reachability::Unknown => words::REACHED_UNKNOWN,
        Reachability::Direct => words::REACHED_DIRECT,
        Reachability::Relayed => words::REACHED_RELAYED,
        Reachability::None => words::REACHED_NONE,
    };
    let figure = |name, value: &str, note| Figure { name, value: value.to_owned(), note };
    [
        figure(words::LINK, scope(network.scope), words::peers(network.peers.len())),
        figure(words::REACHED, reached, why.to_owned()),
        figure(words::CAPACITY, &per_second(capacity(network)), words::CAPACITY_NOTE.to_owned()),
        wait(&network.clusters),
    ]
}

/// How long a prompt waits: in the cluster of this PC, or else where it is shortest.
fn wait(clusters: &[Cluster]) -> Figure {
    let measured = || clusters.iter().filter_map(|cluster| Some((cluster, cluster.wait_ms?)));
    let own = measured().find(|(cluster, _)| cluster.own);
    let Some((cluster, ms)) = own.or_else(|| measured().min_by_key(|(_, ms)| *ms)) else {
        return Figure {
            name: words::WAIT,
            value: words::WAIT_UNKNOWN.to_owned(),
            note: words::WAIT_UNMEASURED.to_owned(),
        };
    };
    Figure { name: words::WAIT, value: waits(ms), note: words::in_cluster(&cluster_name(cluster)) }
}

fn waits(ms: u32) -> String {
    if ms == 0 { words::NO_WAIT.to_owned() } else { format::roughly(ms) }
}

/// A rate whose unit stands elsewhere.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is not negative and far from the limit"
)]
pub(super) fn per_second(rate: f64) -> String {
    format::whole(rate.max(0.0).round() as u64)
}

fn cluster_name(cluster: &Cluster) -> String {
    format!("{}/{}", cluster.region, cluster.tier)
}

/// A region of the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    pub(crate) region: Region,
    pub(crate) nodes: u32,
    pub(crate) text_per_second: f64,
    /// Whether this PC is there.
    pub(crate) is_own: bool,
}

impl Spot {
    /// How many nodes, for people.
    pub(crate) fn words(&self) -> String {
        if self.nodes == 0 { words::NOBODY.to_owned() } else { words::nodes(self.nodes) }
    }
}

/// All regions, with how many nodes are in each.
pub(crate) fn spots(network: &Network, here: Option<Region>) -> [Spot; 7] {
    let own = network.clusters.iter().find(|cluster| cluster.own).map(|cluster| cluster.region).or(here);
    Region::ALL.map(|at| spot(network, at, own == Some(at)))
}

/// A machine joins every tier that it qualifies for, so the largest cluster of a region has all of its nodes; adding
/// clusters up would count most nodes twice.
fn spot(network: &Network, at: Region, is_own: bool) -> Spot {
    let clusters = || network.clusters.iter().filter(|cluster| cluster.region == at);
    let peers = network.peers.iter().filter(|peer| peer.region == Some(at)).count() + usize::from(is_own);
    let served = clusters().map(|cluster| cluster.nodes).max().unwrap_or(0);
    Spot {
        region: at,
        nodes: served.max(u32::try_from(peers).unwrap_or(u32::MAX)),
        text_per_second: clusters().map(|cluster| cluster.text_per_second).fold(0.0, f64::max),
        is_own,
    }
}

fn capacity(network: &Network) -> f64 {
    spots(network, None).iter().map(|spot| spot.text_per_second).sum()
}

/// What the map shows, for those who do not see it.
pub(crate) fn map_words(spots: &[Spot]) -> String {
    let all = spots.iter().map(|spot| words::map_region(region(spot.region), &spot.words(), spot.is_own));
    words::map_words(&all.collect::<Vec<_>>())
}

/// A cluster as a row of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClusterRow {
    pub(crate) name: String,
    pub(crate) is_own: bool,
    pub(crate) nodes: String,
    pub(crate) models: String,
    /// All of its models, for those who want to see them.
    pub(crate) all_models: String,
    pub(crate) text_per_second: String,
    pub(crate) wait: String,
}

/// The clusters, those of this PC first, then the strongest.
pub(crate) fn clusters(network: &Network) -> Vec<ClusterRow> {
    let mut all: Vec<&Cluster> = network.clusters.iter().collect();
    all.sort_by(|one, other| {
        other.own.cmp(&one.own).then_with(|| other.text_per_second.total_cmp(&one.text_per_second))
    });
    all.into_iter().map(cluster_row).collect()
}

fn cluster_row(cluster: &Cluster) -> ClusterRow {
    ClusterRow {
        name: cluster_name(cluster),
        is_own: cluster.own,
        nodes: format::whole(cluster.nodes.into()),
        models: models(&cluster.models).join(" ").trim_end().to_owned(),
        all_models: cluster.models.join(", "),
        text_per_second: per_second(cluster.text_per_second),
        wait: cluster.wait_ms.map_or_else(|| words::NOT_MEASURED.to_owned(), waits),
    }
}

/// The first model, and how many more there are.
pub(super) fn models(all: &[String]) -> [String; 2] {
    match all {
        [] => [words::NO_MODELS.to_owned(), String::new()],
        [only] => [only.clone(), String::new()],
        [first, more @ ..] => [first.clone(), words::and_more(more.len())],
    }
}

#[cfg(test)]
mod tests;
