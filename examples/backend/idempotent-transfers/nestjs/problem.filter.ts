import { Catch, Logger, NotFoundException } from "@nestjs/common";
import type { ArgumentsHost, ExceptionFilter } from "@nestjs/common";

import type { HttpResponse } from "./express.ts";
import { Problem } from "./problem.ts";

/** Answers every error with a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = this.toProblem(error);
    const response = host.switchToHttp().getResponse<HttpResponse>();
    response.status(problem.getStatus()).type("application/problem+json").send(problem.body);
  }

  private toProblem(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof NotFoundException) return new Problem("not_found");
    this.logger.error(error);
    return new Problem("internal_error");
  }
}
