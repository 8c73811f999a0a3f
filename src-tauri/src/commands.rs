//! The three verbs as Tauri commands. There are no others.

use std::sync::Mutex;

use futures::StreamExt;
use opengateway_api::{AnswerEvent, Ask, Call, Error, Reply, Update};
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::watch;

use crate::gate::Gate;

/// Ends the subscription of a page that was reloaded: its channel never reports that nobody listens.
#[derive(Default)]
pub(crate) struct Subscription(Mutex<Option<watch::Sender<()>>>);

impl Subscription {
    fn replace(&self) -> watch::Receiver<()> {
        let (sender, ended) = watch::channel(());
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(sender);
        ended
    }
}

#[tauri::command]
pub(crate) async fn call(gate: State<'_, Gate>, call: Call) -> Result<Reply, Error> {
    gate.door().await?.call(call).await
}

/// An answer goes on and is kept when the window is closed; `Call::StopAnswer` ends it.
#[tauri::command]
pub(crate) async fn answer(gate: State<'_, Gate>, ask: Ask, events: Channel<AnswerEvent>) -> Result<(), Error> {
    let mut answer = gate.door().await?.answer(ask);
    while let Some(event) = answer.next().await {
        let _window_closed = events.send(event);
    }
    Ok(())
}

#[tauri::command]
pub(crate) async fn updates(
    gate: State<'_, Gate>,
    subscription: State<'_, Subscription>,
    events: Channel<Update>,
) -> Result<(), Error> {
    let mut updates = gate.door().await?.updates();
    let mut ended = subscription.replace();
    loop {
        let update = tokio::select! {
            update = updates.next() => update,
            _ = ended.changed() => None,
        };
        let Some(update) = update else { return Ok(()) };
        if events.send(update).is_err() {
            return Ok(());
        }
    }
}
