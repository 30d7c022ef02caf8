import type { ServerResponse } from "node:http";

import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from "@nestjs/common";

/** Names of faulty inputs, each with what is wrong. */
export type Faults = Map<string, string>;

/** An exception whose response is a problem document (RFC 9457). */
export class Problem extends HttpException {
  constructor(status: number, code: string, faults?: Faults) {
    super(
      {
        type: `/problems/${code}`,
        title: code.replaceAll("_", " "),
        status,
        code,
        // fromEntries keeps any name, __proto__ too.
        ...(faults && { errors: Object.fromEntries(faults) }),
      },
      status,
    );
  }

  static notFound(): Problem {
    return new Problem(404, "not_found");
  }

  static validationFailed(faults: Faults): Problem {
    return new Problem(422, "validation_failed", faults);
  }
}

/** Answers every exception as a problem. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = this.problemOf(exception);
    const response = host.switchToHttp().getResponse<ServerResponse>();
    response.statusCode = problem.getStatus();
    response.setHeader("Content-Type", "application/problem+json");
    response.end(JSON.stringify(problem.getResponse()));
  }

  private problemOf(exception: unknown): Problem {
    if (exception instanceof Problem) return exception;
    // Nest's own 400 is that of a path that can't be decoded.
    if (exception instanceof HttpException && [400, 404].includes(exception.getStatus())) return Problem.notFound();
    this.logger.error(exception);
    return new Problem(500, "internal_error");
  }
}
