//! The link through the Tauri shell, over `window.__TAURI__`.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use opengateway_api::{AnswerEvent, Ask, Call, Error, Reply, Update};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{FileDrag, Link};
use crate::browser::{get, window};

/// The shell's global object.
#[derive(Debug, Clone)]
pub(crate) struct Tauri {
    shell: JsValue,
}

impl Tauri {
    /// The shell, when we run in one.
    pub(crate) fn find() -> Option<Self> {
        let shell = get(&window(), "__TAURI__");
        (!shell.is_undefined() && !shell.is_null()).then_some(Self { shell })
    }

    /// Invokes a command and waits for what it returns.
    fn invoke(
        &self,
        command: &str,
        arguments: Result<JsValue, Error>,
    ) -> LocalBoxFuture<'static, Result<JsValue, Error>> {
        let core = get(&self.shell, "core");
        let started = arguments.and_then(|arguments| {
            let invoke: Function = get(&core, "invoke").dyn_into().map_err(|_| Error::internal("no invoke"))?;
            let promise = invoke.call2(&core, &JsValue::from_str(command), &arguments).map_err(refused)?;
            Ok(JsFuture::from(Promise::resolve(&promise)))
        });
        async move { started?.await.map_err(refused) }.boxed_local()
    }

    /// A channel that hands each message to `on`. The garbage collector frees it after the shell lets go.
    fn channel<T: DeserializeOwned + 'static>(&self, mut on: Box<dyn FnMut(T)>) -> Result<JsValue, Error> {
        let constructor: Function =
            get(&get(&self.shell, "core"), "Channel").dyn_into().map_err(|_| Error::internal("no channel"))?;
        let channel = Reflect::construct(&constructor, &Array::new()).map_err(refused)?;
        let deliver = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
            if let Ok(message) = from_js(&message) {
                on(message);
            }
        });
        Reflect::set(&channel, &"onmessage".into(), &deliver.into_js_value()).map_err(refused)?;
        Ok(channel)
    }

    fn listen(&self, event: &str, mut on: impl FnMut(JsValue) + 'static) {
        let events = get(&self.shell, "event");
        let Ok(listen) = get(&events, "listen").dyn_into::<Function>() else {
            return;
        };
        let deliver = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| on(get(&event, "payload")));
        // A refusal means that files cannot be dropped; the button and the field still add them.
        if let Ok(promise) = listen.call2(&events, &JsValue::from_str(event), &deliver.into_js_value()) {
            spawn_local(async move {
                let _ = JsFuture::from(Promise::resolve(&promise)).await;
            });
        }
    }
}

impl Link for Tauri {
    fn call(&self, call: Call) -> LocalBoxFuture<'static, Result<Reply, Error>> {
        let reply = self.invoke("call", to_js(&call).map(|call| object(&[("call", call)])));
        async move { from_js(&reply.await?) }.boxed_local()
    }

    fn answer(&self, ask: Ask, on: Box<dyn FnMut(AnswerEvent)>) -> LocalBoxFuture<'static, Result<(), Error>> {
        let arguments =
            to_js(&ask).and_then(|ask| Ok(object(&[("ask", ask), ("events", self.channel::<AnswerEvent>(on)?)])));
        let ended = self.invoke("answer", arguments);
        async move { ended.await.map(drop) }.boxed_local()
    }

    fn updates(&self, on: Box<dyn FnMut(Update)>) -> LocalBoxFuture<'static, Result<(), Error>> {
        let arguments = self.channel::<Update>(on).map(|events| object(&[("events", events)]));
        let ended = self.invoke("updates", arguments);
        async move { ended.await.map(drop) }.boxed_local()
    }

    fn choose_file(&self) -> LocalBoxFuture<'static, Result<Option<String>, Error>> {
        let options = serde_json::json!({ "filters": [{ "name": "GGUF", "extensions": ["gguf"] }] });
        let chosen = self.invoke("plugin:dialog|open", to_js(&options).map(|options| object(&[("options", options)])));
        async move { Ok(chosen.await?.as_string()) }.boxed_local()
    }

    fn open_url(&self, url: &str) {
        let opened = self.invoke("plugin:opener|open_url", Ok(object(&[("url", JsValue::from_str(url))])));
        // Nothing to do when no browser is there: the address stays visible and can be copied.
        spawn_local(async move { drop(opened.await) });
    }

    fn on_file_drag(&self, on: Box<dyn FnMut(FileDrag)>) {
        let on = std::rc::Rc::new(std::cell::RefCell::new(on));
        let (enter, leave, drop) = (on.clone(), on.clone(), on);
        self.listen("tauri://drag-enter", move |_| enter.borrow_mut()(FileDrag::Over));
        self.listen("tauri://drag-leave", move |_| leave.borrow_mut()(FileDrag::Away));
        self.listen("tauri://drag-drop", move |payload| {
            let paths = Array::from(&get(&payload, "paths")).iter().filter_map(|path| path.as_string()).collect();
            drop.borrow_mut()(FileDrag::Dropped(paths));
        });
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a fresh object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

fn to_js(value: &impl Serialize) -> Result<JsValue, Error> {
    let text = serde_json::to_string(value).map_err(Error::internal)?;
    JSON::parse(&text).map_err(refused)
}

fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, Error> {
    let text: String = JSON::stringify(value).map_err(refused)?.into();
    serde_json::from_str(&text).map_err(Error::internal)
}

/// A rejection: our own error as it is, anything else as a defect.
fn refused(reason: JsValue) -> Error {
    from_js(&reason).unwrap_or_else(|_| Error::internal(reason.as_string().unwrap_or_else(|| format!("{reason:?}"))))
}
