import { randomBytes } from "node:crypto";

const MIN_SECRET_BYTES = 32;
const MAX_ACCESS_SECONDS = 3600;

/**
 * Reads and checks environment variables; an empty one counts as unset.
 *
 * @param {Record<string, string | undefined>} environment
 * @throws {RangeError} when a variable has a value that it must not have
 */
export function readConfig(environment) {
  return {
    databasePath: environment.DATABASE_PATH || ":memory:",
    secret: readSecret(environment, "APP_JWT_SECRET") ?? randomBytes(MIN_SECRET_BYTES),
    oldSecret: readSecret(environment, "APP_JWT_OLD_SECRET"),
    accessSeconds: readSeconds(environment.APP_ACCESS_TTL_SECONDS || "300"),
  };
}

function readSecret(environment, name) {
  const secret = Buffer.from(environment[name] ?? "");
  if (secret.length === 0) return undefined;
  if (secret.length < MIN_SECRET_BYTES) throw new RangeError(`${name} must have at least ${MIN_SECRET_BYTES} bytes`);
  return secret;
}

function readSeconds(text) {
  const seconds = Number(text);
  if (!/^\d{1,4}$/.test(text) || seconds < 1 || seconds > MAX_ACCESS_SECONDS) {
    throw new RangeError(`APP_ACCESS_TTL_SECONDS must be from 1 to ${MAX_ACCESS_SECONDS}`);
  }
  return seconds;
}
