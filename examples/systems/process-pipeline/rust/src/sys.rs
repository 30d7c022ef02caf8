//! System calls that the standard library does not offer, made safe.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::time::Duration;

/// A descriptor (Linux) that is readable when a child has ended, waited for or not.
pub fn open_pidfd(process: u32) -> io::Result<OwnedFd> {
    // SAFETY: the arguments are plain numbers.
    let descriptor = unsafe { libc::syscall(libc::SYS_pidfd_open, process, 0) };
    if descriptor == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor was opened just now and belongs to nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor as RawFd) })
}

/// Signals the group in which a process was started, and the process, which may have left that group.
pub fn signal_with_group(process: u32, number: i32) {
    let id = process as libc::pid_t;
    // SAFETY: the arguments are plain numbers.
    unsafe {
        libc::kill(-id, number);
        libc::kill(id, number);
    }
}

pub fn set_nonblocking(descriptor: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the descriptor is open as long as it is borrowed.
    match unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Waits for an event, or until the time is over; without a time as long as it takes.
pub fn poll(watched: &mut [libc::pollfd], timeout: Option<Duration>) -> io::Result<()> {
    let milliseconds = timeout.map_or(-1, |time| {
        i32::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
    });
    // SAFETY: the pointer and the length are those of the slice.
    match unsafe {
        libc::poll(
            watched.as_mut_ptr(),
            watched.len() as libc::nfds_t,
            milliseconds,
        )
    } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

pub fn is_sigpipe_blocked() -> bool {
    let mut mask = MaybeUninit::uninit();
    // SAFETY: the mask is written before it is read, and no new one is set.
    unsafe {
        libc::pthread_sigmask(libc::SIG_SETMASK, ptr::null(), mask.as_mut_ptr());
        libc::sigismember(mask.as_ptr(), libc::SIGPIPE) == 1
    }
}

/// Unblocks SIGPIPE in the calling thread.
pub fn unblock_sigpipe() {
    // SAFETY: the set is initialized, and the old mask is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, &only_sigpipe(), ptr::null_mut()) };
}

/// Writes, and takes back the SIGPIPE of a closed pipe before it reaches the caller, who may not ignore it.
pub fn write_without_sigpipe(descriptor: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    let sigpipe = only_sigpipe();
    let mut mask = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is initialized, and the old mask is written before it is read.
    let mask = unsafe {
        libc::pthread_sigmask(libc::SIG_BLOCK, &sigpipe, mask.as_mut_ptr());
        mask.assume_init()
    };
    let was_pending = is_sigpipe_pending();
    // SAFETY: the pointer and the length are those of the slice.
    let written =
        unsafe { libc::write(descriptor.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
    let result = usize::try_from(written).map_err(|_| io::Error::last_os_error());
    if !was_pending && is_sigpipe_pending() {
        take_pending(&sigpipe);
    }
    // SAFETY: the mask was written by the first call.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &mask, ptr::null_mut()) };
    result
}

fn only_sigpipe() -> libc::sigset_t {
    let mut signals = MaybeUninit::uninit();
    // SAFETY: sigemptyset initializes the set.
    unsafe {
        libc::sigemptyset(signals.as_mut_ptr());
        libc::sigaddset(signals.as_mut_ptr(), libc::SIGPIPE);
        signals.assume_init()
    }
}

fn is_sigpipe_pending() -> bool {
    let mut pending = MaybeUninit::uninit();
    // SAFETY: sigpending initializes the set.
    unsafe {
        libc::sigpending(pending.as_mut_ptr());
        libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1
    }
}

fn take_pending(signals: &libc::sigset_t) {
    let no_time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    loop {
        // SAFETY: both pointers are valid, and no information about the signal is asked for.
        let taken = unsafe { libc::sigtimedwait(signals, ptr::null_mut(), &no_time) };
        if taken != -1 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
}
