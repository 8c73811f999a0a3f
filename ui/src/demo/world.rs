//! The canned node's state, and what its calls do to it.

use std::collections::BTreeMap;

use opengateway_api::{
    Activity, Add, AnswerEvent, Ask, Call, Conversation, ConversationId, Credits, Download, DownloadState, Error,
    ErrorCode, Finish, Measured, Message, MessageId, MessageState, Model, ModelId, ModelSource, Reply, Role, STARTER,
    Settings, Snapshot, Thread,
};

use super::lend::{self, Lending};
use super::net::{self, Net};
use super::wallet::Accounts;
use super::{at_rest, gone, words};
use crate::browser;
use crate::state::describe::file_name;

/// The canned node.
#[derive(Debug)]
pub(super) struct World {
    pub(super) snapshot: Snapshot,
    pub(super) messages: BTreeMap<MessageId, (ConversationId, Message)>,
    /// The message shown last in each conversation.
    pub(super) leaves: BTreeMap<ConversationId, MessageId>,
    pub(super) deleted: Vec<Conversation>,
    pub(super) first_open: Option<ConversationId>,
    pub(super) goes_away: bool,
    pub(super) is_gone: bool,
    pub(super) fails_to_open: bool,
    pub(super) never_begins: bool,
    pub(super) lending: Lending,
    pub(super) net: Net,
    pub(super) accounts: Accounts,
}

/// An answer that has begun.
pub(super) struct Begun {
    pub(super) started: AnswerEvent,
    pub(super) answer: MessageId,
    pub(super) words: String,
}

