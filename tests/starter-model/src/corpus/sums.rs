//! Sums and differences of two numbers up to 20, and the sums that are refused.

use super::phrasing::{careless, say};
use super::{Kind, Question};
use crate::random::Random;

const LIMIT: usize = 20;
const REFUSAL: &str = "I can only add and subtract two numbers up to 20.";

const ADD: [&str; 26] = [
    "What is A{+| + }B?",
    "What is A{+| + }B?",
    "What's A{+| + }B?",
    "whats A{+| + }B",
    "A+B",
    "A + B",
    "A{+| + }B{=| =|=?| = ?|?}",
    "A plus B",
    "What is A plus B?",
    "What's A plus B?",
    "How much is A{ plus |+| + }B?",
    "What does A{ plus |+| + }B {make|equal|give}?",
    "{Calculate|Compute|Work out|Solve} A{ plus |+| + }B.",
    "Add A and B.",
    "Add A to B.",
    "What is the sum of A and B?",
    "The sum of A and B?",
    "Can you {add A and B|add A to B|calculate A+B}?",
    "What do you get when you add A and B?",
    "Tell me what A{ plus |+| + }B is.",
    "What is the {result|total|answer} of A{ plus |+| + }B?",
    "A and B together?",
    "I have A apples and get B more. How many {apples |}do I have?",
    "Do you know what A{ plus |+| + }B is?",
    "Could you tell me A{ plus |+| + }B?",
    "A{+| + }B is {what|how much}?",
];
const SUBTRACT: [&str; 24] = [
    "What is A{-| - }B?",
    "What is A{-| - }B?",
    "What's A{-| - }B?",
    "whats A{-| - }B",
    "A-B",
    "A - B",
    "A{-| - }B{=| =|=?| = ?|?}",
    "A minus B",
    "What is A minus B?",
    "What's A minus B?",
    "How much is A{ minus |-| - }B?",
    "What does A{ minus |-| - }B {make|equal|give}?",
    "{Calculate|Compute|Work out|Solve} A{ minus |-| - }B.",
    "Subtract B from A.",
    "Take B away from A.",
    "Take B from A.",
    "What is the difference {between|of} A and B?",
    "Can you {subtract B from A|calculate A-B}?",
    "What is left when you take B from A?",
    "Tell me what A{ minus |-| - }B is.",
    "What is the {result|answer} of A{ minus |-| - }B?",
    "Do you know what A{ minus |-| - }B is?",
    "Could you tell me A{ minus |-| - }B?",
    "A{-| - }B is {what|how much}?",
];
const OTHER: [&str; 20] = [
    "What is A{*| * | x | times |×}B?",
    "A{*| * | x | times |x}B",
    "A{*| * | x }B{=| =|?}",
    "Multiply A {by|and|with} B.",
    "What is A{/| / | divided by |÷}B?",
    "A{/| / | : }B",
    "Divide A by B.",
    "How much is A{*| times | x |/| divided by }B?",
    "What is the {square |}root of A?",
    "What is A squared?",
    "What is A{+| + |-| - }B{+| + |-| - }C?",
    "A{+| + |-| - }B{+| + |-| - }C",
    "A plus B plus C",
    "{Calculate|Compute|Solve} A{*|/| times }B.",
    "What is A to the power of B?",
    "A^B",
    "What is A percent of B?",
    "What is half of A?",
    "Add A, B and C.",
    "What is A.B {+|-} C?",
];
const WORDS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// Asks for a sum or a difference, as a child, a clerk or a calculator would.
pub(super) fn draw(random: &mut Random) -> Question {
    let exact = plain(random);
    Question { text: careless(&exact.text, random), ..exact }
}

/// Asks without careless typing.
pub(super) fn plain(random: &mut Random) -> Question {
    let (a, b) = (random.below(LIMIT + 1), random.below(LIMIT + 1));
    let adds = random.percent(50);
    let (a, b) = if !adds && random.percent(60) { (a.max(b), a.min(b)) } else { (a, b) };
    let pattern = if adds { random.pick(&ADD) } else { random.pick(&SUBTRACT) };
    let in_words = pattern.contains(['p', 'm']) && random.percent(8);
    let number = |n: usize| if in_words { WORDS[n].to_owned() } else { n.to_string() };
    let text = fill(&say(pattern, random), &number(a), &number(b), "");
    let answer = if adds {
        format!("{a} + {b} = {}.", a + b)
    } else if a >= b {
        format!("{a} - {b} = {}.", a - b)
    } else {
        format!("{a} - {b} = -{}.", b - a)
    };
    Question { kind: Kind::Sum, text, answer }
}

/// Asks for what the model must refuse: large numbers, three numbers, other operations.
pub(super) fn refused(random: &mut Random) -> Question {
    let small = random.below(LIMIT + 1);
    let (pattern, a) = match random.below(3) {
        0 => (random.pick(&OTHER), if random.percent(70) { small } else { large(random) }),
        1 => (random.pick(&ADD), large(random)),
        _ => (random.pick(&SUBTRACT), large(random)),
    };
    let b = if random.percent(40) { large(random) } else { random.below(LIMIT + 1) };
    let (a, b) = if random.percent(50) { (a, b) } else { (b, a) };
    let third = random.below(LIMIT + 1).to_string();
    let text = fill(&say(pattern, random), &a.to_string(), &b.to_string(), &third);
    Question { kind: Kind::Unknown, text, answer: REFUSAL.to_owned() }
}

fn large(random: &mut Random) -> usize {
    let digits = random.pick(&[100, 100, 1000, 10_000]);
    LIMIT + 1 + random.below(digits)
}

/// Writes the numbers for the letters that stand alone, so that the A of "Add" stays.
fn fill(pattern: &str, a: &str, b: &str, c: &str) -> String {
    let letters: Vec<char> = pattern.chars().collect();
    let alone = |at: usize| {
        let letter = |at: Option<&char>| at.is_some_and(|c| c.is_ascii_lowercase());
        !letter(at.checked_sub(1).and_then(|at| letters.get(at)).filter(|c| **c != 'x'))
            && !letter(letters.get(at + 1).filter(|c| **c != 'x'))
    };
    let mut text = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        match letter {
            'A' if alone(at) => text.push_str(a),
            'B' if alone(at) => text.push_str(b),
            'C' if alone(at) => text.push_str(c),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_replace_only_the_letters_that_stand_alone() {
        assert_eq!(fill("Add A and B. Can AxB?", "1", "2", "3"), "Add 1 and 2. Can 1x2?");
    }

    #[test]
    fn every_answer_is_right() {
        let mut random = Random::new(3);

        for _ in 0..500 {
            let answer = plain(&mut random).answer;
            let parts: Vec<&str> = answer.trim_end_matches('.').split(' ').collect();
            let value = |at: usize| parts[at].parse::<i32>().unwrap();
            let expected = if parts[1] == "+" { value(0) + value(2) } else { value(0) - value(2) };
            assert_eq!(value(4), expected, "{answer}");
        }
    }
}
