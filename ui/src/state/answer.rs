//! Asking, and writing the answer onto the page as it comes: at most once per frame.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{
    AnswerEvent, Ask, Call, ConversationId, Error, ErrorCode, Message, MessageId, MessageState, Origin, Role,
};

use super::origin::{Wait, is_carried_on};
use super::{Row, State};
use crate::browser;
use crate::{link, text};

/// The last events may be delivered after the answer's future has ended.
const LATE_MS: i32 = 400;

impl State {
    /// Sends the draft.
    pub(crate) fn send(self) {
        let said = self.chat.draft.with_untracked(|draft| draft.trim().to_owned());
        if said.is_empty() || self.chat.busy.get_untracked() {
            return;
        }
        self.chat.write_draft(String::new());
        self.say(said);
    }

    /// Says something at the end of the shown conversation.
    pub(crate) fn say(self, said: String) {
        let parent = self.chat.rows.with_untracked(|rows| rows.last().map(|row| row.id));
        let conversation = self.chat.open.get_untracked();
        self.ask(Ask::Send { conversation, parent, text: said.clone() }, said);
    }

    /// Says something else in the place of an earlier question; both versions are kept.
    pub(crate) fn say_instead(self, question: &Message, said: String) {
        let conversation = self.chat.open.get_untracked();
        self.cut_before(question.id);
        self.ask(Ask::Send { conversation, parent: question.parent, text: said.clone() }, said);
    }

    /// Answers the same question again; both versions are kept.
    pub(crate) fn regenerate(self, answer: MessageId) {
        if self.chat.busy.get_untracked() {
            return;
        }
        self.cut_before(answer);
        self.ask(Ask::Regenerate { message: answer }, String::new());
    }

    /// Ends the answer that is being written in the shown conversation.
    pub(crate) fn stop(self) {
        let last = self.chat.rows.with_untracked(|rows| rows.last().cloned());
        if let Some(row) = last.filter(|row| untrack(|| row.is_streaming())) {
            self.order(Call::StopAnswer(row.id));
        }
    }

    fn cut_before(self, id: MessageId) {
        self.chat.rows.update(|rows| {
            if let Some(at) = rows.iter().position(|row| row.id == id) {
                rows.truncate(at);
            }
        });
    }

    fn ask(self, ask: Ask, said: String) {
        self.chat.refused.set(None);
        self.chat.pending.set(Some(said.clone()));
        let visit = self.chat.visit.get_value();
        let run = Run { state: self, visit, said, row: None, arrived: String::new(), frame: false, ended: false };
        let run = Rc::new(RefCell::new(run));
        let events = Rc::clone(&run);
        spawn_local(async move {
            let ended = self.link().answer(ask, Box::new(move |event| take(&events, event))).await;
            if ended.is_ok() && !run.borrow().ended {
                browser::sleep(LATE_MS).await;
            }
            run.borrow_mut().finish(ended);
        });
    }
}

/// An answer on its way into the window.
struct Run {
    state: State,
    /// Where it was asked; the page may have moved on.
    visit: u32,
    said: String,
    row: Option<Row>,
    /// Text that is not on the page yet.
    arrived: String,
    /// Whether a frame has been asked for.
    frame: bool,
    ended: bool,
}

fn take(run: &Rc<RefCell<Run>>, event: AnswerEvent) {
    let asks_frame = run.borrow_mut().event(event);
    if asks_frame {
        let run = Rc::clone(run);
        browser::next_frame(move || run.borrow_mut().flush());
    }
}

impl Run {
    /// Takes a step of the answer; tells whether a frame is to be asked for.
    fn event(&mut self, event: AnswerEvent) -> bool {
        match event {
            AnswerEvent::Started { conversation, question, answer } => self.started(conversation, question, answer),
            AnswerEvent::Loading { progress } => self.wait(Wait::Loading(progress)),
            AnswerEvent::Waiting { position, expected_ms } => self.wait(Wait::Queued { position, expected_ms }),
            AnswerEvent::Origin(origin) => self.comes_from(origin),
            AnswerEvent::Text { text } => {
                self.arrived.push_str(&text);
                return !std::mem::replace(&mut self.frame, true);
            }
            AnswerEvent::Done { origin, model, finish, measured, message } => self.end(message, |running| {
                running.state = MessageState::Whole;
                running.origin = Some(origin);
                running.model = Some(model);
                running.finish = Some(finish);
                running.measured = Some(measured);
            }),
            AnswerEvent::Failed { error, message } => {
                self.end(message, |running| running.state = MessageState::Failed(error));
            }
        }
        false
    }

