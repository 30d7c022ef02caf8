import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const [N, R, P] = [16384, 8, 1];
const SALT_BYTES = 16;
const KEY_BYTES = 32;

const derive = promisify(scrypt);

/**
 * @param {string} password
 * @returns {Promise<string>} `scrypt$N$r$p$SALT$KEY`, with a new random salt
 * @throws {RangeError} the password has U+0000 or an unpaired surrogate, so no hash can stand for it alone
 */
export async function hashPassword(password) {
  if (!isHashable(password)) throw new RangeError("a password must not contain U+0000 or unpaired surrogates");
  const salt = randomBytes(SALT_BYTES);
  return asText(salt, await derive(password, salt, KEY_BYTES, { N, r: R, p: P }));
}

/**
 * @param {string} password
 * @param {string} stored  a result of `hashPassword`
 * @returns {Promise<boolean>} whether it was made from this password
 */
export async function verifyPassword(password, stored) {
  const [, n, r, p, salt, key] = stored.split("$");
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, "base64"), KEY_BYTES, cost);
  return timingSafeEqual(derived, Buffer.from(key, "base64")) && isHashable(password);
}

/**
 * scrypt pads short passwords with zero bytes and UTF-8 turns unpaired surrogates into U+FFFD, so such a password
 * would have the same key as another one.
 */
function isHashable(password) {
  return password.isWellFormed() && !password.includes("\0");
}

function asText(salt, key) {
  return ["scrypt", N, R, P, salt.toString("base64"), key.toString("base64")].join("$");
}

/** Looks like any other hash, and takes as long to verify, but no known password matches it. */
export const UNMATCHABLE_HASH = asText(Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));
