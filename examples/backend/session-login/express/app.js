import express from "express";

import { Accounts } from "./accounts.js";
import { fields } from "./body.js";
import { currentSession, protectedSession, tokenOf, SESSION_COOKIE } from "./guards.js";
import { Problem } from "./problems.js";
import { attempt, newPassword, newUsername } from "./rules.js";

/**
 * @typedef {object} Options
 * @property {string} [databasePath]    undefined or "": a database in memory, of this app alone
 * @property {number} [passwordCost]    N of scrypt, a power of two
 * @property {number} [lockSeconds]     how long a username stays locked after too many failed attempts
 * @property {boolean} [cookieSecure]   whether browsers send the cookie over HTTPS only
 */

/**
 * Options from environment variables; one that is unset or empty has its default.
 *
 * @param {Record<string, string | undefined>} environment
 * @returns {Required<Options>}
 */
export function optionsFromEnvironment(environment) {
  return {
    databasePath: environment.DATABASE_PATH ?? "",
    passwordCost: Number(environment.PASSWORD_COST || 16384),
    lockSeconds: Number(environment.LOGIN_LOCK_SECONDS || 60),
    cookieSecure: environment.COOKIE_SECURE !== "0",
  };
}

/**
 * Makes the app. It reads no environment; apps made one after the other on the same file see the same data.
 *
 * @param {Options} [options]
 * @returns {import("express").Express}   not listening yet; app.locals.close() closes the database
 */
export function createApp(options = {}) {
  const { cookieSecure, ...rest } = { ...optionsFromEnvironment({}), ...options };
  const accounts = new Accounts(rest);
  const cookie = { httpOnly: true, sameSite: "lax", secure: cookieSecure, path: "/" };

  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.locals.close = () => accounts.close();
  app.use((request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });

  app.get("/health", (request, response) => response.json({ status: "ok" }));

  app.post("/accounts", fields({ username: newUsername, password: newPassword }), async (request, response) => {
    const { username, password } = request.body;
    response.status(201).json(await accounts.register(username, password));
  });

  app.post("/session", fields({ username: attempt, password: attempt }), async (request, response) => {
    const { username, password } = request.body;
    const userAgent = request.get("User-Agent") ?? "";
    const { token, ...session } = await accounts.logIn(username, password, userAgent, tokenOf(request));
    response.cookie(SESSION_COOKIE, token, cookie).status(201).json(session);
  });

  const identify = currentSession(accounts);
  const protect = [identify, protectedSession];

  app.get("/session", identify, (request, response) => {
    const { token, ...session } = response.locals.session;
    response.json(session);
  });

  app.delete("/session", protect, (request, response) => {
    const { username, id } = response.locals.session;
    accounts.endSession(username, id);
    response.clearCookie(SESSION_COOKIE, cookie).status(204).end();
  });

  app.get("/sessions", identify, (request, response) => {
    const { username, id: currentId } = response.locals.session;
    const items = accounts.sessions(username).map((item) => ({ ...item, current: item.id === currentId }));
    response.json({ items });
  });

  app.delete("/sessions/:id", protect, (request, response) => {
    accounts.endSession(response.locals.session.username, request.params.id);
    response.status(204).end();
  });

  app.put(
    "/password",
    protect,
    fields({ current_password: attempt, new_password: newPassword }),
    async (request, response) => {
      const { current_password: current, new_password: next } = request.body;
      await accounts.changePassword(response.locals.session, current, next);
      response.status(204).end();
    },
  );

  app.use(() => {
    throw new Problem("not_found");
  });
  app.use(sendProblem);
  return app;
}

// Express knows an error handler by its four parameters.
function sendProblem(error, request, response, next) {
  const problem = toProblem(error);
  if (problem.code === "internal_error") console.error(error);
  response.status(problem.status).set(problem.headers).type("application/problem+json");
  response.send(JSON.stringify(problem));
}

function toProblem(error) {
  if (error instanceof Problem) return error;
  if (error.type === "entity.too.large") return new Problem("body_too_large");
  if (error.type === "encoding.unsupported") return new Problem("unsupported_media_type");
  if (error instanceof URIError) return new Problem("not_found"); // a path that cannot be decoded
  return new Problem("internal_error");
}
