/** A failure that the client is told about. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {{fields?: Record<string, string>, headers?: Record<string, string>}} [details]
   *   fields: what is wrong with each faulty field
   */
  constructor(status, code, message, { fields, headers = {} } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.headers = headers;
  }
}

const CHALLENGE = { headers: { "WWW-Authenticate": "Bearer" } };

export const malformedJson = () =>
  new ApiError(400, "malformed_json", "The request body must be a JSON object in UTF-8.");

export const unauthorized = () =>
  new ApiError(401, "unauthorized", "A valid bearer token is required.", CHALLENGE);

export const invalidCredentials = () =>
  new ApiError(401, "invalid_credentials", "The username or the password is wrong.", CHALLENGE);

export const notFound = () => new ApiError(404, "not_found", "There is nothing here.");

export const usernameTaken = () => new ApiError(409, "username_taken", "This username is taken.");

export const preconditionFailed = () =>
  new ApiError(412, "precondition_failed", "The note does not have the version that If-Match asks for.");

export const payloadTooLarge = () => new ApiError(413, "payload_too_large", "The request body is too large.");

/** @param {Record<string, string>} fields */
export const validationFailed = (fields) =>
  new ApiError(422, "validation_failed", "Some fields are faulty.", { fields });

export const preconditionRequired = () =>
  new ApiError(428, "precondition_required", "An update needs the header If-Match.");

const internalError = () => new ApiError(500, "internal_error", "The server failed to answer this request.");

/** Middleware: gives every error, those of Express and its body parser included, the JSON body of this API. */
export function answerError(error, req, res, next) {
  if (res.headersSent) {
    next(error);
    return;
  }
  const { status, code, message, fields, headers } = toApiError(error);
  res.status(status).set(headers).json({ error: { code, message, fields } });
}

function toApiError(error) {
  if (error instanceof ApiError) return error;
  if (error.type === "entity.too.large") return payloadTooLarge();
  if (error.status >= 400 && error.status < 500) return new ApiError(error.status, "bad_request", error.message);
  console.error(error);
  return internalError();
}
