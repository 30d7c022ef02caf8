#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::cell::RefCell;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use replace_file::{Operations, SystemOperations, replace_file, replace_file_with};

/// An empty folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("replace-file-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    fn with_file() -> (Self, PathBuf) {
        let folder = Self::new();
        let file = folder.at("file");
        fs::write(&file, "old").unwrap();
        (folder, file)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn entries(folder: impl AsRef<Path>) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder.as_ref()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn content(path: impl AsRef<Path>) -> Vec<u8> {
    fs::read(path.as_ref()).unwrap()
}

/// Writes down what is done, and fails at the event given.
struct Watch {
    folder: u64,
    failing: &'static str,
    events: RefCell<Vec<&'static str>>,
}

impl Watch {
    fn new(folder: &Folder, failing: &'static str) -> Self {
        Self { folder: fs::metadata(&folder.0).unwrap().ino(), failing, events: RefCell::default() }
    }

    fn note(&self, event: &'static str) -> io::Result<()> {
        self.events.borrow_mut().push(event);
        if event == self.failing { Err(io::Error::other(event)) } else { Ok(()) }
    }
}

impl Operations for Watch {
    fn flush(&self, file: &File) -> io::Result<()> {
        let metadata = file.metadata()?;
        self.note(match (metadata.ino() == self.folder, metadata.len()) {
            (true, _) => "flush folder",
            (false, 3) => "flush file",
            _ => "flush something else",
        })
    }

    fn rename(&self, source: &Path, target: &Path) -> io::Result<()> {
        self.note("rename")?;
        fs::rename(source, target)
    }
}

#[test]
fn content_is_replaced__R1() {
    let (folder, file) = Folder::with_file();
    for data in [&b""[..], b"new", b"\0\r\n\xff", &vec![7; 3_000_001]] {
        replace_file(&file, data).unwrap();
        assert!(content(&file) == data);
        assert_eq!(entries(&folder.0), ["file"]);
    }
}

#[test]
fn new_file__R1() {
    let folder = Folder::new();
    replace_file(folder.at("fresh"), b"x").unwrap();
    replace_file(folder.at("other").to_str().unwrap(), b"y").unwrap();
    assert_eq!(content(folder.at("fresh")), b"x");
    assert_eq!(content(folder.at("other")), b"y");
    assert_eq!(entries(&folder.0), ["fresh", "other"]);
}

#[test]
fn longest_name__R1() {
    let folder = Folder::new();
    let path = folder.at(&"n".repeat(255));
    replace_file(&path, b"x").unwrap();
    assert_eq!(content(&path), b"x");
}

#[test]
fn open_readers_keep_the_old_content__R2() {
    let (_folder, file) = Folder::with_file();
    let mut reader = File::open(&file).unwrap();
    replace_file(&file, b"longer than before").unwrap();
    let mut seen = String::new();
    reader.read_to_string(&mut seen).unwrap();
    assert_eq!(seen, "old");
    assert_eq!(content(&file), b"longer than before");
}

#[test]
fn written_beside_and_renamed__R2() {
    struct Moves(RefCell<Vec<(PathBuf, PathBuf, Vec<u8>)>>);
    impl Operations for Moves {
        fn rename(&self, source: &Path, target: &Path) -> io::Result<()> {
            let paths = (source.canonicalize()?, target.canonicalize()?);
            self.0.borrow_mut().push((paths.0, paths.1, content(source)));
            fs::rename(source, target)
        }
    }
    let (folder, file) = Folder::with_file();
    let moves = Moves(RefCell::default());
    replace_file_with(&file, b"new", &moves).unwrap();
    let moves = moves.0.into_inner();
    let [(source, target, written)] = &moves[..] else { panic!("{} renames", moves.len()) };
    assert_eq!(source.parent(), Some(&*folder.0));
    assert_eq!(*target, file);
    assert_ne!(source, target);
    assert_eq!(written, b"new");
    assert_eq!(content(&file), b"new");
}

#[test]
fn flushed_in_the_right_order__R3() {
    let (folder, _) = Folder::with_file();
    for name in ["file", "./file", "fresh"] {
        let watch = Watch::new(&folder, "");
        replace_file_with(folder.at(name), b"new", &watch).unwrap();
        assert_eq!(*watch.events.borrow(), ["flush file", "rename", "flush folder"]);
    }
}

#[test]
fn operations_of_the_system__R3() {
    let (folder, file) = Folder::with_file();
    replace_file_with(&file, b"new", &SystemOperations).unwrap();
    assert_eq!(content(&file), b"new");
    SystemOperations.flush(&File::open(&file).unwrap()).unwrap();
    SystemOperations.rename(&file, &folder.at("moved")).unwrap();
    assert_eq!(entries(&folder.0), ["moved"]);
}

#[test]
fn permissions_are_kept__R4() {
    for mode in [0o600, 0o644, 0o640, 0o755, 0o400, 0o666] {
        let (_folder, file) = Folder::with_file();
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        replace_file(&file, b"new").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, mode);
        assert_eq!(content(&file), b"new");
    }
}

#[test]
fn links_stay_and_their_file_is_replaced__R5() {
    let (folder, file) = Folder::with_file();
    fs::create_dir(folder.at("other")).unwrap();
    symlink("../file", folder.at("other/first")).unwrap();
    symlink("first", folder.at("other/second")).unwrap();
    symlink(folder.at("other/second"), folder.at("third")).unwrap();
    replace_file(folder.at("third"), b"new").unwrap();
    assert_eq!(fs::read_link(folder.at("other/first")).unwrap(), Path::new("../file"));
    assert_eq!(fs::read_link(folder.at("other/second")).unwrap(), Path::new("first"));
    assert_eq!(fs::read_link(folder.at("third")).unwrap(), folder.at("other/second"));
    assert_eq!(content(&file), b"new");
    assert!(fs::symlink_metadata(&file).unwrap().is_file());
    assert_eq!(entries(folder.at("other")), ["first", "second"]);
    assert_eq!(entries(&folder.0), ["file", "other", "third"]);
}

