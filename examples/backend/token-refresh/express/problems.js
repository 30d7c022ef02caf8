const PROBLEMS = {
  malformed_json: [400, "The body is not a JSON object in UTF-8"],
  unauthorized: [401, "A valid access token is missing"],
  invalid_credentials: [401, "Username and password do not match"],
  invalid_refresh_token: [401, "The refresh token is not valid"],
  wrong_password: [403, "The current password is wrong"],
  not_found: [404, "This does not exist"],
  username_taken: [409, "The username is taken"],
  payload_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body is not application/json"],
  validation_failed: [422, "Fields are missing, faulty or unknown"],
  internal_error: [500, "The server failed"],
};

/** An error that a client is told about. */
export class Problem extends Error {
  /**
   * @param {keyof typeof PROBLEMS} code
   * @param {Record<string, string>} [errors]  what is wrong with each faulty field
   */
  constructor(code, errors) {
    super(code);
    this.code = code;
    this.errors = errors;
  }
}

/** Error-handling middleware: answers with a problem document. */
export function answerProblem(error, req, res, next) {
  const { code, errors } = asProblem(error);
  const [status, title] = PROBLEMS[code];
  if (status === 401) res.set("WWW-Authenticate", "Bearer");
  res.status(status).type("application/problem+json");
  res.send(JSON.stringify({ type: `/problems/${code}`, title, status, code, errors }));
}

function asProblem(error) {
  if (error instanceof Problem) return error;
  // What Express's body parser refuses.
  if (error.type === "entity.too.large") return new Problem("payload_too_large");
  if (error.type === "encoding.unsupported") return new Problem("unsupported_media_type");
  if (error.status === 400) return new Problem("malformed_json");
  console.error(error);
  return new Problem("internal_error");
}
