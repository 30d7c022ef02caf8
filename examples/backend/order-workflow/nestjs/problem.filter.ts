import type { ServerResponse } from "node:http";

import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  type ExceptionFilter,
  Logger,
  NotFoundException,
} from "@nestjs/common";

import { Problem } from "./problem.ts";

/** Answers every exception as a problem. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = this.toProblem(exception);
    const response = host.switchToHttp().getResponse<ServerResponse>();
    response.statusCode = problem.getStatus();
    response.setHeader("Content-Type", "application/problem+json");
    if (response.statusCode === 401) response.setHeader("WWW-Authenticate", "Bearer");
    response.end(JSON.stringify(problem.getResponse()));
  }

  private toProblem(exception: unknown): Problem {
    if (exception instanceof Problem) return exception;
    if (exception instanceof NotFoundException) return Problem.notFound();
    // Nest's own, for a path that is no percent-encoded UTF-8; faulty bodies are found by this app's code.
    if (exception instanceof BadRequestException) return Problem.notFound();
    this.logger.error(exception);
    return Problem.internalError();
  }
}
