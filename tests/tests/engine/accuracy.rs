//! How good the model is that ships in the app, on questions that it was not trained on.

use futures::StreamExt;
use opengateway_api::Sampling;
use opengateway_tests::asking::{STARTER, ask, config, engine, prompt};
use opengateway_tests::programs;
use serde::Deserialize;

/// Questions asked side by side: as many as the engine has slots.
const TOGETHER: usize = 8;

#[derive(Deserialize)]
struct Question {
    kind: String,
    question: String,
    answer: String,
}

#[derive(Default)]
struct Figures {
    right: usize,
    all: usize,
}

impl Figures {
    fn per_mille(&self) -> usize {
        self.right * 1000 / self.all.max(1)
    }
}

#[tokio::test]
async fn the_starter_model_answers_questions_it_has_never_seen() {
    let engine = engine(config());
    let file = std::fs::read_to_string(programs::repository("tests/starter-model/held-out.jsonl")).unwrap();
    let questions = file.lines().map(|line| serde_json::from_str::<Question>(line).unwrap());

    let answered = futures::stream::iter(questions).map(|question| async {
        let answer = ask(&engine, prompt(STARTER, &question.question, Sampling::greedy())).await.unwrap();
        (question, answer.text)
    });
    let answered: Vec<_> = answered.buffered(TOGETHER).collect().await;

    let (mut facts, mut talk) = (Figures::default(), Figures::default());
    for (question, text) in &answered {
        let figures = if matches!(question.kind.as_str(), "sum" | "capital") { &mut facts } else { &mut talk };
        figures.all += 1;
        if *text == question.answer {
            figures.right += 1;
        } else {
            eprintln!("{}: {} -> {text}, not {}", question.kind, question.question, question.answer);
        }
    }
    eprintln!("sums and capitals {} of {}, app and unknown {} of {}", facts.right, facts.all, talk.right, talk.all);
    assert!(facts.all >= 400 && facts.per_mille() >= 990, "{} of {}", facts.right, facts.all);
    assert!(talk.all >= 60 && talk.per_mille() >= 900, "{} of {}", talk.right, talk.all);
}
