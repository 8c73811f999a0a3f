//! Files that are no models, or no longer: each gives an error or an answer, and the engine lives on.

use std::path::Path;

use opengateway_api::{ModelId, Sampling};
use opengateway_core::backend::AnswerError;
use opengateway_engine::{Engine, ModelFile};
use opengateway_tests::asking::{Answer, Broken, STARTER, ask, at_most, config, engine, prompt, starter};
use opengateway_tests::chance::Chance;
use opengateway_tests::programs;

const CUTS: usize = 50;
const MUTATIONS: usize = 200;

#[tokio::test]
async fn a_file_that_is_no_model_is_refused_and_the_next_prompt_is_answered() {
    let files: [(&str, &[u8]); 4] =
        [("empty", b""), ("text", b"Dear diary,\n"), ("zip", b"PK\x03\x04"), ("magic", b"GGUF")];
    let bench = Bench::new();

    for (name, bytes) in files {
        let broken = bench.load(name, bytes).await.unwrap_err();

        assert!(matches!(broken.error, AnswerError::ModelInvalid(_)), "{name}: {broken:?}");
    }
    bench.check().await;
}

#[tokio::test]
async fn a_file_that_is_gone_and_a_directory_are_refused() {
    let bench = Bench::new();

    for (name, path) in [("gone", bench.path("gone")), ("directory", bench.directory.path().to_owned())] {
        let broken = bench.load_file(name, &path).await.unwrap_err();

        assert!(matches!(broken.error, AnswerError::ModelInvalid(_)), "{name}: {broken:?}");
    }
    bench.check().await;
}

#[tokio::test]
async fn a_model_that_is_cut_off_anywhere_is_refused() {
    let (mut chance, bench, whole) = (Chance::new(), Bench::new(), std::fs::read(programs::starter()).unwrap());

    for number in 0..CUTS {
        let length = chance.below(whole.len());
        let broken = bench.load(&format!("cut-{number}"), &whole[..length]).await.unwrap_err();

        assert!(matches!(broken.error, AnswerError::ModelInvalid(_)), "cut at {length}: {broken:?}");
    }
    bench.check().await;
}

#[tokio::test]
async fn a_model_with_a_damaged_header_gives_an_answer_or_an_error_and_never_a_hang() {
    let (mut chance, bench, whole) = (Chance::new(), Bench::new(), std::fs::read(programs::starter()).unwrap());
    let header = header_length(&whole);
    let mut outcomes = [("answered", 0), ("refused", 0), ("crashed", 0)];

    for number in 0..MUTATIONS {
        let (mut file, place, byte) = (whole.clone(), chance.below(header), chance.byte());
        file[place] ^= byte.max(1);
        eprintln!("mutation {number}: byte {place} becomes {}", file[place]);
        let outcome = match bench.load(&format!("flipped-{number}"), &file).await {
            Ok(_) => 0,
            Err(Broken { error: AnswerError::Crashed(_), .. }) => 2,
            Err(_) => 1,
        };
        outcomes[outcome].1 += 1;
    }

    eprintln!("{outcomes:?}");
    bench.check().await;
}

/// An engine and a directory for files that harm it.
struct Bench {
    directory: tempfile::TempDir,
    engine: Engine,
}

impl Bench {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), engine: engine(config()) }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(format!("{name}.gguf"))
    }

    async fn load(&self, name: &str, bytes: &[u8]) -> Result<Answer, Broken> {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        let outcome = self.load_file(name, &path).await;
        std::fs::remove_file(&path).unwrap();
        outcome
    }

    async fn load_file(&self, name: &str, path: &Path) -> Result<Answer, Broken> {
        let file = ModelFile { id: ModelId(name.into()), path: path.to_owned(), context: 512 };
        self.engine.offer(vec![starter(), file]);
        ask(&self.engine, prompt(name, "What is 2+2?", at_most(8))).await
    }

    /// The engine still answers with a good model.
    async fn check(&self) {
        let answer = ask(&self.engine, prompt(STARTER, "What is 2+2?", Sampling::greedy())).await.unwrap();
        assert!(answer.text.contains('4'), "{answer:?}");
    }
}

/// Where the weights begin: the header is everything before, and the weights are nearly all the rest.
fn header_length(file: &[u8]) -> usize {
    let name = b"output_norm.weight";
    let last = |name: &[u8]| file.windows(name.len()).rposition(|window| window == name);
    last(name).map_or(file.len() / 50, |place| place + name.len())
}
