//! A disk in memory that remembers in which order it was written, so that every moment of it can be had again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use rusqlite::{Connection, OpenFlags};

use super::chance::Chance;
use super::vfs;

const SECTOR: usize = 512;
static NAMES: AtomicU64 = AtomicU64::new(0);

/// A file's change, as the disk sees it.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
    Sync,
    Delete,
}

/// Everything that was done to some disks, in order: whose, to which file, what.
pub(super) type Tape = Arc<Mutex<Vec<(usize, String, Step)>>>;
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// What an open disk is.
#[derive(Default)]
pub(super) struct State {
    pub(super) files: Files,
    owner: usize,
    tape: Tape,
    /// So many bytes of all files together, and no more.
    room: Option<usize>,
}

/// A handle to the disk.
#[derive(Clone)]
pub(super) struct Disk {
    name: u64,
    state: Arc<Mutex<State>>,
}

impl Disk {
    pub(super) fn new(owner: usize, tape: Tape, files: Files) -> Self {
        let state = Arc::new(Mutex::new(State { files, owner, tape, room: None }));
        let name = NAMES.fetch_add(1, Ordering::Relaxed);
        vfs::attach(name, state.clone());
        Self { name, state }
    }

    pub(super) fn empty() -> Self {
        Self::new(0, Tape::default(), Files::new())
    }

    pub(super) fn connect(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        Connection::open_with_flags_and_vfs(format!("{}/ledger.db", self.name), flags, vfs::name()).unwrap()
    }

    pub(super) fn files(&self) -> Files {
        self.lock().files.clone()
    }

    /// From now on so many bytes more fit.
    pub(super) fn leave_room(&self, bytes: usize) {
        let mut state = self.lock();
        state.room = Some(state.files.values().map(Vec::len).sum::<usize>() + bytes);
    }

    pub(super) fn make_room(&self) {
        self.lock().room = None;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    /// Does it; `false` when there is no room.
    pub(super) fn step(&mut self, file: &str, step: Step) -> bool {
        let length = self.files.get(file).map_or(0, Vec::len);
        let all: usize = self.files.values().map(Vec::len).sum();
        if let (Step::Write { at, bytes }, Some(room)) = (&step, self.room)
            && all + (at + bytes.len()).saturating_sub(length) > room
        {
            return false;
        }
        apply(&mut self.files, file, &step);
        self.tape.lock().unwrap().push((self.owner, file.to_owned(), step));
        true
    }
}

fn apply(files: &mut Files, file: &str, step: &Step) {
    match step {
        Step::Write { at, bytes } => {
            let data = files.entry(file.to_owned()).or_default();
            data.resize(data.len().max(at + bytes.len()), 0);
            data[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        Step::Truncate(length) => files.entry(file.to_owned()).or_default().resize(*length, 0),
        Step::Delete => drop(files.remove(file)),
        Step::Sync => {}
    }
}

/// A disk as it was at some moment.
#[derive(Clone, Default)]
pub(super) struct Moment {
    written: Files,
    certain: Files,
    unsure: Vec<(String, Step)>,
}

impl Moment {
    pub(super) fn advance(&mut self, file: &str, step: &Step) {
        apply(&mut self.written, file, step);
        match step {
            Step::Sync => {
                let (of_file, others) =
                    std::mem::take(&mut self.unsure).into_iter().partition(|(name, _)| name == file);
                self.unsure = others;
                let of_file: Vec<_> = of_file;
                of_file.iter().for_each(|(name, step)| apply(&mut self.certain, name, step));
            }
            Step::Delete => {
                self.unsure.retain(|(name, _)| name != file);
                apply(&mut self.certain, file, step);
            }
            _ => self.unsure.push((file.to_owned(), step.clone())),
        }
    }

    /// After the program was killed: the system has everything.
    pub(super) fn killed(&self) -> Files {
        self.written.clone()
    }

    /// After a power cut: of what was not synced any part may be there.
    pub(super) fn cut(&self, chance: &mut Chance) -> Files {
        let mut files = self.certain.clone();
        for (name, step) in &self.unsure {
            match (chance.below(4), step) {
                (0, _) => {}
                (1, Step::Write { at, bytes }) => tear(&mut files, name, (*at, bytes), chance),
                _ => apply(&mut files, name, step),
            }
        }
        files
    }
}

fn tear(files: &mut Files, name: &str, (at, bytes): (usize, &[u8]), chance: &mut Chance) {
    let mut from = 0;
    while from < bytes.len() {
        let until = (SECTOR - (at + from) % SECTOR + from).min(bytes.len());
        if chance.below(2) == 0 {
            apply(files, name, &Step::Write { at: at + from, bytes: bytes[from..until].to_vec() });
        }
        from = until;
    }
}
