const STATUS_AND_TITLE = {
  malformed_json: [400, "The request body is not a JSON object in UTF-8"],
  unauthorized: [401, "The header X-Api-Key needs the key of a tenant"],
  not_found: [404, "Nothing was found at this path"],
  code_taken: [409, "The code is or was that of a link"],
  expired: [410, "The link has expired"],
  payload_too_large: [413, "The request body is too large"],
  unsupported_media_type: [415, "The request body is not of the type application/json"],
  validation_failed: [422, "Some values are missing or faulty"],
  internal_error: [500, "The server failed to answer this request"],
};

// By the `type` of the errors that Express's body parser raises.
const BODY_ERRORS = {
  "encoding.unsupported": "unsupported_media_type",
  "entity.too.large": "payload_too_large",
};

/** An error that the client is told about. Its JSON form is the body of the answer. */
export class Problem extends Error {
  /**
   * @param {keyof typeof STATUS_AND_TITLE} code
   * @param {Record<string, string>} [errors]  what is wrong with each faulty field
   */
  constructor(code, errors) {
    const [status, title] = STATUS_AND_TITLE[code];
    super(title);
    this.code = code;
    this.status = status;
    this.errors = errors;
  }

  toJSON() {
    return { type: `/problems/${this.code}`, title: this.message, status: this.status, errors: this.errors };
  }
}

/** Error-handling middleware: every error becomes a problem document. */
export function answerError(error, req, res, next) {
  const problem = toProblem(error);
  res.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

function toProblem(error) {
  if (error instanceof Problem) return error;
  if (error.status >= 400 && error.status < 500) return new Problem(BODY_ERRORS[error.type] ?? "malformed_json");
  console.error(error);
  return new Problem("internal_error");
}
