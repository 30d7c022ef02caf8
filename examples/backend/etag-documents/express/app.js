import express from "express";

import { jsonObject } from "./body.js";
import { DocumentStore } from "./document-store.js";
import { entityTag, matchesWeakly } from "./entity-tags.js";
import { Problem, bodyTooLarge, internalError, malformedJson, notFound, unsupportedMediaType } from "./problems.js";
import { changedFields, completeFields } from "./validation.js";

const ID = /^[a-z0-9-]{1,64}$/;

/**
 * Makes the app. It reads no environment; apps made one after the other on the same path see the same data.
 *
 * @param {object} [options]
 * @param {string} [options.databasePath]   undefined or "": a database in memory, of this app alone
 * @returns {import("express").Express}     not listening yet; app.locals.close() closes the database
 */
export function createApp({ databasePath } = {}) {
  const store = new DocumentStore(databasePath || ":memory:");
  const app = express();
  app.disable("x-powered-by");
  app.enable("case sensitive routing");
  app.locals.close = () => store.close();

  app.use(acceptUndecodablePath);
  app.get("/health", (request, response) => sendJson(response, 200, { status: "ok" }));
  addDocumentRoutes(app, store);
  addHistoryRoutes(app, store);

  app.use(() => {
    throw notFound();
  });
  app.use(sendProblem);
  return app;
}

/**
 * Takes the percent signs of a path that cannot be decoded literally. Express would throw before the route is
 * reached, but an id of wrong form is reported after a faulty body.
 */
function acceptUndecodablePath(request, response, next) {
  try {
    decodeURIComponent(request.path);
  } catch {
    request.url = request.url.replaceAll("%", "%25");
  }
  next();
}

function addDocumentRoutes(app, store) {
  app.put("/documents/:id", jsonObject, (request, response) => {
    const fields = completeFields(request.body);
    const id = idOf(request);
    const ifMatch = request.get("If-Match");
    if (ifMatch === undefined && request.get("If-None-Match") === "*") {
      const document = store.create(id, fields);
      response.location(`/documents/${id}`);
      sendDocument(response, 201, document);
    } else {
      sendDocument(response, 200, store.replace(id, fields, ifMatch));
    }
  });

  app.patch("/documents/:id", jsonObject, (request, response) => {
    const changes = changedFields(request.body);
    sendDocument(response, 200, store.change(idOf(request), changes, request.get("If-Match")));
  });

  app.delete("/documents/:id", (request, response) => {
    store.delete(idOf(request), request.get("If-Match"));
    response.status(204).end();
  });

  app.get("/documents/:id", (request, response) => {
    const document = store.get(idOf(request));
    const tag = entityTag(document.version);
    if (matchesWeakly(request.get("If-None-Match") ?? "", tag)) {
      response.status(304).set("ETag", tag).end();
    } else {
      sendDocument(response, 200, document);
    }
  });

  app.post("/documents/:id/restore", (request, response) => {
    sendDocument(response, 200, store.restore(idOf(request)));
  });
}

function addHistoryRoutes(app, store) {
  app.get("/documents/:id/versions", (request, response) => {
    sendJson(response, 200, { items: store.versions(idOf(request)) });
  });

  app.get("/documents/:id/versions/:number", (request, response) => {
    sendJson(response, 200, store.version(idOf(request), request.params.number));
  });
}

function idOf(request) {
  const { id } = request.params;
  if (!ID.test(id)) throw notFound();
  return id;
}

function sendDocument(response, status, document) {
  response.set("ETag", entityTag(document.version));
  sendJson(response, status, document);
}

/**
 * Sends with end(): send() and json() would add an ETag of their own and answer 304 by looser rules than ours.
 */
function sendJson(response, status, value, type = "application/json") {
  response.status(status).type(type).end(JSON.stringify(value));
}

// Express knows an error handler by its four parameters.
function sendProblem(error, request, response, next) {
  const problem = toProblem(error);
  if (problem.status >= 500) console.error(error);
  sendJson(response, problem.status, problem, "application/problem+json");
}

function toProblem(error) {
  if (error instanceof Problem) return error;
  if (error.type === "entity.too.large") return bodyTooLarge();
  if (error.type === "encoding.unsupported") return unsupportedMediaType();
  if (error.status === 400) return malformedJson(); // the body cannot be decompressed
  return internalError();
}
