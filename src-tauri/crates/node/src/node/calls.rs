//! Every question to the node, one arm each.

use opengateway_api::{Add, Call, Error, ErrorCode, JobKind, ModelId, Reply, Scope, Settings};
use opengateway_net::Invite;

use super::Inner;
use crate::{login, models, now_ms};

const LONGEST_TITLE: usize = 200;
const MOST_QUEUED: usize = 10_000;

impl Inner {
    pub(super) async fn call(&self, call: Call) -> Result<Reply, Error> {
        match call {
            Call::Snapshot => Ok(Reply::Snapshot(Box::new(self.topics.snapshot()))),
            Call::Status => Ok(self.status()),
            Call::Models => Ok(Reply::Models(self.topics.models.borrow().clone())),
            Call::AddModel(Add::File { path }) => self.registry.add_file(&path).await.map(Reply::Added),
            Call::AddModel(Add::Url { url, sha256 }) => self.downloads.add(&url, sha256).await.map(Reply::Added),
            Call::AddModel(Add::Starter) => {
                self.registry.keep_starter(true).await.map(|()| Reply::Added(ModelId::starter()))
            }
            Call::RemoveModel(id) => self.remove_model(id).await,
            Call::UseModel(id) => self.use_model(id).await,
            Call::PauseDownload(id) => done(self.downloads.pause(&id).await),
            Call::ResumeDownload(id) => done(self.downloads.resume(&id).await),
            Call::Unload => {
                self.engine.unload().await;
                Ok(Reply::Done)
            }
            Call::Conversation(id) => self.store.thread(id).await.map(Reply::Thread),
            Call::Rename { conversation, title } => {
                let title = checked_title(title)?;
                self.listed(self.store.rename(conversation, title).await).await
            }
            Call::Delete(id) => self.listed(self.store.delete(id, now_ms()).await).await,
            Call::Restore(id) => self.listed(self.store.restore(id).await).await,
            Call::Show(message) => self.store.show(message).await.map(Reply::Thread),
            Call::StopAnswer(message) => done(self.chat.stop(message)),
            Call::Hardware => self.inventory.refresh().await.map(Reply::Hardware),
            Call::MeasureSpeed => self.inventory.measure().await.map(Reply::Hardware),
            Call::Contribution => Ok(Reply::Contribution(self.topics.contribution.borrow().clone())),
            Call::Contribute(order) => self.lending.order(order).await.map(|()| Reply::Done),
            Call::Explain => self.lending.explain().await.map(Reply::Explanation),
            Call::QueueBatch { prompts, model } => self.queue_batch(prompts, model).await,
            Call::Batch => self.store.batch().await.map(Reply::Batch),
            Call::ClearBatch => self.clear_batch().await,
            Call::Network => Ok(Reply::Network(Box::new(self.topics.network.borrow().clone()))),
            Call::Invite => self.peers.invite().await.map(Reply::Invite),
            Call::Join(text) => self.join(&text).await,
            Call::Route { model, text, reach } => self.router.explain(model, &text, reach).await.map(Reply::Route),
            Call::Wallet => Ok(Reply::Wallet(Box::new(self.accounts.wallet().await))),
            Call::Movements { before_ms, most } => {
                Ok(Reply::Movements(self.accounts.movements(before_ms, most).await?))
            }
            Call::VerifyWallet => Ok(Reply::WalletProof(self.accounts.verify().await?)),
            Call::ExportWallet => Ok(Reply::WalletExport(self.accounts.export().await?)),
            Call::Refund(job) => self.refund(&job).await,
            Call::StartAtLogin(wanted) => self.start_at_login(wanted),
            Call::Settings => Ok(Reply::Settings(self.topics.settings.borrow().clone())),
            Call::SaveSettings(settings) => done(self.save_settings(settings).await),
            Call::Dismiss(id) => {
                self.topics.dismiss(&id);
                Ok(Reply::Done)
            }
            Call::RetryKeychain => {
                self.open_identity().await;
                Ok(self.status())
            }
            Call::UseKeyFile => {
                self.use_key_file().await?;
                Ok(self.status())
            }
            Call::OpenWindow => self.open_window(),
            Call::Stop => {
                self.stop_asked.cancel();
                Ok(Reply::Done)
            }
        }
    }

