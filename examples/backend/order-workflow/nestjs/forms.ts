import type { IncomingMessage } from "node:http";

import { createParamDecorator, type ExecutionContext, type PipeTransform } from "@nestjs/common";

import { Problem } from "./problem.ts";

const MAX_BYTES = 16384;
// Keeps a byte order mark, which is then no valid JSON.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type JsonObject = Record<string, unknown>;

/** Says what is wrong with a value, undefined if nothing is. */
type Check = (value: unknown) => string | undefined;

/** A string with so many code points. */
export function text(min: number, max: number): Check {
  return (value) =>
    typeof value === "string" && isBetween([...value].length, min, max)
      ? undefined
      : `must be a string of ${min} to ${max} characters`;
}

/** A whole number in this range. */
export function integer(min: number, max: number): Check {
  return (value) =>
    Number.isInteger(value) && isBetween(Number(value), min, max)
      ? undefined
      : `must be an integer from ${min} to ${max}`;
}

/** A string that a pattern matches. */
export function matching(pattern: RegExp): Check {
  return (value) => (typeof value === "string" && pattern.test(value) ? undefined : `must match ${pattern.source}`);
}

/** An array with so many objects of a form. */
export function listOf(form: Form<object>, min: number, max: number): Check {
  return (value) =>
    Array.isArray(value) && isBetween(value.length, min, max) && value.every((item) => form.accepts(item))
      ? undefined
      : `must be a list of ${min} to ${max} objects with their fields`;
}

/** A pipe that lets an object pass which has exactly the form's fields, and names all faulty ones otherwise. */
export class Form<Fields extends object> implements PipeTransform<JsonObject, Fields> {
  private readonly checks: Map<string, Check>;

  constructor(checks: Record<keyof Fields & string, Check>) {
    this.checks = new Map(Object.entries(checks));
  }

  transform(body: JsonObject): Fields {
    const faults = this.faultsOf(body);
    // fromEntries also keeps a field named __proto__, which an assignment would lose.
    if (faults.length > 0) throw Problem.validationFailed(Object.fromEntries(faults));
    return body as Fields;
  }

  accepts(value: unknown): boolean {
    return isObject(value) && this.faultsOf(value).length === 0;
  }

  private faultsOf(object: JsonObject): [string, string][] {
    const faults: [string, string][] = [];
    for (const name of Object.keys(object)) {
      if (!this.checks.has(name)) faults.push([name, "is not a field"]);
    }
    for (const [name, check] of this.checks) {
      const fault = check(object[name]);
      if (fault) faults.push([name, fault]);
    }
    return faults;
  }
}

/**
 * The JSON object of the request's body; pipes, a Form for instance, can be given.
 *
 * Parameters are read after the guards have run, unlike by a middleware: whoever may not call, is told that first.
 */
export const JsonForm = (form: PipeTransform): ParameterDecorator => readObject(undefined, form);

const readObject = createParamDecorator(async (_: unknown, context: ExecutionContext): Promise<JsonObject> => {
  const request = context.switchToHttp().getRequest<IncomingMessage>();
  const content = await readContent(request);
  const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw Problem.unsupportedMediaType();
  const value = parse(content);
  if (!isObject(value)) throw Problem.malformedJson();
  return value;
});

async function readContent(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BYTES) throw Problem.bodyTooLarge();
  return Buffer.concat(chunks);
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(content));
  } catch {
    throw Problem.malformedJson();
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
