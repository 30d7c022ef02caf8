import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

import { Inject, Injectable } from "@nestjs/common";

import { SETTINGS, type Settings } from "./settings.ts";

const BLOCK_SIZE = 8;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** Hashes passwords with scrypt, in Node's thread pool; each takes tens of milliseconds, on purpose. */
@Injectable()
export class PasswordsService {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** The hash of a password with a new salt, as text that says how it was made. */
  async hash(password: string): Promise<string> {
    const { passwordCost } = this.settings;
    const salt = randomBytes(SALT_BYTES);
    const key = await derive(password, salt, passwordCost);
    return `scrypt:${passwordCost}:${salt.toString("hex")}:${key.toString("hex")}`;
  }

  /** Whether a password is the one that was hashed. */
  async verify(password: string, hash: string): Promise<boolean> {
    const [, cost, salt = "", key = ""] = hash.split(":");
    return timingSafeEqual(await derive(password, Buffer.from(salt, "hex"), Number(cost)), Buffer.from(key, "hex"));
  }
}

function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  const maxmem = 256 * cost * BLOCK_SIZE; // twice what is needed
  const options = { cost, blockSize: BLOCK_SIZE, parallelization: 1, maxmem };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
