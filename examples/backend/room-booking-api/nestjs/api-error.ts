import { HttpException, HttpStatus } from "@nestjs/common";

/** An error that the client is told about. */
export class ApiError extends HttpException {
  /** @param fields what is wrong with each faulty input */
  constructor(status: HttpStatus, code: string, message: string, fields?: Record<string, string>) {
    super({ error: { code, message, fields } }, status);
  }
}

/** The body is not a JSON object in UTF-8. */
export class MalformedJsonError extends ApiError {
  constructor() {
    super(HttpStatus.BAD_REQUEST, "malformed_json", "The body must be a JSON object in UTF-8.");
  }
}

/** Some inputs are faulty. */
export class ValidationFailedError extends ApiError {
  constructor(fields: Record<string, string>) {
    super(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "Some inputs are faulty.", fields);
  }
}

/** There is no such room, booking or path. */
export class NotFoundError extends ApiError {
  constructor(thing: string) {
    super(HttpStatus.NOT_FOUND, "not_found", `There is no such ${thing}.`);
  }
}

/** The key has created another booking. */
export class IdempotencyKeyReusedError extends ApiError {
  constructor() {
    const message = "The key has been used for another booking.";
    super(HttpStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", message);
  }
}

/** The room is taken. */
export class BookingConflictError extends ApiError {
  constructor() {
    super(HttpStatus.CONFLICT, "booking_conflict", "The room is already booked at that time.");
  }
}
