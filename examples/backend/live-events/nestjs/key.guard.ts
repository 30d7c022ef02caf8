import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { type CanActivate, type ExecutionContext, Injectable } from "@nestjs/common";

import { Problem } from "./problem.ts";
import { Settings } from "./settings.ts";

/** Lets pass only who has the key of publishers; without one configured, nobody. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const { authorization = "" } = context.switchToHttp().getRequest<IncomingMessage>().headers;
    const { publishKey } = this.settings;
    const [, key = ""] = /^bearer (.*)$/is.exec(authorization) ?? [];
    if (!timingSafeEqual(digest(key), digest(publishKey)) || publishKey === "") throw Problem.unauthorized();
    return true;
  }
}

/** Digests have one length, without which texts could not be compared in constant time. */
function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
