/** Snapshots of directory trees: taking, comparing and storing them (POSIX). */

import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readdir, readlink } from "node:fs/promises";

/**
 * @typedef {{ path: string, kind: "file" | "symlink", size: number, digest: string }} Entry
 *   a regular file or a symbolic link; size and digest are those of its bytes or of its target text
 * @typedef {{ path: string, kind: "vanished" | "unreadable" | "special" | "bad-name" }} Problem
 *   an item that could not be recorded
 * @typedef {{ entries: Entry[], problems: Problem[] }} Snapshot
 * @typedef {{ created: string[], modified: string[], deleted: string[],
 *   moved: { from: string, to: string }[], unknown: string[] }} Changes
 */

const VERSION = 1;
const ENTRY_KINDS = ["file", "symlink"];
const PROBLEM_KINDS = ["vanished", "unreadable", "special", "bad-name"];
const DIGEST = /^[0-9a-f]{64}$/;
const INVALID_SEGMENTS = ["", ".", ".."];

// Since it was examined, a file may have been replaced with a link, or with a pipe that nobody writes to.
const GUARDED_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** An ignore pattern is empty or has an empty segment. */
export class InvalidPatternError extends Error {
  name = "InvalidPatternError";
}

/** A text is not a snapshot in JSON. */
export class SnapshotFormatError extends Error {
  name = "SnapshotFormatError";
}

/**
 * Take a snapshot of the tree below `root`.
 *
 * @param {string} root
 * @param {object} [options]
 * @param {string[]} [options.ignore] patterns of paths to leave out
 * @param {(path: string) => void | Promise<void>} [options.beforeRead] called with the path of each regular file and
 *   each directory, and awaited, immediately before it is opened or listed
 * @returns {Promise<Snapshot>}
 * @throws {InvalidPatternError} a pattern is invalid
 * @throws {Error} with code "ENOENT" if `root` does not exist, with code "ENOTDIR" if it is not a directory
 */
export async function scan(root, { ignore = [], beforeRead = () => {} } = {}) {
  return new Scan(root, ignore.map(parsePattern), beforeRead).run();
}

/**
 * What has changed from one snapshot to another.
 *
 * @param {Snapshot} oldSnapshot
 * @param {Snapshot} newSnapshot
 * @returns {Changes}
 */
export function compare(oldSnapshot, newSnapshot) {
  const before = entriesByPath(oldSnapshot);
  const after = entriesByPath(newSnapshot);
  const gone = onlyIn(before, after, newSnapshot.problems);
  const added = onlyIn(after, before, oldSnapshot.problems);
  const moved = pairMoves(gone.certain, added.certain);
  const sources = new Set(moved.map(({ from }) => from));
  const targets = new Set(moved.map(({ to }) => to));
  return {
    created: pathsOf(added.certain).filter((path) => !targets.has(path)),
    modified: findModified(before, after),
    deleted: pathsOf(gone.certain).filter((path) => !sources.has(path)),
    moved,
    unknown: pathsOf([...gone.uncertain, ...added.uncertain].sort(byPath)),
  };
}

/**
 * @param {Snapshot} snapshot the order of its lists does not matter
 * @returns {string} JSON
 */
export function toJson(snapshot) {
  const { entries, problems } = ordered(snapshot);
  return JSON.stringify({
    version: VERSION,
    entries: entries.map(({ path, kind, size, digest }) => ({ path, kind, size, digest })),
    problems: problems.map(({ path, kind }) => ({ path, kind })),
  });
}

/**
 * @param {string} text JSON as `toJson` writes it
 * @returns {Snapshot}
 * @throws {SnapshotFormatError} `text` is not such JSON
 */
export function fromJson(text) {
  const document = parseJson(text);
  if (readField(document, "version", isNumber) !== VERSION) throw new SnapshotFormatError("the version is not 1");
  const entries = readField(document, "entries", Array.isArray).map(readEntry);
  const problems = readField(document, "problems", Array.isArray).map(readProblem);
  if (new Set(pathsOf(entries)).size < entries.length) {
    throw new SnapshotFormatError("two entries have the same path");
  }
  return ordered({ entries, problems });
}

function ordered({ entries, problems }) {
  return { entries: entries.toSorted(byPath), problems: problems.toSorted(byPathAndKind) };
}

function byPath(left, right) {
  return compareText(left.path, right.path);
}

