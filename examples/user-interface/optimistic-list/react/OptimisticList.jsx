import { useEffect, useReducer, useRef } from "react";
import { flushSync } from "react-dom";

import { hasPending, initialState, reduce, runnableChanges, shownItems } from "./changes.js";

/**
 * A list in which each change is seen at once and saved behind the scenes; one that fails is taken back.
 *
 * Only the `items` of the first rendering count.
 */
export function OptimisticList({ label, items, saveDone, deleteItem }) {
  const listRef = useRef(null);
  const [state, dispatch] = useReducer(reduce, items, initialState);

  useChangeRunner(state, dispatch, ({ itemId, isDone }) =>
    isDone === null ? deleteItem(itemId) : saveDone(itemId, isDone),
  );

  function handleDelete(itemId, index) {
    flushSync(() => dispatch({ type: "deleted", itemId }));
    const boxes = listRef.current.querySelectorAll("input");
    const next = boxes[Math.min(index, boxes.length - 1)];
    (next ?? listRef.current).focus();
  }

  function endFailure(type, change) {
    flushSync(() => dispatch({ type, change }));
    listRef.current.focus();
  }

  return (
    <section>
      <ul ref={listRef} aria-label={label} tabIndex={-1}>
        {shownItems(state).map(({ id, title, isDone }, index) => (
          <li key={id} aria-busy={hasPending(state, id)}>
            <label>
              <input type="checkbox" checked={isDone} onChange={() => dispatch({ type: "toggled", itemId: id })} />
              {title}
            </label>
            <button type="button" aria-label={`Delete ${title}`} onClick={() => handleDelete(id, index)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
      <p role="status">{statusOf(state.pending.length)}</p>
      {state.failed.map((change) => (
        <Failure
          key={change.key}
          change={change}
          title={state.saved.find(({ id }) => id === change.itemId).title}
          onEnd={(type) => endFailure(type, change)}
        />
      ))}
    </section>
  );
}

function Failure({ change, title, onEnd }) {
  const verb = change.isDone === null ? "delete" : "change";
  return (
    <div>
      <p role="alert">{`Could not ${verb} ${title}: ${change.error.message}`}</p>
      <button type="button" onClick={() => onEnd("retried")}>
        {`Retry ${title}`}
      </button>
      <button type="button" onClick={() => onEnd("dismissed")}>
        {`Dismiss ${title}`}
      </button>
    </div>
  );
}

/** Calls `save` once for each change, when none of the same item is left before it. */
function useChangeRunner(state, dispatch, save) {
  const startedKeysRef = useRef(new Set());

  async function run(change) {
    try {
      await save(change);
      dispatch({ type: "succeeded", change });
    } catch (error) {
      dispatch({ type: "failed", change, error });
    }
  }

  useEffect(() => {
    for (const change of runnableChanges(state)) {
      if (startedKeysRef.current.has(change.key)) continue;
      startedKeysRef.current.add(change.key);
      run(change);
    }
  }, [state]);
}

function statusOf(count) {
  if (count === 0) return "";
  return count === 1 ? "Saving 1 change" : `Saving ${count} changes`;
}
