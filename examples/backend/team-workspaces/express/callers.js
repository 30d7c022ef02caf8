import { hash } from "node:crypto";

import { Problem } from "./problems.js";

/** What is stored of a token; it is too random to be guessed, so that it needs no salt and no slow hash. */
export const tokenDigest = (token) => hash("sha256", token);

/** Makes a middleware that leaves the user who sent the request, `{ id, name }`, in `response.locals.caller`. */
export function authenticate(database) {
  const find = database.prepare("SELECT id, name FROM users WHERE token_digest = ?");
  return (request, response, next) => {
    const [, token] = /^bearer (.+)$/i.exec(request.get("Authorization") ?? "") ?? [];
    const caller = token && find.get(tokenDigest(token));
    if (!caller) throw new Problem("unauthorized");
    response.locals.caller = caller;
    next();
  };
}
