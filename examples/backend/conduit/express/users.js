import { Router } from "express";

import { ApiError, notFound } from "./errors.js";
import { jsonBody, orNull, text } from "./forms.js";
import { hashPassword, isPassword, UNKNOWN } from "./passwords.js";

const ACCOUNT = {
  username: text(1, 32, /^[A-Za-z0-9_-]*$/),
  email: text(1, 254, /^[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/),
  password: text(8, 128),
};
const CHANGES = { ...ACCOUNT, bio: orNull(text(1, 500)), image: orNull(text(1, 500, /^https?:\/\//)) };
const CREDENTIALS = { email: text(0, Infinity), password: text(0, Infinity) };

/** The routes of users and of the profiles that others see. */
export function userRoutes(database, callers, signer) {
  const router = Router({ caseSensitive: true });

  router.post("/users", jsonBody("user", ACCOUNT), async (req, res) => {
    const { username, email, password } = req.body;
    const hash = await hashPassword(password);
    const user = database.transaction(() => {
      refuseTaken({ username, email }, null);
      return database.get(
        "INSERT INTO users (username, email, password_hash) VALUES (:username, :email, :hash) RETURNING *",
        { username, email, hash },
      );
    });
    res.status(201).json(view(user));
  });

  router.post("/users/login", jsonBody("user", CREDENTIALS), async (req, res) => {
    const user = database.get("SELECT * FROM users WHERE email = :email", { email: req.body.email });
    if (!(await isPassword(req.body.password, user?.password_hash ?? UNKNOWN))) {
      throw new ApiError(401, { credentials: "are not valid" });
    }
    res.json(view(user));
  });

  router.get("/user", callers.need, (req, res) => {
    res.json(view(res.locals.caller));
  });

  router.put("/user", callers.need, jsonBody("user", {}, CHANGES), async (req, res) => {
    const { password, ...changes } = req.body;
    if (password !== undefined) changes.password_hash = await hashPassword(password);
    const { id } = res.locals.caller;
    const user = database.transaction(() => {
      refuseTaken(changes, id);
      const old = database.get("SELECT * FROM users WHERE id = :id", { id });
      return database.get(
        `UPDATE users SET username = :username, email = :email, password_hash = :password_hash, bio = :bio,
         image = :image WHERE id = :id RETURNING *`,
        { ...old, ...changes },
      );
    });
    res.json(view(user));
  });

  router.get("/profiles/:username", callers.allow, (req, res) => {
    res.json({ profile: profileOf(find(req.params.username, res.locals.caller)) });
  });

  router.post("/profiles/:username/follow", callers.need, (req, res) => {
    const { caller } = res.locals;
    const followed = find(req.params.username, caller);
    if (followed.id === caller.id) throw new ApiError(422, { username: "is your own" });
    const ids = { follower: caller.id, followed: followed.id };
    database.get("INSERT OR IGNORE INTO follows VALUES (:follower, :followed)", ids);
    res.json({ profile: profileOf(find(req.params.username, caller)) });
  });

  router.delete("/profiles/:username/follow", callers.need, (req, res) => {
    const { caller } = res.locals;
    const ids = { follower: caller.id, followed: find(req.params.username, caller).id };
    database.get("DELETE FROM follows WHERE follower_id = :follower AND followed_id = :followed", ids);
    res.json({ profile: profileOf(find(req.params.username, caller)) });
  });

  return router;

  function find(username, caller) {
    const row = database.get(
      `SELECT *, EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = users.id) AS following
       FROM users WHERE username = :username`,
      { username, caller: caller?.id ?? null },
    );
    if (!row) throw notFound("profile");
    return row;
  }

  function refuseTaken(wanted, id) {
    const names = ["username", "email"].filter((name) => {
      const value = wanted[name] ?? null;
      return database.get(`SELECT 1 FROM users WHERE ${name} = :value AND id IS NOT :id`, { value, id });
    });
    const errors = names.map((name) => [name, "has already been taken"]);
    if (names.length > 0) throw new ApiError(409, Object.fromEntries(errors));
  }

  function view({ id, email, username, bio, image }) {
    return { user: { email, username, bio, image, token: signer.issue(id) } };
  }
}

/** The profile in a row that has the columns of one. */
export function profileOf({ username, bio, image, following }) {
  return { username, bio, image, following: Boolean(following) };
}
