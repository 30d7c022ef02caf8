/** An error that is answered with a status, a code and a message. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   */
  constructor(status, code, message) {
    super(message);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
  }
}

/** The request body is not a JSON object in UTF-8. */
export class MalformedJsonError extends ApiError {
  constructor(message) {
    super(400, "malformed_json", message);
  }
}

/** Some inputs are faulty. */
export class InvalidInputError extends ApiError {
  /** @param {Record<string, string>} fields what is wrong, by the name of the input */
  constructor(fields) {
    super(422, "validation_failed", "Some inputs are not valid.");
    this.fields = fields;
  }
}

/** There is no such room, booking or path. */
export class NotFoundError extends ApiError {
  constructor(message) {
    super(404, "not_found", message);
  }
}

/** The idempotency key has already created another booking. */
export class IdempotencyKeyReusedError extends ApiError {
  constructor(message) {
    super(422, "idempotency_key_reused", message);
  }
}

/** The room is taken for at least a part of the time. */
export class BookingConflictError extends ApiError {
  constructor(message) {
    super(409, "booking_conflict", message);
  }
}

/** Express error handler that answers in the format of the API. */
export function answerError(error, req, res, next) {
  if (res.headersSent) {
    next(error);
    return;
  }
  const { status, code, message, fields } = toApiError(error);
  res.status(status).json({ error: { code, message, fields } });
}

function toApiError(error) {
  if (error instanceof ApiError) {
    return error;
  }
  // Express refuses a few requests by itself, such as bodies that are too large.
  if (error.status >= 400 && error.status < 500) {
    return new ApiError(error.status, "request_refused", error.message);
  }
  console.error(error);
  return new ApiError(500, "internal_error", "The server failed.");
}
