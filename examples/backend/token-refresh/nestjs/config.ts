import { randomBytes } from "node:crypto";

const MIN_SECRET_BYTES = 32;
const MAX_ACCESS_SECONDS = 3600;

/** Environment variables; an empty one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment configures; also the token by which it is injected. */
export abstract class Config {
  abstract readonly databasePath: string;
  abstract readonly secret: Buffer;
  abstract readonly oldSecret: Buffer | undefined;
  abstract readonly accessSeconds: number;
}

/** @throws RangeError when a variable has a value that it must not have */
export function readConfig(environment: Environment): Config {
  return {
    databasePath: environment["DATABASE_PATH"] || ":memory:",
    secret: readSecret(environment, "APP_JWT_SECRET") ?? randomBytes(MIN_SECRET_BYTES),
    oldSecret: readSecret(environment, "APP_JWT_OLD_SECRET"),
    accessSeconds: readSeconds(environment["APP_ACCESS_TTL_SECONDS"] || "300"),
  };
}

function readSecret(environment: Environment, name: string): Buffer | undefined {
  const secret = Buffer.from(environment[name] ?? "");
  if (secret.length === 0) return undefined;
  if (secret.length < MIN_SECRET_BYTES) throw new RangeError(`${name} must have at least ${MIN_SECRET_BYTES} bytes`);
  return secret;
}

function readSeconds(text: string): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MAX_ACCESS_SECONDS) return seconds;
  throw new RangeError(`APP_ACCESS_TTL_SECONDS must be from 1 to ${MAX_ACCESS_SECONDS}`);
}
