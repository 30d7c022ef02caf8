import { type ArgumentsHost, BadRequestException, Catch, type ExceptionFilter, Logger, NotFoundException } from "@nestjs/common";

import type { HttpResponse } from "./http.ts";
import { Problem } from "./problem.ts";

/** Answers every exception as a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = this.toProblem(exception);
    const response = host.switchToHttp().getResponse<HttpResponse>();
    response.status(problem.getStatus()).set(problem.headers).type("application/problem+json");
    response.send(JSON.stringify(problem.getResponse()));
  }

  private toProblem(exception: unknown): Problem {
    if (exception instanceof Problem) return exception;
    // Nest itself finds no other fault in a request than a path that is unknown or cannot be decoded.
    if (exception instanceof NotFoundException || exception instanceof BadRequestException) return Problem.notFound();
    this.logger.error(exception);
    return Problem.internalError();
  }
}
