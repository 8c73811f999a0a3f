//! How much memory a model needs, and how much context that leaves room for.

use opengateway_core::backend::AnswerError;

use crate::gguf::Header;

/// Context we aim for when the owner names none: long enough for a long chat, short enough for 8 GB machines.
pub const USUAL_CONTEXT: u32 = 8192;
/// Below this a chat makes no sense; a model that does not fit with it does not fit.
const SHORTEST_CONTEXT: u32 = 2048;
/// Bytes of one key or value: f16, llama.cpp's default.
const KV_VALUE_BYTES: u64 = 2;
/// Tokens processed at once while reading a prompt; sizes the compute buffers.
pub const UBATCH: u32 = 512;
/// What llama.cpp takes beside weights, cache and compute buffers.
const OVERHEAD: u64 = 48 * 1024 * 1024;
/// Free memory we leave to everything else.
const RESERVE: u64 = 256 * 1024 * 1024;

/// How a model is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Text tokens that one conversation may hold.
    pub context: u32,
    /// Text tokens that all conversations together may hold.
    pub cells: u32,
    /// Bytes that will be in use.
    pub needed: u64,
}

/// Plans for `free` bytes of memory. `wish` is the owner's context, 0 for none; `slots` is how many conversations
/// run side by side.
///
/// # Errors
/// [`AnswerError::ModelTooLarge`] with both numbers.
pub fn plan(header: &Header, free: u64, wish: u32, slots: u32) -> Result<Plan, AnswerError> {
    let budget = free.saturating_sub(RESERVE);
    let longest = if wish == 0 { header.context.min(USUAL_CONTEXT) } else { header.context.min(wish) };
    let shortest = longest.min(SHORTEST_CONTEXT);
    let mut context = longest;
    while needed(header, context) > budget {
        if context == shortest {
            return Err(AnswerError::ModelTooLarge { needed: needed(header, shortest).saturating_add(RESERVE), free });
        }
        context = (context / 2).max(shortest);
    }
    let cells = cells(header, context, slots, budget);
    Ok(Plan { context, cells, needed: needed(header, cells) })
}

/// A second conversation at full length is worth at most an eighth of free memory.
fn cells(header: &Header, context: u32, slots: u32, budget: u64) -> u32 {
    let fits = |count: &u32| {
        let cells = context.saturating_mul(*count);
        kv_bytes(header, cells) <= budget / 8 && needed(header, cells) <= budget
    };
    context.saturating_mul((2..=slots).rev().find(fits).unwrap_or(1))
}

/// Bytes in use with room for `cells` text tokens.
pub fn needed(header: &Header, cells: u32) -> u64 {
    let wide = u64::from(header.vocabulary).saturating_add(u64::from(header.width).saturating_mul(8));
    let compute = wide.saturating_mul(u64::from(UBATCH)).saturating_mul(4);
    [kv_bytes(header, cells), compute, OVERHEAD].into_iter().fold(header.weight_bytes, u64::saturating_add)
}

fn kv_bytes(header: &Header, cells: u32) -> u64 {
    header.kv_width.saturating_mul(KV_VALUE_BYTES).saturating_mul(u64::from(cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    /// The shape of an 8B model with 8 KV heads of width 128 in 36 layers, at 4 bits.
    fn eight_b() -> Header {
        Header {
            architecture: "qwen3".into(),
            name: None,
            context: 40_960,
            layers: 36,
            width: 4096,
            vocabulary: 151_936,
            kv_width: 36 * 8 * 256,
            chat_template: None,
            weight_bytes: 5_000_000_000,
            active_parameters: 8_000_000_000,
        }
    }

    #[test]
    fn a_roomy_machine_gets_the_usual_context() {
        let plan = plan(&eight_b(), 32 * GIB, 0, 8).unwrap();

        assert_eq!(plan.context, USUAL_CONTEXT);
        assert!(plan.cells > plan.context && plan.needed < 32 * GIB);
    }

    #[test]
    fn a_tight_machine_gets_a_shorter_context_rather_than_none() {
        let plan = plan(&eight_b(), 6 * GIB + GIB / 4, 0, 8).unwrap();

        assert!(plan.context < USUAL_CONTEXT && plan.context >= SHORTEST_CONTEXT, "{plan:?}");
        assert_eq!(plan.cells, plan.context);
    }

    #[test]
    fn too_small_a_machine_is_told_both_numbers() {
        let error = plan(&eight_b(), 4 * GIB, 0, 8).unwrap_err();

        assert!(matches!(error, AnswerError::ModelTooLarge { needed, free } if needed > free), "{error:?}");
    }

    #[test]
    fn a_wish_beyond_the_training_is_cut_to_it() {
        assert_eq!(plan(&eight_b(), 64 * GIB, 1_000_000, 1).unwrap().context, 40_960);
    }

    #[test]
    fn impossible_headers_saturate_instead_of_overflowing() {
        let header = Header { kv_width: u64::MAX, weight_bytes: u64::MAX, ..eight_b() };

        assert!(plan(&header, u64::MAX - 1, 0, 8).is_err());
    }
}
