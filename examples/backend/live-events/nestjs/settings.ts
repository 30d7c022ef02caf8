/** How an app works; without a key nobody can publish. */
export class Settings {
  databasePath = ":memory:";
  publishKey = "";
  heartbeatMs = 15_000;
  retryMs = 2_000;
  history = 100;
  maxListeners = 100;
  queue = 100;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `DATABASE_PATH` and `APP_…`; an empty variable is as good as none. Throws a RangeError when a number is
 * none, or outside of its range.
 */
export function readSettings(environment: Environment): Settings {
  const settings = new Settings();
  settings.databasePath = environment["DATABASE_PATH"] || settings.databasePath;
  settings.publishKey = environment["APP_PUBLISH_KEY"] ?? settings.publishKey;
  settings.heartbeatMs = readNumber(environment, "APP_HEARTBEAT_MS", 10, 60_000) ?? settings.heartbeatMs;
  settings.retryMs = readNumber(environment, "APP_RETRY_MS", 1, 600_000) ?? settings.retryMs;
  settings.history = readNumber(environment, "APP_HISTORY", 1, 10_000) ?? settings.history;
  settings.maxListeners = readNumber(environment, "APP_MAX_LISTENERS", 1, 1_000) ?? settings.maxListeners;
  settings.queue = readNumber(environment, "APP_QUEUE", 1, 1_000) ?? settings.queue;
  return settings;
}

function readNumber(environment: Environment, name: string, least: number, most: number): number | undefined {
  const text = environment[name];
  if (!text) return undefined;
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < least || value > most) {
    throw new RangeError(`${name} must be ${least} to ${most}`);
  }
  return value;
}
