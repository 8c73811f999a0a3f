//! The one place of truth in the window: signals fed by a snapshot and by updates. Views read them and call the
//! methods here; nothing else talks to the node.

mod answer;
mod attempt;
mod books;
pub(crate) mod chart;
mod chat;
pub(crate) mod describe;
pub(crate) mod hours;
pub(crate) mod lending;
pub(crate) mod machine;
mod models;
pub(crate) mod names;
pub(crate) mod network;
pub(crate) mod origin;
pub(crate) mod peers;
pub(crate) mod stretches;
pub(crate) mod wallet;
pub(crate) mod week;

use std::rc::Rc;

use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{
    self as api, BatchItem, Call, Contribution, Conversation, ConversationId, Error, ErrorCode, Explanation, Hardware,
    Models, Network, Notice, PeerModel, Reply, Settings, Snapshot, Status,
};

pub(crate) use attempt::Attempt;
pub(crate) use books::Books;
pub(crate) use chat::{Chat, Phase, Row};
pub(crate) use models::parse_add;

use crate::browser;
use crate::link::{self, Link};
use crate::text;

/// Which view fills the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Chat,
    Models,
    Contribute,
    Network,
    Wallet,
    Settings,
}

/// How we stand with the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing has come yet.
    Connecting,
    /// The node answers.
    Ready,
    /// It answered before, or never did; we try again by ourselves.
    Lost(Error),
}

/// A short message at the lower edge that goes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) id: u32,
    pub(crate) text: String,
    pub(crate) is_problem: bool,
    /// The conversation that its button brings back.
    pub(crate) undo: Option<ConversationId>,
}

/// How long a toast stays.
const TOAST_MS: u64 = 8_000;
/// How long we wait before we ask a lost node again.
const RECONNECT_MS: i32 = 2_000;
/// A subscription that ends sooner was only confirmed; it goes on through its channel.
const CONFIRMED_MS: f64 = 1_000.0;

/// Everything the window knows. Copied freely; the signals live as long as the page.
#[derive(Clone, Copy)]
pub(crate) struct State {
    link: StoredValue<Rc<dyn Link>, LocalStorage>,
    lost: StoredValue<Option<oneshot::Sender<Error>>, LocalStorage>,
    pub(crate) stage: RwSignal<Stage>,
    pub(crate) status: RwSignal<Option<Status>>,
    pub(crate) models: RwSignal<Models>,
    pub(crate) conversations: RwSignal<Vec<Conversation>>,
    pub(crate) settings: RwSignal<Settings>,
    pub(crate) notices: RwSignal<Vec<Notice>>,
    pub(crate) hardware: RwSignal<Hardware>,
    pub(crate) contribution: RwSignal<Option<Contribution>>,
    pub(crate) network: RwSignal<Network>,
    /// Models that only peers have; told only when they change.
    pub(crate) peer_models: Memo<Vec<PeerModel>>,
    pub(crate) books: Books,
    /// A text that lets a friend's node find this one; known once it was asked.
    pub(crate) invite: RwSignal<Option<String>>,
    /// Why this PC is lent or not; known once it was asked.
    pub(crate) explanation: RwSignal<Option<Explanation>>,
    /// The owner's queue; known once it was asked.
    pub(crate) batch: RwSignal<Option<Vec<BatchItem>>>,
    pub(crate) chat: Chat,
    pub(crate) view: RwSignal<View>,
    pub(crate) list_shown: RwSignal<bool>,
    pub(crate) shortcuts_shown: RwSignal<bool>,
    /// Which first-run card is shown.
    pub(crate) welcome_step: RwSignal<usize>,
    pub(crate) toasts: RwSignal<Vec<Toast>>,
    /// What a screen reader says next.
    pub(crate) spoken: RwSignal<String>,
}

impl State {
    /// Nothing known yet.
    pub(crate) fn new(link: Rc<dyn Link>) -> Self {
        let network = RwSignal::new(Network::default());
        Self {
            link: StoredValue::new_local(link),
            lost: StoredValue::new_local(None),
            stage: RwSignal::new(Stage::Connecting),
            status: RwSignal::new(None),
            models: RwSignal::new(Models::default()),
            conversations: RwSignal::new(Vec::new()),
            settings: RwSignal::new(Settings::default()),
            notices: RwSignal::new(Vec::new()),
            hardware: RwSignal::new(Hardware::default()),
            contribution: RwSignal::new(None),
            network,
            peer_models: Memo::new(move |_| network.with(|network| network.models.clone())),
            books: Books::new(),
            invite: RwSignal::new(None),
            explanation: RwSignal::new(None),
            batch: RwSignal::new(None),
            chat: Chat::new(),
            view: RwSignal::new(View::Chat),
            list_shown: RwSignal::new(!browser::is_narrow()),
            shortcuts_shown: RwSignal::new(false),
            welcome_step: RwSignal::new(0),
            toasts: RwSignal::new(Vec::new()),
            spoken: RwSignal::new(String::new()),
        }
    }

