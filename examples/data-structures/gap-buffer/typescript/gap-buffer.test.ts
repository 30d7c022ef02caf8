import assert from "node:assert/strict";
import { test } from "node:test";

import { GapBuffer, InvalidTextError, WrongStateError } from "./gap-buffer.ts";

/** The text with a | at the cursor. */
function shown(buffer: GapBuffer): string {
  return `${buffer.read(0, buffer.cursor)}|${buffer.read(buffer.cursor, buffer.length)}`;
}

/** A buffer with a text, inserted in one step, and the cursor at the |. */
function withText(text: string): GapBuffer {
  const buffer = new GapBuffer(3);
  const [before, behind] = text.split("|");
  buffer.insert(before + behind);
  buffer.moveTo([...before].length);
  assert.equal(shown(buffer), text);
  return buffer;
}

function expectUndo(buffer: GapBuffer, ...texts: readonly string[]): void {
  for (const text of texts) {
    assert.equal(buffer.undo(), true);
    assert.equal(shown(buffer), text);
  }
}

function expectRedo(buffer: GapBuffer, ...texts: readonly string[]): void {
  for (const text of texts) {
    assert.equal(buffer.redo(), true);
    assert.equal(shown(buffer), text);
  }
}

test("R1: edits at the cursor", () => {
  const buffer = new GapBuffer(10);
  assert.equal(shown(buffer), "|");
  buffer.insert("world");
  assert.equal(shown(buffer), "world|");
  buffer.moveTo(0);
  buffer.insert("hello ");
  assert.equal(shown(buffer), "hello |world");
  buffer.moveTo(11);
  buffer.insert("!");
  assert.equal(shown(buffer), "hello world!|");
  assert.equal(buffer.length, 12);
  buffer.moveTo(5);
  assert.equal(buffer.cursor, 5);
  buffer.deleteBefore(4);
  assert.equal(shown(buffer), "h| world!");
  buffer.deleteAfter(2);
  assert.equal(shown(buffer), "h|orld!");
  buffer.deleteAfter(5);
  buffer.deleteBefore(1);
  assert.equal(shown(buffer), "|");
  assert.equal(buffer.length, 0);
  buffer.insert("new");
  assert.equal(shown(buffer), "new|");
});

test("R1: every position", () => {
  const text = "abcdef";
  const more = "0123456789".repeat(4);
  for (let at = 0; at <= text.length; at += 1) {
    for (let from = 0; from <= text.length; from += 1) {
      const buffer = withText(`|${text}`);
      buffer.moveTo(from);
      buffer.moveTo(at);
      buffer.insert(more);
      assert.equal(shown(buffer), `${text.slice(0, at)}${more}|${text.slice(at)}`);
    }
  }
});

test("R1: long text", () => {
  const buffer = new GapBuffer(10_000);
  for (let i = 0; i < 100_000; i += 1) {
    buffer.insert("ab");
    buffer.insert("c");
    buffer.moveTo(buffer.cursor - 1);
    buffer.deleteBefore(1);
  }
  assert.equal(buffer.length, 200_000);
  assert.equal(buffer.cursor, 100_000);
  assert.equal(buffer.read(99_997, 100_003), "aaaccc");
  assert.equal(buffer.read(0, 200_000), "a".repeat(100_000) + "c".repeat(100_000));
});

test("R2: code points of every size", () => {
  const points = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600, 0x10ffff];
  const buffer = new GapBuffer(3);
  buffer.insert(String.fromCodePoint(...points));
  assert.equal(buffer.length, points.length);
  buffer.moveTo(3);
  for (const [i, point] of points.entries()) assert.equal(buffer.read(i, i + 1), String.fromCodePoint(point));
  buffer.deleteAfter(5);
  buffer.deleteBefore(1);
  assert.equal(shown(buffer), "\0\x7f|\u{10000}\u{1f600}\u{10ffff}");
  const rest = String.fromCodePoint(...points.slice(3));
  expectUndo(buffer, "\0\x7f\x80|\u{10000}\u{1f600}\u{10ffff}", `\0\x7f\x80|${rest}`, "|");
});

