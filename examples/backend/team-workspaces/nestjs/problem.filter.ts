import type { ServerResponse } from "node:http";

import { type ArgumentsHost, BadRequestException, Catch, type ExceptionFilter, Logger, NotFoundException } from "@nestjs/common";

import { Problem } from "./problem.ts";

/** Answers every exception as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = this.problemOf(exception);
    const status = problem.getStatus();
    const headers = { "Content-Type": "application/problem+json", ...(status === 401 && { "WWW-Authenticate": "Bearer" }) };
    const response = host.switchToHttp().getResponse<ServerResponse>();
    response.writeHead(status, headers).end(JSON.stringify(problem.getResponse()));
  }

  private problemOf(exception: unknown): Problem {
    if (exception instanceof Problem) return exception;
    // These come from Nest, for a path without a route and for one that cannot be decoded.
    if (exception instanceof NotFoundException || exception instanceof BadRequestException) return Problem.notFound();
    this.logger.error(exception);
    return Problem.internalError();
  }
}
