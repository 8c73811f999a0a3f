//! The weights, made as they are written.

use std::io::{self, Write};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::{Shape, Weights, string, vocabulary};

/// Where each tensor's bytes begin is a multiple of this; so is the length of ours.
pub(super) const ALIGNMENT: usize = 32;
/// Values of an 8-bit block.
const BLOCK: u32 = 32;

/// A matrix, or a vector as a matrix of one row.
pub(super) struct Tensor {
    name: String,
    row: u32,
    rows: u32,
    kind: Kind,
    /// So many rows at the beginning are zero.
    silent: u32,
}

#[derive(Clone, Copy)]
enum Kind {
    Ones,
    Random(Weights),
    /// Rows that belong to tokens: each has its own, drawn by its number.
    Chain(Link),
}

/// To which token's row a row is equal.
#[derive(Clone, Copy)]
enum Link {
    /// Its own.
    Same,
    /// That of the token before it.
    Before,
}

/// The tensors of a model, in the order of the file.
pub(super) fn all(shape: &Shape, weights: Weights) -> Vec<Tensor> {
    let kv = shape.width / shape.heads * shape.kv_heads;
    let tensor = |name: &str, row, rows, kind| Tensor { name: format!("{name}.weight"), row, rows, kind, silent: 0 };
    let matrix = |name: &str, row, rows| tensor(name, row, rows, Kind::Random(weights));
    let norm = |name: &str| tensor(name, shape.width, 1, Kind::Ones);
    let block = |layer: u32| {
        let name = |part: &str| format!("blk.{layer}.{part}");
        [
            norm(&name("attn_norm")),
            matrix(&name("attn_q"), shape.width, shape.width),
            matrix(&name("attn_k"), shape.width, kv),
            matrix(&name("attn_v"), shape.width, kv),
            matrix(&name("attn_output"), shape.width, shape.width),
            norm(&name("ffn_norm")),
            matrix(&name("ffn_gate"), shape.width, shape.inner),
            matrix(&name("ffn_up"), shape.width, shape.inner),
            matrix(&name("ffn_down"), shape.inner, shape.width),
        ]
    };
    let of_tokens = |name, link| match weights {
        Weights::Counting => tensor(name, shape.width, shape.vocabulary, Kind::Chain(link)),
        _ => matrix(name, shape.width, shape.vocabulary),
    };
    let output = of_tokens("output", Link::Before);
    let last = [norm("output_norm"), Tensor { silent: vocabulary::FIRST_WORD, ..output }];
    let first = of_tokens("token_embd", Link::Same);
    let blocks = (0..shape.layers).flat_map(block).map(|tensor| match weights {
        // What a block adds to its token is nothing.
        Weights::Counting if tensor.name.contains("attn_output") || tensor.name.contains("ffn_down") => {
            Tensor { silent: tensor.rows, ..tensor }
        }
        _ => tensor,
    });
    std::iter::once(first).chain(blocks).chain(last).collect()
}

impl Link {
    /// The number of the token whose row this is, among so many.
    fn number(self, token: u32, tokens: u32) -> u32 {
        match self {
            // An answer begins as if the last word had just been said.
            Self::Same if token == vocabulary::ANSWER => tokens - 1,
            Self::Same => token,
            Self::Before if token == vocabulary::FIRST_WORD => tokens - 1,
            Self::Before => token - 1,
        }
    }
}

impl Tensor {
    /// Adds its entry in the list of tensors.
    pub(super) fn announce(&self, head: &mut Vec<u8>, offset: u64) {
        assert!(self.row.is_multiple_of(BLOCK), "{} has rows of {}", self.name, self.row);
        string(head, &self.name);
        let dimensions = if self.rows == 1 { 1_u32 } else { 2 };
        head.extend(dimensions.to_le_bytes());
        head.extend(u64::from(self.row).to_le_bytes());
        if self.rows > 1 {
            head.extend(u64::from(self.rows).to_le_bytes());
        }
        let kind: u32 = match self.kind {
            Kind::Ones => 0,
            Kind::Random(Weights::F16 | Weights::Counting) | Kind::Chain(_) => 1,
            Kind::Random(Weights::Q8) => 8,
        };
        head.extend(kind.to_le_bytes());
        head.extend(offset.to_le_bytes());
    }

    pub(super) fn bytes(&self) -> u64 {
        u64::from(self.rows) * self.zeros().len() as u64
    }

    pub(super) fn fill(&self, file: &mut impl Write, random: &mut ChaCha8Rng) -> io::Result<()> {
        let mut row = self.zeros();
        for index in 0..self.rows {
            match self.kind {
                _ if index < self.silent => {}
                Kind::Chain(link) => {
                    let number = link.number(index, self.rows);
                    self.draw(&mut row, &mut ChaCha8Rng::seed_from_u64(number.into()));
                }
                _ => self.draw(&mut row, random),
            }
            file.write_all(&row)?;
        }
        Ok(())
    }

    fn zeros(&self) -> Vec<u8> {
        let bytes = match self.kind {
            Kind::Ones => self.row * 4,
            Kind::Random(Weights::F16 | Weights::Counting) | Kind::Chain(_) => self.row * 2,
            Kind::Random(Weights::Q8) => self.row / BLOCK * (BLOCK + 2),
        };
        vec![0; bytes as usize]
    }

    /// Random values with a deviation near 1/√row, so that a signal neither dies nor explodes on its way through.
    fn draw(&self, row: &mut [u8], random: &mut ChaCha8Rng) {
        match self.kind {
            Kind::Ones => row.chunks_exact_mut(4).for_each(|value| value.copy_from_slice(&1_f32.to_le_bytes())),
            Kind::Random(Weights::F16 | Weights::Counting) | Kind::Chain(_) => {
                random.fill_bytes(row);
                row.chunks_exact_mut(2).for_each(|value| value[1] = value[1] & 0x83 | self.half_exponent(0));
            }
            Kind::Random(Weights::Q8) => {
                random.fill_bytes(row);
                // Integers below 128 deviate by 74, about 2^6.
                let scale = self.half_exponent(6);
                row.chunks_exact_mut(BLOCK as usize + 2).for_each(|block| block[..2].copy_from_slice(&[0, scale]));
            }
        }
    }

    /// The high byte of the power of two that is nearest below 1/√row, less `less`, in 16-bit floating point.
    fn half_exponent(&self, less: u32) -> u8 {
        let exponent = 15_u32.saturating_sub(self.row.ilog2().div_ceil(2) + less).max(1);
        u8::try_from(exponent << 2).unwrap_or(0)
    }
}
