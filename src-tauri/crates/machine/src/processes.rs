//! The programs that run: which of them are games or on the owner's list, and how much of the processor is not ours.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
mod listed;
mod load;
#[cfg(target_os = "linux")]
mod wine;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use opengateway_api::Rules;

#[cfg(not(target_os = "linux"))]
use self::elsewhere::Table;
#[cfg(target_os = "linux")]
use self::linux::Table;
use self::load::{Load, Used};
use crate::asked::Asked;
use crate::games::{Library, Running};
use crate::{Depth, Look};

/// A process becomes another program by `exec`, nearly always right after it began; Wine's then renames itself.
const YOUNG: Duration = Duration::from_secs(5);
/// Those that change later are found this often.
const REREAD_EVERY: Duration = Duration::from_secs(5);
/// How often the files that launchers keep are looked at, and how often they are read although none has changed.
const LIBRARY_FOR: Duration = Duration::from_secs(30);
const LIBRARY_AT_MOST: Duration = Duration::from_secs(600);
/// How long a reading waits for the first list of games. It takes longer on a sleeping disk only.
const WAIT: Duration = Duration::from_millis(100);

/// What a process runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Program {
    pub(crate) parent: Option<u32>,
    /// When it began, on a clock of the system's that only serves to compare.
    pub(crate) started: u64,
    pub(crate) exe: Option<PathBuf>,
    /// The whole path by which it was called, where it tells more than `exe`: a Windows program runs in Wine's.
    pub(crate) called: Option<String>,
    pub(crate) name: String,
}

/// All processes, followed from reading to reading.
pub(crate) struct Processes {
    table: Table,
    known: BTreeMap<u32, Known>,
    /// Ours, and what they started. A process stays ours when its parent ends.
    ours: HashSet<u32>,
    library: Asked<Arc<Library>>,
    matched: Matching,
    reread: Option<Instant>,
    load: Load,
}

struct Known {
    program: Program,
    /// When we saw it begin; `None` if it ran before we looked.
    began: Option<Instant>,
    /// What to call it, if it is one that must not be disturbed.
    app: Option<String>,
}

/// By what processes were last told to be games or listed; when it changes, all are asked again.
#[derive(Default)]
struct Matching {
    apps: Vec<String>,
    /// `None` when games do not matter.
    games: Option<Arc<Library>>,
}

impl Processes {
    pub(crate) fn new() -> Self {
        Self {
            table: Table::new(),
            known: BTreeMap::new(),
            ours: HashSet::from([std::process::id()]),
            library: Asked::new("games", LIBRARY_FOR, Duration::MAX, library()),
            matched: Matching::default(),
            reread: None,
            load: Load::default(),
        }
    }

    /// Names of running programs that are games or listed; `None` while that is not known.
    pub(crate) fn apps(&mut self, look: &Look<'_>) -> Option<Vec<String>> {
        let known = self.refresh(look);
        let library = self.library_for(look.rules);
        self.match_all(look.rules, library.clone());
        if !known || (look.rules.yield_to_games && library.is_none()) {
            return None;
        }
        let others = self.known.iter().filter(|(pid, _)| !self.ours.contains(pid));
        let mut apps: Vec<String> = others.filter_map(|(_, known)| known.app.clone()).collect();
        apps.sort_unstable();
        apps.dedup();
        Some(apps)
    }

    /// Share of the whole processor that others used since the last call.
    pub(crate) fn other_cpu(&mut self) -> Option<f32> {
        let used = self.table.used(&self.ours);
        self.load.others(used, Instant::now())
    }

    /// The processes of which we know that they are ours.
    pub(crate) fn ours(&self) -> &HashSet<u32> {
        &self.ours
    }

    /// Whether the system tells which processes there are.
    fn refresh(&mut self, look: &Look<'_>) -> bool {
        let began = (!self.known.is_empty()).then(Instant::now);
        let mut unread = self.changed(look.depth);
        if self.table.has_new() || look.depth == Depth::All {
            let Some(running) = self.table.running() else { return false };
            let running: HashSet<u32> = running.into_iter().collect();
            self.known.retain(|pid, _| running.contains(pid));
            self.ours.retain(|pid| running.contains(pid));
            unread.extend(running.iter().filter(|pid| !self.known.contains_key(pid)));
        }
        let read = self.table.read(&unread);
        let is_new = !read.is_empty() || look.own.iter().any(|pid| !self.ours.contains(pid));
        for (pid, program) in read {
            self.learn(pid, program, began);
        }
        if is_new {
            self.adopt(look.own);
        }
        true
    }

    /// Known processes that may run another program by now.
    fn changed(&mut self, depth: Depth) -> Vec<u32> {
        let all = depth == Depth::All && self.reread.is_none_or(|last| last.elapsed() >= REREAD_EVERY);
        if all {
            self.reread = Some(Instant::now());
        }
        let is_young = |known: &Known| known.began.is_some_and(|began| began.elapsed() < YOUNG);
        let may_differ =
            |(pid, known): &(&u32, &Known)| is_young(known) || (all && self.table.has_changed(**pid, &known.program));
        self.known.iter().filter(may_differ).map(|(pid, _)| *pid).collect()
    }

    fn learn(&mut self, pid: u32, program: Program, began: Option<Instant>) {
        let before = self.known.get(&pid);
        let app = match before {
            Some(known) if known.program == program => known.app.clone(),
            _ => self.matched.app(&program),
        };
        let same_process = before.filter(|known| known.program.started == program.started);
        let began = same_process.map_or(began, |known| known.began);
        if before.is_some() && same_process.is_none() {
            self.ours.remove(&pid);
        }
        self.known.insert(pid, Known { program, began, app });
    }

