import { HttpException } from "@nestjs/common";

const STATUS_AND_TITLE = {
  malformed_json: [400, "The request body is not a JSON object in UTF-8"],
  unauthorized: [401, "The header X-Api-Key needs the key of a tenant"],
  not_found: [404, "Nothing was found at this path"],
  code_taken: [409, "The code is or was that of a link"],
  expired: [410, "The link has expired"],
  payload_too_large: [413, "The request body is too large"],
  unsupported_media_type: [415, "The request body is not of the type application/json"],
  validation_failed: [422, "Some values are missing or faulty"],
  internal_error: [500, "The server failed to answer this request"],
} as const;

export type ProblemCode = keyof typeof STATUS_AND_TITLE;

/** An error that the client is told about as a problem document. */
export class Problem extends HttpException {
  /** The problem document as JSON text. */
  readonly body: string;

  /** @param errors what is wrong with each faulty field */
  constructor(code: ProblemCode, errors?: ReadonlyMap<string, string>) {
    const [status, title] = STATUS_AND_TITLE[code];
    super(title, status);
    // Object.fromEntries makes even "__proto__" an ordinary property.
    const details = errors && { errors: Object.fromEntries(errors) };
    this.body = JSON.stringify({ type: `/problems/${code}`, title, status, ...details });
  }
}
