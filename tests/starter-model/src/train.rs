//! Learning: two shards side by side, their gradients added in a fixed order, AdamW with a cosine.

use crate::batch::{Batch, Packing};
use crate::corpus::Corpus;
use crate::model::{self, CONTEXT, Model, Weights};
use crate::random::Random;
use crate::tokenizer::Tokenizer;
use anyhow::{Result, anyhow};
use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, loss};
use std::collections::BTreeMap;

/// A different number of shards gives a different file: each has its own stream of text.
const SHARDS: u64 = 2;
/// Tokens that a shard reads in a step.
const TOKENS: usize = 1024;
/// Short rows cost less attention; the last quarter of the steps has rows of [`CONTEXT`], to learn long conversations.
const SHORT: usize = 256;
const RATE: f64 = 3e-3;
const LAST_RATE: f64 = 0.02;
const WARM_UP: u32 = 100;
const LONGEST_GRADIENT: f64 = 1.0;

/// How long to train, and from which seed.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) steps: u32,
}

type Variables = BTreeMap<String, Var>;

/// Trains from nothing; calls `report` with the step, the loss and the weights after each step.
pub(crate) fn train(
    plan: Plan,
    corpus: &Corpus,
    tokenizer: &Tokenizer,
    mut report: impl FnMut(u32, f32, &Weights) -> Result<()>,
) -> Result<Weights> {
    let initial = model::initial(tokenizer.size(), &mut Random::new(plan.seed))?;
    let variables = initial.into_iter().map(|(name, weight)| Ok((name, Var::from_tensor(&weight)?)));
    let variables: Variables = variables.collect::<Result<_>>()?;
    let weights: Weights = variables.iter().map(|(name, var)| (name.clone(), var.as_tensor().clone())).collect();
    let model = Model::new(weights.clone())?;
    let settings = ParamsAdamW { lr: 0.0, beta2: 0.99, weight_decay: 0.05, ..ParamsAdamW::default() };
    let mut optimizer = AdamW::new(variables.values().cloned().collect(), settings)?;
    let mut shards: Vec<Random> =
        (1..=SHARDS).map(|shard| Random::new(plan.seed.wrapping_mul(1000).wrapping_add(shard))).collect();
    for step in 0..plan.steps {
        let length = if step < plan.steps / 4 * 3 { SHORT } else { CONTEXT };
        let learnt = in_parallel(&mut shards, |random| learn(&model, &batch(corpus, tokenizer, length, random)?))?;
        let loss = learnt.iter().map(|(loss, _)| loss).sum::<f32>() / f32::from(u16::try_from(learnt.len())?);
        let gradients = add(learnt.into_iter().map(|(_, gradients)| gradients).collect(), &variables)?;
        optimizer.set_learning_rate(rate(step, plan.steps));
        optimizer.step(&gradients)?;
        report(step + 1, loss, &weights)?;
    }
    Ok(weights)
}

fn in_parallel<T: Send>(shards: &mut [Random], work: impl Fn(&mut Random) -> Result<T> + Sync) -> Result<Vec<T>> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = shards.iter_mut().map(|random| scope.spawn(|| work(random))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Result<T>>| {
            thread.join().map_err(|_| anyhow!("a shard of the training panicked"))?
        };
        threads.into_iter().map(join).collect()
    })
}

fn batch(corpus: &Corpus, tokenizer: &Tokenizer, length: usize, random: &mut Random) -> Result<Batch> {
    let rows = TOKENS / length;
    let mut packing = Packing::new(length);
    for row in 0..rows {
        if row > 0 {
            packing.next_row();
        }
        while packing.add_cut(&tokenizer.conversation(&corpus.conversation(random))) {}
    }
    Ok(packing.batches(rows).next().expect("the rows make one batch")?)
}

fn learn(model: &Model, batch: &Batch) -> Result<(f32, GradStore)> {
    let targets = Tensor::new(batch.targets.as_slice(), &Device::Cpu)?;
    let loss = loss::cross_entropy(&model.scores(batch)?, &targets)?;
    Ok((loss.to_scalar()?, loss.backward()?))
}

/// Adds the shards' gradients and shortens the sum to [`LONGEST_GRADIENT`].
fn add(mut shards: Vec<GradStore>, variables: &Variables) -> Result<GradStore> {
    let of = |shard: &GradStore, var: &Var| shard.get(var).cloned().expect("every weight takes part in every answer");
    let mut sums = Vec::new();
    let mut square = 0.0;
    for var in variables.values() {
        let mut sum = of(&shards[0], var);
        for shard in &shards[1..] {
            sum = (sum + of(shard, var))?;
        }
        let mean = (sum / f64::from(u32::try_from(shards.len())?))?;
        square += f64::from(mean.sqr()?.sum_all()?.to_scalar::<f32>()?);
        sums.push(mean);
    }
    let scale = (LONGEST_GRADIENT / square.sqrt()).min(1.0);
    let mut first = shards.swap_remove(0);
    for (var, sum) in variables.values().zip(sums) {
        first.insert(var, (sum * scale)?);
    }
    Ok(first)
}

fn rate(step: u32, steps: u32) -> f64 {
    if step < WARM_UP {
        return RATE * f64::from(step + 1) / f64::from(WARM_UP);
    }
    let done = f64::from(step - WARM_UP) / f64::from((steps - WARM_UP).max(1));
    let cosine = (1.0 + (std::f64::consts::PI * done).cos()) / 2.0;
    RATE * (LAST_RATE + (1.0 - LAST_RATE) * cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_then_falls() {
        assert!(rate(0, 2000) < rate(99, 2000));
        assert!(rate(1999, 2000) < rate(100, 2000) / 20.0);
    }

    #[test]
    fn the_same_seed_learns_the_same() {
        let corpus = Corpus::new();
        let tokenizer = Tokenizer::learn("what is the capital", 5);
        let plan = Plan { seed: 1, steps: 1 };
        let values = || {
            let weights = train(plan, &corpus, &tokenizer, |_, _, _| Ok(())).unwrap();
            weights["output.weight"].flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };

        assert_eq!(values(), values());
    }
}
