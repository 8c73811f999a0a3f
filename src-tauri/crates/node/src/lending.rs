//! Owns what is done about lending: hears the owner's orders, the machine's samples and the owner's own prompts, lets
//! the rules decide, and tells the guests, the sensors and everyone who watches.

mod clock;
mod history;
mod task;

use std::sync::Arc;

use opengateway_api::{Error, Explanation, Order};
use tokio::sync::{mpsc, oneshot, watch};

use crate::guests::Guests;
use crate::sensors::Sensors;
use crate::store::Store;
use crate::tasks::Tasks;
use crate::topics::Topics;
use task::Task;

/// Orders that wait; an owner does not click faster.
const QUEUE: usize = 16;

/// What lending is decided with.
pub(crate) struct Means {
    pub(crate) store: Store,
    pub(crate) topics: Arc<Topics>,
    pub(crate) sensors: Arc<Sensors>,
    pub(crate) guests: Arc<Guests>,
    /// How many of the owner's own prompts are being answered.
    pub(crate) own_answers: watch::Receiver<u32>,
}

/// A handle to the task.
pub(crate) struct Lending {
    messages: mpsc::Sender<Message>,
}

enum Message {
    Order(Order, oneshot::Sender<Result<(), Error>>),
    Explain(oneshot::Sender<Explanation>),
    QueueChanged,
}

impl Lending {
    pub(crate) async fn start(means: Means, tasks: &Tasks) -> Result<Self, Error> {
        let (messages, inbox) = mpsc::channel(QUEUE);
        let task = Task::new(means, tasks).await?;
        let stop = tasks.token();
        tasks.spawn("lending", async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task.run(inbox) => {}
            }
        });
        Ok(Self { messages })
    }

    /// Does what the owner says. When this returns it holds, and it is kept.
    ///
    /// # Errors
    /// `disk_full` or `read_only` when it cannot be kept; it holds all the same until the program ends.
    pub(crate) async fn order(&self, order: Order) -> Result<(), Error> {
        let (tell, done) = oneshot::channel();
        self.send(Message::Order(order, tell)).await?;
        done.await.map_err(|_| ended())?
    }

    pub(crate) async fn explain(&self) -> Result<Explanation, Error> {
        let (tell, explanation) = oneshot::channel();
        self.send(Message::Explain(tell)).await?;
        explanation.await.map_err(|_| ended())
    }

    /// There are other jobs than before.
    pub(crate) async fn queue_changed(&self) {
        let _gone_at_shutdown = self.send(Message::QueueChanged).await;
    }

    async fn send(&self, message: Message) -> Result<(), Error> {
        self.messages.send(message).await.map_err(|_| ended())
    }
}

fn ended() -> Error {
    Error::internal("OpenGateway is shutting down")
}
