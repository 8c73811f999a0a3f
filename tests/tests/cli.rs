//! The command line, as its users see it: the pages in `cli/` are read to the letter.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use opengateway_tests::programs;
use tempfile::tempdir;

#[test]
fn first_steps_are_as_written() {
    follow("first-steps");
}

#[test]
fn models_are_managed_as_written() {
    follow("models");
}

#[test]
fn this_pc_is_lent_as_written() {
    follow("lending");
}

#[test]
fn other_pcs_are_asked_as_written() {
    follow("network");
}

#[test]
fn tokens_are_told_as_written() {
    follow("wallet");
}

#[test]
fn errors_are_as_written() {
    follow("errors");
}

#[test]
fn json_is_as_written() {
    follow("json");
}

#[test]
fn a_question_comes_from_standard_input() {
    let home = tempdir().unwrap();

    let output = piped(programs::opengateway(home.path()).arg("prompt"), "What is 2+2?\n");

    assert_eq!((stdout(&output), output.status.code()), ("2 + 2 = 4.\n".into(), Some(0)));
}

#[test]
fn nothing_to_ask_is_a_wrong_command_line() {
    let home = tempdir().unwrap();

    let output = piped(programs::opengateway(home.path()).arg("prompt"), " \n");

    assert_eq!((stdout(&output), output.status.code()), (String::new(), Some(2)));
    assert!(!home.path().join("opengateway.db").exists(), "no node was started for it");
}

#[test]
fn a_node_for_the_occasion_leaves_no_process_and_no_lock() {
    let home = tempdir().unwrap();

    let output = piped(programs::opengateway(home.path()).args(["prompt", "What is 2+2?"]), "");

    assert_eq!(stdout(&output), "2 + 2 = 4.\n");
    assert!(opengateway_node::Home::open(home.path()).is_ok(), "the data directory is free");
}

#[test]
fn the_limits_of_an_answer_can_be_given() {
    let home = tempdir().unwrap();
    let words = ["prompt", "--temperature", "0", "--seed", "7", "--max-tokens", "2", "What is 2+2?"];

    let output = piped(programs::opengateway(home.path()).args(words), "");

    assert_eq!((stdout(&output).trim_end(), output.status.code()), ("2", Some(0)));
}

#[test]
fn every_shell_gets_its_completions() {
    let home = tempdir().unwrap();

    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = piped(programs::opengateway(home.path()).args(["completions", shell]), "");

        assert!(output.status.success() && stdout(&output).contains("opengateway"), "{shell}: {output:?}");
    }
}

#[test]
fn help_names_every_command_and_exit_code() {
    let home = tempdir().unwrap();

    let output = piped(programs::opengateway(home.path()).arg("--help"), "");

    let words = [
        "start",
        "status",
        "prompt",
        "models",
        "hardware",
        "contribute",
        "idle",
        "batch",
        "wallet",
        "login",
        "restart",
        "stop",
        "logs",
        "completions",
        "130  interrupted",
    ];
    let missing: Vec<_> = words.into_iter().filter(|word| !stdout(&output).contains(word)).collect();
    assert!(output.status.success() && missing.is_empty(), "{missing:?} is missing in {}", stdout(&output));
}

#[cfg(unix)]
#[test]
fn a_node_of_another_version_is_refused_with_both_versions() {
    use opengateway_api::{FromNode, PROTOCOL};
    use std::os::unix::net::UnixListener;

    let home = tempdir().unwrap();
    let listener = UnixListener::bind(home.path().join("control.sock")).unwrap();
    let node = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let hello = FromNode::Hello { protocol: PROTOCOL + 1, version: "9.9.9".into() };
        stream.write_all(&opengateway_core::frame::encode(&hello).unwrap()).unwrap();
        let _until_the_caller_closes = std::io::copy(&mut stream, &mut std::io::sink());
    });

    let output = piped(programs::opengateway(home.path()).arg("status"), "");

    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5), "{message}");
    assert!(message.contains("9.9.9") && message.contains(env!("CARGO_PKG_VERSION")), "{message}");
    node.join().unwrap();
}

