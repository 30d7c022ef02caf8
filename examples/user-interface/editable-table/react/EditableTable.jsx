import { useState } from "react";

import { EditableCell } from "./EditableCell.jsx";
import { OptimisticCell } from "./OptimisticCell.js";

const NEXT_DIRECTION = { none: "ascending", ascending: "descending", descending: "none" };

/** A table of records that sorts by its columns and saves each cell as it is edited. */
export function EditableTable({ caption, columns, initialRecords, save }) {
  const [originalRows] = useState(() => initialRecords.map(rowOf));
  const [sorting, setSorting] = useState({ key: null, direction: "none", rows: originalRows });

  const directionOf = (column) => (column.key === sorting.key ? sorting.direction : "none");

  function sortBy(column) {
    const direction = NEXT_DIRECTION[directionOf(column)];
    setSorting({ key: column.key, direction, rows: sortRows(originalRows, column, direction) });
  }

  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" aria-sort={directionOf(column)}>
              <button type="button" onClick={() => sortBy(column)}>
                {column.header}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sorting.rows.map(({ id, cells }) => (
          <tr key={id}>
            {columns.map((column) => (
              <EditableCell
                key={column.key}
                column={column}
                cell={cells.get(column.key)}
                save={(value) => save(id, column.key, value)}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function rowOf(record) {
  const cells = Object.entries(record).map(([key, value]) => [key, new OptimisticCell(value)]);
  return { id: record.id, cells: new Map(cells) };
}

// Always from the original order, with the arguments swapped rather than the result reversed: so equal rows keep it.
function sortRows(originalRows, { key, compare = compareCodeUnits }, direction) {
  if (direction === "none") return originalRows;
  const valueOf = (row) => row.cells.get(key).getSnapshot().value;
  const ascending = (a, b) => compare(valueOf(a), valueOf(b));
  return originalRows.toSorted(direction === "ascending" ? ascending : (a, b) => ascending(b, a));
}

function compareCodeUnits(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
