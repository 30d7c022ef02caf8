export interface Settings {
  /** "": a database in memory, of this app alone */
  databasePath: string;
  /** N of scrypt, a power of two */
  passwordCost: number;
  /** how long a username stays locked after too many failed attempts */
  lockSeconds: number;
  /** whether browsers send the cookie over HTTPS only */
  cookieSecure: boolean;
}

/** Token by which providers ask for the settings. */
export const SETTINGS = Symbol("settings");

/** Settings from environment variables; one that is unset or empty has its default. */
export function settingsFromEnvironment(environment: Record<string, string | undefined>): Settings {
  return {
    databasePath: environment["DATABASE_PATH"] ?? "",
    passwordCost: Number(environment["PASSWORD_COST"] || 16384),
    lockSeconds: Number(environment["LOGIN_LOCK_SECONDS"] || 60),
    cookieSecure: environment["COOKIE_SECURE"] !== "0",
  };
}
