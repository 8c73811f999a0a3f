//! Facts for people, or as JSON.

use std::io::Write;

use opengateway_api::{Activity, Model, ModelId, ModelSource, Models, Reply, Status};
use opengateway_core::backend::Bytes;

use crate::exit::Failure;

/// How facts are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    pub(crate) json: bool,
}

impl Printer {
    /// One fact, or `text` for people.
    pub(crate) fn fact(self, fact: &impl serde::Serialize, text: &str) -> Result<(), Failure> {
        let fact = self.json.then(|| serde_json::to_string_pretty(fact)).transpose();
        let fact = fact.map_err(opengateway_api::Error::internal)?;
        // Not `println`, which panics when nobody reads any more.
        Ok(writeln!(std::io::stdout(), "{}", fact.as_deref().unwrap_or(text))?)
    }

    pub(crate) fn lines(self, lines: &[String]) -> Result<(), Failure> {
        // Log lines are JSON already.
        Ok(lines.iter().try_for_each(|line| writeln!(std::io::stdout(), "{line}"))?)
    }

    pub(crate) fn status(self, reply: &Reply) -> Result<(), Failure> {
        let Reply::Status(status) = reply else { return Ok(()) };
        let node = status.node_id.as_deref().unwrap_or("none yet");
        let text = format!(
            "OpenGateway {} is running (process {})\n{}\ndata      {}\nnode      {node}\nidentity  {}",
            status.version,
            status.pid,
            activity(&status.activity),
            status.home,
            status.identity
        );
        self.fact(status, &text)
    }

    pub(crate) fn started(self, status: &Status) -> Result<(), Failure> {
        self.fact(status, &format!("OpenGateway {} is running (process {})", status.version, status.pid))
    }

    pub(crate) fn models(self, models: &Models) -> Result<(), Failure> {
        let width = models.models.iter().map(|model| model.id.0.len()).max().unwrap_or(0);
        let mut lines: Vec<_> = models.models.iter().map(|model| line(model, models.in_use.as_ref(), width)).collect();
        for download in &models.downloads {
            let of = download.total_bytes.map_or("?".into(), |total| Bytes(total).to_string());
            lines.push(format!("  {}  downloading, {} of {of}", download.id, Bytes(download.done_bytes)));
        }
        self.fact(models, &lines.join("\n"))
    }
}

/// A time of day for people, with the day if it is not today.
pub(crate) fn time(ms: i64) -> String {
    let zoned = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::system());
    let at = zoned(jiff::Timestamp::from_millisecond(ms).unwrap_or_default());
    let today = at.date() == zoned(jiff::Timestamp::now()).date();
    at.strftime(if today { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

fn line(model: &Model, in_use: Option<&ModelId>, width: usize) -> String {
    let mark = if in_use == Some(&model.id) { '*' } else { ' ' };
    let source = match &model.source {
        ModelSource::BuiltIn => "built in",
        ModelSource::File => "your file",
        ModelSource::Url(_) => "downloaded",
    };
    match &model.problem {
        Some(problem) => format!("{mark} {:width$}  {}", model.id.0, problem.message),
        None => format!(
            "{mark} {:width$}  {:>8}  {} tokens  {}  {source}",
            model.id.0,
            Bytes(model.size_bytes).to_string(),
            model.context,
            model.architecture
        ),
    }
}

fn activity(activity: &Activity) -> String {
    match activity {
        Activity::Idle => "idle, no model in memory".into(),
        Activity::Loading { model, progress } => format!("loading {model}, {:.0} %", progress * 100.0),
        Activity::Ready { model } => format!("ready, {model} is in memory"),
        Activity::Answering { model, answers } => format!("answering {answers} with {model}"),
        Activity::Restarting => "the engine is starting".into(),
        Activity::Broken { reason } => format!("the engine cannot run: {reason}"),
    }
}
