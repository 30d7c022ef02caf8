//! One test, for it changes the working directory and the umask, which all threads of a process share.
#![allow(non_snake_case)] // R1, R4: the requirements that a test proves

use std::fs;
use std::os::unix::fs::MetadataExt;

use replace_file::replace_file;

#[test]
fn relative_paths_and_umask__R1_R4() {
    let folder = std::env::temp_dir().join(format!("replace-file-process-{}", std::process::id()));
    fs::create_dir_all(folder.join("sub")).unwrap();
    std::env::set_current_dir(&folder).unwrap();

    for path in ["file", "./file", "sub/../file", "sub//..//file"] {
        fs::write("file", "old").unwrap();
        replace_file(path, b"new").unwrap();
        assert_eq!(fs::read("file").unwrap(), b"new");
    }
    replace_file("sub/inner", b"x").unwrap();
    assert_eq!(fs::read("sub/inner").unwrap(), b"x");
    assert_eq!(fs::read_dir(".").unwrap().count(), 2);

    for (umask, mode) in [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600), (0, 0o666)] {
        // SAFETY: umask has no conditions.
        unsafe { libc::umask(umask) };
        replace_file("fresh", b"x").unwrap();
        assert_eq!(unsafe { libc::umask(0o022) }, umask);
        assert_eq!(fs::metadata("fresh").unwrap().mode() & 0o7777, mode);
        fs::remove_file("fresh").unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
}
