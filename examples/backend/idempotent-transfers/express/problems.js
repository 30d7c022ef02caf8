const STATUS_AND_TITLE = {
  malformed_json: [400, "The request body is not a JSON object in UTF-8"],
  invalid_idempotency_key: [400, "The header Idempotency-Key needs 1 to 64 visible ASCII characters"],
  not_found: [404, "Nothing was found at this path"],
  insufficient_funds: [409, "The amount exceeds the balance of the paying account"],
  balance_limit: [409, "The receiving account cannot hold this much"],
  payload_too_large: [413, "The request body is too large"],
  unsupported_media_type: [415, "The request body is not of the type application/json"],
  validation_failed: [422, "Some values are missing or faulty"],
  same_account: [422, "A transfer needs two different accounts"],
  unknown_account: [422, "One of the accounts does not exist"],
  currency_mismatch: [422, "The accounts have different currencies"],
  idempotency_key_reused: [422, "This idempotency key belongs to a transfer with other values"],
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
   * @param {Record<string, string>} [errors]  what is wrong with each faulty field or query parameter
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
