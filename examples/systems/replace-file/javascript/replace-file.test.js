import assert from "node:assert/strict";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import { replaceFile } from "./replace-file.js";

const NEW = Buffer.from("new");
let folder;
let path;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "replace-file-"));
  path = join(folder, "settings.bin");
  await writeFile(path, "old");
});

afterEach(() => rm(folder, { recursive: true }));

async function inFolder(action) {
  const before = process.cwd();
  process.chdir(folder);
  try {
    await action();
  } finally {
    process.chdir(before);
  }
}

async function permissions(file) {
  return (await stat(file)).mode & 0o7777;
}

function fail() {
  return Promise.reject(Object.assign(new Error("EIO: i/o error"), { code: "EIO" }));
}

async function assertUntouched() {
  assert.equal(await readFile(path, "utf8"), "old");
  assert.deepEqual(await readdir(folder), ["settings.bin"]);
}

for (const [name, data] of [
  ["no bytes", Buffer.alloc(0)],
  ["bytes that are no text", Buffer.from([0, 13, 10, 255, 128])],
  ["a plain Uint8Array", new Uint8Array([1, 2, 3])],
  ["part of a larger buffer", new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 4)],
  ["a megabyte", Buffer.alloc(1 << 20, "abc\n")],
]) {
  test(`R1: the file holds ${name}`, async () => {
    assert.equal(await replaceFile(path, data), undefined);
    // Not deepEqual, which would print a megabyte.
    assert.equal((await readFile(path)).equals(data), true);
    assert.deepEqual(await readdir(folder), ["settings.bin"]);
  });
}

test("R1: a missing file is made", async () => {
  await replaceFile(join(folder, "fresh"), NEW);
  assert.deepEqual(await readFile(join(folder, "fresh")), NEW);
  assert.deepEqual((await readdir(folder)).sort(), ["fresh", "settings.bin"]);
});

test("R1: the path can be a URL", async () => {
  const spaced = join(folder, "with space%");
  await replaceFile(pathToFileURL(spaced), NEW);
  assert.deepEqual(await readFile(spaced), NEW);
});

test("R1: the path can be relative", async () => {
  await mkdir(join(folder, "sub"));
  await inFolder(async () => {
    for (const name of ["settings.bin", "./settings.bin", "sub/../settings.bin"]) {
      await replaceFile(name, Buffer.from(name));
      assert.equal(await readFile(path, "utf8"), name);
    }
  });
});

test("R1: data that is changed after the call is written as it was", async () => {
  const data = Buffer.from("new");
  const replaced = replaceFile(path, data);
  data.fill("x");
  await replaced;
  assert.deepEqual(await readFile(path), NEW);
});

test("R2: who has the old file open reads the old content", async () => {
  const reader = await open(path);
  try {
    await replaceFile(path, Buffer.from("longer than before"));
    assert.equal(await reader.readFile("utf8"), "old");
  } finally {
    await reader.close();
  }
  assert.equal(await readFile(path, "utf8"), "longer than before");
});

test("R2: the new content is complete beside the old one before the rename", async () => {
  const renames = [];
  await replaceFile(path, NEW, {
    async rename(source, target) {
      renames.push([dirname(source), target, await readFile(source, "utf8"), await readFile(target, "utf8")]);
      assert.notEqual(source, target);
      await rename(source, target);
    },
  });
  assert.deepEqual(renames, [[folder, path, "new", "old"]]);
});

test("R3: the file is flushed before the rename and its folder after it", async () => {
  const events = [];
  await replaceFile(path, Buffer.from("12345"), {
    async flush(handle) {
      const info = await handle.stat();
      const place = await stat(folder);
      events.push(info.isDirectory() ? ["folder", info.ino === place.ino] : ["file", info.size]);
    },
    async rename(source, target) {
      events.push(["rename", basename(target)]);
      await rename(source, target);
    },
  });
  assert.deepEqual(events, [["file", 5], ["rename", "settings.bin"], ["folder", true]]);
});

test("R3: without an operation given the file and its folder are flushed by sync", async (t) => {
  const handle = await open(path);
  const sync = t.mock.method(Object.getPrototypeOf(handle), "sync");
  await handle.close();
  await replaceFile(path, NEW);
  assert.equal(sync.mock.callCount(), 2);
  assert.deepEqual(await readFile(path), NEW);
});

test("R3: the rename waits for the flush", async () => {
  let flushed = false;
  await replaceFile(path, NEW, {
    async flush() {
      await new Promise(setImmediate);
      flushed = true;
    },
    async rename(source, target) {
      assert.equal(flushed, true);
      await rename(source, target);
    },
  });
  assert.deepEqual(await readFile(path), NEW);
});

for (const mode of [0o600, 0o644, 0o666, 0o755, 0o400]) {
  test(`R4: an existing file keeps its permission bits ${mode.toString(8)}`, async () => {
    await chmod(path, mode);
    await replaceFile(path, NEW);
    assert.equal(await permissions(path), mode);
    assert.deepEqual(await readFile(path), NEW);
  });
}

