import express from "express";

import { Channels } from "./channels.js";
import { lastEventId, newMessage, requireKey } from "./inputs.js";
import { Problem, badRequest, bodyTooLarge, internalError, notFound } from "./problems.js";
import { readSettings } from "./settings.js";
import { Store } from "./store.js";

const NAME = /^[a-z0-9-]{1,64}$/;

/**
 * Makes the app: channels whose messages are pushed to all who listen, as server-sent events.
 *
 * @param {Partial<import("./settings.js").Settings>} [settings]   what is left out has its default
 * @returns {import("express").Express}   not listening yet; app.locals.close() closes the database
 */
export function createApp(settings) {
  const all = { ...readSettings({}), ...settings };
  const store = new Store(all.databasePath, all.history);
  const app = express();
  app.locals.close = () => store.close();

  app.get("/health", (request, response) => response.json({ status: "ok" }));
  app.use("/channels/:name", channelRoutes(new Channels(store, all), requireKey(all.publishKey)));
  app.use(() => {
    throw notFound();
  });
  app.use(sendProblem);
  return app;
}

function channelRoutes(channels, authorized) {
  const router = express.Router({ mergeParams: true });

  router
    .route("/")
    .get(({ params }, response) => response.json(channels.get(params.name)))
    .put(authorized, ({ params }, response) => {
      if (!NAME.test(params.name)) throw notFound();
      const isNew = channels.open(params.name);
      response.status(isNew ? 201 : 200).json(channels.get(params.name));
    })
    .delete(authorized, ({ params }, response) => {
      channels.delete(params.name);
      response.status(204).end();
    });

  router.post("/messages", authorized, newMessage, ({ params, body }, response) => {
    response.status(201).json(channels.publish(params.name, body));
  });

  router.get("/stream", (request, response) => {
    channels.listen(request.params.name, lastEventId(request), response);
  });

  return router;
}

// Express knows an error handler by its four parameters.
function sendProblem(error, request, response, next) {
  const problem = toProblem(error);
  response.status(problem.status).set(problem.headers).type("application/problem+json").send(JSON.stringify(problem));
}

function toProblem(error) {
  if (error instanceof Problem) return error;
  if (error.type === "entity.too.large") return bodyTooLarge();
  if (error.status === 400) return badRequest();
  console.error(error);
  return internalError();
}
