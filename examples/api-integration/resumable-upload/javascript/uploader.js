import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const LONGEST_WAIT_SECONDS = 30;
const GONE = [404, 410];

/** An upload did not come to its end; with its URL it may be continued later. */
export class UploadError extends Error {
  name = "UploadError";

  /**
   * @param {"changed" | "backwards" | "gone" | "retries" | "rejected" | "protocol"} kind
   * @param {{ url: string | null, offset: number }} upload its URL and how many bytes the server has confirmed
   * @param {number | null} status of the response at fault, if there was one
   */
  constructor(kind, { url, offset }, status = null) {
    super(`${kind} at offset ${offset} of ${url}${status === null ? "" : ` (status ${status})`}`);
    Object.assign(this, { kind, url, offset, status });
  }
}

/**
 * Uploads files in chunks and goes on after dropped connections where the server has got to. Emits `progress` with the
 * confirmed offset and the size, and `retry` with the number of failures in a row and the seconds that it will wait.
 */
export class Uploader extends EventEmitter {
  #endpoint;
  #settings;

  /**
   * @param {string} endpoint where uploads are created
   * @param {object} [settings]
   * @param {number} [settings.chunkSize] in bytes
   * @param {number} [settings.maxFailures] most failures in a row
   * @param {number} [settings.timeoutMs] longest time for a response
   * @param {(seconds: number) => Promise<void>} [settings.sleep]
   */
  constructor(endpoint, settings = {}) {
    super();
    this.#endpoint = endpoint;
    const sleep = (seconds) => delay(seconds * 1000);
    this.#settings = { chunkSize: 2 ** 20, maxFailures: 5, timeoutMs: 10_000, sleep, ...settings };
  }

  /**
   * Uploads a file, or the rest of it to an earlier upload.
   *
   * @param {string} path
   * @param {string | null} [url] of the earlier upload
   * @returns {Promise<string>} the URL of the upload
   * @throws {UploadError}
   * @throws {Error} of the file system
   */
  async upload(path, url = null) {
    const file = await open(path);
    try {
      const identity = await identityOf(file);
      return await this.#run({ file, identity, size: Number(identity.size), url, offset: 0, failures: 0 });
    } finally {
      await file.close();
    }
  }

  async #run(upload) {
    if (upload.url === null) {
      upload.url = await this.#create(upload);
    } else {
      upload.offset = await this.#ask(upload);
    }
    this.emit("progress", upload.offset, upload.size);
    while (upload.offset < upload.size) {
      const offset = await this.#send(upload);
      if (offset > upload.offset) {
        Object.assign(upload, { offset, failures: 0 });
        this.emit("progress", offset, upload.size);
      }
    }
    await checkFile(upload);
    return upload.url;
  }

  async #create(upload) {
    for (;;) {
      const { status, headers } = await this.#request("POST", this.#endpoint, { "Upload-Length": `${upload.size}` });
      if (status === 201) {
        const location = headers.get("Location") ?? "";
        if (!/^\/(?!\/)[!-[\]-~]*$/.test(location)) throw new UploadError("protocol", upload, status);
        return new URL(location, this.#endpoint).href;
      }
      await this.#pause(upload, status);
    }
  }

  async #ask(upload) {
    for (;;) {
      const { status, headers } = await this.#request("HEAD", upload.url, {});
      if (status === 200) {
        const offset = numberIn(headers, "Upload-Offset", upload, status);
        const length = numberIn(headers, "Upload-Length", upload, status);
        if (length !== upload.size) throw new UploadError("changed", upload, status);
        return checkedOffset(offset, upload.size, upload, status);
      }
      await this.#pause(upload, status, { gone: GONE });
    }
  }

  /** Sends a chunk and returns the offset that the server has afterwards. */
  async #send(upload) {
    await checkFile(upload);
    const chunk = Buffer.alloc(Math.min(this.#settings.chunkSize, upload.size - upload.offset));
    const { bytesRead } = await upload.file.read(chunk, 0, chunk.length, upload.offset);
    const body = chunk.subarray(0, bytesRead);
    const { status, headers } = await this.#request(
      "PATCH",
      upload.url,
      {
        "Upload-Offset": `${upload.offset}`,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Checksum": `sha-256 ${createHash("sha256").update(body).digest("hex")}`,
      },
      body,
    );
    if (status === 204) {
      const offset = numberIn(headers, "Upload-Offset", upload, status);
      if (offset === upload.offset) throw new UploadError("protocol", upload, status);
      return checkedOffset(offset, upload.offset + body.length, upload, status);
    }
    await this.#pause(upload, status, { again: [409, 422], gone: GONE });
    return this.#ask(upload);
  }

  /** Waits before the next attempt, if there may be one. */
  async #pause(upload, status, { again = [], gone = [] } = {}) {
    if (gone.includes(status)) throw new UploadError("gone", upload, status);
    const mayRetry = status === null || again.includes(status) || (status >= 500 && status <= 599);
    if (!mayRetry) throw new UploadError("rejected", upload, status);
    if (upload.failures === this.#settings.maxFailures) throw new UploadError("retries", upload, status);
    const wait = Math.min(2 ** upload.failures, LONGEST_WAIT_SECONDS);
    upload.failures += 1;
    this.emit("retry", upload.failures, wait);
    await this.#settings.sleep(wait);
  }

  /** Status and headers of the response; the status is null if there is none. */
  async #request(method, url, headers, body) {
    const signal = AbortSignal.timeout(this.#settings.timeoutMs);
    try {
      const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
      await response.body?.cancel();
      return response;
    } catch {
      return { status: null, headers: new Headers() };
    }
  }
}

function identityOf(file) {
  return file.stat({ bigint: true });
}

async function checkFile(upload) {
  const { size, mtimeNs } = await identityOf(upload.file);
  const isSame = size === upload.identity.size && mtimeNs === upload.identity.mtimeNs;
  if (!isSame) throw new UploadError("changed", upload);
}

function numberIn(headers, name, upload, status) {
  const text = headers.get(name) ?? "";
  const number = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(number)) throw new UploadError("protocol", upload, status);
  return number;
}

function checkedOffset(offset, most, upload, status) {
  if (offset < upload.offset) throw new UploadError("backwards", upload, status);
  if (offset > most) throw new UploadError("protocol", upload, status);
  return offset;
}
