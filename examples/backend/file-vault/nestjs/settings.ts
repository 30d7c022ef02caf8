const PAIR = /^([a-z0-9-]+):([A-Za-z0-9_-]{16,})$/;
const SIZE = /^[1-9][0-9]{0,11}$/;

/** Environment variables, by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment configures. */
export class Settings {
  /** undefined: in a temporary folder */
  readonly databasePath: string | undefined;
  /** the key of each owner */
  readonly keys: ReadonlyMap<string, string>;
  readonly maxFileBytes: number;
  /** how much the files of one owner may take together */
  readonly quotaBytes: number;

  /** @throws RangeError when a variable has a value of wrong form; the message names it and repeats no key */
  constructor(environment: Environment) {
    this.databasePath = environment["DATABASE_PATH"] || undefined;
    this.keys = readKeys(environment["APP_KEYS"] || "");
    this.maxFileBytes = readSize(environment, "APP_MAX_FILE_BYTES", 1_048_576);
    this.quotaBytes = readSize(environment, "APP_QUOTA_BYTES", 10_485_760);
  }
}

function readKeys(text: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const pair of text === "" ? [] : text.split(",")) {
    const [, owner, key] = PAIR.exec(pair) ?? [];
    if (owner === undefined || key === undefined) throw new RangeError("APP_KEYS must consist of pairs name:key");
    keys.set(owner, key);
  }
  return keys;
}

function readSize(environment: Environment, name: string, standard: number): number {
  const text = environment[name] || String(standard);
  if (!SIZE.test(text)) throw new RangeError(`${name} must be a positive number of bytes`);
  return Number(text);
}
