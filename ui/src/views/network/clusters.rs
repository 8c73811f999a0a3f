//! The clusters: what all nodes of one region that serve one tier can do together.

use leptos::prelude::*;

use crate::state::State;
use crate::state::network::{ClusterRow, clusters};
use crate::text::network as words;

/// So many are drawn until all are asked for.
const FEW: usize = 6;

/// The table.
#[component]
pub(super) fn Clusters() -> impl IntoView {
    let state = State::get();
    let rows = Memo::new(move |_| state.network.with(clusters));
    let shows_all = RwSignal::new(false);
    let count = Memo::new(move |_| rows.with(Vec::len));
    let names = Memo::new(move |_| {
        let most = if shows_all.get() { usize::MAX } else { FEW };
        rows.with(|rows| rows.iter().take(most).map(|row| row.name.clone()).collect::<Vec<_>>())
    });
    view! {
        <section aria-labelledby="clusters">
            <h2 class="section-title" id="clusters">{words::CLUSTERS}</h2>
            <Show
                when=move || count.get() != 0
                fallback=|| view! { <p class="card empty-card soft">{words::NO_CLUSTERS}</p> }
            >
                <div class="card">
                    <table class="table clusters" aria-labelledby="clusters">
                        <thead>
                            <tr>
                                <th scope="col">{words::CLUSTER}</th>
                                <th scope="col" class="amount">{words::NODES}</th>
                                <th scope="col">{words::MODELS}</th>
                                <th scope="col" class="amount">{words::CAPACITY_HEAD}</th>
                                <th scope="col" class="amount">{words::WAIT_HEAD}</th>
                            </tr>
                        </thead>
                        <tbody data-test="clusters">
                            <For each=move || names.get() key=String::clone let:name>
                                <Row rows name />
                            </For>
                        </tbody>
                    </table>
                    <Show when=move || { count.get() > FEW }>
                        <p class="table-foot">
                            <button
                                type="button"
                                class="link"
                                aria-expanded=move || shows_all.get().to_string()
                                on:click=move |_| shows_all.update(|all| *all = !*all)
                            >
                                {move || if shows_all.get() { words::FEW_CLUSTERS.to_owned() } else { words::all_clusters(count.get()) }}
                            </button>
                        </p>
                    </Show>
                </div>
            </Show>
        </section>
    }
}

#[component]
fn Row(rows: Memo<Vec<ClusterRow>>, name: String) -> impl IntoView {
    let shown = name.clone();
    let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.name == name).cloned()));
    let text = move |get: fn(&ClusterRow) -> &String| {
        move || row.with(|row| row.as_ref().map(|row| get(row).clone()).unwrap_or_default())
    };
    let is_own = move || row.with(|row| row.as_ref().is_some_and(|row| row.is_own));
    view! {
        <tr>
            <th scope="row">
                {shown} {move || is_own().then(|| view! { <span class="tag">{words::OWN_CLUSTER}</span> })}
            </th>
            <td class="amount" data-name=words::NODES>{text(|row| &row.nodes)}</td>
            <td class="wide-cell soft" title=text(|row| &row.all_models)>{text(|row| &row.models)}</td>
            <td class="amount" data-name=words::CAPACITY_HEAD>{text(|row| &row.text_per_second)}</td>
            <td class="amount" data-name=words::WAIT_HEAD>{text(|row| &row.wait)}</td>
        </tr>
    }
}
