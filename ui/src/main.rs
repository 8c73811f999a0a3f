//! What the OpenGateway window shows. One page in the webview (or, with `?demo=<scene>`, in any browser): the
//! [`state`] is fed by a [`link`], [`views`] are functions of the state, and [`components`] are what they share.

#![expect(unreachable_pub, reason = "leptos writes the structs of components as pub")]

mod app;
mod browser;
mod components;
mod demo;
mod format;
mod link;
mod markdown;
mod state;
mod text;
mod views;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
