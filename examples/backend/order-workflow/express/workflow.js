const CUSTOMER = ["customer"];
const STAFF = ["staff"];

/** What each action does: who may take it, in which states, and the state after it. */
export const TRANSITIONS = new Map([
  ["place", { roles: CUSTOMER, from: ["draft"], to: "placed" }],
  ["pay", { roles: STAFF, from: ["placed"], to: "paid" }],
  ["ship", { roles: STAFF, from: ["paid"], to: "shipped" }],
  ["deliver", { roles: STAFF, from: ["shipped"], to: "delivered" }],
  ["cancel", { roles: [...CUSTOMER, ...STAFF], from: ["draft", "placed"], to: "cancelled" }],
  ["refund", { roles: STAFF, from: ["paid", "delivered"], to: "refunded" }],
]);

/** Names of the actions that a role can take in a state. */
export function allowedActions(role, status) {
  return [...TRANSITIONS]
    .filter(([, { roles, from }]) => roles.includes(role) && from.includes(status))
    .map(([action]) => action);
}

/** Whether goods that were reserved, but not sent, are for sale again after a change of state. */
export function givesStockBack(from, to) {
  return ["placed", "paid"].includes(from) && ["cancelled", "refunded"].includes(to);
}
