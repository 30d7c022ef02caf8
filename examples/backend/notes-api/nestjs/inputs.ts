import type { IncomingMessage } from "node:http";

import { createParamDecorator } from "@nestjs/common";
import type { ExecutionContext, PipeTransform } from "@nestjs/common";

import { malformedJson, payloadTooLarge } from "./errors.ts";
import { Fault, parseFields } from "./validation.ts";
import type { Parsers } from "./validation.ts";

const MAX_BODY_BYTES = 262_144;

// Bytes that are no UTF-8 must be refused, not replaced.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const requestOf = (context: ExecutionContext): IncomingMessage => context.switchToHttp().getRequest<IncomingMessage>();

/** The JSON object in the body of the request. Guards come before parameters, so the token is already checked. */
export const JsonObject = createParamDecorator(async (data: unknown, context: ExecutionContext) =>
  parseObject(await readBody(requestOf(context))),
);

/** The parameters in the query of the request: an array of values for each name. */
export const QueryValues = createParamDecorator((data: unknown, context: ExecutionContext) => {
  const { searchParams } = new URL(requestOf(context).url ?? "", "http://localhost");
  return Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
});

/** The value of the header If-Match, undefined without one. */
export const IfMatch = createParamDecorator(
  (data: unknown, context: ExecutionContext) => requestOf(context).headers["if-match"],
);

/** Parses the fields of what a client sent, or answers 422. */
export class FieldsPipe<T extends object> implements PipeTransform<Record<string, unknown>, T> {
  constructor(private readonly parsers: Parsers<T>) {}

  transform(values: Record<string, unknown>): T {
    return parseFields(values, this.parsers);
  }
}

/** A parser of a query parameter, made of the parser of its one value. */
export function once<T>(parse: (value: string) => T): (values: unknown) => T {
  return (values) => {
    const [value, ...more] = values as string[];
    if (value === undefined || more.length > 0) throw new Fault("must be given once");
    return parse(value);
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A body that is too large is read to its end, but not kept: clients look at the answer when they have sent all.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw payloadTooLarge();
  return Buffer.concat(chunks);
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  const value = parse(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformedJson();
  return value as Record<string, unknown>;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw malformedJson();
  }
}
