//! The script on disks that lose power, and in programs that are killed, at its writes: at every one of them in the long
//! run, at some in the usual one.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use opengateway_core::ledger::Signed;

use super::chance::Chance;
use super::disk::{Disk, Files, Moment, Tape};
use super::script::{Said, World, number};
use super::side::{NOW, Side, meet};

/// After all jobs.
const LATER: i64 = NOW + 24 * 3600 * 1000;
const RESTART: Duration = Duration::from_secs(2);

/// What came of many losses.
#[derive(Debug, Default)]
pub(super) struct Toll {
    pub(super) kills: u64,
    pub(super) acknowledged: u64,
    pub(super) problems: Vec<String>,
    pub(super) slowest: Duration,
}

#[derive(Clone, Copy, PartialEq)]
enum Loss {
    Kill,
    Power(u64),
}

#[test]
fn a_kill_at_any_write_loses_nothing_that_was_acknowledged() {
    let toll = every(1, Loss::Kill, stride(211));

    assert_eq!(toll.problems, Vec::<String>::new(), "{toll:?}");
    assert!(toll.slowest < RESTART, "{toll:?}");
}

#[test]
fn a_power_cut_at_any_write_loses_nothing_that_was_acknowledged() {
    let toll = every(2, Loss::Power(7), stride(211));

    assert_eq!(toll.problems, Vec::<String>::new(), "{toll:?}");
}

#[test]
fn a_book_that_does_not_wait_for_the_disk_is_found_out() {
    let world = World::play(3, |side| side.book.db.execute_batch("PRAGMA synchronous = NORMAL").unwrap());

    let toll = lose(&world, Loss::Power(7), |step| step % 211 == 0);

    let is_lost = |problem: &String| problem.contains("record ") && problem.ends_with("is lost");
    assert!(toll.problems.iter().any(is_lost), "{toll:?}");
}

