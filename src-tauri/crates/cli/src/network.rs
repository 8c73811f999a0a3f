//! `opengateway clusters`, `peers`, `invite`, `join` and `explain`: other nodes on the command line.

use opengateway_api::{Call, Cluster, Link, ModelId, Network, Peer, Reachability, Reply, RouteChoice, RoutePlan};
use opengateway_node::Client;

use crate::args;
use crate::exit::Failure;
use crate::print::Printer;

pub(crate) async fn clusters(client: &Client, printer: Printer) -> Result<(), Failure> {
    let network = network(client).await?;
    let lines: Vec<String> = std::iter::once(standing(&network)).chain(network.clusters.iter().map(cluster)).collect();
    printer.fact(&network.clusters, &lines.join("\n"))
}

pub(crate) async fn peers(client: &Client, wanted: Option<&str>, printer: Printer) -> Result<(), Failure> {
    let network = network(client).await?;
    let is_wanted = |peer: &&Peer| wanted.is_none_or(|name| clusters_of(peer).iter().any(|cluster| cluster == name));
    let peers: Vec<&Peer> = network.peers.iter().filter(is_wanted).collect();
    let lines = peers.iter().map(|peer| line(peer));
    let lines: Vec<String> = std::iter::once(standing(&network)).chain(lines).collect();
    printer.fact(&peers, &lines.join("\n"))
}

pub(crate) async fn invite(client: &Client, printer: Printer) -> Result<(), Failure> {
    match client.call(Call::Invite).await? {
        Reply::Invite(text) => printer.fact(&serde_json::json!({ "invite": text }), &text),
        _ => Ok(()),
    }
}

pub(crate) async fn join(client: &Client, invite: String, printer: Printer) -> Result<(), Failure> {
    client.call(Call::Join(invite)).await?;
    printer.fact(&serde_json::json!({ "joining": true }), "OpenGateway joins the network")
}

pub(crate) async fn explain(client: &Client, ask: args::Explain, printer: Printer) -> Result<(), Failure> {
    let (model, text, reach) = (ask.model.map(ModelId), ask.text.join(" "), ask.reach.reach());
    match client.call(Call::Route { model, text, reach }).await? {
        Reply::Route(plan) => printer.fact(&plan, &planned(&plan)),
        _ => Ok(()),
    }
}

async fn network(client: &Client) -> Result<Network, Failure> {
    match client.call(Call::Network).await? {
        Reply::Network(network) => Ok(*network),
        other => Err(opengateway_api::Error::internal(format!("the node answers with {other:?}")).into()),
    }
}

fn standing(network: &Network) -> String {
    let reach = match network.reachability {
        Reachability::Direct => "others can reach this PC",
        Reachability::Relayed => "others reach this PC through a relay",
        Reachability::None => "others cannot reach this PC",
        Reachability::Unknown => "whether others can reach this PC is not known yet",
    };
    match &network.link {
        Link::Off => "The network is off. `opengateway join` or the window's settings switch it on.".into(),
        Link::Failed(why) => why.clone(),
        Link::Alone => format!("Nobody is there yet; {reach}."),
        Link::Joined => format!("{} peers; {reach}.", network.peers.len()),
    }
}

fn cluster(cluster: &Cluster) -> String {
    let Cluster { region, tier, nodes, own, models, text_per_second, wait_ms } = cluster;
    let own = if *own { "*" } else { " " };
    let wait = wait_ms.map_or(String::new(), |wait| format!("  wait {:.1} s", f64::from(wait) / 1000.0));
    let name = format!("{region}/{tier}");
    format!("{own} {name:18} {nodes:>5} nodes  {text_per_second:>6.0} tokens/s{wait}  {}", models.join(", "))
}

fn clusters_of(peer: &Peer) -> Vec<String> {
    peer.region.iter().flat_map(|region| peer.tiers.iter().map(move |tier| format!("{region}/{tier}"))).collect()
}

fn line(peer: &Peer) -> String {
    let name = peer.friend.clone().unwrap_or_else(|| peer.node.short());
    let far = peer.latency_ms.map_or("      ?".into(), |latency| format!("{latency:>4.0} ms"));
    let how = match peer.reachability {
        Reachability::Relayed => " relayed",
        _ if peer.banned => " banned",
        _ => "",
    };
    let clusters = clusters_of(peer).join(" ");
    format!(
        "{name:12} {far}{how}  load {:>3} %  standing {:>3}  {clusters}  {}  {}",
        peer.load_percent,
        peer.standing,
        peer.hardware,
        peer.models.join(", ")
    )
}

fn planned(plan: &RoutePlan) -> String {
    let who = |node: Option<opengateway_api::NodeId>| node.map_or("this PC".into(), |node| node.short());
    let choice = |(place, choice): (usize, &RouteChoice)| {
        let RouteChoice { node, first_text_ms, text_per_second, because, .. } = choice;
        format!(
            "{:>2}. {:12} first text after {first_text_ms} ms, {text_per_second:.0} tokens/s ({because})",
            place + 1,
            who(*node)
        )
    };
    let mut lines: Vec<String> = plan.choices.iter().enumerate().map(choice).collect();
    if lines.is_empty() {
        lines.push(format!("Nobody would be asked for {}.", plan.model));
    }
    lines.extend(plan.refusals.iter().map(|refusal| format!("no  {:12} {}", who(refusal.node), refusal.because)));
    lines.join("\n")
}
