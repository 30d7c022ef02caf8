import crypto from "node:crypto";
import type { ScryptOptions } from "node:crypto";

const LOG_N = 14;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const KEY_BYTES = 32;

/** Makes a scrypt hash with a random salt: the PHC string `$scrypt$ln=14,r=8,p=1$SALT$KEY`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, { N: 2 ** LOG_N, r: BLOCK_SIZE, p: PARALLELISM });
  return `$scrypt$ln=${LOG_N},r=${BLOCK_SIZE},p=${PARALLELISM}$${toBase64(salt)}$${toBase64(key)}`;
}

/** Tells whether a stored hash, whatever its cost, is that of the password. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, , cost = "", salt = "", encodedKey = ""] = stored.split("$");
  const [logN = NaN, r, p] = cost.split(",").map((parameter) => Number(parameter.split("=")[1]));
  const key = Buffer.from(encodedKey, "base64");
  const derived = await derive(password, Buffer.from(salt, "base64"), key.length, { N: 2 ** logN, r, p });
  return crypto.timingSafeEqual(derived, key);
}

function derive(password: string, salt: Buffer, length: number, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    crypto.scrypt(password, salt, length, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function toBase64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
