import { randomUUID } from "node:crypto";
import { open, readlink, rename as renameFile, stat, unlink } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const MAX_LINKS = 40;
const PERMISSION_BITS = 0o7777;

/**
 * Replaces the content of a file so that at every moment it holds either the old or the new content (POSIX only).
 * Permission bits are kept, symbolic links are followed. The data is copied before the promise is returned.
 *
 * @param {string | URL} path
 * @param {Uint8Array} data
 * @param {object} [operations] those that can be watched or replaced
 * @param {(handle: import("node:fs/promises").FileHandle) => Promise<void>} [operations.flush] flushes file or folder
 * @param {(source: string, target: string) => Promise<void>} [operations.rename]
 * @returns {Promise<void>} rejected with a TypeError if data is no Uint8Array, and with the error of the system if the
 *   file could not be replaced, or was replaced but its folder could not be flushed
 */
export async function replaceFile(path, data, { flush = sync, rename = renameFile } = {}) {
  if (!(data instanceof Uint8Array)) {
    throw new TypeError("data must be a Uint8Array");
  }
  const content = Uint8Array.from(data);
  const target = await resolveLinks(path instanceof URL ? fileURLToPath(path) : path);
  // Opened first: a folder may be writable but not readable, and that should fail before anything is changed.
  const folder = await open(beside(target, "."), "r");
  try {
    await writeAndRename(target, content, { flush, rename });
    await flush(folder);
  } finally {
    await folder.close();
  }
}

function sync(handle) {
  return handle.sync();
}

/** The path of the file to which links lead, which need not exist. */
async function resolveLinks(path) {
  let target = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const destination = await readLink(target);
    if (destination === null) {
      return target;
    }
    target = destination.startsWith("/") ? destination : beside(target, destination);
  }
  throw Object.assign(new Error(`ELOOP: too many symbolic links, '${path}'`), { code: "ELOOP", path });
}

/** Where a link leads, null for what is no link or does not exist. */
async function readLink(path) {
  try {
    return await readlink(path);
  } catch (error) {
    if (error.code === "EINVAL" || error.code === "ENOENT") {
      return null;
    }
    throw error;
  }
}

/** The path of a name in the folder of another path. */
function beside(path, name) {
  return path.slice(0, path.lastIndexOf("/") + 1) + name;
}

async function writeAndRename(target, content, { flush, rename }) {
  const mode = await permissionsOf(target);
  const scratch = beside(target, `.${randomUUID()}.new`);
  try {
    await write(scratch, content, mode, flush);
    await rename(scratch, target);
  } catch (error) {
    // What went wrong first is what the caller should get.
    await unlink(scratch).catch(() => {});
    throw error;
  }
}

/** The permission bits of a file, null if there is no file. */
async function permissionsOf(path) {
  try {
    return (await stat(path)).mode & PERMISSION_BITS;
  } catch (error) {
    if (error.code === "ENOENT") {
      return null;
    }
    throw error;
  }
}

/** Writes and flushes a file that does not exist yet; with the mode null it gets the permissions of any new file. */
async function write(path, content, mode, flush) {
  const handle = await open(path, "wx", mode === null ? 0o666 : 0o600);
  try {
    await handle.writeFile(content);
    if (mode !== null) {
      // After writing, which would clear the set-user-ID and set-group-ID bits.
      await handle.chmod(mode);
    }
    await flush(handle);
  } finally {
    await handle.close();
  }
}
