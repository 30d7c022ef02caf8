import { randomBytes } from "node:crypto";

import express from "express";

import { body, userNameFault } from "./bodies.js";
import { tokenDigest } from "./callers.js";
import { Problem } from "./problems.js";

const TOKEN_BYTES = 32;

export function userRoutes(database) {
  const insert = database.prepare("INSERT INTO users (name, token_digest) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const router = express.Router();

  router.post("/users", body({ name: userNameFault }), (request, response) => {
    const { name } = request.body;
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    if (insert.run(name, tokenDigest(token)).changes === 0) throw new Problem("name_taken");
    response.status(201).json({ name, token });
  });

  return router;
}
