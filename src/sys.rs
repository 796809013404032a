//! Thin system calls that the standard library does not offer.

use std::{
    cell::Cell,
    fs::{File, OpenOptions},
    io,
    path::Path,
    thread::{self, JoinHandle, ThreadId},
};

/// Keeps the library in the process for good, as `-z nodelete` does elsewhere: its threads, and what ends
/// with the host's, would return into nothing.
#[cfg(windows)]
pub fn stay_loaded() {
    const FROM_ADDRESS: u32 = 4;
    const PIN: u32 = 1;
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleExW(flags: u32, address: *const u16, module: *mut *mut std::ffi::c_void) -> i32;
    }
    static PINNED: std::sync::Once = std::sync::Once::new();
    PINNED.call_once(|| {
        let mut module = std::ptr::null_mut();
        // SAFETY: with that flag the name is any address within the library; the handle is valid for writes.
        unsafe { GetModuleHandleExW(FROM_ADDRESS | PIN, stay_loaded as *const u16, &mut module) };
    });
}

#[cfg(not(windows))]
pub fn stay_loaded() {}

/// Starts a thread that blocks every signal: signals are the host's.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    spawn_boxed(name, Box::new(work))
}

/// One body for every kind of work.
fn spawn_boxed(name: &str, work: Box<dyn FnOnce() + Send>) -> io::Result<JoinHandle<()>> {
    stay_loaded();
    let blocked = BlockedSignals::new();
    let work = blocked.hosts_kept_for(work);
    let work = move || {
        OWN.set(Some(thread::current().id()));
        work();
    };
    thread::Builder::new().name(name.to_owned()).stack_size(512 * 1024).spawn(work)
}

thread_local!(static OWN: Cell<Option<ThreadId>> = const { Cell::new(None) });

/// The id of this thread if it is one of the library's. The standard library refuses to say that of a thread
/// of the host's whose end has begun: see [`Local`](crate::local::Local).
pub fn own_thread() -> Option<ThreadId> {
    OWN.get()
}

/// Blocks this thread's signals until dropped; a thread started meanwhile inherits that.
#[cfg(unix)]
struct BlockedSignals(libc::sigset_t);

#[cfg(unix)]
impl BlockedSignals {
    fn new() -> BlockedSignals {
        // SAFETY: both sets are valid for writes, sigfillset initialises the one that is read, and
        // pthread_sigmask writes the other; an all-zero set is a valid value where it fails.
        unsafe {
            let mut all = std::mem::zeroed();
            let mut before = std::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut before);
            BlockedSignals(before)
        }
    }

    /// Lets the work of a new thread begin by noting what the host's thread blocks.
    fn hosts_kept_for(&self, work: Box<dyn FnOnce() + Send>) -> Box<dyn FnOnce() + Send> {
        let hosts = HOST_SIGNALS.get().unwrap_or(self.0);
        Box::new(move || {
            HOST_SIGNALS.set(Some(hosts));
            work();
        })
    }
}

#[cfg(unix)]
impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // SAFETY: the set was written by pthread_sigmask; a null old set is allowed.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

#[cfg(unix)]
thread_local!(static HOST_SIGNALS: Cell<Option<libc::sigset_t>> = const { Cell::new(None) });

/// Lets a thread of the library take, for good, the signal mask of the host's thread that it comes from;
/// for a managed runtime that is about to be called.
///
/// It makes a thread that calls it one of its own, until that ends: it stops it by signals to collect
/// garbage, makes exceptions of bad accesses, and starts threads that inherit the mask.
#[cfg(unix)]
pub fn unblock_signals() {
    if let Some(hosts) = HOST_SIGNALS.take() {
        // SAFETY: the set was written by pthread_sigmask; a null old set is allowed.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &hosts, std::ptr::null_mut()) };
    }
}

#[cfg(not(unix))]
pub fn unblock_signals() {}

#[cfg(not(unix))]
struct BlockedSignals;

#[cfg(not(unix))]
impl BlockedSignals {
    fn new() -> BlockedSignals {
        BlockedSignals
    }

    fn hosts_kept_for(&self, work: Box<dyn FnOnce() + Send>) -> Box<dyn FnOnce() + Send> {
        work
    }
}

