import { createHmac, timingSafeEqual } from "node:crypto";

/** The cursor after the item of the query's answer that has this score and slug. */
export function sealCursor(key, query, { score, slug }) {
  const position = Buffer.from(JSON.stringify([score, slug])).toString("base64url");
  return `${position}.${sign(key, query, position)}`;
}

/** Score and slug of a cursor, or undefined if it was not sealed with this key for this query. */
export function openCursor(key, query, cursor) {
  const [position, signature = "", ...more] = cursor.split(".");
  if (more.length > 0 || !equal(signature, sign(key, query, position))) return undefined;
  const [score, slug] = JSON.parse(Buffer.from(position, "base64url").toString());
  return { score, slug };
}

// A position has no space, so it ends at the first one, whatever the query is.
function sign(key, query, position) {
  return createHmac("sha256", key).update(`${position} ${query}`).digest("base64url");
}

function equal(left, right) {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  // timingSafeEqual throws on different lengths; the right one is no secret.
  return a.length === b.length && timingSafeEqual(a, b);
}
