//! A small llama: the shapes, and the way from tokens to the likelihood of the next one.
//!
//! Only plain operations: the fused ones of the library have no gradient and would silently leave weights as they are.

use crate::batch::Batch;
use crate::random::Random;
use candle_core::{D, Device, Result, Tensor};
use candle_nn::{ops, rotary_emb};
use std::collections::BTreeMap;

pub(crate) const CONTEXT: usize = 512;
pub(crate) const WIDTH: usize = 128;
pub(crate) const LAYERS: usize = 4;
pub(crate) const HEADS: usize = 4;
pub(crate) const KV_HEADS: usize = 2;
pub(crate) const HEAD: usize = WIDTH / HEADS;
pub(crate) const HIDDEN: usize = 384;
pub(crate) const ROPE_BASE: f32 = 10_000.0;
pub(crate) const EPSILON: f32 = 1e-5;

/// Weights by their names in the file, in the order in which they are written.
pub(crate) type Weights = BTreeMap<String, Tensor>;

/// A language model of about a million weights.
pub(crate) struct Model {
    weights: Weights,
    cosines: Tensor,
    sines: Tensor,
}

/// Makes weights to start the training from.
pub(crate) fn initial(vocabulary: usize, random: &mut Random) -> Result<Weights> {
    let shapes = shapes(vocabulary);
    let mut weights = Weights::new();
    for (name, shape) in shapes {
        let weight = match shape {
            [length, 0] => Tensor::ones(length, candle_core::DType::F32, &Device::Cpu)?,
            [rows, columns] => matrix(rows, columns, name == "token_embd.weight", random)?,
        };
        weights.insert(name, weight);
    }
    Ok(weights)
}

/// Returns every weight's shape; a vector has no columns.
pub(crate) fn shapes(vocabulary: usize) -> Vec<(String, [usize; 2])> {
    let outer = [("token_embd", [vocabulary, WIDTH]), ("output_norm", [WIDTH, 0]), ("output", [vocabulary, WIDTH])];
    let inner = [
        ("attn_norm", [WIDTH, 0]),
        ("attn_q", [WIDTH, WIDTH]),
        ("attn_k", [KV_HEADS * HEAD, WIDTH]),
        ("attn_v", [KV_HEADS * HEAD, WIDTH]),
        ("attn_output", [WIDTH, WIDTH]),
        ("ffn_norm", [WIDTH, 0]),
        ("ffn_gate", [HIDDEN, WIDTH]),
        ("ffn_up", [HIDDEN, WIDTH]),
        ("ffn_down", [WIDTH, HIDDEN]),
    ];
    let outer = outer.into_iter().map(|(name, shape)| (format!("{name}.weight"), shape));
    let inner = (0..LAYERS)
        .flat_map(|layer| inner.into_iter().map(move |(name, shape)| (format!("blk.{layer}.{name}.weight"), shape)));
    outer.chain(inner).collect()
}

fn matrix(rows: usize, columns: usize, embedding: bool, random: &mut Random) -> Result<Tensor> {
    let scale = if embedding { 0.05 } else { 1.0 / f32::from(u16::try_from(columns).expect("rows are short")).sqrt() };
    let values: Vec<f32> = (0..rows * columns).map(|_| random.signed() * scale).collect();
    Tensor::from_vec(values, (rows, columns), &Device::Cpu)
}

impl Model {
    pub(crate) fn new(weights: Weights) -> Result<Self> {
        let frequencies: Vec<f32> = (0..HEAD).step_by(2).map(|at| ROPE_BASE.powf(-small(at) / small(HEAD))).collect();
        let places: Vec<f32> = (0..CONTEXT).map(small).collect();
        let places = Tensor::from_vec(places, (CONTEXT, 1), &Device::Cpu)?;
        let angles = places.matmul(&Tensor::from_vec(frequencies, (1, HEAD / 2), &Device::Cpu)?)?;
        Ok(Self { weights, cosines: angles.cos()?, sines: angles.sin()? })
    }

    /// Returns a row of scores over the vocabulary for each of the batch's places.
    pub(crate) fn scores(&self, batch: &Batch) -> Result<Tensor> {
        let (rows, length) = batch.tokens.dims2()?;
        let mask = batch.mask.broadcast_as((rows, KV_HEADS, HEADS / KV_HEADS, length, length))?;
        let mask = mask.reshape((rows, KV_HEADS, HEADS / KV_HEADS * length, length))?;
        let mut x = self.weight("token_embd").index_select(&batch.tokens.flatten_all()?, 0)?;
        for layer in 0..LAYERS {
            let name = |part: &str| format!("blk.{layer}.{part}");
            let calm = self.norm(&x, &name("attn_norm"))?;
            x = (x + self.attention(&calm, &name, (rows, length), &mask)?)?;
            let calm = self.norm(&x, &name("ffn_norm"))?;
            x = (x + self.feed_forward(&calm, &name)?)?;
        }
        let spoken = x.index_select(&batch.places, 0)?;
        self.times(&self.norm(&spoken, "output_norm")?, "output")
    }

    fn attention(
        &self,
        x: &Tensor,
        name: &dyn Fn(&str) -> String,
        dims: (usize, usize),
        mask: &Tensor,
    ) -> Result<Tensor> {
        let (rows, length) = dims;
        let heads = |part: &str, heads: usize| {
            self.times(x, &name(part))?.reshape((rows, length, heads, HEAD))?.transpose(1, 2)?.contiguous()
        };
        let groups = HEADS / KV_HEADS;
        let q = (self.turned(&heads("attn_q", HEADS)?, length)? * (1.0 / f64::from(small(HEAD)).sqrt()))?;
        let q = q.reshape((rows, KV_HEADS, groups * length, HEAD))?;
        let k = self.turned(&heads("attn_k", KV_HEADS)?, length)?;
        let v = heads("attn_v", KV_HEADS)?;
        let scores = (q.matmul(&k.t()?.contiguous()?)? + mask)?;
        // A softmax spelt out: the highest score needs no gradient, and dividing last touches fewer numbers.
        let highest = scores.max_keepdim(D::Minus1)?.detach();
        let shares = scores.broadcast_sub(&highest)?.exp()?;
        let seen = shares.matmul(&v)?.broadcast_div(&shares.sum_keepdim(D::Minus1)?)?;
        let seen = seen.reshape((rows, HEADS, length, HEAD))?;
        self.times(&seen.transpose(1, 2)?.reshape((rows * length, WIDTH))?, &name("attn_output"))
    }

    fn turned(&self, x: &Tensor, length: usize) -> Result<Tensor> {
        rotary_emb::rope_i_slow(x, &self.cosines.narrow(0, 0, length)?, &self.sines.narrow(0, 0, length)?)
    }

    fn feed_forward(&self, x: &Tensor, name: &dyn Fn(&str) -> String) -> Result<Tensor> {
        let open = ops::silu(&self.times(x, &name("ffn_gate"))?)?;
        self.times(&(open * self.times(x, &name("ffn_up"))?)?, &name("ffn_down"))
    }

    fn norm(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        ops::rms_norm_slow(x, self.weight(name), EPSILON)
    }

    fn times(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        x.matmul(&self.weight(name).t()?)
    }

    fn weight(&self, name: &str) -> &Tensor {
        &self.weights[&format!("{name}.weight")]
    }
}

fn small(number: usize) -> f32 {
    f32::from(u16::try_from(number).expect("dimensions are small"))
}
