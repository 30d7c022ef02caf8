import type { ServerResponse } from "node:http";

import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
  NotFoundException,
} from "@nestjs/common";

/** An error that the client is told about in the form of the RealWorld specification: texts by key. */
export class ApiError extends HttpException {
  constructor(
    status: number,
    readonly errors: Record<string, string>,
  ) {
    super("", status);
  }

  /** There is no such profile, article, comment or path. */
  static notFound(kind: string): ApiError {
    return new ApiError(404, { [kind]: "not found" });
  }

  /** The article or comment is somebody else's. */
  static forbidden(kind: string): ApiError {
    return new ApiError(403, { [kind]: "belongs to another user" });
  }

  /** The request has no valid token. */
  static unauthorized(): ApiError {
    return new ApiError(401, { token: "is missing or not valid" });
  }
}

/** Answers every exception as an ApiError. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const error = this.toApiError(exception);
    const response = host.switchToHttp().getResponse<ServerResponse>();
    response.statusCode = error.getStatus();
    response.setHeader("Content-Type", "application/json");
    if (error.errors["token"]) response.setHeader("WWW-Authenticate", "Token");
    const lists = Object.entries(error.errors).map(([key, text]) => [key, [text]]);
    response.end(JSON.stringify({ errors: Object.fromEntries(lists) }));
  }

  private toApiError(exception: unknown): ApiError {
    if (exception instanceof ApiError) return exception;
    if (exception instanceof NotFoundException) return ApiError.notFound("path");
    // Of the parser of bodies: 400 for what is no JSON, 413 for what is too large.
    const { status } = exception as { status?: number };
    if (status === 400 || status === 413) return new ApiError(status, { body: (exception as Error).message });
    this.logger.error(exception);
    return new ApiError(500, { server: "failed" });
  }
}
