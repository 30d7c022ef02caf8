import { useId, useState } from "react";

/** A list whose items are put into another order by keys, with a handle, or by buttons; the order is its parent's. */
export function SortableList({ label, items, onReorder }) {
  const helpId = useId();
  const [message, setMessage] = useState("");
  const [move, setMove] = useState(null);
  const ids = items.map((item) => item.id);
  const picked = move !== null && isSameOrder(move.ids, ids) ? move : null;

  if (picked !== move) {
    setMove(null);
    setMessage("Move cancelled, the list has changed");
  }

  const shown = picked === null ? items : withMoved(items, ids.indexOf(picked.id), picked.index);
  const placeOf = (index) => `position ${index + 1} of ${items.length}`;

  function pickUp({ id, name }) {
    const index = ids.indexOf(id);
    setMove({ id, ids, index });
    setMessage(`Picked up ${name}, ${placeOf(index)}`);
  }

  function shift({ name }, index) {
    setMove({ ...picked, index });
    setMessage(`${name}, ${placeOf(index)}`);
  }

  function drop({ id, name }) {
    setMove(null);
    setMessage(`Dropped ${name}, ${placeOf(picked.index)}`);
    report(id, picked.index);
  }

  function cancel({ id, name }) {
    setMove(null);
    setMessage(`Move cancelled, ${name} is back at ${placeOf(ids.indexOf(id))}`);
  }

  function moveBy({ id, name }, step) {
    const index = ids.indexOf(id) + step;
    if (!(index in items)) {
      if (picked !== null) cancel(items.find((each) => each.id === picked.id));
      return;
    }
    setMove(null);
    setMessage(`Moved ${name}, ${placeOf(index)}`);
    report(id, index);
  }

  function report(id, index) {
    const from = ids.indexOf(id);
    if (index !== from) onReorder(withMoved(ids, from, index));
  }

  function handleKeyDown(event, item) {
    if (picked?.id !== item.id) return;
    if (event.key === "Escape") {
      cancel(item);
    } else {
      const index = indexAfter(event.key, picked.index, items.length - 1);
      if (index === null) return;
      if (index !== picked.index) shift(item, index);
    }
    event.preventDefault();
  }

  return (
    <div>
      <p id={helpId} hidden>
        Space picks up and drops, arrow keys move, Escape cancels
      </p>
      <ul aria-label={label}>
        {shown.map((item, index) => {
          const isPicked = item.id === picked?.id;
          return (
            <li key={item.id}>
              <button
                type="button"
                aria-pressed={isPicked}
                aria-describedby={helpId}
                onClick={() => (isPicked ? drop(item) : pickUp(item))}
                onKeyDown={(event) => handleKeyDown(event, item)}
                onBlur={() => isPicked && cancel(item)}
              >
                {item.name}
              </button>
              <StepButton name={`Move ${item.name} up`} isOff={index === 0} onPress={() => moveBy(item, -1)} />
              <StepButton
                name={`Move ${item.name} down`}
                isOff={index === items.length - 1}
                onPress={() => moveBy(item, 1)}
              />
            </li>
          );
        })}
      </ul>
      <p role="status" aria-live="assertive">
        {message}
      </p>
    </div>
  );
}

function StepButton({ name, isOff, onPress }) {
  return (
    <button type="button" aria-disabled={isOff} onClick={onPress}>
      {name}
    </button>
  );
}

function indexAfter(key, index, last) {
  switch (key) {
    case "ArrowUp":
      return Math.max(index - 1, 0);
    case "ArrowDown":
      return Math.min(index + 1, last);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

function withMoved(items, from, to) {
  return items.toSpliced(from, 1).toSpliced(to, 0, items[from]);
}

function isSameOrder(ids, otherIds) {
  return ids.length === otherIds.length && ids.every((id, index) => id === otherIds[index]);
}
