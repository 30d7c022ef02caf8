#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use gap_buffer::{EditError, GapBuffer};

const OUT_OF_RANGE: Result<(), EditError> = Err(EditError::OutOfRange);

/// The text with a | at the cursor.
#[track_caller]
fn shown(buffer: &GapBuffer) -> String {
    let cursor = buffer.cursor();
    let (before, behind) = (buffer.read(0..cursor).unwrap(), buffer.read(cursor..buffer.length()).unwrap());
    format!("{before}|{behind}")
}

/// A buffer with a text, inserted in one step, and the cursor at the |.
fn with_text(text: &str) -> GapBuffer {
    let mut buffer = GapBuffer::new(3);
    let (before, behind) = text.split_once('|').unwrap();
    buffer.insert(&[before, behind].concat());
    buffer.move_to(before.chars().count()).unwrap();
    assert_eq!(shown(&buffer), text);
    buffer
}

#[track_caller]
fn check_undo(buffer: &mut GapBuffer, text: &str) {
    assert_eq!(buffer.undo(), Ok(true));
    assert_eq!(shown(buffer), text);
}

#[track_caller]
fn check_redo(buffer: &mut GapBuffer, text: &str) {
    assert_eq!(buffer.redo(), Ok(true));
    assert_eq!(shown(buffer), text);
}

#[test]
fn edits_at_the_cursor__R1() {
    let mut buffer = GapBuffer::new(10);
    assert_eq!(shown(&buffer), "|");
    buffer.insert("world");
    assert_eq!(shown(&buffer), "world|");
    buffer.move_to(0).unwrap();
    buffer.insert("hello ");
    assert_eq!(shown(&buffer), "hello |world");
    buffer.move_to(11).unwrap();
    buffer.insert("!");
    assert_eq!(shown(&buffer), "hello world!|");
    assert_eq!(buffer.length(), 12);
    buffer.move_to(5).unwrap();
    assert_eq!(buffer.cursor(), 5);
    buffer.delete_before(4).unwrap();
    assert_eq!(shown(&buffer), "h| world!");
    buffer.delete_after(2).unwrap();
    assert_eq!(shown(&buffer), "h|orld!");
    buffer.delete_after(5).unwrap();
    buffer.delete_before(1).unwrap();
    assert_eq!(shown(&buffer), "|");
    assert_eq!(buffer.length(), 0);
    buffer.insert("new");
    assert_eq!(shown(&buffer), "new|");
}

#[test]
fn every_position__R1() {
    for at in 0..=6 {
        for from in 0..=6 {
            let mut buffer = with_text("|abcdef");
            buffer.move_to(from).unwrap();
            buffer.move_to(at).unwrap();
            buffer.insert("123456789");
            let (before, behind) = "abcdef".split_at(at);
            assert_eq!(shown(&buffer), format!("{before}123456789|{behind}"));
        }
    }
}

#[test]
fn long_text__R1() {
    let mut buffer = GapBuffer::new(30_000);
    for _ in 0..100_000 {
        buffer.insert("ab");
        buffer.insert("c");
        buffer.move_to(buffer.cursor() - 1).unwrap();
        buffer.delete_before(1).unwrap();
    }
    assert_eq!((buffer.length(), buffer.cursor()), (200_000, 100_000));
    assert_eq!(buffer.read(99_997..100_003).unwrap(), "aaaccc");
}

#[test]
fn code_points_of_every_size__R2() {
    let text = "\0\x7F\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{1F600}\u{10FFFF}";
    let mut buffer = GapBuffer::new(3);
    buffer.insert(text);
    assert_eq!(buffer.length(), 11);
    buffer.move_to(3).unwrap();
    for (i, point) in text.chars().enumerate() {
        assert_eq!(buffer.read(i..i + 1).unwrap(), point.to_string());
    }
    buffer.delete_after(5).unwrap();
    buffer.delete_before(1).unwrap();
    assert_eq!(shown(&buffer), "\0\x7F|\u{10000}\u{1F600}\u{10FFFF}");
    check_undo(&mut buffer, "\0\x7F\u{80}|\u{10000}\u{1F600}\u{10FFFF}");
    check_undo(&mut buffer, "\0\x7F\u{80}|\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{1F600}\u{10FFFF}");
    check_undo(&mut buffer, "|");
}

