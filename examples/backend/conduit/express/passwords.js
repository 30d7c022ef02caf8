import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const COST = { N: 16_384, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 64;

const derive = promisify(scrypt);

/** In place of the hash of a user who does not exist: no known password has it, but to find out takes as long. */
export const UNKNOWN = asText(Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));

/** @returns {Promise<string>} salt and key, in hexadecimal */
export async function hashPassword(password) {
  const salt = randomBytes(SALT_BYTES);
  return asText(salt, await derive(password, salt, KEY_BYTES, COST));
}

/** @returns {Promise<boolean>} whether `stored` is a hash of the password */
export async function isPassword(password, stored) {
  const [salt, key] = stored.split(":").map((part) => Buffer.from(part, "hex"));
  return timingSafeEqual(await derive(password, salt, KEY_BYTES, COST), key);
}

function asText(salt, key) {
  return `${salt.toString("hex")}:${key.toString("hex")}`;
}
