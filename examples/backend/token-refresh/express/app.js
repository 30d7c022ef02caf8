import express from "express";

import { AccessTokens } from "./access-tokens.js";
import { Accounts } from "./accounts.js";
import { BODIES, readBody } from "./bodies.js";
import { readConfig } from "./config.js";
import { answerProblem, Problem } from "./problems.js";

/**
 * Makes an app that is not listening yet; `app.locals.close()` closes its database.
 *
 * @param {Record<string, string | undefined>} [environment]  configures the app; a missing variable is unset
 * @returns {import("express").Express}
 * @throws {RangeError} when a variable has a value that it must not have
 */
export function createApp(environment = {}) {
  const config = readConfig(environment);
  const accounts = new Accounts(config.databasePath);
  const accessTokens = new AccessTokens(config.secret, config.oldSecret);
  const app = express();
  app.enable("case sensitive routing");
  app.locals.close = () => accounts.close();
  app.get("/health", (req, res) => res.json({ status: "ok" }));
  app.use(publicRoutes(accounts, accessTokens, config.accessSeconds));
  app.use(callerRoutes(accounts, requireCaller(accounts, accessTokens)));
  app.use(() => {
    throw new Problem("not_found");
  });
  app.use(answerProblem);
  return app;
}

function publicRoutes(accounts, accessTokens, accessSeconds) {
  const router = express.Router({ caseSensitive: true });

  const sendTokens = (res, { subject, refreshToken }, now) => {
    res.set("Cache-Control", "no-store").json({
      access_token: accessTokens.issue(subject, now, accessSeconds),
      token_type: "Bearer",
      expires_in: accessSeconds,
      refresh_token: refreshToken,
    });
  };

  router.post("/users", readBody(BODIES.user), async (req, res) => {
    res.status(201).json(await accounts.addUser(req.body));
  });

  router.post("/login", readBody(BODIES.login), async (req, res) => {
    const now = currentSecond();
    sendTokens(res, await accounts.startSession(req.body, now), now);
  });

  router.post("/refresh", readBody(BODIES.refresh), (req, res) => {
    sendTokens(res, accounts.refresh(req.body.refresh_token), currentSecond());
  });

  return router;
}

function callerRoutes(accounts, identify) {
  const router = express.Router({ caseSensitive: true });

  router.get("/me", identify, (req, res) => {
    const { userId, username } = res.locals.caller;
    res.json({ id: userId, username });
  });

  router.get("/sessions", identify, (req, res) => {
    res.json({ items: accounts.listSessions(res.locals.caller) });
  });

  router.delete("/sessions/:id", identify, (req, res) => {
    accounts.endSession(res.locals.caller, req.params.id);
    res.status(204).end();
  });

  router.post("/logout", identify, (req, res) => {
    accounts.endSession(res.locals.caller, res.locals.caller.sessionId);
    res.status(204).end();
  });

  router.put("/password", identify, readBody(BODIES.password), async (req, res) => {
    await accounts.changePassword(res.locals.caller, req.body);
    res.status(204).end();
  });

  return router;
}

/** Middleware: leaves who sent the request, as its access token says, in `res.locals.caller`. */
function requireCaller(accounts, accessTokens) {
  return (req, res, next) => {
    const [, token = ""] = /^Bearer +(.*)$/i.exec(req.get("Authorization") ?? "") ?? [];
    const subject = accessTokens.verify(token, currentSecond());
    res.locals.caller = subject && accounts.findCaller(subject);
    if (res.locals.caller === undefined) throw new Problem("unauthorized");
    next();
  };
}

function currentSecond() {
  return Math.floor(Date.now() / 1000);
}
