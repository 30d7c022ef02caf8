"""Replacing the content of a file in one step, on POSIX systems."""

import contextlib
import os
import secrets
import stat


def replace_file(path: str | os.PathLike[str], data: bytes | bytearray | memoryview) -> None:
    """Replace the content of a file; at every moment the file holds either the old or the new content.

    Permission bits are kept, symbolic links are followed.

    Raises:
        TypeError: data is not bytes-like.
        OSError: the file could not be replaced and is as it was, or it was replaced but its folder could not be flushed.
    """
    content = memoryview(data).tobytes()
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    # Opened first: a folder may be writable but not readable, and that should fail before anything is changed.
    folder_descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        scratch = os.path.join(folder, f".{secrets.token_hex(16)}.new")
        try:
            _write(scratch, content, _mode(target))
            os.replace(scratch, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(scratch)
            raise
        # The rename is a change of the folder, not of the file.
        os.fsync(folder_descriptor)
    finally:
        os.close(folder_descriptor)


def _write(scratch: str, content: bytes, mode: int | None) -> None:
    """Write a new file and flush it to the disk; without a mode it gets the permission bits of any new file."""
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        if mode is not None:
            # After writing, which would clear the set-user-ID and set-group-ID bits.
            os.fchmod(descriptor, mode)
        os.fsync(descriptor)


def _mode(target: str) -> int | None:
    """The permission bits of the file, None if there is no file."""
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except FileNotFoundError:
        return None
