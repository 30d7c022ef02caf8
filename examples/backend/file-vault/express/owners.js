import { hash, timingSafeEqual } from "node:crypto";

import { Problem } from "./problems.js";

/**
 * Middleware: leaves the owner whose key the request carries in `res.locals.owner`.
 *
 * @param {Map<string, string>} keys  the key of each owner
 */
export function identifyOwner(keys) {
  const digests = new Map([...keys].map(([owner, key]) => [owner, digestOf(key)]));
  return (req, res, next) => {
    const [, key] = /^Bearer (.+)$/.exec(req.get("Authorization") ?? "") ?? [];
    const digest = digestOf(key ?? "");
    // All keys are compared, so that the time tells neither how much is right nor whose it is.
    const [owner] = [...digests.keys()].filter((name) => timingSafeEqual(digests.get(name), digest));
    if (owner === undefined) throw new Problem("unauthorized", { "WWW-Authenticate": "Bearer" });
    res.locals.owner = owner;
    next();
  };
}

/** All digests have one length, as timingSafeEqual needs it. */
function digestOf(key) {
  return hash("sha256", key, "buffer");
}
