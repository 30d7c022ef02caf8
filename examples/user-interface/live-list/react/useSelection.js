import { useState } from "react";

const NOTHING = { selectedIds: new Set(), anchorId: null };

/** Which of the listed ids are selected; the anchor is where a range starts. */
export function useSelection(ids) {
  const [{ selectedIds, anchorId }, setSelection] = useState(NOTHING);
  const isAllSelected = ids.length > 0 && ids.every((id) => selectedIds.has(id));

  function toggle(id) {
    setSelection((now) => ({ selectedIds: withToggled(now.selectedIds, id, [id]), anchorId: id }));
  }

  /** Gives all ids from the anchor to this one the state that this one gets. */
  function toggleRange(id) {
    const start = ids.indexOf(anchorId);
    if (start === -1) {
      toggle(id);
      return;
    }
    const end = ids.indexOf(id);
    const range = ids.slice(Math.min(start, end), Math.max(start, end) + 1);
    setSelection((now) => ({ ...now, selectedIds: withToggled(now.selectedIds, id, range) }));
  }

  function toggleAll() {
    setSelection((now) => ({ ...now, selectedIds: new Set(isAllSelected ? [] : ids) }));
  }

  /** Unselects all ids; the anchor stays. */
  function unselectAll() {
    setSelection((now) => ({ ...now, selectedIds: new Set() }));
  }

  /** Unselects all ids and forgets the anchor. */
  function clear() {
    setSelection(NOTHING);
  }

  return { selectedIds, isAllSelected, toggle, toggleRange, toggleAll, unselectAll, clear };
}

function withToggled(selectedIds, id, range) {
  const result = new Set(selectedIds);
  range.forEach((each) => (selectedIds.has(id) ? result.delete(each) : result.add(each)));
  return result;
}
