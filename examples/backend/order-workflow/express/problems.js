/** An error that a client is told; its JSON form is the body of an `application/problem+json` answer. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} title
   * @param {object} [extra]   the further fields of the answer
   */
  constructor(status, code, title, extra) {
    super(title);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }

  toJSON() {
    const { status, code, message: title, extra } = this;
    return { type: `/problems/${code}`, code, title, status, ...extra };
  }
}

export const malformedJson = () => new Problem(400, "malformed_json", "The body is not a JSON object");
export const unauthorized = () => new Problem(401, "unauthorized", "A valid token is needed");
export const forbidden = () => new Problem(403, "forbidden", "You may not do this");
export const notFound = () => new Problem(404, "not_found", "There is nothing here");
export const alreadyClaimed = () => new Problem(409, "already_claimed", "The staff token is taken");
export const illegalTransition = (allowed) =>
  new Problem(409, "illegal_transition", "The order's state forbids this", { allowed });
export const outOfStock = (skus) => new Problem(409, "out_of_stock", "There is not enough of some products", { skus });
export const bodyTooLarge = () => new Problem(413, "body_too_large", "The body is too large");
export const unsupportedMediaType = () => new Problem(415, "unsupported_media_type", "The body must be application/json");
export const validationFailed = (errors) => new Problem(422, "validation_failed", "Some fields are faulty", { errors });

/** The error handler of the app; Express knows it by its four parameters. */
export function answerProblem(error, request, response, next) {
  const problem = toProblem(error);
  if (problem.status === 401) response.set("WWW-Authenticate", "Bearer");
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

function toProblem(error) {
  if (error instanceof Problem) return error;
  if (error.type === "entity.too.large") return bodyTooLarge();
  if (error instanceof URIError) return notFound(); // an id that is no percent-encoded UTF-8
  if (error.status < 500) return new Problem(error.status, "bad_request", "The request can't be read");
  console.error(error);
  return new Problem(500, "internal_error", "The server failed");
}
