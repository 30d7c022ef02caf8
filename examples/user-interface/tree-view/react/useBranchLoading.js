import { useEffect, useState } from "react";

/** Loads children and dispatches what becomes of it; `message` says the same to the user. */
export function useBranchLoading(loadChildren, dispatch) {
  const [message, setMessage] = useState("");
  const [controllers] = useState(() => new Map());

  useEffect(() => () => controllers.forEach((controller) => controller.abort()), [controllers]);

  async function load({ id, name }) {
    if (controllers.has(id)) return;
    const controller = new AbortController();
    controllers.set(id, controller);
    dispatch({ type: "loading", id });
    setMessage(`Loading ${name}`);
    let action;
    let outcome;
    try {
      const children = await loadChildren(id, { signal: controller.signal });
      action = { type: "loaded", id, children };
      outcome = `${name}: ${children.length} ${children.length === 1 ? "item" : "items"}`;
    } catch {
      action = { type: "failed", id };
      outcome = `Could not load ${name}`;
    }
    if (controller.signal.aborted) return;
    controllers.delete(id);
    dispatch(action);
    setMessage(outcome);
  }

  /** Ends the loading of this branch, if there is one. */
  function abandon({ id }) {
    if (!controllers.has(id)) return;
    controllers.get(id).abort();
    controllers.delete(id);
    setMessage("");
  }

  return { message, load, abandon };
}
