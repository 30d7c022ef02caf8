const CODES = new Map([
  [404, "not_found"],
  [413, "content_too_large"],
  [415, "unsupported_media_type"],
  [422, "validation_failed"],
]);

/** An error that is answered as a problem document (RFC 9457). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {object} [more]
   * @param {string} [more.code]     where the status alone does not tell it
   * @param {Map<string, string>} [more.errors]   what is wrong with each faulty input
   */
  constructor(status, { code = CODES.get(status) ?? "internal_error", errors } = {}) {
    super(code.replaceAll("_", " "));
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  toJSON() {
    const { status, code, message, errors } = this;
    // Other than an assignment, fromEntries keeps a name like __proto__.
    const extension = errors && { errors: Object.fromEntries(errors) };
    return { type: `/problems/${code}`, title: message, status, code, ...extension };
  }
}

/** The last middleware; Express knows it by its four parameters. */
export function answerProblem(error, request, response, next) {
  const problem = toProblem(error);
  if (problem.status === 500) console.error(error);
  response.status(problem.status).type("application/problem+json").end(JSON.stringify(problem));
}

function toProblem(error) {
  if (error instanceof Problem) return error;
  if (error instanceof URIError) return new Problem(404); // a path that can't be decoded
  if (error.type === "entity.too.large") return new Problem(413);
  if (error.type === "encoding.unsupported") return new Problem(415);
  return new Problem(500);
}
