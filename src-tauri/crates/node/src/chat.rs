//! Answers prompts and keeps conversations. Text is stored before it is shown, so a kill loses nothing seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{
    AnswerEvent, Ask, Error, ErrorCode, Message, MessageId, MessageState, ModelId, Origin, Prompt, Role, STARTER,
    Sampling, Turn, Written,
};
use opengateway_core::backend::{AnswerError, Backend, Chunk};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use crate::store::{Begun, Ending, Store};
use crate::tasks::Tasks;
use crate::topics::Topics;
use crate::{errors, models, now_ms, starter};

/// Steps of an answer that wait for a slow reader; the answer waits with them.
const QUEUE: usize = 64;

/// What a chat needs of the node.
pub(crate) struct Chat {
    pub(crate) store: Store,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) topics: Arc<Topics>,
    pub(crate) tasks: Tasks,
    running: watch::Sender<BTreeMap<MessageId, CancellationToken>>,
    /// How many prompts are being answered, kept or not.
    answering: watch::Sender<u32>,
}

/// Why no more text comes.
enum End {
    Done(opengateway_api::Finish, opengateway_api::Measured),
    Failed(AnswerError),
    Unsaved(Error),
    Stopped,
    ShuttingDown,
}

/// An answer that is over.
struct Over {
    end: End,
    /// Who computed the last of it.
    origin: Origin,
}

impl Chat {
    pub(crate) fn new(store: Store, backend: Arc<dyn Backend>, topics: Arc<Topics>, tasks: Tasks) -> Arc<Self> {
        let (running, answering) = (watch::Sender::default(), watch::Sender::default());
        Arc::new(Self { store, backend, topics, tasks, running, answering })
    }

