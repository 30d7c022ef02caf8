import { HttpException } from "@nestjs/common";

interface Details {
  /** what is wrong, by field */
  errors?: ReadonlyMap<string, string>;
  headers?: Record<string, string>;
}

/** An exception whose response is a problem document. */
export class Problem extends HttpException {
  static malformedJson = () => new Problem(400, "malformed_json", "The body must be a JSON object in UTF-8");
  static unauthenticated = () => new Problem(401, "unauthenticated", "This needs the cookie of a session");
  static invalidCredentials = () => new Problem(401, "invalid_credentials", "Username or password is wrong");
  static csrfFailed = () => new Problem(403, "csrf_failed", "X-CSRF-Token is not that of the session");
  static wrongPassword = () => new Problem(403, "wrong_password", "The current password is wrong");
  static notFound = () => new Problem(404, "not_found", "There is nothing here");
  static usernameTaken = () => new Problem(409, "username_taken", "The username is taken");
  static bodyTooLarge = () => new Problem(413, "body_too_large", "The body is too large");
  static unsupportedMediaType = () =>
    new Problem(415, "unsupported_media_type", "The body must be application/json");
  static validationFailed = (errors: ReadonlyMap<string, string>) =>
    new Problem(422, "validation_failed", "Some fields are faulty", { errors });
  static tooManyAttempts = (retryAfter: number) =>
    new Problem(429, "too_many_attempts", "Too many attempts failed; try again later", {
      headers: { "Retry-After": String(retryAfter) },
    });
  static internalError = () => new Problem(500, "internal_error", "The server failed");

  readonly headers: Record<string, string>;

  private constructor(status: number, code: string, title: string, { errors, headers = {} }: Details = {}) {
    // fromEntries also keeps a field named __proto__, which an assignment would lose.
    const extension = errors && { errors: Object.fromEntries(errors) };
    super({ type: `/problems/${code}`, title, status, code, ...extension }, status);
    this.headers = headers;
  }
}
