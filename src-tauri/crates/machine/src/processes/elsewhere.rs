//! The table of processes on Windows and macOS: the system lists their numbers cheaply, and only new ones are read.

use std::collections::HashSet;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

use super::{Program, Used};

pub(super) struct Table {
    system: Option<System>,
    #[cfg(target_os = "macos")]
    machine: WholeMachine,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            system: System::new().ok(),
            #[cfg(target_os = "macos")]
            machine: WholeMachine::default(),
        }
    }

    /// Listing is as cheap as any other way to find out.
    pub(super) fn has_new(&mut self) -> bool {
        true
    }

    pub(super) fn running(&mut self) -> Option<Vec<u32>> {
        numbers()
    }

    pub(super) fn read(&mut self, pids: &[u32]) -> Vec<(u32, Program)> {
        let Some(system) = &mut self.system else { return Vec::new() };
        let wanted: Vec<Pid> = pids.iter().copied().map(Pid::from_u32).collect();
        let what = ProcessRefreshKind::nothing().with_exe(UpdateKind::Always).with_cmd(UpdateKind::Always);
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&wanted), true, what);
        wanted.iter().filter_map(|pid| Some((pid.as_u32(), program(system.process(*pid)?)))).collect()
    }

    /// Looking costs as much as reading, and what runs a game seldom ran something else for long.
    pub(super) fn has_changed(&self, _pid: u32, _program: &Program) -> bool {
        false
    }

    pub(super) fn used(&mut self, ours: &HashSet<u32>) -> Option<Used> {
        let system = self.system.as_mut()?;
        let pids: Vec<Pid> = ours.iter().copied().map(Pid::from_u32).collect();
        let what = ProcessRefreshKind::nothing().with_cpu();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&pids), true, what);
        let seconds = |pid: &Pid| Some((pid.as_u32(), system.process(*pid)?.accumulated_cpu_time() as f64 / 1000.0));
        let ours = pids.iter().filter_map(seconds).collect();
        #[cfg(target_os = "macos")]
        let (capacity, busy) = self.machine.used(system);
        #[cfg(windows)]
        let (capacity, busy) = whole_machine()?;
        Some(Used { capacity, busy, ours })
    }
}

fn program(process: &sysinfo::Process) -> Program {
    let called = process.cmd().first().and_then(|called| called.to_str());
    Program {
        parent: process.parent().map(Pid::as_u32),
        started: process.start_time(),
        exe: process.exe().map(Into::into),
        called: called.filter(|called| std::path::Path::new(called).is_absolute()).map(Into::into),
        name: process.name().to_string_lossy().into_owned(),
    }
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "a call of the system")]
fn numbers() -> Option<Vec<u32>> {
    use windows::Win32::System::ProcessStatus::K32EnumProcesses;
    let mut numbers = vec![0_u32; 1024];
    loop {
        let size = u32::try_from(size_of_val(numbers.as_slice())).ok()?;
        let mut filled = 0;
        // SAFETY: the buffer is `size` bytes long and outlives the call, as does `filled`.
        let done = unsafe { K32EnumProcesses(numbers.as_mut_ptr(), size, &raw mut filled) };
        done.ok().ok()?;
        if filled < size {
            numbers.truncate(usize::try_from(filled).ok()? / size_of::<u32>());
            return Some(numbers);
        }
        numbers.resize(numbers.len() * 2, 0);
    }
}

/// What could have been used and what was, in seconds over all cores.
#[cfg(windows)]
#[expect(unsafe_code, reason = "a call of the system")]
fn whole_machine() -> Option<(f64, f64)> {
    use windows::Win32::Foundation::FILETIME;
    use windows::Win32::System::Threading::GetSystemTimes;
    let (mut idle, mut kernel, mut user) = (FILETIME::default(), FILETIME::default(), FILETIME::default());
    // SAFETY: the three times are ours and outlive the call.
    unsafe { GetSystemTimes(Some(&raw mut idle), Some(&raw mut kernel), Some(&raw mut user)) }.ok()?;
    // In tenths of a microsecond. The kernel's time contains the idle time.
    let seconds = |time: FILETIME| f64::from(time.dwHighDateTime) * 429.496_729_6 + f64::from(time.dwLowDateTime) / 1e7;
    let capacity = seconds(kernel) + seconds(user);
    Some((capacity, capacity - seconds(idle)))
}

#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "a call of the system")]
fn numbers() -> Option<Vec<u32>> {
    let mut numbers = vec![0_i32; 4096];
    loop {
        let size = i32::try_from(size_of_val(numbers.as_slice())).ok()?;
        // SAFETY: the buffer is `size` bytes long and outlives the call.
        let count = unsafe { libc::proc_listallpids(numbers.as_mut_ptr().cast(), size) };
        let count = usize::try_from(count).ok().filter(|count| *count > 0)?;
        if count < numbers.len() {
            numbers.truncate(count);
            return Some(numbers.into_iter().filter_map(|pid| u32::try_from(pid).ok()).collect());
        }
        numbers.resize(numbers.len() * 2, 0);
    }
}

/// macOS tells shares since the last question: they are added up to what was used.
#[cfg(target_os = "macos")]
#[derive(Default)]
struct WholeMachine {
    asked: Option<std::time::Instant>,
    capacity: f64,
    busy: f64,
}

#[cfg(target_os = "macos")]
impl WholeMachine {
    fn used(&mut self, system: &mut System) -> (f64, f64) {
        let now = std::time::Instant::now();
        system.refresh_cpu_usage();
        let cores = u32::try_from(system.cpus().len().max(1)).unwrap_or(1);
        if let Some(asked) = self.asked.replace(now) {
            let capacity = now.duration_since(asked).as_secs_f64() * f64::from(cores);
            self.capacity += capacity;
            self.busy += capacity * f64::from(system.global_cpu_usage()) / 100.0;
        }
        (self.capacity, self.busy)
    }
}
