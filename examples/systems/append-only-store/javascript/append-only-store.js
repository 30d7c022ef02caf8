/** A durable key-value store kept in one append-only log file, for POSIX systems. */

import { open, rename as renameFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";

const MAGIC = Buffer.from("AOSTORE1");
const LENGTH_SIZE = 4;
const HEADER_SIZE = 12; // payload length, CRC-32 of those four bytes, CRC-32 of the payload
const KEY_START = 3; // in the payload, after the record type and the key length
const PUT = 1;
const DELETE = 2;

const MAX_KEY_SIZE = 1024;
const MAX_VALUE_SIZE = 1024 * 1024;
const MIN_PAYLOAD_SIZE = KEY_START + 1;
const MAX_PAYLOAD_SIZE = KEY_START + MAX_KEY_SIZE + MAX_VALUE_SIZE;

const CHUNK_SIZE = 64 * 1024;
const NO_BYTES = new Uint8Array(0);

// Without `ignoreBOM` a byte order mark at the start of a key would be lost.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A key, value or option is outside its limits. */
export class InvalidArgumentError extends Error {
  name = "InvalidArgumentError";
}

/** The file is not a log of this store. */
export class StoreFormatError extends Error {
  name = "StoreFormatError";
}

/** A record of the log is damaged in a way that a crash in the middle of a write cannot explain. */
export class StoreCorruptError extends Error {
  name = "StoreCorruptError";

  /** @param {number} offset position of the first byte of the bad record in the file */
  constructor(offset) {
    super(`bad record at offset ${offset}`);
    this.offset = offset;
  }
}

/** The lock file exists: another store is open on the same path, or a crash left it behind. */
export class StoreLockedError extends Error {
  name = "StoreLockedError";
}

/** The put would make the log longer than its limit. */
export class StoreFullError extends Error {
  name = "StoreFullError";
}

/** The store has been closed. */
export class StoreClosedError extends Error {
  name = "StoreClosedError";
}

/**
 * A map from strings to bytes in which every change is a flushed record at the end of a log file.
 * Operations take effect in the order in which they were called.
 */
export class AppendOnlyStore {
  #path;
  #options;
  #file;
  #contents;
  #length;
  #discardedBytes;
  #tailIsDirty = false;
  #closed = false;
  #lastOperation = Promise.resolve();

  /**
   * Locks the log at `path`, creating it if there is none, and replays its records.
   * Rejects with InvalidArgumentError, StoreLockedError, StoreFormatError, StoreCorruptError or a system error.
   *
   * @param {string} path
   * @param {object} [options]
   * @param {number} [options.maxLogBytes] size that no put may make the log exceed; undefined: no limit
   * @param {boolean} [options.breakLock] take over the lock that a crash left behind
   * @param {(file: import("node:fs/promises").FileHandle) => Promise<void>} [options.sync] flushes a file
   * @param {(source: string, target: string) => Promise<void>} [options.rename] replaces the log by its compacted form
   * @returns {Promise<AppendOnlyStore>}
   */
  static async open(path, { maxLogBytes, breakLock = false, sync = flush, rename = renameFile } = {}) {
    if (maxLogBytes !== undefined && !(Number.isSafeInteger(maxLogBytes) && maxLogBytes > 0)) {
      throw new InvalidArgumentError(`maxLogBytes must be a positive integer, not ${maxLogBytes}`);
    }
    const lockFile = await createLockFile(lockPath(path), breakLock);
    try {
      await lockFile.writeFile(`${process.pid}\n`).finally(() => lockFile.close());
      const log = await openLog(path, sync);
      return new AppendOnlyStore(path, { maxLogBytes, sync, rename }, log);
    } catch (error) {
      await rm(lockPath(path), { force: true });
      throw error;
    }
  }

  /** Takes over a recovered log; only `open` calls this. */
  constructor(path, options, { file, contents, length, discardedBytes }) {
    this.#path = path;
    this.#options = options;
    this.#file = file;
    this.#contents = contents;
    this.#length = length;
    this.#discardedBytes = discardedBytes;
  }

  /** The number of bytes that `open` cut off the log because a crash had left them incomplete. */
  get discardedBytes() {
    return this.#discardedBytes;
  }

  /**
   * Resolves to a copy of the value of `key`, or to undefined if there is none.
   *
   * @param {string} key
   * @returns {Promise<Uint8Array | undefined>}
   */
  async get(key) {
    return this.#whenOpen(() => {
      encodeKey(key);
      const value = this.#contents.get(key);
      return value && new Uint8Array(value);
    });
  }

  /**
   * Stores a copy of `value` under `key`; it is on the disk when the promise resolves.
   * Rejects with InvalidArgumentError for a key or value outside the limits and with StoreFullError if the log has no
   * room for it.
   *
   * @param {string} key
   * @param {Uint8Array} value
   * @returns {Promise<void>}
   */
  async put(key, value) {
    // The caller may change the array while earlier operations are still running, so it is copied before they end.
    const copy = value instanceof Uint8Array ? new Uint8Array(value) : undefined;
    return this.#whenOpen(async () => {
      const record = encodeRecord(PUT, encodeKey(key), checkValue(copy));
      this.#requireRoom(record.length);
      await this.#append(record);
      this.#contents.set(key, copy);
    });
  }

  /**
   * Removes `key` and resolves to true, or to false if there is no such key.
   *
   * @param {string} key
   * @returns {Promise<boolean>}
   */
  async delete(key) {
    return this.#whenOpen(async () => {
      const record = encodeRecord(DELETE, encodeKey(key), NO_BYTES);
      if (!this.#contents.has(key)) {
        return false;
      }
      await this.#append(record);
      return this.#contents.delete(key);
    });
  }

  /**
   * Resolves to all keys in ascending order of their UTF-8 bytes.
   *
   * @returns {Promise<string[]>}
   */
  async keys() {
    return this.#whenOpen(() => this.#sortedKeys());
  }

  /**
   * Replaces the log by one that has exactly one put record for each key.
   *
   * @returns {Promise<void>}
   */
  async compact() {
    return this.#whenOpen(async () => {
      const previous = this.#file;
      const { file, length } = await this.#replaceLog();
      this.#file = file;
      this.#length = length;
      this.#tailIsDirty = false;
      await previous.close();
      await syncDirectoryOf(this.#path);
    });
  }

  /**
   * Closes the log and removes the lock file; closing again does nothing.
   *
   * @returns {Promise<void>}
   */
  async close() {
    return this.#enqueue(async () => {
      if (this.#closed) {
        return;
      }
      this.#closed = true;
      try {
        await this.#file.close();
      } finally {
        await rm(lockPath(this.#path), { force: true });
      }
    });
  }

  #whenOpen(operation) {
    return this.#enqueue(() => {
      if (this.#closed) {
        throw new StoreClosedError("the store is closed");
      }
      return operation();
    });
  }

  /** Runs `operation` after all operations that were called before. */
  #enqueue(operation) {
    const result = this.#lastOperation.then(operation);
    this.#lastOperation = result.catch(() => {}); // its caller hears of the error, the next operation must not
    return result;
  }

  #requireRoom(size) {
    const { maxLogBytes } = this.#options;
    if (maxLogBytes !== undefined && this.#length + size > maxLogBytes) {
      throw new StoreFullError(`the log may not be longer than ${maxLogBytes} bytes`);
    }
  }

  #sortedKeys() {
    // Strings themselves compare by UTF-16 code units, which puts U+10000 and above before U+E000.
    const encoded = Array.from(this.#contents.keys(), (key) => Buffer.from(key));
    return encoded.sort(Buffer.compare).map((key) => key.toString());
  }

  /** Writes and flushes `record`, or leaves the log as it was. */
  async #append(record) {
    if (this.#tailIsDirty) {
      await this.#cutTail();
    }
    this.#tailIsDirty = true;
    try {
      await this.#file.appendFile(record);
      await this.#options.sync(this.#file);
    } catch (error) {
      await this.#cutTail().catch(() => {}); // the caller gets the first error; the next append tries to cut again
      throw error;
    }
    this.#tailIsDirty = false;
    this.#length += record.length;
  }

  async #cutTail() {
    await this.#file.truncate(this.#length);
    this.#tailIsDirty = false;
  }

  /** Puts a compacted log in the place of the present one and resolves to its open file and its length. */
  async #replaceLog() {
    const source = compactPath(this.#path);
    await rm(source, { force: true });
    const file = await open(source, "ax+");
    try {
      await file.appendFile(this.#snapshot());
      await this.#options.sync(file);
      const { size } = await file.stat();
      await this.#options.rename(source, this.#path);
      return { file, length: size };
    } catch (error) {
      // The caller gets the first error; a file that cannot be removed is removed by the next open.
      await Promise.allSettled([file.close(), rm(source, { force: true })]);
      throw error;
    }
  }

  /** Yields a log of the present contents, piece by piece. */
  *#snapshot() {
    yield MAGIC;
    for (const key of this.#sortedKeys()) {
      yield encodeRecord(PUT, encodeKey(key), this.#contents.get(key));
    }
  }
}

