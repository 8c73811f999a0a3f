//! The conversation that is shown.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{Call, ConversationId, Error, Message, MessageId, MessageState, Reply, Role, Thread};

use super::origin::Wait;
use super::{Stage, State, View};
use crate::browser;
use crate::link;

/// How far the shown conversation has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// A new chat: nothing has been said.
    New,
    /// Its messages are on the way.
    Opening,
    /// It could not be opened.
    Failed(Error),
    /// Its messages are shown.
    Shown,
}

/// One message on the page. The row stays while its message changes.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: MessageId,
    pub(crate) role: Role,
    pub(crate) message: ArcRwSignal<Message>,
    /// What the answer waits for before its first text.
    pub(crate) wait: ArcRwSignal<Wait>,
    /// Whether another one went on with what was being written.
    pub(crate) is_carried: ArcRwSignal<bool>,
}

impl Row {
    pub(super) fn new(message: Message) -> Self {
        Self {
            id: message.id,
            role: message.role,
            message: ArcRwSignal::new(message),
            wait: ArcRwSignal::new(Wait::Reading),
            is_carried: ArcRwSignal::new(false),
        }
    }

    pub(crate) fn is_streaming(&self) -> bool {
        self.message.with(|message| message.state == MessageState::Streaming)
    }
}

/// The shown conversation and what is being asked in it.
#[derive(Clone, Copy)]
pub(crate) struct Chat {
    pub(crate) open: RwSignal<Option<ConversationId>>,
    pub(crate) phase: RwSignal<Phase>,
    pub(crate) rows: RwSignal<Vec<Row>>,
    /// A question that is on its way; empty when an answer is asked for again.
    pub(crate) pending: RwSignal<Option<String>>,
    /// Why the last question was not taken.
    pub(crate) refused: RwSignal<Option<Error>>,
    pub(crate) draft: RwSignal<String>,
    /// Whether an answer is on its way here.
    pub(crate) busy: Memo<bool>,
    /// Answers that are being written to this window, in whichever conversation.
    pub(super) live: StoredValue<BTreeMap<MessageId, Row>, LocalStorage>,
    /// Counts what was opened, so that late replies know whether they are still wanted.
    pub(super) visit: StoredValue<u32>,
}

/// How often an answer that another window began is looked at.
const FOLLOW_MS: i32 = 500;

impl Chat {
    pub(super) fn new() -> Self {
        let rows = RwSignal::new(Vec::new());
        let pending = RwSignal::new(None);
        Self {
            open: RwSignal::new(None),
            phase: RwSignal::new(Phase::New),
            rows,
            pending,
            busy: Memo::new(move |_| {
                pending.with(Option::<String>::is_some) || rows.with(|rows| rows.last().is_some_and(Row::is_streaming))
            }),
            refused: RwSignal::new(None),
            draft: RwSignal::new(browser::stored(&draft_name(None)).unwrap_or_default()),
            live: StoredValue::new_local(BTreeMap::new()),
            visit: StoredValue::new(0),
        }
    }

    pub(super) fn is_visit(self, visit: u32) -> bool {
        self.visit.get_value() == visit
    }

    pub(crate) fn write_draft(self, text: String) {
        browser::store(&draft_name(self.open.get_untracked()), &text);
        self.draft.set(text);
    }

    fn begin_visit(self, open: Option<ConversationId>, phase: Phase) -> u32 {
        self.visit.update_value(|visit| *visit += 1);
        self.rows.set(Vec::new());
        self.pending.set(None);
        self.refused.set(None);
        self.phase.set(phase);
        self.open.set(open);
        self.draft.set(browser::stored(&draft_name(open)).unwrap_or_default());
        remember(open);
        self.visit.get_value()
    }

    /// The new conversation got its name.
    pub(super) fn became(self, conversation: ConversationId) {
        self.open.set(Some(conversation));
        self.phase.set(Phase::Shown);
        remember(Some(conversation));
    }

    pub(super) fn put(self, messages: Vec<Message>) {
        let rows = self.live.with_value(|live| reconcile(&self.rows.get_untracked(), live, messages));
        let same = self.rows.with_untracked(|old| old.iter().map(|row| row.id).eq(rows.iter().map(|row| row.id)));
        if !same {
            self.rows.set(rows);
        }
        self.phase.set(Phase::Shown);
    }
}

impl State {
    /// Begins a new chat.
    pub(crate) fn new_chat(self) {
        self.chat.begin_visit(None, Phase::New);
        self.go_to_chat();
    }

    fn go_to_chat(self) {
        if browser::is_narrow() {
            self.list_shown.set(false);
        }
        self.go(View::Chat);
    }

    /// Shows a conversation.
    pub(crate) fn open(self, id: ConversationId) {
        if self.chat.open.get_untracked() == Some(id) && self.chat.phase.get_untracked() == Phase::Shown {
            self.go_to_chat();
            return;
        }
        let visit = self.chat.begin_visit(Some(id), Phase::Opening);
        self.go_to_chat();
        self.fetch(id, visit);
    }

    /// Opens what was open when the window was last closed.
    pub(super) fn resume(self) {
        let last = browser::stored("open").and_then(|id| id.parse().ok()).map(ConversationId);
        let known = self.conversations.with_untracked(|list| list.iter().any(|other| Some(other.id) == last));
        if let (Some(id), true) = (last, known) {
            self.open(id);
        } else {
            self.go(self.view.get_untracked());
        }
    }

