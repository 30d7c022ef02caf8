//! One test, for it bounds the size of files of the whole process.
#![allow(non_snake_case)] // R8: the requirement that the test proves

use std::fs;
use std::io::ErrorKind;

use external_sort::{Options, SortError, sort_lines};

#[test]
fn failure_to_write__R8() {
    let folder = std::env::temp_dir().join(format!("external-sort-failure-{}", std::process::id()));
    let (input, output, temporary) = (folder.join("input"), folder.join("output"), folder.join("temporary"));
    fs::create_dir_all(&temporary).unwrap();
    fs::write(&input, "a\n".repeat(10_000)).unwrap();
    fs::write(&output, "old").unwrap();
    let mut before = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointers are to a limit; the action is one of the system's.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        assert_eq!(libc::getrlimit(libc::RLIMIT_FSIZE, &mut before), 0);
    }
    let low = libc::rlimit { rlim_cur: 4096, ..before };
    // For runs, the output of one run, merged runs.
    for memory in [6000, 40_000, 3000] {
        // SAFETY: as above.
        unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &low) };
        let options = Options { temporary_folder: &temporary, memory, max_open_files: 3, progress: None };
        let result = sort_lines(&input, &output, options);
        unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &before) };
        assert!(matches!(result, Err(SortError::Io(error)) if error.kind() == ErrorKind::FileTooLarge));
        assert_eq!(fs::read(&output).unwrap(), b"old");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
        assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
    }
    fs::remove_dir_all(&folder).unwrap();
}
