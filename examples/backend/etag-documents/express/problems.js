/** An error whose JSON form is the body of an `application/problem+json` response. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} code     the last part of `type`
   * @param {string} title
   * @param {Record<string, string>} [errors]   what is wrong, by field
   */
  constructor(status, code, title, errors) {
    super(title);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  toJSON() {
    return { type: `/problems/${this.code}`, title: this.message, status: this.status, errors: this.errors };
  }
}

export const malformedJson = () => new Problem(400, "malformed_json", "The body is not a JSON object");
export const notFound = () => new Problem(404, "not_found", "There is nothing here");
export const notDeleted = () => new Problem(409, "not_deleted", "The document is not deleted");
export const deleted = () => new Problem(410, "deleted", "The document is deleted");
export const preconditionFailed = () => new Problem(412, "precondition_failed", "The precondition does not hold");
export const bodyTooLarge = () => new Problem(413, "body_too_large", "The body is too large");
export const unsupportedMediaType = () => new Problem(415, "unsupported_media_type", "The body must be application/json");
export const validationFailed = (errors) => new Problem(422, "validation_failed", "Some fields are faulty", errors);
export const preconditionRequired = () =>
  new Problem(428, "precondition_required", "The request needs a precondition");
export const internalError = () => new Problem(500, "internal_error", "The server failed");
