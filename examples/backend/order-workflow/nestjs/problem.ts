import { HttpException } from "@nestjs/common";

/** An exception whose response is the body of `application/problem+json`. */
export class Problem extends HttpException {
  static malformedJson = (): Problem => new Problem(400, "malformed_json", "The body is not a JSON object");
  static unauthorized = (): Problem => new Problem(401, "unauthorized", "A valid token is needed");
  static forbidden = (): Problem => new Problem(403, "forbidden", "You may not do this");
  static notFound = (): Problem => new Problem(404, "not_found", "There is nothing here");
  static alreadyClaimed = (): Problem => new Problem(409, "already_claimed", "The staff token is taken");
  static bodyTooLarge = (): Problem => new Problem(413, "body_too_large", "The body is too large");
  static unsupportedMediaType = (): Problem =>
    new Problem(415, "unsupported_media_type", "The body must be application/json");
  static internalError = (): Problem => new Problem(500, "internal_error", "The server failed");

  static illegalTransition(allowed: string[]): Problem {
    return new Problem(409, "illegal_transition", "The order's state forbids this", { allowed });
  }

  static outOfStock(skus: string[]): Problem {
    return new Problem(409, "out_of_stock", "There is not enough of some products", { skus });
  }

  static validationFailed(errors: Record<string, string>): Problem {
    return new Problem(422, "validation_failed", "Some fields are faulty", { errors });
  }

  private constructor(status: number, code: string, title: string, extra: object = {}) {
    super({ type: `/problems/${code}`, code, title, status, ...extra }, status);
  }
}