    fn started(&mut self, conversation: ConversationId, question: MessageId, answer: MessageId) {
        let row = Row::new(blank(answer, Some(question), Role::Assistant));
        self.row = Some(row.clone());
        let chat = self.state.chat;
        chat.live.update_value(|live| drop(live.insert(answer, row.clone())));
        if !chat.is_visit(self.visit) {
            return;
        }
        chat.rows.update(|rows| {
            if rows.iter().all(|row| row.id != question) {
                let parent = rows.last().map(|row| row.id);
                let said = std::mem::take(&mut self.said);
                rows.push(Row::new(Message {
                    text: said,
                    state: MessageState::Whole,
                    ..blank(question, parent, Role::User)
                }));
            }
            rows.push(row);
        });
        chat.pending.set(None);
        chat.became(conversation);
        // Brings the versions of both messages.
        self.state.reload();
    }

    fn wait(&self, wait: Wait) {
        if let Some(row) = &self.row {
            row.wait.set(wait);
        }
    }

    fn comes_from(&self, origin: Origin) {
        let Some(row) = &self.row else { return };
        self.wait(Wait::Reading);
        let is_carried = row.message.with_untracked(|message| {
            let has_text = !self.arrived.is_empty() || !message.text.is_empty();
            is_carried_on(message.origin.as_ref(), &origin, has_text)
        });
        if is_carried {
            row.is_carried.set(true);
        }
        row.message.update(|message| message.origin = Some(origin));
    }

    fn flush(&mut self) {
        self.frame = false;
        let Some(row) = &self.row else { return };
        if self.arrived.is_empty() {
            return;
        }
        let arrived = std::mem::take(&mut self.arrived);
        row.message.update(|message| message.text.push_str(&arrived));
    }

    fn end(&mut self, stored: Option<Message>, otherwise: impl FnOnce(&mut Message)) {
        self.flush();
        self.ended = true;
        let Some(row) = &self.row else { return };
        self.state.chat.live.update_value(|live| drop(live.remove(&row.id)));
        row.message.update(|message| match stored {
            Some(mut stored) => {
                if stored.versions.is_empty() {
                    stored.versions = std::mem::take(&mut message.versions);
                }
                *message = stored;
            }
            None => otherwise(message),
        });
        self.state.speak(text::answer_is(&row.message.with_untracked(|message| message.text.clone())));
    }

    /// The stream is over. What it did not tell is asked for.
    fn finish(&mut self, ended: Result<(), Error>) {
        if self.ended {
            return;
        }
        match (ended, self.row.is_some()) {
            (Err(error), true) => self.end(None, |running| running.state = MessageState::Failed(error)),
            (Ok(()), true) => {
                self.flush();
                self.ended = true;
                if let Some(row) = &self.row {
                    self.state.chat.live.update_value(|live| drop(live.remove(&row.id)));
                }
                if self.state.chat.is_visit(self.visit) {
                    self.state.reload();
                }
            }
            (ended, false) => self.refuse(ended.err().unwrap_or_else(link::unexpected)),
        }
    }

    /// Nothing was stored: the words go back to where they were typed.
    fn refuse(&mut self, error: Error) {
        let chat = self.state.chat;
        if !chat.is_visit(self.visit) {
            if error.code != ErrorCode::NotFound {
                self.state.toast_problem(error.message);
            }
            return;
        }
        chat.pending.set(None);
        if chat.draft.with_untracked(String::is_empty) {
            chat.write_draft(std::mem::take(&mut self.said));
        }
        chat.refused.set(Some(error));
        self.state.reload();
    }
}

fn blank(id: MessageId, parent: Option<MessageId>, role: Role) -> Message {
    Message {
        id,
        parent,
        role,
        text: String::new(),
        state: MessageState::Streaming,
        origin: None,
        model: None,
        finish: None,
        measured: None,
        versions: Vec::new(),
        created_ms: 0,
    }
}
