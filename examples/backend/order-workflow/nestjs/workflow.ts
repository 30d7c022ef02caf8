import type { Role } from "./caller.ts";

export type Status = "draft" | "placed" | "paid" | "shipped" | "delivered" | "cancelled" | "refunded";
export type Action = "place" | "pay" | "ship" | "deliver" | "cancel" | "refund";

interface Transition {
  roles: readonly Role[];
  from: readonly Status[];
  to: Status;
}

/** What each action does: who may take it, in which states, and the state after it. */
export const TRANSITIONS: Readonly<Record<Action, Transition>> = {
  place: { roles: ["customer"], from: ["draft"], to: "placed" },
  pay: { roles: ["staff"], from: ["placed"], to: "paid" },
  ship: { roles: ["staff"], from: ["paid"], to: "shipped" },
  deliver: { roles: ["staff"], from: ["shipped"], to: "delivered" },
  cancel: { roles: ["customer", "staff"], from: ["draft", "placed"], to: "cancelled" },
  refund: { roles: ["staff"], from: ["paid", "delivered"], to: "refunded" },
};

/** The actions that a role can take in a state. */
export function allowedActions(role: Role, status: Status): string[] {
  return Object.entries(TRANSITIONS)
    .filter(([, { roles, from }]) => roles.includes(role) && from.includes(status))
    .map(([action]) => action);
}

/** Whether goods that were reserved, but not sent, are for sale again after a change of state. */
export function givesStockBack(from: Status, to: Status): boolean {
  return (from === "placed" || from === "paid") && (to === "cancelled" || to === "refunded");
}
