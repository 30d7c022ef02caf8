import { useId, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";

import { calendarLocale } from "./calendarLocale.js";
import { addDays, addMonths, datesOfMonth, dayOfWeek, monthOf, requireDate } from "./isoDate.js";

/** A month whose dates can be chosen: one, or with `mode` `range` a start and an end; a WAI-ARIA date grid. */
export function MonthCalendar({
  label,
  mode = "single",
  value,
  onChange,
  today,
  locale,
  min = "1900-01-01",
  max = "2199-12-31",
  isExcluded = () => false,
}) {
  const headingId = useId();
  const gridRef = useRef(null);
  const names = useMemo(() => calendarLocale(locale), [locale]);
  const chosen = mode === "single" && value !== null ? { start: value, end: value } : value;
  [min, max, today, chosen?.start, chosen?.end].filter((date) => date != null).forEach(requireDate);
  const [target, setTarget] = useState(chosen?.start ?? today);
  const current = within(target);

  const isBeyond = (date) => date < min || date > max;
  const isAllowed = (date) => !isBeyond(date) && !isExcluded(date);

  // Dates in this form are in the order of their texts.
  function within(date) {
    if (date < min) return min;
    return date > max ? max : date;
  }

  function choose(date) {
    if (!isAllowed(date)) return;
    setTarget(date);
    onChange(mode === "single" ? date : rangeWith(value, date, isAllowed));
  }

  function moveFocus(date) {
    flushSync(() => setTarget(date));
    gridRef.current.querySelector('[tabindex="0"]').focus();
  }

  function handleKeyDown(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isChoice = event.key === "Enter" || event.key === " ";
    const next = targetOf(event, current, names.firstDay);
    if (!isChoice && next === null) return;
    event.preventDefault();
    if (isChoice) choose(current);
    else moveFocus(next);
  }

  return (
    <div role="group" aria-label={label}>
      <MonthButton
        name="Previous month"
        isDisabled={monthOf(current) <= monthOf(min)}
        onPress={() => setTarget(addMonths(current, -1))}
      />
      <h2 id={headingId} aria-live="polite">
        {names.monthNameOf(current)}
      </h2>
      <MonthButton
        name="Next month"
        isDisabled={monthOf(current) >= monthOf(max)}
        onPress={() => setTarget(addMonths(current, 1))}
      />
      <table
        ref={gridRef}
        role="grid"
        aria-labelledby={headingId}
        aria-multiselectable={mode === "range" ? true : undefined}
        onKeyDown={handleKeyDown}
      >
        <thead>
          <tr>
            {names.weekdays.map(({ long, short }) => (
              <th key={long} scope="col" aria-label={long}>
                {short}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(current, names.firstDay).map((week) => (
            <tr key={week.find((date) => date !== null)}>
              {week.map((date, index) =>
                date === null ? (
                  <td key={index} role="presentation" />
                ) : (
                  <td
                    key={index}
                    role="gridcell"
                    tabIndex={isBeyond(date) ? undefined : date === current ? 0 : -1}
                    aria-label={names.nameOf(date)}
                    aria-selected={isWithin(chosen, date)}
                    aria-current={date === today ? "date" : undefined}
                    aria-disabled={isAllowed(date) ? undefined : true}
                    onFocus={() => setTarget(date)}
                    onClick={() => choose(date)}
                  >
                    {names.numberOf(date)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// Not `disabled`, which would take the focus from the button.
function MonthButton({ name, isDisabled, onPress }) {
  return (
    <button type="button" aria-disabled={isDisabled} onClick={isDisabled ? undefined : onPress}>
      {name}
    </button>
  );
}

function isWithin(range, date) {
  return range !== null && date >= range.start && date <= (range.end ?? range.start);
}

function rangeWith(range, date, isAllowed) {
  if (range === null || range.end !== null) return { start: date, end: null };
  const [start, end] = [range.start, date].sort();
  for (let each = start; each < end; each = addDays(each, 1)) {
    if (!isAllowed(each)) return { start: date, end: null };
  }
  return isAllowed(end) ? { start, end } : { start: date, end: null };
}

function targetOf({ key, shiftKey }, date, firstDay) {
  switch (key) {
    case "ArrowLeft":
      return addDays(date, -1);
    case "ArrowRight":
      return addDays(date, 1);
    case "ArrowUp":
      return addDays(date, -7);
    case "ArrowDown":
      return addDays(date, 7);
    case "Home":
      return addDays(date, -columnOf(date, firstDay));
    case "End":
      return addDays(date, 6 - columnOf(date, firstDay));
    case "PageUp":
      return addMonths(date, shiftKey ? -12 : -1);
    case "PageDown":
      return addMonths(date, shiftKey ? 12 : 1);
    default:
      return null;
  }
}

function weeksOf(current, firstDay) {
  const dates = datesOfMonth(current);
  const cells = [...Array(columnOf(dates[0], firstDay)).fill(null), ...dates];
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(7 * week, 7 * week + 7));
}

/** How many days after the first of its week a date is. */
function columnOf(date, firstDay) {
  return (dayOfWeek(date) - firstDay + 7) % 7;
}
