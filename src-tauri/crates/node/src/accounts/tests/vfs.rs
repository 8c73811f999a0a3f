//! What SQLite calls instead of the system: its files are those of a [`super::disk::Disk`]. No shared memory, so that a
//! write-ahead log needs an exclusive lock, as the book takes.
#![expect(unsafe_code, reason = "SQLite calls C functions with pointers of its own")]

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::{Arc, Mutex, OnceLock};

use rusqlite::ffi;

use super::disk::{State, Step};

const NAME: &str = "memory-disk";
type Shared = Arc<Mutex<State>>;

static DISKS: Mutex<BTreeMap<u64, Shared>> = Mutex::new(BTreeMap::new());
static REGISTERED: OnceLock<()> = OnceLock::new();

/// What SQLite keeps for each open file.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    open: *mut Open,
}

struct Open {
    disk: Shared,
    name: String,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(lock),
    xCheckReservedLock: Some(is_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(nothing),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// The files of a disk are called `name/…` from now on.
pub(super) fn attach(name: u64, disk: Shared) {
    DISKS.lock().unwrap().insert(name, disk);
}

/// What a connection is to be opened with.
pub(super) fn name() -> &'static str {
    REGISTERED.get_or_init(register);
    NAME
}

fn register() {
    // SAFETY: the default one is never freed, and this one is leaked.
    unsafe {
        let mut vfs = *ffi::sqlite3_vfs_find(std::ptr::null());
        vfs.zName = CString::new(NAME).unwrap().into_raw();
        vfs.pNext = std::ptr::null_mut();
        vfs.szOsFile = c_int::try_from(size_of::<File>()).unwrap();
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        vfs.xAccess = Some(access);
        vfs.xFullPathname = Some(full_path);
        assert_eq!(ffi::sqlite3_vfs_register(Box::into_raw(Box::new(vfs)), 0), ffi::SQLITE_OK);
    }
}

/// The disk of a path, and what it calls the file.
fn find(path: *const c_char) -> Option<(Shared, String)> {
    if path.is_null() {
        return Some((Arc::default(), "temporary".into()));
    }
    // SAFETY: SQLite ends its names with a zero.
    let path = unsafe { CStr::from_ptr(path) }.to_str().ok()?;
    let (disk, file) = path.split_once('/')?;
    Some((DISKS.lock().unwrap().get(&disk.parse().ok()?)?.clone(), file.to_owned()))
}

fn of(file: *mut ffi::sqlite3_file) -> &'static Open {
    // SAFETY: `open` has filled it, and `close` is the last call.
    unsafe { &*(*file.cast::<File>()).open }
}

fn step(file: *mut ffi::sqlite3_file, step: Step) -> c_int {
    let open = of(file);
    if open.disk.lock().unwrap().step(&open.name, step) { ffi::SQLITE_OK } else { ffi::SQLITE_FULL }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let Some((disk, name)) = find(path) else { return ffi::SQLITE_CANTOPEN };
    disk.lock().unwrap().files.entry(name.clone()).or_default();
    // SAFETY: SQLite gives room for a `File`, and a place for flags or none.
    unsafe {
        (*file.cast::<File>()).open = Box::into_raw(Box::new(Open { disk, name }));
        (*file).pMethods = &METHODS;
        if !flags_out.is_null() {
            *flags_out = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: it came out of a box in `open`.
    drop(unsafe { Box::from_raw((*file.cast::<File>()).open) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, amount: c_int, at: i64) -> c_int {
    // SAFETY: SQLite gives room for so many bytes.
    let to = unsafe { std::slice::from_raw_parts_mut(to.cast::<u8>(), usize::try_from(amount).unwrap()) };
    let open = of(file);
    let disk = open.disk.lock().unwrap();
    let rest = disk.files.get(&open.name).and_then(|data| data.get(usize::try_from(at).unwrap()..)).unwrap_or_default();
    let there = rest.len().min(to.len());
    to[..there].copy_from_slice(&rest[..there]);
    to[there..].fill(0);
    if there == to.len() { ffi::SQLITE_OK } else { ffi::SQLITE_IOERR_SHORT_READ }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, amount: c_int, at: i64) -> c_int {
    // SAFETY: SQLite gives so many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), usize::try_from(amount).unwrap()) };
    step(file, Step::Write { at: usize::try_from(at).unwrap(), bytes: bytes.to_vec() })
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: i64) -> c_int {
    step(file, Step::Truncate(usize::try_from(length).unwrap()))
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    step(file, Step::Sync)
}

unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    let open = of(file);
    let length = open.disk.lock().unwrap().files.get(&open.name).map_or(0, Vec::len);
    // SAFETY: a place of SQLite's.
    unsafe { *size = i64::try_from(length).unwrap() };
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(_: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn is_reserved(_: *mut ffi::sqlite3_file, reserved: *mut c_int) -> c_int {
    // SAFETY: a place of SQLite's.
    unsafe { *reserved = 0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector(_: *mut ffi::sqlite3_file) -> c_int {
    512
}

unsafe extern "C" fn nothing(_: *mut ffi::sqlite3_file) -> c_int {
    0
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, path: *const c_char, _: c_int) -> c_int {
    if let Some((disk, name)) = find(path) {
        disk.lock().unwrap().step(&name, Step::Delete);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn access(_: *mut ffi::sqlite3_vfs, path: *const c_char, _: c_int, found: *mut c_int) -> c_int {
    let there = find(path).is_some_and(|(disk, name)| disk.lock().unwrap().files.contains_key(&name));
    // SAFETY: a place of SQLite's.
    unsafe { *found = c_int::from(there) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_path(_: *mut ffi::sqlite3_vfs, path: *const c_char, room: c_int, to: *mut c_char) -> c_int {
    // SAFETY: SQLite's name ends with a zero, and it gives so much room.
    unsafe {
        let path = CStr::from_ptr(path).to_bytes_with_nul();
        if path.len() > usize::try_from(room).unwrap() {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(path.as_ptr().cast(), to, path.len());
    }
    ffi::SQLITE_OK
}
