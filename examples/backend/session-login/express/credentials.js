import { createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const BLOCK_SIZE = 8;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const TOKEN_BYTES = 32;

const derive = promisify(scrypt);

/**
 * Hashes a password with a new salt; takes tens of milliseconds of a worker thread, on purpose.
 *
 * @param {string} password
 * @param {number} cost   N of scrypt
 */
export async function hashPassword(password, cost) {
  const salt = randomBytes(SALT_BYTES);
  const key = await scryptKey(password, salt, cost);
  return [cost, salt.toString("base64url"), key.toString("base64url")].join(".");
}

/** Whether a password is the one that was hashed, at whatever cost. */
export async function isPassword(password, stored) {
  const [cost, salt, key] = stored.split(".");
  const found = await scryptKey(password, Buffer.from(salt, "base64url"), Number(cost));
  return timingSafeEqual(found, Buffer.from(key, "base64url"));
}

/** A token that nobody can guess. */
export const newToken = () => randomBytes(TOKEN_BYTES).toString("base64url");

/** What is stored of a token; a random one needs neither salt nor a slow hash. */
export const digestOf = (token) => createHash("sha256").update(token).digest("hex");

/** The CSRF token of the session with this token; only who has the token can compute it. */
export const csrfTokenOf = (token) => createHmac("sha256", token).update("csrf").digest("base64url");

function scryptKey(password, salt, cost) {
  const memory = 256 * cost * BLOCK_SIZE; // twice what is needed
  return derive(password, salt, KEY_BYTES, { cost, blockSize: BLOCK_SIZE, parallelization: 1, maxmem: memory });
}