test("R4: a new file gets its permission bits from the umask", async () => {
  const before = process.umask();
  try {
    for (const [umask, mode] of [[0o022, 0o644], [0o027, 0o640], [0o077, 0o600], [0, 0o666]]) {
      const fresh = join(folder, `fresh-${umask}`);
      process.umask(umask);
      await replaceFile(fresh, NEW);
      assert.equal(process.umask(), umask);
      assert.equal(await permissions(fresh), mode);
    }
  } finally {
    process.umask(before);
  }
});

test("R5: links stay, and the file they lead to is replaced", async () => {
  const other = join(folder, "other");
  await mkdir(other);
  await symlink("../settings.bin", join(other, "first"));
  await symlink(join(other, "first"), join(other, "second"));
  await replaceFile(join(other, "second"), NEW);
  assert.deepEqual(await readFile(path), NEW);
  assert.equal((await lstat(path)).isFile(), true);
  for (const name of await readdir(other)) {
    assert.equal((await lstat(join(other, name))).isSymbolicLink(), true);
  }
  assert.deepEqual((await readdir(other)).sort(), ["first", "second"]);
});

test("R5: the file a link leads to is made", async () => {
  await symlink("target", join(folder, "link"));
  await replaceFile(join(folder, "link"), NEW);
  assert.equal((await lstat(join(folder, "link"))).isSymbolicLink(), true);
  assert.deepEqual(await readFile(join(folder, "target")), NEW);
});

test("R5: as many links are followed as the system follows", async () => {
  let target = "settings.bin";
  for (let link = 1; link <= 40; link++) {
    await symlink(target, join(folder, `${link}`));
    target = `${link}`;
  }
  assert.equal(await readFile(join(folder, "40"), "utf8"), "old");
  await replaceFile(join(folder, "40"), NEW);
  assert.deepEqual(await readFile(path), NEW);
  assert.equal((await lstat(join(folder, "40"))).isSymbolicLink(), true);
});

test("R6: links in a circle are an error", async () => {
  await symlink("two", join(folder, "one"));
  await symlink("one", join(folder, "two"));
  await assert.rejects(replaceFile(join(folder, "one"), NEW), { code: "ELOOP" });
  assert.deepEqual((await readdir(folder)).sort(), ["one", "settings.bin", "two"]);
});

for (const name of ["flush", "rename"]) {
  test(`R6: a failing ${name} leaves everything as it was`, async () => {
    await assert.rejects(replaceFile(path, NEW, { [name]: fail }), { code: "EIO" });
    await assertUntouched();
    await assert.rejects(replaceFile(join(folder, "fresh"), NEW, { [name]: fail }), { code: "EIO" });
    await assertUntouched();
  });
}

test("R6: if flushing the folder fails the new content is in place", async () => {
  const flush = async (handle) => ((await handle.stat()).isDirectory() ? fail() : undefined);
  await assert.rejects(replaceFile(path, NEW, { flush }), { code: "EIO" });
  assert.deepEqual(await readFile(path), NEW);
  assert.deepEqual(await readdir(folder), ["settings.bin"]);
});

test("R6: a folder is not replaced", async () => {
  await mkdir(join(folder, "sub"));
  await assert.rejects(replaceFile(join(folder, "sub"), NEW), { code: "EISDIR" });
  assert.deepEqual((await readdir(folder)).sort(), ["settings.bin", "sub"]);
  assert.deepEqual(await readdir(join(folder, "sub")), []);
});

test("R6: a missing folder is an error and is not made", async () => {
  await assert.rejects(replaceFile(join(folder, "missing", "file"), NEW), { code: "ENOENT" });
  await assertUntouched();
});

test("R6: a path through a file is an error", async () => {
  await assert.rejects(replaceFile(join(path, "file"), NEW), { code: "ENOTDIR" });
  await assertUntouched();
});

test("R7: data of another type is refused", async () => {
  for (const data of ["text", null, undefined, 5, [1, 2], new ArrayBuffer(2), new Uint16Array(2), { length: 0 }]) {
    await assert.rejects(replaceFile(path, data), TypeError);
    await assert.rejects(replaceFile(join(folder, "fresh"), data), TypeError);
  }
  await assertUntouched();
});

test("R8: calls at the same time all succeed", async () => {
  const contents = Array.from({ length: 12 }, (_, index) => String.fromCharCode(97 + index).repeat(20_000));
  const seen = await Promise.all(
    contents.map(async (content) => {
      await replaceFile(path, Buffer.from(content));
      return readFile(path, "utf8");
    }),
  );
  assert.equal(seen.every((content) => contents.includes(content)), true);
  assert.equal(contents.includes(await readFile(path, "utf8")), true);
  assert.deepEqual(await readdir(folder), ["settings.bin"]);
});
