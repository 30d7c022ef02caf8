//! Replaces the content of a file in one step: at every moment the file holds either the old or the new content.
//! For POSIX systems.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const MAX_LINKS: usize = 40;
const PERMISSION_BITS: u32 = 0o7777;

/// The operations that can be watched or replaced.
pub trait Operations {
    /// Flushes the new file or the folder.
    fn flush(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Renames the new file to the target.
    fn rename(&self, source: &Path, target: &Path) -> io::Result<()> {
        fs::rename(source, target)
    }
}

/// The operations of the system: the defaults of the trait.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemOperations;

impl Operations for SystemOperations {}

/// Replaces the content of the file. Permission bits are kept, symbolic links are followed.
/// Several threads may call this at the same time.
///
/// # Errors
/// The system's error: the file is as it was, or it was replaced but its folder could not be flushed.
pub fn replace_file<P: AsRef<Path>>(path: P, data: &[u8]) -> io::Result<()> {
    replace_file_with(path, data, &SystemOperations)
}

/// [`replace_file`] with other operations.
///
/// # Errors
/// As for [`replace_file`]; an error of an operation is returned as it is.
pub fn replace_file_with<P: AsRef<Path>>(path: P, data: &[u8], operations: &dyn Operations) -> io::Result<()> {
    let target = resolve(path.as_ref())?;
    // Opened first: a folder may be writable but not readable, and that should fail before anything is changed.
    let folder = File::open(beside(&target, Path::new(".")))?;
    let scratch = beside(&target, Path::new(&scratch_name()));
    write_and_rename(&scratch, &target, data, operations)?;
    operations.flush(&folder)
}

/// The path of the file that links lead to, which need not exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_path_buf();
    for _ in 0..=MAX_LINKS {
        match fs::read_link(&target) {
            Ok(link) => target = beside(&target, &link),
            // InvalidInput: it is no link.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound) => return Ok(target),
            Err(error) => return Err(error),
        }
    }
    // The system gives up as well, with the error for too many links.
    fs::canonicalize(path)
}

/// The path that `name` has for somebody in the folder of `path`.
fn beside(path: &Path, name: &Path) -> PathBuf {
    if name.is_absolute() {
        return name.to_path_buf();
    }
    let bytes = path.as_os_str().as_bytes();
    let folder_length = bytes.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let mut joined = OsString::from_vec(bytes[..folder_length].to_vec());
    joined.push(name);
    joined.into()
}

fn scratch_name() -> String {
    // The standard library has no other source of random numbers than the keys of its hashers.
    let random = || RandomState::new().hash_one(std::process::id());
    format!(".{:016x}{:016x}.new", random(), random())
}

/// Writes the new file at `scratch` and renames it; on an error there is no such file.
fn write_and_rename(scratch: &Path, target: &Path, data: &[u8], operations: &dyn Operations) -> io::Result<()> {
    let mode = mode_of(target)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(if mode.is_some() { 0o600 } else { 0o666 })
        .open(scratch)?;
    let result = fill(file, mode, data, operations).and_then(|()| operations.rename(scratch, target));
    if result.is_err() {
        // The first error is the one to tell; there is nothing to be done about a second one.
        let _ = fs::remove_file(scratch);
    }
    result
}

fn fill(mut file: File, mode: Option<u32>, data: &[u8], operations: &dyn Operations) -> io::Result<()> {
    file.write_all(data)?;
    if let Some(mode) = mode {
        // After writing, which would clear the set-user-ID and set-group-ID bits.
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    operations.flush(&file)
}

/// The permission bits of the file, `None` if there is no file.
fn mode_of(path: &Path) -> io::Result<Option<u32>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.permissions().mode() & PERMISSION_BITS)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