#[test]
fn a_reader_that_goes_away_ends_the_command_and_never_the_node() {
    let home = tempdir().unwrap();
    let _guard = Stopped(home.path());

    for words in [["start", "--json"], ["models", "list"], ["status", "--json"], ["prompt", "Hello"]] {
        let mut command = programs::opengateway(home.path());
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();

        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!message.contains("panicked"), "{words:?}: {message}");
    }
    let output = piped(programs::opengateway(home.path()).arg("status"), "");
    assert!(output.status.success(), "{output:?}");
}

#[cfg(unix)]
#[test]
fn a_node_outlives_whoever_reads_its_first_words() {
    use std::io::Read;

    let home = tempdir().unwrap();
    let mut command = programs::opengateway(home.path());
    command.args(["start", "--foreground", "--json"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut node = command.spawn().unwrap();
    let _guard = Stopped(home.path());

    let mut words = node.stdout.take().unwrap();
    words.read_exact(&mut [0]).unwrap();
    drop(words);

    let output = piped(programs::opengateway(home.path()).arg("status"), "");
    assert!(output.status.success(), "{output:?}");
    piped(programs::opengateway(home.path()).arg("stop"), "");
    assert!(node.wait().unwrap().success());
}

#[cfg(unix)]
#[test]
fn an_interrupted_answer_ends_with_its_own_code() {
    use opengateway_tests::soon::soon_here;
    use std::io::Read;

    let (home, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let model = opengateway_tests::asking::endless(elsewhere.path()).path;
    let started = piped(programs::opengateway(home.path()).arg("start"), "");
    let _guard = Stopped(home.path());
    let added = piped(programs::opengateway(home.path()).args(["models", "add"]).arg(model), "");
    assert!(started.status.success() && added.status.success(), "{started:?} {added:?}");
    let mut command = programs::opengateway(home.path());
    command.args(["prompt", "--model", "endless", "Tell me a story."]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut asking = command.spawn().unwrap();
    let mut answer = asking.stdout.take().unwrap();
    answer.read_exact(&mut [0; 20]).unwrap();

    let interrupted = Command::new("kill").args(["-INT", &asking.id().to_string()]).status().unwrap();
    let _rest = std::io::copy(&mut answer, &mut std::io::sink());
    let status = soon_here("the command to end", || asking.try_wait().unwrap());

    assert!(interrupted.success());
    assert_eq!(status.code(), Some(130));
}

/// Does everything on a page, in a data directory of its own, and compares.
fn follow(page: &str) {
    let directory = tempdir().unwrap();
    let (home, inside) = (directory.path().join("home"), directory.path().join(format!("{page}.in")));
    fs::create_dir_all(&home).unwrap();
    fs::create_dir_all(&inside).unwrap();
    fs::copy(programs::starter(), inside.join("My Model.gguf")).unwrap();
    fs::write(inside.join("poem.txt"), "Roses are red,\n").unwrap();
    let copy = directory.path().join(format!("{page}.md"));
    fs::copy(programs::repository(&format!("tests/tests/cli/{page}.md")), &copy).unwrap();
    let _guard = Stopped(&home);

    let cases = trycmd::TestCases::new();
    cases.register_bin("opengateway", programs::program("opengateway"));
    for (name, value) in apart(&home) {
        cases.env(name, value);
    }
    cases.case(copy).run();
}

/// Keeps a page's commands apart from the machine's keychain and displays.
fn apart(home: &Path) -> [(&'static str, String); 3] {
    let home = home.to_string_lossy().into_owned();
    let no_bus = "disabled:".to_owned();
    [("OPENGATEWAY_HOME", home.clone()), ("XDG_RUNTIME_DIR", home), ("DBUS_SESSION_BUS_ADDRESS", no_bus)]
}

/// Ends the node of a page that failed half-way.
struct Stopped<'a>(&'a Path);

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        let _not_running_is_best = programs::opengateway(self.0).arg("stop").output();
    }
}

fn piped(command: &mut Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _may_not_read_it = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
