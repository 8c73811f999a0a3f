//! What this node says of itself.

use opengateway_api::{Facts, Hardware, Mode, Model, NodeId, Settings, Tier};
use opengateway_core::capability::{Capability, HEARTBEAT, Load, MOST_MODELS, MOST_TEXT, Served, valid_s};

use crate::topics::Topics;
use crate::{VERSION, now_ms};

/// What of it is not in the topics.
pub(super) struct Own {
    pub(super) node: NodeId,
    pub(super) sequence: u64,
    pub(super) load: Load,
    pub(super) started_ms: i64,
}

/// The record of this moment.
pub(super) fn capability(topics: &Topics, own: &Own) -> Capability {
    let hardware = topics.hardware.borrow();
    let settings = topics.settings.borrow();
    let uptime_ms = now_ms().saturating_sub(own.started_ms);
    let accepts = topics.contribution.borrow().mode == Mode::Contributing;
    Capability {
        node: own.node,
        sequence: own.sequence,
        issued_ms: now_ms(),
        valid_s: valid_s(HEARTBEAT),
        region: hardware.region.region,
        tiers: tiers(&hardware),
        models: models(&topics.models.borrow().models, &hardware, &settings),
        hardware: summary(&hardware.facts),
        load: own.load,
        uptime_s: u64::try_from(uptime_ms / 1000).unwrap_or(0),
        version: VERSION.into(),
        accepts,
        // Each model has its own.
        price: 0,
        relay: settings.network.serve_bootstrap,
        // The network knows them.
        addresses: Vec::new(),
        balance: Some(topics.wallet.borrow().net.0),
    }
}

/// The tiers that are reached; a PC that reaches none is still found among the smallest.
fn tiers(hardware: &Hardware) -> Vec<Tier> {
    let reached = hardware.tiers.iter().filter(|report| report.lacks.is_empty()).map(|report| report.tier);
    let reached: Vec<Tier> = reached.collect();
    if reached.is_empty() { vec![Tier::A] } else { reached }
}

fn models(models: &[Model], hardware: &Hardware, settings: &Settings) -> Vec<Served> {
    let usable = models.iter().filter(|model| model.problem.is_none() && model.context > 0);
    let served = usable.filter_map(|model| {
        let speed = hardware.speed.as_ref().filter(|speed| speed.model == model.id);
        #[expect(clippy::cast_possible_truncation, reason = "a speed needs no more digits")]
        let text_per_second = speed.map_or(0.0, |speed| speed.text_per_second as f32);
        let context = if settings.context == 0 { model.context } else { settings.context.min(model.context) };
        Some(Served {
            hash: model.hash?,
            name: short(&model.id.0),
            context,
            quantisation: String::new(),
            text_per_second,
            price: Some(model.price.0),
        })
    });
    served.take(MOST_MODELS).collect()
}

/// Such as `RTX 4070, 32 GB`: nothing that identifies it.
fn summary(facts: &Facts) -> String {
    let gigabytes = facts.memory_bytes.div_ceil(1_000_000_000);
    let chip = facts.gpus.first().map_or(facts.cpu.as_str(), |gpu| gpu.name.as_str());
    let memory = format!(", {gigabytes} GB");
    let mut text: String = chip.chars().filter(|letter| !letter.is_control()).collect();
    let room = MOST_TEXT.saturating_sub(memory.len());
    text.truncate(text.floor_char_boundary(room));
    text + &memory
}

fn short(name: &str) -> String {
    name.get(..name.floor_char_boundary(MOST_TEXT)).unwrap_or_default().to_owned()
}
