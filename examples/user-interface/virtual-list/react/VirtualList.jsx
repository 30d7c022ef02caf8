import { useId, useLayoutEffect, useRef, useState } from "react";

import { activeAfterChange, clampTop, indexAfter, renderedIndexes, topAfterChange, topShowing } from "./viewport.js";

/** A listbox that renders only the rows in view, and the active one, of a list of any length. */
export function VirtualList({ label, items, rowHeight, height, overscan = 3, onChoose }) {
  const id = useId();
  const ref = useRef(null);
  const viewport = { rowHeight, height, overscan };
  const [state, setState] = useState({ items, top: 0, active: null, request: null });
  let view = state;

  if (items !== state.items) {
    const top = topAfterChange(state.items, items, state.top, viewport);
    const isMoved = top !== state.top;
    view = { items, top, active: activeAfterChange(state.active, items), request: isMoved ? { top } : null };
    setState(view);
  }

  const { top, active, request } = view;
  const activeIndex = active === null ? null : active.index;
  const rowId = (index) => `${id}-${index}`;

  useLayoutEffect(() => {
    if (request !== null) ref.current.scrollTop = request.top;
  }, [request]);

  function handleScroll(event) {
    setState({ ...view, top: clampTop(event.currentTarget.scrollTop, items.length, viewport) });
  }

  function activate(index) {
    // The state's position is that of the last scroll event, which the element may be ahead of.
    const now = clampTop(ref.current.scrollTop, items.length, viewport);
    const next = topShowing(index, now, viewport);
    setState({ ...view, top: next, active: { id: items[index].id, index }, request: { top: next } });
  }

  function choose(index) {
    activate(index);
    onChoose(items[index]);
  }

  function handleKeyDown(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isEnter = event.key === "Enter";
    const index = isEnter ? activeIndex : indexAfter(event.key, activeIndex, items.length, viewport);
    if (index === null) return;
    event.preventDefault();
    if (isEnter) choose(index);
    else activate(index);
  }

  return (
    <div
      ref={ref}
      role="listbox"
      aria-label={label}
      aria-activedescendant={activeIndex === null ? undefined : rowId(activeIndex)}
      tabIndex={0}
      // The browser's own anchoring would correct a second time what is corrected here.
      style={{ height, overflowY: "auto", overflowAnchor: "none" }}
      onScroll={handleScroll}
      onKeyDown={handleKeyDown}
    >
      <div role="presentation" style={{ height: items.length * rowHeight, position: "relative" }}>
        {renderedIndexes(top, items.length, activeIndex, viewport).map((index) => (
          <div
            key={items[index].id}
            id={rowId(index)}
            role="option"
            aria-selected={index === activeIndex}
            aria-setsize={items.length}
            aria-posinset={index + 1}
            style={{ position: "absolute", top: index * rowHeight, height: rowHeight, width: "100%" }}
            onClick={() => choose(index)}
          >
            {items[index].text}
          </div>
        ))}
      </div>
    </div>
  );
}
