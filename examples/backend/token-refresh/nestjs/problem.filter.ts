import { Catch, Logger, NotFoundException } from "@nestjs/common";
import type { ArgumentsHost, ExceptionFilter } from "@nestjs/common";

import type { HttpResponse } from "./http.ts";
import { Problem } from "./problem.ts";

/** Answers all errors with problem documents. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = this.asProblem(error);
    const response = host.switchToHttp().getResponse<HttpResponse>().status(problem.getStatus());
    if (problem.getStatus() === 401) response.set("WWW-Authenticate", "Bearer");
    response.type("application/problem+json").send(JSON.stringify(problem));
  }

  private asProblem(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof NotFoundException) return new Problem("not_found");
    this.logger.error(error);
    return new Problem("internal_error");
  }
}
