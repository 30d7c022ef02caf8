import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { BinaryLike, ScryptOptions } from "node:crypto";
import { promisify } from "node:util";

const COST = { N: 16384, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

const derive = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);

/**
 * Hashes a password with a new random salt.
 *
 * @returns `scrypt$N$r$p$SALT$KEY`
 * @throws {RangeError} the password has U+0000 or an unpaired surrogate, so no hash can stand for it alone
 */
export async function hashPassword(password: string): Promise<string> {
  if (!isHashable(password)) throw new RangeError("a password must not contain U+0000 or unpaired surrogates");
  const salt = randomBytes(SALT_BYTES);
  return format(salt, await derive(password, salt, KEY_BYTES, COST));
}

/**
 * Tells whether a hash was made from this password.
 *
 * @param stored  a result of `hashPassword`
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = "", key = ""] = stored.split("$");
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, "base64"), KEY_BYTES, cost);
  return timingSafeEqual(derived, Buffer.from(key, "base64")) && isHashable(password);
}

/**
 * scrypt fills short passwords up with zero bytes and UTF-8 has U+FFFD for unpaired surrogates: a password with either
 * has the key of another password.
 */
function isHashable(password: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(password);
}

function format(salt: Buffer, key: Buffer): string {
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64"), key.toString("base64")].join("$");
}

/** Takes as long to verify as any other hash, but no known password has this key. */
export const UNMATCHABLE_HASH = format(Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));
