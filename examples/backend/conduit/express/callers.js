import { unauthorized } from "./errors.js";

/** Middleware that finds out who calls, and leaves the user's row in `res.locals.caller`, or null. */
export class Callers {
  #database;
  #signer;

  /**
   * @param {import("./database.js").Database} database
   * @param {import("./tokens.js").TokenSigner} signer
   */
  constructor(database, signer) {
    this.#database = database;
    this.#signer = signer;
  }

  /** Lets anybody in, but no wrong tokens. */
  allow = (req, res, next) => {
    res.locals.caller = this.#find(req.get("Authorization"));
    next();
  };

  /** Lets users in only. */
  need = (req, res, next) => {
    res.locals.caller = this.#find(req.get("Authorization"));
    if (!res.locals.caller) throw unauthorized();
    next();
  };

  #find(header) {
    if (header === undefined) return null;
    const [scheme, ...rest] = header.split(" ");
    const sub = this.#signer.subject(rest.join(" ")) ?? null;
    const user = this.#database.get("SELECT * FROM users WHERE id = :sub", { sub });
    if (!user || scheme.toLowerCase() !== "token") throw unauthorized();
    return user;
  }
}