function byPathAndKind(left, right) {
  return byPath(left, right) || compareText(left.kind, right.kind);
}

/** Compare code point by code point; `<` compares UTF-16 code units, which puts U+1F600 before U+FF5E. */
function compareText(left, right) {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = left.codePointAt(index) - right.codePointAt(index);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function pathsOf(items) {
  return items.map(({ path }) => path);
}

// --- Scanning ---

/** One walk over a tree. Its paths are relative to the root and made of valid names only. */
class Scan {
  #root;
  #patterns;
  #beforeRead;
  #entries = [];
  #problems = [];
  #pending = []; // directories to list

  constructor(root, patterns, beforeRead) {
    this.#root = root;
    this.#patterns = patterns;
    this.#beforeRead = beforeRead;
  }

  async run() {
    await this.#visitChildren("", await listNames(this.#root));
    while (this.#pending.length > 0) await this.#visitDirectory(this.#pending.pop());
    return ordered({ entries: this.#entries, problems: this.#problems });
  }

  async #visitDirectory(path) {
    await this.#beforeRead(path);
    const names = await this.#attempt(path, listNames);
    if (names !== undefined) await this.#visitChildren(`${path}/`, names);
  }

  async #visitChildren(prefix, names) {
    for (const name of names) {
      if (isUtf8(name)) await this.#visit(prefix + name.toString());
      else this.#report(prefix + escapeInvalid(name), "bad-name");
    }
  }

  async #visit(path) {
    if (this.#ignores(path, false)) return;
    const stats = await this.#attempt(path, (location) => lstat(location));
    if (stats === undefined) return;
    if (stats.isDirectory()) {
      if (!this.#ignores(path, true)) this.#pending.push(path);
    } else if (stats.isFile()) {
      await this.#beforeRead(path);
      await this.#record(path, "file", measureFile);
    } else if (stats.isSymbolicLink()) {
      await this.#record(path, "symlink", measureLink);
    } else {
      this.#report(path, "special");
    }
  }

  #ignores(path, isDirectory) {
    return this.#patterns.some(
      ({ segments, directoriesOnly }) => directoriesOnly === isDirectory && matchesPath(segments, path),
    );
  }

  async #record(path, kind, measure) {
    const measured = await this.#attempt(path, measure);
    if (measured !== undefined) this.#entries.push({ path, kind, ...measured });
  }

  /** What the operation gives for the item; undefined, and a problem, if it fails. */
  async #attempt(path, operation) {
    try {
      return await operation(`${this.#root}/${path}`);
    } catch (error) {
      this.#report(path, error.code === "ENOENT" ? "vanished" : "unreadable");
      return undefined;
    }
  }

  #report(path, kind) {
    this.#problems.push({ path, kind });
  }
}

function listNames(directory) {
  return readdir(directory, { encoding: "buffer" });
}

