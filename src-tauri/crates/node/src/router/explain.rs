//! Where a prompt would go, told to its owner.

use opengateway_api::{Error, ModelId, NodeId, Prompt, Reach, RouteChoice, RoutePlan, RouteRefusal, Sampling, Turn};
use opengateway_core::route::{self, Choice};

use super::{Router, place};
use crate::models;

impl Router {
    /// The plan for a prompt, with a reason for each refusal.
    ///
    /// # Errors
    /// When nobody has a model of that name.
    pub(crate) async fn explain(&self, model: Option<ModelId>, text: &str, reach: Reach) -> Result<RoutePlan, Error> {
        let id = model.unwrap_or_else(|| self.topics.settings.borrow().model.clone());
        let known = self.known(&id).ok_or_else(|| models::unknown(&id))?;
        let turns = vec![Turn::user(text)];
        let prompt = Prompt { reach, ..Prompt::new(id.clone(), turns, Sampling::default()) };
        let candidates = self.candidates(&known).await;
        let plan = route::plan(&self.request(&known, &prompt), &candidates, 0);
        let refusal = |(node, refusal): &(Option<NodeId>, route::Refusal)| RouteRefusal {
            node: *node,
            because: refusal.to_string(),
        };
        Ok(RoutePlan {
            model: id,
            choices: plan.choices.iter().map(choice).collect(),
            refusals: plan.refusals.iter().map(refusal).collect(),
        })
    }
}

fn choice(choice: &Choice) -> RouteChoice {
    let milliseconds = u32::try_from(choice.first_text.as_millis()).unwrap_or(u32::MAX);
    let rtt = choice.rtt.map(|rtt| format!(", {:.0} ms away", rtt.as_secs_f64() * 1000.0)).unwrap_or_default();
    let relayed = if choice.relayed { ", relayed" } else { "" };
    RouteChoice {
        node: choice.node,
        place: choice.place,
        first_text_ms: milliseconds,
        text_per_second: choice.text_per_second.into(),
        because: format!("{}{rtt}{relayed}, room for {} more", place(choice.place), choice.free),
    }
}