    /// Joins the network through a friend's node: the scope becomes at least what its addresses need.
    async fn join(&self, text: &str) -> Result<Reply, Error> {
        let wrong = |message: String| Error::new(ErrorCode::InvalidRequest, message);
        let addresses = match text.trim() {
            address if address.starts_with('/') => vec![address.to_owned()],
            invite => Invite::from_text(invite).map_err(wrong)?.dialled(),
        };
        let needed = addresses.iter().map(|address| opengateway_net::scope_of(address)).min().unwrap_or_default();
        if needed == Scope::Off {
            return Err(wrong("This leads nowhere: it names no address. Ask for another one.".into()));
        }
        let mut settings = self.topics.settings.borrow().clone();
        if settings.network.scope < needed {
            settings.network.scope = needed;
            self.save_settings(settings).await?;
        }
        self.peers.dial(addresses).await;
        Ok(Reply::Done)
    }

    fn status(&self) -> Reply {
        Reply::Status(self.topics.status.borrow().clone())
    }

    async fn listed(&self, outcome: Result<(), Error>) -> Result<Reply, Error> {
        outcome?;
        done(self.chat.refresh().await)
    }

    async fn use_model(&self, id: ModelId) -> Result<Reply, Error> {
        if !self.topics.knows(&id) {
            return Err(models::unknown(&id));
        }
        self.engine.forgive(id.clone()).await;
        let settings = Settings { model: id, ..self.topics.settings.borrow().clone() };
        done(self.save_settings(settings).await)
    }

    async fn remove_model(&self, id: ModelId) -> Result<Reply, Error> {
        if self.downloads.remove(&id).await? {
            return Ok(Reply::Done);
        }
        if self.topics.settings.borrow().model == id {
            let models = self.topics.models.borrow().models.clone();
            let other = models.into_iter().find(|model| model.id != id && model.problem.is_none());
            if let Some(other) = other {
                self.use_model(other.id).await?;
            }
            self.engine.unload().await;
        }
        done(self.registry.remove(&id).await)
    }

    async fn queue_batch(&self, prompts: Vec<String>, model: Option<ModelId>) -> Result<Reply, Error> {
        let prompts: Vec<String> =
            prompts.iter().map(|prompt| prompt.trim()).filter(|prompt| !prompt.is_empty()).map(Into::into).collect();
        if prompts.is_empty() || prompts.len() > MOST_QUEUED {
            let message = format!("Queue 1 to {MOST_QUEUED} prompts at a time, one in each line.");
            return Err(Error::new(ErrorCode::InvalidRequest, message));
        }
        let model = model.unwrap_or_else(|| self.topics.settings.borrow().model.clone());
        if !self.registry.has(&model) {
            return Err(models::unknown(&model));
        }
        self.store.queue_jobs(JobKind::Batch, model, prompts, now_ms()).await?;
        self.lending.queue_changed().await;
        self.store.batch().await.map(Reply::Batch)
    }

    async fn clear_batch(&self) -> Result<Reply, Error> {
        self.store.clear_batch().await?;
        self.lending.queue_changed().await;
        Ok(Reply::Done)
    }

    async fn refund(&self, job: &str) -> Result<Reply, Error> {
        let bad = || {
            Error::new(ErrorCode::InvalidRequest, "A job is named by 32 hexadecimal digits; the history shows them.")
        };
        let job = crate::unhex(job).ok_or_else(bad)?;
        self.accounts.refund(job).await?;
        Ok(Reply::Done)
    }

    fn start_at_login(&self, wanted: bool) -> Result<Reply, Error> {
        let state = login::set(wanted)?;
        self.topics.status.send_modify(|status| status.start_at_login = Some(state));
        Ok(self.status())
    }

    fn open_window(&self) -> Result<Reply, Error> {
        match &self.window {
            // A full queue means that the window is being opened already.
            Some(window) => {
                let _already_asked = window.try_send(());
                Ok(Reply::Done)
            }
            None => Err(Error::new(
                ErrorCode::NoWindow,
                "The running OpenGateway has no window; it was started in the terminal.",
            )),
        }
    }
}

fn done(outcome: Result<(), Error>) -> Result<Reply, Error> {
    outcome.map(|()| Reply::Done)
}

fn checked_title(title: String) -> Result<String, Error> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(Error::new(ErrorCode::InvalidRequest, format!("A title has 1 to {LONGEST_TITLE} letters.")));
    }
    Ok(title.to_owned())
}
