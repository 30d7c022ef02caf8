#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::error::Error;
use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use external_sort::{Options, SortError, Step, sort_lines};

/// What progress was told, and what it saw.
struct Event {
    step: Step,
    open_files: usize,
    temporary_files: usize,
    temporary_is_private: bool,
    output: Vec<u8>,
}

/// A folder with an input, folders for the output and for temporary files, and a sort in it.
struct Scene(PathBuf);

impl Scene {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("external-sort-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        let scene = Self(path.canonicalize().unwrap());
        fs::create_dir(scene.at("temporary")).unwrap();
        fs::create_dir(scene.at("result")).unwrap();
        scene
    }

    fn with(input: impl AsRef<[u8]>) -> Self {
        let scene = Self::new();
        fs::write(scene.at("input"), input).unwrap();
        fs::write(scene.at("result/output"), "old").unwrap();
        scene
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn output(&self) -> Vec<u8> {
        fs::read(self.at("result/output")).unwrap_or_default()
    }

    fn entries(&self, name: &str) -> usize {
        fs::read_dir(self.at(name)).unwrap().count()
    }

    fn temporary_files(&self) -> usize {
        let folders = fs::read_dir(self.at("temporary")).unwrap();
        folders.map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
    }

    /// Whether other users have no access to what was made in the folder for temporary files.
    fn temporary_is_private(&self) -> bool {
        let mut made = fs::read_dir(self.at("temporary")).unwrap();
        made.all(|entry| entry.unwrap().metadata().unwrap().permissions().mode() & 0o077 == 0)
    }

    /// Files of the folder that are open.
    fn open_files(&self) -> usize {
        let descriptors = fs::read_dir("/proc/self/fd").unwrap();
        descriptors
            .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
            .filter(|target| target.starts_with(&self.0))
            .count()
    }

    /// Sorts and takes down what progress is told; stops at the call of this number.
    fn sort_until(&self, memory: usize, max_open_files: usize, stop_at: usize) -> (Result<u64, SortError>, Vec<Event>) {
        let mut events = Vec::new();
        let mut note = |step: Step| {
            events.push(Event {
                step,
                open_files: self.open_files(),
                temporary_files: self.temporary_files(),
                temporary_is_private: self.temporary_is_private(),
                output: self.output(),
            });
            if events.len() == stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let temporary_folder = &self.at("temporary");
        let options = Options { temporary_folder, memory, max_open_files, progress: Some(&mut note) };
        let result = sort_lines(self.at("input"), self.at("result/output"), options);
        (result, events)
    }

    fn sort(&self, memory: usize, max_open_files: usize) -> (u64, Vec<Event>) {
        let (result, events) = self.sort_until(memory, max_open_files, 0);
        (result.unwrap(), events)
    }

    fn sort_quietly(&self, input: &str, output: &str, temporary: &str, memory: usize) -> Result<u64, SortError> {
        let temporary_folder = &self.at(temporary);
        let options = Options { temporary_folder, memory, max_open_files: 3, progress: None };
        sort_lines(self.at(input), self.at(output), options)
    }

    #[track_caller]
    fn assert_nothing_left(&self) {
        assert_eq!(self.output(), b"old");
        assert_eq!((self.entries("result"), self.entries("temporary"), self.open_files()), (1, 0, 0));
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn assert_sorted(input: &[u8], output: &[u8], memory: usize, files: usize) {
    let scene = Scene::with(input);
    let temporary_folder = &scene.at("temporary");
    let options = Options { temporary_folder, memory, max_open_files: files, progress: None };
    let lines = sort_lines(scene.at("input"), scene.at("result/output"), options).unwrap();
    assert_eq!(lines as usize, output.iter().filter(|byte| **byte == b'\n').count());
    assert!(scene.output() == output);
    assert!(fs::read(scene.at("input")).unwrap() == input);
    assert_eq!((scene.entries("result"), scene.entries("temporary")), (1, 0));
}

/// Sorts in one run, in as many as can be, and in some between.
#[track_caller]
fn assert_all_sorted(examples: &[(&[u8], &[u8], usize)]) {
    for (input, output, longest) in examples {
        for memory in *longest..longest + 8 {
            assert_sorted(input, output, memory, 3);
        }
        assert_sorted(input, output, *longest, 4);
        assert_sorted(input, output, 1000, 3);
    }
}

#[test]
fn small_files__R1() {
    assert_all_sorted(&[
        (b"b\na\nc\n", b"a\nb\nc\n", 2),
        (b"\xff\n\x7f\n\x80\na\n", b"a\n\x7f\n\x80\n\xff\n", 2),
        (b"ab\na\nabc\nb\n", b"a\nab\nabc\nb\n", 4),
        (b"b\t1\na\t2\nb\t0\na\t1\n", b"a\t2\na\t1\nb\t1\nb\t0\n", 4),
        (b"a\x01\na\tz\n", b"a\tz\na\x01\n", 4),
        (b"a\tz\na\na\ty\tx\n", b"a\tz\na\na\ty\tx\n", 6),
        (b"e\nd\nc\nb\na\n", b"a\nb\nc\nd\ne\n", 2),
        (b"g\nf\ne\nd\nc\nb\na\nh\n", b"a\nb\nc\nd\ne\nf\ng\nh\n", 2),
    ]);
}

#[test]
fn many_lines_keep_their_order__R1() {
    const KEYS: u32 = 40;
    let mut random = 1_u32;
    let lines: Vec<(u32, String)> = (0..3000)
        .map(|i| {
            random = random.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            let key = 10 + (random >> 16) % KEYS;
            (key, format!("{key}\t{i}\n"))
        })
        .collect();
    let input: String = lines.iter().map(|(_, line)| line.as_str()).collect();
    let output: String = (0..100)
        .flat_map(|key| lines.iter().filter(move |line| line.0 == key).map(|(_, line)| line.as_str()))
        .collect();
    assert_sorted(input.as_bytes(), output.as_bytes(), 20, 40);
    for memory in [500, 2000, 1 << 20] {
        for files in [3, 5, 40] {
            assert_sorted(input.as_bytes(), output.as_bytes(), memory, files);
        }
    }
}

#[test]
fn ends_and_odd_bytes__R2() {
    assert_all_sorted(&[
        (b"", b"", 1),
        (b"\n", b"\n", 1),
        (b"b\na", b"a\nb\n", 2),
        (b"a", b"a\n", 2),
        (b"\n\na\n\n", b"\n\n\na\n", 2),
        (b"b\r\na\r\na\r", b"a\r\na\r\nb\r\n", 3),
        (b"\0b\n\0a\n\0\n", b"\0\n\0a\n\0b\n", 3),
        (b"\tx\n\n\tw", b"\tx\n\n\tw\n", 3),
        (b"\xc3\x28\n\xc3\n", b"\xc3\n\xc3\x28\n", 3),
    ]);
}

fn runs_of(events: &[Event]) -> Vec<usize> {
    events.iter().filter_map(|event| if let Step::Run { lines } = event.step { Some(lines) } else { None }).collect()
}

fn merges_of(events: &[Event]) -> Vec<usize> {
    events.iter().filter_map(|event| if let Step::Merge { runs } = event.step { Some(runs) } else { None }).collect()
}

#[test]
fn runs_take_what_fits__R3() {
    const FIFTEEN: &str = "bb\naa\nbb\naa\nbb\n";
    for (input, memory, runs) in [
        (FIFTEEN, 3, &[1, 1, 1, 1, 1][..]),
        (FIFTEEN, 6, &[2, 2, 1]),
        (FIFTEEN, 8, &[2, 2, 1]),
        (FIFTEEN, 9, &[3, 2]),
        (FIFTEEN, 14, &[4, 1]),
        (FIFTEEN, 15, &[]),
        ("bb\naa", 5, &[1, 1]),
        ("bb\naa", 6, &[]),
        ("abcde\n", 6, &[]),
        ("\n\n\n\n", 2, &[2, 2]),
        ("\n\n\n", 1, &[1, 1, 1]),
        ("a\nbbbb\na\na\na\n", 6, &[1, 1, 3]),
    ] {
        let (_, events) = Scene::with(input).sort(memory, 10);
        assert_eq!(runs_of(&events), runs);
        assert_eq!(merges_of(&events), if runs.is_empty() { vec![] } else { vec![runs.len()] });
    }
}

#[test]
fn one_run_needs_no_folder_and_no_memory_in_advance__R3() {
    let scene = Scene::with("b\na\n");
    let temporary_folder = &scene.at("missing");
    let options =
        Options { temporary_folder, memory: usize::MAX, max_open_files: usize::MAX, progress: None };
    assert_eq!(sort_lines(scene.at("input"), scene.at("result/output"), options).unwrap(), 2);
    assert_eq!(scene.output(), b"a\nb\n");
}

#[test]
fn passes__R4() {
    for (files, merges, temporary_files) in [
        (3, &[2, 2, 2, 2, 2, 2][..], &[8, 7, 6, 5, 4, 2][..]),
        (4, &[3, 3, 3], &[8, 6, 3]),
        (5, &[4, 3, 2], &[8, 5, 2]),
        (6, &[5, 2, 2], &[8, 4, 2]),
        (7, &[6, 2], &[8, 2]),
        (8, &[7], &[7]),
    ] {
        let scene = Scene::with("g\nf\ne\nd\nc\nb\na\n");
        let (_, events) = scene.sort(2, files);
        assert_eq!(scene.output(), b"a\nb\nc\nd\ne\nf\ng\n");
        assert_eq!(runs_of(&events), [1; 7]);
        assert_eq!(merges_of(&events), merges);
        assert!(events.iter().all(|event| event.open_files <= files));
        for ((event, runs), count) in events[7..].iter().zip(merges).zip(temporary_files) {
            assert_eq!((event.open_files, event.temporary_files), (runs + 1, *count));
        }
        assert_eq!(scene.open_files(), 0);
    }
}

#[test]
fn output_is_replaced_at_the_end__R5() {
    for (memory, calls) in [(2, 5), (100, 0)] {
        let scene = Scene::with("c\nb\na\n");
        fs::set_permissions(scene.at("result/output"), Permissions::from_mode(0o600)).unwrap();
        let mut reader = File::open(scene.at("result/output")).unwrap();
        let (_, events) = scene.sort(memory, 3);
        assert_eq!(events.len(), calls);
        assert!(events.iter().all(|event| event.output == b"old" && event.temporary_is_private));
        let mut seen = String::new();
        reader.read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "old");
        let permissions = fs::metadata(scene.at("result/output")).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
        assert_eq!(scene.output(), b"a\nb\nc\n");
        assert_eq!((scene.entries("result"), scene.entries("temporary")), (1, 0));
    }
}

#[test]
fn input_may_be_the_output__R5() {
    for memory in 2..8 {
        let scene = Scene::with("c\nb\na");
        assert_eq!(scene.sort_quietly("input", "input", "temporary", memory).unwrap(), 3);
        assert_eq!(fs::read(scene.at("input")).unwrap(), b"a\nb\nc\n");
        assert_eq!((scene.entries("."), scene.entries("temporary")), (3, 0));
    }
}

#[test]
fn files_of_others_stay__R5() {
    let scene = Scene::with("c\nb\na");
    fs::write(scene.at("result/other"), "of another program").unwrap();
    fs::write(scene.at("temporary/0"), "of another program").unwrap();
    scene.sort_quietly("input", "result/output", "temporary", 2).unwrap();
    assert_eq!(scene.output(), b"a\nb\nc\n");
    assert_eq!(fs::read(scene.at("temporary/0")).unwrap(), b"of another program");
    assert_eq!((scene.entries("result"), scene.entries("temporary")), (2, 1));
}

#[test]
fn sorts_at_the_same_time__R5() {
    let outer = Scene::with("c\nb\na\n");
    let temporary_folder = &outer.at("temporary");
    let mut inner_is_sorted = false;
    let mut sort_again = |_: Step| {
        outer.sort_quietly("input", "result/output", "temporary", 2).unwrap();
        inner_is_sorted = outer.output() == b"a\nb\nc\n";
        ControlFlow::Continue(())
    };
    let options = Options { temporary_folder, memory: 2, max_open_files: 3, progress: Some(&mut sort_again) };
    assert_eq!(sort_lines(outer.at("input"), outer.at("result/output"), options).unwrap(), 3);
    assert!(inner_is_sorted);
    assert_eq!(outer.output(), b"a\nb\nc\n");
    assert_eq!((outer.entries("result"), outer.entries("temporary")), (1, 0));
}

#[test]
fn lines_that_are_too_long__R6() {
    let huge = "x".repeat(100_000);
    for (input, line) in [
        ("aaaa\n", 1),
        ("aaaa", 1),
        ("aaa\nbbbb\n", 2),
        ("aaa\nbbb\nc\ndddd", 4),
        ("\n\n\n\n\n\naaaaa\n", 7),
        (&huge, 1),
    ] {
        let scene = Scene::with(input);
        let error = scene.sort_until(4, 3, 0).0.unwrap_err();
        assert!(matches!(error, SortError::LineTooLong { number } if number == line));
        assert!(error.to_string().contains(&format!("line {line}")));
        assert!(error.source().is_none());
        scene.assert_nothing_left();
    }
    assert_sorted(b"bbb\naaa", b"aaa\nbbb\n", 4, 3);
}

#[test]
fn stopping_at_every_step__R7() {
    let scene = Scene::with("g\nf\ne\nd\nc\nb\na\n");
    for stop_at in 1..=13 {
        let (result, events) = scene.sort_until(2, 3, stop_at);
        let error = result.unwrap_err();
        assert!(matches!(error, SortError::Cancelled));
        assert!(error.to_string().contains("cancelled"));
        assert_eq!(events.len(), stop_at);
        scene.assert_nothing_left();
    }
    let (lines, events) = scene.sort(2, 3);
    assert_eq!((lines, events.len()), (7, 13));
}

#[test]
fn panics_of_progress_leave_nothing__R7() {
    let scene = Scene::with("g\nf\ne\nd\nc\nb\na\n");
    for panics_at in [Step::Run { lines: 1 }, Step::Merge { runs: 2 }] {
        let temporary_folder = &scene.at("temporary");
        let mut progress = |step: Step| if step == panics_at { panic::panic_any(42) } else { ControlFlow::Continue(()) };
        let options = Options { temporary_folder, memory: 2, max_open_files: 3, progress: Some(&mut progress) };
        let sort = || sort_lines(scene.at("input"), scene.at("result/output"), options);
        let thrown = panic::catch_unwind(AssertUnwindSafe(sort)).unwrap_err();
        assert_eq!(thrown.downcast_ref(), Some(&42));
        scene.assert_nothing_left();
    }
}

#[test]
fn errors_of_the_system__R8() {
    let scene = Scene::with("c\nb\na\n");
    fs::create_dir(scene.at("other")).unwrap();
    for (input, output, temporary, memory, kind) in [
        ("missing", "result/output", "temporary", 2, ErrorKind::NotFound),
        ("other", "result/output", "temporary", 2, ErrorKind::IsADirectory),
        ("input", "missing/output", "temporary", 2, ErrorKind::NotFound),
        ("input", "missing/output", "temporary", 100, ErrorKind::NotFound),
        ("input", "other", "temporary", 2, ErrorKind::IsADirectory),
        ("input", "other", "temporary", 100, ErrorKind::IsADirectory),
        ("input", "result/output", "missing", 2, ErrorKind::NotFound),
    ] {
        let error = scene.sort_quietly(input, output, temporary, memory).unwrap_err();
        let SortError::Io(inner) = &error else { panic!("{error}") };
        assert_eq!(inner.kind(), kind);
        assert_eq!(error.to_string(), inner.to_string());
        assert_eq!(error.source().map(ToString::to_string), Some(inner.to_string()));
        scene.assert_nothing_left();
    }
    assert_eq!((scene.entries("."), scene.entries("other")), (4, 0));
}

#[test]
fn invalid_arguments__R8() {
    let scene = Scene::with("b\na\n");
    for (memory, files) in [(0, 3), (100, 0), (100, 1), (100, 2)] {
        let (result, events) = scene.sort_until(memory, files, 0);
        let error = result.unwrap_err();
        assert!(matches!(error, SortError::InvalidArgument));
        assert!(error.to_string().contains("3 files"));
        assert!(events.is_empty());
        scene.assert_nothing_left();
    }
    assert_eq!(fs::read(scene.at("input")).unwrap(), b"b\na\n");
}
