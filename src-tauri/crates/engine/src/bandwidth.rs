//! How fast memory can be read: what bounds the writing of text tokens on a processor.
//!
//! As in STREAM (McCalpin, 1995): arrays far larger than every cache, all cores at once, the best of several runs.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use crate::child::print_line;

/// Bytes that each core reads.
const SHARE: usize = 128 << 20;
const RUNS: u32 = 5;
const GB: f64 = 1e9;

/// Prints gigabytes a second.
pub(crate) fn print() -> ExitCode {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    let shares: Vec<Vec<u64>> = (0..cores).map(|core| vec![core as u64; SHARE / size_of::<u64>()]).collect();
    let best = (0..RUNS).map(|_| run(&shares)).fold(0.0, f64::max);
    print_line(&format!("{best:.2}"));
    ExitCode::SUCCESS
}

fn run(shares: &[Vec<u64>]) -> f64 {
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for share in shares {
            scope.spawn(|| black_box(share.iter().fold(0_u64, |sum, number| sum.wrapping_add(*number))));
        }
    });
    let bytes = size_of_val(shares.first().map_or(&[] as &[u64], Vec::as_slice)) as f64 * shares.len() as f64;
    bytes / GB / begun.elapsed().as_secs_f64()
}