    /// Asks again for the shown conversation.
    pub(crate) fn reload(self) {
        if let Some(id) = self.chat.open.get_untracked() {
            self.fetch(id, self.chat.visit.get_value());
        }
    }

    fn fetch(self, id: ConversationId, visit: u32) {
        spawn_local(async move {
            let reply = self.call(Call::Conversation(id)).await;
            if self.chat.is_visit(visit) {
                self.put_thread(reply, visit);
            }
        });
    }

    /// Shows another version of a message.
    pub(crate) fn show_version(self, message: MessageId) {
        let visit = self.chat.visit.get_value();
        spawn_local(async move {
            let reply = self.call(Call::Show(message)).await;
            match reply {
                Err(error) => self.toast_problem(error.message),
                reply if self.chat.is_visit(visit) => self.put_thread(reply, visit),
                _ => {}
            }
        });
    }

    fn put_thread(self, reply: Result<Reply, Error>, visit: u32) {
        match reply {
            Ok(Reply::Thread(Thread { messages, .. })) => {
                self.chat.put(messages);
                self.follow(visit);
            }
            Ok(_) => self.chat.phase.set(Phase::Failed(link::unexpected())),
            Err(error) => {
                if self.chat.phase.get_untracked() != Phase::Shown {
                    self.chat.phase.set(Phase::Failed(error));
                }
            }
        }
    }

    /// Looks again at an answer that is being written, but not to this window.
    fn follow(self, visit: u32) {
        let last = self.chat.rows.with_untracked(|rows| rows.last().cloned());
        let Some(last) = last else { return };
        let streams = last.message.with_untracked(|message| message.state == MessageState::Streaming);
        if !streams || self.chat.live.with_value(|live| live.contains_key(&last.id)) {
            return;
        }
        spawn_local(async move {
            browser::sleep(FOLLOW_MS).await;
            if self.chat.is_visit(visit) && self.stage.get_untracked() == Stage::Ready {
                self.reload();
            }
        });
    }
}

/// The rows for these messages: those of running answers, those already shown, and new ones.
fn reconcile(shown: &[Row], live: &BTreeMap<MessageId, Row>, messages: Vec<Message>) -> Vec<Row> {
    messages.into_iter().map(|message| place(shown, live, message)).collect()
}

fn place(shown: &[Row], live: &BTreeMap<MessageId, Row>, message: Message) -> Row {
    if let Some(row) = live.get(&message.id) {
        // Its text comes through the channel and is ahead of what is stored.
        row.message.update(|running| running.versions = message.versions);
        return row.clone();
    }
    let Some(row) = shown.iter().find(|row| row.id == message.id) else {
        return Row::new(message);
    };
    let (same, ended) =
        row.message.with_untracked(|before| (*before == message, before.state != MessageState::Streaming));
    if ended && message.state == MessageState::Streaming {
        // A reply that was on its way while the answer ended.
        row.message.update(|whole| whole.versions = message.versions);
    } else if !same {
        row.message.set(message);
    }
    row.clone()
}

fn draft_name(open: Option<ConversationId>) -> String {
    open.map_or_else(|| "draft:new".to_owned(), |id| format!("draft:{}", id.0))
}

fn remember(open: Option<ConversationId>) {
    browser::store("open", &open.map(|id| id.0.to_string()).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: i64, text: &str) -> Message {
        Message {
            id: MessageId(id),
            parent: None,
            role: Role::Assistant,
            text: text.to_owned(),
            state: MessageState::Streaming,
            origin: None,
            model: None,
            finish: None,
            measured: None,
            versions: vec![MessageId(id)],
            created_ms: 0,
        }
    }

    fn text(row: &Row) -> String {
        row.message.with_untracked(|message| message.text.clone())
    }

    #[test]
    fn a_running_answer_keeps_the_text_it_already_has() {
        let running = Row::new(message(2, "longer text"));
        let live = BTreeMap::from([(MessageId(2), running)]);
        let mut stored = message(2, "long");
        stored.versions = vec![MessageId(1), MessageId(2)];

        let rows = reconcile(&[], &live, vec![stored]);

        assert_eq!(text(&rows[0]), "longer text");
        assert_eq!(rows[0].message.with_untracked(|message| message.versions.len()), 2);
    }

    #[test]
    fn an_answer_that_has_ended_does_not_begin_again() {
        let whole = Message { state: MessageState::Whole, ..message(1, "all of it") };
        let shown = vec![Row::new(whole)];

        let rows = reconcile(&shown, &BTreeMap::new(), vec![message(1, "all")]);

        assert_eq!(text(&rows[0]), "all of it");
        assert!(!untrack(|| rows[0].is_streaming()));
    }

    #[test]
    fn a_shown_row_stays_and_takes_the_new_text() {
        let shown = vec![Row::new(message(1, "a"))];

        let rows = reconcile(&shown, &BTreeMap::new(), vec![message(1, "ab"), message(2, "c")]);

        assert_eq!(text(&shown[0]), "ab");
        assert_eq!(rows.len(), 2);
    }
}
