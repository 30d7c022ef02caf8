import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

import { parseObject } from "./json-objects.js";

const ISSUER = "auth.example.com";
const ALGORITHM = "HS256";
// Checked before decoding, because Node's decoder skips padding and characters that are not Base64.
const FORM = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * @typedef {object} Subject  whom an access token speaks for
 * @property {string} userId
 * @property {string} sessionId
 */

/** Signs access tokens with one secret, and verifies those of an older one too. */
export class AccessTokens {
  #secrets = new Map();
  #currentId;

  /**
   * @param {Buffer} secret
   * @param {Buffer} [oldSecret]
   */
  constructor(secret, oldSecret) {
    if (oldSecret !== undefined) this.#secrets.set(keyId(oldSecret), oldSecret);
    this.#currentId = keyId(secret);
    this.#secrets.set(this.#currentId, secret);
  }

  /**
   * @param {Subject} subject
   * @param {number} now      in seconds
   * @param {number} seconds  how long the token is valid from now on
   */
  issue({ userId, sessionId }, now, seconds) {
    const header = { alg: ALGORITHM, typ: "JWT", kid: this.#currentId };
    const claims = { iss: ISSUER, sub: userId, sid: sessionId, iat: now, exp: now + seconds, jti: randomUUID() };
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return `${text}.${sign(text, this.#secrets.get(this.#currentId))}`;
  }

  /**
   * Tells whom a token speaks for; whether the session still exists is not known here.
   *
   * @param {string} token
   * @param {number} now  in seconds
   * @returns {Subject | undefined}  undefined for a token that is forged or expired
   */
  verify(token, now) {
    const [, header, claims, signature] = FORM.exec(token) ?? [];
    if (signature === undefined) return undefined;
    const secret = this.#secretFor(parse(header));
    if (secret === undefined || !equal(signature, sign(`${header}.${claims}`, secret))) return undefined;
    const { iss, exp, sub, sid } = parse(claims);
    const valid = iss === ISSUER && Number.isInteger(exp) && exp > now && isText(sub) && isText(sid);
    return valid ? { userId: sub, sessionId: sid } : undefined;
  }

  /** The header is a stranger's: it chooses one of the secrets by its id, and nothing else. */
  #secretFor({ alg, crit, kid }) {
    return alg === ALGORITHM && crit === undefined ? this.#secrets.get(kid) : undefined;
  }
}

function keyId(secret) {
  return createHmac("sha256", secret).update("kid").digest("hex").slice(0, 16);
}

function sign(text, secret) {
  return createHmac("sha256", secret).update(text).digest("base64url");
}

function equal(given, expected) {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What is no JSON object has no members that count. */
function parse(part) {
  return parseObject(Buffer.from(part, "base64url")) ?? {};
}

function isText(value) {
  return typeof value === "string";
}
