//! Conversations packed into rows of equal length. A mask keeps each conversation to itself.

use crate::tokenizer::{Encoded, TEXT_END};
use candle_core::{Device, Result, Tensor};

/// Rows that are filled one after the other.
pub(crate) struct Packing {
    length: usize,
    rows: Vec<Row>,
    conversations: usize,
}

#[derive(Default)]
struct Row {
    tokens: Vec<u32>,
    /// The conversation that each token belongs to.
    owners: Vec<usize>,
    /// Whether each token is one that the model has to say.
    learnt: Vec<bool>,
}

/// What the model reads, and what it should have said at some of the places.
pub(crate) struct Batch {
    pub(crate) tokens: Tensor,
    /// Zero where a token may look, hugely negative where it may not.
    pub(crate) mask: Tensor,
    /// Places in the flattened rows after which a learnt token follows.
    pub(crate) places: Tensor,
    pub(crate) targets: Vec<u32>,
    /// The conversation that each target belongs to.
    pub(crate) owners: Vec<usize>,
}

impl Packing {
    pub(crate) fn new(length: usize) -> Self {
        Self { length, rows: vec![Row::default()], conversations: 0 }
    }

    /// Adds a conversation to the last row, cut off at its end; returns whether there was room for all of it.
    pub(crate) fn add_cut(&mut self, encoded: &Encoded) -> bool {
        let row = self.rows.last_mut().expect("there is a row from the start");
        let room = self.length - row.tokens.len();
        let taken = room.min(encoded.tokens.len());
        row.tokens.extend(&encoded.tokens[..taken]);
        row.learnt.extend(&encoded.learnt[..taken]);
        row.owners.extend(std::iter::repeat_n(self.conversations, taken));
        self.conversations += 1;
        taken < room
    }

    /// Adds a conversation that must not be cut.
    pub(crate) fn add_whole(&mut self, encoded: &Encoded) {
        let used = self.rows.last().map_or(0, |row| row.tokens.len());
        if used + encoded.tokens.len() > self.length {
            self.next_row();
        }
        self.add_cut(encoded);
    }

    pub(crate) fn next_row(&mut self) {
        self.rows.push(Row::default());
    }

    /// Returns the rows in batches of `rows`, the rest of a row filled with ends of text.
    pub(crate) fn batches(&self, rows: usize) -> impl Iterator<Item = Result<Batch>> {
        self.rows.chunks(rows).map(|rows| self.batch(rows))
    }

    fn batch(&self, rows: &[Row]) -> Result<Batch> {
        let length = self.length;
        let mut tokens = Vec::with_capacity(rows.len() * length);
        let mut mask = Vec::with_capacity(rows.len() * length * length);
        let (mut places, mut targets, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            for next in 1..row.tokens.len() {
                if row.learnt[next] && row.owners[next] == row.owners[next - 1] {
                    places.push(u32::try_from(tokens.len() + next - 1).expect("a batch has thousands of places"));
                    targets.push(row.tokens[next]);
                    owners.push(row.owners[next]);
                }
            }
            tokens.extend(row.tokens.iter().copied().chain(std::iter::repeat(TEXT_END)).take(length));
            for from in 0..length {
                mask.extend((0..length).map(|to| if row.sees(from, to) { 0.0 } else { -1e9_f32 }));
            }
        }
        Ok(Batch {
            tokens: Tensor::from_vec(tokens, (rows.len(), length), &Device::Cpu)?,
            mask: Tensor::from_vec(mask, (rows.len(), 1, 1, length, length), &Device::Cpu)?,
            places: Tensor::new(places, &Device::Cpu)?,
            targets,
            owners,
        })
    }
}

impl Row {
    fn sees(&self, from: usize, to: usize) -> bool {
        to <= from && self.owners.get(from) == self.owners.get(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(tokens: &[u32]) -> Encoded {
        Encoded { tokens: tokens.to_vec(), learnt: tokens.iter().map(|&token| token % 2 == 1).collect() }
    }

    #[test]
    fn only_learnt_tokens_of_the_same_conversation_are_targets() {
        let mut packing = Packing::new(6);
        packing.add_whole(&encoded(&[2, 3, 4]));
        packing.add_whole(&encoded(&[5, 7]));

        let batch = packing.batches(1).next().unwrap().unwrap();

        assert_eq!(batch.targets, [3, 7]);
        assert_eq!(batch.owners, [0, 1]);
        assert_eq!(batch.places.to_vec1::<u32>().unwrap(), [0, 3]);
    }

    #[test]
    fn a_conversation_does_not_see_the_one_before() {
        let mut packing = Packing::new(4);
        packing.add_whole(&encoded(&[2, 3]));
        packing.add_whole(&encoded(&[4, 5]));

        let batch = packing.batches(1).next().unwrap().unwrap();

        let mask = batch.mask.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let sees: Vec<bool> = mask.iter().map(|&value| value == 0.0).collect();
        assert_eq!(sees[8..12], [false, false, true, false]);
        assert_eq!(sees[12..16], [false, false, true, true]);
    }
}
