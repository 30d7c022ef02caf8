import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import { Inject, Injectable } from "@nestjs/common";

/** The token of the secret that signs. */
export const JWT_SECRET = Symbol("JWT_SECRET");

const LIFETIME_SECONDS = 86_400;
const MIN_SECRET_BYTES = 32;
const HEADER = encode('{"alg":"HS256","typ":"JWT"}');

/** Issues JSON Web Tokens of one kind and knows its own again. */
@Injectable()
export class TokensService {
  private readonly key: Buffer;

  /**
   * @param secret "": a random one
   * @throws RangeError the secret is shorter than 32 bytes
   */
  constructor(@Inject(JWT_SECRET) secret: string) {
    this.key = secret ? Buffer.from(secret) : randomBytes(MIN_SECRET_BYTES);
    if (this.key.length < MIN_SECRET_BYTES) {
      throw new RangeError(`the secret of the tokens must have at least ${MIN_SECRET_BYTES} bytes`);
    }
  }

  /** A token for a user, valid from now on. */
  issue(userId: number): string {
    const claims = { sub: String(userId), exp: Math.floor(Date.now() / 1000) + LIFETIME_SECONDS };
    const signed = `${HEADER}.${encode(JSON.stringify(claims))}`;
    return `${signed}.${this.sign(signed)}`;
  }

  /** The subject of a token that is genuine and has not expired, undefined for any other. */
  subject(token: string): string | undefined {
    const [header, payload = "", signature = "", ...more] = token.split(".");
    // The header decides nothing: there is only one that is accepted.
    if (header !== HEADER || more.length > 0) return undefined;
    if (!isEqual(signature, this.sign(`${header}.${payload}`))) return undefined;
    const { sub, exp } = parse(payload);
    const isValid = typeof sub === "string" && Number.isInteger(exp) && Number(exp) > Date.now() / 1000;
    return isValid ? sub : undefined;
  }

  private sign(signed: string): string {
    return createHmac("sha256", this.key).update(signed).digest("base64url");
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function isEqual(text: string, expected: string): boolean {
  const [one, other] = [Buffer.from(text), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function parse(payload: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString()) ?? {};
  } catch {
    return {};
  }
}
