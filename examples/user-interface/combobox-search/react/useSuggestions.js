import { useEffect, useRef, useState } from "react";

const IDLE = { phase: "idle", options: [] };

/**
 * Finds options for a query; only the latest request ever changes the state.
 *
 * `phase` is `idle`, `loading`, `ready` (with the `options` found) or `failed`.
 * `request` waits before it searches, `requestNow` does not; each of them, like
 * `abandon` and the removal of the component, aborts the request before.
 */
export function useSuggestions({ search, wait, delayMs }) {
  const [state, setState] = useState(IDLE);
  const controllerRef = useRef(null);

  useEffect(() => () => controllerRef.current?.abort(), []);

  function abandon() {
    controllerRef.current?.abort();
    setState(IDLE);
  }

  function replaceSignal() {
    abandon();
    controllerRef.current = new AbortController();
    return controllerRef.current.signal;
  }

  async function find(query, signal) {
    setState({ phase: "loading", options: [] });
    let outcome;
    try {
      outcome = { phase: "ready", options: await search(query, { signal }) };
    } catch {
      outcome = { phase: "failed", options: [] };
    }
    if (!signal.aborted) setState(outcome);
  }

  async function request(query) {
    const signal = replaceSignal();
    await wait(delayMs);
    if (!signal.aborted) await find(query, signal);
  }

  function requestNow(query) {
    return find(query, replaceSignal());
  }

  return { ...state, request, requestNow, abandon };
}
