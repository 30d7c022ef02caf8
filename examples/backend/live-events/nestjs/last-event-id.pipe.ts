import type { IncomingMessage } from "node:http";

import { createParamDecorator, type ExecutionContext, type PipeTransform } from "@nestjs/common";

import { Problem } from "./problem.ts";

const LAST_ID = /^(?:0|[1-9][0-9]{0,14})$/;

type Request = IncomingMessage & { query: Record<string, unknown> };

/** The last id as the client tells it, in a header or else in the query. */
export const LastEventId = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
  const { headers, query } = context.switchToHttp().getRequest<Request>();
  return headers["last-event-id"] ?? query["last_event_id"];
});

/** Makes a number of it; undefined stays when there is none. */
export class LastEventIdPipe implements PipeTransform<unknown, number | undefined> {
  transform(text: unknown): number | undefined {
    if (text === undefined) return undefined;
    if (typeof text !== "string" || !LAST_ID.test(text)) throw Problem.invalidLastEventId();
    return Number(text);
  }
}
