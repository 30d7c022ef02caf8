import { useEffect, useEffectEvent, useReducer, useRef } from "react";

const START = { posts: [], cursor: null, phase: "ready", failure: null };

const TRANSITIONS = {
  started: (feed) => ({ ...feed, phase: "loading", failure: null }),
  failed: (feed, { error }) => ({ ...feed, phase: "failed", failure: error.message }),
  loaded: (feed, { page: { posts, nextCursor } }) => ({
    ...feed,
    posts: withoutRepeats([...feed.posts, ...posts]),
    cursor: nextCursor,
    phase: nextCursor === null ? "ended" : "ready",
  }),
};

function reduce(feed, event) {
  return TRANSITIONS[event.type](feed, event);
}

function withoutRepeats(posts) {
  const ids = new Set();
  return posts.filter(({ id }) => !ids.has(id) && ids.add(id));
}

/**
 * The posts of a query, of which a page is loaded whenever the element of `sentinelRef` comes into view.
 *
 * `feed` has `posts`, `phase` ("ready", "loading", "failed" or "ended") and `failure`, a text or null; `load` loads
 * the next page, or again the one that failed, unless a load is under way. The query must not change.
 */
export function useFeed(query, loadPage, sentinelRef) {
  const [feed, dispatch] = useReducer(reduce, START);
  const controllerRef = useRef(null);

  async function load() {
    if (controllerRef.current !== null) return;
    const controller = new AbortController();
    const { signal } = controller;
    controllerRef.current = controller;
    dispatch({ type: "started" });
    let outcome;
    try {
      outcome = { type: "loaded", page: await loadPage({ query, cursor: feed.cursor, signal }) };
    } catch (error) {
      outcome = { type: "failed", error };
    }
    if (signal.aborted) return;
    controllerRef.current = null;
    dispatch(outcome);
  }

  const handleInView = useEffectEvent(load);

  useEffect(() => {
    if (feed.phase !== "ready") return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      handleInView();
    });
    observer.observe(sentinelRef.current);
    return () => observer.disconnect();
  }, [feed]);

  useEffect(() => () => controllerRef.current?.abort(), []);

  return { feed, load };
}
