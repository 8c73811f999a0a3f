//! What the views say, as plain functions of the state.

use opengateway_api::{
    Activity, Conversation, Download, DownloadState, Model, ModelId, ModelSource, Models, PeerModel, Status,
};

use super::Stage;
use super::names::Names;
use super::origin::place;
use crate::{format, text};

/// What a colour means: see tokens.css.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Quiet,
    Alive,
    Waiting,
    Loss,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Alive => "alive",
            Self::Waiting => "waiting",
            Self::Loss => "loss",
        }
    }
}

/// What the node is doing, in one line.
pub(crate) fn status_line(stage: &Stage, status: Option<&Status>, names: Names<'_>) -> (Tone, String) {
    let activity = match (stage, status) {
        (Stage::Lost(_), _) => return (Tone::Loss, text::LOST.to_owned()),
        (Stage::Connecting, _) | (_, None) => return (Tone::Waiting, text::CONNECTING.to_owned()),
        (Stage::Ready, Some(status)) => &status.activity,
    };
    match activity {
        Activity::Idle => match &names.models.in_use {
            Some(id) if names.on_peers(id).is_some() => (Tone::Quiet, text::idle_on_peers(&names.of(id))),
            Some(id) => (Tone::Quiet, text::idle(&names.of(id))),
            None => (Tone::Quiet, text::NO_MODEL.to_owned()),
        },
        Activity::Loading { model, progress } => {
            (Tone::Waiting, text::loading_model(&names.of(model), &format::percent(*progress)))
        }
        Activity::Ready { model } => (Tone::Alive, text::ready(&names.of(model))),
        Activity::Answering { model, answers } => (Tone::Alive, text::answering(*answers, &names.of(model))),
        Activity::Restarting => (Tone::Waiting, text::RESTARTING.to_owned()),
        Activity::Broken { reason } => (Tone::Loss, text::broken(reason)),
    }
}

/// What the strip says of the first running download.
pub(crate) fn download_hint(models: &Models) -> Option<String> {
    let running = models.downloads.iter().find(|download| download.state == DownloadState::Running)?;
    let share = format::share(running.done_bytes, running.total_bytes).map(format::percent);
    Some(text::downloading(&file_name(&running.url), share.as_deref()))
}

/// What decides that a model is drawn anew.
pub(crate) fn model_key(model: &Model) -> (ModelId, String, u64, Option<String>) {
    let problem = model.problem.as_ref().map(|problem| problem.message.clone());
    (model.id.clone(), model.name.clone(), model.size_bytes, problem)
}

/// Where a model of peers is, and how fast.
pub(crate) fn peer_model_hint(model: &PeerModel) -> String {
    [place(model.place).to_owned(), format::rate(model.text_per_second)].join(" · ")
}

/// Size, architecture, context and origin of a model.
pub(crate) fn model_facts(model: &Model) -> Vec<String> {
    let mut facts = vec![format::bytes(model.size_bytes)];
    if !model.architecture.is_empty() {
        facts.push(model.architecture.clone());
    }
    if model.context > 0 {
        facts.push(text::context_of(&format::whole(model.context.into())));
    }
    facts.push(match &model.source {
        ModelSource::BuiltIn => text::BUILT_IN.to_owned(),
        ModelSource::File => text::OWN_FILE.to_owned(),
        ModelSource::Url(url) => text::from_site(site(url)),
    });
    facts
}

/// The question before a model is removed.
pub(crate) fn remove_question(model: &Model) -> String {
    match model.source {
        ModelSource::BuiltIn => text::REMOVE_STARTER.to_owned(),
        ModelSource::File => text::remove_question(&model.name, &format::bytes(model.size_bytes), false),
        ModelSource::Url(_) => text::remove_question(&model.name, &format::bytes(model.size_bytes), true),
    }
}

/// Where a download stands.
pub(crate) fn download_facts(download: &Download) -> (Tone, Vec<String>) {
    let total = download.total_bytes.map(format::bytes);
    let part = text::part_of(&format::bytes(download.done_bytes), total.as_deref());
    match &download.state {
        DownloadState::Running if download.bytes_per_second == 0 => {
            (Tone::Waiting, vec![part, text::WAITING.to_owned()])
        }
        DownloadState::Running => {
            let mut facts = vec![part, format::speed(download.bytes_per_second)];
            facts.extend(format::left(download.done_bytes, download.total_bytes, download.bytes_per_second));
            (Tone::Alive, facts)
        }
        DownloadState::Verifying => (Tone::Alive, vec![part, text::VERIFYING.to_owned()]),
        DownloadState::Paused => (Tone::Waiting, vec![part, text::PAUSED.to_owned()]),
        DownloadState::Failed(error) => (Tone::Loss, vec![part, error.message.clone()]),
    }
}

/// The host of an address.
fn site(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// The last part of an address or path, without the ending that every model has.
pub(crate) fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path);
    name.strip_suffix(".gguf").unwrap_or(name).to_owned()
}

/// Conversations under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) conversations: Vec<Conversation>,
}

const DAY_MS: f64 = 86_400_000.0;

/// The conversations whose title contains `search`, under the day they were last added to.
#[expect(clippy::cast_precision_loss, reason = "the millisecond does not matter")]
pub(crate) fn groups(list: &[Conversation], search: &str, now_ms: f64, local_offset_ms: f64) -> Vec<Group> {
    let wanted = search.trim().to_lowercase();
    let today = ((now_ms + local_offset_ms) / DAY_MS).floor();
    let mut groups: Vec<Group> = Vec::new();
    for conversation in list.iter().filter(|one| one.title.to_lowercase().contains(&wanted)) {
        let day = ((conversation.updated_ms as f64 + local_offset_ms) / DAY_MS).floor();
        let title = match today - day {
            age if age < 1.0 => text::TODAY,
            age if age < 2.0 => text::YESTERDAY,
            age if age < 8.0 => text::THIS_WEEK,
            _ => text::EARLIER,
        };
        match groups.last_mut().filter(|last| last.title == title) {
            Some(last) => last.conversations.push(conversation.clone()),
            None => groups.push(Group { title, conversations: vec![conversation.clone()] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests;
