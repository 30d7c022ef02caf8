import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

import { Injectable } from "@nestjs/common";

import { Config } from "./config.ts";
import { readJsonObject } from "./json-object.ts";
import type { JsonObject } from "./json-object.ts";

const ISSUER = "auth.example.com";
const ALGORITHM = "HS256";
/** Three parts in base64url; decoding them would not object to padding and other characters. */
const TOKEN = /^(?<header>[\w-]+)\.(?<claims>[\w-]+)\.(?<signature>[\w-]+)$/;

/** Whom an access token speaks for. */
export interface Subject {
  userId: string;
  sessionId: string;
}

/** Signs access tokens with the current secret, and verifies those of the old one too. */
@Injectable()
export class AccessTokens {
  readonly lifeSeconds: number;
  private readonly currentKeyId: string;
  private readonly secrets = new Map<unknown, Buffer>();

  constructor({ secret, oldSecret, accessSeconds }: Config) {
    this.lifeSeconds = accessSeconds;
    this.currentKeyId = keyId(secret);
    if (oldSecret !== undefined) this.secrets.set(keyId(oldSecret), oldSecret);
    this.secrets.set(this.currentKeyId, secret);
  }

  /** @param now in seconds */
  issue({ userId, sessionId }: Subject, now: number): string {
    const header = encode({ alg: ALGORITHM, typ: "JWT", kid: this.currentKeyId });
    const exp = now + this.lifeSeconds;
    const claims = encode({ iss: ISSUER, sub: userId, sid: sessionId, iat: now, exp, jti: randomUUID() });
    return `${header}.${claims}.${this.sign(`${header}.${claims}`, this.currentKeyId)}`;
  }

  /**
   * Tells whom a token speaks for; whether the session still exists is not known here.
   *
   * @param now in seconds
   * @returns undefined for a token that is forged, expired or of another issuer
   */
  verify(token: string, now: number): Subject | undefined {
    const { header = "", claims = "", signature = "" } = TOKEN.exec(token)?.groups ?? {};
    if (!this.isSigned(header, claims, signature)) return undefined;
    const { iss, exp, sub, sid } = decode(claims);
    if (iss !== ISSUER || !Number.isInteger(exp) || Number(exp) <= now) return undefined;
    if (typeof sub !== "string" || typeof sid !== "string") return undefined;
    return { userId: sub, sessionId: sid };
  }

  private isSigned(header: string, claims: string, signature: string): boolean {
    const { alg, crit, kid } = decode(header);
    const expected = this.sign(`${header}.${claims}`, kid);
    return alg === ALGORITHM && crit === undefined && expected !== undefined && equal(signature, expected);
  }

  /** @returns undefined when no secret has that id */
  private sign(text: string, id: unknown): string | undefined {
    const secret = this.secrets.get(id);
    return secret && createHmac("sha256", secret).update(text).digest("base64url");
  }
}

function keyId(secret: Buffer): string {
  return createHmac("sha256", secret).update("kid").digest("hex").slice(0, 16);
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** What is no JSON object has no members that count. */
function decode(part: string): JsonObject {
  return readJsonObject(Buffer.from(part, "base64url")) ?? {};
}
