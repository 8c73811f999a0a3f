//! `cargo xtask test`: every check there is, one after the other, and a table of how they went.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::report::{Outcome, Report};
use crate::setup::{Purpose, setup};
use crate::shell;
use crate::steps::{STEPS, Step};

/// How many lines of a failed step's output are shown; all of it is in a file.
const SHOWN: usize = 1000;

/// Lines of cargo that tell only of progress.
const PROGRESS: [&str; 7] =
    ["Blocking ", "Checking ", "Compiling ", "Downloaded ", "Downloading ", "Fresh ", "Locking "];

pub(crate) fn list() {
    for step in &STEPS {
        println!("{:12} {}", step.name, step.about);
    }
}

pub(crate) fn run(project: &Project, filters: &[String]) -> Result<ExitCode> {
    let chosen = choose(filters)?;
    let start = Instant::now();
    setup(Purpose::Test)?;

    let mut report = Report::default();
    report.add("setup", Outcome::Passed, start.elapsed());

    let logs = project.target.join("xtask");
    fs::create_dir_all(&logs).with_context(|| format!("cannot create {}", logs.display()))?;
    for step in chosen {
        print!("{:12} ", step.name);
        std::io::stdout().flush()?;
        let start = Instant::now();
        let outcome = match step.needs.iter().find(|need| !report.has_passed(need)) {
            Some(need) => Outcome::Skipped(format!("needs {need}")),
            None => perform(project, step, &logs.join(format!("{}.log", step.name)))?,
        };
        println!("{outcome}");
        report.add(step.name, outcome, start.elapsed());
    }

    println!("\n{report}{:12} {:>7.1} s", "total", start.elapsed().as_secs_f64());
    Ok(report.exit_code())
}

/// The steps whose names contain one of the filters, and the steps that those need.
fn choose(filters: &[String]) -> Result<Vec<&'static Step>> {
    let matches = |step: &Step| filters.is_empty() || filters.iter().any(|filter| step.name.contains(filter.as_str()));
    let mut wanted: Vec<&str> = STEPS.iter().filter(|step| matches(step)).map(|step| step.name).collect();
    if wanted.is_empty() {
        bail!("no step is named like {}; see cargo xtask test --list", filters.join(" or "));
    }
    // A need stands before the step that needs it.
    for step in STEPS.iter().rev() {
        if wanted.contains(&step.name) {
            wanted.extend(step.needs);
        }
    }
    Ok(STEPS.iter().filter(|step| wanted.contains(&step.name)).collect())
}

fn perform(project: &Project, step: &Step, log: &Path) -> Result<Outcome> {
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    if let Some(reason) = (step.skip)(project) {
        return Ok(Outcome::Skipped(reason));
    }
    let mut failed = false;
    for mut command in (step.commands)(project) {
        failed |= !quietly(&mut command, &file)?;
    }
    if failed {
        println!();
        show(log)?;
    }
    Ok(if failed { Outcome::Failed } else { Outcome::Passed })
}

/// Runs to the end, with all output in the log.
fn quietly(command: &mut Command, mut log: &File) -> Result<bool> {
    writeln!(log, "$ {}", shell::describe(command))?;
    let status = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?).status();
    match status {
        Ok(status) if status.success() => return Ok(true),
        Ok(status) => writeln!(log, "ended with {status}")?,
        Err(error) => writeln!(log, "cannot start: {error}")?,
    }
    Ok(false)
}

fn show(log: &Path) -> Result<()> {
    let text = fs::read(log)?;
    let text = String::from_utf8_lossy(&text);
    let is_progress = |line: &str| PROGRESS.iter().any(|word| line.trim_start().starts_with(word));
    let lines: Vec<&str> = text.lines().filter(|line| !is_progress(line)).collect();
    if lines.len() > SHOWN {
        println!("... all {} lines are in {}", lines.len(), log.display());
    }
    for line in lines.iter().skip(lines.len().saturating_sub(SHOWN)) {
        println!("{line}");
    }
    Ok(())
}