impl World {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            messages: BTreeMap::new(),
            leaves: BTreeMap::new(),
            deleted: Vec::new(),
            first_open: None,
            goes_away: false,
            is_gone: false,
            fails_to_open: false,
            never_begins: false,
            lending: Lending::default(),
            net: Net::default(),
            accounts: Accounts::default(),
        }
    }

    pub(super) fn reply(&mut self, call: Call, now_ms: f64) -> Result<Reply, Error> {
        if self.is_gone {
            return Err(gone());
        }
        match call {
            Call::Snapshot => return Ok(Reply::Snapshot(Box::new(self.snapshot.clone()))),
            Call::Conversation(id) => return self.thread(id),
            Call::Show(message) => return self.show(message),
            Call::AddModel(add) => return Ok(Reply::Added(self.add(add))),
            Call::RemoveModel(id) => {
                self.snapshot.models.models.retain(|model| model.id != id);
                self.snapshot.models.downloads.retain(|download| download.id != id);
            }
            Call::UseModel(id) => {
                self.snapshot.models.in_use = Some(id);
                self.snapshot.status.activity = Activity::Idle;
            }
            Call::PauseDownload(id) => self.set_download(&id, DownloadState::Paused),
            Call::ResumeDownload(id) => self.set_download(&id, DownloadState::Running),
            Call::Rename { conversation, title } => {
                self.edit(conversation, |one| one.title = title);
            }
            Call::Delete(id) => {
                let list = std::mem::take(&mut self.snapshot.conversations);
                let (gone, kept) = list.into_iter().partition(|one| one.id == id);
                self.snapshot.conversations = kept;
                self.deleted.extend::<Vec<_>>(gone);
            }
            Call::Restore(id) => {
                let list = std::mem::take(&mut self.deleted);
                let (back, kept): (Vec<_>, _) = list.into_iter().partition(|one| one.id == id);
                self.deleted = kept;
                self.snapshot.conversations.extend(back);
                self.snapshot.conversations.sort_by_key(|one| std::cmp::Reverse(one.updated_ms));
            }
            Call::StopAnswer(id) => self.set_state(id, MessageState::Stopped),
            Call::SaveSettings(settings) => return self.save(settings),
            Call::Hardware
            | Call::MeasureSpeed
            | Call::Contribute(_)
            | Call::Explain
            | Call::Batch
            | Call::QueueBatch { .. }
            | Call::ClearBatch => return self.lend(call, now_ms),
            Call::Network => return Ok(Reply::Network(Box::new(self.snapshot.network.clone()))),
            Call::Wallet | Call::Movements { .. } | Call::VerifyWallet | Call::ExportWallet | Call::Refund(_) => {
                return self.accounts.reply(&call, &mut self.snapshot.wallet, browser::clock().now_ms);
            }
            Call::Invite => return Ok(Reply::Invite(self.invite())),
            Call::Join(invite) => self.join(&invite)?,
            Call::StartAtLogin(on) => {
                self.snapshot.status.start_at_login = Some(on);
                return Ok(Reply::Status(self.snapshot.status.clone()));
            }
            Call::Dismiss(id) => self.snapshot.notices.retain(|notice| notice.id != id),
            Call::RetryKeychain | Call::UseKeyFile => {
                self.snapshot.notices.retain(|notice| notice.id != "keychain");
                "key file".clone_into(&mut self.snapshot.status.identity);
            }
            _ => {}
        }
        Ok(Reply::Done)
    }

    /// Whatever is about lending or needs its sensors.
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for a long time")]
    fn lend(&mut self, call: Call, now_ms: f64) -> Result<Reply, Error> {
        self.lending.refusal()?;
        let lent = &mut self.snapshot.contribution;
        match call {
            Call::Hardware => return Ok(Reply::Hardware(self.snapshot.hardware.clone())),
            Call::Explain => return Ok(Reply::Explanation(lend::explain(lent))),
            Call::Batch => return Ok(Reply::Batch(self.lending.batch.clone())),
            Call::QueueBatch { prompts, model } => {
                let model = model.or_else(|| self.snapshot.models.in_use.clone()).unwrap_or_else(ModelId::starter);
                return Ok(self.lending.queue(prompts, &model, lent));
            }
            Call::ClearBatch => {
                self.lending.batch.clear();
                lent.waiting = 0;
            }
            Call::Contribute(order) => lend::obey(lent, order, now_ms as i64),
            _ => {}
        }
        Ok(Reply::Done)
    }

    fn save(&mut self, settings: Settings) -> Result<Reply, Error> {
        if settings.region.contains(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-') {
            let why =
                format!("{:?} is no region; write one of the seven names or a code such as us-east-1", settings.region);
            return Err(Error::new(ErrorCode::InvalidRequest, why));
        }
        net::set_scope(&mut self.snapshot.network, settings.network.scope);
        self.snapshot.settings = settings;
        Ok(Reply::Done)
    }

    fn edit(&mut self, id: ConversationId, change: impl FnOnce(&mut Conversation)) {
        if let Some(one) = self.snapshot.conversations.iter_mut().find(|one| one.id == id) {
            change(one);
        }
    }

    fn set_download(&mut self, id: &ModelId, state: DownloadState) {
        if let Some(download) = self.snapshot.models.downloads.iter_mut().find(|one| one.id == *id) {
            download.bytes_per_second = if state == DownloadState::Running { 18_400_000 } else { 0 };
            download.state = state;
        }
    }

    fn set_state(&mut self, id: MessageId, state: MessageState) {
        if let Some((_, message)) = self.messages.get_mut(&id) {
            message.state = state;
        }
    }

    fn add(&mut self, add: Add) -> ModelId {
        let name = match &add {
            Add::File { path: from } | Add::Url { url: from, .. } => file_name(from),
            Add::Starter => STARTER.to_owned(),
        };
        let id = ModelId(name.to_lowercase());
        match add {
            Add::File { .. } | Add::Starter => self.snapshot.models.models.push(Model {
                id: id.clone(),
                name,
                architecture: "llama".to_owned(),
                size_bytes: 4_370_000_000,
                context: 32_768,
                hash: None,
                source: if id.0 == STARTER { ModelSource::BuiltIn } else { ModelSource::File },
                price: Credits::whole(500),
                problem: None,
            }),
            Add::Url { url, .. } => self.snapshot.models.downloads.push(Download {
                id: id.clone(),
                url,
                done_bytes: 0,
                total_bytes: Some(2_497_280_000),
                bytes_per_second: 18_400_000,
                state: DownloadState::Running,
            }),
        }
        id
    }

    /// Half a second of downloading; tells whether anything came.
    pub(super) fn fetch(&mut self) -> bool {
        let mut came = false;
        for download in &mut self.snapshot.models.downloads {
            if download.state == DownloadState::Running && download.total_bytes > Some(download.done_bytes) {
                download.done_bytes += download.bytes_per_second / 2;
                came = true;
            }
        }
        came
    }

    /// The path that ends in the conversation's leaf.
    fn thread(&self, id: ConversationId) -> Result<Reply, Error> {
        let found = self.snapshot.conversations.iter().find(|one| one.id == id).filter(|_| !self.fails_to_open);
        let conversation = found.cloned().ok_or_else(|| {
            Error::retryable(ErrorCode::Internal, "The database could not be read. Your chats are still on the disk.")
        })?;
        let mut versions = BTreeMap::<_, Vec<MessageId>>::new();
        for (_, one) in self.messages.values().filter(|(home, _)| *home == id) {
            versions.entry(one.parent).or_default().push(one.id);
        }
        let mut messages = Vec::new();
        let mut next = self.leaves.get(&id).copied();
        while let Some((_, message)) = next.and_then(|id| self.messages.get(&id)) {
            next = message.parent;
            let versions = versions.get(&message.parent).cloned().unwrap_or_default();
            messages.push(Message { versions, ..message.clone() });
        }
        messages.reverse();
        Ok(Reply::Thread(Thread { conversation, messages }))
    }

    fn versions(&self, of: &Message) -> Vec<MessageId> {
        let conversation = self.messages.get(&of.id).map(|(conversation, _)| *conversation);
        let same = |(home, one): &&(ConversationId, Message)| {
            Some(*home) == conversation && one.parent == of.parent && one.role == of.role
        };
        self.messages.values().filter(same).map(|(_, one)| one.id).collect()
    }

    fn show(&mut self, id: MessageId) -> Result<Reply, Error> {
        let Some((conversation, _)) = self.messages.get(&id) else {
            return Err(Error::new(ErrorCode::NotFound, "This message no longer exists."));
        };
        let conversation = *conversation;
        let mut leaf = id;
        while let Some((_, next)) = self.messages.values().rfind(|(_, one)| one.parent == Some(leaf)) {
            leaf = next.id;
        }
        self.leaves.insert(conversation, leaf);
        self.thread(conversation)
    }

    pub(super) fn say(
        &mut self,
        conversation: ConversationId,
        parent: Option<MessageId>,
        role: Role,
        text: &str,
    ) -> MessageId {
        let id = MessageId(self.messages.keys().last().map_or(1, |last| last.0 + 1));
        let message = Message {
            id,
            parent,
            role,
            text: text.to_owned(),
            state: MessageState::Whole,
            origin: None,
            model: None,
            finish: None,
            measured: None,
            versions: Vec::new(),
            created_ms: 0,
        };
        self.messages.insert(id, (conversation, message));
        self.leaves.insert(conversation, id);
        id
    }

    /// Fills in where and how fast an answer was computed.
    pub(super) fn measure(&mut self, id: MessageId, text_per_second: f64, first_token_ms: f64) {
        let model = self.snapshot.models.in_use.clone();
        let (first, second) = self.origins();
        if let Some((_, message)) = self.messages.get_mut(&id) {
            message.origin = Some(second.unwrap_or(first));
            message.model = model;
            message.finish = Some(Finish::Stop);
            message.measured = Some(Measured { text_per_second, first_token_ms, ..Measured::default() });
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for a long time")]
    pub(super) fn begin(&mut self, ask: Ask, now_ms: f64) -> Result<Begun, Error> {
        if self.is_gone {
            return Err(gone());
        }
        let (conversation, question, asked) = match ask {
            Ask::Send { conversation, parent, text } => {
                let conversation = conversation.unwrap_or_else(|| self.new_conversation(&text, now_ms as i64));
                (conversation, self.say(conversation, parent, Role::User, &text), text)
            }
            Ask::Regenerate { message } => self.question_of(message)?,
            Ask::Once { .. } => return Err(Error::new(ErrorCode::InvalidRequest, "The window keeps what it asks.")),
        };
        let answer = self.say(conversation, Some(question), Role::Assistant, "");
        self.set_state(answer, MessageState::Streaming);
        self.edit(conversation, |one| one.updated_ms = now_ms as i64);
        self.snapshot.conversations.sort_by_key(|one| std::cmp::Reverse(one.updated_ms));
        if let Activity::Ready { model } = at_rest(self) {
            self.snapshot.status.activity = Activity::Answering { model, answers: 1 };
        }
        let started = AnswerEvent::Started { conversation, question, answer };
        Ok(Begun { started, answer, words: words::answer(&asked).to_owned() })
    }

    fn new_conversation(&mut self, title: &str, updated_ms: i64) -> ConversationId {
        let ids = self.snapshot.conversations.iter().chain(&self.deleted).map(|one| one.id.0);
        let id = ConversationId(ids.max().unwrap_or(0) + 1);
        let title = title.chars().take(60).collect();
        self.snapshot.conversations.insert(0, Conversation { id, title, updated_ms });
        id
    }

    fn question_of(&self, answer: MessageId) -> Result<(ConversationId, MessageId, String), Error> {
        let found = self.messages.get(&answer).and_then(|(_, message)| message.parent);
        let found = found.and_then(|id| self.messages.get(&id));
        found
            .map(|(conversation, question)| (*conversation, question.id, question.text.clone()))
            .ok_or_else(|| Error::new(ErrorCode::NotFound, "This message no longer exists."))
    }

    /// Adds to an answer; tells whether it is still wanted.
    pub(super) fn write(&mut self, answer: MessageId, word: &str) -> bool {
        let Some((_, message)) = self.messages.get_mut(&answer) else {
            return false;
        };
        if message.state != MessageState::Streaming {
            return false;
        }
        message.text.push_str(word);
        true
    }

    pub(super) fn end(&mut self, answer: MessageId) -> Message {
        self.measure(answer, 54.2, 184.0);
        self.snapshot.status.activity = at_rest(self);
        if let Some((_, message)) = self.messages.get_mut(&answer)
            && message.state == MessageState::Streaming
        {
            message.state = MessageState::Whole;
        }
        let (_, message) = self.messages.get(&answer).expect("the answer was begun here");
        Message { versions: self.versions(message), ..message.clone() }
    }
}
