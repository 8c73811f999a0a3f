//! `opengateway hardware`: what this PC is and what follows from it.

use opengateway_api::{Call, Facts, Gpu, Hardware, RegionReport, RegionSource, Reply, Speed, TierReport};
use opengateway_core::backend::Bytes;
use opengateway_node::Client;

use crate::exit::Failure;
use crate::print::Printer;

pub(crate) async fn run(client: &Client, measure: bool, printer: Printer) -> Result<(), Failure> {
    let call = if measure { Call::MeasureSpeed } else { Call::Hardware };
    let Reply::Hardware(hardware) = client.call(call).await? else {
        return Ok(());
    };
    printer.fact(&hardware, &shown(&hardware))
}

fn shown(hardware: &Hardware) -> String {
    let Hardware { facts, tiers, region, speed } = hardware;
    let mut lines = this_pc(facts);
    lines.extend(tiers.iter().map(tier));
    lines.push(format!("region    {}", where_it_is(*region)));
    lines.push(format!(
        "speed     {}",
        speed.as_ref().map_or("not measured; `opengateway hardware --measure`".into(), fast)
    ));
    lines.extend(facts.missing.iter().map(|missing| format!("missing   {missing}")));
    lines.join("\n")
}

fn this_pc(facts: &Facts) -> Vec<String> {
    let mut lines = vec![
        format!("system    {}", facts.system),
        format!("processor {}, {} cores, {}", facts.cpu, facts.cores, facts.architecture),
        format!("memory    {}, {} free", Bytes(facts.memory_bytes), Bytes(facts.free_memory_bytes)),
    ];
    lines.extend(facts.gpus.iter().map(card));
    lines.push(format!("disk      {} free", Bytes(facts.free_disk_bytes)));
    lines.extend(facts.battery.map(|battery| {
        let draws = if battery.discharging { "in use" } else { "on mains" };
        format!("battery   {} %, {draws}", battery.percent)
    }));
    lines
}

fn card(card: &Gpu) -> String {
    let free = card.free_vram_bytes.map_or("asleep".into(), |free| format!("{} free", Bytes(free)));
    let heat = card.celsius.map_or(String::new(), |celsius| format!(", {celsius:.0} °C"));
    format!("graphics  {}, {}, {free}{heat} ({})", card.name, Bytes(card.vram_bytes), card.backend)
}

fn tier(report: &TierReport) -> String {
    let lacks = if report.lacks.is_empty() { "reached".into() } else { format!("needs {}", report.lacks.join(", ")) };
    format!("tier {}    {} — {lacks}", report.tier, report.serves)
}

fn where_it_is(RegionReport { region, source }: RegionReport) -> String {
    let Some(region) = region else {
        return "unknown; set it in the window's settings".into();
    };
    let how = match source {
        Some(RegionSource::Setting) => ", as you set it",
        Some(RegionSource::Address) => ", by the public address",
        Some(RegionSource::TimeZone) => ", by the time zone",
        None => "",
    };
    format!("{region}{how}")
}

fn fast(speed: &Speed) -> String {
    format!(
        "{:.1} text tokens/s with {}, reads {:.0} tokens/s, memory {:.1} GB/s",
        speed.text_per_second, speed.model, speed.prompt_per_second, speed.memory_gb_per_second
    )
}