    /// Begins to answer. Dropping the stream stops the answer; what came so far is kept.
    pub(crate) fn answer(self: &Arc<Self>, ask: Ask) -> BoxStream<'static, AnswerEvent> {
        let (events, stream) = mpsc::channel(QUEUE);
        let chat = self.clone();
        self.tasks.spawn("answer", async move {
            // From the first moment: guests make room before the engine is asked.
            let _until_answered = Counted::new(&chat.answering);
            chat.run(ask, &events).await;
        });
        ReceiverStream::new(stream).boxed()
    }

    /// Stops an answer, wherever it was asked for.
    pub(crate) fn stop(&self, message: MessageId) -> Result<(), Error> {
        let gone = || Error::new(ErrorCode::NotFound, "This answer is not being written any more.");
        self.running.borrow().get(&message).map(CancellationToken::cancel).ok_or_else(gone)
    }

    /// Resolves when no kept answer is being written.
    pub(crate) async fn idle(&self) {
        let mut running = self.running.subscribe();
        let _owned_by_self = running.wait_for(BTreeMap::is_empty).await;
    }

    /// How many prompts are being answered.
    pub(crate) fn answering(&self) -> watch::Receiver<u32> {
        self.answering.subscribe()
    }

    pub(crate) async fn refresh(&self) -> Result<(), Error> {
        let conversations = self.store.conversations().await?;
        self.topics.conversations.send_replace(conversations);
        Ok(())
    }

    async fn run(&self, ask: Ask, events: &mpsc::Sender<AnswerEvent>) {
        let in_use = self.topics.settings.borrow().model.clone();
        let begun = match ask {
            Ask::Once { turns, model, sampling, reach } => {
                let model = model.unwrap_or(in_use);
                if !self.topics.knows(&model) {
                    let error = models::unknown(&model);
                    return tell(events, AnswerEvent::Failed { error, message: None }).await;
                }
                let prompt = Prompt { reach, ..prompt(&self.topics, model, turns, sampling) };
                return self.once(prompt, events).await;
            }
            Ask::Send { text, .. } if text.trim().is_empty() => {
                Err(Error::new(ErrorCode::InvalidRequest, "There is nothing to answer: the message is empty."))
            }
            Ask::Send { conversation, parent, text } => {
                self.store.ask(conversation, parent, text, (in_use.clone(), now_ms())).await
            }
            Ask::Regenerate { message } => self.store.ask_again(message, in_use.clone(), now_ms()).await,
        };
        match begun {
            Ok(begun) => self.keep(begun, in_use, events).await,
            Err(error) => tell(events, AnswerEvent::Failed { error, message: None }).await,
        }
    }

    async fn once(&self, prompt: Prompt, events: &mpsc::Sender<AnswerEvent>) {
        let model = prompt.model.clone();
        let Over { end, origin } = self.write(prompt, None, &CancellationToken::new(), events).await;
        let event = match end {
            End::Done(finish, measured) => AnswerEvent::Done { origin, model, finish, measured, message: None },
            End::Failed(error) => AnswerEvent::Failed { error: errors::answer(&error), message: None },
            End::Unsaved(error) => AnswerEvent::Failed { error, message: None },
            End::Stopped | End::ShuttingDown => return,
        };
        tell(events, event).await;
    }

    async fn keep(&self, begun: Begun, model: ModelId, events: &mpsc::Sender<AnswerEvent>) {
        let Begun { conversation, question, answer, path } = begun;
        let stop = CancellationToken::new();
        self.running.send_modify(|running| {
            running.insert(answer, stop.clone());
        });
        if let Err(error) = self.refresh().await {
            tracing::warn!(%error, "list of conversations is stale");
        }
        tell(events, AnswerEvent::Started { conversation, question, answer }).await;
        let turns = path.into_iter().map(|message| Turn { role: message.role, text: message.text }).collect();
        let prompt = prompt(&self.topics, model.clone(), turns, Sampling::default());
        let over = self.write(prompt, Some(answer), &stop, events).await;
        let event = self.conclude(answer, model, over).await;
        self.running.send_modify(|running| {
            running.remove(&answer);
        });
        tell(events, event).await;
    }

    /// Passes text on until no more comes; stores it first if it belongs to a message.
    async fn write(
        &self,
        prompt: Prompt,
        message: Option<MessageId>,
        stop: &CancellationToken,
        events: &mpsc::Sender<AnswerEvent>,
    ) -> Over {
        let mut origin = Origin::this_pc();
        let end = self.pass_on(prompt, message, stop, (events, &mut origin)).await;
        Over { end, origin }
    }

    async fn pass_on(
        &self,
        prompt: Prompt,
        message: Option<MessageId>,
        stop: &CancellationToken,
        (events, origin): (&mpsc::Sender<AnswerEvent>, &mut Origin),
    ) -> End {
        let mut chunks = self.backend.answer(prompt);
        loop {
            let chunk = tokio::select! {
                // At shutdown the engine's end must not look like a crash.
                biased;
                () = stop.cancelled() => return End::Stopped,
                () = events.closed() => return End::Stopped,
                () = self.tasks.stopping() => return End::ShuttingDown,
                chunk = chunks.next() => chunk,
            };
            let event = match chunk {
                Some(Ok(Chunk::Loading(progress))) => AnswerEvent::Loading { progress },
                Some(Ok(Chunk::Waiting(position, expected_ms))) => AnswerEvent::Waiting { position, expected_ms },
                Some(Ok(Chunk::Origin(new))) => {
                    origin.clone_from(&new);
                    AnswerEvent::Origin(new)
                }
                Some(Ok(Chunk::Text(Written { text, .. }))) if text.is_empty() => continue,
                Some(Ok(Chunk::Text(Written { text, .. }))) => {
                    if let Some(message) = message
                        && let Err(error) = self.store.append(message, text.clone()).await
                    {
                        return End::Unsaved(error);
                    }
                    AnswerEvent::Text { text }
                }
                Some(Ok(Chunk::Done(finish, measured))) => return End::Done(finish, measured),
                Some(Err(error)) => return End::Failed(error),
                None => return End::Failed(AnswerError::Internal("the answer ended without an end".into())),
            };
            tokio::select! {
                () = stop.cancelled() => return End::Stopped,
                () = tell(events, event) => {}
            }
        }
    }

    /// Keeps how an answer ended and says so.
    async fn conclude(&self, answer: MessageId, model: ModelId, Over { end, origin }: Over) -> AnswerEvent {
        let ended = |state| Ending { state, finish: None, measured: None, origin: origin.clone() };
        match end {
            End::Done(finish, measured) => {
                let (finished, counted) = (Some(finish), Some(measured));
                let ending = Ending { finish: finished, measured: counted, ..ended(MessageState::Whole) };
                match self.end(answer, ending).await {
                    Ok(message) => AnswerEvent::Done { origin, model, finish, measured, message: Some(message) },
                    Err(error) => AnswerEvent::Failed { error, message: None },
                }
            }
            End::Failed(error) => {
                tracing::warn!(%error, %model, "answer failed");
                let error = errors::answer(&error);
                let message = self.end(answer, ended(MessageState::Failed(error.clone()))).await.ok();
                AnswerEvent::Failed { error, message }
            }
            End::Unsaved(error) => {
                let message = self.end(answer, ended(MessageState::Failed(error.clone()))).await.ok();
                AnswerEvent::Failed { error, message }
            }
            End::Stopped => self.broken_off(answer, ended(MessageState::Stopped)).await,
            End::ShuttingDown => self.broken_off(answer, ended(MessageState::Cut)).await,
        }
    }

    async fn broken_off(&self, answer: MessageId, ending: Ending) -> AnswerEvent {
        let stopped = ending.state == MessageState::Stopped;
        let why = if stopped { "You stopped this answer." } else { "OpenGateway is shutting down." };
        let message = self.end(answer, ending).await.ok();
        AnswerEvent::Failed { error: Error::retryable(ErrorCode::Stopped, why), message }
    }

    async fn end(&self, answer: MessageId, ending: Ending) -> Result<Message, Error> {
        self.store.end(answer, ending).await.inspect_err(|error| tracing::error!(%error, "answer cannot be kept"))
    }
}

/// A prompt as this owner wants it answered. Queued prompts are written in the same way.
pub(crate) fn prompt(topics: &Topics, model: ModelId, turns: Vec<Turn>, sampling: Sampling) -> Prompt {
    let settings = topics.settings.borrow();
    let most = Some(settings.max_text_tokens).filter(|most| *most > 0);
    let sampling = Sampling { max_text_tokens: sampling.max_text_tokens.or(most), ..sampling };
    if model.0 == STARTER {
        // The toy knows one answer to each question; anything but the likeliest is a mistake.
        let sampling = Sampling { temperature: 0.0, ..sampling };
        return Prompt::new(model, starter::recent(&turns), sampling);
    }
    let has_system = turns.first().is_some_and(|turn| turn.role == Role::System);
    let system = Some(&settings.system_prompt).filter(|text| !has_system && !text.trim().is_empty());
    let turns = system.map(Turn::system).into_iter().chain(turns).collect();
    Prompt::new(model, turns, sampling)
}

/// Counts for as long as it lives.
struct Counted<'a>(&'a watch::Sender<u32>);

impl<'a> Counted<'a> {
    fn new(count: &'a watch::Sender<u32>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Sends an event; a reader that is gone is noticed elsewhere.
async fn tell(events: &mpsc::Sender<AnswerEvent>, event: AnswerEvent) {
    let _reader_gone = events.send(event).await;
}
