import { HttpException } from "@nestjs/common";

const PROBLEMS = {
  malformed_json: [400, "The body is no JSON object in UTF-8"],
  unauthorized: [401, "This needs a valid access token"],
  invalid_credentials: [401, "Username or password is wrong"],
  invalid_refresh_token: [401, "The refresh token is not valid"],
  wrong_password: [403, "The current password is wrong"],
  not_found: [404, "There is nothing of this name"],
  username_taken: [409, "Somebody has this username"],
  payload_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body is not application/json"],
  validation_failed: [422, "Fields are missing, faulty or not known"],
  internal_error: [500, "The server failed"],
} as const;

/** An error that clients are told about. */
export class Problem extends HttpException {
  readonly code: keyof typeof PROBLEMS;
  /** What is wrong with each faulty field. */
  readonly errors: ReadonlyMap<string, string> | undefined;

  constructor(code: keyof typeof PROBLEMS, errors?: ReadonlyMap<string, string>) {
    const [status, title] = PROBLEMS[code];
    super(title, status);
    this.code = code;
    this.errors = errors;
  }

  /** The problem document. */
  toJSON(): object {
    // Object.fromEntries makes an ordinary member even of "__proto__".
    const details = this.errors && { errors: Object.fromEntries(this.errors) };
    const { code, message: title } = this;
    return { type: `/problems/${code}`, title, status: this.getStatus(), code, ...details };
  }
}
