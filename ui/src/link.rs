//! The way to the node: three verbs, and what only the desktop can do. Two implementations: the Tauri shell,
//! and canned data so that every view can be seen and tested in a plain browser.

mod tauri;

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use opengateway_api::{AnswerEvent, Ask, Call, Error, ErrorCode, Reply, Update};

use crate::demo;

/// What happens to a file that is dragged over the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileDrag {
    Over,
    Away,
    /// Let go, with its absolute paths.
    Dropped(Vec<String>),
}

/// The way to the node.
pub(crate) trait Link {
    /// Asks a question.
    fn call(&self, call: Call) -> LocalBoxFuture<'static, Result<Reply, Error>>;

    /// Asks for an answer. `on` may still be called shortly after the future has ended.
    fn answer(&self, ask: Ask, on: Box<dyn FnMut(AnswerEvent)>) -> LocalBoxFuture<'static, Result<(), Error>>;

    /// Subscribes. Ends with an error when the node is gone.
    fn updates(&self, on: Box<dyn FnMut(Update)>) -> LocalBoxFuture<'static, Result<(), Error>>;

    /// Lets the owner choose a GGUF file; `None` when they change their mind.
    fn choose_file(&self) -> LocalBoxFuture<'static, Result<Option<String>, Error>>;

    /// Opens a web or mail address outside the window.
    fn open_url(&self, url: &str);

    /// Tells what is dragged over the window, for as long as the page lives.
    fn on_file_drag(&self, on: Box<dyn FnMut(FileDrag)>);
}

/// The link that fits where we run: a scene when one is asked for or there is no shell.
pub(crate) fn connect() -> Rc<dyn Link> {
    match tauri::Tauri::find() {
        Some(shell) if !demo::wanted() => Rc::new(shell),
        _ => Rc::new(demo::Demo::from_address()),
    }
}

/// A reply of another kind than the call promises: a defect.
pub(crate) fn unexpected() -> Error {
    Error::new(ErrorCode::Internal, crate::text::UNEXPECTED_REPLY)
}
