//! What macOS thinks of the path to the internet: its framework calls us whenever that changes.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering};

use block2::{Block, RcBlock};
use dispatch2::DispatchQueue;

const UNKNOWN: u8 = 0;
const METERED: u8 = 1;
const NOT_METERED: u8 = 2;

/// There is one network, so one place for what was said of it last.
static TOLD: AtomicU8 = AtomicU8::new(UNKNOWN);

type Update = Block<dyn Fn(*mut c_void)>;

#[expect(unsafe_code, reason = "functions of the system")]
#[link(name = "Network", kind = "framework")]
unsafe extern "C" {
    fn nw_path_monitor_create() -> Option<NonNull<c_void>>;
    fn nw_path_monitor_set_update_handler(monitor: NonNull<c_void>, update: &Update);
    fn nw_path_monitor_set_queue(monitor: NonNull<c_void>, queue: &DispatchQueue);
    fn nw_path_monitor_start(monitor: NonNull<c_void>);
    fn nw_path_is_expensive(path: *mut c_void) -> bool;
    fn nw_path_is_constrained(path: *mut c_void) -> bool;
}

pub(super) fn metered() -> impl FnMut() -> Option<bool> {
    watch();
    || match TOLD.load(Ordering::Relaxed) {
        METERED => Some(true),
        NOT_METERED => Some(false),
        _ => None,
    }
}

/// The monitor lives as long as this process.
#[expect(unsafe_code, reason = "calls of the system")]
fn watch() {
    let update = RcBlock::new(|path: *mut c_void| {
        // SAFETY: the system calls this with a path that lives as long as the call.
        let metered = unsafe { nw_path_is_expensive(path) || nw_path_is_constrained(path) };
        TOLD.store(if metered { METERED } else { NOT_METERED }, Ordering::Relaxed);
    });
    let queue = DispatchQueue::new("opengateway.network", None);
    // SAFETY: the monitor is ours and never released; it keeps the block and the queue itself.
    unsafe {
        let Some(monitor) = nw_path_monitor_create() else { return };
        nw_path_monitor_set_update_handler(monitor, &update);
        nw_path_monitor_set_queue(monitor, &queue);
        nw_path_monitor_start(monitor);
    }
}
