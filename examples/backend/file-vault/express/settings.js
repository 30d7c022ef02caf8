const PAIR = /^([a-z0-9-]+):([A-Za-z0-9_-]{16,})$/;
const SIZE = /^[1-9][0-9]{0,11}$/;

/**
 * What the environment configures; sizes are in bytes.
 *
 * @param {Record<string, string | undefined>} environment
 * @throws {RangeError} when a variable has a value of wrong form; the message names it and repeats no key
 */
export function readSettings(environment) {
  return {
    databasePath: environment.DATABASE_PATH || undefined,
    keys: readKeys(environment.APP_KEYS || ""),
    maxFileBytes: readSize(environment, "APP_MAX_FILE_BYTES", 1_048_576),
    quotaBytes: readSize(environment, "APP_QUOTA_BYTES", 10_485_760),
  };
}

/** The key of each owner. */
function readKeys(text) {
  const pairs = text === "" ? [] : text.split(",");
  return new Map(
    pairs.map((pair) => {
      const [, owner, key] = PAIR.exec(pair) ?? [];
      if (owner === undefined) throw new RangeError("APP_KEYS must consist of pairs name:key");
      return [owner, key];
    }),
  );
}

function readSize(environment, name, standard) {
  const text = environment[name] || String(standard);
  if (!SIZE.test(text)) throw new RangeError(`${name} must be a positive number of bytes`);
  return Number(text);
}
