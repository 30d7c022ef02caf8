import { useEffect, useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

import { PagedItems } from "./PagedItems.js";
import { RemoveDialog } from "./RemoveDialog.jsx";
import { useSelection } from "./useSelection.js";

/** A list that is loaded page by page and filtered, and from which selected items can be removed. */
export function LiveList({ label, loadPage, removeItems }) {
  const filterId = useId();
  const filterRef = useRef(null);
  const removeRef = useRef(null);
  const [pages] = useState(() => new PagedItems());
  const { filter, items, nextCursor, isLoading, hasFailed } = useSyncExternalStore(pages.subscribe, pages.getSnapshot);
  const selection = useSelection(items.map(({ id }) => id));
  const [idsToRemove, setIdsToRemove] = useState(null);

  const selectedIds = items.map(({ id }) => id).filter((id) => selection.selectedIds.has(id));
  const hasMore = nextCursor !== null && !hasFailed;
  const isEmpty = items.length === 0 && !hasMore && !isLoading && !hasFailed;

  // Once: a new function is used by the loads that follow, and is no reason for one.
  useEffect(() => {
    pages.start("", loadPage);
    return () => pages.abort();
  }, []);

  function changeFilter(event) {
    selection.clear();
    pages.start(event.target.value, loadPage);
  }

  function toggle(id, event) {
    if (event.nativeEvent.shiftKey) selection.toggleRange(id);
    else selection.toggle(id);
  }

  function cancelRemoval() {
    flushSync(() => setIdsToRemove(null));
    removeRef.current.focus();
  }

  function finishRemoval() {
    flushSync(() => {
      pages.remove(idsToRemove);
      selection.unselectAll();
      setIdsToRemove(null);
    });
    // There is none when the whole component was removed in the meantime.
    filterRef.current?.focus();
  }

  return (
    <div>
      <div inert={idsToRemove !== null}>
        <label htmlFor={filterId}>Filter</label>
        <input ref={filterRef} id={filterId} type="search" value={filter} onChange={changeFilter} />
        <SelectAll
          isChecked={selection.isAllSelected}
          isPartial={selectedIds.length > 0 && !selection.isAllSelected}
          isDisabled={items.length === 0}
          onChange={selection.toggleAll}
        />
        <button
          ref={removeRef}
          type="button"
          disabled={selectedIds.length === 0}
          onClick={() => setIdsToRemove(selectedIds)}
        >
          Remove selected
        </button>
        <ul aria-label={label}>
          {items.map(({ id, name }) => (
            <li key={id}>
              <label>
                <input
                  type="checkbox"
                  checked={selection.selectedIds.has(id)}
                  onChange={(event) => toggle(id, event)}
                />
                {name}
              </label>
            </li>
          ))}
        </ul>
        {isEmpty && <p>No items</p>}
        {hasMore && (
          <button type="button" aria-disabled={isLoading} onClick={() => pages.loadNext(loadPage)}>
            Load more
          </button>
        )}
        {hasFailed && !isLoading && (
          <>
            <p role="alert">Could not load</p>
            <button type="button" onClick={() => pages.loadNext(loadPage)}>
              Retry
            </button>
          </>
        )}
        <p role="status">{isLoading ? "Loading" : `${selectedIds.length} of ${items.length} selected`}</p>
      </div>
      {idsToRemove !== null && (
        <RemoveDialog
          count={idsToRemove.length}
          remove={() => removeItems([...idsToRemove])}
          onRemoved={finishRemoval}
          onCancel={cancelRemoval}
        />
      )}
    </div>
  );
}

function SelectAll({ isChecked, isPartial, isDisabled, onChange }) {
  const ref = useRef(null);

  // React has no prop for it.
  useLayoutEffect(() => {
    ref.current.indeterminate = isPartial;
  }, [isPartial]);

  return (
    <label>
      <input ref={ref} type="checkbox" checked={isChecked} disabled={isDisabled} onChange={onChange} />
      Select all
    </label>
  );
}
