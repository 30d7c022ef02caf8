import { HttpException } from "@nestjs/common";

/** An exception whose response is the body of `application/problem+json`. */
export class Problem extends HttpException {
  static malformedJson = () => new Problem(400, "malformed_json", "The body must be a JSON object in UTF-8");
  static unauthorized = () => new Problem(401, "unauthorized", "A valid bearer token is required");
  static forbidden = () => new Problem(403, "forbidden", "Your role does not allow this");
  static notFound = () => new Problem(404, "not_found", "There is nothing here");
  static alreadyMember = () => new Problem(409, "already_member", "The user is a member already");
  static lastOwner = () => new Problem(409, "last_owner", "A workspace must keep an owner");
  static nameTaken = () => new Problem(409, "name_taken", "The name is taken");
  static bodyTooLarge = () => new Problem(413, "body_too_large", "The body is too large");
  static unsupportedMediaType = () => new Problem(415, "unsupported_media_type", "The body must be application/json");
  static unknownUser = () => new Problem(422, "unknown_user", "There is no such user");
  static internalError = () => new Problem(500, "internal_error", "The server failed");

  /** @param errors what is wrong with each faulty field */
  static validationFailed(errors: Record<string, string>): Problem {
    return new Problem(422, "validation_failed", "Some fields are faulty", errors);
  }

  private constructor(status: number, code: string, title: string, errors?: Record<string, string>) {
    super({ type: `/problems/${code}`, code, title, status, errors }, status);
  }
}