#[test]
fn combining_marks__R2() {
    let mut buffer = GapBuffer::new(0);
    buffer.insert("e\u{301}");
    assert_eq!(buffer.length(), 2);
    buffer.delete_before(1).unwrap();
    assert_eq!(shown(&buffer), "e|");
}

#[test]
fn reading_anywhere__R3() {
    for cursor in 0..=6 {
        let mut buffer = with_text("abc|def");
        buffer.move_to(cursor).unwrap();
        for start in 0..=6 {
            for end in start..=6 {
                assert_eq!(buffer.read(start..end).unwrap(), "abcdef"[start..end]);
                assert_eq!(buffer.cursor(), cursor);
            }
        }
        assert_eq!(buffer.read(0..6).unwrap(), "abcdef");
    }
}

#[test]
#[allow(clippy::reversed_empty_ranges)]
fn out_of_range__R4() {
    let mut buffer = with_text("abé|d");
    for position in [5, 100, usize::MAX] {
        assert_eq!(buffer.move_to(position), OUT_OF_RANGE);
    }
    for range in [2..5, 3..2, 5..5, 0..usize::MAX, usize::MAX..usize::MAX] {
        assert_eq!(buffer.read(range), Err(EditError::OutOfRange));
    }
    assert_eq!(buffer.delete_before(4), OUT_OF_RANGE);
    assert_eq!(buffer.delete_after(2), OUT_OF_RANGE);
    assert_eq!(buffer.delete_after(usize::MAX), OUT_OF_RANGE);
    assert_eq!(shown(&buffer), "abé|d");
    check_undo(&mut buffer, "|");
    assert_eq!(buffer.undo(), Ok(false));
}

#[test]
fn errors_have_messages__R4_R6() {
    let errors = [EditError::OutOfRange, EditError::NoGroup, EditError::OpenGroup];
    assert!(errors.iter().all(|error| !error.to_string().is_empty()));
}

#[test]
fn undo_and_redo__R5() {
    let mut buffer = GapBuffer::new(100);
    assert_eq!((buffer.undo(), buffer.redo()), (Ok(false), Ok(false)));
    buffer.insert("abcdef");
    buffer.move_to(2).unwrap();
    buffer.insert("12");
    buffer.move_to(6).unwrap();
    buffer.delete_before(4).unwrap();
    buffer.delete_after(1).unwrap();
    assert_eq!(shown(&buffer), "ab|f");
    for _ in 0..2 {
        for text in ["ab|ef", "ab12cd|ef", "ab|cdef", "|"] {
            buffer.move_to(buffer.length() / 2).unwrap();
            check_undo(&mut buffer, text);
        }
        assert_eq!(buffer.undo(), Ok(false));
        assert_eq!(shown(&buffer), "|");
        for text in ["abcdef|", "ab12|cdef", "ab|ef", "ab|f"] {
            buffer.move_to(buffer.length() / 3).unwrap();
            check_redo(&mut buffer, text);
        }
        buffer.move_to(3).unwrap();
        assert_eq!(buffer.redo(), Ok(false));
        assert_eq!(shown(&buffer), "abf|");
    }
}

#[test]
fn groups__R6() {
    let mut buffer = with_text("abcdef|");
    buffer.begin_group();
    buffer.move_to(3).unwrap();
    buffer.insert("X");
    assert_eq!(buffer.delete_after(4), OUT_OF_RANGE);
    buffer.begin_group();
    buffer.move_to(7).unwrap();
    buffer.delete_before(2).unwrap();
    buffer.end_group().unwrap();
    buffer.move_to(0).unwrap();
    buffer.delete_after(1).unwrap();
    buffer.move_to(2).unwrap();
    buffer.end_group().unwrap();
    buffer.insert("Y");
    assert_eq!(shown(&buffer), "bcY|Xd");
    check_undo(&mut buffer, "bc|Xd");
    check_undo(&mut buffer, "abc|def");
    check_redo(&mut buffer, "|bcXd");
    check_redo(&mut buffer, "bcY|Xd");
}

