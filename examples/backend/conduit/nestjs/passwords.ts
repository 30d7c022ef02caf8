import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const COST = { N: 16_384, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 64;

/** In place of the hash of a user who does not exist: no known password has it, but to find out takes as long. */
export const UNKNOWN = asText(Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));

/** Salt and key, in hexadecimal. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return asText(salt, await derive(password, salt));
}

/** Whether `stored` is a hash of the password. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [salt = "", key = ""] = stored.split(":");
  return timingSafeEqual(await derive(password, Buffer.from(salt, "hex")), Buffer.from(key, "hex"));
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function asText(salt: Buffer, key: Buffer): string {
  return `${salt.toString("hex")}:${key.toString("hex")}`;
}
