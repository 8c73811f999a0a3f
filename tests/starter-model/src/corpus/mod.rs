//! The text the model learns from, written here by rule, and the questions kept back to examine it.
//!
//! A question is kept back by its [`phrasing::normalised`] form, so that case, blanks and punctuation cannot smuggle it
//! into training.

mod app;
mod capitals;
mod phrasing;
mod small_talk;
mod sums;
mod system;
mod unknown;

use crate::random::Random;
use phrasing::{careless, expand, normalised, say};
use std::collections::BTreeSet;

/// The examination stays the same whatever the seed of the training.
const EXAMINATION_SEED: u64 = 40;

/// What a question is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    Sum,
    Capital,
    App,
    Unknown,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Sum, Self::Capital, Self::App, Self::Unknown];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Capital => "capital",
            Self::App => "app",
            Self::Unknown => "unknown",
        }
    }
}

/// A question and its only right answer.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) answer: String,
}

/// A conversation as the window would send it.
pub(crate) struct Conversation {
    pub(crate) system: Option<String>,
    pub(crate) turns: Vec<Question>,
}

/// One answer, the patterns of the questions for it, the actions that it explains, and wordings that training never sees.
struct Topic {
    answer: &'static str,
    wordings: &'static [&'static str],
    actions: &'static [&'static str],
    fresh: &'static [&'static str],
}

/// Writes conversations without the questions of the examination.
pub(crate) struct Corpus {
    examination: Vec<Question>,
    kept_back: BTreeSet<String>,
}

impl Corpus {
    pub(crate) fn new() -> Self {
        let examination = examination();
        let kept_back = examination.iter().map(|question| normalised(&question.text)).collect();
        Self { examination, kept_back }
    }

    /// Returns every question that training never asks.
    pub(crate) fn examination(&self) -> &[Question] {
        &self.examination
    }

    /// Writes a conversation of one to twenty turns; short ones are common, because most conversations start anew.
    pub(crate) fn conversation(&self, random: &mut Random) -> Conversation {
        let system = random.percent(25).then(|| system::draw(random));
        let most = random.pick(&[1, 1, 2, 3, 6, 20]);
        let turns = (0..1 + random.below(most)).map(|_| self.question(random)).collect();
        Conversation { system, turns }
    }

    fn question(&self, random: &mut Random) -> Question {
        loop {
            let question = match random.below(100) {
                0..32 => sums::draw(random),
                32..40 => capitals::draw(random),
                40..64 => topic(app::TOPICS, random),
                64..80 => topic(small_talk::TOPICS, random),
                80..91 => unknown::draw(random),
                91..96 => capitals::refused(random),
                _ => sums::refused(random),
            };
            if !self.kept_back.contains(&normalised(&question.text)) {
                return question;
            }
        }
    }
}

fn topic(topics: &[Topic], random: &mut Random) -> Question {
    let topic = &topics[random.below(topics.len())];
    let text = if !topic.actions.is_empty() && random.percent(40) {
        phrasing::ask_to(random.pick(topic.actions), random)
    } else {
        say(random.pick(topic.wordings), random)
    };
    app_question(&careless(&text, random), topic)
}

fn app_question(text: &str, topic: &Topic) -> Question {
    Question { kind: Kind::App, text: text.to_owned(), answer: topic.answer.to_owned() }
}

fn examination() -> Vec<Question> {
    let mut random = Random::new(EXAMINATION_SEED);
    let mut questions = sums_held_out(420, &mut random);
    questions.extend(capitals::held_out(2, &mut random));
    for topic in app::TOPICS.iter().chain(small_talk::TOPICS) {
        questions.extend(topic_held_out(topic, &mut random));
    }
    questions.extend(unknown::held_out(60, &mut random));
    questions.extend(capitals::refused_held_out(&mut random));
    let refused = (0..30).map(|_| sums::refused(&mut random));
    questions.extend(refused);
    questions
}

fn sums_held_out(count: usize, random: &mut Random) -> Vec<Question> {
    let first = Question { kind: Kind::Sum, text: "What is 2+2?".to_owned(), answer: "2 + 2 = 4.".to_owned() };
    let mut seen = BTreeSet::from([normalised(&first.text)]);
    let mut questions = vec![first];
    while questions.len() < count {
        let question = sums::plain(random);
        if seen.insert(normalised(&question.text)) {
            questions.push(question);
        }
    }
    questions
}

/// Keeps back two long wordings of the topic's patterns and all the fresh ones.
fn topic_held_out(topic: &Topic, random: &mut Random) -> Vec<Question> {
    let mut long: Vec<String> = topic.wordings.iter().flat_map(|w| expand(w)).filter(|w| w.contains(' ')).collect();
    let mut questions: Vec<Question> = topic.fresh.iter().map(|text| app_question(text, topic)).collect();
    for _ in 0..2 {
        let text = long.swap_remove(random.below(long.len()));
        questions.push(app_question(&text, topic));
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn training_never_asks_what_is_examined() {
        let corpus = Corpus::new();
        let mut random = Random::new(7);

        for _ in 0..20_000 {
            let text = normalised(&corpus.question(&mut random).text);
            assert!(!corpus.kept_back.contains(&text), "{text}");
        }
    }

    #[test]
    fn the_first_questions_of_a_new_user_are_examined() {
        let corpus = Corpus::new();

        for text in ["What is 2+2?", "What is the capital of France?"] {
            assert!(corpus.examination().iter().any(|question| question.text == text), "{text}");
        }
    }

    #[test]
    fn a_wording_belongs_to_one_answer() {
        let mut answers = BTreeMap::new();
        for topic in app::TOPICS.iter().chain(small_talk::TOPICS) {
            let wordings =
                topic.wordings.iter().flat_map(|w| expand(w)).chain(topic.fresh.iter().map(|w| (*w).to_owned()));
            for wording in wordings {
                let other = answers.insert(normalised(&wording), topic.answer);
                assert!(other.is_none_or(|answer| answer == topic.answer), "{wording}");
            }
        }
    }
}