#[test]
fn empty_groups_are_no_steps__R6() {
    let mut buffer = with_text("ab|c");
    buffer.insert("d");
    for _ in 0..5 {
        buffer.begin_group();
        buffer.move_to(1).unwrap();
        buffer.insert("");
        buffer.end_group().unwrap();
    }
    check_undo(&mut buffer, "ab|c");
}

#[test]
fn wrong_state__R6() {
    let mut buffer = with_text("ab|c");
    assert_eq!(buffer.end_group(), Err(EditError::NoGroup));
    buffer.insert("d");
    check_undo(&mut buffer, "ab|c");
    buffer.begin_group();
    buffer.begin_group();
    for _ in 0..2 {
        assert_eq!(buffer.undo(), Err(EditError::OpenGroup));
        assert_eq!(buffer.redo(), Err(EditError::OpenGroup));
        assert_eq!(shown(&buffer), "ab|c");
        assert_eq!(buffer.end_group(), Ok(()));
    }
    assert_eq!(buffer.end_group(), Err(EditError::NoGroup));
    check_redo(&mut buffer, "abd|c");
}

#[test]
fn edit_ends_redo__R7() {
    let edits: [(fn(&mut GapBuffer), &str); 3] = [
        (|buffer| buffer.insert("x"), "abx|c"),
        (|buffer| buffer.delete_before(1).unwrap(), "a|c"),
        (|buffer| buffer.delete_after(1).unwrap(), "ab|"),
    ];
    for (edit, text) in edits {
        let mut buffer = with_text("ab|c");
        buffer.insert("d");
        buffer.insert("e");
        check_undo(&mut buffer, "abd|c");
        check_undo(&mut buffer, "ab|c");
        edit(&mut buffer);
        assert_eq!(buffer.redo(), Ok(false));
        assert_eq!(shown(&buffer), text);
        check_undo(&mut buffer, "ab|c");
    }
}

#[test]
fn other_operations_keep_redo__R7() {
    let mut buffer = with_text("ab|c");
    buffer.insert("d");
    check_undo(&mut buffer, "ab|c");
    buffer.move_to(0).unwrap();
    buffer.insert("");
    buffer.delete_before(0).unwrap();
    buffer.delete_after(0).unwrap();
    assert_eq!(buffer.read(0..3).unwrap(), "abc");
    buffer.begin_group();
    buffer.end_group().unwrap();
    assert_eq!(buffer.delete_before(1), OUT_OF_RANGE);
    assert_eq!(buffer.delete_after(4), OUT_OF_RANGE);
    assert_eq!(buffer.end_group(), Err(EditError::NoGroup));
    check_redo(&mut buffer, "abd|c");
    check_undo(&mut buffer, "ab|c");
    check_undo(&mut buffer, "|");
    assert_eq!(buffer.undo(), Ok(false));
}

#[test]
fn oldest_steps_are_forgotten__R8() {
    let mut buffer = GapBuffer::new(3);
    buffer.insert("a");
    buffer.begin_group();
    (0..5).for_each(|_| buffer.insert("b"));
    buffer.end_group().unwrap();
    buffer.insert("c");
    buffer.insert("d");
    check_undo(&mut buffer, "abbbbbc|");
    check_undo(&mut buffer, "abbbbb|");
    check_undo(&mut buffer, "a|");
    assert_eq!(buffer.undo(), Ok(false));
    check_redo(&mut buffer, "abbbbb|");
    check_redo(&mut buffer, "abbbbbc|");
    buffer.insert("x");
    buffer.insert("y");
    check_undo(&mut buffer, "abbbbbcx|");
    check_undo(&mut buffer, "abbbbbc|");
    check_undo(&mut buffer, "abbbbb|");
    assert_eq!(buffer.undo(), Ok(false));
}

#[test]
fn no_steps_at_all__R8() {
    let mut buffer = GapBuffer::new(0);
    buffer.insert("abc");
    buffer.begin_group();
    buffer.delete_before(1).unwrap();
    buffer.insert("d");
    buffer.end_group().unwrap();
    assert_eq!((buffer.undo(), buffer.redo()), (Ok(false), Ok(false)));
    assert_eq!(shown(&buffer), "abd|");
}