test("R2: combining marks", () => {
  const buffer = new GapBuffer(0);
  buffer.insert("e\u0301");
  assert.equal(buffer.length, 2);
  buffer.deleteBefore(1);
  assert.equal(shown(buffer), "e|");
});

test("R3: reading anywhere", () => {
  const text = "abcdef";
  for (let cursor = 0; cursor <= text.length; cursor += 1) {
    const buffer = withText("abc|def");
    buffer.moveTo(cursor);
    for (let start = 0; start <= text.length; start += 1) {
      for (let end = start; end <= text.length; end += 1) {
        assert.equal(buffer.read(start, end), text.slice(start, end));
        assert.equal(buffer.cursor, cursor);
      }
    }
    assert.equal(buffer.read(0, 6), text);
  }
});

test("R4: out of range", () => {
  const buffer = withText("ab😀|d");
  const { NaN: none, POSITIVE_INFINITY: infinite } = Number;
  for (const position of [5, -1, 0.5, none, infinite]) assert.throws(() => buffer.moveTo(position), RangeError);
  for (const [start, end] of [[2, 5], [3, 2], [5, 5], [-1, 2], [0, 1.5], [0.5, 2], [none, 2], [0, none]]) {
    assert.throws(() => buffer.read(start, end), RangeError);
  }
  for (const count of [4, -1, 0.5, none, infinite]) assert.throws(() => buffer.deleteBefore(count), RangeError);
  for (const count of [2, -1, 0.5, none, infinite]) assert.throws(() => buffer.deleteAfter(count), RangeError);
  assert.equal(shown(buffer), "ab😀|d");
  expectUndo(buffer, "|");
  assert.equal(buffer.undo(), false);
});

test("R4: invalid text", () => {
  const buffer = withText("ab|c");
  for (const text of ["\ud800", "\udc00", "a\udbff", "\udfffb", "\ude00\ud83d", "😀\ud83d"]) {
    assert.throws(() => buffer.insert(text), InvalidTextError);
    assert.equal(shown(buffer), "ab|c");
  }
  expectUndo(buffer, "|");
  assert.equal(buffer.undo(), false);
});

test("R5: undo and redo", () => {
  const buffer = new GapBuffer(100);
  assert.equal(buffer.undo(), false);
  assert.equal(buffer.redo(), false);
  buffer.insert("abcdef");
  buffer.moveTo(2);
  buffer.insert("12");
  buffer.moveTo(6);
  buffer.deleteBefore(4);
  buffer.deleteAfter(1);
  assert.equal(shown(buffer), "ab|f");
  for (let times = 0; times < 2; times += 1) {
    for (const text of ["ab|ef", "ab12cd|ef", "ab|cdef", "|"]) {
      buffer.moveTo(buffer.length >> 1);
      expectUndo(buffer, text);
    }
    assert.equal(buffer.undo(), false);
    assert.equal(shown(buffer), "|");
    for (const text of ["abcdef|", "ab12|cdef", "ab|ef", "ab|f"]) {
      buffer.moveTo(buffer.length >> 2);
      expectRedo(buffer, text);
    }
    buffer.moveTo(3);
    assert.equal(buffer.redo(), false);
    assert.equal(shown(buffer), "abf|");
  }
});

test("R6: groups", () => {
  const buffer = withText("abcdef|");
  buffer.beginGroup();
  buffer.moveTo(3);
  buffer.insert("X");
  assert.throws(() => buffer.deleteAfter(4), RangeError);
  buffer.beginGroup();
  buffer.moveTo(7);
  buffer.deleteBefore(2);
  buffer.endGroup();
  buffer.moveTo(0);
  buffer.deleteAfter(1);
  buffer.moveTo(2);
  buffer.endGroup();
  buffer.insert("Y");
  assert.equal(shown(buffer), "bcY|Xd");
  expectUndo(buffer, "bc|Xd", "abc|def");
  expectRedo(buffer, "|bcXd", "bcY|Xd");
});

