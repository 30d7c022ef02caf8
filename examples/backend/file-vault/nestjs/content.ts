import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";

import { Problem } from "./problem.ts";

const SIGNATURES: ReadonlyArray<[type: string, signature: Buffer]> = [
  ["image/png", Buffer.from("89504e470d0a1a0a", "hex")],
  ["image/jpeg", Buffer.from("ffd8ff", "hex")],
  ["application/pdf", Buffer.from("%PDF-")],
];
const LONGEST_SIGNATURE = 8;

/** What is known of content that has been seen whole. */
export interface Findings {
  /** in bytes */
  size: number;
  /** undefined: none that is known */
  type: string | undefined;
  sha256: Buffer;
}

/**
 * Writes a body into a new file while it arrives.
 *
 * @throws Problem when there are more than `maxBytes` bytes; the rest is not waited for
 */
export async function receive(body: Readable, path: string, maxBytes: number): Promise<Findings> {
  const inspection = new Inspection();
  const file = await open(path, "wx");
  try {
    // Leaving this loop must not destroy the request, or the answer would have no connection left.
    const chunks: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => body.iterator({ destroyOnReturn: false }) };
    for await (const chunk of chunks) {
      if (inspection.add(chunk) > maxBytes) throw new Problem("too_large");
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return inspection.finish();
}

/** Looks at content chunk by chunk. */
class Inspection {
  private size = 0;
  private head = Buffer.alloc(0);
  private isText = true;
  private readonly sha256 = createHash("sha256");
  private readonly decoder = new TextDecoder("utf-8", { fatal: true });

  /** @returns the size so far */
  add(chunk: Buffer): number {
    this.size += chunk.length;
    this.sha256.update(chunk);
    this.head = Buffer.concat([this.head, chunk.subarray(0, LONGEST_SIGNATURE)]);
    this.head = this.head.subarray(0, LONGEST_SIGNATURE);
    this.isText &&= !chunk.includes(0) && this.decodes(chunk, { stream: true });
    return this.size;
  }

  /** To be called once, when all has been added. */
  finish(): Findings {
    this.isText &&= this.decodes();
    return { size: this.size, type: this.type(), sha256: this.sha256.digest() };
  }

  private type(): string | undefined {
    for (const [type, signature] of SIGNATURES) {
      if (this.head.subarray(0, signature.length).equals(signature)) return type;
    }
    return this.isText ? "text/plain; charset=utf-8" : undefined;
  }

  private decodes(chunk?: Buffer, options?: TextDecodeOptions): boolean {
    try {
      this.decoder.decode(chunk, options);
      return true;
    } catch {
      return false;
    }
  }
}
