import { Problem } from "./problems.js";

/** The roles of members in rising order; each may do what those before it may. */
export const ROLES = ["viewer", "editor", "admin", "owner"];

/** Throws the problem `forbidden` unless the caller's own role is at least each of the others. */
export function requireRole(own, ...others) {
  const rank = ROLES.indexOf(own);
  if (others.some((other) => ROLES.indexOf(other) > rank)) throw new Problem("forbidden");
}

/**
 * Makes a function that finds a user's role in a workspace.
 *
 * Who has none there gets the problem `not_found`, like for a workspace that does not exist.
 *
 * @param {import("node:sqlite").DatabaseSync} database
 * @returns {(workspaceId: string, userId: number) => string}
 */
export function roleFinder(database) {
  const find = database.prepare("SELECT role FROM members WHERE workspace_id = ? AND user_id = ?");
  return (workspaceId, userId) => {
    const member = find.get(workspaceId, userId);
    if (!member) throw new Problem("not_found");
    return member.role;
  };
}
