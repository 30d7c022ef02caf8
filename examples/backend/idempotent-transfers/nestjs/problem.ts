import { HttpException } from "@nestjs/common";

const STATUS_AND_TITLE = {
  malformed_json: [400, "The request body is not a JSON object in UTF-8"],
  invalid_idempotency_key: [400, "The header Idempotency-Key needs 1 to 64 visible ASCII characters"],
  not_found: [404, "Nothing was found at this path"],
  insufficient_funds: [409, "The amount exceeds the balance of the paying account"],
  balance_limit: [409, "The receiving account cannot hold this much"],
  payload_too_large: [413, "The request body is too large"],
  unsupported_media_type: [415, "The request body is not of the type application/json"],
  validation_failed: [422, "Some values are missing or faulty"],
  same_account: [422, "A transfer needs two different accounts"],
  unknown_account: [422, "One of the accounts does not exist"],
  currency_mismatch: [422, "The accounts have different currencies"],
  idempotency_key_reused: [422, "This idempotency key belongs to a transfer with other values"],
  internal_error: [500, "The server failed to answer this request"],
} as const;

export type ProblemCode = keyof typeof STATUS_AND_TITLE;

/** An error that the client is told about as a problem document. */
export class Problem extends HttpException {
  /** The problem document as JSON text. */
  readonly body: string;

  /** @param errors what is wrong with each faulty field or query parameter */
  constructor(code: ProblemCode, errors?: ReadonlyMap<string, string>) {
    const [status, title] = STATUS_AND_TITLE[code];
    super(title, status);
    // Object.fromEntries makes even "__proto__" an ordinary property.
    const details = errors && { errors: Object.fromEntries(errors) };
    this.body = JSON.stringify({ type: `/problems/${code}`, title, status, ...details });
  }
}
