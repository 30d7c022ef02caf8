const PROBLEMS = {
  malformed_json: [400, "The body must be a JSON object in UTF-8"],
  unauthorized: [401, "A valid bearer token is required"],
  forbidden: [403, "Your role does not allow this"],
  not_found: [404, "There is nothing here"],
  already_member: [409, "The user is a member already"],
  last_owner: [409, "A workspace must keep an owner"],
  name_taken: [409, "The name is taken"],
  body_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body must be application/json"],
  unknown_user: [422, "There is no such user"],
  validation_failed: [422, "Some fields are faulty"],
  internal_error: [500, "The server failed"],
};

/** An error that the client is told about. */
export class Problem extends Error {
  /**
   * @param {keyof typeof PROBLEMS} code
   * @param {Record<string, string>} [errors]   what is wrong with each faulty field
   */
  constructor(code, errors) {
    super(code);
    this.code = code;
    this.errors = errors;
  }
}

/** Error handler of the app; Express knows it by its four parameters. */
export function sendProblem(error, request, response, next) {
  const { code, errors } = toProblem(error);
  const [status, title] = PROBLEMS[code];
  if (code === "unauthorized") response.set("WWW-Authenticate", "Bearer");
  response.status(status).type("application/problem+json");
  response.send(JSON.stringify({ type: `/problems/${code}`, code, title, status, errors }));
}

function toProblem(error) {
  if (error instanceof Problem) return error;
  if (error.type === "entity.too.large") return new Problem("body_too_large");
  if (error.type === "encoding.unsupported") return new Problem("unsupported_media_type");
  // From Express, for a path that cannot be decoded.
  if (error instanceof URIError) return new Problem("not_found");
  console.error(error);
  return new Problem("internal_error");
}
