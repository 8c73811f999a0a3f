//! One prompt from its plan to its end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::Either;
use opengateway_api::{Measured, NodeId, Origin, Prompt, Written};
use opengateway_core::backend::{AnswerError, Chunk};
use opengateway_core::route::{self, Candidate, Choice, Plan, Refusal, Request};
use tokio::sync::mpsc;

use super::attempt::{self, Attempt, Lost, Step};
use super::line::Place;
use super::{Known, Router};

/// When nobody has room, it is asked again after this.
const AGAIN: Duration = Duration::from_millis(500);
/// Who was lost is not asked again for the same answer within this.
const AVOIDED: Duration = Duration::from_secs(10);
/// Who could be answered a moment ago is not given up before this: somebody may come back.
const HOPES: Duration = Duration::from_secs(60);
/// Two are asked at once at most.
const RIVALS: usize = 2;

type Chunks = mpsc::Sender<Result<Chunk, AnswerError>>;

/// Answers a prompt into a channel; whoever drops its other end has cancelled.
pub(super) async fn answer(router: Router, prompt: Prompt, chunks: Chunks) {
    let end = match router.known(&prompt.model) {
        Some(model) => {
            let here = model.problem.clone().map(AnswerError::ModelInvalid);
            let began = Instant::now();
            let place = router.lines.enter(&model.id);
            let mut run = Run {
                router,
                model,
                place,
                prompt,
                chunks: &chunks,
                lost: BTreeMap::new(),
                here,
                began,
                first: None,
                broken: false,
                hope: None,
                cost: 0,
                free: BTreeSet::new(),
            };
            run.finish().await
        }
        None => Err(AnswerError::Nowhere(format!("nobody has a model named {}", prompt.model))),
    };
    let _reader_gone = chunks.send(end).await;
}

/// An answer on its way.
struct Run<'a> {
    router: Router,
    model: Known,
    /// With what of the answer is there.
    prompt: Prompt,
    place: Place,
    chunks: &'a Chunks,
    /// Who was lost, and when; `None` is this PC.
    lost: BTreeMap<Option<NodeId>, Instant>,
    /// Why this PC could not answer.
    here: Option<AnswerError>,
    began: Instant,
    first: Option<Instant>,
    /// Somebody was lost in the middle of the answer.
    broken: bool,
    /// When there was reason to hope for somebody last.
    hope: Option<Instant>,
    /// What all who had a part in it cost.
    cost: i64,
    /// Who is asked for best effort, for it does not take our credits.
    free: BTreeSet<NodeId>,
}

