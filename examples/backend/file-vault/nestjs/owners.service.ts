import { hash, timingSafeEqual } from "node:crypto";

import { Injectable } from "@nestjs/common";

import { Settings } from "./settings.ts";

/** The owners, known by digests of their keys. */
@Injectable()
export class Owners {
  private readonly digests: ReadonlyArray<[owner: string, digest: Buffer]>;

  constructor(settings: Settings) {
    this.digests = Array.from(settings.keys, ([owner, key]) => [owner, digestOf(key)]);
  }

  /** The owner whose key the value of an `Authorization` header holds, undefined if it holds none. */
  identify(authorization: string): string | undefined {
    const digest = digestOf(/^Bearer (.+)$/.exec(authorization)?.[1] ?? "");
    // All keys are compared, so that the time tells neither how much is right nor whose it is.
    const [found] = this.digests.filter(([, known]) => timingSafeEqual(known, digest));
    return found?.[0];
  }
}

/** All digests have one length, as timingSafeEqual needs it. */
function digestOf(key: string): Buffer {
  return hash("sha256", key, "buffer");
}
