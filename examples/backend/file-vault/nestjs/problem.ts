import { HttpException } from "@nestjs/common";

const KNOWN = {
  digest_mismatch: [400, "Content-Digest is not the SHA-256 of the content"],
  unauthorized: [401, "Authorization does not hold the key of an owner"],
  not_found: [404, "Nothing was found at this path"],
  quota_exceeded: [409, "The files of this owner would be too large together"],
  too_large: [413, "The file is too large"],
  unsupported_type: [415, "Only PNG, JPEG, PDF and plain text in UTF-8 are stored"],
  range_not_satisfiable: [416, "The range begins beyond the end of the file"],
  invalid_name: [422, "The name is not 1 to 100 characters, or is a path"],
  internal_error: [500, "The server failed to answer this request"],
} as const;

/** A fault that the client is told about. */
export class Problem extends HttpException {
  /** @param headers more headers of the answer */
  constructor(
    readonly code: keyof typeof KNOWN,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(KNOWN[code][1], KNOWN[code][0]);
  }

  /** The problem document of RFC 9457. */
  toJSON(): object {
    return { type: `/problems/${this.code}`, title: this.message, status: this.getStatus() };
  }
}
