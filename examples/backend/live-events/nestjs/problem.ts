import { HttpException } from "@nestjs/common";

interface Details {
  headers?: Record<string, string>;
  errors?: Record<string, string>;
}

/** An exception that is answered as `application/problem+json`. */
export class Problem extends HttpException {
  static badRequest(): Problem {
    return new Problem(400, "bad_request", "The request can't be read.");
  }

  static malformedJson(): Problem {
    return new Problem(400, "malformed_json", "The body must be a JSON object in UTF-8.");
  }

  static invalidLastEventId(): Problem {
    return new Problem(400, "invalid_last_event_id", "The last event id must be a number.");
  }

  static unauthorized(): Problem {
    const headers = { "WWW-Authenticate": "Bearer" };
    return new Problem(401, "unauthorized", "This needs the key of publishers.", { headers });
  }

  static notFound(): Problem {
    return new Problem(404, "not_found", "There is nothing here.");
  }

  static bodyTooLarge(): Problem {
    return new Problem(413, "body_too_large", "The body has more than 65536 bytes.");
  }

  static unsupportedMediaType(): Problem {
    return new Problem(415, "unsupported_media_type", "The body must be application/json.");
  }

  static validationFailed(errors: Record<string, string>): Problem {
    return new Problem(422, "validation_failed", "Some fields are faulty.", { errors });
  }

  static internalError(): Problem {
    return new Problem(500, "internal_error", "The server failed.");
  }

  static tooManyListeners(): Problem {
    const headers = { "Retry-After": "5" };
    return new Problem(503, "too_many_listeners", "The channel has no place for a listener.", { headers });
  }

  readonly headers: Record<string, string>;

  private constructor(status: number, code: string, title: string, { headers = {}, errors }: Details = {}) {
    super({ type: `/problems/${code}`, title, status, errors }, status);
    this.headers = headers;
  }
}
