//! Everything a window shows, as current values: truth is state, updates are hints.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use opengateway_api::{
    Activity, Contribution, Conversation, Hardware, ModelId, Models, Network, Notice, Settings, Snapshot, Status,
    Update, Wallet,
};
use opengateway_engine::State;
use tokio::sync::watch;

/// Changes closer together than this are told as one.
const PACE: Duration = Duration::from_millis(50);

/// One current value for each topic.
pub(crate) struct Topics {
    pub(crate) status: watch::Sender<Status>,
    pub(crate) models: watch::Sender<Models>,
    pub(crate) conversations: watch::Sender<Vec<Conversation>>,
    pub(crate) settings: watch::Sender<Settings>,
    pub(crate) hardware: watch::Sender<Hardware>,
    pub(crate) contribution: watch::Sender<Contribution>,
    pub(crate) network: watch::Sender<Network>,
    pub(crate) wallet: watch::Sender<Wallet>,
    notices: watch::Sender<BTreeMap<String, Notice>>,
}

impl Topics {
    pub(crate) fn new(status: Status, settings: Settings) -> Self {
        Self {
            status: watch::Sender::new(status),
            models: watch::Sender::default(),
            conversations: watch::Sender::default(),
            settings: watch::Sender::new(settings),
            hardware: watch::Sender::default(),
            contribution: watch::Sender::default(),
            network: watch::Sender::default(),
            wallet: watch::Sender::default(),
            notices: watch::Sender::default(),
        }
    }

    pub(crate) fn notify(&self, notice: Notice) {
        self.notices.send_modify(|notices| {
            notices.insert(notice.id.clone(), notice);
        });
    }

    /// Whether this PC or a peer answers with a model of that name.
    pub(crate) fn knows(&self, model: &ModelId) -> bool {
        self.models.borrow().models.iter().any(|known| known.id == *model)
            || self.network.borrow().models.iter().any(|known| known.id == *model)
    }

    pub(crate) fn dismiss(&self, id: &str) {
        self.notices.send_if_modified(|notices| notices.remove(id).is_some());
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            status: self.status.borrow().clone(),
            models: self.models.borrow().clone(),
            conversations: self.conversations.borrow().clone(),
            settings: self.settings.borrow().clone(),
            notices: self.notices.borrow().values().cloned().collect(),
            hardware: self.hardware.borrow().clone(),
            contribution: self.contribution.borrow().clone(),
            network: self.network.borrow().clone(),
            wallet: self.wallet.borrow().clone(),
        }
    }

    /// The current value of every topic, then each new one. Slow readers miss values, never the last.
    pub(crate) fn updates(&self) -> BoxStream<'static, Update> {
        stream::select_all([
            paced(self.status.subscribe(), Update::Status),
            paced(self.models.subscribe(), Update::Models),
            paced(self.conversations.subscribe(), Update::Conversations),
            paced(self.settings.subscribe(), Update::Settings),
            paced(self.hardware.subscribe(), Update::Hardware),
            paced(self.contribution.subscribe(), Update::Contribution),
            paced(self.network.subscribe(), |network| Update::Network(Box::new(network))),
            paced(self.wallet.subscribe(), |wallet| Update::Wallet(Box::new(wallet))),
            paced(self.notices.subscribe(), |notices| Update::Notices(notices.into_values().collect())),
        ])
        .boxed()
    }
}

fn paced<T: Clone + Send + Sync + 'static>(
    mut topic: watch::Receiver<T>,
    wrap: impl Fn(T) -> Update + Send + 'static,
) -> BoxStream<'static, Update> {
    topic.mark_changed();
    stream::unfold((topic, wrap), |(mut topic, wrap)| async move {
        topic.changed().await.ok()?;
        tokio::time::sleep(PACE).await;
        let value = topic.borrow_and_update().clone();
        Some((wrap(value), (topic, wrap)))
    })
    .boxed()
}

/// What the engine does, in the words of the status strip.
pub(crate) fn activity(state: &State) -> Activity {
    match state {
        State::Starting => Activity::Restarting,
        State::Empty => Activity::Idle,
        State::Loading(model, progress) => Activity::Loading { model: model.clone(), progress: *progress },
        State::Loaded(model, 0) => Activity::Ready { model: model.clone() },
        State::Loaded(model, answers) => Activity::Answering { model: model.clone(), answers: *answers },
        State::Broken(reason) => Activity::Broken { reason: reason.clone() },
    }
}
