// All lengths are in pixels; `length` is the number of items.

/** The scroll position nearest to this one that a list with so many rows can have. */
export function clampTop(top, length, { rowHeight, height }) {
  return clamp(top, 0, Math.max(0, length * rowHeight - height));
}

/** The indexes of the rows to render: those in view, `overscan` more on each side, and the active one in any case. */
export function renderedIndexes(top, length, activeIndex, { rowHeight, height, overscan }) {
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const end = Math.min(length, Math.ceil((top + height) / rowHeight) + overscan);
  const indexes = Array.from({ length: end - first }, (_, offset) => first + offset);
  if (activeIndex === null || indexes.includes(activeIndex)) return indexes;
  return [...indexes, activeIndex].sort((index, other) => index - other);
}

/** The scroll position nearest to this one at which the whole row is in view. */
export function topShowing(index, top, { rowHeight, height }) {
  const rowTop = index * rowHeight;
  return clamp(top, rowTop + rowHeight - height, rowTop);
}

/** The index to which a key moves from the active one, or null if the key moves nothing. */
export function indexAfter(key, activeIndex, length, { rowHeight, height }) {
  const from = activeIndex ?? -1;
  const page = Math.floor(height / rowHeight);
  const targets = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: length - 1,
  };
  return length > 0 && Object.hasOwn(targets, key) ? clamp(targets[key], 0, length - 1) : null;
}

/**
 * The scroll position at which the first row in view stays where it is when the items change.
 *
 * If its item is gone, the first one after it that is still there takes its
 * part. At the very top the list stays there and shows what is new.
 */
export function topAfterChange(before, after, top, viewport) {
  const { rowHeight } = viewport;
  const first = Math.floor(top / rowHeight);
  const indexes = new Map(after.map(({ id }, index) => [id, index]));
  const anchor = before.findIndex(({ id }, index) => index >= first && indexes.has(id));
  const shift = top <= 0 || anchor === -1 ? 0 : (indexes.get(before[anchor].id) - anchor) * rowHeight;
  return clampTop(top + shift, after.length, viewport);
}

/** The active row after a change of the items: the same item, else what is now at its place, else the last one. */
export function activeAfterChange(active, after) {
  if (active === null || after.length === 0) return null;
  const found = after.findIndex(({ id }) => id === active.id);
  const index = found === -1 ? Math.min(active.index, after.length - 1) : found;
  return { id: after[index].id, index };
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