impl Run<'_> {
    async fn finish(&mut self) -> Result<Chunk, AnswerError> {
        loop {
            // Half an answer goes first.
            let before = if self.broken { 0 } else { self.place.position() };
            if before > 0 {
                self.hope = Some(Instant::now());
                self.say(Chunk::Waiting(before, None)).await;
                self.place.moved(AGAIN).await;
                continue;
            }
            let plan = self.plan().await;
            if plan.choices.is_empty() {
                self.wait(&plan).await?;
                continue;
            }
            let Some(attempt) = self.first_to_write(plan.choices).await? else { continue };
            if let Some(done) = self.follow(attempt).await? {
                return Ok(done);
            }
        }
    }

    async fn plan(&mut self) -> Plan {
        self.lost.retain(|_, when| when.elapsed() < AVOIDED);
        let all = self.router.candidates(&self.model).await;
        let but = |avoided: Duration| -> Vec<Candidate> {
            let is_free = |node: &Option<NodeId>| self.lost.get(node).is_none_or(|when| when.elapsed() >= avoided);
            all.iter().filter(|candidate| is_free(&candidate.node)).cloned().collect()
        };
        let seed = getrandom::u64().unwrap_or_default();
        let plan = route::plan(&self.request(), &but(AVOIDED), seed);
        if plan.choices.is_empty() && !self.lost.is_empty() {
            // Who was lost a moment ago is better than nobody.
            return route::plan(&self.request(), &but(AGAIN), seed);
        }
        plan
    }

    fn request(&self) -> Request {
        self.router.request(&self.model, &self.prompt)
    }

    /// Nobody can be asked now. Waits if that may change soon.
    async fn wait(&mut self, plan: &Plan) -> Result<(), AnswerError> {
        if plan.refusals.iter().any(|(_, refusal)| *refusal == Refusal::Full) {
            self.hope = Some(Instant::now());
        }
        let peers_come_back = self.lost.keys().any(Option::is_some);
        // Half an answer is worth waiting for, and so is what somebody had queued for.
        let hopes = self.hope.is_some_and(|when| when.elapsed() < HOPES);
        if !peers_come_back && !hopes {
            let here = self.here.take();
            return Err(here.unwrap_or_else(|| AnswerError::Nowhere(self.why_not(plan))));
        }
        self.say(Chunk::Waiting(0, None)).await;
        self.place.moved(AGAIN).await;
        Ok(())
    }

    /// The commonest reason, in a sentence.
    fn why_not(&self, plan: &Plan) -> String {
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for (_, refusal) in &plan.refusals {
            *reasons.entry(refusal.to_string()).or_default() += 1;
        }
        let commonest = reasons.iter().max_by_key(|(_, count)| **count).map(|(reason, _)| reason.clone());
        match (commonest, self.prompt.reach.place) {
            (Some(reason), _) => format!("nobody can answer with {} now: {reason}", self.model.id),
            (None, Some(place)) => {
                format!("nobody in {} has {}", super::place(place), self.model.id)
            }
            (None, None) => format!("nobody has {}", self.model.id),
        }
    }

    /// Asks the best, then also the next when it is late. Whoever writes first goes on; the others are cancelled.
    async fn first_to_write(&mut self, choices: Vec<Choice>) -> Result<Option<(Attempt, Step)>, AnswerError> {
        let mut choices = choices.into_iter();
        let mut racing: Vec<(Option<NodeId>, Attempt)> = Vec::new();
        loop {
            let late = racing.iter().all(|(_, attempt)| attempt.began.elapsed() >= attempt.deadline);
            if late
                && racing.len() < RIVALS
                && let Some(choice) = choices.next()
            {
                racing.push((choice.node, self.begin(&choice).await));
                // Whoever is next sees that this one is taken.
                self.place.leave();
            }
            if racing.is_empty() {
                return Ok(None);
            }
            let due = racing.iter().map(|(_, attempt)| attempt.deadline.saturating_sub(attempt.began.elapsed())).max();
            let has_spare = racing.len() < RIVALS && choices.len() > 0;
            let timer = match due.filter(|_| has_spare) {
                Some(due) => Either::Left(tokio::time::sleep(due)),
                None => Either::Right(std::future::pending()),
            };
            let steps = racing.iter_mut().map(|(_, attempt)| attempt.steps.next());
            let (step, index) = tokio::select! {
                (step, index, _) = futures::future::select_all(steps) => (step, index),
                () = timer => continue,
            };
            match step.unwrap_or(Step::Lost(Lost::Elsewhere("it ended without an end".into()))) {
                Step::Loading(progress) => self.say(Chunk::Loading(progress)).await,
                Step::Waiting(0, None | Some(0)) | Step::Paid(_) => {}
                Step::Waiting(position, expected) => self.say(Chunk::Waiting(position, expected)).await,
                step @ (Step::Text(_) | Step::Done(..)) => {
                    let (_, attempt) = racing.swap_remove(index);
                    return Ok(Some((attempt, step)));
                }
                Step::Lost(Lost::Hopeless(error)) => return Err(error),
                Step::Lost(lost) => {
                    let (node, _) = racing.swap_remove(index);
                    self.lose(node, lost);
                }
            }
        }
    }

    async fn begin(&self, choice: &Choice) -> Attempt {
        let prompt = self.rest();
        match (choice.node, choice.model) {
            (Some(node), Some(model)) => {
                let pays = !self.free.contains(&node);
                attempt::peer(&self.router, choice, (node, model, self.request().privacy), prompt, pays).await
            }
            _ => attempt::here(&self.router, prompt),
        }
    }

    /// The prompt for what of the answer is still to be written.
    fn rest(&self) -> Prompt {
        let mut prompt = self.prompt.clone();
        let written = u32::try_from(prompt.written.tokens.len()).unwrap_or(u32::MAX);
        if let Some(most) = &mut prompt.sampling.max_text_tokens {
            *most = most.saturating_sub(written);
        }
        prompt
    }

    /// Passes on what one writes; `None` when it is lost in the middle.
    async fn follow(&mut self, (mut attempt, first): (Attempt, Step)) -> Result<Option<Chunk>, AnswerError> {
        self.say(Chunk::Origin(attempt.origin.clone())).await;
        let (mut step, mut paid) = (Some(first), 0);
        loop {
            match step.unwrap_or(Step::Lost(Lost::Elsewhere("it ended without an end".into()))) {
                Step::Text(more) => self.text(more).await,
                Step::Paid(so_far) => paid = so_far.0,
                Step::Done(finish, measured) => {
                    self.cost = self.cost.saturating_add(paid);
                    if self.cost > 0 {
                        self.say(Chunk::Origin(Origin { cost: self.cost, ..attempt.origin })).await;
                    }
                    return Ok(Some(Chunk::Done(finish, self.measured(measured))));
                }
                Step::Loading(_) | Step::Waiting(..) => {}
                Step::Lost(Lost::Hopeless(error)) => return Err(error),
                Step::Lost(lost) => {
                    self.cost = self.cost.saturating_add(paid);
                    self.broken = attempt.origin.node.is_some();
                    if self.broken {
                        self.hope = Some(Instant::now());
                    }
                    self.lose(attempt.origin.node, lost);
                    return Ok(None);
                }
            }
            step = attempt.steps.next().await;
        }
    }

    fn lose(&mut self, node: Option<NodeId>, lost: Lost) {
        match (lost, node) {
            // It is asked again, for best effort.
            (Lost::NotPaid, Some(node)) => {
                self.free.insert(node);
            }
            (lost, _) => self.note(node, lost),
        }
    }

    fn note(&mut self, node: Option<NodeId>, lost: Lost) {
        self.lost.insert(node, Instant::now());
        match lost {
            Lost::NotPaid => {}
            Lost::Elsewhere(why) => tracing::info!(peer = ?node, why, "an answer goes on elsewhere"),
            Lost::Here(error) | Lost::Hopeless(error) => self.here = Some(error),
        }
    }

    async fn text(&mut self, more: Written) {
        self.first.get_or_insert_with(Instant::now);
        self.prompt.written.push(more.clone());
        self.say(Chunk::Text(more)).await;
    }

    /// What was counted over all who had a part in it. Times are ours: nobody's word is taken for them.
    fn measured(&self, last: Measured) -> Measured {
        let tokens = u32::try_from(self.prompt.written.tokens.len()).unwrap_or(u32::MAX);
        let first = self.first.unwrap_or_else(Instant::now);
        let seconds = first.elapsed().as_secs_f64();
        let text_tokens = tokens.max(last.text_tokens.min(tokens.saturating_add(1)));
        Measured {
            text_tokens,
            first_token_ms: first.duration_since(self.began).as_secs_f64() * 1000.0,
            text_per_second: if seconds > 0.0 { f64::from(text_tokens.saturating_sub(1)) / seconds } else { 0.0 },
            ..last
        }
    }

    async fn say(&self, chunk: Chunk) {
        let _reader_gone_ends_the_run = self.chunks.send(Ok(chunk)).await;
    }
}
