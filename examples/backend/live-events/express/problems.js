/** An error that is answered as `application/problem+json`. */
export class Problem extends Error {
  constructor(status, code, title, { headers = {}, errors } = {}) {
    super(title);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.errors = errors;
  }

  /** The problem document. */
  toJSON() {
    return { type: `/problems/${this.code}`, title: this.message, status: this.status, errors: this.errors };
  }
}

export const badRequest = () => new Problem(400, "bad_request", "The request can't be read.");
export const malformedJson = () => new Problem(400, "malformed_json", "The body must be a JSON object in UTF-8.");
export const invalidLastEventId = () =>
  new Problem(400, "invalid_last_event_id", "The last event id must be a number.");
export const unauthorized = () =>
  new Problem(401, "unauthorized", "This needs the key of publishers.", { headers: { "WWW-Authenticate": "Bearer" } });
export const notFound = () => new Problem(404, "not_found", "There is nothing here.");
export const bodyTooLarge = () => new Problem(413, "body_too_large", "The body has more than 65536 bytes.");
export const unsupportedMediaType = () =>
  new Problem(415, "unsupported_media_type", "The body must be application/json.");
/** @param {Record<string, string>} errors   what is wrong, by field */
export const validationFailed = (errors) => new Problem(422, "validation_failed", "Some fields are faulty.", { errors });
export const internalError = () => new Problem(500, "internal_error", "The server failed.");
export const tooManyListeners = () =>
  new Problem(503, "too_many_listeners", "The channel has no place for a listener.", { headers: { "Retry-After": "5" } });
