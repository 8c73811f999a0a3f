//! `opengateway contribute` and `opengateway idle`: lend this PC, and see why it is lent or not.

use opengateway_api::{Call, Contribution, Day, Explanation, Finding, Mode, Order, Reason, Reply, Signal, SignalKind};
use opengateway_node::Client;

use crate::args;
use crate::exit::Failure;
use crate::print::{self, Printer};

pub(crate) async fn contribute(client: &Client, order: Option<args::Order>, printer: Printer) -> Result<(), Failure> {
    if let Some(order) = order {
        client.call(Call::Contribute(meant(order))).await?;
    }
    let Reply::Contribution(contribution) = client.call(Call::Contribution).await? else {
        return Ok(());
    };
    printer.fact(&contribution, &shown(&contribution))
}

pub(crate) async fn idle(client: &Client, explain: bool, printer: Printer) -> Result<(), Failure> {
    let Reply::Explanation(explanation) = client.call(Call::Explain).await? else {
        return Ok(());
    };
    let Explanation { mode, reason, signals, .. } = &explanation;
    let head = state(*mode, reason);
    let lines = signals.iter().map(line).filter(|_| explain);
    let text: Vec<String> = std::iter::once(head).chain(lines).collect();
    printer.fact(&explanation, &text.join("\n"))
}

fn meant(order: args::Order) -> Order {
    match order {
        args::Order::On => Order::On,
        args::Order::Off => Order::Off,
        args::Order::Now => Order::Now,
        args::Order::Pause { length } => Order::Pause(length),
        args::Order::Resume => Order::Resume,
        args::Order::Finish => Order::Finish,
    }
}

fn shown(contribution: &Contribution) -> String {
    let Contribution { mode, reason, until_ms, jobs, waiting, days, .. } = contribution;
    let until = until_ms.map_or_else(String::new, |until| format!(", until {}", print::time(until)));
    let today = days.last().copied().unwrap_or_default();
    let week = days.iter().copied().fold(Day::default(), together);
    format!(
        "{}{until}\njobs      {} served, {waiting} waiting\ntoday     {}\nweek      {}",
        state(*mode, reason),
        jobs.len(),
        lent(today),
        lent(week)
    )
}

fn together(one: Day, other: Day) -> Day {
    Day {
        day: other.day,
        seconds: one.seconds.saturating_add(other.seconds),
        jobs: one.jobs.saturating_add(other.jobs),
        text_tokens: one.text_tokens.saturating_add(other.text_tokens),
        watt_hours: one.watt_hours.saturating_add(other.watt_hours),
    }
}

fn lent(day: Day) -> String {
    let Day { seconds, jobs, text_tokens, watt_hours, .. } = day;
    format!("{} min lent, {jobs} jobs, {text_tokens} text tokens, about {watt_hours} Wh", seconds / 60)
}

/// What is done about lending and why, in one line.
fn state(mode: Mode, reason: &Reason) -> String {
    let why = why(reason);
    match mode {
        Mode::Off => "off: switch it on with `opengateway contribute on`".into(),
        Mode::Waiting => format!("waiting: {why}"),
        Mode::Contributing => "contributing".into(),
        Mode::Finishing => format!("finishing the running answers: {why}"),
        Mode::Paused => "paused".into(),
    }
}

fn why(reason: &Reason) -> String {
    match reason {
        Reason::Clear => "nothing stands against it".into(),
        Reason::Owner => "you said so".into(),
        Reason::App(name) => format!("{name} is running"),
        Reason::Yielded => "it yielded to you a moment ago".into(),
        Reason::Woke => "the PC was asleep, or its clock jumped".into(),
        Reason::NoSensors => "this PC's sensors do not answer".into(),
        Reason::Signal(kind) => format!("{} stands against it", name(*kind)),
    }
}

fn name(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::OwnChat => "your own chat",
        SignalKind::Apps => "a listed program",
        SignalKind::FullScreen => "a full-screen program",
        SignalKind::Input => "keyboard and mouse",
        SignalKind::Gamepad => "gamepad",
        SignalKind::Vram => "graphics memory",
        SignalKind::Heat => "heat",
        SignalKind::Power => "power",
        SignalKind::Cpu => "processor load",
        SignalKind::Gpu => "graphics load",
        SignalKind::Hours => "hours",
        SignalKind::Disk => "disk",
        SignalKind::Network => "network",
    }
}

fn line(signal: &Signal) -> String {
    let mark = match signal.finding {
        Finding::Allows => "allows",
        Finding::Forbids => "FORBIDS",
        Finding::Missing => "missing",
        Finding::MissingForbids => "MISSING",
        Finding::Ignored => "ignored",
    };
    format!("{mark:8} {:22} {:34} {}", name(signal.kind), signal.reading, signal.rule)
}