#[test]
fn links_to_folders_on_the_way__R5() {
    let folder = Folder::new();
    fs::create_dir_all(folder.at("deep/inner")).unwrap();
    symlink("deep/inner", folder.at("short")).unwrap();
    symlink("../file", folder.at("deep/inner/link")).unwrap();
    fs::write(folder.at("deep/file"), "old").unwrap();
    replace_file(folder.at("short/link"), b"new").unwrap();
    assert_eq!(content(folder.at("deep/file")), b"new");
    replace_file(folder.at("short/../fresh"), b"x").unwrap();
    assert_eq!(content(folder.at("deep/fresh")), b"x");
    assert_eq!(entries(&folder.0), ["deep", "short"]);
}

#[test]
fn link_to_nothing_makes_the_file__R5() {
    let folder = Folder::new();
    symlink("second", folder.at("first")).unwrap();
    symlink("target", folder.at("second")).unwrap();
    replace_file(folder.at("first"), b"x").unwrap();
    assert_eq!(fs::read_link(folder.at("first")).unwrap(), Path::new("second"));
    assert_eq!(fs::read_link(folder.at("second")).unwrap(), Path::new("target"));
    assert_eq!(content(folder.at("target")), b"x");
}

#[test]
fn as_many_links_as_the_system_follows__R5() {
    let folder = Folder::new();
    let path = folder.at("file");
    fs::write(&path, "old").unwrap();
    let mut target = path.clone();
    for number in 0..40 {
        let link = folder.at(&number.to_string());
        symlink(target.file_name().unwrap(), &link).unwrap();
        target = link;
    }
    assert_eq!(content(&target), b"old");
    replace_file(&target, b"new").unwrap();
    assert!(target.is_symlink());
    assert_eq!(content(&path), b"new");
}

#[test]
fn circle_of_links__R5_R6() {
    let folder = Folder::new();
    symlink("b", folder.at("a")).unwrap();
    symlink("a", folder.at("b")).unwrap();
    let error = replace_file(folder.at("a"), b"x").unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::ELOOP));
    assert_eq!(entries(&folder.0), ["a", "b"]);
}

#[test]
fn failure_leaves_the_old_file_alone__R6() {
    for failing in ["flush file", "rename"] {
        let (folder, file) = Folder::with_file();
        for path in [&file, &folder.at("fresh")] {
            let watch = Watch::new(&folder, failing);
            let error = replace_file_with(path, b"new", &watch).unwrap_err();
            assert_eq!(error.to_string(), failing);
            assert_eq!(watch.events.borrow().last(), Some(&failing));
            assert_eq!(content(&file), b"old");
            assert_eq!(entries(&folder.0), ["file"]);
        }
    }
}

#[test]
fn failure_of_the_last_flush__R6() {
    let (folder, file) = Folder::with_file();
    let watch = Watch::new(&folder, "flush folder");
    let error = replace_file_with(&file, b"new", &watch).unwrap_err();
    assert_eq!(error.to_string(), "flush folder");
    assert_eq!(content(&file), b"new");
    assert_eq!(entries(&folder.0), ["file"]);
}

#[test]
fn paths_that_cannot_be_replaced__R6() {
    let (folder, file) = Folder::with_file();
    fs::create_dir(folder.at("folder")).unwrap();
    for (name, kind) in [
        ("folder", ErrorKind::IsADirectory),
        ("missing/file", ErrorKind::NotFound),
        ("file/inner", ErrorKind::NotADirectory),
    ] {
        assert_eq!(replace_file(folder.at(name), b"x").unwrap_err().kind(), kind);
    }
    assert!(replace_file("", b"x").is_err());
    assert_eq!(content(&file), b"old");
    assert_eq!(entries(&folder.0), ["file", "folder"]);
    assert!(entries(folder.at("folder")).is_empty());
}

#[test]
fn only_bytes_are_accepted__R7() {
    let function: fn(&'static Path, &[u8]) -> io::Result<()> = replace_file;
    let folder = Folder::new();
    let path: &'static Path = Box::leak(folder.at("file").into_boxed_path());
    function(path, b"\xc3\x28\0\x80").unwrap();
    assert_eq!(content(path), b"\xc3\x28\0\x80");
}

#[test]
fn many_writers_at_once__R8() {
    const WRITERS: u8 = 8;
    const SIZE: usize = 20_000;
    let (folder, file) = Folder::with_file();
    let is_whole = || {
        let bytes = content(&file);
        bytes.len() == SIZE && bytes[0] < WRITERS && bytes.iter().all(|byte| *byte == bytes[0])
    };
    let barrier = Barrier::new(WRITERS.into());
    thread::scope(|scope| {
        for number in 0..WRITERS {
            let (file, barrier, is_whole) = (&file, &barrier, &is_whole);
            scope.spawn(move || {
                barrier.wait();
                for _ in 0..10 {
                    replace_file(file, &[number; SIZE]).unwrap();
                    assert!(is_whole());
                }
            });
        }
    });
    assert!(is_whole());
    assert_eq!(entries(&folder.0), ["file"]);
}