#[test]
fn random_kills_lose_nothing_that_was_acknowledged() {
    let kills = std::env::var("OPENGATEWAY_LEDGER_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let mut toll = Toll::default();
    for seed in (1..).take_while(|seed| (seed - 1) * 200 < kills) {
        let world = World::play(seed, |_| {});
        let steps = u64::try_from(world.tape.lock().unwrap().len()).unwrap();
        let mut chance = Chance::new(seed);
        let wanted = (kills - (seed - 1) * 200).min(200);
        let chosen: Vec<_> = (0..wanted).map(|_| chance.below(steps)).collect();
        let loss = if seed % 2 == 0 { Loss::Kill } else { Loss::Power(seed) };
        let found = lose(&world, loss, |step| chosen.contains(&u64::try_from(step).unwrap()));
        toll.kills += found.kills;
        toll.acknowledged += found.acknowledged;
        toll.slowest = toll.slowest.max(found.slowest);
        toll.problems.extend(found.problems.into_iter().map(|problem| format!("seed {seed}: {problem}")));
    }

    show(&toll);
    assert_eq!(toll.problems, Vec::<String>::new());
}

pub(super) fn show(toll: &Toll) {
    let count = |word: &str| toll.problems.iter().filter(|problem| problem.contains(word)).count();
    eprintln!("| kills | acknowledged | lost | doubled | sum is not 0 | slowest restart |");
    eprintln!(
        "| {} | {} | {} | {} | {} | {:?} |",
        toll.kills,
        toll.acknowledged,
        count("lost"),
        count("twice"),
        count("sum"),
        toll.slowest
    );
}

fn is_long() -> bool {
    std::env::var_os("OPENGATEWAY_LEDGER_KILLS").is_some()
}

/// All writes in a long run; some in the usual one.
fn stride(usual: usize) -> usize {
    if is_long() { 1 } else { usual }
}

fn every(seed: u64, loss: Loss, stride: usize) -> Toll {
    let world = World::play(seed, |_| {});
    let toll = lose(&world, loss, |step| step % stride == 0);
    show(&toll);
    toll
}

fn lose(world: &World, loss: Loss, chosen: impl Fn(usize) -> bool) -> Toll {
    let (mut moments, mut toll) = ([Moment::default(), Moment::default()], Toll::default());
    let steps = world.tape.lock().unwrap().clone();
    for (index, (owner, file, step)) in steps.iter().enumerate() {
        moments[*owner].advance(file, step);
        if !chosen(index) {
            continue;
        }
        let files = moments.each_ref().map(|moment| match loss {
            Loss::Kill => moment.killed(),
            Loss::Power(seed) => moment.cut(&mut Chance::new(seed + u64::try_from(index).unwrap())),
        });
        let said: Vec<_> = world.said.iter().filter(|(steps, ..)| *steps <= index + 1).collect();
        toll.kills += 1;
        toll.acknowledged += u64::try_from(said.len()).unwrap();
        // Signatures take long when they are not optimised.
        let verifies = is_long() || toll.kills.is_multiple_of(20);
        let problems = after(files, &said, verifies, &mut toll.slowest);
        toll.problems.extend(problems.into_iter().map(|problem| format!("step {index}: {problem}")));
    }
    toll
}

/// Starts both again, lets them meet, and says what is wrong then.
fn after(files: [Files; 2], said: &[&(usize, usize, Said)], verifies: bool, slowest: &mut Duration) -> Vec<String> {
    let mut owner = 0..;
    let [mut one, mut other] = files.map(|files| {
        let owner = owner.next().unwrap();
        let start = Instant::now();
        let mut side = Side::on(Disk::new(owner, Tape::default(), files).connect(), number(owner), None);
        *slowest = (*slowest).max(start.elapsed());
        side.now = LATER;
        side
    });
    let met = meet(&mut one, &mut other);
    let mut problems = check([&one, &other], said.iter().map(|(_, owner, said)| (*owner, said)));
    problems.extend(met.err());
    if verifies {
        problems.extend([&one, &other].iter().flat_map(|side| side.book.verify().unwrap().problems));
    }
    problems
}

/// What is wrong with two books that have met.
pub(super) fn check<'a>(sides: [&Side; 2], said: impl Iterator<Item = (usize, &'a Said)>) -> Vec<String> {
    let mut problems = Vec::new();
    let sum = sides[0].net() + sides[1].net();
    if sum != 0 {
        problems.push(format!("the sum is {sum}"));
    }
    let chains = sides.map(names);
    for (owner, said) in said {
        let side = sides[owner];
        match said {
            Said::Record(bytes) => {
                let signed = Signed::read_own(bytes).unwrap();
                match chains[owner].get(&signed.record.sequence) {
                    None => problems.push(format!("record {} of {owner} is lost", signed.record.sequence)),
                    Some(name) if *name != signed.id.0 => {
                        problems.push(format!("number {} of {owner} was signed twice", signed.record.sequence));
                    }
                    Some(_) => {}
                }
            }
            Said::Owed { payer, job, amount } => {
                let settled = settled(side, i64::from(*payer != side.node), *job);
                if settled < amount.0 {
                    problems.push(format!("job {job:?} of {owner} has {settled}, and {amount} is lost"));
                }
            }
            Said::Refunded(job) => {
                let sql = "SELECT count(*) FROM job WHERE job = ?1 AND refunded = 1";
                let refunded = |side: &Side| side.book.db.query_row(sql, [job], |row| row.get::<_, i64>(0)).unwrap();
                if sides.iter().any(|side| refunded(side) != 1) {
                    problems.push(format!("the refund of {job:?} is lost"));
                }
            }
        }
    }
    problems
}

fn names(side: &Side) -> BTreeMap<u64, [u8; 32]> {
    let mut query = side.book.db.prepare("SELECT sequence, bytes FROM record").unwrap();
    let rows = query.query_map([], |row| {
        let (sequence, bytes): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let name = <[u8; 32]>::try_from(bytes.as_slice()).unwrap_or_else(|_| Signed::read_own(&bytes).unwrap().id.0);
        Ok((u64::try_from(sequence).unwrap(), name))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn settled(side: &Side, role: i64, job: [u8; 16]) -> i64 {
    let sql = "SELECT coalesce(max(settled), 0) FROM job WHERE job = ?1 AND role = ?2";
    side.book.db.query_row(sql, (job, role), |row| row.get(0)).unwrap()
}
