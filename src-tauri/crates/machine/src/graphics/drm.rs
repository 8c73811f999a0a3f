//! What each process does on a card whose driver only tells the use of the whole card: time on its units, as the kernel
//! adds it up for each open file. It tells this of our own processes and of those of the same user, as games are.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::time::{Duration, Instant};

use crate::share::share;

/// How often all processes are looked through for such that draw: it takes milliseconds.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Follows the processes that draw from reading to reading.
#[derive(Debug, Default)]
pub(super) struct Use {
    drawing: Vec<u32>,
    looked: Option<Instant>,
    last: Option<(Instant, HashMap<Client, u64>)>,
}

/// Shares of a card's time since the last reading.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Shares {
    pub(super) ours: f32,
    pub(super) others: f32,
}

/// A program's access to a card.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Client {
    /// The card, such as `0000:01:00.0`.
    place: String,
    id: u64,
}

impl Use {
    /// By card; nothing at the first reading.
    pub(super) fn shares(&mut self, ours: &HashSet<u32>, now: Instant) -> HashMap<String, Shares> {
        if self.looked.is_none_or(|looked| now.saturating_duration_since(looked) >= LOOK_EVERY) {
            self.looked = Some(now);
            self.drawing = all_processes().filter(|pid| draws(*pid)).collect();
        }
        // Ours come first: an access that we share with others is ours.
        let of_ours: HashMap<Client, u64> = ours.iter().flat_map(|pid| clients(*pid)).collect();
        let others = self.drawing.iter().filter(|pid| !ours.contains(pid)).flat_map(|pid| clients(*pid));
        let mut busy: HashMap<Client, u64> = others.collect();
        busy.extend(of_ours.clone());

        let before = self.last.replace((now, busy.clone()));
        let Some((then, before)) = before else { return HashMap::new() };
        of_span(&before, busy, |client| of_ours.contains_key(client), now.saturating_duration_since(then))
    }
}

fn of_span(
    before: &HashMap<Client, u64>,
    after: HashMap<Client, u64>,
    is_ours: impl Fn(&Client) -> bool,
    span: Duration,
) -> HashMap<String, Shares> {
    let mut cards: HashMap<String, Shares> = HashMap::new();
    for (client, busy) in after {
        // One that was not there before may be old: its time until now is not of this span.
        let since = busy.saturating_sub(before.get(&client).copied().unwrap_or(busy));
        let share = share(Duration::from_nanos(since).as_secs_f64(), span.as_secs_f64());
        let is_ours = is_ours(&client);
        let card = cards.entry(client.place).or_default();
        let sum = if is_ours { &mut card.ours } else { &mut card.others };
        *sum = (*sum + share).min(1.0);
    }
    cards
}

fn all_processes() -> impl Iterator<Item = u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn draws(pid: u32) -> bool {
    open_cards(pid).next().is_some()
}

/// Numbers of the files by which a process has a card open.
fn open_cards(pid: u32) -> impl Iterator<Item = String> {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let cards = files.filter(|file| fs::read_link(file.path()).is_ok_and(|target| target.starts_with("/dev/dri")));
    cards.map(|file| file.file_name().to_string_lossy().into_owned())
}

/// Each access of a process to a card, with nanoseconds on the busiest unit.
fn clients(pid: u32) -> impl Iterator<Item = (Client, u64)> {
    let told = move |file: String| parse(&fs::read_to_string(format!("/proc/{pid}/fdinfo/{file}")).ok()?);
    open_cards(pid).filter_map(told)
}

fn parse(info: &str) -> Option<(Client, u64)> {
    let fields: HashMap<&str, &str> = info.lines().filter_map(|line| line.split_once(':')).collect();
    let value = |name: &str| fields.get(name).map(|value| value.trim());
    let engines = fields.iter().filter(|(name, _)| name.starts_with("drm-engine-"));
    let nanoseconds = engines.filter_map(|(_, value)| value.trim().strip_suffix("ns")?.trim().parse().ok());
    let client = Client { place: value("drm-pdev")?.to_owned(), id: value("drm-client-id")?.parse().ok()? };
    Some((client, nanoseconds.max().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn the_busiest_unit_of_a_client_counts() {
        let info = "pos:\t0\nflags:\t02100002\ndrm-driver:\tamdgpu\ndrm-client-id:\t42\ndrm-pdev:\t0000:03:00.0\n\
                    drm-memory-vram:\t4096 KiB\ndrm-engine-gfx:\t100 ns\ndrm-engine-compute:\t7300500 ns\n";

        assert_eq!(parse(info), Some((client(42), 7_300_500)));
    }

    #[test]
    fn an_open_file_that_is_no_card_is_no_client() {
        assert_eq!(parse("pos:\t0\nflags:\t02\nmnt_id:\t15\n"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn ours_and_others_are_told_apart() {
        let before = HashMap::from([(client(1), 5 * SECOND), (client(2), 0)]);
        let after = HashMap::from([(client(1), 6 * SECOND), (client(2), SECOND / 2)]);

        let shares = of_span(&before, after, |one| *one == client(1), Duration::from_secs(2));

        assert_eq!(shares, HashMap::from([("0000:03:00.0".into(), Shares { ours: 0.5, others: 0.25 })]));
    }

    #[test]
    fn what_a_program_did_before_we_saw_it_does_not_count() {
        let after = HashMap::from([(client(9), 100 * SECOND)]);

        let shares = of_span(&HashMap::new(), after, |_| false, Duration::from_secs(1));

        assert_eq!(shares["0000:03:00.0"], Shares::default());
    }

    #[test]
    fn a_process_without_a_card_uses_none() {
        let (mut uses, ours) = (Use::default(), HashSet::from([std::process::id()]));
        let now = Instant::now();
        uses.shares(&ours, now);

        let shares = uses.shares(&ours, now + Duration::from_secs(1));

        assert!(shares.values().all(|shares| shares.ours == 0.0), "{shares:?}");
    }

    fn client(id: u64) -> Client {
        Client { place: "0000:03:00.0".into(), id }
    }
}
