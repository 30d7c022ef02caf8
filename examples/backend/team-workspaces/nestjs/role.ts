import { Problem } from "./problem.ts";

/** The roles of members in rising order; each may do what those before it may. */
export const ROLES = ["viewer", "editor", "admin", "owner"] as const;

export type Role = (typeof ROLES)[number];

/** Throws the problem `forbidden` unless a member's own role is at least each of the others. */
export function requireRole(own: Role, ...others: Role[]): void {
  const highest = Math.max(...others.map((role) => ROLES.indexOf(role)));
  if (ROLES.indexOf(own) < highest) throw Problem.forbidden();
}
