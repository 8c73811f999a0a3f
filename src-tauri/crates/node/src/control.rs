//! The local control socket: the three verbs for other programs of the same user.

use std::io;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use interprocess::local_socket::tokio::Stream;
use interprocess::local_socket::traits::tokio::Listener as _;
use interprocess::local_socket::{ListenerOptions, Name};
use opengateway_api::{Error, ErrorCode, FromNode, PROTOCOL, ToNode};
use opengateway_core::frame::{self, Decoder};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use crate::node::Node;
use crate::tasks::Tasks;
use crate::{VERSION, hex};

pub(crate) type Listener = interprocess::local_socket::tokio::Listener;

/// Connections at once; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 64;
/// At shutdown an answer's last word still gets this long to reach its reader.
const LAST_WORD: Duration = Duration::from_secs(1);

/// Takes the control socket of a data directory, which the caller has locked.
///
/// # Errors
/// That something else has its place.
pub(crate) fn listen(home: &Path) -> Result<Listener, Error> {
    forget(home);
    let taken = |error: io::Error| {
        let place = socket_place(home);
        Error::new(
            ErrorCode::Busy,
            format!(
                "The control socket {place} cannot be opened ({error}). Remove what is in its place, or choose another directory with --home."
            ),
        )
    };
    let options = ListenerOptions::new().name(socket_name(home).map_err(taken)?);
    #[cfg(unix)]
    let options = interprocess::os::unix::local_socket::ListenerOptionsExt::mode(options, 0o600);
    options.create_tokio().map_err(taken)
}

/// Removes the socket that an earlier node left. The lock on the data directory says that it is gone.
pub(crate) fn forget(home: &Path) {
    if cfg!(unix) {
        let _was_not_there = std::fs::remove_file(socket_place(home));
    }
}

/// Where the socket of a data directory is: inside it, or in the system's temporary directory if that path is too
/// long for a socket (108 bytes on Linux, 104 on macOS).
fn socket_place(home: &Path) -> String {
    const LONGEST: usize = 100;
    let inside = home.join("control.sock").to_string_lossy().into_owned();
    if cfg!(unix) && inside.len() <= LONGEST {
        return inside;
    }
    let hash = Sha256::digest(home.to_string_lossy().as_bytes());
    let name = format!("opengateway-{}.sock", hex(&hash[..8]));
    if cfg!(unix) { std::env::temp_dir().join(name).to_string_lossy().into_owned() } else { name }
}

#[cfg(unix)]
pub(crate) fn socket_name(home: &Path) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericFilePath, ToFsName};
    socket_place(home).to_fs_name::<GenericFilePath>()
}

#[cfg(windows)]
pub(crate) fn socket_name(home: &Path) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericNamespaced, ToNsName};
    socket_place(home).to_ns_name::<GenericNamespaced>()
}

/// Serves until dropped. `node` gives the node as long as there is one.
pub(crate) async fn serve(listener: Listener, node: impl Fn() -> Option<Node> + Clone + Send + 'static, tasks: Tasks) {
    let places = std::sync::Arc::new(tokio::sync::Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        let stream = match listener.accept().await {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "control connection not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (node, stop) = (node.clone(), tasks.token());
        tasks.spawn("control connection", async move {
            let _held_until_closed = place;
            let late = async {
                stop.cancelled().await;
                tokio::time::sleep(LAST_WORD).await;
            };
            tokio::select! {
                () = converse(stream, node, &stop) => {}
                () = late => {}
            }
        });
    }
}

async fn converse(stream: Stream, node: impl Fn() -> Option<Node>, stop: &CancellationToken) {
    let mut wire = Wire::new(stream);
    if let Err(error) = wire.converse(node, stop).await {
        tracing::debug!(%error, "control connection ended");
    }
}

/// Frames on a connection; used by both ends.
pub(crate) struct Wire {
    stream: Stream,
    decoder: Decoder,
    buffer: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: Stream) -> Self {
        Self { stream, decoder: Decoder::default(), buffer: vec![0; 16 * 1024] }
    }

    /// The next frame, or `None` when the other end closed. Cancel-safe.
    pub(crate) async fn receive<T: serde::de::DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        loop {
            if let Some(value) = self.decoder.next_frame().map_err(io::Error::other)? {
                return Ok(Some(value));
            }
            match self.stream.read(&mut self.buffer).await? {
                0 => return Ok(None),
                length => self.decoder.push(&self.buffer[..length]),
            }
        }
    }

    pub(crate) async fn send<T: serde::Serialize>(&mut self, value: &T) -> io::Result<()> {
        let bytes = frame::encode(value).map_err(io::Error::other)?;
        self.stream.write_all(&bytes).await?;
        self.stream.flush().await
    }

    async fn converse(&mut self, node: impl Fn() -> Option<Node>, stop: &CancellationToken) -> io::Result<()> {
        let Some(ToNode::Hello { protocol, version }) = self.receive().await? else {
            return self.refuse(Error::new(ErrorCode::InvalidRequest, "A connection begins with a greeting.")).await;
        };
        self.send(&FromNode::Hello { protocol: PROTOCOL, version: VERSION.into() }).await?;
        if protocol != PROTOCOL {
            return self.refuse(mismatch(&version, VERSION)).await;
        }
        let (Some(request), Some(node)) = (self.receive().await?, node()) else {
            return Ok(());
        };
        match request {
            ToNode::Hello { .. } => self.refuse(Error::new(ErrorCode::InvalidRequest, "One greeting is enough.")).await,
            ToNode::Call(call) => {
                let reply = node.call(call).await;
                self.send(&FromNode::Reply(reply)).await
            }
            ToNode::Answer(ask) => self.forward(node.answer(ask).map(|event| FromNode::Answer(Box::new(event)))).await,
            ToNode::Updates => {
                let updates = node.updates().map(FromNode::Update);
                self.forward(Box::pin(updates.take_until(stop.cancelled()))).await
            }
        }
    }

    /// Sends a stream until it or the connection ends; dropping the stream cancels what makes it.
    async fn forward(&mut self, mut frames: impl futures::Stream<Item = FromNode> + Unpin) -> io::Result<()> {
        loop {
            let frame = tokio::select! {
                frame = frames.next() => frame,
                closed = self.receive::<ToNode>() => return closed.map(drop),
            };
            match frame {
                Some(frame) => self.send(&frame).await?,
                None => return Ok(()),
            }
        }
    }

    async fn refuse(&mut self, error: Error) -> io::Result<()> {
        self.send(&FromNode::Reply(Err(error))).await
    }
}

pub(crate) fn mismatch(caller: &str, node: &str) -> Error {
    Error::new(
        ErrorCode::VersionMismatch,
        format!(
            "This program is version {caller} and the running OpenGateway is {node}. Restart it with `opengateway restart`."
        ),
    )
}