    /// The state of this page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    pub(crate) fn link(self) -> Rc<dyn Link> {
        self.link.get_value()
    }

    /// Keeps the window attached to the node for as long as the page lives.
    pub(crate) fn attach(self) {
        spawn_local(async move {
            loop {
                if let Err(error) = self.attached().await {
                    self.stage.set(Stage::Lost(error));
                    browser::sleep(RECONNECT_MS).await;
                }
            }
        });
    }

    /// Subscribes, takes a snapshot, and returns when the node is gone or ends the subscription.
    async fn attached(self) -> Result<(), Error> {
        let (lost, when_lost) = oneshot::channel();
        self.lost.set_value(Some(lost));
        let begun = browser::now_ms();
        let updates = self.link().updates(Box::new(move |update| self.take(update)));
        match self.call(Call::Snapshot).await? {
            Reply::Snapshot(snapshot) => self.show(*snapshot),
            _ => return Err(link::unexpected()),
        }
        updates.await?;
        if browser::now_ms() - begun < CONFIRMED_MS {
            return Err(when_lost.await.unwrap_or_else(|_| link::unexpected()));
        }
        Ok(())
    }

    /// Asks the node. A node that is gone is noticed here.
    pub(crate) async fn call(self, call: Call) -> Result<Reply, Error> {
        let reply = self.link().call(call).await;
        if let Err(error) = &reply
            && error.code == ErrorCode::NotRunning
        {
            self.stage.set(Stage::Lost(error.clone()));
            if let Some(lost) = self.lost.try_update_value(Option::take).flatten() {
                // Nobody waits when the subscription has already failed.
                let _ = lost.send(error.clone());
            }
        }
        reply
    }

    /// Asks the node and shows a toast when it refuses.
    pub(crate) fn order(self, call: Call) {
        spawn_local(async move {
            if let Err(error) = self.call(call).await {
                self.toast_problem(error.message);
            }
        });
    }

    fn show(self, snapshot: Snapshot) {
        let first = self.stage.get_untracked() == Stage::Connecting;
        self.status.set(Some(snapshot.status));
        self.models.set(snapshot.models);
        self.conversations.set(snapshot.conversations);
        self.settings.set(snapshot.settings);
        self.notices.set(snapshot.notices);
        self.hardware.set(snapshot.hardware);
        self.contribution.set(Some(snapshot.contribution));
        self.network.set(snapshot.network);
        self.books.take(snapshot.wallet);
        self.stage.set(Stage::Ready);
        if first {
            self.resume();
        } else {
            self.reload();
        }
    }

    fn take(self, update: api::Update) {
        match update {
            api::Update::Status(status) => self.status.set(Some(status)),
            api::Update::Models(models) => self.models.set(models),
            api::Update::Conversations(conversations) => self.conversations.set(conversations),
            api::Update::Settings(settings) => self.settings.set(settings),
            api::Update::Notices(notices) => self.notices.set(notices),
            api::Update::Hardware(hardware) => self.hardware.set(hardware),
            api::Update::Contribution(contribution) => self.contribution.set(Some(contribution)),
            api::Update::Network(network) => self.network.set(*network),
            api::Update::Wallet(wallet) => self.books.take(*wallet),
        }
    }

    /// Takes in a reply that is a topic's whole value; others are for those who asked.
    fn learn(self, reply: Reply) {
        match reply {
            Reply::Status(status) => self.status.set(Some(status)),
            Reply::Hardware(hardware) => self.hardware.set(hardware),
            Reply::Contribution(contribution) => self.contribution.set(Some(contribution)),
            Reply::Explanation(explanation) => self.explanation.set(Some(explanation)),
            Reply::Batch(batch) => self.batch.set(Some(batch)),
            Reply::Invite(invite) => self.invite.set(Some(invite)),
            Reply::Wallet(wallet) => self.books.take(*wallet),
            Reply::Movements(page) => self.books.take_page(&page),
            Reply::WalletProof(proof) => self.books.proof.set(Some(proof)),
            Reply::WalletExport(records) => self.books.export.set(Some(records)),
            _ => {}
        }
    }

    /// Goes to a view; the chat gets the focus where one types.
    pub(crate) fn go(self, view: View) {
        self.view.set(view);
        if view == View::Chat {
            browser::focus("[data-test=composer]");
        }
    }

    /// Goes to a section of the settings.
    pub(crate) fn go_to_settings(self, section: &'static str) {
        self.go(View::Settings);
        browser::scroll_to(section);
        browser::focus(section);
    }

    /// Changes one thing the owner has set, at once here and then in the node.
    pub(crate) async fn change(self, change: impl FnOnce(&mut Settings)) -> Result<(), Error> {
        let before = self.settings.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        self.settings.set(after.clone());
        match self.call(Call::SaveSettings(after)).await {
            Ok(_) => Ok(()),
            Err(error) => {
                self.settings.set(before);
                Err(error)
            }
        }
    }

    /// Changes one thing the owner has set, from a place that has no room to say why it was refused.
    pub(crate) fn alter(self, change: impl FnOnce(&mut Settings) + 'static) {
        spawn_local(async move {
            if let Err(error) = self.change(change).await {
                self.toast_problem(error.message);
            }
        });
    }

    /// Lets a screen reader say something; the same words twice are two things.
    fn speak(self, words: String) {
        self.spoken.set(String::new());
        browser::after(100, move || self.spoken.set(words));
    }

    pub(crate) fn toast_problem(self, text: String) {
        self.toast(text, true, None);
    }

    pub(crate) fn toast(self, text: String, is_problem: bool, undo: Option<ConversationId>) {
        let id = self.toasts.with_untracked(|toasts| toasts.last().map_or(0, |last| last.id + 1));
        self.toasts.update(|toasts| toasts.push(Toast { id, text, is_problem, undo }));
        browser::after(TOAST_MS, move || self.end_toast(id));
    }

    pub(crate) fn end_toast(self, id: u32) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    /// Takes a conversation off the list and offers to bring it back.
    pub(crate) fn delete(self, conversation: &Conversation) {
        let (id, title) = (conversation.id, conversation.title.clone());
        spawn_local(async move {
            match self.call(Call::Delete(id)).await {
                Ok(_) => {
                    self.conversations.update(|list| list.retain(|other| other.id != id));
                    if self.chat.open.get_untracked() == Some(id) {
                        self.new_chat();
                    }
                    self.toast(text::deleted(&title), false, Some(id));
                }
                Err(error) => self.toast_problem(error.message),
            }
        });
    }
}