/// Whether an idle connection still stands and has nothing unread.
#[cfg(all(unix, feature = "http"))]
pub fn is_quiet(stream: &std::net::TcpStream) -> bool {
    use std::os::fd::AsRawFd;
    let mut byte = 0_u8;
    // SAFETY: the descriptor is open as long as `stream`, and one byte may be written to `byte`.
    let count = unsafe {
        libc::recv(stream.as_raw_fd(), (&raw mut byte).cast(), 1, libc::MSG_PEEK | libc::MSG_DONTWAIT)
    };
    count < 0 && io::Error::last_os_error().kind() == io::ErrorKind::WouldBlock
}

#[cfg(all(not(unix), feature = "http"))]
pub fn is_quiet(stream: &std::net::TcpStream) -> bool {
    let quiet = stream.set_nonblocking(true).is_ok()
        && stream.peek(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).is_ok() && quiet
}

/// Lets a file be this user's alone when it is made, and not be reached through a link.
#[cfg(unix)]
pub fn make_private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    // Without O_NONBLOCK a FIFO that somebody put there would be waited for.
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK);
}

#[cfg(windows)]
pub fn make_private(options: &mut OpenOptions) {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
}

/// Takes the lock of a file if nobody else has it; the system gives it back when the process dies.
#[cfg(unix)]
pub fn try_lock(file: &File) -> io::Result<bool> {
    use std::os::fd::AsRawFd;
    // SAFETY: the descriptor is open as long as `file`. (The standard library has no locks on Android.)
    if unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) } == 0 {
        return Ok(true);
    }
    match io::Error::last_os_error() {
        error if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        error => Err(error),
    }
}

#[cfg(windows)]
pub fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Gives the lock of a file back, from a child that was forked meanwhile too.
#[cfg(unix)]
pub fn unlock(file: &File) {
    use std::os::fd::AsRawFd;
    // SAFETY: the descriptor is open as long as `file`.
    unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_UN) };
}

#[cfg(windows)]
pub fn unlock(file: &File) {
    let _ = file.unlock();
}

/// Whether an open file still has a name.
#[cfg(unix)]
pub fn is_linked(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
}

#[cfg(windows)]
pub fn is_linked(_: &File) -> bool {
    true
}

/// Makes the names in a folder last through a power cut, where the system has that.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some network file systems know no such thing, and a folder may be written that may not be read.
        Err(error) if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::EBADF | libc::EACCES)) => {
            Ok(())
        }
        result => result,
    }
}

#[cfg(windows)]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The bytes that this user may still write in a folder; `None` where the system does not say.
#[cfg(unix)]
#[allow(clippy::unnecessary_cast)] // the fields' types differ between systems
pub fn free_space(folder: &Path) -> Option<u64> {
    use std::{ffi::CString, os::unix::ffi::OsStrExt};
    let path = CString::new(folder.as_os_str().as_bytes()).ok()?;
    // SAFETY: the path is NUL-terminated and the struct valid for writes; zero is a valid value.
    unsafe {
        let mut found: libc::statvfs = std::mem::zeroed();
        // Without blocks at all it is a file system that does not count them.
        (libc::statvfs(path.as_ptr(), &mut found) == 0 && found.f_blocks != 0)
            .then(|| (found.f_bavail as u64).saturating_mul(found.f_frsize as u64))
    }
}

#[cfg(windows)]
pub fn free_space(folder: &Path) -> Option<u64> {
    use std::os::windows::ffi::OsStrExt;
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetDiskFreeSpaceExW(
            folder: *const u16,
            available: *mut u64,
            total: *mut u64,
            free: *mut u64,
        ) -> i32;
    }
    let path: Vec<u16> = folder.as_os_str().encode_wide().chain([0]).collect();
    let (mut available, mut total, mut free) = (0, 0, 0);
    // SAFETY: the path is NUL-terminated and the numbers are valid for writes.
    let known = unsafe { GetDiskFreeSpaceExW(path.as_ptr(), &mut available, &mut total, &mut free) };
    (known != 0).then_some(available)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::path::Path;

    #[test]
    fn a_file_system_that_counts_no_blocks_says_nothing_of_its_space() {
        assert_eq!(super::free_space(Path::new("/proc")), None);
    }
}
