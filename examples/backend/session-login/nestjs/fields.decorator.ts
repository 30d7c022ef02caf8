import type { IncomingMessage } from "node:http";

import { createParamDecorator, type ExecutionContext } from "@nestjs/common";

import { Problem } from "./problem.ts";

/** Says what is wrong with a text, or gives undefined. */
export type Rule = (text: string) => string | undefined;

const MAX_BYTES = 8192;

// Keeps a byte order mark, which is then no valid JSON.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A parameter that gets the body of the request, if it has exactly the fields that have a rule, all of them valid.
 *
 * Parameters come after guards: a body is not even read from somebody who may not send it.
 */
export const Fields = createParamDecorator(async (rules: Record<string, Rule>, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<IncomingMessage>();
  requireJson(request);
  return checked(parseObject(await readBytes(request)), new Map(Object.entries(rules)));
});

function requireJson(request: IncomingMessage): void {
  const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw Problem.unsupportedMediaType();
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk); // the rest is read too: an open request would never be answered
  }
  if (size > MAX_BYTES) throw Problem.bodyTooLarge();
  return Buffer.concat(chunks);
}

function parseObject(bytes: Buffer): object {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // What is no JSON is answered like what is no object.
  }
  throw Problem.malformedJson();
}

function checked(body: object, rules: ReadonlyMap<string, Rule>): object {
  const given = new Map<string, unknown>(Object.entries(body));
  const errors = new Map<string, string>();
  for (const [name, rule] of rules) {
    const value = given.get(name);
    const fault = typeof value === "string" ? rule(value) : "must be a string";
    if (fault) errors.set(name, fault);
  }
  for (const name of given.keys()) {
    if (!rules.has(name)) errors.set(name, "is not a known field");
  }
  if (errors.size > 0) throw Problem.validationFailed(errors);
  return body;
}
