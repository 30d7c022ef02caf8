import type { IncomingMessage } from "node:http";

import { createParamDecorator, type ExecutionContext, type PipeTransform } from "@nestjs/common";

import type { NewMessage } from "./message.ts";
import { Problem } from "./problem.ts";

const MAX_BODY_BYTES = 65_536;
const EVENT = /^[A-Za-z0-9_.-]{1,64}$/;
const RESERVED = ["reset", "closed"];

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The request itself, for a pipe that reads its body after the guards have let it pass. */
export const RequestBody = createParamDecorator(
  (_data: unknown, context: ExecutionContext): IncomingMessage => context.switchToHttp().getRequest(),
);

/** Reads and checks the body of a request, in the order in which faults are reported. */
export class NewMessagePipe implements PipeTransform<IncomingMessage, Promise<NewMessage>> {
  async transform(request: IncomingMessage): Promise<NewMessage> {
    const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
    if (mediaType.trim().toLowerCase() !== "application/json") throw Problem.unsupportedMediaType();
    return toMessage(parseObject(await readBody(request)));
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"]) > MAX_BODY_BYTES) throw Problem.bodyTooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    // Leaving the loop closes the connection of a client that did not say how much it would send.
    if (size > MAX_BODY_BYTES) throw Problem.bodyTooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parseObject(bytes: Buffer): object {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    throw Problem.malformedJson();
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw Problem.malformedJson();
  return value;
}

function toMessage(fields: object): NewMessage {
  const { data, event = "message", ...others } = fields as Record<string, unknown>;
  const errors = new Map(Object.keys(others).map((name) => [name, "is no known field"]));
  if (!isData(data)) errors.set("data", "must be a text without U+0000");
  if (!isEventName(event)) errors.set("event", "must be 1 to 64 of A-Z a-z 0-9 _ . -, but not reset or closed");
  if (!isData(data) || !isEventName(event) || errors.size > 0) {
    throw Problem.validationFailed(Object.fromEntries(errors));
  }
  return { data, event };
}

function isData(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function isEventName(value: unknown): value is string {
  return typeof value === "string" && EVENT.test(value) && !RESERVED.includes(value);
}
