import { Catch, HttpStatus, Logger, NotFoundException } from "@nestjs/common";
import type { ArgumentsHost, ExceptionFilter } from "@nestjs/common";

import { ApiError, NotFoundError } from "./api-error.ts";
import type { HttpResponse } from "./express.ts";

/** Answers every error in the format of the API. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ApiErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const answer = this.toApiError(error);
    host.switchToHttp().getResponse<HttpResponse>().status(answer.getStatus()).json(answer.getResponse());
  }

  private toApiError(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    // Nest's own, for a path without a route.
    if (error instanceof NotFoundException) return new NotFoundError("path");
    this.logger.error(error);
    return new ApiError(HttpStatus.INTERNAL_SERVER_ERROR, "internal_error", "The server failed.");
  }
}
