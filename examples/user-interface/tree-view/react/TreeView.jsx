import { useMemo, useReducer, useRef, useState } from "react";

import { checkStatesOf, initialNodes, nodesReducer, rowsOf, topCheckedIds } from "./treeNodes.js";
import { useBranchLoading } from "./useBranchLoading.js";
import { useTypeahead } from "./useTypeahead.js";

/** A tree of nodes that can be checked, whose branches are loaded when they are opened; a WAI-ARIA tree. */
export function TreeView({ label, roots, loadChildren, onCheckedChange }) {
  const treeRef = useRef(null);
  const [nodes, dispatch] = useReducer(nodesReducer, roots, initialNodes);
  const [focusedKey, setFocusedKey] = useState(null);
  const { message, load, abandon } = useBranchLoading(loadChildren, dispatch);
  const findTyped = useTypeahead();

  const rows = useMemo(() => rowsOf(nodes), [nodes]);
  const checkStates = useMemo(() => checkStatesOf(nodes), [nodes]);
  const current = Math.max(0, rows.findIndex(({ key }) => key === focusedKey));

  // Each row is one child, and the state follows the focus.
  function focusRow(index) {
    treeRef.current.children[index]?.focus();
  }

  function focusNode(id) {
    focusRow(rows.findIndex((row) => row.id === id));
  }

  function open(row) {
    dispatch({ type: "opened", id: row.id });
    if (row.childIds === null) load(row);
  }

  function close(row) {
    abandon(row);
    dispatch({ type: "closed", id: row.id });
  }

  function toggleOpen(row) {
    if (row.isExpanded) close(row);
    else open(row);
  }

  function check(row) {
    const action = { type: "checked", id: row.id, isChecked: checkStates.get(row.id) !== true };
    dispatch(action);
    onCheckedChange(topCheckedIds(nodesReducer(nodes, action)));
  }

  function retry({ parentId }) {
    focusNode(parentId);
    load(nodes.get(parentId));
  }

  function checkOrRetry(row) {
    if (row.isRetry) retry(row);
    else check(row);
  }

  function goRight(row) {
    if (!row.isBranch) return;
    if (!row.isExpanded) open(row);
    else if (rows[current + 1]?.parentId === row.id) focusRow(current + 1);
  }

  function goLeft(row) {
    if (row.isExpanded) close(row);
    else focusNode(row.parentId);
  }

  function goTo(character) {
    const found = findTyped(character, rows.map(({ name = "" }) => name), current);
    if (found !== -1) focusRow(found);
  }

  function actionFor(key, row) {
    switch (key) {
      case "ArrowDown":
        return () => focusRow(current + 1);
      case "ArrowUp":
        return () => focusRow(current - 1);
      case "Home":
        return () => focusRow(0);
      case "End":
        return () => focusRow(rows.length - 1);
      case "ArrowRight":
        return () => goRight(row);
      case "ArrowLeft":
        return () => goLeft(row);
      case "Enter":
        return () => (row.isBranch ? toggleOpen(row) : checkOrRetry(row));
      case " ":
        return () => checkOrRetry(row);
      default:
        return key.length === 1 ? () => goTo(key) : null;
    }
  }

  function handleKeyDown(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const action = actionFor(event.key, rows[current]);
    if (action === null) return;
    event.preventDefault();
    action();
  }

  return (
    <div>
      <ul ref={treeRef} role="tree" aria-label={label} onKeyDown={handleKeyDown}>
        {rows.map((row, index) => (
          <TreeItem
            key={row.key}
            row={row}
            checkState={checkStates.get(row.id)}
            isCurrent={index === current}
            onFocus={() => setFocusedKey(row.key)}
            onClick={() => checkOrRetry(row)}
            onMarkerClick={() => toggleOpen(row)}
          />
        ))}
      </ul>
      <p role="status">{message}</p>
    </div>
  );
}

function TreeItem({ row, checkState, isCurrent, onFocus, onClick, onMarkerClick }) {
  function handleMarkerClick(event) {
    event.stopPropagation();
    onMarkerClick();
  }

  return (
    <li
      role="treeitem"
      tabIndex={isCurrent ? 0 : -1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.size}
      aria-checked={row.isRetry ? undefined : checkState}
      aria-expanded={row.isBranch ? row.isExpanded : undefined}
      aria-busy={row.phase === "loading" ? true : undefined}
      onFocus={onFocus}
      onClick={onClick}
    >
      {row.isBranch && (
        <span aria-hidden="true" onClick={handleMarkerClick}>
          {row.isExpanded ? "▾" : "▸"}
        </span>
      )}
      {row.isRetry ? "Retry" : row.name}
    </li>
  );
}
