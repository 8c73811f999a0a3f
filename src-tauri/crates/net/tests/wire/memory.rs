//! How much memory is asked for at once.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What is done, and the largest piece of memory that was asked for meanwhile by this thread.
pub(crate) fn largest_of<T>(act: impl FnOnce() -> T) -> (usize, T) {
    COUNTED.set(0);
    let outcome = act();
    (COUNTED.get(), outcome)
}

/// The system's allocator; remembers the largest piece that was asked for.
struct Counting;

thread_local! {
    static COUNTED: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(bytes: usize) {
    // A thread that ends has no counter any more.
    let _gone = COUNTED.try_with(|counted| counted.set(counted.get().max(bytes)));
}

#[expect(unsafe_code, reason = "only an allocator sees what is asked for")]
// SAFETY: each call is passed on unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(piece, layout) }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(piece, layout, size) }
    }
}
