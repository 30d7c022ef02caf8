import crypto from "node:crypto";

const LOG_N = 14;
const R = 8;
const P = 1;
const KEY_BYTES = 32;

/**
 * @param {string} password
 * @returns {Promise<string>}  a scrypt hash as PHC string, `$scrypt$ln=14,r=8,p=1$SALT$KEY`
 */
export async function hashPassword(password) {
  const salt = crypto.randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, { N: 2 ** LOG_N, r: R, p: P });
  return `$scrypt$ln=${LOG_N},r=${R},p=${P}$${encode(salt)}$${encode(key)}`;
}

/**
 * @param {string} password
 * @param {string} stored  a PHC string of any cost
 * @returns {Promise<boolean>}
 */
export async function verifyPassword(password, stored) {
  const [, , cost, salt, encodedKey] = stored.split("$");
  const [logN, r, p] = cost.split(",").map((parameter) => Number(parameter.split("=")[1]));
  const key = Buffer.from(encodedKey, "base64");
  const derived = await derive(password, Buffer.from(salt, "base64"), key.length, { N: 2 ** logN, r, p });
  return crypto.timingSafeEqual(derived, key);
}

function derive(password, salt, length, cost) {
  const { promise, resolve, reject } = Promise.withResolvers();
  crypto.scrypt(password, salt, length, cost, (error, key) => (error ? reject(error) : resolve(key)));
  return promise;
}

function encode(bytes) {
  return bytes.toString("base64").replaceAll("=", "");
}
