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
};

/** A fault that the client is told about. */
export class Problem extends Error {
  /**
   * @param {keyof typeof KNOWN} code
   * @param {Record<string, string>} [headers]  more headers of the answer
   */
  constructor(code, headers = {}) {
    const [status, title] = KNOWN[code];
    super(title);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** Error-handling middleware: every error becomes a problem document of RFC 9457. */
export function answerError(error, req, res, next) {
  const { code, status, message, headers } = toProblem(error);
  // The rest of a body that nobody reads would stand before the next request.
  if (!req.complete) res.set("Connection", "close");
  res.status(status).set(headers).type("application/problem+json");
  res.send(JSON.stringify({ type: `/problems/${code}`, title: message, status }));
}

function toProblem(error) {
  if (error instanceof Problem) return error;
  // Of Express's own: a path that cannot be decoded.
  if (error.status === 400) return new Problem("not_found");
  console.error(error);
  return new Problem("internal_error");
}
