/**
 * State: the items as they were saved last, the changes that are pending, oldest first, and those that have failed.
 *
 * A change has a `key` of its own, `itemId`, and `isDone`, which is null for a deletion; one that has failed
 * has an `error` too.
 */
export function initialState(items) {
  return { saved: items, pending: [], failed: [], lastKey: 0 };
}

/** The items to show: what was saved with all pending changes made to it. */
export function shownItems({ saved, pending }) {
  return pending.reduce(apply, saved);
}

/** The changes whose calls may be under way: the oldest one of each item. */
export function runnableChanges({ pending }) {
  return pending.filter(({ itemId }, index) => pending.findIndex((change) => change.itemId === itemId) === index);
}

export function hasPending({ pending }, itemId) {
  return pending.some((change) => change.itemId === itemId);
}

const TRANSITIONS = {
  toggled(state, { itemId }) {
    const { isDone } = shownItems(state).find(({ id }) => id === itemId);
    return withChange(state, { itemId, isDone: !isDone });
  },
  deleted: (state, { itemId }) => withChange(state, { itemId, isDone: null }),
  retried: (state, { change: { itemId, isDone } }) => withChange(state, { itemId, isDone }),
  dismissed: (state, { change }) => ({ ...state, failed: without(state.failed, change) }),
  succeeded: (state, { change }) => ({
    ...state,
    saved: apply(state.saved, change),
    pending: without(state.pending, change),
  }),
  failed(state, { change, error }) {
    const after = { ...state, pending: without(state.pending, change) };
    if (hasPending(after, change.itemId)) return after;
    return { ...after, failed: [...state.failed, { ...change, error }] };
  },
};

/** The state after an event, whose `type` is the name of a transition. */
export function reduce(state, event) {
  return TRANSITIONS[event.type](state, event);
}

function withChange(state, change) {
  const key = state.lastKey + 1;
  return {
    ...state,
    pending: [...state.pending, { ...change, key }],
    failed: state.failed.filter(({ itemId }) => itemId !== change.itemId),
    lastKey: key,
  };
}

function without(changes, { key }) {
  return changes.filter((change) => change.key !== key);
}

function apply(items, { itemId, isDone }) {
  if (isDone === null) return items.filter(({ id }) => id !== itemId);
  return items.map((item) => (item.id === itemId ? { ...item, isDone } : item));
}
