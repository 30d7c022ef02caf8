//! Safe wrappers of the system calls that the standard library lacks.

use std::io;
use std::net::TcpStream;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

/// What to wait for.
#[derive(Clone, Copy)]
pub enum Interest {
    Read,
    Write,
}

/// Waits until one of the descriptors is ready or the timeout is over, and tells for each whether it is ready.
///
/// Errors and hang-ups count as ready: the next operation reports them.
pub fn wait(interests: &[(BorrowedFd<'_>, Interest)], timeout: Option<Duration>) -> io::Result<Vec<bool>> {
    let mut descriptors: Vec<libc::pollfd> = interests
        .iter()
        .map(|(descriptor, interest)| libc::pollfd {
            fd: descriptor.as_raw_fd(),
            events: match interest {
                Interest::Read => libc::POLLIN,
                Interest::Write => libc::POLLOUT,
            },
            revents: 0,
        })
        .collect();
    let milliseconds = timeout.map_or(-1, rounded_up_to_milliseconds);
    // SAFETY: the pointer and the length describe the vector, which lives through the call.
    let count = unsafe { libc::poll(descriptors.as_mut_ptr(), descriptors.len() as libc::nfds_t, milliseconds) };
    if count < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    Ok(descriptors.iter().map(|descriptor| descriptor.revents != 0).collect())
}

fn rounded_up_to_milliseconds(duration: Duration) -> libc::c_int {
    libc::c_int::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(libc::c_int::MAX)
}

/// The number of bytes in the system's receive buffer.
pub fn bytes_received(stream: &TcpStream) -> io::Result<usize> {
    let mut count: libc::c_int = 0;
    // SAFETY: FIONREAD writes one int, to where the pointer to a live one shows.
    if unsafe { libc::ioctl(stream.as_raw_fd(), libc::FIONREAD, &mut count) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(usize::try_from(count).unwrap_or(0))
}
