//! Thin system calls that the standard library does not offer.

use std::{
    io,
    net::TcpStream,
    thread::{self, JoinHandle},
};

/// Starts a thread that blocks every signal: signals are the host's.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    let _blocked = BlockedSignals::new();
    thread::Builder::new().name(name.to_owned()).stack_size(512 * 1024).spawn(work)
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
}

#[cfg(unix)]
impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // SAFETY: the set was written by pthread_sigmask; a null old set is allowed.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

#[cfg(not(unix))]
struct BlockedSignals;

#[cfg(not(unix))]
impl BlockedSignals {
    fn new() -> BlockedSignals {
        BlockedSignals
    }
}

/// Whether an idle connection still stands and has nothing unread.
#[cfg(unix)]
pub fn is_quiet(stream: &TcpStream) -> bool {
    use std::os::fd::AsRawFd;
    let mut byte = 0_u8;
    // SAFETY: the descriptor is open as long as `stream`, and one byte may be written to `byte`.
    let count = unsafe {
        libc::recv(stream.as_raw_fd(), (&raw mut byte).cast(), 1, libc::MSG_PEEK | libc::MSG_DONTWAIT)
    };
    count < 0 && io::Error::last_os_error().kind() == io::ErrorKind::WouldBlock
}

#[cfg(not(unix))]
pub fn is_quiet(stream: &TcpStream) -> bool {
    let quiet = stream.set_nonblocking(true).is_ok()
        && stream.peek(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).is_ok() && quiet
}
