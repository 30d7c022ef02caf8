import type { ServerResponse } from "node:http";

import { Catch, HttpException, HttpStatus, Logger } from "@nestjs/common";
import type { ArgumentsHost, ExceptionFilter } from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";

/** What is wrong with each faulty field. */
export type Faults = Record<string, string>;

/** A failure that the client is told about, in the one form of this API. */
export class ApiError extends HttpException {
  constructor(status: number, code: string, message: string, fields?: Faults) {
    super({ error: { code, message, fields } }, status);
  }
}

export const malformedJson = (): ApiError =>
  new ApiError(HttpStatus.BAD_REQUEST, "malformed_json", "The request body must be a JSON object in UTF-8.");

export const unauthorized = (): ApiError =>
  new ApiError(HttpStatus.UNAUTHORIZED, "unauthorized", "A valid bearer token is required.");

export const invalidCredentials = (): ApiError =>
  new ApiError(HttpStatus.UNAUTHORIZED, "invalid_credentials", "The username or the password is wrong.");

export const notFound = (): ApiError => new ApiError(HttpStatus.NOT_FOUND, "not_found", "There is nothing here.");

export const usernameTaken = (): ApiError =>
  new ApiError(HttpStatus.CONFLICT, "username_taken", "This username is taken.");

export const preconditionFailed = (): ApiError =>
  new ApiError(
    HttpStatus.PRECONDITION_FAILED,
    "precondition_failed",
    "The note does not have the version that If-Match asks for.",
  );

export const payloadTooLarge = (): ApiError =>
  new ApiError(HttpStatus.PAYLOAD_TOO_LARGE, "payload_too_large", "The request body is too large.");

export const validationFailed = (fields: Faults): ApiError =>
  new ApiError(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "Some fields are faulty.", fields);

export const preconditionRequired = (): ApiError =>
  new ApiError(HttpStatus.PRECONDITION_REQUIRED, "precondition_required", "An update needs the header If-Match.");

const internalError = (): ApiError =>
  new ApiError(HttpStatus.INTERNAL_SERVER_ERROR, "internal_error", "The server failed to answer this request.");

/** Gives every error, those of Nest included, the JSON body of this API. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const error = this.toApiError(exception);
    if (error.getStatus() === HttpStatus.UNAUTHORIZED) response.setHeader("WWW-Authenticate", "Bearer");
    this.adapterHost.httpAdapter.reply(response, error.getResponse(), error.getStatus());
  }

  private toApiError(exception: unknown): ApiError {
    if (exception instanceof ApiError) return exception;
    if (exception instanceof HttpException) return translate(exception);
    this.logger.error(exception);
    return internalError();
  }
}

function translate(exception: HttpException): ApiError {
  const status = exception.getStatus();
  return status === HttpStatus.NOT_FOUND ? notFound() : new ApiError(status, "bad_request", exception.message);
}
