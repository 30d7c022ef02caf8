import { useId, useLayoutEffect, useRef, useState } from "react";

/** By key: the index of the tab to move to, from that of the present one and how many there are. */
const MOVES = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * Tabs, and the panel of the one that is selected.
 *
 * `onSelect` gets the id of each tab that the user selects. With `keepPanels` a panel that was shown keeps its state.
 */
export function TabPanels({ label, tabs, activation = "automatic", keepPanels = false, onSelect }) {
  const baseId = useId();
  const listRef = useRef(null);
  const [focusedId, setFocusedId] = useState(null);
  const [{ selectedId, knownTabs }, setSelection] = useState(() => ({
    selectedId: replacementFor(null, [], tabs),
    knownTabs: tabs,
  }));

  if (knownTabs !== tabs) {
    setSelection({ selectedId: replacementFor(selectedId, knownTabs, tabs), knownTabs: tabs });
  }

  useLayoutEffect(() => {
    if (focusedId === null || idsOfEnabled(tabs).includes(focusedId)) return;
    setFocusedId(null);
    listRef.current.querySelector("[aria-selected=true]")?.focus();
  }, [tabs]);

  function select(id) {
    if (id === selectedId) return;
    setSelection({ selectedId: id, knownTabs: tabs });
    onSelect(id);
  }

  function handleKeyDown(event, id) {
    const move = MOVES[event.key];
    if (move === undefined || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const ids = idsOfEnabled(tabs);
    const nextId = ids[move(ids.indexOf(id), ids.length)];
    listRef.current.children[tabs.findIndex((tab) => tab.id === nextId)].focus();
    if (activation === "automatic") select(nextId);
  }

  return (
    <div>
      <div ref={listRef} role="tablist" aria-label={label}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            id={`${baseId}tab${index}`}
            type="button"
            role="tab"
            aria-selected={tab.id === selectedId}
            aria-controls={tab.id === selectedId ? `${baseId}panel${index}` : undefined}
            tabIndex={tab.id === (focusedId ?? selectedId) ? 0 : -1}
            disabled={tab.disabled}
            onClick={() => select(tab.id)}
            onKeyDown={(event) => handleKeyDown(event, tab.id)}
            onFocus={() => setFocusedId(tab.id)}
            onBlur={() => setFocusedId(null)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {tabs.map((tab, index) => (
        <Panel
          key={tab.id}
          id={`${baseId}panel${index}`}
          labelId={`${baseId}tab${index}`}
          isSelected={tab.id === selectedId}
          isKept={keepPanels}
        >
          {tab.content}
        </Panel>
      ))}
    </div>
  );
}

function Panel({ id, labelId, isSelected, isKept, children }) {
  const [wasSelected, setWasSelected] = useState(isSelected);
  if (isSelected && !wasSelected) setWasSelected(true);

  if (!isSelected && !(isKept && wasSelected)) return null;
  return (
    <div id={id} role="tabpanel" aria-labelledby={labelId} tabIndex={0} hidden={!isSelected}>
      {children}
    </div>
  );
}

function idsOfEnabled(tabs) {
  return tabs.filter((tab) => !tab.disabled).map((tab) => tab.id);
}

/** The tab to select when the list of tabs changes: `selectedId` if it still can be; null if none can. */
function replacementFor(selectedId, tabsBefore, tabs) {
  const enabledIds = idsOfEnabled(tabs);
  const idsBefore = tabsBefore.map((tab) => tab.id);
  const index = idsBefore.indexOf(selectedId);
  const nearestFirst = index < 0 ? [] : [...idsBefore.slice(index), ...idsBefore.slice(0, index).reverse()];
  return nearestFirst.find((id) => enabledIds.includes(id)) ?? enabledIds[0] ?? null;
}
