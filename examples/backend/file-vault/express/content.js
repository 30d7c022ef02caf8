import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

import { Problem } from "./problems.js";

const SIGNATURES = [
  ["image/png", Buffer.from("89504e470d0a1a0a", "hex")],
  ["image/jpeg", Buffer.from("ffd8ff", "hex")],
  ["application/pdf", Buffer.from("%PDF-")],
];
const LONGEST_SIGNATURE = 8;

/**
 * Writes a body into a new file while it arrives.
 *
 * @param {import("node:stream").Readable} body
 * @param {string} path
 * @param {number} maxBytes
 * @returns {Promise<Inspection>} what was seen of it
 * @throws {Problem} when there are more bytes; the rest is not waited for
 */
export async function receive(body, path, maxBytes) {
  const inspection = new Inspection();
  const file = await open(path, "wx");
  try {
    // Leaving this loop must not destroy the request, or the answer would have no connection left.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      inspection.add(chunk);
      if (inspection.size > maxBytes) throw new Problem("too_large");
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return inspection;
}

/** Size, type and digest of content that is seen chunk by chunk. */
class Inspection {
  size = 0;
  #head = Buffer.alloc(0);
  #sha256 = createHash("sha256");
  #decoder = new TextDecoder("utf-8", { fatal: true });
  #isText = true;

  add(chunk) {
    this.size += chunk.length;
    this.#sha256.update(chunk);
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, LONGEST_SIGNATURE)]).subarray(0, LONGEST_SIGNATURE);
    this.#isText &&= !chunk.includes(0) && this.#decodes(chunk, { stream: true });
  }

  /** To be called once, when all has been added. */
  finish() {
    this.#isText &&= this.#decodes();
    const digest = this.#sha256.digest();
    return {
      type: this.#type(),
      sha256: digest.toString("hex"),
      contentDigest: `sha-256=:${digest.toString("base64")}:`,
    };
  }

  /** @returns {string | undefined} undefined: none that is known */
  #type() {
    const known = SIGNATURES.find(([, signature]) => this.#head.subarray(0, signature.length).equals(signature));
    if (known) return known[0];
    return this.#isText ? "text/plain; charset=utf-8" : undefined;
  }

  #decodes(chunk, options) {
    try {
      this.#decoder.decode(chunk, options);
      return true;
    } catch {
      return false;
    }
  }
}
