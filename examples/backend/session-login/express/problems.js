const KINDS = {
  malformed_json: [400, "The body must be a JSON object in UTF-8"],
  unauthenticated: [401, "This needs the cookie of a session"],
  invalid_credentials: [401, "Username or password is wrong"],
  csrf_failed: [403, "X-CSRF-Token is not that of the session"],
  wrong_password: [403, "The current password is wrong"],
  not_found: [404, "There is nothing here"],
  username_taken: [409, "The username is taken"],
  body_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body must be application/json"],
  validation_failed: [422, "Some fields are faulty"],
  too_many_attempts: [429, "Too many attempts failed; try again later"],
  internal_error: [500, "The server failed"],
};

/** An error that the client is told about; its JSON form is a problem document. */
export class Problem extends Error {
  /**
   * @param {keyof typeof KINDS} code
   * @param {object} [details]
   * @param {Map<string, string>} [details.errors]   what is wrong, by field
   * @param {Record<string, string>} [details.headers]
   */
  constructor(code, { errors, headers = {} } = {}) {
    const [status, title] = KINDS[code];
    super(title);
    this.code = code;
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  toJSON() {
    const { code, status, message: title } = this;
    // fromEntries also keeps a field named __proto__, which an assignment would lose.
    const errors = this.errors && Object.fromEntries(this.errors);
    return { type: `/problems/${code}`, title, status, code, errors };
  }
}
