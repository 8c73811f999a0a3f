//! Something that can answer over everything that can: this PC first, then peers, ever farther.
//!
//! An answer is begun by the first of the plan; who is late gets a rival, and the first to write wins. Who is lost in
//! the middle is followed by the next one, which carries the answer on from the text that is there.

mod attempt;
mod bill;
mod explain;
mod line;
mod remote;
mod run;

use std::sync::Arc;

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{ModelHash, ModelId, Place, Privacy, Prompt};
use opengateway_core::backend::{AnswerError, Backend, Chunk, Offer};
use opengateway_core::capability::Load;
use opengateway_core::privacy::Relation;
use opengateway_core::route::{Candidate, Request};
use opengateway_engine::{Engine, State};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::accounts::Accounts;
use crate::peers::Peers;
use crate::tasks::Tasks;
use crate::topics::Topics;
use line::Lines;

/// Steps of an answer that wait for a slow reader; the answer waits with them.
const QUEUE: usize = 64;
/// Letters of a text token, about: enough to tell whether a prompt fits.
const LETTERS: usize = 3;

/// Chooses who answers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Router {
    pub(crate) engine: Engine,
    pub(crate) peers: Peers,
    pub(crate) topics: Arc<Topics>,
    pub(crate) tasks: Tasks,
    pub(crate) accounts: Accounts,
    lines: Lines,
}

/// A model by the names it has here and everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    id: ModelId,
    hash: Option<ModelHash>,
    /// Whether this PC can answer with it.
    here: bool,
    /// Why it cannot, although it has a file of it.
    problem: Option<String>,
}

impl Backend for Router {
    fn offers(&self) -> Vec<Offer> {
        let network = self.topics.network.borrow();
        let peers = network.models.iter().map(|model| Offer {
            model: model.id.clone(),
            place: model.place,
            context: model.context,
        });
        self.engine.offers().into_iter().chain(peers).collect()
    }

    fn answer(&self, prompt: Prompt) -> BoxStream<'static, Result<Chunk, AnswerError>> {
        let router = self.clone();
        let begin = async move {
            let (chunks, stream) = mpsc::channel(QUEUE);
            let tasks = router.tasks.clone();
            tasks.spawn("route", async move {
                let reader_gone = chunks.clone();
                tokio::select! {
                    () = reader_gone.closed() => {}
                    () = run::answer(router, prompt, chunks) => {}
                }
            });
            ReceiverStream::new(stream)
        };
        futures::stream::once(begin).flatten().boxed()
    }
}

impl Router {
    pub(crate) fn new(engine: Engine, peers: Peers, accounts: Accounts, topics: Arc<Topics>, tasks: Tasks) -> Self {
        Self { engine, peers, topics, tasks, accounts, lines: Lines::default() }
    }

    fn known(&self, id: &ModelId) -> Option<Known> {
        let models = self.topics.models.borrow();
        if let Some(model) = models.models.iter().find(|model| model.id == *id) {
            let problem = model.problem.as_ref().map(|problem| problem.message.clone());
            return Some(Known { id: id.clone(), hash: model.hash, here: problem.is_none(), problem });
        }
        let network = self.topics.network.borrow();
        let model = network.models.iter().find(|model| model.id == *id)?;
        Some(Known { id: id.clone(), hash: Some(model.hash), here: false, problem: None })
    }

    fn request(&self, model: &Known, prompt: &Prompt) -> Request {
        let letters: usize = prompt.turns.iter().map(|turn| turn.text.len()).sum();
        let prompt_tokens = u32::try_from(letters / LETTERS).unwrap_or(u32::MAX);
        let written = u32::try_from(prompt.written.text.len() / LETTERS).unwrap_or(u32::MAX);
        let privacy = prompt.reach.privacy.unwrap_or_else(|| self.privacy());
        Request {
            model: model.hash,
            context: prompt_tokens.saturating_add(written).saturating_add(1),
            prompt_tokens,
            answers: 1,
            place: prompt.reach.place,
            privacy,
            most_price: i64::MAX,
        }
    }

    fn privacy(&self) -> Privacy {
        self.topics.settings.borrow().network.privacy
    }

    /// Everyone who may be able to answer, this PC included.
    async fn candidates(&self, model: &Known) -> Vec<Candidate> {
        // A model that is not known by its content cannot be asked of others.
        let mut all = match model.hash {
            Some(hash) => self.peers.candidates(Some(hash)).await,
            None => Vec::new(),
        };
        if model.here {
            all.push(self.here(model));
        }
        all
    }

    fn here(&self, model: &Known) -> Candidate {
        let running = match &*self.engine.state().borrow() {
            State::Loaded(_, answers) => *answers,
            _ => 0,
        };
        let slots = opengateway_engine::Config::SLOTS;
        let speed = self.topics.hardware.borrow().speed.clone().filter(|speed| speed.model == model.id);
        #[expect(clippy::cast_possible_truncation, reason = "a speed needs no more digits")]
        let text_per_second = speed.map_or(0.0, |speed| speed.text_per_second as f32);
        Candidate {
            node: None,
            rtt: None,
            relayed: false,
            relation: Relation::default(),
            standing: 1.0,
            banned: false,
            accepts: true,
            model: model.hash,
            // Whether it fits exactly is for the engine to say: it knows the tokens.
            context: u32::MAX,
            text_per_second,
            prompt_per_second: 0.0,
            load: Load { running: running.min(slots), waiting: running.saturating_sub(slots), slots },
            allowance: slots,
            price: 0,
            balance: 0,
        }
    }
}

/// How a place is called in a sentence.
pub(crate) fn place(place: Place) -> &'static str {
    match place {
        Place::ThisPc => "this PC",
        Place::Nearby => "nearby",
        Place::Region => "the region",
        Place::Global => "the world",
        Place::Cloud => "the cloud",
    }
}
