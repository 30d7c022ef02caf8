"""Replacing the content of a file in one step, on POSIX systems."""

import contextlib
import os
import stat
import tempfile


def replace_file(path: str | os.PathLike[str], data: bytes | bytearray | memoryview) -> None:
    """Replace the content of a file; at every moment the file holds either the old or the new content.

    Permission bits are kept, symbolic links are followed.

    Raises:
        TypeError: data is not bytes-like.
        OSError: the file could not be replaced and is as it was.
    """
    view = memoryview(data)
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    descriptor, scratch = tempfile.mkstemp(dir=folder, prefix=".", suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), _mode(target))
            file.write(view)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(scratch)
        raise
    _sync_folder(folder)


def _mode(target: str) -> int:
    """The permission bits of the file, or those that a new file would get."""
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except FileNotFoundError:
        # The umask can be read only by setting it.
        umask = os.umask(0o077)
        os.umask(umask)
        return 0o666 & ~umask


def _sync_folder(folder: str) -> None:
    """Make the rename itself durable: it is a change of the folder, not of the file."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
