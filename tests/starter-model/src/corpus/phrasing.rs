//! One meaning, many wordings: choices written `{like|this}`, careless typing, and what makes two wordings the same.

use crate::random::Random;

const OPENERS: [&str; 14] = [
    "hi, ",
    "hello, ",
    "hey, ",
    "please ",
    "ok, ",
    "so, ",
    "and ",
    "hi! ",
    "hello! ",
    "quick question: ",
    "sorry, ",
    "tell me, ",
    "one question: ",
    "well, ",
];
const CLOSERS: [&str; 6] = [" please", ", please?", " thanks", " pls", "??", " now?"];

/// Ways to ask how, and whether, the action A can be done.
const FRAMES: [&str; 25] = [
    "How {can|do|could|would|should|must} I A?",
    "How {can|do} I A?",
    "{Can|Could|May} I A?",
    "Is it possible to A?",
    "Is there {a|any} {way|option|command|button|key|setting} to A?",
    "What {do I do|must I do|can I do|should I do|do I need to do|do I have to do} to A?",
    "I {want|would like|need|wish|have|am trying|tried} to A{.|. How?|. What now?|. How do I do that?|. How does that work?|. Can I?}",
    "Where {can|do|could|should} I A?",
    "{Tell|Show|Teach} me how {to|I can} A.",
    "{Explain|Describe} how {to|I can} A.",
    "{Which|What} {key|button|menu|command|setting} do I {press|use|choose|need} to A?",
    "Can you {tell|show|explain to} me how {to|I can} A?",
    "Do you know how {to|I can} A?",
    "Am I {able|allowed} to A?",
    "Does {the app|OpenGateway|this program} let me A?",
    "What is the {way|best way|easiest way|right way|quickest way|key|command} to A?",
    "{How to|how to} A",
    "{How to|how to} A?",
    "A",
    "{Do I have to|Do I need to|Must I|Should I} A?",
    "{Why can I not|Why can't I} A?",
    "I {cannot|can't|could not|do not know how to} A.",
    "{Help me|Please help me|I need help} to A.",
    "What happens {if|when} I A?",
    "Will I be able to A?",
];

/// Asks in one wording how to do `action`, itself a pattern.
pub(super) fn ask_to(action: &str, random: &mut Random) -> String {
    let frame = say(random.pick(&FRAMES), random);
    let action = say(action, random);
    let words: Vec<&str> = frame.split_inclusive(' ').collect();
    let put = |word: &&str| {
        if word.starts_with('A') && !word.starts_with("Am") {
            word.replacen('A', action.trim(), 1)
        } else {
            (*word).to_owned()
        }
    };
    words.iter().map(put).collect()
}

/// Writes out every wording of `pattern`.
pub(super) fn expand(pattern: &str) -> Vec<String> {
    let Some((head, choices, tail)) = first_choice(pattern) else {
        return vec![pattern.to_owned()];
    };
    let tails = expand(tail);
    choices.split('|').flat_map(|choice| tails.iter().map(move |tail| format!("{head}{choice}{tail}"))).collect()
}

/// Writes out one wording of `pattern`.
pub(super) fn say(pattern: &str, random: &mut Random) -> String {
    let mut said = String::new();
    let mut rest = pattern;
    while let Some((head, choices, tail)) = first_choice(rest) {
        let choices: Vec<_> = choices.split('|').collect();
        said.push_str(head);
        said.push_str(random.pick(&choices));
        rest = tail;
    }
    said + rest
}

fn first_choice(pattern: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = pattern.split_once('{')?;
    let (choices, tail) = rest.split_once('}').expect("every choice in our own patterns is closed");
    Some((head, choices, tail))
}

/// Types `text` as people do: without capitals, without the question mark, with a slip of the finger.
pub(super) fn careless(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    if random.percent(35) {
        text = text.trim_end_matches(['?', '.', '!']).to_owned();
    }
    if random.percent(6) {
        text = text.trim_end_matches(['?', '.', '!']).to_owned() + random.pick(&CLOSERS);
    }
    if random.percent(10) {
        text = random.pick(&OPENERS).to_owned() + &lower_first(&text);
    }
    if random.percent(40) {
        text = text.to_lowercase();
    }
    if random.percent(12) {
        text = text.replace('\'', "");
    }
    if random.percent(10) {
        text = slip(&text, random);
    }
    text
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !text.starts_with("I ") => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// Swaps, drops or doubles one letter between two others, so that first letters and numbers stay.
fn slip(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let inside: Vec<usize> = (1..letters.len().saturating_sub(2))
        .filter(|&at| letters[at - 1..=at + 1].iter().all(|c| c.is_alphabetic()))
        .collect();
    if inside.is_empty() {
        return text.to_owned();
    }
    let at = random.pick(&inside);
    match random.below(3) {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

/// Returns what is left of `text` when case, blanks and punctuation do not count.
pub(super) fn normalised(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || "+-*/".contains(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_with_two_choices_has_all_combinations() {
        assert_eq!(expand("{a|b} {c|d}!"), ["a c!", "a d!", "b c!", "b d!"]);
    }

    #[test]
    fn what_is_said_is_one_of_the_expansions() {
        let all = expand("{how|where} do {i|you} {|really }go?");

        let mut random = Random::new(1);

        for _ in 0..50 {
            assert!(all.contains(&say("{how|where} do {i|you} {|really }go?", &mut random)));
        }
    }

    #[test]
    fn an_action_is_asked_for_whole() {
        let mut random = Random::new(4);

        for _ in 0..200 {
            assert!(ask_to("stop an Answer", &mut random).contains("stop an Answer"));
        }
    }

    #[test]
    fn blanks_and_case_do_not_make_a_new_wording() {
        assert_eq!(normalised("What is 2 + 2?"), normalised("what is 2+2"));
    }

    #[test]
    fn careless_typing_keeps_the_numbers() {
        let mut random = Random::new(2);

        for _ in 0..500 {
            assert!(careless("What is 12+13?", &mut random).contains("12+13"));
        }
    }
}
