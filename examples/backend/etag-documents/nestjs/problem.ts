import { HttpException } from "@nestjs/common";

/** An exception whose response is the body of `application/problem+json`. */
export class Problem extends HttpException {
  static malformedJson(): Problem {
    return new Problem(400, "malformed_json", "The body is not a JSON object");
  }

  static notFound(): Problem {
    return new Problem(404, "not_found", "There is nothing here");
  }

  static notDeleted(): Problem {
    return new Problem(409, "not_deleted", "The document is not deleted");
  }

  static deleted(): Problem {
    return new Problem(410, "deleted", "The document is deleted");
  }

  static lengthRequired(): Problem {
    return new Problem(411, "length_required", "The request needs a Content-Length");
  }

  static preconditionFailed(): Problem {
    return new Problem(412, "precondition_failed", "The precondition does not hold");
  }

  static bodyTooLarge(): Problem {
    return new Problem(413, "body_too_large", "The body is too large");
  }

  static unsupportedMediaType(): Problem {
    return new Problem(415, "unsupported_media_type", "The body must be application/json");
  }

  static validationFailed(errors: Record<string, string>): Problem {
    return new Problem(422, "validation_failed", "Some fields are faulty", errors);
  }

  static preconditionRequired(): Problem {
    return new Problem(428, "precondition_required", "The request needs a precondition");
  }

  static internalError(): Problem {
    return new Problem(500, "internal_error", "The server failed");
  }

  private constructor(status: number, code: string, title: string, errors?: Record<string, string>) {
    super({ type: `/problems/${code}`, title, status, errors }, status);
  }
}
