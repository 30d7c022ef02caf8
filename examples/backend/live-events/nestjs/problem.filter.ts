import type { ServerResponse } from "node:http";

import { type ArgumentsHost, BadRequestException, Catch, type ExceptionFilter, Logger, NotFoundException } from "@nestjs/common";

import { Problem } from "./problem.ts";

/** Answers every exception with a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = this.toProblem(exception);
    const response = host.switchToHttp().getResponse<ServerResponse>();
    response.writeHead(problem.getStatus(), { ...problem.headers, "Content-Type": "application/problem+json" });
    response.end(JSON.stringify(problem.getResponse()));
  }

  private toProblem(exception: unknown): Problem {
    if (exception instanceof Problem) return exception;
    if (exception instanceof NotFoundException) return Problem.notFound();
    if (exception instanceof BadRequestException) return Problem.badRequest();
    this.logger.error(exception);
    return Problem.internalError();
  }
}
