const NUMBERS = {
  heartbeatMs: { variable: "APP_HEARTBEAT_MS", least: 10, most: 60_000, preset: 15_000 },
  retryMs: { variable: "APP_RETRY_MS", least: 1, most: 600_000, preset: 2_000 },
  history: { variable: "APP_HISTORY", least: 1, most: 10_000, preset: 100 },
  maxListeners: { variable: "APP_MAX_LISTENERS", least: 1, most: 1_000, preset: 100 },
  queue: { variable: "APP_QUEUE", least: 1, most: 1_000, preset: 100 },
};

/**
 * @typedef {object} Settings
 * @property {string} databasePath
 * @property {string} publishKey   "": nobody can publish
 * @property {number} heartbeatMs
 * @property {number} retryMs
 * @property {number} history
 * @property {number} maxListeners
 * @property {number} queue
 */

/**
 * Reads `DATABASE_PATH` and `APP_…`; an empty variable is as good as none.
 *
 * @param {Record<string, string | undefined>} environment
 * @returns {Settings}
 * @throws {RangeError} when a number is none, or outside of its range
 */
export function readSettings(environment) {
  const settings = {
    databasePath: environment.DATABASE_PATH || ":memory:",
    publishKey: environment.APP_PUBLISH_KEY || "",
  };
  for (const [name, { variable, least, most, preset }] of Object.entries(NUMBERS)) {
    const text = environment[variable] || String(preset);
    const value = /^[0-9]+$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) throw new RangeError(`${variable} must be ${least} to ${most}`);
    settings[name] = value;
  }
  return settings;
}