function lockPath(path) {
  return `${path}.lock`;
}

function compactPath(path) {
  return `${path}.compact`;
}

function flush(file) {
  return file.sync();
}

/** Makes the directory entry of a new or renamed file durable; flushing the file alone does not. */
async function syncDirectoryOf(path) {
  const directory = await open(dirname(path), "r");
  await directory.sync().finally(() => directory.close());
}

async function createLockFile(path, breakLock) {
  if (breakLock) {
    await rm(path, { force: true });
  }
  try {
    return await open(path, "wx");
  } catch (error) {
    throw error.code === "EEXIST" ? new StoreLockedError(`${path} exists`) : error;
  }
}

/** Opens the log at `path`, replays it and repairs its end. */
async function openLog(path, sync) {
  const file = await open(path, "a+");
  try {
    const { size } = await file.stat();
    const { contents, length } = await replay(file, size);
    await file.truncate(length);
    if (length === 0) {
      await file.appendFile(MAGIC);
    }
    await sync(file); // what was replayed may come from a writer that died before its own flush
    await syncDirectoryOf(path);
    await rm(compactPath(path), { force: true });
    return { file, contents, length: Math.max(length, MAGIC.length), discardedBytes: size - length };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Resolves to the contents and the length of the valid part of the log, which is 0 if not even the magic is whole. */
async function replay(file, size) {
  const reader = new FileReader(file);
  const contents = new Map();
  const beginning = await reader.read(MAGIC.length);
  if (!beginning.equals(MAGIC.subarray(0, beginning.length))) {
    throw new StoreFormatError("the file is not a log of this store");
  }
  if (beginning.length < MAGIC.length) {
    return { contents, length: 0 };
  }
  let offset = MAGIC.length;
  while (offset < size) {
    const payload = await readPayload(reader, offset, size - offset);
    if (payload === undefined) {
      break;
    }
    apply(payload, offset, contents);
    offset += HEADER_SIZE + payload.length;
  }
  return { contents, length: offset };
}

/** Reads the record at `offset`, `available` bytes before the end of the file; resolves to undefined for a torn tail. */
async function readPayload(reader, offset, available) {
  if (available < HEADER_SIZE) {
    return undefined;
  }
  const header = await reader.read(HEADER_SIZE);
  if (isZero(header) && (await restIsZero(reader))) {
    return undefined;
  }
  const length = header.readUInt32BE(0);
  const lengthIsIntact = crc32(header.subarray(0, LENGTH_SIZE)) === header.readUInt32BE(4);
  if (!lengthIsIntact || length < MIN_PAYLOAD_SIZE || length > MAX_PAYLOAD_SIZE) {
    throw new StoreCorruptError(offset);
  }
  const recordSize = HEADER_SIZE + length;
  if (available < recordSize) {
    return undefined;
  }
  const payload = await reader.read(length);
  if (crc32(payload) === header.readUInt32BE(8)) {
    return payload;
  }
  if (available === recordSize) {
    return undefined;
  }
  throw new StoreCorruptError(offset);
}

function isZero(bytes) {
  return bytes.every((byte) => byte === 0);
}

async function restIsZero(reader) {
  for (;;) {
    const chunk = await reader.read(CHUNK_SIZE);
    if (chunk.length === 0) {
      return true;
    }
    if (!isZero(chunk)) {
      return false;
    }
  }
}

/** Applies the record at `offset` to `contents`, unless its payload is malformed. */
function apply(payload, offset, contents) {
  const type = payload.readUInt8(0);
  const keySize = payload.readUInt16BE(1);
  const keyEnd = KEY_START + keySize;
  if (keySize < 1 || keySize > MAX_KEY_SIZE || keyEnd > payload.length) {
    throw new StoreCorruptError(offset);
  }
  const key = decodeKey(payload.subarray(KEY_START, keyEnd), offset);
  const value = new Uint8Array(payload.subarray(keyEnd));
  if (type === PUT && value.length <= MAX_VALUE_SIZE) {
    contents.set(key, value);
  } else if (type === DELETE && value.length === 0) {
    contents.delete(key);
  } else {
    throw new StoreCorruptError(offset);
  }
}

function decodeKey(bytes, offset) {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new StoreCorruptError(offset);
  }
}

function encodeKey(key) {
  if (typeof key !== "string" || !key.isWellFormed()) {
    throw new InvalidArgumentError("a key must be a string without lone surrogates");
  }
  const encoded = Buffer.from(key);
  if (encoded.length < 1 || encoded.length > MAX_KEY_SIZE) {
    throw new InvalidArgumentError(`a key must have 1 to ${MAX_KEY_SIZE} bytes in UTF-8, not ${encoded.length}`);
  }
  return encoded;
}

function checkValue(value) {
  if (value === undefined || value.length > MAX_VALUE_SIZE) {
    throw new InvalidArgumentError(`a value must be a Uint8Array of at most ${MAX_VALUE_SIZE} bytes`);
  }
  return value;
}

function encodeRecord(type, key, value) {
  const record = Buffer.alloc(HEADER_SIZE + KEY_START + key.length + value.length);
  const payload = record.subarray(HEADER_SIZE);
  payload.writeUInt8(type, 0);
  payload.writeUInt16BE(key.length, 1);
  payload.set(key, KEY_START);
  payload.set(value, KEY_START + key.length);
  record.writeUInt32BE(payload.length, 0);
  record.writeUInt32BE(crc32(record.subarray(0, LENGTH_SIZE)), 4);
  record.writeUInt32BE(crc32(payload), 8);
  return record;
}

/** Reads a file from its beginning, in large chunks however small the pieces asked for are. */
class FileReader {
  #file;
  #position = 0;
  #buffered = Buffer.alloc(0);

  constructor(file) {
    this.#file = file;
  }

  /** Resolves to the next `count` bytes, or to fewer at the end of the file. */
  async read(count) {
    let ended = false;
    while (this.#buffered.length < count && !ended) {
      ended = (await this.#fill(count)) === 0;
    }
    const bytes = this.#buffered.subarray(0, count);
    this.#buffered = this.#buffered.subarray(bytes.length);
    return bytes;
  }

  /** Resolves to the number of bytes that were added, which is 0 at the end of the file. */
  async #fill(count) {
    const chunk = Buffer.allocUnsafe(Math.max(CHUNK_SIZE, count));
    const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, this.#position);
    this.#position += bytesRead;
    this.#buffered = Buffer.concat([this.#buffered, chunk.subarray(0, bytesRead)]);
    return bytesRead;
  }
}