    /// What ours started is ours.
    fn adopt(&mut self, own: &[u32]) {
        self.ours.extend(own);
        loop {
            let child =
                |(pid, known): &(&u32, &Known)| !self.ours.contains(pid) && self.is_child_of_ours(&known.program);
            let children: Vec<u32> = self.known.iter().filter(child).map(|(pid, _)| *pid).collect();
            if children.is_empty() {
                return;
            }
            self.ours.extend(children);
        }
    }

    /// A parent that began later than its child only has the number of the real one.
    fn is_child_of_ours(&self, program: &Program) -> bool {
        let parent = program.parent.filter(|parent| self.ours.contains(parent));
        let parent = parent.and_then(|parent| self.known.get(&parent));
        parent.is_some_and(|parent| parent.program.started <= program.started)
    }

    fn library_for(&self, rules: &Rules) -> Option<Arc<Library>> {
        // An old list is better than a late answer.
        let wait = if self.matched.games.is_some() { Duration::ZERO } else { WAIT };
        if rules.yield_to_games { self.library.within(wait) } else { None }
    }

    fn match_all(&mut self, rules: &Rules, games: Option<Arc<Library>>) {
        let same_games = match (&games, &self.matched.games) {
            (Some(now), Some(before)) => Arc::ptr_eq(now, before),
            (now, before) => now.is_none() && before.is_none(),
        };
        if same_games && rules.apps == self.matched.apps {
            return;
        }
        self.matched = Matching { apps: rules.apps.clone(), games };
        for known in self.known.values_mut() {
            known.app = self.matched.app(&known.program);
        }
    }
}

impl Matching {
    fn app(&self, program: &Program) -> Option<String> {
        let running = Running { exe: program.exe.as_deref(), argv0: program.called.as_deref(), name: &program.name };
        let game = || self.games.as_ref().and_then(|games| games.matches(&running));
        listed::find(&self.apps, program).or_else(game)
    }
}

/// Finds the installed games anew when the files in which launchers note them have changed.
fn library() -> impl FnMut() -> Arc<Library> {
    let mut kept: Option<(Instant, Vec<Option<SystemTime>>, Arc<Library>)> = None;
    move || match &kept {
        Some((found, stamps, library)) if found.elapsed() < LIBRARY_AT_MOST && *stamps == stamps_of(library) => {
            Arc::clone(library)
        }
        _ => {
            let library = Arc::new(Library::find());
            kept = Some((Instant::now(), stamps_of(&library), Arc::clone(&library)));
            library
        }
    }
}

fn stamps_of(library: &Library) -> Vec<Option<SystemTime>> {
    let changed = |path: &PathBuf| Path::metadata(path).and_then(|file| file.modified()).ok();
    library.sources().iter().map(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ours_started_is_ours_also_after_its_parent_ended() {
        let mut processes = Processes::new();
        for (pid, parent) in [(10, 1), (11, 10), (12, 11), (20, 1)] {
            processes.learn(pid, program(parent, u64::from(pid)), None);
        }
        processes.adopt(&[10]);
        processes.known.remove(&11);
        processes.learn(12, program(1, 12), None);

        processes.adopt(&[10]);

        assert!(processes.ours.contains(&12) && !processes.ours.contains(&20));
    }

    #[test]
    fn a_process_whose_parents_number_was_given_to_ours_is_not_ours() {
        let mut processes = Processes::new();
        processes.learn(10, program(1, 500), None);
        processes.learn(30, program(10, 200), None);

        processes.adopt(&[10]);

        assert!(!processes.ours.contains(&30));
    }

    #[test]
    fn a_number_that_was_ours_and_was_given_anew_is_not_ours() {
        let mut processes = Processes::new();
        processes.learn(10, program(1, 1), None);
        processes.learn(11, program(10, 2), None);
        processes.adopt(&[10]);

        processes.learn(11, program(1, 900), None);
        processes.adopt(&[10]);

        assert!(!processes.ours.contains(&11));
    }

    #[test]
    fn a_changed_list_is_applied_to_programs_that_already_run() {
        let mut processes = Processes::new();
        processes.learn(40, Program { name: "blender".into(), ..program(1, 1) }, None);
        let rules = |apps: &[&str]| Rules {
            apps: apps.iter().map(ToString::to_string).collect(),
            yield_to_games: false,
            ..Rules::default()
        };

        let apps = [rules(&["blender"]), rules(&["gimp"])].map(|rules| {
            processes.match_all(&rules, None);
            processes.known[&40].app.clone()
        });

        assert_eq!(apps, [Some("blender".into()), None]);
    }

    #[test]
    fn this_very_test_is_found_by_name_unless_it_counts_as_ours() {
        let name = std::env::current_exe().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let rules = Rules { apps: vec![name.clone()], yield_to_games: false, ..Rules::default() };
        let look = Look { rules: &rules, own: &[], models: Path::new("."), depth: Depth::Quick };
        let mut processes = Processes::new();
        let as_ours = processes.apps(&look);
        processes.ours.clear();

        let as_others = processes.apps(&look);

        assert_eq!((as_ours, as_others), (Some(Vec::new()), Some(vec![name])));
    }

    fn program(parent: u32, started: u64) -> Program {
        Program { parent: Some(parent), started, ..Program::default() }
    }
}
