//! Files and folders that are removed when they are dropped, also by an error or a panic.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;

pub struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Makes a folder to which no other user has access.
    pub fn within(parent: &Path) -> io::Result<Self> {
        let beneath = |suffix: &str| parent.join(format!("sort{suffix}"));
        let (path, ()) = with_new_name(beneath, |path| DirBuilder::new().mode(0o700).create(path))?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A file that is going to be renamed; nothing is removed after that.
pub struct UnfinishedFile(PathBuf);

impl UnfinishedFile {
    /// Makes a file in the same folder as another.
    pub fn beside(target: &Path) -> io::Result<(Self, File)> {
        let beside = |suffix: &str| {
            let mut path = target.as_os_str().to_owned();
            path.push(suffix);
            PathBuf::from(path)
        };
        let (path, file) = with_new_name(beside, |path| File::create_new(path))?;
        Ok((Self(path), file))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for UnfinishedFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Makes something at the first path at which there is nothing yet.
fn with_new_name<T>(
    path_with: impl Fn(&str) -> PathBuf,
    make: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(PathBuf, T)> {
    let mut number = 0_u64;
    loop {
        let path = path_with(&format!("-{}-{number}.new", process::id()));
        match make(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            made => return made.map(|made| (path, made)),
        }
    }
}
