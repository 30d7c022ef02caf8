import { useId, useRef } from "react";
import { flushSync } from "react-dom";

import { useFeed } from "./useFeed.js";

const STEPS = { PageDown: 1, PageUp: -1 };

/** The posts found by a query, of which further ones are loaded as the end comes into view. */
export function InfiniteFeed({ query, ...props }) {
  // The key makes everything start anew with another query.
  return <QueryFeed key={query} query={query} {...props} />;
}

function QueryFeed({ label, query, loadPage }) {
  const baseId = useId();
  const feedRef = useRef(null);
  const sentinelRef = useRef(null);
  const { feed, load } = useFeed(query, loadPage, sentinelRef);
  const { posts, phase, failure } = feed;

  function retry() {
    flushSync(() => load());
    feedRef.current.focus();
  }

  function handleKeyDown(event) {
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = STEPS[event.key];
    const articles = [...feedRef.current.children];
    const index = articles.indexOf(event.target.closest("article"));
    if (step === undefined || index < 0) return;
    event.preventDefault();
    articles[index + step]?.focus();
  }

  return (
    <section>
      <div
        ref={feedRef}
        role="feed"
        aria-label={label}
        aria-busy={phase === "loading"}
        tabIndex={-1}
        onKeyDown={handleKeyDown}
      >
        {posts.map(({ id, title, text }, index) => (
          <article
            key={id}
            aria-labelledby={`${baseId}${index}`}
            aria-posinset={index + 1}
            aria-setsize={phase === "ended" ? posts.length : -1}
            tabIndex={0}
          >
            <h3 id={`${baseId}${index}`}>{title}</h3>
            <p>{text}</p>
          </article>
        ))}
      </div>
      <div ref={sentinelRef} />
      {failure !== null && (
        <>
          <p role="alert">Could not load: {failure}</p>
          <button type="button" onClick={retry}>
            Retry
          </button>
        </>
      )}
      <p role="status">{statusOf(feed)}</p>
    </section>
  );
}

function statusOf({ posts, phase }) {
  if (phase === "loading") return "Loading";
  if (phase !== "ended") return "";
  return posts.length === 0 ? "No posts" : "No more posts";
}
