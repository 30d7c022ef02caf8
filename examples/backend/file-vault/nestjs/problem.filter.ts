import type { IncomingMessage, ServerResponse } from "node:http";

import { Catch, HttpException, Logger } from "@nestjs/common";
import type { ArgumentsHost, ExceptionFilter } from "@nestjs/common";

import { Problem } from "./problem.ts";

/** Answers every error with a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = this.toProblem(error);
    const request = host.switchToHttp().getRequest<IncomingMessage>();
    const response = host.switchToHttp().getResponse<ServerResponse>();
    // The rest of a body that nobody reads would stand before the next request.
    if (!request.complete) response.setHeader("Connection", "close");
    response.writeHead(problem.getStatus(), { ...problem.headers, "Content-Type": "application/problem+json" });
    response.end(JSON.stringify(problem));
  }

  private toProblem(error: unknown): Problem {
    if (error instanceof Problem) return error;
    // Of Nest's own: a path that is unknown or cannot be decoded.
    if (error instanceof HttpException) return new Problem("not_found");
    this.logger.error(error);
    return new Problem("internal_error");
  }
}
