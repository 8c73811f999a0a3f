//! Asking the engine, and reading what it answers.

use std::path::Path;

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{Finish, Measured, ModelId, Prompt, Sampling, Turn, Written};
use opengateway_core::backend::{AnswerError, Backend, Chunk};
use opengateway_engine::{Config, Engine, ModelFile};

use crate::gguf::{self, Shape, Weights};
use crate::programs;
use crate::soon::within;

/// An answer on its way.
pub type Stream = BoxStream<'static, Result<Chunk, AnswerError>>;

/// An answer that came to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub text: String,
    /// Each piece as it came.
    pub pieces: Vec<Written>,
    pub finish: Finish,
    pub measured: Measured,
}

/// An answer that broke off.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// What came before.
    pub text: String,
    pub error: AnswerError,
}

/// The starter model's name.
pub const STARTER: &str = opengateway_api::STARTER;
/// The name of a model that never comes to an end by itself.
pub const ENDLESS: &str = "endless";

/// The engine as built. One thread is best for tiny models, above all where tests share the processor.
pub fn config() -> Config {
    Config { threads: 1, ..programs::engine() }
}

/// An engine that runs in a task of its own until its last handle is dropped. It can load the starter model.
pub fn engine(config: Config) -> Engine {
    let (engine, driver) = Engine::new(config);
    beside(driver);
    engine.offer(vec![starter()]);
    engine
}

/// The starter model as the engine sees it.
pub fn starter() -> ModelFile {
    ModelFile { id: ModelId::starter(), path: programs::starter(), context: 512 }
}

/// Writes a small model that talks nonsense until it is stopped or its long context is full.
///
/// # Panics
/// When it cannot be written.
pub fn endless(directory: &Path) -> ModelFile {
    let shape = Shape { context: 65_536, ..Shape::TINY };
    let path = directory.join("endless.gguf");
    gguf::write(&path, &shape, Weights::Q8).expect("a temporary directory takes a small file");
    ModelFile { id: ModelId(ENDLESS.into()), path, context: shape.context }
}

/// Writes a small model that says the words of its vocabulary in their order, round and round.
///
/// # Panics
/// When it cannot be written.
pub fn counting(directory: &Path) -> ModelFile {
    counting_as("counting", 65_536, directory)
}

/// The same under another name; with another context it is another model.
///
/// # Panics
/// When it cannot be written.
pub fn counting_as(name: &str, context: u32, directory: &Path) -> ModelFile {
    let shape = Shape { context, ..Shape::TINY };
    let path = directory.join(name).with_extension("gguf");
    gguf::write(&path, &shape, Weights::Counting).expect("a temporary directory takes a small file");
    ModelFile { id: ModelId(name.into()), path, context }
}

/// Runs a future beside the test.
#[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
pub fn beside<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
    tokio::spawn(future)
}

/// A question to a model.
pub fn prompt(model: &str, question: &str, sampling: Sampling) -> Prompt {
    Prompt::new(ModelId(model.into()), vec![Turn::user(question)], sampling)
}

/// Greedy sampling that ends after so many text tokens.
pub fn at_most(tokens: u32) -> Sampling {
    Sampling { max_text_tokens: Some(tokens), ..Sampling::greedy() }
}

/// The whole answer.
///
/// # Errors
/// When it breaks off.
///
/// # Panics
/// When it takes too long.
pub async fn ask(engine: &Engine, prompt: Prompt) -> Result<Answer, Broken> {
    within("an answer", finish(engine.answer(prompt))).await
}

/// The rest of an answer.
///
/// # Errors
/// When it breaks off.
///
/// # Panics
/// When its stream ends without an end.
pub async fn finish(mut answer: Stream) -> Result<Answer, Broken> {
    let (mut text, mut pieces) = (String::new(), Vec::new());
    loop {
        match answer.next().await.expect("an answer ends with its end") {
            Ok(Chunk::Loading(_) | Chunk::Waiting(..) | Chunk::Origin(_)) => {}
            Ok(Chunk::Text(more)) => {
                text.push_str(&more.text);
                pieces.push(more);
            }
            Ok(Chunk::Done(finish, measured)) => return Ok(Answer { text, pieces, finish, measured }),
            Err(error) => return Err(Broken { text, error }),
        }
    }
}

/// Reads until the answer has begun; gives the text so far.
///
/// # Panics
/// When it ends or breaks off before.
pub async fn first_text(answer: &mut Stream) -> String {
    let text = async {
        loop {
            match answer.next().await {
                Some(Ok(Chunk::Text(more))) => return more.text,
                Some(Ok(Chunk::Loading(_))) => {}
                other => unreachable!("the answer should begin with text: {other:?}"),
            }
        }
    };
    within("the beginning of an answer", text).await
}
