/** An error that the client is told about in the form of the RealWorld specification: texts by key. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {Record<string, string>} errors
   */
  constructor(status, errors) {
    super(`answered with ${status}`);
    this.status = status;
    this.errors = errors;
  }

  toJSON() {
    return { errors: Object.fromEntries(Object.entries(this.errors).map(([key, text]) => [key, [text]])) };
  }
}

/** There is no such profile, article, comment or path. */
export const notFound = (kind) => new ApiError(404, { [kind]: "not found" });

/** The article or comment is somebody else's. */
export const forbidden = (kind) => new ApiError(403, { [kind]: "belongs to another user" });

/** The request has no valid token. */
export const unauthorized = () => new ApiError(401, { token: "is missing or not valid" });

/** Error-handling middleware. */
export function answerError(error, req, res, next) {
  const told = asApiError(error);
  if (told.errors.token) res.set("WWW-Authenticate", "Token");
  res.status(told.status).json(told);
}

function asApiError(error) {
  if (error instanceof ApiError) return error;
  // Of the parser of bodies: 400 for what is no JSON, 413 for what is too large.
  if (error.status >= 400 && error.status < 500) return new ApiError(error.status, { body: error.message });
  console.error(error);
  return new ApiError(500, { server: "failed" });
}