async function measureFile(location) {
  const handle = await open(location, GUARDED_READ);
  try {
    if (!(await handle.stat()).isFile()) throw new Error(`not a regular file any more: ${location}`);
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      hash.update(chunk);
      size += chunk.length;
    }
    return { size, digest: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

async function measureLink(location) {
  const target = await readlink(location, { encoding: "buffer" });
  return { size: target.length, digest: createHash("sha256").update(target).digest("hex") };
}

/** The name with each byte that is not part of valid UTF-8 as `\x` and two hexadecimal digits. */
function escapeInvalid(name) {
  let shown = "";
  for (let start = 0; start < name.length; ) {
    const end = endOfCharacter(name, start);
    shown += end > start ? name.toString("utf8", start, end) : `\\x${name.toString("hex", start, start + 1)}`;
    start = Math.max(end, start + 1);
  }
  return shown;
}

/** Where the UTF-8 character that begins at `start` ends; `start` itself if none begins there. */
function endOfCharacter(bytes, start) {
  const ends = [1, 2, 3, 4].map((length) => start + length);
  return ends.find((end) => end <= bytes.length && isUtf8(bytes.subarray(start, end))) ?? start;
}

// --- Ignore patterns ---

/**
 * A pattern as segments that have to match a whole path, in which "**" is any number of segments, also none.
 *
 * @param {string} text
 */
function parsePattern(text) {
  const directoriesOnly = text.endsWith("/");
  const body = directoriesOnly ? text.slice(0, -1) : text;
  const segments = (body.startsWith("/") ? body.slice(1) : body).split("/");
  if (segments.includes("")) {
    throw new InvalidPatternError(`pattern ${JSON.stringify(text)} is empty or has an empty segment`);
  }
  if (!body.includes("/")) segments.unshift("**");
  if (segments.at(-1) === "**") segments.push("*"); // at the end, "**" stands for at least one segment
  return { segments, directoriesOnly };
}

function matchesPath(segments, path) {
  return fits(segments, path.split("/"), "**", matchesSegment);
}

function matchesSegment(segment, name) {
  return fits([...segment], [...name], "*", (wanted, character) => wanted === "?" || wanted === character);
}

/**
 * Whether the items fit the pattern, in which `wildcard` stands for any number of items.
 *
 * If the shortest run for a wildcard does not lead to a match, only the last wildcard passed has to take more: the ones
 * before it have left it the most to choose from. This bounds the time by the product of the two lengths.
 */
function fits(pattern, items, wildcard, fitsOne) {
  let position = 0;
  let index = 0;
  let retry; // behind the last wildcard: position, and index of the first item that is not its own
  while (index < items.length) {
    if (position < pattern.length && pattern[position] === wildcard) {
      position += 1;
      retry = { position, index };
    } else if (position < pattern.length && fitsOne(pattern[position], items[index])) {
      position += 1;
      index += 1;
    } else if (retry !== undefined) {
      retry.index += 1;
      ({ position, index } = retry);
    } else {
      return false;
    }
  }
  return pattern.slice(position).every((rest) => rest === wildcard);
}

// --- Comparing ---

function entriesByPath({ entries }) {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

/** The entries that are certainly not on the other side and those where that is unknown, both sorted. */
function onlyIn(entries, others, otherProblems) {
  const unreadable = new Set(pathsOf(otherProblems.filter(({ kind }) => kind === "unreadable")));
  const found = { certain: [], uncertain: [] };
  for (const entry of [...entries.values()].sort(byPath)) {
    if (others.has(entry.path)) continue;
    const list = pathAndParents(entry.path).some((path) => unreadable.has(path)) ? found.uncertain : found.certain;
    list.push(entry);
  }
  return found;
}

function pathAndParents(path) {
  const segments = path.split("/");
  return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}

function findModified(before, after) {
  const changed = [...before.values()].filter((entry) => {
    const now = after.get(entry.path);
    return now !== undefined && (now.kind !== entry.kind || contentKey(now) !== contentKey(entry));
  });
  return pathsOf(changed.sort(byPath));
}

/** Pair files of equal content, each time the first ones left; both arguments are sorted by path. */
function pairMoves(deleted, created) {
  // In reverse order, as taking the last item of a long array is cheap and taking the first is not.
  const waiting = Map.groupBy(created.filter(canMove).reverse(), contentKey);
  return deleted.filter(canMove).flatMap((entry) => {
    const target = waiting.get(contentKey(entry))?.pop();
    return target === undefined ? [] : [{ from: entry.path, to: target.path }];
  });
}

function canMove({ kind, size }) {
  return kind === "file" && size > 0;
}

function contentKey({ size, digest }) {
  return `${size} ${digest}`;
}

// --- Reading JSON ---

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SnapshotFormatError(`not JSON: ${cause.message}`, { cause });
  }
}

function readEntry(record) {
  return {
    path: readField(record, "path", isValidPath),
    kind: readField(record, "kind", (value) => ENTRY_KINDS.includes(value)),
    size: readField(record, "size", (value) => Number.isSafeInteger(value) && value >= 0),
    digest: readField(record, "digest", (value) => isString(value) && DIGEST.test(value)),
  };
}

function readProblem(record) {
  return {
    path: readField(record, "path", isValidPath),
    kind: readField(record, "kind", (value) => PROBLEM_KINDS.includes(value)),
  };
}

function readField(record, key, isValid) {
  const value = record?.[key];
  if (!isValid(value)) throw new SnapshotFormatError(`${key} is missing or not valid`);
  return value;
}

function isValidPath(value) {
  if (!isString(value) || value.includes("\0")) return false;
  return !value.split("/").some((segment) => INVALID_SEGMENTS.includes(segment));
}

function isString(value) {
  return typeof value === "string";
}

function isNumber(value) {
  return typeof value === "number";
}