test("R6: empty groups are no steps", () => {
  const buffer = withText("ab|c");
  buffer.insert("d");
  for (let times = 0; times < 5; times += 1) {
    buffer.beginGroup();
    buffer.moveTo(1);
    buffer.insert("");
    buffer.endGroup();
  }
  expectUndo(buffer, "ab|c");
});

test("R6: wrong state", () => {
  const buffer = withText("ab|c");
  assert.throws(() => buffer.endGroup(), WrongStateError);
  buffer.insert("d");
  expectUndo(buffer, "ab|c");
  buffer.beginGroup();
  buffer.beginGroup();
  for (let depth = 2; depth > 0; depth -= 1) {
    assert.throws(() => buffer.undo(), WrongStateError);
    assert.throws(() => buffer.redo(), WrongStateError);
    assert.equal(shown(buffer), "ab|c");
    buffer.endGroup();
  }
  assert.throws(() => buffer.endGroup(), WrongStateError);
  expectRedo(buffer, "abd|c");
});

test("R7: an edit ends redo", () => {
  const edits: readonly (readonly [edit: (buffer: GapBuffer) => void, text: string])[] = [
    [(buffer) => buffer.insert("x"), "abx|c"],
    [(buffer) => buffer.deleteBefore(1), "a|c"],
    [(buffer) => buffer.deleteAfter(1), "ab|"],
  ];
  for (const [edit, text] of edits) {
    const buffer = withText("ab|c");
    buffer.insert("d");
    buffer.insert("e");
    expectUndo(buffer, "abd|c", "ab|c");
    edit(buffer);
    assert.equal(buffer.redo(), false);
    assert.equal(shown(buffer), text);
    expectUndo(buffer, "ab|c");
  }
});

test("R7: other operations keep redo", () => {
  const buffer = withText("ab|c");
  buffer.insert("d");
  expectUndo(buffer, "ab|c");
  buffer.moveTo(0);
  buffer.insert("");
  buffer.deleteBefore(0);
  buffer.deleteAfter(0);
  assert.equal(buffer.read(0, 3), "abc");
  buffer.beginGroup();
  buffer.endGroup();
  assert.throws(() => buffer.deleteBefore(1), RangeError);
  assert.throws(() => buffer.deleteAfter(4), RangeError);
  assert.throws(() => buffer.insert("\ud800"), InvalidTextError);
  assert.throws(() => buffer.endGroup(), WrongStateError);
  expectRedo(buffer, "abd|c");
  expectUndo(buffer, "ab|c", "|");
  assert.equal(buffer.undo(), false);
});

test("R8: the oldest steps are forgotten", () => {
  const buffer = new GapBuffer(3);
  buffer.insert("a");
  buffer.beginGroup();
  for (let i = 0; i < 5; i += 1) buffer.insert("b");
  buffer.endGroup();
  buffer.insert("c");
  buffer.insert("d");
  expectUndo(buffer, "abbbbbc|", "abbbbb|", "a|");
  assert.equal(buffer.undo(), false);
  expectRedo(buffer, "abbbbb|", "abbbbbc|");
  buffer.insert("x");
  buffer.insert("y");
  expectUndo(buffer, "abbbbbcx|", "abbbbbc|", "abbbbb|");
  assert.equal(buffer.undo(), false);
});

test("R8: no steps at all", () => {
  const buffer = new GapBuffer(0);
  buffer.insert("abc");
  buffer.beginGroup();
  buffer.deleteBefore(1);
  buffer.insert("d");
  buffer.endGroup();
  assert.equal(buffer.undo(), false);
  assert.equal(buffer.redo(), false);
  assert.equal(shown(buffer), "abd|");
});
