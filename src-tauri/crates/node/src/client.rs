//! The three verbs on a node in another process, through its control socket.

use std::path::{Path, PathBuf};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use interprocess::local_socket::tokio::Stream;
use interprocess::local_socket::traits::tokio::Stream as _;
use opengateway_api::{AnswerEvent, Ask, Call, Error, ErrorCode, FromNode, PROTOCOL, Reply, ToNode, Update};

use crate::VERSION;
use crate::control::{self, Wire};

/// A node in another process. Each request opens a connection of its own; dropping a stream closes it.
#[derive(Debug, Clone)]
pub struct Client {
    home: PathBuf,
}

impl Client {
    /// The node of a data directory; whether one runs shows with the first request.
    pub fn new(home: &Path) -> Self {
        Self { home: home.to_owned() }
    }

    /// A question and its answer.
    ///
    /// # Errors
    /// `not_running`, `version_mismatch`, or the call's own.
    pub async fn call(&self, call: Call) -> Result<Reply, Error> {
        let mut wire = self.request(&ToNode::Call(call)).await?;
        match wire.receive().await {
            Ok(Some(FromNode::Reply(reply))) => reply,
            Ok(_) => Err(gone("it ended before it answered")),
            Err(error) => Err(gone(error)),
        }
    }

    /// A prompt and its stream.
    pub fn answer(&self, ask: Ask) -> BoxStream<'static, AnswerEvent> {
        let failed = |error| AnswerEvent::Failed { error, message: None };
        self.stream(ToNode::Answer(ask))
            .map(move |frame| match frame {
                Ok(FromNode::Answer(event)) => *event,
                Ok(FromNode::Reply(Err(error))) | Err(error) => failed(error),
                Ok(_) => failed(gone("it sent what was not asked for")),
            })
            .boxed()
    }

    /// The current value of every topic, then each new one; ends when the node ends.
    pub fn updates(&self) -> BoxStream<'static, Update> {
        let only_updates = |frame| async { if let Ok(FromNode::Update(update)) = frame { Some(update) } else { None } };
        self.stream(ToNode::Updates).filter_map(only_updates).boxed()
    }

    fn stream(&self, request: ToNode) -> BoxStream<'static, Result<FromNode, Error>> {
        let client = self.clone();
        let begin = async move {
            match client.request(&request).await {
                Ok(wire) => frames(wire),
                Err(error) => stream::once(async { Err(error) }).boxed(),
            }
        };
        stream::once(begin).flatten().boxed()
    }

    async fn request(&self, request: &ToNode) -> Result<Wire, Error> {
        let not_running = || {
            let message =
                format!("OpenGateway is not running in {}. Start it with `opengateway start`.", self.home.display());
            Error::new(ErrorCode::NotRunning, message)
        };
        let name = control::socket_name(&self.home).map_err(gone)?;
        let stream = Stream::connect(name).await.map_err(|_| not_running())?;
        let mut wire = Wire::new(stream);
        wire.send(&ToNode::Hello { protocol: PROTOCOL, version: VERSION.into() }).await.map_err(gone)?;
        match wire.receive().await.map_err(gone)? {
            Some(FromNode::Hello { protocol: PROTOCOL, .. }) => {}
            Some(FromNode::Hello { version, .. }) => return Err(control::mismatch(VERSION, &version)),
            _ => return Err(gone("it does not greet")),
        }
        wire.send(request).await.map_err(gone)?;
        Ok(wire)
    }
}

fn frames(wire: Wire) -> BoxStream<'static, Result<FromNode, Error>> {
    stream::unfold(Some(wire), |wire| async move {
        let mut wire = wire?;
        match wire.receive().await {
            Ok(Some(frame)) => Some((Ok(frame), Some(wire))),
            Ok(None) => None,
            Err(error) => Some((Err(gone(error)), None)),
        }
    })
    .boxed()
}

fn gone(reason: impl std::fmt::Display) -> Error {
    Error::retryable(ErrorCode::NotRunning, format!("The connection to the running OpenGateway broke: {reason}."))
}
