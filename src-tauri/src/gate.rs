//! The way to a node: one in this process, or the one that runs already. A start that failed is tried again with
//! the window's next question, so that "Try again" is all a window needs.

use std::path::PathBuf;

use opengateway_api::{Call, Error, ErrorCode};
use opengateway_node::{Client, Computer, Config, Door, Keychain, Node, default_home, keep_logs};
use tokio::sync::{Mutex, mpsc};

pub(crate) struct Gate {
    home: Option<PathBuf>,
    window: mpsc::Sender<()>,
    door: Mutex<Option<Door>>,
}

impl Gate {
    pub(crate) fn new(home: Option<PathBuf>, window: mpsc::Sender<()>) -> Self {
        Self { home, window, door: Mutex::default() }
    }

    /// Whether another process already shows the window, and has just brought it to the front.
    pub(crate) async fn is_shown_elsewhere(&self) -> bool {
        let Ok(home) = self.home() else { return false };
        Client::new(&home).call(Call::OpenWindow).await.is_ok()
    }

    /// The node, started now if need be.
    ///
    /// # Errors
    /// Why no node can be had; the next call tries again.
    pub(crate) async fn door(&self) -> Result<Door, Error> {
        let mut door = self.door.lock().await;
        if let Some(door) = door.as_ref() {
            return Ok(door.clone());
        }
        let opened = self.open().await?;
        *door = Some(opened.clone());
        Ok(opened)
    }

    /// Tells the owner something, if the node is ours.
    pub(crate) async fn notify(&self, notice: opengateway_api::Notice) {
        if let Some(Door::Here(node)) = self.door.lock().await.as_ref() {
            node.notify(notice);
        }
    }

    /// Ends the node in order if it is ours; one in another process goes on.
    pub(crate) async fn close(&self) {
        if let Some(Door::Here(node)) = self.door.lock().await.take() {
            node.shutdown().await;
        }
    }

    async fn open(&self) -> Result<Door, Error> {
        let home = self.home()?;
        let config =
            Config { key_file: false, window: Some(self.window.clone()), ..Config::headless(Some(home.clone()))? };
        match Node::start(config, Keychain::new(), Computer::new()).await {
            Ok(node) => {
                if let Err(error) = keep_logs(&home) {
                    eprintln!("{error}");
                }
                Ok(Door::Here(node))
            }
            Err(error) if error.code == ErrorCode::AlreadyRunning => self.join(Client::new(&home)).await,
            Err(error) => Err(error),
        }
    }

    /// Joins the node that was started in the terminal.
    async fn join(&self, client: Client) -> Result<Door, Error> {
        client.call(Call::Status).await?;
        Ok(Door::There(client))
    }

    fn home(&self) -> Result<PathBuf, Error> {
        self.home.clone().map_or_else(default_home, Ok)
    }
}
