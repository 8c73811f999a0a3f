//! What an answer costs. Both sides count the same things: bytes of what was asked and text tokens of what came, so that
//! neither has to believe the other.

use opengateway_api::Credits;

/// Text tokens after which a payer acknowledges what has come.
pub const VOUCHER_TOKENS: u32 = 32;
/// Text tokens that a provider writes ahead of what is acknowledged.
pub const CHUNK: u32 = 64;
/// Reading costs one part in so many of writing.
const READING_PARTS: i128 = 10;
/// Bytes of a text token, about.
const TOKEN_BYTES: i128 = 4;
const THOUSAND: i128 = 1000;

const BILLION: u64 = 1_000_000_000;
/// Active parameters below which a model costs so many millionths of a credit for a text token. What a model costs to
/// run grows with its active parameters, and with the memory that only few PCs have.
const RATES: [(u64, i64); 6] = [
    (6 * BILLION, 500_000),
    (11 * BILLION, 1_000_000),
    (20 * BILLION, 3_000_000),
    (50 * BILLION, 5_000_000),
    (150 * BILLION, 10_000_000),
    (u64::MAX, 40_000_000),
];

/// The usual price of 1000 text tokens of a model with so many active parameters.
pub fn usual(active_parameters: u64) -> Credits {
    let rate = RATES.iter().find(|(below, _)| active_parameters < *below).or(RATES.last());
    Credits(rate.map_or(0, |(_, micro)| micro.saturating_mul(1000)))
}

/// What it comes to: `price` is for 1000 text tokens. Rounded up to a millionth; the most there is when it is more.
pub fn due(price: Credits, prompt_bytes: usize, text_tokens: u32) -> Credits {
    let price = i128::from(price.0.max(0));
    let written = price.saturating_mul(i128::from(text_tokens));
    let bytes = i128::try_from(prompt_bytes).unwrap_or(i128::MAX);
    let read = price.saturating_mul(bytes).div_euclid(READING_PARTS.saturating_mul(TOKEN_BYTES));
    let micro = written.saturating_add(read).saturating_add(THOUSAND.saturating_sub(1)).div_euclid(THOUSAND);
    Credits(i64::try_from(micro).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_models_cost_more_and_reading_a_tenth_of_writing() {
        let a_token = |billions: u64| usual(billions * BILLION).0 / 1000;

        assert_eq!(
            [4, 8, 14, 32, 70, 400].map(a_token),
            [500_000, 1_000_000, 3_000_000, 5_000_000, 10_000_000, 40_000_000]
        );
        let price = usual(8 * BILLION);
        assert_eq!(due(price, 0, 1000), Credits::whole(1000));
        assert_eq!(due(price, 4000, 0), Credits::whole(100));
        assert_eq!(due(Credits::ZERO, 4000, 1000), Credits::ZERO);
    }

    #[test]
    fn no_number_is_too_large_and_a_negative_price_is_none() {
        assert_eq!(due(Credits(i64::MAX), usize::MAX, u32::MAX), Credits(i64::MAX));
        assert_eq!(due(Credits(-5), 10, 10), Credits::ZERO);
    }
}
