//! A link with canned data, so that every view and state can be seen and tested in a plain browser:
//! `?demo=<scene>&theme=dark|light`. It keeps a small world of its own and forgets it with the page.

mod lend;
mod machine;
mod net;
mod scenes;
mod wallet;
mod words;
mod world;

use std::cell::RefCell;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use opengateway_api::{
    Activity, AnswerEvent, Ask, Call, Error, ErrorCode, Message, MessageState, Reply, Theme, Update,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::UrlSearchParams;

use crate::browser;
use crate::link::{FileDrag, Link};
use crate::state::View;
use world::World;

fn parameter(name: &str) -> Option<String> {
    let search = browser::window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// Whether the address asks for a scene.
pub(crate) fn wanted() -> bool {
    parameter("demo").is_some()
}

/// The view that the scene begins with, when the address asks for one.
pub(crate) fn first_view() -> Option<View> {
    parameter("demo").map(|scene| scenes::view(&scene))
}

type Listener = Box<dyn FnMut(Update)>;

/// The canned node.
pub(crate) struct Demo {
    world: Rc<RefCell<World>>,
    listener: Rc<RefCell<Option<Listener>>>,
}

impl Demo {
    /// The scene that the address names; an empty window when it names none.
    pub(crate) fn from_address() -> Self {
        let scene = parameter("demo").unwrap_or_default();
        let mut world = scenes::build(&scene, browser::now_ms());
        world.snapshot.settings.theme = match parameter("theme").as_deref() {
            Some("dark") => Theme::Dark,
            Some("light") => Theme::Light,
            _ => Theme::System,
        };
        browser::store("open", &world.first_open.map(|id| id.0.to_string()).unwrap_or_default());
        let demo = Self { world: Rc::new(RefCell::new(world)), listener: Rc::default() };
        demo.keep_fetching();
        demo
    }

    /// Lets running downloads come in and jobs go on.
    fn keep_fetching(&self) {
        let (world, listener) = (Rc::clone(&self.world), Rc::clone(&self.listener));
        spawn_local(async move {
            loop {
                browser::sleep(500).await;
                if world.borrow_mut().fetch() {
                    let models = world.borrow().snapshot.models.clone();
                    tell(&listener, Update::Models(models));
                }
                if world.borrow_mut().meet(browser::clock().now_ms) {
                    let network = world.borrow().snapshot.network.clone();
                    tell(&listener, Update::Network(Box::new(network)));
                }
                if lend::work(&mut world.borrow_mut().snapshot.contribution) {
                    let lent = world.borrow().snapshot.contribution.clone();
                    tell(&listener, Update::Contribution(lent));
                }
            }
        });
    }
}

fn is_question(call: &Call) -> bool {
    matches!(
        call,
        Call::Snapshot
            | Call::Conversation(_)
            | Call::Show(_)
            | Call::Hardware
            | Call::Explain
            | Call::Batch
            | Call::Network
            | Call::Invite
            | Call::Wallet
            | Call::Movements { .. }
            | Call::VerifyWallet
            | Call::ExportWallet
    )
}

fn is_about_lending(call: &Call) -> bool {
    matches!(call, Call::Hardware | Call::Explain | Call::Batch)
}

fn tell(listener: &RefCell<Option<Listener>>, update: Update) {
    if let Some(listener) = listener.borrow_mut().as_mut() {
        listener(update);
    }
}

/// Tells the listener everything that may have changed.
fn tell_all(listener: &RefCell<Option<Listener>>, world: &RefCell<World>) {
    let snapshot = world.borrow().snapshot.clone();
    tell(listener, Update::Status(snapshot.status));
    tell(listener, Update::Models(snapshot.models));
    tell(listener, Update::Conversations(snapshot.conversations));
    tell(listener, Update::Settings(snapshot.settings));
    tell(listener, Update::Notices(snapshot.notices));
    tell(listener, Update::Hardware(snapshot.hardware));
    tell(listener, Update::Contribution(snapshot.contribution));
    tell(listener, Update::Network(Box::new(snapshot.network)));
    tell(listener, Update::Wallet(Box::new(snapshot.wallet)));
}

impl Link for Demo {
    fn call(&self, call: Call) -> LocalBoxFuture<'static, Result<Reply, Error>> {
        let (world, listener) = (Rc::clone(&self.world), Rc::clone(&self.listener));
        async move {
            browser::sleep(20).await;
            let never = world.borrow().never_begins || (world.borrow().lending.is_slow && is_about_lending(&call));
            if never {
                return futures::future::pending().await;
            }
            let is_question = is_question(&call);
            let reply = world.borrow_mut().reply(call, browser::now_ms());
            if !is_question {
                tell_all(&listener, &world);
            }
            reply
        }
        .boxed_local()
    }

    fn answer(&self, ask: Ask, mut on: Box<dyn FnMut(AnswerEvent)>) -> LocalBoxFuture<'static, Result<(), Error>> {
        let (world, listener) = (Rc::clone(&self.world), Rc::clone(&self.listener));
        async move {
            browser::sleep(30).await;
            let begun = world.borrow_mut().begin(ask, browser::now_ms())?;
            let (started, answer, words) = (begun.started, begun.answer, begun.words);
            on(started);
            tell_all(&listener, &world);
            let (first, second) = world.borrow().origins();
            if first.node.is_some() {
                net::queue(&world, answer, &mut *on).await;
            }
            on(AnswerEvent::Origin(first));
            browser::sleep(450).await;
            let half = words.split(' ').count() / 2;
            for (at, word) in words.split_inclusive(' ').enumerate() {
                browser::sleep(18).await;
                if let Some(second) = second.clone().filter(|_| at == half) {
                    on(AnswerEvent::Origin(second));
                }
                if !world.borrow_mut().write(answer, word) {
                    break;
                }
                on(AnswerEvent::Text { text: word.to_owned() });
            }
            let message = world.borrow_mut().end(answer);
            on(ended(message));
            tell_all(&listener, &world);
            Ok(())
        }
        .boxed_local()
    }

    fn updates(&self, on: Box<dyn FnMut(Update)>) -> LocalBoxFuture<'static, Result<(), Error>> {
        *self.listener.borrow_mut() = Some(on);
        let world = Rc::clone(&self.world);
        async move {
            if world.borrow().goes_away {
                browser::sleep(200).await;
                world.borrow_mut().is_gone = true;
                return Err(gone());
            }
            futures::future::pending().await
        }
        .boxed_local()
    }

    fn choose_file(&self) -> LocalBoxFuture<'static, Result<Option<String>, Error>> {
        futures::future::ready(Ok(Some("/home/you/Models/Mistral-7B-Instruct-Q4_K_M.gguf".to_owned()))).boxed_local()
    }

    fn open_url(&self, url: &str) {
        // A popup that is blocked loses nothing in a demonstration.
        let _ = browser::window().open_with_url_and_target(url, "_blank");
    }

    fn on_file_drag(&self, mut on: Box<dyn FnMut(FileDrag)>) {
        if parameter("demo").as_deref() == Some("drop") {
            browser::after(100, move || on(FileDrag::Over));
        }
    }
}

fn gone() -> Error {
    Error::retryable(ErrorCode::NotRunning, "No node runs behind this window.")
}

fn ended(message: Message) -> AnswerEvent {
    let kept = Some(message.clone());
    match (message.state, message.origin, message.model, message.finish, message.measured) {
        (MessageState::Failed(error), ..) => AnswerEvent::Failed { error, message: kept },
        (_, Some(origin), Some(model), Some(finish), Some(measured)) => {
            AnswerEvent::Done { origin, model, finish, measured, message: kept }
        }
        _ => AnswerEvent::Failed { error: gone(), message: kept },
    }
}

/// What the status strip says of a world at rest.
fn at_rest(world: &World) -> Activity {
    let own = world.snapshot.models.in_use.clone().filter(|_| world.origins().0.node.is_none());
    own.map_or(Activity::Idle, |model| Activity::Ready { model })
}
